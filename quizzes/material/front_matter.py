"""The head of a study text's file: what is known of the document. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

UNKNOWN = "unknown"
AUDIENCES = ("public", "signed_in")
_LENGTHS = {
    "title": 200,
    "summary": 400,
    "authors": 300,
    "publisher": 200,
    "date": 40,
    "url": 500,
    "licence": 100,
    "language": 12,
    "audience": 12,
    "drawn_from": 2_000,
}


@dataclass(frozen=True, slots=True)
class Defect:
    """Something wrong in a file, with the line (from 1) where it stands."""

    line: int
    message: str

    def __str__(self) -> str:
        return _("line %(line)d: %(message)s") % {"line": self.line, "message": self.message}


class DocumentError(ValueError):
    """The file is no study text. `defects` lists everything wrong with it."""

    def __init__(self, defects: list[Defect]) -> None:
        super().__init__("; ".join(str(defect) for defect in defects))
        self.defects = defects


def read_front_matter(lines: list[str], defects: list[Defect]) -> tuple[dict[str, str], int]:
    """Return the values of the front matter and the index of the line after it."""
    if lines[0].strip() != "---":
        defects.append(Defect(1, _("The file begins with a line “---” and the front matter.")))
        return {"title": ""}, 0
    end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        defects.append(Defect(1, _("The front matter does not end with a line “---”.")))
        return {"title": ""}, len(lines)
    values: dict[str, str] = {}
    for name, value, line in _pairs(lines[1:end], defects):
        if name not in _LENGTHS:
            defects.append(Defect(line, _("Unknown name “%(name)s”.") % {"name": name[:40]}))
        elif name in values:
            defects.append(Defect(line, _("“%(name)s” occurs twice.") % {"name": name}))
        elif len(value) > _LENGTHS[name]:
            defects.append(Defect(line, _("“%(name)s” is too long.") % {"name": name}))
        elif name == "audience" and value not in AUDIENCES:
            defects.append(Defect(line, _("The audience is public or signed_in.")))
        elif name == "url" and value not in {"", UNKNOWN} and not _is_web_address(value):
            defects.append(Defect(line, _("The url is an address of http or https, or unknown.")))
        else:
            values[name] = "" if value == UNKNOWN else value
    if not values.setdefault("title", "") and not defects:
        defects.append(Defect(1, _("The front matter gives no title.")))
    if not values.get("language", "en"):
        values["language"] = "en"
    return values, end + 1


def _is_web_address(value: str) -> bool:
    return value.startswith(("https://", "http://")) and not re.search(r"\s", value)


def _pairs(lines: list[str], defects: list[Defect]) -> list[tuple[str, str, int]]:
    """Return (name, value, line) of a flat mapping of texts; every scalar is text as written."""
    try:
        node = yaml.compose("\n".join(lines), Loader=_FlatLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or _("it cannot be read")
        at = 2 + (mark.line if mark else 0)
        defects.append(Defect(at, _("The front matter is not YAML: %(why)s.") % {"why": problem}))
        return []
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        defects.append(Defect(2, _("The front matter holds lines “name: value”.")))
        return []
    pairs: list[tuple[str, str, int]] = []
    for key, value in node.value:
        line = key.start_mark.line + 2
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode):
            pairs.append((key.value, " ".join(value.value.split()), line))
        else:
            defects.append(Defect(line, _("A value of the front matter must be text.")))
    return pairs


class _FlatLoader(yaml.SafeLoader):
    """Refuses aliases, the only way in which a small flat file can grow large."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "aliases are not used", event.start_mark)
        return super().compose_node(parent, index)
