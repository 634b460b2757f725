"""A document imported in the admin site: read, looked at line by line, published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.importing.models import ImportProposal
from quizzes.importing.services import OPEN_LIMIT
from quizzes.material.models import Source
from tests.admin.conftest import SignedIn
from tests.importing import files

IMPORTS = "/admin/quizzes/importproposal/"
FRONT = {"title": "On tea", "language": "en", "audience": "signed_in"}


def upload(
    client: Client, data: bytes = files.COPIED.encode(), name: str = "tea.txt", **fields: Any
) -> Any:
    return client.post(f"{IMPORTS}add/", {"file": SimpleUploadedFile(name, data), **fields})


@pytest.fixture
def row(educator: Client) -> ImportProposal:
    assert upload(educator).status_code == 302
    return ImportProposal.objects.get()


def address(row: ImportProposal, what: str = "change") -> str:
    return f"{IMPORTS}{row.pk}/{what}/"


def line_of(row: ImportProposal, words: str) -> str:
    segments = row.proposal["pieces"]
    return f"line-{next(i for i, segment in enumerate(segments) if words in segment[2])}"


def test_it_shows_every_line_with_what_becomes_of_it(educator: Client, row: ImportProposal) -> None:
    page = educator.get(address(row)).content.decode()
    assert page.count('<select name="line-') == len(row.proposal["pieces"])
    assert "Check out my ebook, Calm Nights" in page
    assert "It advertises something." in page
    assert '<option value="heading3" selected>' in page
    assert "that\u00e2\u20ac\u2122s why" in page  # what was mended is shown as it was
    assert not Source.objects.exists()


def test_it_keeps_choices_over_a_reload_and_imports_them(
    educator: Client, cora: User, row: ImportProposal
) -> None:
    advert, heading = line_of(row, "Check out my ebook"), line_of(row, "What a Cup Holds")
    choices = {advert: "passage", line_of(row, "How It Works 🤓"): "removed", heading: "heading3"}
    response = educator.post(address(row), {**FRONT, **choices, "_page": "1"})
    assert response.status_code == 302
    page = educator.get(address(row)).content.decode()
    assert "You chose this." in page
    assert 'value="On tea"' in page
    preview = educator.get(address(row, "preview")).content.decode()
    assert "<h2>How It Works</h2>" not in preview
    educator.post(address(row), {**FRONT, "authors": "Jane Brewer", "_import": "1"})
    source = Source.objects.get()
    assert (source.title, source.owner, source.authors) == ("On tea", cora, "Jane Brewer")
    assert source.edition is not None
    assert source.edition.passages.filter(plain__startswith="Check out my ebook").exists()
    titles = source.edition.sections.order_by("position").values_list("level", "title")
    assert (2, "How It Works") not in titles
    assert (2, "What a Cup Holds") in titles  # the first heading is one of the first level


def test_it_imports_once_however_often_it_is_clicked(educator: Client, row: ImportProposal) -> None:
    for _ in range(2):
        response = educator.post(address(row), {**FRONT, "_import": "1"})
        assert response.status_code == 302
    assert Source.objects.count() == 1
    assert Source.objects.get().editions.count() == 1


def test_it_makes_an_edition_of_ones_own_text_alone(
    educator: Client, row: ImportProposal, cora: User, dana: User, signed_in: SignedIn
) -> None:
    educator.post(address(row), {**FRONT, "_import": "1"})
    source = Source.objects.get()
    changed = files.COPIED.replace("three minutes", "four minutes").encode()
    foreign = upload(signed_in(dana), changed, edition_of=source.pk)
    assert "Select a valid choice" in foreign.content.decode()
    upload(educator, changed, edition_of=source.pk)
    row = ImportProposal.objects.get(edition_of=source)
    educator.post(address(row), {"_import": "1"})
    source.refresh_from_db()
    assert source.edition is not None
    assert (source.edition.number, source.title) == (2, "On tea")
    assert source.edition.passages.filter(key="caffeine-blocks-receptors-adenosine").exists()


def test_it_is_nobody_elses(
    row: ImportProposal, ada: User, dana: User, root: User, signed_in: SignedIn
) -> None:
    for user in (dana, root):
        client = signed_in(user)
        assert client.get(address(row)).status_code == 404
        assert client.get(address(row, "preview")).status_code == 404
        assert client.post(address(row), {**FRONT, "_import": "1"}).status_code == 404
        assert client.post(address(row, "discard")).status_code == 404
        assert "tea.txt" not in client.get(IMPORTS).content.decode()
    assert "/admin/login/" in signed_in(ada).get(f"{IMPORTS}add/").url  # type: ignore[attr-defined]
    assert ImportProposal.objects.exists()
    assert not Source.objects.exists()


def test_it_goes_when_it_is_discarded_or_a_week_old(educator: Client, row: ImportProposal) -> None:
    assert educator.get(address(row, "discard")).status_code == 405
    educator.post(address(row, "discard"))
    assert not ImportProposal.objects.exists()
    upload(educator)
    ImportProposal.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    old = ImportProposal.objects.get()
    assert educator.get(address(old)).status_code == 404
    upload(educator)
    assert not ImportProposal.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("tea.pdf", b"%PDF-1.7 nothing", "damaged, or not of this format"),
        ("tea.exe", b"MZ", "does not show its format"),
        ("tea.txt", b"", "The submitted file is empty"),
        ("tea.txt", bytes(range(256)), "not text"),
        ("<b>.epub", files.epub_file(**{"../x": ""}), "“../x” leads out of the file"),
    ],
)
def test_it_says_in_a_sentence_why_it_cannot_read_a_file(
    educator: Client, name: str, data: bytes, said: str
) -> None:
    response = upload(educator, data, name)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not ImportProposal.objects.exists()


def test_it_refuses_what_no_browser_sends(educator: Client, row: ImportProposal) -> None:
    for fields in ({"line-0": "gone"}, {"line-x": "passage"}, {"line-" + "9" * 30: "passage"}):
        assert educator.post(address(row), {**FRONT, **fields}).status_code == 400
    assert educator.post(address(row), {**FRONT, "line-99999": "passage"}).status_code == 302
    for query in ("?page=x", "?page=99999999999999999999", "?show=everything", "?page=-1"):
        assert educator.get(address(row) + query).status_code == 200
    page = educator.post(address(row), {**FRONT, "title": "", "url": "javascript:x"})
    assert "begins with https:// or http://" in page.content.decode()


def test_it_says_why_it_makes_no_text(educator: Client, row: ImportProposal) -> None:
    every = {f"line-{i}": "removed" for i in range(len(row.proposal["pieces"]))}
    response = educator.post(address(row), {**FRONT, **every, "_import": "1"}, follow=True)
    assert "No passage is kept." in response.content.decode()
    assert "No passage is kept." in educator.get(address(row, "preview")).content.decode()
    assert not Source.objects.exists()


def test_it_keeps_few_documents_waiting(educator: Client, row: ImportProposal) -> None:
    rows = [ImportProposal(**_fields(row)) for _ in range(OPEN_LIMIT - 1)]
    ImportProposal.objects.bulk_create(rows)
    assert "documents waiting" in upload(educator).content.decode()
    assert ImportProposal.objects.count() == OPEN_LIMIT


def _fields(row: ImportProposal) -> dict[str, Any]:
    names = ("owner", "file_name", "format", "proposal", "front", "created_at", "expires_at")
    return {name: getattr(row, name) for name in names}


def test_it_shows_long_documents_in_pages_at_the_same_cost(
    educator: Client, row: ImportProposal, django_assert_num_queries: Any
) -> None:
    body = "\n".join(f"{i}. Chapter of Tea\n{files.HOW}" for i in range(1, 200))
    upload(educator, body.encode(), "long.txt")
    long = ImportProposal.objects.get(file_name="long.txt")
    educator.get(address(row))
    with django_assert_num_queries(4):
        short_page = educator.get(address(row))
    with django_assert_num_queries(4):
        page = educator.get(f"{address(long)}?page=2").content.decode()
    assert page.count('<select name="line-') == 150
    assert "Page 2 of 3" in page
    assert short_page.status_code == 200
    response = educator.post(f"{address(long)}?page=2", {**FRONT, "line-160": "removed"})
    assert response["Location"].endswith("?page=2&show=")
    removed = educator.get(f"{address(long)}?show=removed").content.decode()
    assert removed.count('<select name="line-') == 1


def test_it_leads_from_the_texts(educator: Client) -> None:
    assert f"{IMPORTS}add/" in educator.get("/admin/quizzes/source/").content.decode()
    assert "Waiting for you" not in educator.get(f"{IMPORTS}add/").content.decode()
    upload(educator)
    assert "Waiting for you" in educator.get(f"{IMPORTS}add/").content.decode()


def test_it_shows_bold_and_links_in_the_lines_in_the_preview_and_to_readers(
    educator: Client,
) -> None:
    words = f'<p>{files.LEAD} It is <b>not</b> <a href="https://tea.example/">known</a> 2*3.</p>'
    upload(educator, f"<h1>On tea</h1>{words}".encode(), "tea.html")
    row = ImportProposal.objects.get()
    shown = (
        'It is <strong>not</strong> <a href="https://tea.example/" rel="noopener">known</a> 2*3.'
    )
    assert shown in educator.get(address(row)).content.decode()
    assert shown in educator.get(address(row, "preview")).content.decode()
    educator.post(address(row), {**FRONT, "_import": "1"})
    passage = Source.objects.get().edition.passages.get()  # type: ignore[union-attr]
    assert passage.plain.endswith("It is not known 2*3.")
    assert shown in educator.get("/read/on-tea/").content.decode()
