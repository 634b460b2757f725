"""Reading one table by the names it may have. Pure: everything wrong becomes a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from quizzes.interchange.bank_yaml.tree import Items, Node, Table, Text, value_of
from quizzes.material import markup

_INTEGER = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,20})?")


class Notes:
    """What is wrong with one item, and what was changed in reading it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.changes: list[str] = []

    def problem(self, place: str, message: str) -> None:
        self.problems.append(f"{place}: {message}" if place else message)


class Fields:
    """A table of an item, at a place such as "options.2"; a wrong value reads as the default."""

    def __init__(self, node: Node | None, known: str, notes: Notes, place: str = "") -> None:
        self._notes = notes
        self._place = place
        self._table: Table = Table()
        if isinstance(node, Table):
            self._table = node
        else:
            notes.problem(place, _("This must be a table of names and values."))
        allowed = known.split()
        for name in self._table:
            if name not in allowed:
                self._problem(name[:40], _("Unknown name."))

    def __contains__(self, name: str) -> bool:
        return self._get(name) is not None

    def text(self, name: str, default: str = "", *, required: bool = False) -> str:
        """Return a text as it would be stored."""
        node = self._get(name)
        if node is None:
            if required:
                self._problem(name, _("This is missing."))
            return default
        if not isinstance(node, Text):
            self._problem(name, _("This must be text."))
            return default
        return self._clean(name, node)

    def line(self, name: str, default: str = "", *, required: bool = False) -> str:
        """Return a text on one line."""
        return " ".join(self.text(name, default, required=required).split())

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.line(name, default)
        if value in choices:
            return value
        message = _("This must be one of: %(choices)s.") % {"choices": ", ".join(choices)}
        self._problem(name, message)
        return default

    def integer(self, name: str, default: int | None) -> int | None:
        """Return a whole number that is not negative."""
        value = self.line(name)
        if name not in self:
            return default
        if _INTEGER.fullmatch(value):
            return int(value)
        self._problem(name, _("This must be a whole number."))
        return default

    def decimal(self, name: str, default: Decimal | None) -> Decimal | None:
        value = self.line(name)
        if name not in self:
            return default
        if _NUMBER.fullmatch(value):
            return Decimal(value)
        self._problem(name, _("This must be a number."))
        return default

    def flag(self, name: str, default: bool) -> bool:
        value = self.line(name, "true" if default else "false").lower()
        if value not in {"true", "false"}:
            self._problem(name, _("This must be true or false."))
            return default
        return value == "true"

    def moment(self, name: str) -> datetime | None:
        """Return a time with its offset from UTC."""
        value = self.line(name)
        if not value:
            return None
        try:
            moment = parse_datetime(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self._problem(name, _("This must be a time with its offset: 2026-03-01T12:00:00Z."))
            return None
        return moment

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        found = []
        for place, node in self._items(name):
            if isinstance(node, Text):
                found.append(self._clean(place, node))
            else:
                self._problem(place, _("This must be text."))
        return tuple(found)

    def tables(self, name: str, known: str) -> list[Fields]:
        """Return a list of tables, each with its place."""
        return [
            Fields(node, known, self._notes, self._at(place)) for place, node in self._items(name)
        ]

    def table(self, name: str, known: str) -> Fields:
        """Return a table that must be there."""
        return Fields(self._get(name), known, self._notes, self._at(name))

    def one_or_more(self, name: str, known: str) -> list[Fields]:
        """Return tables where a single one need not stand in a list."""
        node = self._get(name)
        if isinstance(node, Table):
            return [Fields(node, known, self._notes, self._at(name))]
        return self.tables(name, known)

    def json(self, name: str) -> dict[str, Any]:
        """Return a table of any shape as JSON."""
        node = self._get(name)
        if node is None:
            return {}
        if isinstance(node, Table):
            value: dict[str, Any] = value_of(node)
            return value
        self._problem(name, _("This must be a table of names and values."))
        return {}

    def problem(self, name: str, message: str) -> None:
        """Note something wrong with a value of this table."""
        self._problem(name, message)

    def _items(self, name: str) -> Iterator[tuple[str, Node]]:
        node = self._get(name)
        if node is None:
            return
        if not isinstance(node, Items):
            self._problem(name, _("This must be a list."))
            return
        for index, child in enumerate(node):
            yield f"{name}.{index}", child

    def _get(self, name: str) -> Node | None:
        node = self._table.get(name)
        return None if isinstance(node, Text) and node.is_null else node

    def _clean(self, name: str, node: Text) -> str:
        try:
            text = markup.clean(node)
        except ValidationError as error:
            self._problem(name, error.messages[0])
            return ""
        if text != node:
            self._notes.changes.append(
                _("%(place)s: characters that cannot be stored were removed")
                % {"place": self._at(name)}
            )
        return text.strip("\n").rstrip()

    def _problem(self, name: str, message: str) -> None:
        self._notes.problem(self._at(name), message)

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name
