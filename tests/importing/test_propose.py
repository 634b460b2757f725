"""What is proposed of a document: headings, passages, furniture, and that no word is lost."""

from __future__ import annotations

import io
import json
import re
import textwrap
import zipfile

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.importing import readers
from quizzes.importing.blocks import Block, DocumentRefused, Place, Read
from quizzes.importing.building import document_from, escaped, marked, new_key
from quizzes.importing.emphasis import Mark, ink, tidied
from quizzes.importing.propose import Proposal, proposal_of, propose
from quizzes.importing.reasons import KEPT, REMOVED, sentences
from quizzes.importing.repair import repaired
from quizzes.importing.segments import CHANGES, Segment, raw_of
from quizzes.material import markup
from tests.importing import files

HYPERLINK = RELATIONSHIP_TYPE.HYPERLINK
EVERY = {
    "txt": files.COPIED.encode(),
    "md": files.MARKDOWN.encode(),
    "html": files.PAGE.encode(),
    "docx": files.docx_file(),
    "epub": files.epub_file(),
    "pdf": files.pdf_file(files.printed_pages()),
}


def proposed(name: str) -> Proposal:
    return propose(readers.read(EVERY[name], name))


def of(text: str) -> Proposal:
    return propose(readers.read(text.encode(), "txt"))


def headings(proposal: Proposal) -> list[tuple[int, str]]:
    return [
        (segment.level, segment.text) for segment in proposal.segments if segment.kind == "heading"
    ]


def removed(proposal: Proposal) -> dict[str, str]:
    return {p.raw.strip(): p.reasons[0] for p in proposal.segments if p.kind == "removed"}


def kept(proposal: Proposal) -> list[str]:
    return [p.text for p in proposal.segments if p.kept and p.kind != "heading"]


def test_it_finds_the_sections_of_a_page_that_was_copied() -> None:
    proposal = proposed("txt")
    assert (proposal.title, proposal.authors) == (files.TITLE, "Jane Brewer")
    assert headings(proposal) == files.COPIED_HEADINGS
    assert kept(proposal)[0] == files.LEAD
    assert kept(proposal)[-1] == files.FUTURE.replace("it remains", "that’s why it remains")


def test_it_gives_the_reason_for_every_line_it_removes() -> None:
    assert set(removed(proposed("txt")).values()) == {
        "title",
        "picture",
        "byline",
        "sharing",
        "repeated_title",
        "thanks",
        "advert",
        "between_adverts",
        "disclaimer",
        "reader_comment",
        "signs_only",
        "comment_form",
    }
    for name in EVERY:
        for segment in proposed(name).segments:
            assert segment.kept or sentences(segment), segment
            assert all(reason in REMOVED or reason in KEPT for reason in segment.reasons)


@pytest.mark.parametrize("name", EVERY)
def test_it_accounts_for_every_word_of_a_file(name: str) -> None:
    read = readers.read(EVERY[name], name)
    proposal = propose(read)
    assert raw_of(proposal.segments) == "".join(f"{block.text}\n" for block in read.blocks)
    assert all(
        set(CHANGES) & set(segment.reasons) for segment in proposal.segments if segment.changed
    )
    assert proposal_of(proposal.as_json()).as_json() == proposal.as_json()


LINES = st.lists(
    st.one_of(
        st.sampled_from([*files.COPIED.split("\n"), "3.1 Next", "• item", "Page 3 of 9", "- 4 -"]),
        st.text(alphabet="abcAB .-!3👉â€™ðŸ§\u00a0\ufb01", max_size=90),
    ),
    max_size=14,
)


