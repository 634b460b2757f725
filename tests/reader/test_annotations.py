"""The reader's own highlights and notes: kept, found again, and nobody else's business."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from quizzes.material.models import Edition, Passage, Source
from quizzes.reader.annotating import placed
from quizzes.reader.models import Annotation
from tests import make

SignIn = Callable[[User], Client]
QUOTE = "blocks the NMDA receptor"
MARKED = f'<span class="own own-important">{QUOTE}</span>'


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, audience="signed_in")


def keep(client: Client, text: Source, **fields: Any) -> Any:
    sent = {"passage": "first-act", "quote": QUOTE, "near": 9, "kind": "important"} | fields
    return client.post(f"/read/{text.slug}/notes/", sent)


def test_a_highlight_stands_on_its_words_for_its_owner_alone(
    signed_in: SignIn, ada: User, ben: User, cora: User, root: User, text: Source
) -> None:
    reply = keep(signed_in(ada), text, note="Ask about this.")
    assert reply["Location"] == f"/read/{text.slug}/p/first-act/#notes"
    assert MARKED in signed_in(ada).get(f"/read/{text.slug}/").content.decode()
    assert "Ask about this." in signed_in(ada).get(reply["Location"]).content.decode()
    for other in (ben, cora, root):
        client = signed_in(other)
        for page in ("", "p/first-act/", "notes/"):
            shown = client.get(f"/read/{text.slug}/{page}").content.decode()
            assert 'own-important">blocks' not in shown
            assert "Ask about this." not in shown


def test_words_highlighted_again_are_marked_otherwise_and_not_twice(
    signed_in: SignIn, ada: User, ben: User, text: Source
) -> None:
    keep(signed_in(ada), text)
    keep(signed_in(ada), text, kind="unclear")
    keep(signed_in(ben), text)
    assert list(Annotation.objects.filter(user=ada).values_list("kind", flat=True)) == ["unclear"]
    assert Annotation.objects.filter(user=ben).count() == 1
    keep(signed_in(ada), text, note="A note is one more, also on the same words.")
    assert Annotation.objects.filter(user=ada).count() == 2


@pytest.mark.parametrize("key", ["no-such", "\0", "first\0act"])
def test_a_passage_that_is_not_there_takes_none(
    key: str, signed_in: SignIn, ada: User, text: Source
) -> None:
    assert keep(signed_in(ada), text, passage=key).status_code == 404
    assert not Annotation.objects.exists()


def test_a_note_may_stand_on_a_whole_passage(signed_in: SignIn, ada: User, text: Source) -> None:
    keep(signed_in(ada), text, quote="", note="All of it matters.")
    shown = signed_in(ada).get(f"/read/{text.slug}/notes/").content.decode()
    assert "All of it matters." in shown
    assert '<a href="/library/" aria-current="true">' in shown
    assert "¶1" in shown


@pytest.mark.parametrize(
    "fields",
    [
        {"quote": "", "note": " "},
        {"quote": "words that are not there"},
        {"note": "x" * 4001},
        {"note": "a\0b"},
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(
    signed_in: SignIn, ada: User, text: Source, fields: dict[str, str]
) -> None:
    reply = keep(signed_in(ada), text, **fields)
    assert reply.status_code == 400
    assert 'role="alert"' in reply.content.decode()
    assert not Annotation.objects.exists()


def test_a_note_on_no_passage_is_not_found(signed_in: SignIn, ada: User, text: Source) -> None:
    assert keep(signed_in(ada), text, passage="nowhere").status_code == 404


def test_words_that_stand_twice_are_marked_where_they_were_chosen(
    signed_in: SignIn, ada: User, text: Source
) -> None:
    Passage.objects.filter(key="fading").update(plain="rise and rise", html="<p>rise and rise</p>")
    keep(signed_in(ada), text, passage="fading", quote="rise", near=9)
    assert Annotation.objects.get().start == 9


def test_a_note_is_changed_and_thrown_away_by_its_owner(
    signed_in: SignIn, ada: User, ben: User, text: Source
) -> None:
    keep(signed_in(ada), text)
    one = Annotation.objects.get()
    path = f"/read/{text.slug}/notes/{one.pk}/"
    assert signed_in(ben).post(path, {"delete": "1"}).status_code == 404
    signed_in(ada).post(path, {"kind": "unclear", "note": "Hm"})
    one.refresh_from_db()
    assert (one.kind, one.note, one.quote) == ("unclear", "Hm", QUOTE)
    signed_in(ada).post(path, {"delete": "1"})
    assert not Annotation.objects.exists()


def test_a_new_edition_keeps_notes_and_says_where_the_words_have_changed(
    signed_in: SignIn, ada: User, text: Source
) -> None:
    client = signed_in(ada)
    keep(client, text)
    keep(client, text, passage="fading", quote="a few weeks")
    keep(client, text, passage="nothing-asked", quote="Nobody", note="Gone soon")
    edition = Edition.objects.create(source=text, number=2, checksum="2" * 64)
    section = text.edition.sections.get()  # type: ignore[union-attr]
    section.pk, section.edition = None, edition
    section.save()
    for position, (key, plain) in enumerate(
        [("first-act", f"First of all, ketamine {QUOTE}."), ("fading", "It fades in time.")], 1
    ):
        Passage.objects.create(
            edition=edition,
            section=section,
            key=key,
            position=position,
            text=plain,
            plain=plain,
            html=f"<p>{plain}</p>",
        )
    Source.objects.filter(pk=text.pk).update(edition=edition)
    assert MARKED in client.get(f"/read/{text.slug}/").content.decode()
    shown = client.get(f"/read/{text.slug}/notes/").content.decode()
    assert shown.count("these words are no longer here") == 1
    assert shown.count("this passage is no longer in it") == 1
    assert "Gone soon" in shown


def test_a_quote_is_found_again_by_what_stands_round_it() -> None:
    one = Annotation(passage_key="p", quote="it rises", prefix="Then ", suffix=" again", start=0)
    plain = "First it rises once. Then it rises again."
    (found,) = placed([one], {"p": (1, plain)})
    assert found.start == plain.index("it rises again")


def test_the_list_costs_the_same_however_many_there_are(
    signed_in: SignIn, ada: User, text: Source, django_assert_num_queries: Any
) -> None:
    client = signed_in(ada)
    for number in range(6):
        keep(client, text, note=f"Note {number}")
        if number in (0, 5):
            with django_assert_num_queries(5):
                client.get(f"/read/{text.slug}/notes/")
