"""What authors write, as students see it: math and tables work, nothing runs or is fetched."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.material import markup

# Each runs something, or fetches something, in a browser that takes it as it is.
XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=9>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#x6a;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='#' onclick=alert(1)>x</a>",
    "<a href='https://e.org' style='background:url(//evil.example/x)'>x</a>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<form><button formaction='javascript:alert(1)'>x</button></form>",
    "<math><mtext></mtext><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=x&gt;'>",
    "<math href='javascript:alert(1)'>x</math>",
    "<math><maction actiontype='statusline#http://evil.example' xlink:href='javascript:alert(1)'>x",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=x></annotation-xml></math>",
    "<math><mi><img src=x onerror=alert(1)></mi></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<title><img src=x onerror=alert(1)></title>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<style>@import '//evil.example/x.css'</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<img src=//evil.example/x.png>",
    "<img srcset='//evil.example/x.png 1x'>",
    "<table background=//evil.example/x.png><tr><td>x</td></tr></table>",
    "<p style='background-image:url(//evil.example/x)'>x</p>",
    "<p class='btn pri' id='csrf'>x</p>",
    "<x onclick=alert(1)>x</x>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<scr<script>ipt>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](https://e.org \"onmouseover='alert(1)'\")",
    "![x](https://evil.example/x.png)",
    "![x](javascript:alert(1))",
    "![<script>alert(1)</script>](x)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>alert(1)</script>`",
    "```<script>\n<script>alert(1)</script>\n```",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{<script>alert(1)</script>}$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\style{background:url(//evil.example/x)}{x}$",
    "$\\class{btn}{x}$",
    "$\\includegraphics{https://evil.example/x.png}$",
    "$\\unicode{<img src=x onerror=alert(1)>}$",
    "$$\\begin{matrix}<script>alert(1)</script>\\end{matrix}$$",
    "| <img src=x onerror=alert(1)> |\n|--|\n| x |",
]


def dangers(html: str) -> list[str]:
    """What a browser would run, fetch or take for the page's own, found by parsing it again."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in markup.TAGS:
                found.append(tag)
            for name, value in attrs:
                # A scheme, as browsers read one: white space and control signs do not count.
                address = re.sub(r"[\x00-\x20]", "", value or "").lower()
                scheme = re.match(r"[a-z][a-z0-9+.-]*:", address)
                if name.startswith("on") or name in {"style", "class", "id", "src", "srcset"}:
                    found.append(f"{tag} {name}")
                if name == "href" and scheme and scheme[0] not in {"http:", "https:", "mailto:"}:
                    found.append(f"{tag} {value}")

    reader = Reader()
    reader.feed(html)
    reader.close()
    return found


@pytest.mark.parametrize("payload", XSS)
def test_it_renders_no_payload(payload: str) -> None:
    for html in (markup.render(payload), markup.render_inline(payload)):
        assert dangers(html) == []
        assert markup.sanitise(html) == html


@pytest.mark.parametrize("payload", XSS)
def test_it_shows_no_payload_that_was_stored_past_the_services(payload: str) -> None:
    page = Template("{% load passage %}{{ html|safe_html }}").render(Context({"html": payload}))
    assert dangers(page) == []


@pytest.mark.parametrize("name", ["hx-get", "data-hx-get", "hx-on:click", "hx-swap-oob", "hx-vals"])
def test_it_leaves_nothing_that_htmx_would_act_on(name: str) -> None:
    assert markup.sanitise(f'<p {name}="/logout/">a</p>') == "<p>a</p>"


def test_it_finds_the_dangers_it_looks_for() -> None:
    assert dangers("<img src=x onerror=alert(1)>") == ["img src", "img onerror"]
    assert dangers("<a href='javascript:alert(1)'>x</a>") == ["a javascript:alert(1)"]


@given(st.text(alphabet=st.sampled_from("<>/=\"'&;:#()[]!$\\{}`*_-| \nabxjs1"), max_size=80))
@settings(max_examples=300, deadline=None)
def test_it_renders_any_text_safely_and_sanitises_it_no_further(text: str) -> None:
    html = markup.render(text)
    assert dangers(html) == []
    assert markup.sanitise(html) == html


def test_it_keeps_what_authors_mean() -> None:
    html = markup.render("a *b* **c** `d` [e](https://e.org)\n\n- x\n- y\n\n| h |\n|--|\n| z |")
    for part in ("<em>b</em>", "<strong>c</strong>", "<code>d</code>", "<li>x</li>", "<td>z</td>"):
        assert part in html
    assert '<a href="https://e.org" rel="noopener">e</a>' in html


def test_it_writes_math_as_mathml_and_leaves_prices_alone() -> None:
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in markup.render("so $x^2$ grows")
    assert markup.render("from $400 to $800") == "<p>from $400 to $800</p>"


def test_it_shows_math_it_cannot_read_as_code() -> None:
    assert markup.render("$\\frac{$").startswith("<p>")
    assert "<code>" in markup.render("$" + "{" * 30 + "$")


def test_it_shows_raw_html_and_headings_as_typed() -> None:
    assert markup.render("# a <b>b</b>") == "<p># a &lt;b&gt;b&lt;/b&gt;</p>"


def test_it_puts_an_images_text_in_its_place() -> None:
    assert markup.render("![a *brain*](https://e.org/x.png)") == "<p>a brain</p>"


def test_it_reads_plain_text_as_a_reader_sees_it() -> None:
    assert markup.plain("a **b**\nc &amp; $x^2$\n\n- d\n- e") == "a b c & x2 d e"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff"])
def test_it_refuses_what_cannot_be_stored(text: str) -> None:
    with pytest.raises(ValidationError):
        markup.clean(text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("e\u0301", "é"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\u202eb\u2066c\ufeff", "abc"),
        ("a\x07b\x1bc\x7f", "abc"),
        ("a\tb\nc", "a\tb\nc"),
        ("Naïve – “quoted” 漢字 🙂", "Naïve – “quoted” 漢字 🙂"),
    ],
)
def test_it_stores_text_in_one_form(text: str, stored: str) -> None:
    assert markup.clean(text) == stored


def test_it_lets_no_entity_bring_a_steering_sign_back() -> None:
    assert "\u202e" not in markup.render("a&#x202e;b")
    assert "\u202e" not in markup.sanitise("a&#x202e;b")


@pytest.mark.parametrize(
    "text",
    ["[" * 10_000, "![[" * 3_000, "$a$" * 3_000, "|a" * 4_000 + "\n" + "|-" * 4_000, "> " * 5_000],
)
def test_it_takes_bounded_time(text: str) -> None:
    start = time.process_time()
    markup.plain(text)
    assert time.process_time() - start < 2
