"""A learner's own bank is in nothing that anybody else meets: a site is the same without it.

Ada's bank quotes the text that everybody reads, has a topic as the course has, and cards due.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from quizzes.assessments.drafts import QuizDraft, SlotDraft
from quizzes.assessments.draws import Draw, pools
from quizzes.assessments.services import create_quiz
from quizzes.bank.drafts import AnchorDraft, QuestionDraft
from quizzes.bank.models import QuestionBank
from quizzes.bank.personal import create_personal_bank
from quizzes.bank.services import create_question
from quizzes.cards.decks import create_deck
from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.cards.models import Card, Deck, Note
from quizzes.cards.services import create_note
from quizzes.material.hooks import anchor_owners
from quizzes.material.models import Source
from tests import make
from tests.security.crawl import crawl, leaks
from tests.security.world import ACTORS, World, forget, undone

pytestmark = pytest.mark.django_db
WORD = "Marzipan"
DOORS = (
    "/",
    "/library/",
    f"/library/?q={WORD}",
    "/library/?topic=safety",
    "/read/public-text/",
    f"/read/public-text/?q={WORD}",
    "/progress/",
    "/cards/",
    "/cards/cora-deck/",
    "/concordance/",
    "/quizzes/open-quiz/",
    "/teach/",
    "/teach/coverage/",
    "/api/v1/banks/cora-bank/coverage/",
    "/admin/",
    "/admin/quizzes/questionbank/",
    "/admin/quizzes/question/",
    f"/admin/quizzes/question/?q={WORD}",
    "/admin/quizzes/note/",
    f"/admin/quizzes/note/?q={WORD}",
    "/admin/quizzes/deck/",
    "/admin/quizzes/quiz/add/",
    "/admin/quizzes/question/add/",
    "/admin/quizzes/source/",
    "/api/v1/banks/",
    "/api/v1/questions/",
    f"/api/v1/questions/?q={WORD}",
    "/api/v1/decks/",
    "/api/v1/quizzes/",
    "/api/v1/materials/",
    "/api/v1/materials/public-text/",
)
# What differs between any two visits: tokens of forms, and addresses with a new seed.
FRESH = re.compile(r'(name="csrfmiddlewaretoken" value|name="nonce" value|data-nonce)="[^"]*"')


def own(world: World, actor: str = "ada") -> QuestionBank:
    """A personal bank that holds one of everything."""
    user, now = world.users[actor], timezone.now()
    bank = create_personal_bank(owner=user, title=f"{WORD} bank", now=now)
    bank.topics.create(slug="safety", title=f"{WORD} topic")
    quote = (AnchorDraft("public-text", "first-act", "blocks the NMDA receptor"),)
    values = make.DRAFTS["single_choice"] | {"stem": f"{WORD} stem?", "anchors": quote}
    draft = QuestionDraft(type="single_choice", slug=WORD.lower(), topic="safety", **values)
    create_question(bank=bank, draft=draft, author=user, now=now, state="ready")
    fields = {"front": f"{WORD} front", "back": f"{WORD} back"}
    note = NoteDraft("basic", fields, quote, slug=WORD.lower(), topic="safety")
    create_note(bank=bank, draft=note, author=user, now=now)
    deck = DeckDraft(slug=WORD.lower(), title=f"{WORD} deck", topic="safety")
    create_deck(bank=bank, draft=deck, by=user, now=now)
    return bank


@pytest.fixture
def bank(made: World) -> Iterator[QuestionBank]:
    with undone():
        yield own(made)


def test_it_is_its_owners_whatever_their_role(made: World, bank: QuestionBank) -> None:
    for actor in ("ada", "ben", "cora", "root"):
        found = list(QuestionBank.objects.owned_personally(made.users[actor]))
        assert found == ([bank] if actor == "ada" else [])
        assert bank not in QuestionBank.objects.editable_by(made.users[actor])
        assert bank not in QuestionBank.objects.owned_by(made.users[actor])
    assert bank not in QuestionBank.objects.all()
    assert bank not in QuestionBank.objects.open_for_practice()
    assert not Note.objects.visible_to(made.users["root"]).filter(bank=bank).exists()
    assert not Card.objects.visible_to(made.users["root"]).filter(note__bank=bank).exists()
    assert not Deck.objects.visible_to(made.users["root"]).filter(bank=bank).exists()


def test_educators_and_admins_have_banks_of_their_own_too(made: World) -> None:
    with undone():
        bank = own(made, "root")
        assert list(QuestionBank.objects.owned_personally(made.users["root"])) == [bank]
        assert not QuestionBank.objects.owned_personally(made.users["ada"]).exists()


def test_only_its_owner_writes_in_it(made: World, bank: QuestionBank) -> None:
    draft = NoteDraft("basic", {"front": "Mine?", "back": "Yes"})
    for actor in ("ben", "cora", "root"):
        with pytest.raises(PermissionDenied):
            create_note(bank=bank, draft=draft, author=made.users[actor], now=make.NOON)
    written = create_note(bank=bank, draft=draft, author=made.users["ada"], now=make.NOON)
    assert written.bank == bank


def test_no_address_says_what_is_in_it(bank: QuestionBank) -> None:
    slugs = [
        bank.slug,
        *bank.questions.values_list("slug", flat=True),
        *bank.notes.values_list("slug", flat=True),
        *bank.decks.values_list("slug", flat=True),
    ]
    assert len(slugs) >= 4
    for slug in slugs:
        assert re.fullmatch(r"[0-9a-f]{20}", slug)


@pytest.mark.parametrize("actor", ACTORS)
def test_every_page_is_the_same_without_it(actor: str, made: World) -> None:
    def replies() -> dict[str, Any]:
        forget()
        return {url: made.client(actor).get(url) for url in DOORS}

    replies()  # the site remembers which text was opened last
    without = {url: _read(reply) for url, reply in replies().items()}
    with undone():
        own(made)
        found = replies()
        assert {url: _read(reply) for url, reply in found.items()} == without
        told = {url for url, reply in found.items() if WORD not in url and leaks(reply, [WORD])}
        assert told == set()


def test_no_page_that_an_educator_comes_to_tells_of_it(made: World, bank: QuestionBank) -> None:
    forget()
    replies = crawl(made.client("cora"), ("/", "/teach/", "/admin/", "/api/v1/quizzes/"))
    assert len(replies) > 50
    pages = {url: reply for url, reply in replies.items() if not reply.streaming}
    assert {url for url, reply in pages.items() if leaks(reply, [WORD, bank.slug])} == set()


def _read(reply: Any) -> tuple[int, str]:
    return reply.status_code, FRESH.sub(r'\1=""', reply.content.decode(errors="replace"))


def test_no_quiz_asks_or_draws_from_it(made: World, bank: QuestionBank) -> None:
    assert pools([Draw(bank.pk)]) == {Draw(bank.pk): []}
    home = QuestionBank.objects.get(slug="cora-bank")
    question = bank.questions.get().slug
    for slot in (SlotDraft(bank=bank.slug), SlotDraft(bank=bank.slug, question=question)):
        draft = QuizDraft(slug="new-quiz", title="New", slots=(slot,))
        for actor in ("ada", "cora", "root"):
            with pytest.raises((ValidationError, PermissionDenied)):
                create_quiz(draft=draft, bank=home, owner=made.users[actor], now=make.NOON)


def test_commands_do_not_find_it(made: World, bank: QuestionBank, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no bank"):
        call_command("export_questions", bank=bank.slug, output=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    out = StringIO()
    with suppress(CommandError):  # it finds something in the other banks
        call_command("lint_bank", "--json", stdout=out)
    assert WORD not in out.getvalue()
    assert bank.slug not in out.getvalue()


def test_a_new_edition_asks_nobody_about_it(made: World, bank: QuestionBank) -> None:
    source = Source.objects.get(slug="public-text")
    assert source.edition is not None
    items = {
        (owner.kind, anchored.item)
        for owner in anchor_owners().values()
        for anchored in owner.anchors_on(source.edition)
    }
    assert ("question", bank.questions.get().pk) not in items
    assert ("card", bank.notes.get().pk) not in items


def test_the_database_wants_an_owner_for_it_and_for_it_alone(made: World) -> None:
    for fields in ({"kind": "personal"}, {"owner": made.users["ada"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuestionBank.objects.create(slug="odd", title="Odd", **fields)
