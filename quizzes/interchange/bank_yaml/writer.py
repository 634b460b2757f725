"""A Collection written as the folder that reads back equal. Pure but for the files it writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from quizzes.assessments.drafts import QuizDraft, SlotDraft
from quizzes.bank import schema
from quizzes.bank.drafts import QuestionDraft
from quizzes.cards.drafts import NoteDraft
from quizzes.interchange.bank_yaml import tree
from quizzes.interchange.bank_yaml.dumping import (
    Flow,
    anchor_entry,
    dump,
    number,
    waiver_entries,
    without_defaults,
)
from quizzes.interchange.bank_yaml.entries import deck_entry, link_entry, note_entry
from quizzes.interchange.collection import BankDraft, Collection
from quizzes.interchange.formats import OutputTaken
from quizzes.material import documents

# The reader of YAML bounds how deep a file is nested.
NESTED_TOPICS = 3
WRITTEN = (
    "materials/*.md",
    "media/*",
    "questions/*.yaml",
    "notes/*.yaml",
    "decks.yaml",
    "concordance.yaml",
    "quizzes.yaml",
    "not_asked.yaml",
)
Anchored = TypeVar("Anchored", QuestionDraft, NoteDraft)


def write_path(collection: Collection, path: Path) -> None:
    """Write the folder; an older export of the same bank there is replaced.

    Raises:
        OutputTaken: the folder holds other things.
    """
    bank = collection.bank
    assert bank is not None  # noqa: S101  exports always read a bank
    files = {"bank.yaml": dump(_bank(bank))}
    for document in collection.documents:
        files[f"materials/{document.value.slug}.md"] = documents.write(document.value)
    for name, questions in _by_file(item.value for item in collection.questions).items():
        files[f"questions/{name}.yaml"] = _joined(_question(one) for one in questions)
    for name, notes in _by_file(item.value for item in collection.notes).items():
        files[f"notes/{name}.yaml"] = _joined(note_entry(note) for note in notes)
    if collection.decks:
        files["decks.yaml"] = _joined(deck_entry(item.value) for item in collection.decks)
    if collection.concordance:
        links = (link_entry(item.value) for item in collection.concordance)
        files["concordance.yaml"] = _joined(links)
    if collection.quizzes:
        files["quizzes.yaml"] = _joined(_quiz(item.value) for item in collection.quizzes)
    if collection.not_asked:
        files["not_asked.yaml"] = _joined(asdict(item.value) for item in collection.not_asked)
    _make_room(path, bank.slug)
    for item in collection.media:
        target = path / "media" / f"{item.value.name}.{item.value.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(item.value.content)
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def _joined(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return a list of entries, an empty line between them."""
    return "\n".join(dump([entry]) for entry in entries)


