"""A topic takes everything within it, however deep: in draws, decks, lists and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from quizzes.assessments.draws import Draw, pools
from quizzes.assessments.models import Slot
from quizzes.bank.models import QuestionBank, Topic
from quizzes.interchange.bank_yaml import read_path, write_path
from quizzes.interchange.queries import collection_of
from quizzes.interchange.services import import_bank
from tests import make

pytestmark = pytest.mark.django_db
DEEP = 9


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora)


@pytest.fixture
def chain(bank: QuestionBank) -> list[Topic]:
    """A topic below "mechanism", one below that, and so on; a topic of another bank beside."""
    found = [bank.topics.get(slug="mechanism")]
    for n in range(1, DEEP):
        found.append(bank.topics.create(slug=f"t{n}", title=f"T{n}", parent=found[-1]))
    return found


def test_it_takes_a_topic_and_all_within_it(chain: list[Topic], bank: QuestionBank) -> None:
    assert set(Topic.objects.within(chain[0])) == set(chain)
    assert set(Topic.objects.within(chain[4], chain[6].pk)) == set(chain[4:])
    assert not Topic.objects.within()
    members = Topic.objects.members([chain[7], bank.topics.get(slug="safety")])
    assert members[chain[7].pk] == {chain[7].pk, chain[8].pk}
    assert Topic.objects.members([]) == {}


def test_it_ends_where_topics_stand_in_a_circle(chain: list[Topic]) -> None:
    Topic.objects.filter(pk=chain[0].pk).update(parent=chain[-1])
    assert set(Topic.objects.within(chain[3])) == set(chain)


def test_it_draws_from_the_deepest_topic(
    chain: list[Topic], bank: QuestionBank, cora: User, ada: User
) -> None:
    deep = make.question(bank, topic=chain[-1].slug)
    other = make.question(bank, topic="safety")
    quiz = make.quiz(cora)
    Slot.objects.create(revision=quiz.revision, position=1, draw_bank=bank, draw_topic=chain[0])
    assert make.attempt(ada, quiz).questions.get().version.question == deep
    assert pools([Draw(bank.pk, chain[0].pk), Draw(bank.pk)]) == {
        Draw(bank.pk, chain[0].pk): [deep.pk],
        Draw(bank.pk): [deep.pk, other.pk],
    }


def test_it_states_draws_in_a_fixed_number_of_queries(
    chain: list[Topic], bank: QuestionBank, django_assert_num_queries
) -> None:
    with django_assert_num_queries(2):
        pools([Draw(bank.pk, one.pk, level) for one in chain for level in ("", "recall")])
    with django_assert_num_queries(1):
        pools([Draw(bank.pk, level="recall")])
    with django_assert_num_queries(0):
        pools([])


def test_a_deck_holds_the_cards_of_the_deepest_topic(
    chain: list[Topic], bank: QuestionBank, signed_in, ada: User
) -> None:
    make.note(bank, topic=chain[-1].slug, fields={"front": "How deep?", "back": "Nine"})
    make.note(bank, topic="safety", fields={"front": "How safe?", "back": "Rather"})
    deck = make.deck(bank, topic=chain[2].slug)
    client: Client = signed_in(ada)
    assert "1 card" in client.get("/cards/").content.decode()
    page = client.get(f"/cards/{deck.slug}/").content.decode()
    assert "How deep?" in page
    assert "How safe?" not in page


def test_files_keep_topics_of_any_depth(
    chain: list[Topic], bank: QuestionBank, tmp_path: Path
) -> None:
    def tree() -> set[tuple[str, str, str | None]]:
        rows = Topic.objects.filter(bank__slug=bank.slug)
        return set(rows.values_list("slug", "title", "parent__slug"))

    before = tree()
    write_path(collection_of(QuestionBank.objects.get(pk=bank.pk)), tmp_path)
    bank.topics.all().delete()
    read = read_path(tmp_path)
    assert read.refused == ()
    import_bank(collection=read, now=make.NOON, overwrite=True)
    assert tree() == before


def test_files_name_no_parent_that_does_not_come_first(tmp_path: Path) -> None:
    (tmp_path / "bank.yaml").write_text(
        "slug: own\ntitle: Own\ntopics:\n- {slug: below, title: Below, parent: above}\n"
        "- {slug: above, title: Above}\n"
    )
    reasons = [line.reason for line in read_path(tmp_path).refused]
    assert any("There is no topic “above” above “below”." in reason for reason in reasons)
