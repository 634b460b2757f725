"""What stands round a text on its page and is no part of it: proposed for removal. Pure.

Lines are known by what they say (`LINES`), some only by where they stand: between two lines of an
advertisement, or below a comment form.
"""

from __future__ import annotations

import re
from collections import Counter

from quizzes.material.importing.headings import folded, is_generic
from quizzes.material.importing.pieces import Piece

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = rf"(?:\d{{1,2}}\.? )?{MONTH} (?:\d{{1,2}},? )?\d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}"
NETWORKS = "facebook|twitter|linkedin|pinterest|reddit|whatsapp|telegram|tumblr|instagram|e-?mail|x"

# (reason, the words that tell it, at most so many words in the line). The first that fits counts.
LINES: list[tuple[str, re.Pattern[str], int]] = [
    (reason, re.compile(pattern, re.IGNORECASE), limit)
    for reason, pattern, limit in [
        ("byline", rf"^(?:written |posted |published |reviewed |medically reviewed )?by:? [A-ZÀ-Þ][\w.’'-]+(?: [\w.,’'&|·•–-]+)*(?: (?:on )?(?:{DATE}))?$", 14),
        ("byline", r"^(?:authors?|editor|reviewer|medically reviewed by)\s*:", 20),
        ("byline", r"^about the author$", 5),
        ("date_line", rf"^(?:last |first )?(?:posted|published|updated|modified|reviewed|date)?(?: on| at)?:? ?(?:{DATE})(?:[ ,|·•–-].{{0,40}})?$", 12),
        ("date_line", r"^\d{1,3}[ -]min(?:ute)?s?[ -]read\b", 8),
        ("comment_form", r"^(?:leave|post|write|add)(?: a| your)? (?:reply|comment|response)s?\b|^(?:cancel reply|post comment|submit comment|join the (?:conversation|discussion))\b", 8),
        ("comment_form", r"^your e-?mail address will not be published|required fields are marked|^save my name, e-?mail", 40),
        ("comment_form", r"^(?:\d+ |no |\(\d+\) )?(?:comments?|replies|responses)(?: ?\(\d+\))?(?: on .*)?$", 12),
        ("sharing", rf"^(?:share|tweet|pin(?: it)?|like this|follow us|share this(?: (?:post|article|page|story))?|click to share)\b(?:[ :,|·]*(?:on|via|with|by|to|us|this|it|in|opens|new|window|and|or|friends|{NETWORKS})\b)*[ :.!()|·]*$", 16),
        ("sharing", rf"^(?:(?:{NETWORKS}|share|print|copy link|tweet)[ ,|·•]*){{2,}}$", 12),
        ("cookies", r"\b(?:we|this (?:web)?site) uses? cookies\b|\bcookie (?:policy|settings|preferences|consent)\b|^(?:accept|reject)(?: all)?(?: cookies)?$", 60),
        ("subscribe", r"\b(?:subscribe|sign up)\b.{0,40}\b(?:newsletter|updates|e-?mails?|mailing list|inbox|channel|blog|podcast)\b|^(?:subscribe|sign up)(?: (?:now|today|here|for free))?[.!]*$|^enter your e-?mail\b|\bjoin (?:our|my) (?:newsletter|mailing list)\b|\bdon[’']t forget to subscribe\b", 40),
        ("navigation", r"^(?:skip to (?:main )?(?:content|navigation)|(?:main )?menu|search(?: for:?)?|home|back to top|table of contents|toggle navigation|log ?in|sign in|register|(?:«|‹|←|<|<<)? ?(?:previous|prev|next|older|newer)(?: (?:post|article|page|posts|chapter))?(?:[:»›→>].*)?)$", 12),
        ("navigation", r"^(?:home|start)\s*[»›>/|].+", 20),
        ("navigation", r"^(?:related|recommended|recent|popular|similar|trending)(?: (?:posts?|articles?|stories|reading|topics|content))$|^(?:you (?:may|might) also like|read (?:more|next|also)|more (?:from|on|in) .*|see also|continue reading)\b[^.]{0,60}$", 12),
        ("navigation", r"^(?:tags?|tagged|categor(?:y|ies)|filed under|posted in)\s*:", 25),
        ("copyright", r"^(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{4}|by\b)|\ball rights reserved\b|^(?:privacy policy|terms (?:of (?:use|service)|and conditions))(?:[ ,|·•].*)?$", 40),
        ("thanks", r"^(?:thank you|thanks)(?: (?:so much|very much|a lot))? for (?:reading|visiting|watching|your (?:time|attention|support))\b", 16),
        ("picture", r"^(?:image|photo|picture|illustration|screenshot|photograph)s?(?: (?:credit|source|courtesy|by|via|of|from)\b| ?:)|\b(?:image|photo|picture|illustration|stock photo) (?:of|showing|credit|by|via)\b(?=[^.!?]*[.!?]?$)", 30),
        ("advert_label", r"^(?:advertisements?|sponsored(?: (?:content|post|links?))?|promoted|ad|anzeige)\s*:?$", 4),
    ]
]  # fmt: skip