@given(LINES, st.sampled_from(["line", "page"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_it_accounts_for_every_word_of_any_text(lines: list[str], unit: str, gap: bool) -> None:
    """Input = kept + removed, and what is kept in other words says why."""
    blocks = [
        Block(line, Place(unit, 1 + i // 5, i), kind="line", gap=gap)  # type: ignore[arg-type]
        for i, line in enumerate(lines)
        if line.strip()
    ]
    try:
        proposal = propose(Read(blocks=blocks))
    except DocumentRefused:
        assert not blocks
        return
    assert raw_of(proposal.segments) == "".join(f"{block.text}\n" for block in blocks)
    for segment in proposal.segments:
        assert segment.kept or segment.reasons
        assert not segment.changed or set(CHANGES) & set(segment.reasons)


def test_it_reads_the_structure_of_a_web_page() -> None:
    proposal = proposed("html")
    assert proposal.title == files.TITLE
    assert (proposal.authors, proposal.language) == ("Jane Brewer", "en-GB")
    assert headings(proposal) == [
        (2, "How It Works"),
        (3, "What a Cup Holds"),
        (2, "Open Questions"),
    ]
    assert "The constant is 4 × 10⁻³ in H₂O." in kept(proposal)
    assert "Green | 20 mg" in kept(proposal)
    assert "Nobody knows yet <script>alert(1)</script>." in kept(proposal)
    assert removed(proposal)["Lovely, I drink it daily."] == "below_comments"
    assert removed(proposal)["The Tea Site"] == "page_part"
    assert proposal.losses == {"images": 1, "links": 1, "tables": 1}
    assert not any("no text" in segment.raw for segment in proposal.segments)


def test_it_keeps_markdown_as_it_was_written() -> None:
    proposal = proposed("md")
    assert [title for _, title in headings(proposal)] == [
        "How It Works",
        "What a Cup Holds",
        "Open Questions",
    ]
    assert any(
        "**awake**" in text and "(https://tea.example/study)" in text for text in kept(proposal)
    )
    assert proposal.segments[-1].key == "open-end"
    assert [p.text for p in proposal.segments if p.kind == "item"][1] == "Drink it before noon"


def test_it_proposes_every_label_of_a_comment_form() -> None:
    labels = ["Leave a comment", "Name *", "Email *", "Your home page", "Post comment"]
    proposal = of("\n\n".join([files.LEAD, "How It Works", files.HOW, *labels]))
    assert [removed(proposal)[label] for label in labels] == ["comment_form"] * 5
    assert headings(proposal) == [(2, "How It Works")]


def test_it_makes_up_no_title_for_a_word_document_without_properties() -> None:
    source, bare = io.BytesIO(files.docx_file()), io.BytesIO()
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(bare, "w") as archive:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "_rels/.rels":
                part = re.sub(rb'<Relationship [^>]*core-properties"[^>]*/>', b"", part)
            if not name.startswith("docProps/core"):
                archive.writestr(name, part)
    read = readers.read(bare.getvalue(), "docx")
    assert (read.title, read.authors) == ("", "")
    assert read.blocks


@pytest.mark.parametrize("name", ["docx", "epub"])
def test_it_reads_the_headings_of_books_and_word_documents(name: str) -> None:
    proposal = proposed(name)
    assert (proposal.title, proposal.authors) == (files.TITLE, "Jane Brewer")
    titles = [title for _, title in headings(proposal)]
    assert titles[0] == "How It Works"
    assert titles[-1] == "Open Questions"
    assert files.HOW in kept(proposal)


def test_it_joins_the_lines_of_printed_pages() -> None:
    proposal = proposed("pdf")
    document = document_from(
        proposal.segments, front={"title": "T"}, slug="t", markdown=proposal.markdown
    )
    texts = [markup.plain(passage.text) for passage in document.passages()]
    assert files.LEAD in texts
    assert files.DOSE in texts  # it goes on over the page's edge
    assert any("what is attention, since" in text for text in texts)
    reasons = list(removed(proposal).values())
    assert sorted(set(reasons)) == ["page_number", "running_head", "title"]
    assert headings(proposal)[-2:] == [(3, "3.2 Safety and Sleep"), (2, "Open Questions")]


def test_it_joins_wrapped_lines_of_plain_text_and_leaves_long_ones() -> None:
    text = "\n".join([*files.wrapped(files.LEAD), "", *files.wrapped(files.HOW)])
    assert kept(of(text)) == [files.LEAD, files.HOW]
    assert kept(of(f"{files.LEAD}\n{files.HOW}")) == [files.LEAD, files.HOW]


@pytest.mark.parametrize(
    "line",
    [
        "He searched for every trial of it that is listed in PubMed Central",
        "They asked Dr.Smith and the others about it, e.g.How It Works was unclear to them.",
        "She watched it on YouTube, as most people who look for tea do these days.",
        "The dose of the extract that was given in the trial was 3.2 Milligrams",
    ],
)
def test_it_cuts_no_heading_off_a_plain_sentence(line: str) -> None:
    assert kept(of(f"{line}\n{files.HOW}"))[0] == line


@pytest.mark.parametrize(
    "menu",
    ["Home About Contact", "Home | Blog | About us | Log in", "NEWS / SHOP / FAQ"],
)
@pytest.mark.parametrize("name", ["txt", "pdf"])
def test_it_takes_a_menu_on_one_line_for_no_heading(menu: str, name: str) -> None:
    lead, how = textwrap.wrap(files.LEAD, 60), textwrap.wrap(files.HOW, 60)
    lines = [menu, "Green Tea", *lead, "How It Works", *how]
    text = "\n".join(lines).encode()
    data = text if name == "txt" else files.pdf_file([lines])
    proposal = propose(readers.read(data, name))
    assert removed(proposal)[menu] == "navigation"
    assert proposal.title == "Green Tea"
    assert (2, "How It Works") in headings(proposal)


@pytest.mark.parametrize(
    "line", ["Help and Support at Home", "About Services", "Contact at Home", "News of Products"]
)
def test_it_leaves_headings_that_hold_words_of_a_menu(line: str) -> None:
    assert (2, line) in headings(of(f"{files.LEAD}\n{line}\n{files.HOW}"))


@pytest.mark.parametrize(
    "line",
    [
        "By blocking adenosine, tea keeps people awake.",
        "The authors thank their readers for reading the first draft of the protocol with care.",
        "Thank you for reading this is what they wrote, all of them, at the end of each interview.",
        "Related posts of the army were supplied with tea in 1916.",
        "Subscribers to the cohort's registry drank 3 cups.",
    ],
)
def test_it_leaves_sentences_that_look_like_furniture(line: str) -> None:
    assert line in kept(of(f"{files.LEAD}\n{line}\n{files.HOW}"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("thatâ€™s", "that’s"),
        ("CafÃ© au lait", "Café au lait"),
        ("5Â mg", "5Â mg"),
        ("5Â\u00a0mg", "5 mg"),
        ("“CAFÉ”", "“CAFÉ”"),
        ("NÃO", "NÃO"),
        ("eﬃcient", "efficient"),
    ],
)
def test_it_mends_signs_read_in_the_wrong_encoding(wrong: str, right: str) -> None:
    assert repaired(wrong)[0] == right


def test_it_takes_numbered_steps_for_a_list_and_numbered_titles_for_headings() -> None:
    steps = "1. Boil the water\n2. Add the leaves\n3. Wait"
    assert [p.kind for p in of(f"{files.LEAD}\n{steps}\n{files.HOW}").segments][1:4] == ["item"] * 3
    titles = f"1. Tea Leaves\n{files.LEAD}\n2. Hot Water\n{files.HOW}"
    assert headings(of(titles)) == [(2, "1. Tea Leaves"), (2, "2. Hot Water")]


def test_it_drops_a_table_of_contents_and_keeps_the_headings() -> None:
    names = ["Tea Leaves and Time", "Hot Water and Air", "Cups and Pots at Home"]
    body = "\n".join(f"{name}\n{files.HOW}" for name in names)
    proposal = of("\n".join(["Contents", *names, body]))
    assert [title for _, title in headings(proposal)] == names
    assert list(removed(proposal).values()).count("contents") == 4


def test_it_refuses_what_holds_no_text_or_too_much() -> None:
    for data, code in (
        (b"", "no_text"),
        (b" \n ", "no_text"),
        (b"a b\n" * 60_000, "too_much_text"),
    ):
        with pytest.raises(DocumentRefused) as refused:
            propose(readers.read(data, "txt"))
        assert refused.value.code == code


@given(st.text(alphabet="ab1 \\`*_[]()<>&$#+-.!|~{}:;\"'/=é^%", max_size=14))
@settings(max_examples=200, deadline=None)
def test_it_writes_markdown_that_shows_the_text_itself(text: str) -> None:
    line = " ".join(text.split())
    assert markup.plain(escaped(line)) == line


def test_it_makes_keys_of_telling_words_and_never_the_same_twice() -> None:
    taken: set[str] = set()
    for wanted in (
        "caffeine-blocks-receptors-adenosine",
        "caffeine-blocks-receptors-adenosine-substance",
    ):
        assert new_key(files.HOW, taken) == wanted
        taken.add(wanted)
    assert new_key("茶は眠気を覚ます", ()).startswith("p-")


def test_it_builds_the_same_text_from_the_same_file() -> None:
    def document() -> str:
        proposal = proposed("txt")
        built = document_from(
            proposal.segments, front={"title": proposal.title}, slug="tea", markdown=False
        )
        return built.fingerprint()

    assert document() == document()


def test_it_keeps_a_choice_for_the_words_it_was_made_for() -> None:
    segment = Segment("a b\n", "a b", "passage", Place("line", 1))
    assert segment.removed("chosen").raw == segment.raw


SET = (
    "<p>Take <b>not</b> <i>more</i> than 2*3 <em>cups<strong> a</strong></em> day, see "
    '<a href="https://tea.example/a(b)">the [new] study</a> and <a href="/home">home</a>.</p>'
    "<h2>What <b>Bold</b> Says</h2><p>Nothing&shy;ness is <b>(so)</b>me.</p>"
)


def written(data: bytes, name: str) -> list[str]:
    proposal = propose(readers.read(data, name))
    again = proposal_of(json.loads(json.dumps(proposal.as_json())))
    assert again == proposal
    document = document_from(
        again.segments, front={"title": "Tea"}, slug="tea", markdown=again.markdown
    )
    return [passage.text for passage in document.passages()]


def test_it_keeps_bold_italics_and_links_of_a_page() -> None:
    first = (
        r"Take **not** *more* than 2\*3 *cups* ***a*** day, see "
        r"[the \[new\] study](https://tea.example/a%28b%29) and home."
    )
    assert written(SET.encode(), "html") == [
        first,
        "Nothingness is **(so**)me.",
    ]
    proposal = propose(readers.read(SET.encode(), "html"))
    assert proposal.losses["links"] == 1  # the one that leads round its own site
    assert headings(proposal) == [(2, "What Bold Says")]


def test_it_keeps_bold_italics_and_links_of_a_word_document() -> None:
    document = docx.Document()
    document.add_heading("How _It_ Works", 1)
    paragraph = document.add_paragraph("It is ")
    paragraph.add_run("calm ").italic = True
    paragraph.add_run("and aw").bold = True
    paragraph.add_run("ake").bold = True
    paragraph.add_run(", says ")
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), document.part.relate_to("https://tea.example/", HYPERLINK, True))
    link.append(paragraph.add_run("the study")._r)
    paragraph._p.append(link)
    paragraph.add_run(" of 5 * 3 cups.")
    buffer = io.BytesIO()
    document.save(buffer)
    assert written(buffer.getvalue(), "docx") == [
        r"It is *calm* **and awake**, says [the study](https://tea.example/) of 5 \* 3 cups."
    ]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@tea.example", "data:,x", "#top"])
def test_it_keeps_other_links_as_words_and_counts_them(link: str) -> None:
    page = f'<p>{files.LEAD} See <a href="{link}">this</a>.</p>'.encode()
    assert written(page, "html")[0].endswith("See this.")
    assert propose(readers.read(page, "html")).losses == {"links": 1}


MARKS = st.tuples(
    st.integers(0, 12), st.integers(1, 14), st.sampled_from(["em", "strong", "https://a.b/c"])
)


@given(st.text(alphabet="ab1 \\`*_[]()<>&$#+-.!|~{}:;\"'/=é^%", max_size=14), st.lists(MARKS))
@settings(max_examples=200, deadline=None)
def test_it_shows_the_very_text_whatever_is_set_in_bold(text: str, marks: list[Mark]) -> None:
    line = " ".join(text.split())
    fit = tidied((a, min(b, ink(line)), kind) for a, b, kind in marks)
    assert markup.plain(marked(line, fit)) == line
