"""A Collection written as the folder that reads back equal. Pure but for the files it writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from quizzes.assessments.drafts import QuizDraft, SlotDraft
from quizzes.bank.drafts import DEFAULT_PENALTY, AnchorDraft, QuestionDraft, Waiver
from quizzes.interchange.bank_yaml import tree
from quizzes.interchange.collection import BankDraft, Collection
from quizzes.interchange.formats import OutputTaken
from quizzes.material import documents

WIDTH = 118


def write_path(collection: Collection, path: Path) -> None:
    """Write the folder; an older export of the same bank there is replaced.

    Raises:
        OutputTaken: the folder holds other things.
    """
    bank = collection.bank
    assert bank is not None  # noqa: S101  exports always read a bank
    files = {"bank.yaml": _dump(_bank(bank))}
    for document in collection.documents:
        files[f"materials/{document.value.slug}.md"] = documents.write(document.value)
    for name, questions in _by_file(item.value for item in collection.questions).items():
        entries = [_dump([_question(question)]) for question in questions]
        files[f"questions/{name}.yaml"] = "\n".join(entries)
    if collection.quizzes:
        entries = [_dump([_quiz(item.value)]) for item in collection.quizzes]
        files["quizzes.yaml"] = "\n".join(entries)
    if collection.not_asked:
        entries = [_dump([asdict(item.value)]) for item in collection.not_asked]
        files["not_asked.yaml"] = "\n".join(entries)
    _make_room(path, bank.slug)
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


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
    for pattern in ("materials/*.md", "questions/*.yaml", "quizzes.yaml", "not_asked.yaml"):
        for file in path.glob(pattern):
            file.unlink()


def _by_file(questions: Iterable[QuestionDraft]) -> dict[str, list[QuestionDraft]]:
    """Questions stand in the file of the text that their first anchor quotes."""
    files: dict[str, list[QuestionDraft]] = defaultdict(list)
    for question in questions:
        name = question.anchors[0].material if question.anchors else "without-a-text"
        files[name].append(question)
    return files


def _bank(bank: BankDraft) -> dict[str, Any]:
    return _without_defaults(
        {
            "slug": bank.slug,
            "title": bank.title,
            "description": bank.description,
            "owners": list(bank.owners),
            "licence": bank.licence,
            "use": bank.use,
            "topics": _topics(bank, ""),
        },
        keep={"slug", "title", "use"},
    )


def _topics(bank: BankDraft, parent: str) -> list[dict[str, Any]]:
    return [
        _without_defaults(
            {
                "slug": topic.slug,
                "title": topic.title,
                "children": _topics(bank, topic.slug),
            }
        )
        for topic in bank.topics
        if topic.parent == parent
    ]


def _question(question: QuestionDraft) -> dict[str, Any]:
    options = []
    for index, option in enumerate(question.options):
        role = "supports" if option.fraction > 0 else "refutes"
        anchors = [_anchor(a, role) for a in question.anchors if a.option == index]
        entry = {
            "text": option.text,
            "fraction": _number(option.fraction),
            "rationale": option.rationale,
            "pin": option.pinned,
            "anchor": anchors[0] if len(anchors) == 1 else anchors,
        }
        options.append(_without_defaults(entry, keep={"text", "fraction"}))
    return _without_defaults(
        {
            "id": question.slug,
            "type": question.type,
            "topic": question.topic,
            "level": question.level,
            "tags": list(question.tags),
            "stem": question.stem,
            "options": options,
            "params": dict(question.params),
            "explanation": question.explanation,
            "anchors": [_anchor(a, "") for a in question.anchors if a.option is None],
            "caution": question.caution,
            "hints": list(question.hints),
            "penalty": None if question.penalty == DEFAULT_PENALTY else _number(question.penalty),
            "waive": waivers(question.waivers),
        },
        keep={"id", "type", "level", "stem"},
    )


def waivers(found: Iterable[Waiver]) -> list[dict[str, str]]:
    """Return the findings that an entry lets stand, as its file says them."""
    return [asdict(waiver) for waiver in found]


def _anchor(anchor: AnchorDraft, usual_role: str) -> dict[str, Any]:
    entry = {"material": anchor.material, "passage": anchor.passage, "quote": anchor.quote}
    if anchor.prefix:
        entry["prefix"] = anchor.prefix
    if anchor.role != usual_role:
        entry["role"] = anchor.role
    fits = sum(len(name) + len(value) + 4 for name, value in entry.items()) < WIDTH - 20
    return _Flow(entry) if fits else entry


def _quiz(quiz: QuizDraft) -> dict[str, Any]:
    return _without_defaults(
        {
            "slug": quiz.slug,
            "title": quiz.title,
            "description": quiz.description,
            "preset": quiz.preset,
            "state": None if quiz.state == "published" else quiz.state,
            "time_limit_s": quiz.time_limit_s,
            "attempts_allowed": quiz.attempts_allowed,
            "pass_mark": None if quiz.pass_mark is None else _number(quiz.pass_mark),
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
        same = [slot for _number, slot in run]
        yield same[0], same


def _slot(slot: SlotDraft, count: int) -> dict[str, Any]:
    entry = _Flow()
    if slot.is_draw:
        narrowed = {"topic": slot.topic, "level": slot.level}
        entry["draw"] = _Flow(_without_defaults(narrowed))
        entry["count"] = count
    else:
        entry["question"] = slot.question
    if slot.version is not None:
        entry["version"] = slot.version
    if slot.bank:
        entry["bank"] = slot.bank
    entry["max_mark"] = _number(slot.max_mark)
    return entry


def _without_defaults(entry: Mapping[str, Any], keep: Iterable[str] = ()) -> dict[str, Any]:
    """Leave out what is empty, since reading gives the same without it; a 0 is not empty."""
    return {
        name: value
        for name, value in entry.items()
        if value is not None
        and (name in keep or (value is not False and value not in ("", [], {})))
    }


def _number(value: Decimal) -> _Number:
    return _Number(format(value.normalize(), "f") if value else "0")


class _Number(str):
    """A decimal written as it is, not as a binary float."""

    __slots__ = ()


class _Flow(dict[str, Any]):
    """A table written on one line, {like: this}."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _represent_number(dumper: yaml.SafeDumper, number: _Number) -> yaml.ScalarNode:
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
_Dumper.add_representer(_Number, _represent_number)
_Dumper.add_representer(
    _Flow, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", v.items(), flow_style=True)
)


def _dump(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, **_OPTIONS)
