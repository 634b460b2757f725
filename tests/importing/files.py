"""One article about tea in six formats, with every defect that pages of the web have."""

from __future__ import annotations

import io
import zipfile

import docx

TITLE = "Green Tea and Attention: What We Know"
LEAD = (
    "Tea has been drunk for its effect on attention since long before anybody could measure it, "
    "and the first careful trials are only a few decades old."
)
HOW = (
    "Caffeine blocks receptors for adenosine, the substance that makes us sleepy, and theanine "
    "softens the effect: people report being calm and awake at once."
)
DOSE = (
    "Most trials gave 100 mg of theanine with 40 mg of caffeine, which is about what two cups of "
    "green tea hold when they are brewed for three minutes."
)
SAFETY = (
    "Drinking tea late in the day delays sleep in many people, and iron is absorbed less well when "
    "tea is drunk with a meal, as several older studies found."
)
FUTURE = (
    "Longer trials are in progress, and it remains open whether the effect lasts once people have "
    "grown used to drinking several cups every day."
)
ADVERT = [
    "Want to Sleep Better in Only Ten Days? 👇👇",
    "Check out my ebook, Calm Nights, with forty pages of easy advice for tired people.",
    "Every chapter ends with a small exercise that you can do in bed.",
    "Grab your copy today, CLICK HERE!!",
]
HEADINGS = ["How It Works", "What a Cup Holds", "3.2 Safety and Sleep", "Open Questions"]

# A page as it is copied from a browser: everything that can go wrong with one.
COPIED = "\n".join(
    [
        f"{TITLE} 🍵",
        f"{TITLE}, Image of a woman pouring tea into a cup.",
        "By Jane Brewer",
        "Share this on Facebook",
        LEAD + " " + TITLE,
        "How It Works 🤓",
        HOW.replace("theanine", "theanine (the “calm” part)") + "What a Cup Holds",
        DOSE + " " + TITLE,
        "It is theanine of the tea itself that was measured hereUnderstanding the Numbers",
        "Two cups are about half a litre.3.2 Safety and Sleep",
        SAFETY + " " + TITLE,
        "👉 Drink it before noon if you can",
        "👉 Leave an hour between tea and iron",
        TITLE,
        "Open Questions ðŸ§",
        FUTURE.replace("it remains", "thatâ€™s why it remains"),
        "Thank you for reading this article.",
        *ADVERT,
        "DISCLAIMER",
        "For informational purposes only and no substitute for advice; consult your doctor.",
        "Great write up Jane!",
        "👽",
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
    ]
)
COPIED_HEADINGS = [
    (2, "How It Works"),
    (2, "What a Cup Holds"),
    (2, "Understanding the Numbers"),
    (3, "3.2 Safety and Sleep"),
    (2, "Open Questions"),
]

PAGE = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{TITLE} – The Tea Site</title>
<meta name="author" content="Jane Brewer"><style>p {{ color: red }}</style></head><body>
<header><a href="/">The Tea Site</a></header>
<nav><ul><li>Home</li><li>Shop</li></ul></nav>
<div class="cookie-banner">We use cookies to make this site better.</div>
<main><article><h1>{TITLE}</h1>
<p class="byline">By Jane Brewer, 3 May 2024</p>
<p>{LEAD}</p>
<img src="https://elsewhere.example/cup.jpg" alt="A cup of tea">
<h2>How It Works</h2><p>{HOW}</p>
<p>The constant is 4 × 10<sup>-3</sup> in H<sub>2</sub>O.</p>
<h3>What a Cup Holds</h3>
<p>{DOSE}</p><ul><li>Brew it for three minutes</li><li>Drink it <em>before</em> noon</li></ul>
<table><tr><th>Tea</th><th>Caffeine</th></tr><tr><td>Green</td><td>20 mg</td></tr></table>
<h2>Open Questions</h2>{FUTURE}<br><br>Nobody knows yet &lt;script&gt;alert(1)&lt;/script&gt;.
<script>alert("no text")</script>
<div class="share-buttons">Tweet this</div></article>
<section id="comments"><h2>2 Comments</h2><p>Lovely, I drink it daily.</p></section></main>
<footer>© 2024 The Tea Site</footer></body></html>"""

MARKDOWN = f"""---
title: {TITLE}
author: Jane Brewer
---
# {TITLE}

{LEAD}

## How It Works

{HOW} It is *calm* and **awake**, see [the study](https://tea.example/study).

- Brew it for three minutes
- Drink it before noon

### What a Cup Holds

{DOSE}

| Tea | Caffeine |
|---|---|
| Green | 20 mg |

![A cup](https://elsewhere.example/cup.jpg)

## Open Questions

{FUTURE} {{#open-end}}
"""


def docx_file() -> bytes:
    document = docx.Document()
    document.core_properties.author = "Jane Brewer"
    document.add_paragraph(TITLE, style="Title")
    document.add_paragraph(LEAD)
    document.add_heading("How It Works", 1)
    document.add_paragraph(HOW)
    document.add_heading("What a Cup Holds", 2)
    paragraph = document.add_paragraph("The constant is 4 × 10")
    paragraph.add_run("-3").font.superscript = True
    document.add_paragraph("Brew it for three minutes", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Green", "20 mg"
    document.add_heading("Open Questions", 1)
    document.add_paragraph(FUTURE)
    document.add_paragraph("Share this on Facebook")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def zipped(entries: dict[str, bytes | str], **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", options.get("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


CONTAINER = """<?xml version="1.0"?><container version="1.0"
xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
PACKAGE = f"""<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{TITLE}</dc:title>
<dc:creator>Jane Brewer</dc:creator><dc:language>en</dc:language></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/two%20.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/></spine></package>"""


def chapter(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>x</title></head><body>{body}</body></html>"
    )


def epub_file(**more: str) -> bytes:
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": PACKAGE,
            "OEBPS/nav.xhtml": chapter("<nav><ol><li>How It Works</li></ol></nav>"),
            "OEBPS/one.xhtml": chapter(f"<h1>How It Works</h1><p>{HOW}</p><p>{DOSE}</p>"),
            "OEBPS/text/two .xhtml": chapter(f"<h1>Open Questions</h1><p>{FUTURE}</p>"),
            **more,
        }
    )


def pdf_file(pages: list[list[str]]) -> bytes:
    """A PDF of lines in one font, written by hand."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids: list[str] = []
    for lines in pages:
        shown = [line.replace("(", r"\(").replace(")", r"\)") for line in lines]
        moves = "\n".join(f"({line}) Tj 0 -14 Td" for line in shown)
        stream = f"BT /F1 11 Tf 60 780 Td\n{moves}\nET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {len(objects)} 0 R "
            "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = "%PDF-1.4\n"
    offsets: list[int] = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out.encode("latin-1")))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out.encode("latin-1"))
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return out.encode("latin-1")


def wrapped(text: str, width: int = 72) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def printed_pages() -> list[list[str]]:
    """Three pages with a running head and a number; a paragraph and a word go over the edge."""
    first = [*wrapped(LEAD), "How It Works", *wrapped(HOW), "What a Cup Holds", *wrapped(DOSE)[:2]]
    second = [*wrapped(DOSE)[2:], "3.2 Safety and Sleep", *wrapped(SAFETY)]
    third = ["Open Questions", *wrapped(FUTURE), "At the end stands one remark more on what is at-"]
    third += ["tention, since attention is what this text is all about from end to end."]
    head = "The Tea Papers, Volume 2"
    return [
        [head, *lines, str(number)] if number > 1 else [head, TITLE, *lines, str(number)]
        for number, lines in enumerate([first, second, third], 1)
    ]
