"""What import_material prints: the sections, every line that is removed or changed, the totals."""

from __future__ import annotations

from collections import Counter
from typing import Any

from quizzes.importing.propose import Proposal
from quizzes.importing.reasons import notes, sentences, where
from quizzes.importing.segments import Kind, Segment
from quizzes.material.documents import Document

SHOWN = 100  # characters of a line


def as_text(proposal: Proposal, document: Document, *, end: str) -> str:
    """Return the report for people; `end` says what became of it."""
    lines = [f"{document.title}", ""]
    lines += [f"Sections of the text ({_passages(sum(1 for _ in document.passages()))}):", ""]
    lines += [
        f"{'  ' * (section.level - 1)}{section.title or '(before the first heading)'}"
        f" · {_passages(len(section.passages))}"
        for section in document.sections
    ]
    for name, wanted in (
        ("Removed", [segment for segment in proposal.segments if not segment.kept]),
        ("Kept in other words", [segment for segment in proposal.segments if segment.changed]),
        ("Taken for headings", [p for p in proposal.segments if p.kind == "heading"]),
    ):
        if wanted:
            lines += ["", f"{name} ({len(wanted)}):", ""]
            lines += [_line(segment, name) for segment in wanted]
    lines += ["", *(f"Note: {note.rstrip('.')}." for note in notes(proposal))]
    lines += [_totals(proposal), end]
    return "\n".join(lines)


def as_json(proposal: Proposal, document: Document, **more: Any) -> dict[str, Any]:
    """Return the report as one JSON object."""
    return {
        "title": document.title,
        "slug": document.slug,
        "sections": [
            {"level": one.level, "title": one.title, "passages": len(one.passages)}
            for one in document.sections
        ],
        "passages": sum(1 for _ in document.passages()),
        "lines": [
            {
                "place": where(segment.place),
                "kind": segment.kind,
                "level": segment.level,
                "before": segment.raw.rstrip("\n"),
                "after": segment.text if segment.kept else None,
                "reasons": sentences(segment),
            }
            for segment in proposal.segments
        ],
        "counts": dict(Counter(segment.kind for segment in proposal.segments)),
        "losses": proposal.losses,
        **more,
    }


def _line(segment: Segment, group: str) -> str:
    before = " ".join(segment.raw.split())
    text = f"  {where(segment.place)}: {before if group == 'Removed' else _short(before)}"
    if group == "Kept in other words":
        text += f"\n    → {_difference(before, segment.text)}"
    return f"{text}\n    {' '.join(sentences(segment))}".rstrip()


def _difference(before: str, after: str) -> str:
    """The kept words round the first that are not as they were."""
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    start = max(0, (len(after) if at is None else at) - SHOWN // 2)
    return _short(("…" if start else "") + after[start:])


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _passages(count: int) -> str:
    return "1 passage" if count == 1 else f"{count} passages"


def _totals(proposal: Proposal) -> str:
    counts = Counter(segment.kind for segment in proposal.segments)
    names: dict[Kind, str] = {
        "heading": "headings",
        "passage": "paragraphs",
        "item": "items of lists",
        "join": "continued",
        "removed": "removed",
    }
    parts = [f"{counts[kind]} {name}" for kind, name in names.items() if counts[kind]]
    return f"Pieces: {len(proposal.segments)} = {', '.join(parts)}."
