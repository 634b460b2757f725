"""Banks in the admin site: making, renaming, sharing, topics and tags."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from quizzes.assessments.models import Slot
from quizzes.bank.models import QuestionBank, Topic
from tests import make
from tests.admin.conftest import form_shown, rows

BANKS = "/admin/quizzes/questionbank/"


def change(client: Client, bank: QuestionBank, **fields: Any) -> Any:
    address = f"{BANKS}{bank.pk}/change/"
    posted = form_shown(client, address)
    return client.post(address, posted | {"_save": "1"} | fields)


def test_it_makes_a_bank_with_topics(educator: Client, cora: User) -> None:
    topics = (
        {"title": "Mechanism", "slug": ""},
        {},
        {"title": "Receptors", "slug": "receptors", "parent": "mechanism"},
    )
    fields = {"title": "Mine", "slug": "mine", "use": "exam", "owners": "cora", "_save": "1"}
    response = educator.post(f"{BANKS}add/", fields | rows("topics", *topics))
    assert response.status_code == 302
    bank = QuestionBank.objects.get(slug="mine")
    assert (bank.use, list(bank.owners.all())) == ("exam", [cora])
    found = bank.topics.order_by("position").values_list("slug", "parent__slug")
    assert list(found) == [("mechanism", None), ("receptors", "mechanism")]


def test_it_changes_nothing_when_nothing_is_changed(educator: Client, bank: QuestionBank) -> None:
    before = list(bank.topics.order_by("pk").values())
    assert change(educator, bank).status_code == 302
    assert list(bank.topics.order_by("pk").values()) == before


def test_it_shares_with_educators_alone(
    educator: Client, bank: QuestionBank, dana: User, ada: User
) -> None:
    change(educator, bank, owners="cora", editors="dana@example.org\n")
    assert list(bank.editors.all()) == [dana]
    refused = change(educator, bank, editors="ada\nnobody")
    assert "No educator here: ada, nobody" in refused.content.decode()
    assert list(bank.editors.all()) == [dana]


def test_it_keeps_an_owner(educator: Client, bank: QuestionBank) -> None:
    assert "A bank needs at least one owner." in change(educator, bank, owners="").content.decode()


def test_it_moves_and_removes_topics(educator: Client, bank: QuestionBank) -> None:
    question = make.question(bank, topic="mechanism")
    titles = bank.topics.order_by("position").values_list("title", flat=True)
    assert change(educator, bank, **{"topics-1-position": "1"}).status_code == 302
    assert list(titles.all()) == ["Safety", "How ketamine acts"]
    assert change(educator, bank, **{"topics-0-position": "2"}).status_code == 302
    assert list(titles.all()) == ["How ketamine acts", "Safety"]
    assert change(educator, bank, **{"topics-0-DELETE": "on"}).status_code == 302
    question.refresh_from_db()
    assert question.topic is None
    assert list(bank.topics.values_list("slug", flat=True)) == ["safety"]


def test_it_keeps_what_a_colleague_added_meanwhile(educator: Client, bank: QuestionBank) -> None:
    address = f"{BANKS}{bank.pk}/change/"
    posted = form_shown(educator, address)
    Topic.objects.create(bank=bank, slug="late", title="Late", position=9)
    new = {"topics-2-title": "Dosing", "topics-2-position": "2"}
    assert educator.post(address, posted | new | {"_save": "1"}).status_code == 302
    slugs = bank.topics.order_by("position").values_list("slug", flat=True)
    assert list(slugs) == ["mechanism", "dosing", "safety", "late"]


def test_it_shows_what_is_refused_at_its_row_and_stores_nothing(
    educator: Client, bank: QuestionBank
) -> None:
    bad = {"topics-2-title": "Dosing", "topics-2-parent": "nowhere"}
    page = change(educator, bank, title="Renamed", **bad).content.decode()
    assert '<a href="#id_topics-2-parent">Parent topic: There is no such topic before' in page
    twice = {"topics-2-title": "More safety", "topics-2-slug": "safety"}
    page = change(educator, bank, title="Renamed", **twice).content.decode()
    assert '<a href="#id_topics-2-slug">Name: This slug occurs twice.' in page
    bank.refresh_from_db()
    assert (bank.title, bank.topics.count()) == ("Ketamine", 2)


def test_it_keeps_a_topic_that_a_quiz_draws_from(
    educator: Client, bank: QuestionBank, cora: User
) -> None:
    topic = bank.topics.get(slug="safety")
    revision = make.quiz(cora).revision
    Slot.objects.create(revision=revision, position=1, draw_bank=bank, draw_topic=topic)
    refused = change(educator, bank, **{"topics-1-DELETE": "on"})
    assert "A quiz or a deck draws from the topic “Safety”" in refused.content.decode()
    assert bank.topics.filter(slug="safety").exists()


def test_it_renames_joins_and_removes_tags(educator: Client, bank: QuestionBank) -> None:
    one = make.question(bank, tags=("hard", "old"))
    two = make.question(bank, tags=("difficult", "typo"))
    rows_of = {"difficult": "tags-0", "hard": "tags-1", "old": "tags-2", "typo": "tags-3"}
    assert list(bank.tags.order_by("name").values_list("name", flat=True)) == list(rows_of)
    change(
        educator,
        bank,
        **{
            f"{rows_of['difficult']}-name": "hard",
            f"{rows_of['old']}-DELETE": "on",
            f"{rows_of['typo']}-name": "typed",
        },
    )
    assert sorted(bank.tags.values_list("name", flat=True)) == ["hard", "typed"]
    assert list(one.tags.values_list("name", flat=True)) == ["hard"]
    assert sorted(two.tags.values_list("name", flat=True)) == ["hard", "typed"]
