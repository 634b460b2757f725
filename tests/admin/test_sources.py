"""Study texts in the admin site: written as one document, published as editions."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from quizzes.bank.models import QuestionBank
from quizzes.material.models import Source
from tests import make
from tests.admin.conftest import SignedIn, form_shown

SOURCES = "/admin/quizzes/source/"
TEXT = """---
title: On sleep
audience: signed_in
---
## Why we sleep

Sleep clears the brain of waste. {#clearing}

Memories settle at night. {#memory from="page 2"}
"""


def publish(client: Client, document: str = TEXT, slug: str = "sleep") -> Source:
    response = client.post(f"{SOURCES}add/", {"slug": slug, "document": document})
    assert response.status_code == 302
    return Source.objects.get(slug=slug)


def test_it_publishes_a_text(educator: Client, cora: User) -> None:
    source = publish(educator)
    assert (source.owner, source.title, source.audience) == (cora, "On sleep", "signed_in")
    assert source.edition is not None
    assert list(source.edition.passages.values_list("key", flat=True)) == ["clearing", "memory"]


def test_it_takes_a_file(educator: Client) -> None:
    file = SimpleUploadedFile("sleep.md", TEXT.encode())
    educator.post(f"{SOURCES}add/", {"slug": "sleep", "document": "ignored", "file": file})
    assert Source.objects.get().title == "On sleep"


def test_it_names_defects_by_their_lines(educator: Client) -> None:
    broken = TEXT.replace(" {#clearing}", "").replace("{#memory", "{#No Key")
    response = educator.post(f"{SOURCES}add/", {"slug": "sleep", "document": broken})
    page = response.content.decode()
    assert "line 7: The passage does not end with its key" in page
    assert "line 9:" in page
    assert not Source.objects.exists()


def test_it_makes_an_edition_of_another_text_and_none_of_the_same(educator: Client) -> None:
    source = publish(educator)
    address = f"{SOURCES}{source.pk}/change/"
    fields = form_shown(educator, address)
    educator.post(address, fields)
    assert source.editions.count() == 1
    educator.post(
        address, fields | {"document": fields["document"].replace("waste", "what is waste")}
    )
    source.refresh_from_db()
    assert source.editions.count() == 2
    assert source.edition is not None
    assert source.edition.number == 2


def test_it_keeps_words_that_questions_quote(educator: Client, bank: QuestionBank) -> None:
    from quizzes.bank.drafts import AnchorDraft

    source = publish(educator)
    anchor = AnchorDraft("sleep", "clearing", "clears the brain")
    make.question(bank, anchors=(anchor,))
    address = f"{SOURCES}{source.pk}/change/"
    fields = form_shown(educator, address)
    moved = fields | {"document": fields["document"].replace("of waste", "of its waste")}
    assert educator.post(address, moved).status_code == 302
    lost = fields | {"document": fields["document"].replace("clears the brain", "helps")}
    educator.post(address, lost)
    source.refresh_from_db()
    assert source.edition is not None
    assert (source.edition.number, source.editions.count()) == (2, 3)


def test_it_lists_the_texts_of_others_to_read_and_shares_ones_own(
    educator: Client, cora: User, dana: User, signed_in: SignedIn
) -> None:
    mine = publish(educator)
    foreign = make.source(owner=dana, title="Dana’s text", slug="danas")
    hidden = make.source(owner=dana, title="Dana’s draft", published=False)
    page = educator.get(SOURCES).content.decode()
    assert f'href="{SOURCES}{mine.pk}/change/"' in page
    assert f'href="{foreign.get_absolute_url()}"' in page
    assert hidden.title not in page
    address = f"{SOURCES}{mine.pk}/change/"
    assert signed_in(dana).get(address).status_code == 404
    educator.post(address, form_shown(educator, address) | {"editors": "dana"})
    assert signed_in(dana).get(address).status_code == 200
    # Who may write may not share.
    signed_in(dana).post(address, form_shown(signed_in(dana), address) | {"editors": ""})
    assert list(mine.editors.all()) == [dana]


def test_it_takes_no_name_of_another_text(educator: Client, dana: User) -> None:
    make.source(owner=dana, slug="sleep")
    response = educator.post(f"{SOURCES}add/", {"slug": "sleep", "document": TEXT})
    assert "This name is taken." in response.content.decode()
