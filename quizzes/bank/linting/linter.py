"""All rules over a bank, or over one question while it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from quizzes.bank.drafts import QuestionDraft, Waiver
from quizzes.bank.linting import catalogue, notes, options, sets, sources, stems
from quizzes.bank.linting.findings import ORDER, Finding
from quizzes.bank.linting.notes import NoteText
from quizzes.bank.linting.questions import Item, World
from quizzes.bank.linting.sets import LintedQuiz

_RULES = (*stems.RULES, *options.RULES, *sources.RULES)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is linted together: a bank with its quizzes, its cards and the words round them.

    `texts` are other texts of ours by (kind, name, place): passages, titles, concordances.
    """

    questions: Sequence[QuestionDraft]
    papers: Sequence[LintedQuiz] = ()
    notes: Sequence[NoteText] = ()
    texts: Iterable[tuple[str, str, str, str]] = field(default=())


def lint(subject: Subject, world: World) -> list[Finding]:
    """Return every finding, the gravest first; what is waived carries its reason."""
    common = world.common or sets.common_words([one.stem for one in subject.questions])
    world = replace(world, common=common)
    items = [Item(draft, common) for draft in subject.questions]
    by_slug = {item.draft.slug: item for item in items}
    found = [one for item in items for one in of_question(item, world)]
    found += sets.near_duplicates(items)
    found += sets.of_papers(subject.papers, by_slug)
    for note in subject.notes:
        of_note = notes.of_note(note, world, items)
        found += [replace(one, subject="note", name=note.slug) for one in of_note]
    for kind, name, place, text in subject.texts:
        copied = sources.copied([(place, text)], world)
        found += [replace(one, subject=kind, name=name) for one in copied]  # type: ignore[arg-type]
    waivers = {("question", one.slug): one.waivers for one in subject.questions}
    waivers |= {("note", one.slug): one.waivers for one in subject.notes}
    found = list(waived(found, waivers))
    return sorted(found, key=lambda one: (ORDER.index(one.severity), one.name, one.id, one.field))


def of_question(item: Item, world: World) -> Iterator[Finding]:
    """Yield what one question shows by itself."""
    for rule in _RULES:
        yield from _named(rule(item), item.draft.slug)
    yield from _named(sources.of_question(item, world), item.draft.slug)


def lint_question(draft: QuestionDraft, world: World) -> list[Finding]:
    """Return what one question shows by itself, in the order of its form, waived or not."""
    found = of_question(Item(draft, world.common), world)
    # Waivers of what only a set shows are not for one question to judge.
    own = [one for one in draft.waivers if one.finding not in catalogue.OF_SETS]
    return list(waived(found, {("question", draft.slug): own}))


def lint_quiz(paper: LintedQuiz, drafts: Sequence[QuestionDraft]) -> list[Finding]:
    """Return what only the questions of a quiz together show, and nobody has waived."""
    items = [Item(draft, sets.common_words([one.stem for one in drafts])) for draft in drafts]
    found = [
        *sets.near_duplicates(items),
        *sets.of_papers([paper], {item.draft.slug: item for item in items}),
    ]
    waivers = {("question", draft.slug): draft.waivers for draft in drafts}
    return [
        one for one in open_findings(waived(found, waivers)) if one.kind != catalogue.UNUSED_WAIVER
    ]


def _named(found: Iterable[Finding], name: str) -> Iterator[Finding]:
    return (replace(one, name=name) for one in found)


def waived(
    found: Iterable[Finding], waivers: Mapping[tuple[str, str], Iterable[Waiver]]
) -> Iterator[Finding]:
    """Yield the findings with the reasons for which they stand, then waivers that match none.

    A finding about two things can be waived at either.
    """
    reasons = {
        (*thing, one.finding): one.reason for thing, several in waivers.items() for one in several
    }
    used: Counter[tuple[str, str, str]] = Counter()
    for one in found:
        sides = [(one.subject, one.name, one.id)]
        if one.other:
            sides.append(("question", one.other, one.id))
        side = next((side for side in sides if side in reasons), None)
        if side is None:
            yield one
        else:
            used[side] += 1
            yield replace(one, waived=reasons[side])
    for thing in reasons:
        if thing not in used:
            subject, name, finding = thing
            detail = f"{finding}: {reasons[thing]}"
            yield Finding(
                catalogue.UNUSED_WAIVER,
                detail,
                "waive",
                subject,  # type: ignore[arg-type]
                name,
            )


def open_findings(found: Iterable[Finding]) -> list[Finding]:
    """Return those that nobody has waived."""
    return [one for one in found if not one.waived]
