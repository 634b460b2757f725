"""An uploaded file made anew: what is stored are pixels and samples, never the bytes that came.

Pure: no models, no request. What a file is, is read from its content; its name says nothing. A file
that is two things at once comes out as the one that was looked at, without the other.
"""

from __future__ import annotations

import io
import wave
from array import array
from dataclasses import dataclass
from typing import Literal, NoReturn

import miniaudio
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

UPLOAD_LIMIT = 10_000_000  # bytes
PIXELS_LIMIT = 25_000_000
SECONDS_LIMIT = 120
LONGEST_SIDE = 2_000  # pixels: sharp on any screen
SAMPLE_RATE = 22_050  # hertz: heart and breath sounds, and speech, are well below half of it
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "png"}
_SOUNDS = {
    miniaudio.FileFormat.MP3: miniaudio.mp3_get_info,
    miniaudio.FileFormat.FLAC: miniaudio.flac_get_info,
    miniaudio.FileFormat.VORBIS: miniaudio.vorbis_get_info,
    miniaudio.FileFormat.WAV: miniaudio.wav_get_info,
}

Kind = Literal["image", "audio"]


@dataclass(frozen=True, slots=True)
class Processed:
    """What is stored of a file. Pixels for an image, seconds for a sound."""

    kind: Kind
    suffix: str
    content: bytes
    width: int | None = None
    height: int | None = None
    seconds: int | None = None


def process(content: bytes) -> Processed:
    """Return the file made anew.

    Raises:
        ValidationError: it is neither a picture nor a sound that can be read, or it is too large.
    """
    if not content:
        raise ValidationError(_("The file is empty."))
    if len(content) > UPLOAD_LIMIT:
        raise ValidationError(
            _("The file has more than %(n)d MB.") % {"n": UPLOAD_LIMIT // 1_000_000}
        )
    return _image(content) or _audio(content) or _refuse()


def _refuse() -> Processed:
    raise ValidationError(
        _("This is neither a picture (PNG, JPEG, WebP, GIF) nor a sound (MP3, OGG, FLAC, WAV).")
    )


def _image(content: bytes) -> Processed | None:
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            if opened.width * opened.height > PIXELS_LIMIT:
                raise ValidationError(
                    _("The picture has more than %(n)d megapixels.")
                    % {"n": PIXELS_LIMIT // 1_000_000}
                )
            found = str(opened.format)
            # Turned as the camera noted, since the note is left out with all the others.
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _written(picture, found)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        return None
    except (OSError, SyntaxError, ValueError) as error:
        raise ValidationError(_("The picture is damaged.")) from error


def _written(picture: Image.Image, found: str) -> Processed:
    see_through = "A" in picture.getbands() or "transparency" in picture.info
    picture = picture.convert("RGB" if found == "JPEG" or not see_through else "RGBA")
    picture.info.clear()
    suffix = _SUFFIXES[found]
    buffer = io.BytesIO()
    if suffix == "png":
        picture.save(buffer, "PNG", optimize=True)
    else:
        picture.save(buffer, found, quality=88)
    return Processed("image", suffix, buffer.getvalue(), picture.width, picture.height)


def _audio(content: bytes) -> Processed | None:
    for read in _SOUNDS.values():
        try:
            told = read(content)
        except miniaudio.DecodeError:
            continue
        if told.duration > SECONDS_LIMIT:
            _refuse_length()
        samples = _samples(content)
        if not samples:
            return None
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(SAMPLE_RATE)
            out.writeframes(samples.tobytes())
        seconds = max(1, round(len(samples) / SAMPLE_RATE))
        return Processed("audio", "wav", buffer.getvalue(), seconds=seconds)
    return None


def _samples(content: bytes) -> array[int]:
    """Return the samples, decoded piece by piece: a file of some kilobytes may say nothing of its
    length, or lie, and hold days of silence."""
    samples: array[int] = array("h")
    try:
        for piece in miniaudio.stream_memory(
            content,
            miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=SAMPLE_RATE,
            frames_to_read=SAMPLE_RATE // 2,
        ):
            samples += piece
            # A rate that does not divide ours may give some samples more.
            if len(samples) > (SECONDS_LIMIT + 1) * SAMPLE_RATE:
                _refuse_length()
    except miniaudio.DecodeError as error:
        raise ValidationError(_("The sound is damaged.")) from error
    return samples[: SECONDS_LIMIT * SAMPLE_RATE]


def _refuse_length() -> NoReturn:
    raise ValidationError(_("The sound is longer than %(n)d seconds.") % {"n": SECONDS_LIMIT})
