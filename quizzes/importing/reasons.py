"""What is said to people: why a line is removed or changed, what a file lost, why it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from quizzes.importing.blocks import DocumentRefused, Place
from quizzes.importing.propose import Proposal
from quizzes.importing.segments import Segment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REMOVED: dict[str, _StrPromise] = {
    "title": lazy("Becomes the title."),
    "repeated_title": lazy("It repeats the title."),
    "repeated_line": lazy("It repeats a line above, three times or more in all."),
    "page_number": lazy("A page number."),
    "running_head": lazy("It is at the edge of three or more pages."),
    "contents": lazy("Part of a table of contents: the same headings come below."),
    "picture": lazy("It describes a picture, and pictures are not imported."),
    "byline": lazy("It says who wrote it; the authors have a field of their own."),
    "date_line": lazy("It says when it was published, or how long it takes to read."),
    "sharing": lazy("A line for sharing the page."),
    "navigation": lazy("It is navigation of the site it comes from."),
    "cookies": lazy("About cookies."),
    "subscribe": lazy("It asks to subscribe."),
    "advert": lazy("It advertises something."),
    "advert_label": lazy("It announces an advertisement."),
    "between_adverts": lazy("It is between lines that advertise something."),
    "comment_form": lazy("Part of the form for comments."),
    "below_comments": lazy("It is below or among the comments."),
    "reader_comment": lazy("A reader's comment, below the end of the text."),
    "disclaimer": lazy("A disclaimer, which says nothing of the subject."),
    "copyright": lazy("About rights; the licence has a field of its own."),
    "thanks": lazy("It thanks the reader."),
    "signs_only": lazy("It contains symbols and no words."),
    "page_part": lazy("The file marks it as part of the page around the text."),
    "form": lazy("Part of a form."),
    "hidden": lazy("The page does not show it."),
    "markup": lazy("HTML within Markdown, which is not imported."),
    "front_matter": lazy("A line of the head; the title and the authors were read from it."),
    "empty_heading": lazy("A heading below which everything is removed."),
    "chosen": lazy("You chose this."),
}
KEPT: dict[str, _StrPromise] = {
    "mojibake": lazy("Characters read in the wrong encoding are fixed."),
    "unreadable": lazy("The remains of an unreadable character are left out."),
    "ligature": lazy("Ligatures are written as separate letters."),
    "invisible": lazy("Invisible characters are left out."),
    "hyphen": lazy("A word hyphenated at the end of a line is joined."),
    "emoji": lazy("Emoji at its ends are left out."),
    "bullet": lazy("Its bullet made it an item of a list."),
    "run_in": lazy("It ran into the end of the line before."),
    "numbered": lazy("It begins with the number of a heading."),
    "shape": lazy("It is above a paragraph and looks like a heading."),
    "outline": lazy("The file's own list of headings names it."),
    "deep_level": lazy("In the file it is a level deeper than study texts allow."),
    "long_heading": lazy("The file has it as a heading, but it is too long for one."),
    "long_passage": lazy("The paragraph is cut here, since it is very long."),
}
LOSSES: dict[str, _StrPromise] = {
    "images": lazy("pictures left out"),
    "links": lazy("links kept as words"),
    "emphasis": lazy("lines whose bold, italics and links are kept as plain words"),
    "tables": lazy("tables kept as a passage for each row"),
    "footnotes": lazy("footnotes left out"),
    "tracked_deletions": lazy("deletions not yet accepted, left out"),
    "steering_signs": lazy("invisible characters left out"),
    "other_encoding": lazy("text that is not UTF-8, read as the file says or as Windows-1252"),
}
REFUSALS: dict[str, _StrPromise] = {
    "unknown_format": lazy("This format cannot be imported."),
    "file_too_large": lazy("The file is larger than %(limit)s MB."),
    "too_much_text": lazy("The file holds more than %(limit)s million characters of text."),
    "no_text": lazy("The file holds no text."),
    "not_text": lazy("The file is not text."),
    "bad_encoding": lazy("The file's text is not in the encoding that it announces."),
    "damaged": lazy("The file is damaged, or not of this format."),
    "encrypted": lazy("The file is locked by a password or by copy protection."),
    "scanned": lazy("The PDF holds pictures of pages and hardly any text."),
    "too_many_pages": lazy("The PDF has more than %(limit)s pages."),
    "too_deep": lazy("The elements of the page are nested too deeply."),
    "xml_entities": lazy("The file defines entities of XML, which are not read."),
    "missing_part": lazy("The part “%(name)s” is missing in the file."),
    "archive_entries": lazy("The file has more than %(limit)s parts."),
    "archive_size": lazy("The file grows to more than %(limit)s MB when it is unpacked."),
    "archive_ratio": lazy("The part “%(name)s” grows more than a hundredfold when unpacked."),
    "archive_overlap": lazy("The parts of the file overlap."),
    "archive_name": lazy("The part “%(name)s” leads out of the file."),
    "too_slow": lazy("Reading the file took longer than %(seconds)s seconds."),
    "too_heavy": lazy("The file needs more time or memory to be read than there is."),
    "busy": lazy("Other files are being read just now. Try again in a moment."),
}


def sentences(segment: Segment) -> list[str]:
    """Return why a piece is removed, changed or taken for a heading."""
    known = REMOVED if segment.kind == "removed" else KEPT
    return [str(known[reason]) for reason in segment.reasons if reason in known]


def refusal(refused: DocumentRefused) -> str:
    """Return the sentence for a refusal."""
    return str(REFUSALS[refused.code]) % refused.detail


def notes(proposal: Proposal) -> list[str]:
    """Return what to know of the whole: what words could not carry, with counts, or a lack."""
    found = proposal.losses.items()
    carried = [f"{count} × {LOSSES[name]}" for name, count in found if name in LOSSES]
    if proposal.title:
        return carried
    return [*carried, _("The document gives no title; the file name is used.")]


def where(place: Place) -> str:
    """Return a place in the file in words."""
    words = {
        "line": _("line %(number)d"),
        "paragraph": _("paragraph %(number)d"),
        "page": _("page %(number)d, line %(line)d"),
        "part": _("part %(number)d, block %(line)d"),
    }
    return words[place.unit] % {"number": place.number, "line": place.line}
