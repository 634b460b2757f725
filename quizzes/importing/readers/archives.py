"""Archives opened with care: counted before anything is unpacked, and nothing goes to a disk."""

from __future__ import annotations

import io
import zipfile

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeXml

from quizzes.importing.blocks import DocumentRefused

ENTRIES = 10_000
UNPACKED = 200_000_000
RATIO = 100
SMALL = 1_000_000  # below which any ratio is harmless
XML_LIMIT = 30_000_000


def opened(data: bytes) -> zipfile.ZipFile:
    """Return the archive. Sizes in its directory are binding: reading stops at them.

    Raises: Refused for too many or too large entries, overlapping ones, and names with a path out.
    """
    if data.count(b"PK\x01\x02") > ENTRIES + 100:
        raise DocumentRefused("archive_entries", limit=ENTRIES)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise DocumentRefused("damaged") from None
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise DocumentRefused("archive_entries", limit=ENTRIES)
    if sum(entry.compress_size for entry in entries) > len(data):
        raise DocumentRefused("archive_overlap")
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise DocumentRefused("archive_size", limit=UNPACKED // 1_000_000)
    for entry in entries:
        _check(entry)
    return archive


def _check(entry: zipfile.ZipInfo) -> None:
    name = entry.filename[:100]
    if entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
        raise DocumentRefused("archive_ratio", name=name)
    parts = entry.filename.replace("\\", "/").split("/")
    if ".." in parts or entry.filename.startswith(("/", "\\")) or "\0" in entry.orig_filename:
        raise DocumentRefused("archive_name", name=name)
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise DocumentRefused("archive_name", name=name)
    if entry.flag_bits & 1:
        raise DocumentRefused("encrypted")


def entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return an entry's bytes. Raises: Refused where it is missing, damaged or too large."""
    try:
        info = archive.getinfo(name)
        if info.file_size > XML_LIMIT:
            raise DocumentRefused("archive_size", limit=XML_LIMIT // 1_000_000)
        return archive.read(info)
    except KeyError:
        raise DocumentRefused("missing_part", name=name[:100]) from None
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError):
        raise DocumentRefused("damaged") from None
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise DocumentRefused("damaged") from None
        raise


def parsed(data: bytes) -> SafeXml.Element:
    """Return the root of XML. Raises: Refused for entities and document types, and bad XML."""
    try:
        return SafeXml.fromstring(data, forbid_dtd=False, forbid_entities=True)
    except DefusedXmlException:
        raise DocumentRefused("xml_entities") from None
    except (SafeXml.ParseError, ValueError, LookupError, RecursionError):
        raise DocumentRefused("damaged") from None
