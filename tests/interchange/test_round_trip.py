"""Whatever a bank holds is written and read back equal."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.assessments.drafts import QuizDraft, SlotDraft
from quizzes.bank.drafts import (
    AnchorDraft,
    NotAskedDraft,
    OptionDraft,
    QuestionDraft,
    Waiver,
)
from quizzes.cards.drafts import DeckDraft, NoteDraft
from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.interchange.bank_yaml import read_path, write_path
from quizzes.interchange.collection import BankDraft, Collection, Item, TopicDraft
from quizzes.material import markup

# Words that YAML likes to take for something else, and signs that break careless writers.
PLAIN = "No,yes,null,~,1e3,0x1f,1_000,12:30,2024-01-01,true,.inf,<<,- a,? a,a: b,#a,',\",&a,*a,!a"
SIGNS = (
    "%a",
    "@a",
    "`a`",
    "{a}",
    "[a]",
    "|",
    ">",
    "a  b",
    "a #b",
    "\\",
    "\t",
    "\n",
    "\n\n",
    " \n ",
)
awkward = st.sampled_from([*PLAIN.split(","), *SIGNS, "é", "漢", "🙂", "\u00a0", "\u200d"])
letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=20)
texts = (
    st.lists(awkward | letters | st.just(" ") | st.just("word " * 30), max_size=6)
    .map("".join)
    .map(lambda text: markup.clean(text).strip("\n").rstrip())
)
lines = texts.map(lambda text: " ".join(text.split()))
filled = texts.filter(bool)
named = lines.filter(bool)
slugs = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
sevenths = st.integers(-(10**7), 10**7).map(lambda n: Decimal(n).scaleb(-7))
marks = st.integers(0, 10**8).map(lambda n: Decimal(n).scaleb(-5))
settings_of_types = st.dictionaries(
    named,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | lines
        | st.floats(-1e6, 1e6).map(lambda x: round(x, 4)).filter(lambda x: x != int(x)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(named, inner, max_size=3),
        max_leaves=5,
    ),
    max_size=3,
)  # fmt: skip
options = st.builds(OptionDraft, filled, sevenths, texts, st.booleans())


@st.composite
def questions(draw: st.DrawFn) -> QuestionDraft:
    choices = tuple(draw(st.lists(options, max_size=3)))
    places = [None, *range(len(choices))]
    roles = st.sampled_from(["supports", "refutes"])
    anchors = draw(
        st.lists(
            st.builds(AnchorDraft, slugs, slugs, named, roles, st.sampled_from(places), lines),
            max_size=4,
        )
    )
    anchors.sort(key=lambda a: -1 if a.option is None else a.option)
    return QuestionDraft(
        type=draw(slugs),
        stem=draw(filled),
        options=choices,
        params=draw(settings_of_types),
        learning_objective=draw(texts),
        explanation=draw(texts),
        caution=draw(texts),
        hints=tuple(draw(st.lists(filled, max_size=2))),
        penalty=draw(sevenths.map(abs)),
        anchors=tuple(anchors),
        slug=draw(slugs),
        topic=draw(slugs | st.just("")),
        level=draw(st.sampled_from(["recall", "application"])),
        tags=tuple(draw(st.lists(named, max_size=2))),
        waivers=tuple(draw(st.lists(st.builds(Waiver, slugs, named), max_size=2))),
        title=draw(named | st.just("")),
        external_id=draw(named | st.just("")),
    )


fixed = st.builds(
    SlotDraft, question=slugs, version=st.none() | st.integers(1, 9), bank=slugs, max_mark=marks
)
drawn = st.builds(
    SlotDraft, topic=slugs | st.just(""), level=st.sampled_from(["", "recall"]), max_mark=marks
)
quizzes = st.builds(
    QuizDraft,
    slug=slugs,
    title=named,
    description=texts,
    preset=slugs,
    time_limit_s=st.none() | st.integers(0, 10**6),
    attempts_allowed=st.integers(0, 100),
    pass_mark=st.none() | st.integers(0, 10_000).map(lambda n: Decimal(n).scaleb(-2)),
    grading_method=slugs,
    shuffle_questions=st.booleans(),
    shuffle_options=st.booleans(),
    audience=slugs,
    state=st.sampled_from(["published", "draft", "archived"]),
    opens_at=st.none() | st.datetimes(timezones=st.timezones()),
    slots=st.lists(fixed | drawn, max_size=5).map(tuple),
)
anchored = st.lists(
    st.builds(
        AnchorDraft,
        slugs,
        slugs,
        named,
        st.sampled_from(["supports", "refutes"]),
        st.none(),
        lines,
    ),
    max_size=2,
).map(tuple)
notes = st.builds(
    NoteDraft,
    kind=st.sampled_from(["basic", "reversed", "cloze"]),
    fields=st.fixed_dictionaries({"front": filled}, optional={"text": filled, "extra": filled}),
    anchors=anchored,
    slug=slugs,
    topic=slugs | st.just(""),
    tags=st.sets(named, max_size=2).map(lambda found: tuple(sorted(found))),
    caution=texts,
    guid=named | st.just(""),
    external_id=named | st.just(""),
)
decks = st.builds(
    DeckDraft, slugs, named, texts, slugs | st.just(""), notes=st.lists(named).map(tuple)
)
links = st.builds(
    LinkDraft,
    slugs,
    named,
    st.sampled_from(["agree", "scope"]),
    st.lists(st.builds(ClaimDraft, slugs, slugs, named, named, lines), max_size=3).map(tuple),
    note=texts,
    questions=st.sets(slugs, max_size=3).map(lambda found: tuple(sorted(found))),
)
banks = st.builds(
    BankDraft,
    slug=slugs,
    title=named,
    description=texts,
    licence=lines.map(lambda text: text[:50].strip()),
    use=st.sampled_from(["practice", "exam", "both"]),
    owners=st.lists(named, max_size=2).map(tuple),
    topics=st.lists(slugs, max_size=3, unique=True).map(
        lambda found: tuple(
            TopicDraft(slug, slug, found[i - 1] if i else "") for i, slug in enumerate(found)
        )
    ),
)


@given(
    bank=banks,
    asked=st.lists(questions(), max_size=3, unique_by=lambda one: one.slug),
    papers=st.lists(quizzes, max_size=2, unique_by=lambda one: one.slug),
    left_out=st.lists(
        st.builds(NotAskedDraft, slugs, slugs, named), max_size=2, unique_by=lambda one: one.slug
    ),
)
@settings(max_examples=100, deadline=None)
def test_it_reads_back_what_it_wrote(
    bank: BankDraft,
    asked: list[QuestionDraft],
    papers: list[QuizDraft],
    left_out: list[NotAskedDraft],
) -> None:
    bank = BankDraft(**{**_fields(bank), "title": bank.title[:100].strip()})
    collection = Collection(
        bank=bank,
        questions=tuple(Item(one) for one in asked),
        quizzes=tuple(Item(one) for one in papers),
        not_asked=tuple(Item(one) for one in left_out),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        write_path(collection, path)
        found = read_path(path)
    assert found.refused == ()
    assert found.bank == bank
    assert {i.value.slug: i.value.fingerprint() for i in found.questions} == {
        one.slug: one.fingerprint() for one in asked
    }
    assert [item.value.fingerprint() for item in found.quizzes] == [
        one.fingerprint() for one in papers
    ]
    assert [item.value for item in found.not_asked] == left_out


@given(
    bank=banks,
    written=st.lists(notes, max_size=3, unique_by=lambda one: one.slug),
    shelves=st.lists(decks, max_size=2, unique_by=lambda one: one.slug),
    linked=st.lists(links, max_size=2, unique_by=lambda one: one.slug),
)
@settings(max_examples=60, deadline=None)
def test_it_reads_back_notes_decks_and_the_concordance(
    bank: BankDraft, written: list[NoteDraft], shelves: list[DeckDraft], linked: list[LinkDraft]
) -> None:
    collection = Collection(
        bank=BankDraft(**{**_fields(bank), "title": bank.title[:100].strip()}),
        notes=tuple(map(Item, written)),
        decks=tuple(map(Item, shelves)),
        concordance=tuple(map(Item, linked)),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        write_path(collection, path)
        found = read_path(path)
    assert found.refused == ()
    by_slug = {item.value.slug: item.value for item in found.notes}
    assert by_slug == {one.slug: one for one in written}
    assert [item.value for item in found.decks] == shelves
    assert [item.value for item in found.concordance] == linked


def _fields(bank: BankDraft) -> dict[str, object]:
    return {name: getattr(bank, name) for name in bank.__slots__}