_ADVERT = re.compile(
    r"\bcheck out (?:my|our|the|this)\b|\bclick (?:here|below|the link)\b|\b(?:grab|get|order|claim|buy|reserve) "
    r"(?:your|yours|my|our|a|it)?\s*(?:free )?(?:copy|now|today|yours|trial|discount|spot)\b"
    r"|\b(?:my|our|this|the|free) (?:new )?(?:e-?book|online course|masterclass|webinar|merch)\b"
    r"|\bdownload (?:the|my|our|your|this|now|it)\b.{0,30}\b(?:e-?book|guide|app|pdf|now|today|free|instantly)\b"
    r"|\b(?:buy|shop|order|book|enrol|enroll) (?:now|today|online)\b|\blimited[- ]time\b|\bspecial offer\b"
    r"|\b(?:discount|coupon|promo(?:tion)?) code\b|\b\d{1,2} ?% off\b|\bfree shipping\b|\bmoney[- ]back\b"
    r"|\bcall (?:us )?(?:now|today)\b|\bschedule (?:a|your) (?:free )?(?:consultation|appointment|call)\b"
    r"|\bas an? (?:amazon )?affiliate\b|\baffiliate links?\b|\bavailable (?:now )?on amazon\b",
    re.IGNORECASE,
)
_INVITES = re.compile(
    r"^(?:looking (?:for|to)|want(?: to)?|ready to|tired of|need(?: an?)?|are you (?:ready|looking))\b"
    r"[^.]*\?|[!?]{2,}\s*$|👇|👉",
    re.IGNORECASE,
)
_DISCLAIMS = re.compile(
    r"for (?:general )?(?:informational|information|educational)[\w ,/&-]{0,40}purposes|not (?:intended"
    r"|meant)[\w ]{0,30}(?:advice|diagnos|treat|substitute)|(?:not|no) (?:be )?(?:a )?substitute for"
    r"|consult (?:your|their|a|with)[\w, ]{0,40}(?:doctor|physician|professional|provider)"
    r"|does not (?:constitute|provide) (?:medical|legal|professional|financial) advice",
    re.IGNORECASE,
)
_DISCLAIMER_TITLE = re.compile(r"^(?:medical |legal |general )?disclaimers?:?$", re.IGNORECASE)
_PRAISE = re.compile(
    r"\b(?:great|amazing|awesome|nice|wonderful|excellent|fantastic|brilliant|lovely|good|informative"
    r"|beautiful(?:ly)?|well)[ -](?:article|post|read|write[ -]?up|piece|job|work|info\w*|stuff|written)\b"
    r"|\bthanks? (?:you )?(?:so much )?for (?:sharing|this|posting|writing)\b|\blove(?:d)? (?:this|it|your)\b",
    re.IGNORECASE,
)
ADVERT_GAP = 6  # lines between two that advertise, which are then part of it
REPEATED = 3
_DOTS = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|…+\s*\d{1,4}$")


def find_lines(pieces: list[Piece]) -> list[Piece]:
    """Propose lines for removal that say themselves what they are."""
    return [_line(piece) if piece.kept else piece for piece in pieces]


def _line(piece: Piece) -> Piece:
    words = len(piece.text.split())
    for reason, pattern, limit in LINES:
        if words <= limit and pattern.search(piece.text):
            return piece.removed(reason)
    if words <= 14 and _DOTS.search(piece.text):
        return piece.removed("contents")
    return piece


def find_repeated(pieces: list[Piece]) -> list[Piece]:
    """Propose for removal what repeats a short line that stood before, from three times on."""
    counts = Counter(folded(p.text) for p in pieces if p.kept and _may_repeat(p))
    seen: set[str] = set()
    found: list[Piece] = []
    for piece in pieces:
        shape = folded(piece.text) if piece.kept and _may_repeat(piece) else ""
        repeats = bool(shape) and counts[shape] >= REPEATED and shape in seen
        seen.add(shape)
        found.append(piece.removed("repeated_line") if repeats else piece)
    return found


