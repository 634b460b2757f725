"""YAML as plain texts, lists and tables that know their line. Pure, and safe for any file.

Every scalar stays the text that was written, so that an option `No` never turns into False; what
it means is decided by the field that reads it. Aliases, anchors and tags are refused: nobody needs
them here, and they are how small files grow large or call code.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from django.utils.translation import gettext as _

# The parser in C where there is one: it reads the same, ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

SIZE_LIMIT = 1_000_000
DEPTH_LIMIT = 12
NODES_LIMIT = 100_000

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]{1,30}\.[0-9]{0,30}(?:[eE][-+][0-9]{1,2})?")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_WORDS = {"true": True, "True": True, "false": False, "False": False}


class Text(str):
    """A scalar. `plain` if it was not quoted, so that it may also mean a number or nothing."""

    __slots__ = ("line", "plain")
    line: int
    plain: bool

    @property
    def is_null(self) -> bool:
        return self.plain and self in _NULL


class Items(list["Node"]):
    """A list."""

    line: int


class Table(dict[str, "Node"]):
    """A mapping; its keys are texts."""

    line: int


Node = Text | Items | Table


class YamlError(ValueError):
    """The file is no YAML that may be read here."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read(data: bytes) -> Node | None:
    """Return the one document in a file, None for an empty one.

    Raises:
        YamlError: with the line (from 1) and what is wrong there.
    """
    if len(data) > SIZE_LIMIT:
        raise YamlError(1, _("The file is larger than 1 MB."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlError(data[: error.start].count(b"\n") + 1, _("This is not UTF-8.")) from None
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        position = getattr(error, "position", 0)
        line = mark.line if mark else data[:position].count(b"\n")
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise YamlError(line + 1, str(problem)) from None
    return builder.root


def value_of(node: Node) -> Any:
    """Return a node as JSON: what is not quoted may be a number, true, false or null."""
    if isinstance(node, Table):
        return {str(name): value_of(child) for name, child in node.items()}
    if isinstance(node, Items):
        return [value_of(child) for child in node]
    if not node.plain:
        return str(node)
    if node in _NULL:
        return None
    if node in _WORDS:
        return _WORDS[node]
    if _INTEGER.fullmatch(node):
        return int(node)
    return float(node) if _FLOAT.fullmatch(node) else str(node)


class _Builder:
    """Builds the tree from parser events without recursion, so that depth costs no stack."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Items | Table] = []
        self._keys: list[Text | None] = []
        self._count = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise YamlError(line, _("A file holds one document."))
        elif isinstance(event, yaml.AliasEvent):
            raise YamlError(line, _("Aliases (*name) are not used here."))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:
                raise YamlError(line, _("Anchors (&name) are not used here."))
            self._node(event, line)

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        if getattr(event, "tag", None) is not None:
            raise YamlError(line, _("Tags (!name) are not used here."))
        self._count += 1
        if self._count > NODES_LIMIT:
            raise YamlError(line, _("The file holds too many values."))
        if isinstance(event, yaml.ScalarEvent):
            text = Text(event.value)
            text.line, text.plain = line, not event.style
            self._add(text, line)
            return
        node: Items | Table = Items() if isinstance(event, yaml.SequenceStartEvent) else Table()
        node.line = line
        self._add(node, line)
        if len(self._open) == DEPTH_LIMIT:
            raise YamlError(line, _("Values are nested too deeply."))
        self._open.append(node)
        self._keys.append(None)

    def _add(self, node: Node, line: int) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Items):
            parent.append(node)
            return
        key = self._keys[-1]
        if key is not None:
            parent[key] = node
            self._keys[-1] = None
        elif not isinstance(node, Text):
            raise YamlError(line, _("A name must be text."))
        elif node in parent:
            raise YamlError(line, _("“%(name)s” occurs twice.") % {"name": node[:40]})
        else:
            self._keys[-1] = node
