"""Files that mean harm, read as the site reads them: in a process of its own, within limits."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from quizzes.importing import sandbox_worker
from quizzes.importing.blocks import DocumentRefused
from quizzes.importing.readers import archives
from quizzes.importing.reasons import refusal
from quizzes.importing.sandbox import ROOT, read_file
from tests.importing import files

BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def document_with(xml: str) -> bytes:
    entries: dict[str, bytes | str] = {}
    with zipfile.ZipFile(io.BytesIO(files.docx_file())) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    return files.zipped({**entries, "word/document.xml": xml})


def linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("OEBPS/one.xhtml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def lying() -> bytes:
    """An entry of 5 MB that says it has 10 bytes."""
    data = files.epub_file(**{"OEBPS/one.xhtml": "<p>" + "word " * 1_000_000})
    plain = struct.pack("<L", 5_000_003)
    return data.replace(plain, struct.pack("<L", 10))


def overlapping() -> bytes:
    """Two entries of the directory that lead to the same bytes."""
    data = files.zipped({"a": b"x" * 5_000}, compression=zipfile.ZIP_STORED)
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    directory = data[start:end]
    tail = bytearray(data[end:])
    struct.pack_into("<HHLL", tail, 8, 2, 2, 2 * len(directory), start)
    return data[:start] + directory * 2 + bytes(tail)


HARM: dict[str, tuple[str, Callable[[], bytes], set[str]]] = {
    "entities": ("docx", lambda: document_with(BOMB + "]><x>&i;</x>"), {"xml_entities"}),
    "outside entity": (
        "epub",
        lambda: files.epub_file(
            **{
                "META-INF/container.xml": "<!DOCTYPE c [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
                "<c>&e;</c>"
            }
        ),
        {"xml_entities"},
    ),
    "ratio": (
        "epub",
        lambda: files.epub_file(**{"OEBPS/one.xhtml": "a" * 9_000_000}),
        {"archive_ratio"},
    ),
    "way out": ("epub", lambda: files.epub_file(**{"../../app.py": "x"}), {"archive_name"}),
    "absolute": ("epub", lambda: files.epub_file(**{"/etc/x": "x"}), {"archive_name"}),
    "link": ("epub", linked, {"archive_name"}),
    "lies": ("epub", lying, {"damaged", "archive_ratio"}),
    "overlap": ("docx", overlapping, {"archive_overlap", "damaged"}),
    "no archive": ("docx", lambda: b"PK\x03\x04 nothing", {"damaged"}),
    "another archive": ("docx", files.epub_file, {"damaged"}),
    "no container": ("epub", lambda: files.zipped({"a": "b"}), {"missing_part"}),
    "locked": (
        "epub",
        lambda: files.epub_file(**{"META-INF/encryption.xml": "<e>OEBPS/one.xhtml</e>"}),
        {"encrypted"},
    ),
    "deep page": ("html", lambda: b"<div>" * 100_000 + b"x", {"too_deep", "damaged"}),
    "many attributes": (
        "html",
        lambda: b"<p " + b" ".join(b"a%d=1" % i for i in range(2_000)) + b">x",
        {"too_slow", "too_heavy", "fine"},
    ),
    "brackets": ("md", lambda: b"[" * 2_000 + b"](" * 1_000, {"fine", "too_slow", "too_heavy"}),
    "quotes": ("md", lambda: b">" * 5_000 + b"x", {"fine", "no_text", "too_heavy", "too_slow"}),
    "bytes": ("txt", lambda: bytes(range(256)) * 40, {"not_text"}),
    "one line": ("txt", lambda: b"Aa. Bb" * 30_000, {"fine", "too_slow"}),
    "wrong mark": ("txt", lambda: b"\xff\xfea", {"bad_encoding"}),
    "too large": ("md", lambda: b"a" * 5_000_001, {"file_too_large"}),
    "no pdf": ("pdf", lambda: b"%PDF-1.7\nnothing", {"damaged"}),
    "empty pages": ("pdf", lambda: files.pdf_file([[], []]), {"scanned"}),
    "pages of itself": (
        "pdf",
        lambda: files.pdf_file([["x"]]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]"),
        {"damaged", "scanned", "no_text", "too_heavy"},
    ),
}


@pytest.mark.parametrize("name", HARM)
def test_it_refuses_it_in_one_sentence_and_leaves_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file_format, make, codes = HARM[name]
    found = sandbox_worker.answer(make(), file_format)
    assert found.get("refused", "fine") in codes
    if "refused" in found:
        assert refusal(DocumentRefused(found["refused"], **found["detail"])).endswith(".")
    assert list(tmp_path.iterdir()) == []


def test_it_is_read_in_a_process_that_can_hold_and_write_little(tmp_path: Path) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read_file(files.epub_file(**{"../../app.py": "x"}), "epub")
    assert refused.value.code == "archive_name"
    script = (
        "import pathlib; from quizzes.importing import sandbox_worker as w; w.limit(5)\n"
        "try: bytearray(1_000_000_000)\n"
        "except MemoryError: print('held')\n"
        f"try: pathlib.Path({str(tmp_path / 'left')!r}).write_text('x')\n"
        "except OSError: print('not written')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stdout == "held\nnot written\n"


def test_it_counts_before_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "ENTRIES", 3)
    with pytest.raises(DocumentRefused) as refused:
        archives.opened(files.epub_file())
    assert refused.value.code == "archive_entries"
    monkeypatch.setattr(archives, "ENTRIES", 100)
    monkeypatch.setattr(archives, "UNPACKED", 1_000)
    with pytest.raises(DocumentRefused) as refused:
        archives.opened(files.epub_file())
    assert refused.value.code == "archive_size"


def test_it_stops_at_the_clock_and_lets_the_next_one_in() -> None:
    slow = b"a" * 4_999_000
    with pytest.raises(DocumentRefused) as refused:
        read_file(slow, "txt", seconds=0)
    assert refused.value.code == "too_slow"
    assert read_file(files.COPIED.encode(), "txt").title == files.TITLE


def test_it_shows_hidden_signs_and_drops_none_unseen() -> None:
    text = f"{files.LEAD}\u202e reversed \x00 nothing\u2028Next line of the text here.\r\rLast one."
    proposal = read_file(text.encode(), "txt")
    assert proposal.losses == {"steering_signs": 1}
    assert len(proposal.segments) == 3
    assert "unreadable" in proposal.segments[0].reasons


def test_it_lets_no_entity_bring_hidden_signs_in() -> None:
    page = b"<title>T&#1;&#x202E;ea</title><p>a&#0;b&#x202E;c&#1;d and more words of it</p>"
    found = sandbox_worker.answer(page, "html")
    assert found["title"] == "Tea"
    assert found["pieces"][0][3] == "abcd and more words of it"
    assert found["losses"]["steering_signs"] == 4


@pytest.mark.parametrize(
    ("data", "lost"),
    [
        (files.LEAD.encode("utf-16"), {}),
        (files.LEAD.encode("utf-8-sig"), {}),
        (f"{files.LEAD} Café".encode("cp1252"), {"other_encoding": 1}),
    ],
)
def test_it_reads_other_encodings(data: bytes, lost: dict[str, int]) -> None:
    proposal = read_file(data, "txt")
    assert proposal.segments[0].text.startswith(files.LEAD)
    assert proposal.losses == lost


def test_it_names_what_a_word_document_loses() -> None:
    document = docx.Document()
    document.add_paragraph("Seen.")
    picture = io.BytesIO(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489"
            "0000000d49444154789c6360606060000000050001 a5f645400000000049454e44ae426082".replace(
                " ", ""
            )
        )
    )
    document.add_picture(picture)
    buffer = io.BytesIO()
    document.save(buffer)
    assert read_file(buffer.getvalue(), "docx").losses["images"] == 1
