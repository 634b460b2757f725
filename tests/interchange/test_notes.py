"""Notes, decks and the concordance of a folder: loaded again and again, written back equal."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzes.bank.models import QuestionBank
from quizzes.cards import services
from quizzes.cards.models import Card, CardAnchor, Deck, Note
from quizzes.concordance.models import Claim, ConcordanceLink
from quizzes.interchange.bank_yaml import read_path, write_path
from quizzes.interchange.collection import Report
from quizzes.interchange.models import LoadedItem
from quizzes.interchange.queries import collection_of
from quizzes.interchange.services import import_bank
from tests import make
from tests.interchange.test_read_folder import TEXT, write

pytestmark = pytest.mark.django_db

NOTES = """\
- id: note-target
  kind: cloze
  topic: receptors
  tags: [b, a]
  fields:
    text: Ketamine {{c1::blocks::what?}} the {{c2::NMDA}} receptor.
    extra: It is quick.
  anchors:
    - {material: acting, passage: first-act, quote: blocks the NMDA receptor}
  caution: In animals.
- id: note-both-ways
  kind: reversed
  topic: safety
  fields: {front: A, back: B}
  anchors:
    - {material: acting, passage: rise, quote: Glutamate rises, role: refutes}
"""
DECKS = """\
- {slug: all-acting, title: How it acts, description: All of it., material: acting}
- {slug: safety-cards, title: Safety, topic: safety}
- {slug: two, title: Two, notes: [note-both-ways, note-target]}
"""
LINKS = """\
- id: what-first
  title: What comes first?
  topic: mechanism
  relation: contradict
  note: They *differ*.
  claims:
    - {material: acting, passage: first-act, quote: blocks the NMDA receptor, says: A block.}
    - {material: acting, passage: rise, quote: Glutamate rises, says: "A rise, at once."}
  questions: [how-much, first-act]
"""


def folder_of(path: Path, **files: str) -> Path:
    write(path, **{name: text for name, text in files.items() if name in {"text", "questions"}})
    (path / "notes").mkdir(exist_ok=True)
    (path / "notes" / "acting.yaml").write_text(files.get("notes", NOTES))
    (path / "decks.yaml").write_text(files.get("decks", DECKS))
    (path / "concordance.yaml").write_text(files.get("links", LINKS))
    return path


def load(path: Path, **files: str) -> Report:
    return import_bank(collection=read_path(folder_of(path, **files)), now=make.NOON)


def statuses(report: Report, *kinds: str) -> dict[str, str]:
    return {line.title: line.status for line in report.lines if line.kind in kinds}


def reasons(report: Report) -> str:
    return " ".join(line.reason for line in report.refused())


def rows() -> dict[str, int]:
    models = (Note, Card, CardAnchor, Deck, ConcordanceLink, Claim, LoadedItem)
    return {model.__name__: model.objects.count() for model in models}


def test_it_loads_them_and_changes_nothing_the_second_time(tmp_path: Path) -> None:
    assert load(tmp_path).refused() == []
    before = rows()
    assert (before["Note"], before["Card"], before["Deck"], before["Claim"]) == (2, 4, 3, 2)
    link = ConcordanceLink.objects.get()
    assert (link.relation, link.note_html) == ("contradict", "<p>They <em>differ</em>.</p>")
    assert set(link.questions.values_list("slug", flat=True)) == {"how-much", "first-act"}
    assert {line.status for line in load(tmp_path).lines} == {"unchanged"}
    assert rows() == before


def test_it_writes_back_what_it_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    load(tmp_path / "in")
    bank = QuestionBank.objects.get()
    write_path(collection_of(bank), tmp_path / "out")
    read, back = read_path(tmp_path / "in"), read_path(tmp_path / "out")
    assert back.refused == ()
    for name in ("notes", "decks", "concordance"):
        before = {item.value.slug: item.value for item in getattr(read, name)}
        assert {item.value.slug: item.value for item in getattr(back, name)} == before
    assert {line.status for line in import_bank(collection=back, now=make.NOON).lines} == {
        "unchanged"
    }


def test_it_updates_what_changed_and_leaves_what_was_changed_here(tmp_path: Path) -> None:
    load(tmp_path)
    services.retire_note(note=Note.objects.get(slug="note-both-ways"), by=None, now=make.NOON)
    Deck.objects.filter(slug="two").update(title="Two of ours")
    report = load(
        tmp_path,
        notes=NOTES.replace("It is quick.", "It is slow.").replace("back: B", "back: C"),
        decks=DECKS.replace("title: Two", "title: Other").replace("All of it.", "All."),
        links=LINKS.replace("contradict", "agree"),
    )
    assert statuses(report, "note", "deck", "concordance") == {
        "note-target": "imported",
        "note-both-ways": "unchanged",
        "all-acting": "imported",
        "safety-cards": "unchanged",
        "two": "unchanged",
        "what-first": "imported",
    }
    assert Note.objects.get(slug="note-target").fields["extra"] == "It is slow."
    assert Deck.objects.get(slug="two").title == "Two of ours"


def test_it_lists_everything_it_refuses(tmp_path: Path) -> None:
    report = load(
        tmp_path,
        notes=NOTES.replace("kind: cloze", "kind: basic").replace("{front: A, back: B}", "none"),
        decks=DECKS.replace("topic: safety", "topic: nothing"),
        links=LINKS.replace("first-act]", "no-such]").replace("rise at once", "falls"),
    )
    assert statuses(report, "note", "deck", "concordance") == {
        "note-target": "refused",
        "note-both-ways": "refused",
        "all-acting": "imported",
        "safety-cards": "refused",
        "two": "refused",
        "what-first": "refused",
    }
    for words in ("fields.front: This is missing.", "no topic “nothing”", "no note “note-both"):
        assert words in reasons(report)
    assert "fields: This must be a table" in reasons(report)
    assert "no question “no-such”" in reasons(report)


def test_it_takes_a_new_text_with_the_notes_that_follow_it(tmp_path: Path) -> None:
    load(tmp_path)
    new = TEXT.replace("Glutamate rises.", "Glutamate soars.")
    follow = {
        "text": new,
        "questions": "[]",
        "notes": NOTES.replace("Glutamate rises", "Glutamate soars"),
        "links": LINKS.replace("Glutamate rises", "Glutamate soars").replace(
            "[how-much, first-act]", "[]"
        ),
    }
    questions = QuestionBank.objects.get().questions
    questions.update(retired_at=make.NOON)
    assert reasons(load(tmp_path, **(follow | {"notes": NOTES}))).count("note-both-ways") == 1
    assert CardAnchor.objects.get(note__slug="note-both-ways").quote == "Glutamate rises"
    assert load(tmp_path, **follow).refused() == []
    assert CardAnchor.objects.get(note__slug="note-both-ways").quote == "Glutamate soars"
