"""The words by which furniture is known. Pure.

Each kind is a list of patterns for a whole line, tried in this order, ignoring case; the number is
how many words such a line has at most, so that a paragraph is never taken for one.
"""

from __future__ import annotations

import re

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = (
    rf"(?:(?:\d{{1,2}}\.? )?{MONTH} (?:\d{{1,2}},? )?\d{{4}}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)
NETWORK = (
    r"(?:facebook|twitter|linkedin|pinterest|reddit|whatsapp|telegram|tumblr|instagram|e-?mail|x)"
)
MENU = (
    r"home(?: ?page)?|about(?: us| me)?|contact(?: us| me)?|menu|search|blog|news|events|articles"
    r"|archives?|categories|topics|resources|products|services|shop|store|cart|account|my account"
    r"|help|support|faqs?|log ?in|log ?out|sign in|sign up|register|subscribe|donate|press|jobs"
    r"|careers|team|our team|gallery|forum|privacy(?: policy)?|terms|site ?map|language|english"
)
_PICTURE = r"(?:image|photo|picture|illustration|screenshot|photograph)s?"

_LINES: list[tuple[str, int, list[str]]] = [
    (
        "byline",
        14,
        [
            r"^(?:(?:medically )?reviewed|written|posted|published) by:? \S.*[^.!?]$",
            (
                rf"^by:? (?-i:[A-ZÀ-Þ])[\w.’'-]+(?: (?:(?-i:[A-ZÀ-Þ])[\w.,’'-]*|and|&|[|·•–-]"
                rf"|de|van|von))*(?: ?(?:on )?{DATE})?$"
            ),
            r"^(?:authors?|editor|reviewer)\s*:",
            r"^about the author$",
        ],
    ),
    (
        "date_line",
        12,
        [
            (
                r"^(?:(?:last |first )?(?:posted|published|updated|modified|reviewed|date))?"
                rf"(?: on| at)?:? ?{DATE}(?:[ ,|·•–-].{{0,40}})?$"
            ),
            r"^\d{1,3}[ -]min(?:ute)?s?[ -]read\b",
        ],
    ),
    (
        "comment_form",
        40,
        [
            r"^your e-?mail address will not be published",
            r"\brequired fields are marked\b",
            r"^(?:your )?(?:name|e-?mail(?: address)?|website|comment|message) ?\*$",
            r"^save my name, e-?mail",
        ],
    ),
    (
        "comment_form",
        8,
        [
            r"^(?:leave|post|write|add)(?: an?| your)? (?:reply|comment|response)s?\b",
            r"^(?:cancel reply|post comment|submit comment)\b",
            r"^join the (?:conversation|discussion)\b",
            r"^(?:\d+ |no )?(?:comments?|replies|responses)(?: ?\(\d+\))?:?$",
            r"^\d+ (?:comments?|replies|responses|thoughts) on\b",
        ],
    ),
    (
        "sharing",
        16,
        [
            (
                r"^(?:share|tweet|pin|like this|follow us|click to share)\b"
                r"(?:[ :,|·]*(?:this|it|us|on|via|with|by|to|in|and|or|your"
                r"|friends|post|article|page|story|opens|new|window"
                rf"|{NETWORK}))*[ :.!()|·]*$"
            ),
            rf"^(?:(?:{NETWORK}|share|print|copy link|tweet)\b[ ,|·•]*){{2,}}$",
        ],
    ),
    (
        "cookies",
        60,
        [
            r"\b(?:we|this (?:web)?site) uses? cookies\b",
            r"\bcookie (?:policy|settings|preferences|consent)\b",
            r"^(?:accept|reject)(?: all)?(?: cookies)?$",
        ],
    ),
    (
        "subscribe",
        40,
        [
            (
                r"\b(?:subscribe|sign up)\b.{0,40}"
                r"\b(?:newsletter|updates|e-?mails?|mailing list|inbox"
                r"|channel|blog|podcast)\b"
            ),
            r"^(?:subscribe|sign up)(?: (?:now|today|here|for free))?[.!]*$",
            r"^enter your e-?mail\b",
            r"\bjoin (?:our|my) (?:newsletter|mailing list)\b",
            r"\bdon[’']t forget to subscribe\b",
        ],
    ),
    (
        "navigation",
        12,
        [
            r"^skip to (?:main )?(?:content|navigation)$",
            r"^(?:(?:main )?menu|search(?: for:?)?|home|back to top|toggle navigation)$",
            r"^(?:log ?in|sign in|register)$",
            (
                r"^[«‹←<]* ?(?:previous|prev|next|older|newer)"
                r"(?: (?:post|article|page|posts|chapter))?"
                r"(?: ?[:»›→>].*)?$"
            ),
            (
                r"^(?:related|recommended|recent|popular|similar|trending) "
                r"(?:posts?|articles?|stories|reading|topics|content)$"
            ),
            r"^(?:you (?:may|might) also like|read (?:more|next|also)|continue reading)\b[^.]*$",
        ],
    ),
    (
        # The menu of a site on one line, as it is printed or copied: three entries or more, and
        # nothing else, of which one is an entry that hardly any heading holds.
        "navigation",
        25,
        [
            (
                r"^(?=.*\b(?:home|about|contact|faqs?|log ?in|sign in)\b)"
                rf"(?:(?:{MENU})(?: *[|·•/»>,–-] *| +|$)){{3,}}$"
            ),
        ],
    ),
    ("navigation", 20, [r"^(?:home|start)\s*[»›>/|].+"]),
    ("navigation", 25, [r"^(?:tags?|tagged|categor(?:y|ies)|filed under|posted in)\s*:"]),
    (
        "copyright",
        40,
        [
            r"^(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{4}|by\b)",
            r"\ball rights reserved\b",
            r"^(?:privacy policy|terms (?:of (?:use|service)|and conditions))(?:[ ,|·•].*)?$",
        ],
    ),
    (
        "thanks",
        16,
        [
            (
                r"^(?:thank you|thanks)(?: (?:so much|very much|a lot))? for "
                r"(?:reading|visiting|watching|your (?:time|attention|support))\b"
            ),
        ],
    ),
    (
        "picture",
        30,
        [
            rf"^{_PICTURE}(?: (?:credit|source|courtesy|by|via)\b| ?:)",
            rf"\b{_PICTURE} (?:of|showing) (?:an?|the)\b[^.!?]*[.!?]?$",
        ],
    ),
    (
        "advert_label",
        4,
        [r"^(?:advertisements?|sponsored(?: (?:content|post|links?))?|promoted|ad)\s*:?$"],
    ),
]
LINES = [
    (reason, limit, re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE))
    for reason, limit, patterns in _LINES
]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


