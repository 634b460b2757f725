"""What versions say, read once for all pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from quizzes.bank import content_cache
from quizzes.bank.content_cache import anchors_of, contents_of
from quizzes.bank.models import Option, QuestionVersion
from quizzes.bank.queries import drafts_of
from quizzes.bank.services import change_draft_version
from tests import make

pytestmark = pytest.mark.django_db


def versions(cora: User, count: int, **fields: object) -> list[int]:
    bank = make.bank(cora)
    source = make.source(owner=cora)
    asked = [make.question(bank, anchored_in=source, **fields) for _ in range(count)]
    return [question.versions.get().pk for question in asked]


@pytest.mark.parametrize("count", [1, 5])
def test_it_reads_any_number_in_two_queries_and_then_in_none(
    cora: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = versions(cora, count)
    with django_assert_num_queries(2):
        first = contents_of(ids)
    with django_assert_num_queries(0):
        assert contents_of(ids) == first
    with django_assert_num_queries(1):
        anchors_of(ids)


def test_it_knows_options_in_the_authored_order_with_their_html(cora: User) -> None:
    [pk] = versions(cora, 1)
    content = contents_of([pk])[pk]
    assert [option.text for option in content.options] == [
        "Dopamine reuptake",
        "NMDA receptor",
        "Serotonin reuptake",
    ]
    assert content.options[1].is_key
    assert content.options[1].id == Option.objects.get(version=pk, position=1).pk
    assert content.options[1].rationale_html == "It is the target."


def test_it_leaves_out_what_does_not_exist() -> None:
    assert contents_of([10**9]) == {}
    assert anchors_of([10**9]) == {}


def test_it_reads_drafts_anew(cora: User) -> None:
    [pk] = versions(cora, 1, state="draft")
    assert "question" in contents_of([pk])[pk].stem
    version = QuestionVersion.objects.get(pk=pk)
    draft = drafts_of([pk])[pk]
    change_draft_version(
        version=version, draft=replace(draft, stem="Anew?"), by=cora, now=make.NOON
    )
    assert contents_of([pk])[pk].stem == "Anew?"


def test_it_keeps_no_more_than_there_is_room_for(
    cora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_cache, "CACHE_SIZE", 2)
    ids = versions(cora, 4)
    assert len(contents_of(ids)) == 4
    assert len(content_cache._kept) == 2


def test_it_sanitises_html_written_past_the_services(cora: User) -> None:
    [pk] = versions(cora, 1)
    QuestionVersion.objects.filter(pk=pk).update(
        stem_html="<p onclick=x>a<script>alert(1)</script></p>", caution_html="<img src=//e.org>"
    )
    Option.objects.filter(version=pk).update(text_html="<b style=x>bold</b>")
    content = contents_of([pk])[pk]
    assert (content.stem_html, content.caution_html) == ("<p>a</p>", "")
    assert {option.html for option in content.options} == {"bold"}


def test_it_quotes_the_passage_with_what_stands_round_it(cora: User) -> None:
    [pk] = versions(cora, 1)
    [quote] = anchors_of([pk])[pk]
    assert (quote.before, quote.quote) == ("Ketamine ", "blocks the NMDA receptor")
    assert quote.after == ". Glutamate activity then rises."
    assert (quote.passage, quote.position, quote.role) == ("first-act", 1, "supports")
    assert quote.url == f"/read/{quote.material}/#first-act"
