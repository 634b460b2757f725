"""What the commands of this subject print: progress, and a report at the end."""

from __future__ import annotations

import json

from django.core.management.base import OutputWrapper

from quizzes.interchange.collection import Collection, Line, Report

_SIGNS = {"imported": "+", "unchanged": "=", "refused": "!"}
_BAR = 30


class Bar:
    """A progress bar on a terminal, and silence elsewhere."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._shown = stream.isatty()

    def __call__(self, done: int, total: int) -> None:
        if self._shown:
            filled = "█" * (_BAR * done // max(total, 1))
            end = "\n" if done == total else ""
            self._stream.write(f"\r{filled:<{_BAR}} {done}/{total}{end}", ending="")
            self._stream.flush()


def as_json(report: Report) -> str:
    """Return the report as one JSON object."""
    return json.dumps(report.as_json(), ensure_ascii=False)


def as_text(report: Report, *, everything: bool = True) -> str:
    """Return the report for people: a line for each thing, then the counts."""
    lines = [
        _text(line)
        for line in report.lines
        if everything or line.status == "refused" or line.skipped or line.changed
    ]
    counts = ", ".join(f"{count} {name}" for name, count in report.counts().items())
    lines.append(f"Questions: {counts}.")
    if report.dry_run:
        lines.append("A dry run: nothing was written.")
    return "\n".join(lines)


def exported_json(collection: Collection) -> str:
    """Return what was written and what was left out, as one JSON object."""
    left_out = [{"kind": o.kind, "title": o.title, "reason": o.reason} for o in collection.refused]
    return json.dumps({**_written(collection), "left_out": left_out}, ensure_ascii=False)


def exported_text(collection: Collection) -> str:
    """Return the same for people."""
    lines = [f"- {o.kind} {o.title} left out: {o.reason}" for o in collection.refused]
    counts = ", ".join(f"{count} {name}" for name, count in _written(collection).items())
    return "\n".join([*lines, f"Written: {counts}."])


def _written(collection: Collection) -> dict[str, int]:
    return {
        "questions": len(collection.questions),
        "notes": len(collection.notes),
        "decks": len(collection.decks),
        "concordance": len(collection.concordance),
        "materials": len(collection.documents),
        "media": len(collection.media),
        "quizzes": len(collection.quizzes),
    }


def _text(line: Line) -> str:
    place = f"{line.file}:{line.line} " if line.file and line.line else ""
    status = "changed" if line.changed else "skipped" if line.skipped else line.status
    reason = f": {line.reason}" if line.reason else ""
    return f"{_SIGNS[line.status]} {place}{line.kind} {line.title} {status}{reason}"