def _may_repeat(piece: Piece) -> bool:
    words = len(piece.text.split())
    return piece.kind != "item" and 3 <= words <= 20 and not is_generic(piece.text)


def find_contents(pieces: list[Piece]) -> list[Piece]:
    """Propose a table of contents for removal: lines that all come again as headings below."""
    last = {folded(p.text): i for i, p in enumerate(pieces) if p.kind == "heading"}
    found = list(pieces)
    run: list[int] = []
    for index, piece in enumerate([*pieces, None]):
        again = piece is not None and piece.kept and last.get(folded(piece.text), -1) > index
        if again:
            run.append(index)
            continue
        if piece is not None and not piece.kept:
            continue
        if len(run) >= REPEATED:
            for at in run:
                found[at] = pieces[at].removed("contents")
            if is_generic(pieces[run[0] - 1].text) and run[0]:
                found[run[0] - 1] = pieces[run[0] - 1].removed("contents")
        run = []
    return found


def find_adverts(pieces: list[Piece]) -> list[Piece]:
    """Propose advertisements: lines that say so, what stands between them, the lines above."""
    says = [
        index
        for index, piece in enumerate(pieces)
        if (piece.kept and _advertises(piece)) or "advert_label" in piece.reasons
    ]
    found = list(pieces)
    for index in says:
        found[index] = pieces[index].removed("advert")
    for first, second in zip(says, says[1:], strict=False):
        between = range(first + 1, second)
        if len(between) <= ADVERT_GAP and not any(pieces[i].kind == "heading" for i in between):
            for index in between:
                if pieces[index].kept:
                    found[index] = pieces[index].removed("between_adverts")
    for first in says:
        above = first - 1
        if above >= 0 and found[above].kept and _INVITES.search(pieces[above].raw.strip()):
            found[above] = pieces[above].removed("advert")
    return found


def _advertises(piece: Piece) -> bool:
    """A call to buy, in a line that is not long; a long one has to call twice."""
    calls = len(_ADVERT.findall(piece.text))
    return calls >= 2 or (calls == 1 and len(piece.text.split()) <= 45)


def find_disclaimers(pieces: list[Piece]) -> list[Piece]:
    found = list(pieces)
    for index, piece in enumerate(pieces):
        titled = index > 0 and bool(_DISCLAIMER_TITLE.match(pieces[index - 1].text))
        if piece.kept and len(_DISCLAIMS.findall(piece.text)) >= (1 if titled else 2):
            found[index] = piece.removed("disclaimer")
            if titled:
                found[index - 1] = pieces[index - 1].removed("disclaimer")
    return found


def find_comments(pieces: list[Piece]) -> list[Piece]:
    """Propose what readers wrote: all below a comment form, and praise below the text's end."""
    form = next((i for i, p in enumerate(pieces) if "comment_form" in p.reasons), len(pieces))
    last_heading = max((i for i, p in enumerate(pieces) if p.kind == "heading"), default=0)
    ends = {"advert", "disclaimer", "thanks", "copyright", "sharing", "comment_form", "subscribe"}
    end = next(
        (i for i, p in enumerate(pieces) if i > last_heading and ends & set(p.reasons)), len(pieces)
    )
    found: list[Piece] = []
    for index, piece in enumerate(pieces):
        if not piece.kept:
            found.append(piece)
        elif index > form and form > last_heading:
            found.append(piece.removed("below_comments"))
        elif index > end and len(piece.text.split()) <= 25 and _PRAISE.search(piece.text):
            found.append(piece.removed("reader_comment"))
        else:
            found.append(piece)
    return found


def find_empty_headings(pieces: list[Piece]) -> list[Piece]:
    """Propose headings for removal below which all is removed already, from the deepest up."""
    found = list(pieces)
    below: int | None = None  # the level of the next heading kept, 0 for a passage
    emptied = False
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if not piece.kept:
            emptied = True
        elif piece.kind == "heading":
            bare = below is None or (below != 0 and below <= piece.level)
            if bare and emptied:
                found[index] = piece.removed("empty_heading")
            else:
                below, emptied = piece.level, False
        else:
            below, emptied = 0, False
    return found