ADVERT = _any(
    r"\bcheck out (?:my|our)\b",
    r"\bclick (?:here|below|the link)\b",
    r"\b(?:grab|get|order|claim|buy|reserve) (?:your|my|our|a)\s+(?:free )?"
    r"(?:copy|trial|discount|spot)\b",
    r"\b(?:buy|shop|order|book|enrol|enroll) (?:now|today|online)\b",
    r"\b(?:my|our|this|the|free) (?:new )?(?:e-?book|online course|masterclass|webinar|merch)\b",
    r"\bdownload (?:the|my|our|your|this|now|it)\b.{0,30}"
    r"\b(?:e-?book|guide|app|now|today|free|instantly)\b",
    r"\b(?:limited[- ]time|special) offer\b",
    r"\b(?:discount|coupon|promo(?:tion)?) code\b",
    r"\b\d{1,2} ?% off\b",
    r"\bfree shipping\b",
    r"\bmoney[- ]back guarantee\b",
    r"\bcall (?:us )?(?:now|today)\b",
    r"\bschedule (?:a|your) (?:free )?(?:consultation|appointment|call)\b",
    r"\baffiliate links?\b",
    r"\bavailable (?:now )?on amazon\b",
)
INVITES = _any(
    r"^(?:looking (?:for|to)|want(?: to)?|ready to|tired of|need(?: an?)?"
    r"|are you (?:ready|looking))\b[^.]*\?",
    r"[!?]{2,}\s*$",
    "👇",
    "👉",
)
DISCLAIMER_TITLE = _any(r"^(?:medical |legal |general )?disclaimers?:?$")
DISCLAIMS = _any(
    r"for (?:general )?(?:informational|information|educational)[\w ,/&-]{0,40}purposes",
    r"not (?:intended|meant)[\w ]{0,30}(?:advice|diagnos|treat|substitute)",
    r"(?:not|no) (?:be )?(?:a )?substitute for",
    r"consult (?:your|their|a|with)[\w, ]{0,40}(?:doctor|physician|professional|provider)",
    r"does not (?:constitute|provide) (?:medical|legal|professional|financial) advice",
)
PRAISE = _any(
    r"\b(?:great|amazing|awesome|nice|wonderful|excellent|fantastic|brilliant|lovely|good"
    r"|informative|beautifully|well)[ -](?:article|post|read|write[ -]?up|piece|job|work|info\w*"
    r"|stuff|written)\b",
    r"\bthanks? (?:you )?(?:so much )?for (?:sharing|this|posting|writing)\b",
    r"\bloved? (?:this|it|your)\b",
)
DOTS = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|…+\s*\d{1,4}$")