def _make_room(path: Path, slug: str) -> None:
    """Remove what an older export of this bank wrote; refuse to touch anything else."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    try:
        old = tree.read((path / "bank.yaml").read_bytes())
    except (OSError, tree.YamlError):
        raise OutputTaken from None
    if not isinstance(old, tree.Table) or old.get("slug") != slug:
        raise OutputTaken
    for pattern in WRITTEN:
        for file in path.glob(pattern):
            file.unlink()


def _by_file(drafts: Iterable[Anchored]) -> dict[str, list[Anchored]]:
    """Questions and notes stand in the file of the text that their first anchor quotes."""
    files: dict[str, list[Anchored]] = defaultdict(list)
    for draft in drafts:
        name = draft.anchors[0].material if draft.anchors else "without-a-text"
        files[name].append(draft)
    return files


def _bank(bank: BankDraft) -> dict[str, Any]:
    return without_defaults(
        {
            "slug": bank.slug,
            "title": bank.title,
            "description": bank.description,
            "owners": list(bank.owners),
            "licence": bank.licence,
            "use": bank.use,
            "topics": [*_topics(bank, ""), *_deep_topics(bank)],
        },
        keep={"slug", "title", "use"},
    )


def _topics(bank: BankDraft, parent: str, depth: int = 1) -> list[dict[str, Any]]:
    return [
        without_defaults(
            {
                "slug": topic.slug,
                "title": topic.title,
                "children": _topics(bank, topic.slug, depth + 1) if depth < NESTED_TOPICS else [],
            }
        )
        for topic in bank.topics
        if topic.parent == parent
    ]


def _deep_topics(bank: BankDraft) -> list[dict[str, Any]]:
    """Return what is too deep to be read when nested: a row each that names its parent."""
    found: list[dict[str, Any]] = []
    level = [""]
    for depth in range(1, len(bank.topics) + 1):
        below = [topic for topic in bank.topics if topic.parent in level]
        if depth > NESTED_TOPICS:
            found += [{"slug": t.slug, "title": t.title, "parent": t.parent} for t in below]
        level = [topic.slug for topic in below]
    return found


def _question(question: QuestionDraft) -> dict[str, Any]:
    options = []
    # The steps of an order have no fraction, and what they are anchored to does not refute them.
    weighed = {"fraction"} if any(option.fraction for option in question.options) else set()
    for index, option in enumerate(question.options):
        role = "refutes" if weighed and option.fraction <= 0 else "supports"
        anchors = [anchor_entry(a, role) for a in question.anchors if a.option == index]
        entry = {
            "text": option.text,
            "fraction": number(option.fraction) if weighed else None,
            "rationale": option.rationale,
            "pin": option.pinned,
            "anchor": anchors[0] if len(anchors) == 1 else anchors,
        }
        options.append(without_defaults(entry, keep={"text", *weighed}))
    entries = {
        "options": options,
        "params": dict(question.params),
        "anchors": [anchor_entry(a, "") for a in question.anchors if a.option is None],
        "waivers": waiver_entries(question.waivers),
    }
    return without_defaults(
        {
            one.file_name or one.name: entries[one.name]
            if one.name in entries
            else _plain(one, getattr(question, one.name))
            for one in schema.FIELDS
        },
        keep={"id", "type", "level", "stem"},
    )


def _plain(one: schema.Field, value: Any) -> Any:
    if one.kind is schema.Kind.DECIMAL:
        return None if value == one.default else number(value)
    return list(value) if isinstance(value, tuple) else value


def _quiz(quiz: QuizDraft) -> dict[str, Any]:
    return without_defaults(
        {
            "slug": quiz.slug,
            "title": quiz.title,
            "description": quiz.description,
            "preset": quiz.preset,
            "state": None if quiz.state == "published" else quiz.state,
            "time_limit_s": quiz.time_limit_s,
            "attempts_allowed": quiz.attempts_allowed,
            "pass_mark": None if quiz.pass_mark is None else number(quiz.pass_mark),
            "grading_method": quiz.grading_method,
            "shuffle_questions": quiz.shuffle_questions,
            "shuffle_options": None if quiz.shuffle_options else False,
            "audience": quiz.audience,
            "opens_at": quiz.opens_at.isoformat() if quiz.opens_at else None,
            "closes_at": quiz.closes_at.isoformat() if quiz.closes_at else None,
            "slots": [
                _slot(slot, sum(1 for _ in same)) if slot.is_draw else _slot(slot, 1)
                for slot, same in _runs(quiz.slots)
            ],
        },
        keep={"attempts_allowed", "shuffle_questions", "shuffle_options"},
    )


def _runs(slots: Iterable[SlotDraft]) -> Iterable[tuple[SlotDraft, Iterable[SlotDraft]]]:
    """Group equal draws that follow each other; every question stands alone."""
    numbered = enumerate(slots)
    for _key, run in groupby(numbered, key=lambda s: s[1] if s[1].is_draw else s[0]):
        same = [slot for number, slot in run]
        yield same[0], same


def _slot(slot: SlotDraft, count: int) -> dict[str, Any]:
    entry = Flow()
    if slot.is_draw:
        narrowed = {"topic": slot.topic, "level": slot.level}
        entry["draw"] = Flow(without_defaults(narrowed))
        entry["count"] = count
    else:
        entry["question"] = slot.question
    if slot.version is not None:
        entry["version"] = slot.version
    if slot.bank:
        entry["bank"] = slot.bank
    entry["max_mark"] = number(slot.max_mark)
    return entry
