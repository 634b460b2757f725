"""A proposal as a page shows it: its lines, its sections, and what is said after importing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.importing.building import marked
from quizzes.importing.emphasis import Mark
from quizzes.importing.propose import Proposal
from quizzes.importing.reasons import sentences, where
from quizzes.importing.segments import Segment
from quizzes.importing.services import choice_of
from quizzes.material import markup

if TYPE_CHECKING:
    from quizzes.material.services import Loaded

CHOICE_LABELS = {
    "heading2": gettext_lazy("Heading"),
    "heading3": gettext_lazy("Heading, second level"),
    "passage": gettext_lazy("Paragraph"),
    "item": gettext_lazy("Item of a list"),
    "join": gettext_lazy("Goes on with the one above"),
    "removed": gettext_lazy("Removed"),
}
SHOWN = {
    "": gettext_lazy("All"),
    "removed": gettext_lazy("Removed"),
    "changed": gettext_lazy("In other words"),
    "headings": gettext_lazy("Headings"),
}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A piece with its number; `before` only where other words are kept."""

    number: int
    text: str
    before: str
    choice: str
    where: str
    reasons: list[str]
    marks: tuple[Mark, ...] = ()

    @property
    def html(self) -> str:
        """The words with their bold, italics and links; "" where they have none."""
        return markup.render_inline(marked(self.text, self.marks)) if self.marks else ""

    @property
    def level(self) -> str:
        return self.choice.removeprefix("heading") if self.choice.startswith("heading") else ""


@dataclass(frozen=True, slots=True)
class ShownSection:
    level: int
    title: str
    passages: int
    line: int
    page: int


def lines(proposal: Proposal, show: str) -> list[ShownLine]:
    """Return the lines to look at, in their order."""
    return [
        ShownLine(
            number=number,
            text=segment.text if segment.kept else " ".join(segment.raw.split()),
            before=" ".join(segment.raw.split()) if segment.changed else "",
            choice=choice_of(segment),
            where=where(segment.place),
            reasons=sentences(segment),
            marks=segment.marks_kept if segment.kept else (),
        )
        for number, segment in enumerate(proposal.segments)
        if _is_shown(segment, show)
    ]


def _is_shown(segment: Segment, show: str) -> bool:
    wanted = {
        "removed": not segment.kept,
        "changed": segment.changed,
        "headings": segment.kind == "heading",
    }
    return wanted.get(show, True)


def filters(proposal: Proposal) -> list[tuple[str, str, int]]:
    """Return the ways to narrow the lines, with how many each leaves."""
    return [
        (name, str(label), sum(_is_shown(segment, name) for segment in proposal.segments))
        for name, label in SHOWN.items()
    ]


def outline(proposal: Proposal, a_page: int) -> list[ShownSection]:
    """Return the sections with the line each begins in, and the page that line is on."""
    found: list[ShownSection] = []
    for number, segment in enumerate(proposal.segments):
        page = 1 + number // a_page
        if segment.kind == "heading":
            found.append(ShownSection(segment.level, segment.text, 0, number, page))
        elif segment.kind in {"passage", "item"}:
            if not found:
                found.append(ShownSection(2, "", 0, number, page))
            last = found[-1]
            found[-1] = ShownSection(
                last.level, last.title, last.passages + 1, last.line, last.page
            )
    return found


def told(loaded: Loaded) -> str:
    """Return what is said once a document is imported."""
    number = loaded.edition.number if loaded.edition else 1
    sentences = {
        "new": _("The document is imported, and its text published."),
        "changed": _("The document is imported. Readers see edition %(number)d."),
        "held": _("The document is imported as a draft: decide about its quotes first."),
        "unchanged": _("The text is unchanged."),
    }
    return sentences[loaded.status] % {"number": number}
