"""How values are written as YAML that a person can read and compare. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import yaml

from quizzes.bank.drafts import AnchorDraft, Waiver
from quizzes.interchange.bank_yaml import tree

WIDTH = 118


def waiver_entries(found: Iterable[Waiver]) -> list[dict[str, str]]:
    """Return the findings that an entry lets stand, as its file says them."""
    return [asdict(waiver) for waiver in found]


def anchor_entry(anchor: AnchorDraft, usual_role: str) -> dict[str, Any]:
    """Return an anchor on one line where it fits; its role only where it is not the usual one."""
    entry = {"material": anchor.material, "passage": anchor.passage, "quote": anchor.quote}
    if anchor.prefix:
        entry["prefix"] = anchor.prefix
    if anchor.role != usual_role:
        entry["role"] = anchor.role
    fits = sum(len(name) + len(value) + 4 for name, value in entry.items()) < WIDTH - 20
    return Flow(entry) if fits else entry


def without_defaults(entry: Mapping[str, Any], keep: Iterable[str] = ()) -> dict[str, Any]:
    """Leave out what is empty, since reading gives the same without it; a 0 is not empty."""
    return {
        name: value
        for name, value in entry.items()
        if value is not None
        and (name in keep or (value is not False and value not in ("", [], {})))
    }


def number(value: Decimal) -> Number:
    """Return a decimal to be written as it is."""
    return Number(format(value.normalize(), "f") if value else "0")


class Number(str):
    """A decimal written as it is, not as a binary float."""

    __slots__ = ()


class Flow(dict[str, Any]):
    """A table written on one line, {like: this}."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _represent_number(dumper: yaml.SafeDumper, number: Number) -> yaml.ScalarNode:
    kind = "float" if "." in number else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", str(number))


def _style(text: str) -> str | None:
    """Long texts are folded so that they can be read and compared; "" leaves it to the dumper."""
    if len(text) <= 80 and "\n" not in text:
        return None
    style = "|" if "\n" in text else ">"
    written = yaml.dump({"x": _Styled(text, style)}, Dumper=_Dumper, **_OPTIONS)
    try:
        found = tree.read(written.encode())
    except tree.YamlError:
        return '"'
    # Some texts, such as lines that begin with spaces, do not survive a block style.
    return style if isinstance(found, tree.Table) and found.get("x") == text else '"'


class _Styled(str):
    """A text in a given style, to try it out."""

    style: str

    def __new__(cls, text: str, style: str) -> _Styled:
        one = super().__new__(cls, text)
        one.style = style
        return one


_OPTIONS: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": WIDTH}
_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(
    _Styled, lambda d, v: d.represent_scalar("tag:yaml.org,2002:str", str(v), style=v.style)
)
_Dumper.add_representer(Number, _represent_number)
_Dumper.add_representer(
    Flow, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", v.items(), flow_style=True)
)


def dump(value: object) -> str:
    """Return a value as YAML."""
    return yaml.dump(value, Dumper=_Dumper, **_OPTIONS)
