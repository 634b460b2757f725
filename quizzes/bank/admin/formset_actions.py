"""What the buttons of a half-written form do to its posted rows, without saving anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import QueryDict

MORE, UP, DOWN = "_more", "_up", "_down"


def operate(data: QueryDict, limits: dict[str, int]) -> bool:
    """Do what a pressed button asks: another row, or a row one place up or down.

    Returns whether there was such a button. `limits` names the sets of rows that may grow.
    """
    if (name := str(data.get(MORE, ""))) in limits:
        total = count(data, name)
        if total < limits[name]:
            data[f"{name}-TOTAL_FORMS"] = str(total + 1)
        return True
    for button, step in ((UP, -1), (DOWN, 1)):
        if button in data:
            name, _dash, index = str(data[button]).rpartition("-")
            if name in limits and index.isascii() and index.isdigit() and len(index) < 4:
                _swap(data, name, int(index), int(index) + step)
            return True
    return MORE in data


def count(data: QueryDict, name: str) -> int:
    total = data.get(f"{name}-TOTAL_FORMS", "0")
    return int(total) if total.isascii() and total.isdigit() and len(total) < 4 else 0


def _swap(data: QueryDict, name: str, one: int, other: int) -> None:
    if not (0 <= one < count(data, name) and 0 <= other < count(data, name)):
        return
    moved: dict[str, list[str]] = {}
    for here, there in ((one, other), (other, one)):
        for key in [key for key in data if key.startswith(f"{name}-{here}-")]:
            moved[key.replace(f"{name}-{here}-", f"{name}-{there}-", 1)] = data.pop(key)
    for key, values in moved.items():
        data.setlist(key, values)
    _swap_settled(data, name, str(one), str(other))


def _swap_settled(data: QueryDict, name: str, one: str, other: str) -> None:
    """Let the anchors of two options follow them."""
    if name != "options":
        return
    partner = {one: other, other: one}
    keys = [f"anchors-{index}-settles" for index in range(count(data, "anchors"))]
    for key in [*keys, "find-settles"]:
        if (settled := str(data.get(key))) in partner:
            data[key] = partner[settled]
