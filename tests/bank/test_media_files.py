"""What becomes of an uploaded file: pixels and samples alone, or a sentence. No database."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, PngImagePlugin

from quizzes.bank.media.processing import process
from tests.make import picture, sound

SCRIPT = b"*/=1;alert(document.domain)//<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def huge_png() -> bytes:
    """A picture of a few bytes that claims to be 60,000 pixels wide and high."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0)
        + b"IEND"
        + struct.pack(">I", zlib.crc32(b"IEND"))
    )


def noted_jpeg() -> bytes:
    picture_ = Image.new("RGB", (40, 20), (0, 90, 0))
    exif = picture_.getexif()
    exif[0x0112] = 6  # turned a quarter by whoever shows it
    exif[0x010E] = "Ward 3, bed 2"
    buffer = io.BytesIO()
    picture_.save(buffer, "JPEG", exif=exif, comment=SCRIPT)
    return buffer.getvalue()


def noted_png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    buffer = io.BytesIO()
    Image.new("RGB", (10, 10)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def crc(data: bytes, polynomial: int, bits: int) -> int:
    rest, top = 0, 1 << bits - 1
    for byte in data:
        rest ^= byte << bits - 8
        for _ in range(8):
            rest = (rest << 1 ^ (polynomial if rest & top else 0)) & (top * 2 - 1)
    return rest


def silent_flac(frames: int) -> bytes:
    """Eight seconds of silence a frame, at 8 kHz, in 14 bytes; it does not say how many."""
    facts = (8_000 << 44 | 15 << 36).to_bytes(8, "big")
    told = struct.pack(">HH", 65_535, 65_535) + bytes(6) + facts + bytes(16)
    file = b"fLaC\x80" + len(told).to_bytes(3, "big") + told
    for number in range(frames):
        head = b"\xff\xf8\x74\x08" + chr(number).encode() + struct.pack(">H", 65_534)
        frame = head + bytes([crc(head, 0x07, 8)]) + bytes(3)
        file += frame + struct.pack(">H", crc(frame, 0x8005, 16))
    return file


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_it_keeps_a_picture_and_its_size(kind: str) -> None:
    made = process(picture(40, 30, kind))
    assert (made.kind, made.width, made.height) == ("image", 40, 30)
    assert Image.open(io.BytesIO(made.content)).size == (40, 30)


def test_it_makes_a_large_picture_small_enough() -> None:
    made = process(picture(4000, 1000))
    assert (made.width, made.height) == (2000, 500)


def test_it_makes_the_same_file_of_what_it_made() -> None:
    for content in (picture(), sound()):
        made = process(content)
        assert process(made.content).content == made.content


def test_it_stores_a_sound_as_samples_alone() -> None:
    made = process(sound(2) + SCRIPT)
    assert (made.kind, made.suffix, made.seconds) == ("audio", "wav", 2)
    assert b"script" not in made.content


def test_it_reads_a_sound_that_does_not_say_how_long_it_is() -> None:
    made = process(silent_flac(2))
    assert (made.kind, made.seconds) == ("audio", 16)


def test_it_stops_at_the_limit_of_a_sound_that_hides_its_length() -> None:
    # Decoded whole, these 3 kB are 70 MB, and the 10 MB that may be uploaded some 250 GB.
    with pytest.raises(ValidationError, match="120 seconds"):
        process(silent_flac(200))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(picture(kind="GIF") + SCRIPT, id="GIF and script"),
        pytest.param(picture(kind="PNG") + SVG, id="PNG and SVG"),
        pytest.param(picture(kind="JPEG") + b"<html>" + SCRIPT, id="JPEG and HTML"),
        pytest.param(picture(kind="PNG") + b"PK\x03\x04" + SCRIPT, id="PNG and zip"),
        pytest.param(noted_png(), id="PNG with text"),
        pytest.param(noted_jpeg(), id="JPEG with comment and notes"),
    ],
)
def test_it_leaves_behind_what_else_a_file_is(content: bytes) -> None:
    made = process(content)
    for trace in (b"script", b"alert", b"svg", b"PK\x03\x04", b"Ward 3"):
        assert trace not in made.content


def test_it_turns_a_photograph_as_its_camera_noted() -> None:
    made = process(noted_jpeg())
    assert (made.width, made.height) == (20, 40)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(SVG, "neither a picture", id="SVG"),
        pytest.param(b"<!doctype html>" + SCRIPT, "neither a picture", id="HTML"),
        pytest.param(b"%PDF-1.7\n" + SCRIPT, "neither a picture", id="PDF"),
        pytest.param(b"PK\x03\x04" + bytes(400), "neither a picture", id="zip"),
        pytest.param(b"\x7fELF" + bytes(400), "neither a picture", id="program"),
        pytest.param(b"ID3\x03" + bytes(300), "neither a picture", id="MP3 without sound"),
        pytest.param(b"OggS" + bytes(300), "neither a picture", id="OGG without sound"),
        pytest.param(b"RIFF\x24\x00\x00\x00WAVE", "neither a picture", id="WAV without sound"),
        pytest.param(b"BM" + bytes(200), "neither a picture", id="BMP"),
        pytest.param(b"II*\x00" + bytes(200), "neither a picture", id="TIFF"),
        pytest.param(picture(300, 300)[:90], "damaged", id="half a PNG"),
        pytest.param(picture(300, 300, "JPEG")[:300], "damaged", id="half a JPEG"),
        pytest.param(huge_png(), "", id="claims to be huge"),
        pytest.param(b"\x00" * 10_000_001, "10 MB", id="too many bytes"),
        pytest.param(sound(121, 8_000), "120 seconds", id="too long"),
    ],
)
def test_it_refuses_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        process(content)
    assert sentence in " ".join(caught.value.messages)
