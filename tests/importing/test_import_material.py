"""manage.py import_material: a document into a study text, with everything said."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from quizzes.bank.drafts import AnchorDraft
from quizzes.material.models import Source
from tests import make
from tests.importing import files

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_material", str(path), *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    path = tmp_path / "tea.txt"
    path.write_text(files.COPIED)
    return path


def test_it_makes_a_text_of_a_document_for_the_first_admin(root: User, copied: Path) -> None:
    printed = run(copied)
    source = Source.objects.get()
    assert (source.title, source.owner, source.audience) == (files.TITLE, root, "signed_in")
    assert source.authors == "Jane Brewer"
    assert source.edition is not None
    sections = source.edition.sections.exclude(title="").order_by("position")
    assert list(sections.values_list("level", "title")) == files.COPIED_HEADINGS
    assert source.edition.passages.get(key="caffeine-blocks-receptors-adenosine").position == 2
    assert f"Imported: /read/{source.slug}/" in printed


def test_it_prints_sections_and_every_line_it_removes(copied: Path) -> None:
    printed = run(copied, "--dry-run")
    assert "  How It Works · 1 passage\n" in printed
    assert "    3.2 Safety and Sleep · 3 passages\n" in printed
    assert "line 19: Check out my ebook, Calm Nights" in printed
    assert "line 22: DISCLAIMER\n    A disclaimer, which says nothing of the subject." in printed
    assert printed.endswith("A dry run: nothing was written.\n")
    assert not Source.objects.exists()


def test_it_prints_one_json_object(copied: Path) -> None:
    found: dict[str, Any] = json.loads(run(copied, "--dry-run", "--json"))
    assert [(s["level"], s["title"]) for s in found["sections"]][1:] == files.COPIED_HEADINGS
    assert sum(found["counts"].values()) == len(found["lines"])
    text = "".join(line["before"] for line in found["lines"])
    assert "".join(text.split()) == "".join(files.COPIED.split())
    assert all(line["reasons"] for line in found["lines"] if line["kind"] == "removed")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tea.md", files.MARKDOWN.encode()),
        ("tea.html", files.PAGE.encode()),
        ("tea.docx", files.docx_file()),
        ("tea.epub", files.epub_file()),
        ("tea.pdf", files.pdf_file(files.printed_pages())),
    ],
)
def test_it_reads_every_format(root: User, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    run(path)
    source = Source.objects.get()
    assert source.title == files.TITLE
    assert source.edition is not None
    assert source.edition.sections.filter(title="How It Works").exists()
    assert source.edition.passages.filter(plain=files.LEAD).exists() or name == "tea.epub"


def test_it_takes_a_title_and_a_format(root: User, tmp_path: Path) -> None:
    path = tmp_path / "noname"
    path.write_text(f"Introduction\n{files.LEAD}\n")
    with pytest.raises(CommandError, match="Say which --format"):
        run(path)
    run(path, "--format", "txt", "--title", "Tea")
    run(path, "--format", "txt", "--title", "Tea")
    assert list(Source.objects.order_by("pk").values_list("slug", flat=True)) == ["tea", "tea-2"]
    assert "Note: The document gives no title" in run(path, "--format", "txt")
    assert Source.objects.filter(title="noname").exists()
    long = Path(tmp_path / "long.txt")
    long.write_text(f"{files.LEAD}")
    run(long, "--title", "Tea and " * 20)
    assert Source.objects.latest("pk").slug.endswith("-and-tea")


def test_it_refuses_what_is_no_document(root: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path / "absent.txt")
    path = tmp_path / "tea.pdf"
    path.write_bytes(b"%PDF-1.7 and no more")
    with pytest.raises(CommandError, match="damaged"):
        run(path)
    path = tmp_path / "advert.txt"
    path.write_text("Leave a Reply\n")
    with pytest.raises(CommandError, match="No passage is kept"):
        run(path)
    assert not Source.objects.exists()


def test_it_says_that_there_is_no_admin(copied: Path) -> None:
    with pytest.raises(CommandError, match="no admin"):
        run(copied)


def test_it_makes_a_new_edition_with_the_keys_of_the_old(root: User, copied: Path) -> None:
    run(copied)
    source = Source.objects.get()
    before = set(_keys(source))
    copied.write_text(
        files.COPIED.replace(files.SAFETY, f"One more paragraph of tea.\n{files.SAFETY}").replace(
            "brewed for three minutes", "brewed for four minutes"
        )
    )
    assert "A new edition is published" in run(copied, "--source", source.slug)
    source.refresh_from_db()
    assert source.edition is not None
    assert source.edition.number == 2
    assert set(_keys(source)) - before == {"one-paragraph-tea"}
    assert before <= set(_keys(source))
    assert source.authors == "Jane Brewer"
    assert "The text is unchanged" in run(copied, "--source", source.slug)


def test_it_holds_an_edition_that_changes_what_is_quoted(root: User, copied: Path) -> None:
    run(copied)
    source = Source.objects.get()
    bank = make.bank(root, slug="tea", title="Tea")
    quote = "Most trials gave 100 mg of theanine"
    key = source.edition.passages.get(plain__startswith=quote).key  # type: ignore[union-attr]
    make.question(bank, slug="dose", anchors=(AnchorDraft(source.slug, key, quote),))
    copied.write_text(files.COPIED.replace("gave 100 mg", "gave 300 mg"))
    assert "waits as a draft" in run(copied, "--source", source.slug)
    source.refresh_from_db()
    assert source.edition is not None
    assert source.edition.number == 1


def test_it_knows_no_text_of_another_name(root: User, copied: Path) -> None:
    with pytest.raises(CommandError, match="There is no text absent"):
        run(copied, "--source", "absent")


def _keys(source: Source) -> list[str]:
    assert source.edition is not None
    return list(source.edition.passages.values_list("key", flat=True))
