"""Every finding: what it finds, and what looks like it and is none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft, Waiver
from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.linter import Subject, lint, lint_question
from quizzes.bank.linting.notes import NoteText
from quizzes.bank.linting.orders import is_in_order
from quizzes.bank.linting.questions import World
from quizzes.bank.linting.runs import SourceRuns, digest, runs_of
from quizzes.bank.linting.sets import LintedQuiz, chance_of

PASSAGES = {("acting", "first-act"): "Ketamine blocks the NMDA receptor. Glutamate then rises."}
SOURCE = (
    "the quick brown fox jumps over the lazy dog while seven careful editors look on in silence"
)
RUNS = SourceRuns(digest(run) for run in runs_of(SOURCE))
WORLD = World(passages=PASSAGES, runs=RUNS)
GOOD = ("Dopamine uptake", "NMDA receptor", "Serotonin uptake")
ANCHOR = AnchorDraft("acting", "first-act", "blocks the NMDA receptor")


def question(
    stem: str = "Where does ketamine act first?",
    options: tuple[str, ...] = GOOD,
    keys: tuple[int, ...] = (1,),
    **fields: Any,
) -> QuestionDraft:
    """A single choice without a flaw, but for what a case changes."""
    rationale = "It belongs to another family of drugs, which act on the uptake."
    made = tuple(
        OptionDraft(text, Decimal(place in keys), rationale) for place, text in enumerate(options)
    )
    values: dict[str, Any] = {"slug": "one", "explanation": "So it is.", "anchors": (ANCHOR,)}
    kind = "single_choice" if len(keys) == 1 else "multiple_choice"
    return QuestionDraft(**({"type": kind, "stem": stem, "options": made} | values | fields))


def ids(draft: QuestionDraft) -> set[str]:
    return {one.id for one in lint_question(draft, WORLD)}


def test_it_finds_nothing_in_a_good_question() -> None:
    assert ids(question()) == set()


LONG = "NMDA receptor, which glutamate opens"
BAD_AND_GOOD: dict[str, tuple[list[QuestionDraft], list[QuestionDraft]]] = {
    "key-longest": (
        [question(options=("Dopamine", LONG, "Serotonin"))],
        [
            question(options=("Dopamine, which it keeps outside", LONG, "Serotonin")),
            question(options=("Four", "Eighteen", "Two")),
        ],
    ),
    "key-hedged": (
        [question(options=("It cures relapse", "It may delay relapse", "It speeds relapse up"))],
        [
            question(options=("It may cure it", "It may delay it", "It speeds it up")),
            question(options=("It may cure it", "It delays it", "It speeds it up")),
        ],
    ),
    "absolute-term": (
        [question(options=("It always fades", "It can fade", "It lasts"))],
        [
            question(options=("It always fades", "It never fades", "It sometimes fades")),
            question(
                "What refutes that ketamine always helps?",
                ("It always helps mice", "One trial without effect", "Two cheap drugs"),
            ),
            question(options=("At once", "Over weeks", "Overall")),
        ],
    ),
    "vague-term": (
        [question(options=("It often fades", "It stays", "It usually grows"))],
        [
            question("How often is it given?", ("As often as daily", "Monthly", "Weekly")),
            question(options=("Common colds", "Rare diseases", "Usual care")),
        ],
    ),
    "all-of-the-above": (
        [
            question(options=("All of the above", "Nausea", "Sleep")),
            question(options=("Nausea", "None of these", "Sleep")),
            question(options=("Both A and B", "Nausea", "Sleep")),
        ],
        [
            question(options=("All patients", "Both eyes", "None at work")),
            question(options=("It may reverse all of them", "Nausea", "Sleep")),
        ],
    ),
    "clang": (
        [question("Which receptor does it block?", ("Dopamine", "NMDA receptor", "Serotonin"))],
        [
            question(
                "Which receptor does it block?",
                ("Dopamine receptor", "NMDA receptor", "Serotonin receptor"),
            ),
            question(
                "Which receptor of the brain does it block?",
                ("Every brain cell", "NMDA receptor", "Serotonin"),
            ),
        ],
    ),
    "convergence": (
        [
            question(
                options=(
                    "Fluid sodium",
                    "Fluid potassium, slow infusion",
                    "Calcium, slow walking",
                    "Potassium, infusion tablets",
                ),
            )
        ],
        [
            question(options=("Dopamine uptake", "NMDA receptor", "Serotonin uptake", "Sodium")),
            question(
                options=("High dose, fast", "High dose, slow", "Low dose, fast", "Low dose, slow")
            ),
        ],
    ),
    "not-parallel": (
        [
            question(options=("dopamine", "Glutamate", "Serotonin")),
            question(options=("Dopamine.", "Glutamate", "Serotonin")),
            question(options=("To raise it", "A fall", "To stop it")),
            question(options=("Giving it", "Raising it", "Sleep", "Trying it")),
            question(options=("No, because it fades", "The trial was short", "Yes")),
            question(options=("10 mg", "20 mg", "30 mg", "Much more")),
            question(
                options=(
                    "A day",
                    "A month, unless another drug has been given in between or before it",
                    "A week",
                )
            ),
        ],
        [
            question(options=("Blood flow", "Learning", "Memory", "Sleep")),
            question(options=("mTOR", "NMDA", "Serotonin")),
            question(options=("No set time", "One hour", "Two hours")),
            question(options=("10 mg", "20 mg", "30 mg", "40 mg")),
        ],
    ),
    "not-in-order": (
        [question(options=("Serotonin", "Dopamine", "Glutamate"))],
        [
            question(options=("Two hours", "A day", "A few weeks")),
            question(options=("40%", "30%", "10%")),
            question(options=("Never", "Sometimes", "Always")),
            question(options=("The amygdala", "A brain stem", "The cortex")),
        ],
    ),
    "numeric-overlap": (
        [
            question(options=("1 to 3 weeks", "2 to 5 weeks", "6 to 8 weeks")),
            question(options=("1–3", "3–5", "5–7")),
            question(options=("At most 10%", "Up to 30%", "More than 50%")),
        ],
        [
            question(options=("Under 10%", "10% to 30%", "Over 30%")),
            question(options=("1 to 3 days", "2 to 5 weeks", "6 to 8 weeks")),
            question(options=("10", "20", "30")),
            question(options=("Phase 1", "Phase 2", "Phase 3")),
        ],
    ),
    "overlapping-options": (
        [question(options=("Nausea", "Nausea and dizziness", "Sleep"))],
        [question(options=("Esketamine", "Ketamine", "Memantine"))],
    ),
    "two-keys": (
        [question(keys=(0, 1), type="single_choice")],
        [question(keys=(0, 1), type="multiple_choice"), question()],
    ),
    "count-mismatch": (
        [question("Which are targets? Select three.", keys=(0, 1))],
        [
            question("Which are targets? Select two.", keys=(0, 1)),
            question("In three trials it acted. Where does it act?"),
            question("Which two-step process is it?"),
        ],
    ),
    "negative-stem": (
        [
            question("Which of these does the article not name?"),
            question("Which effect is least likely?"),
            question("What isn’t a target?"),
        ],
        [
            question("Which of these does the article NOT name?"),
            question("Which effect is **least** likely?"),
            question("Why does the article not name a dose?"),
            question("Which sentence says that it does not help?"),
            question("The article does not name a dose. What does it name?"),
            question("Which drug was given for at least a week?"),
            question("What does “It is not a cure” mean?"),
        ],
    ),
    "no-question": (
        [
            question("Ketamine and its receptor."),
            question("Which of the following statements is true?"),
            question("According to “The Role of Ketamine”, which of these is correct?"),
        ],
        [
            question("Select the receptor that ketamine blocks."),
            question("A man floats above himself. Which of these is true of orientation?"),
            question("True is what stands in the text. Which of these is true?"),
        ],
    ),
    "grammar-mismatch": (
        [
            question("What is meant? Ketamine is an", ("agonist", "antagonist", "blocker")),
            question("Who was asked? The patients were", ("a man", "children", "women")),
        ],
        [
            question("What is meant? Ketamine is a", ("blocker", "drug", "uniform salt")),
            question("Is it an anesthetic or a stimulant?"),
        ],
    ),
    "missing-rationale": (
        [
            replace(question(), options=(OptionDraft("A"), OptionDraft("B", Decimal(1), "So."))),
            QuestionDraft(type="essay", stem="Why?", slug="one", anchors=(ANCHOR,)),
        ],
        [
            QuestionDraft(
                type="essay", stem="Why?", slug="one", anchors=(ANCHOR,), explanation="So."
            )
        ],
    ),
    "idle-rationale": (
        [
            replace(
                question(),
                options=(
                    OptionDraft("A", rationale="Not mentioned."),
                    OptionDraft("B", Decimal(1)),
                ),
            )
        ],
        [
            replace(
                question(),
                options=(
                    OptionDraft(
                        "A",
                        rationale="The article does not name it; it belongs to the older drugs, "
                        "which act on the uptake of serotonin.",
                    ),
                    OptionDraft("B", Decimal(1)),
                ),
            )
        ],
    ),
    "missing-anchor": (
        [question(anchors=()), question(anchors=(replace(ANCHOR, role="refutes"),))],
        [question(anchors=(replace(ANCHOR, option=1),))],
    ),
    "quote-not-found": (
        [
            question(anchors=(replace(ANCHOR, quote="opens the NMDA receptor"),)),
            question(anchors=(replace(ANCHOR, passage="gone"),)),
        ],
        [question(anchors=(replace(ANCHOR, quote="Glutamate  then rises"),))],
    ),
    "verbatim": (
        [
            question(explanation=f"So says the text: {SOURCE[:80]}"),
            question(explanation=SOURCE.title().replace(" ", ", ")[:110]),
            question(params={"blanks": {"1": {"accept": [SOURCE]}}}),
        ],
        [question(explanation=" ".join(SOURCE.split()[:12]) + " quietly")],
    ),
    "unused-waiver": (
        [question(waivers=(Waiver("clang", "The word is a name."),))],
        [
            question(waivers=(Waiver("missing-anchor", "It is about method."),), anchors=()),
            question(waivers=(Waiver("near-duplicate", "They ask two sides."),)),
        ],
    ),
}
CASES = [
    pytest.param(finding, draft, expected, id=f"{finding}-{'bad' if expected else 'good'}-{n}")
    for finding, both in BAD_AND_GOOD.items()
    for expected, drafts in zip((True, False), both, strict=True)
    for n, draft in enumerate(drafts)
]


@pytest.mark.parametrize(("finding", "draft", "expected"), CASES)
def test_it_finds_the_flaw_and_not_its_likeness(
    finding: str, draft: QuestionDraft, expected: bool
) -> None:
    assert (finding in ids(draft)) is expected


# Sets: quizzes and banks


def found_in(
    *drafts: QuestionDraft, papers: tuple[LintedQuiz, ...] = (), notes: tuple[NoteText, ...] = ()
) -> list[Finding]:
    return lint(Subject(questions=drafts, papers=papers, notes=notes), WORLD)


def pair(stem: str, other: str, **fields: Any) -> tuple[QuestionDraft, QuestionDraft]:
    return question(stem, slug="one"), question(other, slug="two", **fields)


ALIKE = "Which receptor of neurons in the cortex does an infusion of ketamine block first?"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("Which receptor of cortex neurons is blocked first by a ketamine infusion?", True),
        ("Which blood vessels of the cortex does an infusion of ketamine widen at first?", False),
    ],
)
def test_it_finds_questions_that_ask_nearly_the_same(other: str, expected: bool) -> None:
    found = [one for one in found_in(*pair(ALIKE, other)) if one.id == "near-duplicate"]
    assert bool(found) is expected
    assert [(one.name, one.other) for one in found] == ([("one", "two")] if expected else [])


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("Ketamine blocks the NMDA receptor within minutes. What happens in neurons next?", True),
        ("Neurons in the cortex react to ketamine within minutes. What happens next?", False),
        ("The NMDA receptor opens for glycine. Who found that out?", False),
    ],
)
def test_it_finds_a_question_that_answers_another_of_its_quiz(other: str, expected: bool) -> None:
    asked = "Within minutes ketamine acts on neurons. Where does it act?"
    paper = LintedQuiz("quiz", ("one", "two"))
    found = found_in(*pair(asked, other), papers=(paper,))
    assert ("answers-another" in {one.id for one in found}) is expected
    apart = found_in(
        *pair(asked, other), papers=(LintedQuiz("a", ("one",)), LintedQuiz("b", ("two",)))
    )
    assert "answers-another" not in {one.id for one in apart}


def many(key_at: list[int], texts: tuple[str, ...]) -> tuple[list[QuestionDraft], tuple[str, ...]]:
    drafts = [
        question(f"What is asked in number {n}?", texts, (key,), slug=f"q{n}")
        for n, key in enumerate(key_at)
    ]
    return drafts, tuple(draft.slug for draft in drafts)


@pytest.mark.parametrize(
    ("places", "shuffles", "expected"),
    [([2] * 9 + [0], False, True), ([2] * 9 + [0], True, False), ([0, 1, 2] * 3, False, False)],
)
def test_it_finds_keys_that_stand_in_one_place(
    places: list[int], shuffles: bool, expected: bool
) -> None:
    drafts, slugs = many(places, ("Amber", "Beige", "Coral"))
    found = found_in(*drafts, papers=(LintedQuiz("quiz", slugs, shuffles),))
    named = [(one.subject, one.name) for one in found if one.id == "key-position"]
    assert named == ([("quiz", "quiz")] if expected else [])


@pytest.mark.parametrize(("places", "expected"), [([2] * 9, True), ([0, 1, 2] * 3, False)])
def test_it_finds_keys_that_are_longest_too_often(places: list[int], expected: bool) -> None:
    drafts, slugs = many(places, ("Amber", "Beige", "Carmine"))
    found = found_in(*drafts, papers=(LintedQuiz("quiz", slugs),))
    assert ("key-length-bias" in {one.id for one in found}) is expected


def test_it_knows_the_chance_of_so_many_hits() -> None:
    assert chance_of(0, 5, 0.5) == 1
    assert chance_of(5, 5, 0.5) == pytest.approx(1 / 32)
    assert chance_of(3, 4, 0.25) == pytest.approx((4 * 3 + 1) / 256)


# Notes


def note(
    kind: str = "basic", anchors: tuple[AnchorDraft, ...] = (ANCHOR,), **fields: str
) -> NoteText:
    return NoteText("card", kind, fields, anchors=anchors)


NOTES: dict[str, tuple[list[NoteText], list[NoteText]]] = {
    "long-answer": (
        [
            note(front="What?", back=" ".join(["word"] * 16)),
            note("cloze", text="It {{c1::is a rather long run of words}} here."),
        ],
        [
            note(front="What is it?", back="A receptor that glutamate opens."),
            note("cloze", text="It {{c1::is::verb}} a receptor with a rather long description."),
        ],
    ),
    "answer-in-front": (
        [
            note(front="Which NMDA receptor does it block?", back="The NMDA receptor"),
            note("cloze", text="The receptor is a {{c1::receptor}}."),
            note("reversed", front="Glutamate", back="Which transmitter is glutamate?"),
        ],
        [
            note(front="What does it block?", back="The NMDA receptor"),
            note("cloze", text="{{c1::Glutamate}} opens it, and {{c1::glutamate}} rises."),
        ],
    ),
    "card-like-question": (
        [
            note(
                front="On which cortex neurons does an infusion act within minutes?",
                back="Cortical",
            )
        ],
        [note(front="Which neurons react soonest?", back="Cortical")],
    ),
    "missing-anchor": ([note(anchors=(), front="A?", back="B")], [note(front="A?", back="B")]),
    "quote-not-found": (
        [note(anchors=(replace(ANCHOR, quote="opens"),), front="A?", back="B")],
        [note(front="A?", back="B")],
    ),
    "verbatim": (
        [note("cloze", text=f"{{{{c1::{SOURCE}}}}}")],
        [note(front=SOURCE[:40], back="B")],
    ),
}


@pytest.mark.parametrize(
    ("finding", "given", "expected"),
    [
        pytest.param(finding, one, expected, id=f"{finding}-{expected}-{n}")
        for finding, both in NOTES.items()
        for expected, several in zip((True, False), both, strict=True)
        for n, one in enumerate(several)
    ],
)
def test_it_finds_flaws_of_notes(finding: str, given: NoteText, expected: bool) -> None:
    asked = question("On which neurons of the cortex does the infusion act within minutes?")
    found = [one for one in found_in(asked, notes=(given,)) if one.subject == "note"]
    assert (finding in {one.id for one in found}) is expected


# Waivers


def test_it_lists_what_is_waived_with_its_reason_at_either_of_two() -> None:
    one, two = pair(ALIKE, ALIKE, waivers=(Waiver("near-duplicate", "Two sides of it."),))
    found = found_in(one, two)
    assert [f.waived for f in found if f.id == "near-duplicate"] == ["Two sides of it."]
    assert "unused-waiver" not in {f.id for f in found}


def test_it_advises_against_a_waiver_that_matches_nothing() -> None:
    found = found_in(question(waivers=(Waiver("near-duplicate", "Two sides."),)))
    assert [(one.id, one.severity) for one in found] == [("unused-waiver", "advice")]


def test_every_finding_is_tried_here() -> None:
    elsewhere = {"near-duplicate", "answers-another", "key-position", "key-length-bias"}
    of_coverage = {"gap", "asked-after-all"}
    assert set(catalogue.BY_ID) == {*BAD_AND_GOOD, *NOTES} | elsewhere | of_coverage


@pytest.mark.parametrize("kind", catalogue.KINDS, ids=lambda kind: kind.id)
def test_every_finding_says_why_it_matters_and_how_to_mend_it(kind: Any) -> None:
    assert all(len(str(text)) > 15 for text in (kind.title, kind.why, kind.fix))


def test_it_sorts_words_as_an_index_or_a_catalogue_does() -> None:
    assert is_in_order(["A brain", "The amygdala"])
    assert is_in_order(["The amygdala", "A brain"])
    assert not is_in_order(["Zinc", "Amber", "Beige"])
