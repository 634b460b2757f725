"""Writing questions in the admin site: every type, versions, errors at their fields."""

from __future__ import annotations

import re
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User
from quizzes.assessments.review_options import EVERYTHING
from quizzes.attempts import queries, question_review
from quizzes.authoring.preview import reviewed_draft
from quizzes.bank.content_cache import contents_of
from quizzes.bank.models import Question, QuestionBank, VersionState
from quizzes.bank.queries import drafts_of
from quizzes.material.models import Source
from quizzes.question_types import examples, registry
from tests import by_example, make
from tests.admin.conftest import ANCHOR, OPTIONS, QUESTIONS, form, form_shown

TYPES = [one.slug for one in registry.all_types()]
OF_TYPE: dict[str, dict[str, Any]] = {
    "single_choice": {},
    "multiple_choice": {"params-grading": "scaled_net"},
    "true_false": {
        "options": (
            {"text": "True", "worth": "right", "rationale": "It says so."},
            {"text": "False", "worth": "wrong", "rationale": "It says the opposite."},
        )
    },
    "short_answer": {"options": ({"text": "neuroplasticity", "worth": "right"},)},
    "numeric": {"options": (), "params-value": "30", "params-units": "%\npercent"},
    "essay": {"options": (), "params-rubric": "One mark for each point."},
    "cloze": {
        "stem": "What does ketamine block first? The [[1]] receptor, for [[2]].",
        "slug": "what-does-ketamine-block-first",
        "options": (),
        "params-blanks": "1 | NMDA | N-methyl-D-aspartate\n2 | *hours | days",
        "params-rationales": "1 | It is the target.",
    },
    "matching": {
        "options": (),
        "params-pairs": "Ketamine | NMDA receptor\nSSRI | Serotonin reuptake",
        "params-extra": "Dopamine reuptake",
    },
    "ordering": {"options": ({"text": "First"}, {"text": "Then"}, {"text": "Last"})},
    "hottext": {
        "options": (),
        "params-text": "[[It fades.]] [[It comes soon.]]",
        "params-key": "It fades.",
    },
}


def form_of(slug: str) -> dict[str, Any]:
    """What an author types for a question of a type: as above, or as its first example has it."""
    if slug in OF_TYPE:
        return OF_TYPE[slug]
    found = registry.get(slug)
    draft = by_example.draft_of(examples.load(found)[0])
    options = tuple(
        {"text": one.text, "worth": "right" if one.fraction > 0 else "wrong"}
        for one in draft["options"]
    )
    params = {
        f"params-{name}": make_field().prepare_value(draft["params"].get(name, ""))
        for name, make_field in found.params_fields.items()
    }
    return {"slug": "what-does-ketamine-block-first", "options": options, **params}


def add(client: Client, **fields: Any) -> Any:
    return client.post(f"{QUESTIONS}add/", form(**fields))


def page(response: Any) -> str:
    return response.content.decode()


@pytest.mark.usefixtures("bank")
def test_it_asks_for_the_type_first(educator: Client) -> None:
    shown = page(educator.get(f"{QUESTIONS}add/"))
    for kind in registry.all_types():
        assert str(kind.label) in shown
        assert str(kind.summary) in shown


@pytest.mark.parametrize(("slug", "worth"), [("short_answer", "right"), ("single_choice", "wrong")])
def test_its_rows_start_as_most_of_them_end(
    slug: str, worth: str, educator: Client, bank: QuestionBank
) -> None:
    address = f"{QUESTIONS}add/?type={slug}&bank=ketamine"
    shown = form_shown(educator, address)
    count = int(shown["options-TOTAL_FORMS"])
    assert {shown[f"options-{n}-worth"] for n in range(count)} == {worth}
    more = page(educator.post(address, shown | {"_more": "options"}))
    row = more[more.index(f'name="options-{count}-worth"') :]
    # With none selected the first is: wrong.
    assert ('value="right" selected' in row[: row.index("</select>")]) == (worth == "right")


def test_it_sends_who_has_no_bank_to_make_one(dana: User, signed_in: Any) -> None:
    assert "Add a bank" in page(signed_in(dana).get(f"{QUESTIONS}add/"))


@pytest.mark.parametrize("slug", TYPES)
def test_it_writes_a_question_of_each_type(
    slug: str, educator: Client, bank: QuestionBank, cora: User
) -> None:
    blank = page(educator.get(f"{QUESTIONS}add/?type={slug}&bank=ketamine"))
    for name in registry.get(slug).params_fields:
        assert f'name="params-{name}"' in blank
    assert ('name="options-0-text"' in blank) == bool(registry.get(slug).max_options)
    response = add(educator, type=slug, **form_of(slug))
    assert response.status_code == 302, response.context["problems"]
    question = bank.questions.get()
    assert (question.type, question.author, question.slug) == (
        slug,
        cora,
        "what-does-ketamine-block-first",
    )
    assert question.versions.get().state == VersionState.DRAFT
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.is_addition()) == (cora, str(question.pk), True)


def test_it_names_a_question_without_its_mark_up(educator: Client, bank: QuestionBank) -> None:
    question = make.question(bank, stem="What does it block `**first**`, and *why*?")
    for path in ("", f"{question.pk}/change/"):
        titles = re.findall(r"<(?:h1|th)[^>]*>.*?</", page(educator.get(QUESTIONS + path)))
        assert any("block **first**, and why?" in one for one in titles), path
        assert "*why*" not in "".join(titles)


@pytest.mark.parametrize("slug", TYPES)
def test_it_shows_and_saves_again_without_writing_anything(
    slug: str, educator: Client, bank: QuestionBank
) -> None:
    question = make.question(bank, type=slug)
    client_form = form_shown(educator, f"{QUESTIONS}{question.pk}/change/")
    before = drafts_of([question.versions.get().pk])
    response = educator.post(f"{QUESTIONS}{question.pk}/change/", client_form | {"_ready": "1"})
    assert response.status_code == 302, response.context["problems"]
    assert drafts_of([question.versions.get().pk]) == before


def test_it_keeps_numbers_that_a_file_gave_as_such(educator: Client, bank: QuestionBank) -> None:
    params = {"blanks": {"1": {"accept": [30, "thirty"]}}}
    question = make.question(bank, type="cloze", stem="About [[1]] percent.", params=params)
    client_form = form_shown(educator, f"{QUESTIONS}{question.pk}/change/")
    educator.post(f"{QUESTIONS}{question.pk}/change/", client_form | {"_ready": "1"})
    assert question.versions.get().params == params
    changed = client_form | {"_ready": "1", "params-blanks": "1 | 31"}
    educator.post(f"{QUESTIONS}{question.pk}/change/", changed)
    assert question.versions.order_by("number").last().params == {
        "blanks": {"1": {"accept": ["31"]}}
    }


def test_it_changes_a_draft_in_its_place(educator: Client, bank: QuestionBank) -> None:
    add(educator)
    question = bank.questions.get()
    fields = form_shown(educator, f"{QUESTIONS}{question.pk}/change/") | {
        "stem": "What is blocked first?",
        "_draft": "1",
    }
    educator.post(f"{QUESTIONS}{question.pk}/change/", fields)
    version = question.versions.get()
    assert (version.number, version.stem) == (1, "What is blocked first?")


def test_it_says_beforehand_and_writes_a_new_version_of_what_was_ready(
    educator: Client, bank: QuestionBank
) -> None:
    question = make.question(bank)
    shown = page(educator.get(f"{QUESTIONS}{question.pk}/change/"))
    assert "Students may have seen version 1; saving makes version 2." in shown
    fields = form_shown(educator, f"{QUESTIONS}{question.pk}/change/") | {
        "stem": "Which receptor is blocked first?",
        "note": "Plainer",
        "new_fact": "on",
        "_ready": "1",
    }
    educator.post(f"{QUESTIONS}{question.pk}/change/", fields)
    first, second = question.versions.order_by("number")
    assert first.stem != second.stem
    assert (second.state, second.change_note, second.new_fact) == ("ready", "Plainer", True)


def test_it_shows_what_a_version_changed_and_compares_any_two(
    educator: Client, bank: QuestionBank
) -> None:
    question = make.question(bank)
    where = f"{QUESTIONS}{question.pk}/versions/"
    first = page(educator.get(f"{where}1/"))
    assert "What differs" not in first
    for stem in ("Which receptor is blocked first?", "Which receptor is blocked, and when?"):
        fields = form_shown(educator, f"{QUESTIONS}{question.pk}/change/")
        educator.post(f"{QUESTIONS}{question.pk}/change/", fields | {"stem": stem, "_ready": "1"})
    shown = page(educator.get(f"{where}3/"))
    assert "What differs from version 2" in shown
    assert re.search(r"<del>.*first\?</del>", shown)
    assert re.search(r"<ins>.*and when\?</ins>", shown)
    older = page(educator.get(f"{where}3/?with=1"))
    assert "What differs from version 1" in older
    assert "first?" not in older
    for nonsense in ("3", "9", "x", "٣", ""):
        assert "What differs from version 2" in page(educator.get(f"{where}3/?with={nonsense}"))


@pytest.mark.parametrize(
    ("press", "state"), [("_draft", "draft"), ("_review", "in_review"), ("_ready", "ready")]
)
def test_its_buttons_leave_the_version_in_their_state(
    press: str, state: str, educator: Client, bank: QuestionBank
) -> None:
    add(educator, press=press)
    assert bank.questions.get().versions.get().state == state


def test_it_keeps_topic_level_tags_shares_and_hints(educator: Client, bank: QuestionBank) -> None:
    options = (
        {**OPTIONS[0], "worth": "part", "share": "33.33333"},
        {**OPTIONS[1], "pinned": "on"},
        OPTIONS[2],
    )
    add(educator, options=options, tags="receptors, basics", hints=({"text": "Think of NMDA."},))
    question = bank.questions.get()
    draft = drafts_of([question.versions.get().pk])[question.versions.get().pk]
    assert (draft.topic, draft.level, draft.tags) == (
        "mechanism",
        "recall",
        ("basics", "receptors"),
    )
    assert [one.fraction for one in draft.options] == [Decimal("0.3333333"), 1, 0]
    assert [one.pinned for one in draft.options] == [False, True, False]
    assert draft.hints == ("Think of NMDA.",)


def test_it_leaves_out_blank_and_removed_rows(educator: Client, bank: QuestionBank) -> None:
    gone = {"text": "A fourth", "worth": "wrong", "DELETE": "on"}
    add(educator, options=(OPTIONS[0], {}, OPTIONS[1], gone))
    texts = bank.questions.get().versions.get().options.values_list("text", flat=True)
    assert list(texts) == ["Dopamine reuptake", "NMDA receptor"]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"stem": " "}, "id_stem"),
        ({"options": (OPTIONS[1], {}, OPTIONS[1])}, "id_options-2-text"),
        ({"options": (OPTIONS[0], {**OPTIONS[1], "rationale": "x\0"})}, "id_options-1-rationale"),
        ({"options": (OPTIONS[1],)}, "options"),
        ({"type": "numeric", "options": (), "params-value": "many"}, "id_params-value"),
        ({"anchors": ({**ANCHOR, "quote": "never said"},)}, "id_anchors-0-quote"),
        ({"anchors": ({**ANCHOR, "settles": "9"},)}, "id_anchors-0-settles"),
        ({"slug": "not a slug"}, "id_slug"),
        ({"topic": "unknown"}, "id_topic"),
    ],
)
def test_it_puts_what_is_wrong_at_its_field(
    fields: dict[str, Any], place: str, educator: Client, bank: QuestionBank, text: Source
) -> None:
    shown = page(add(educator, **fields))
    assert f'<a href="#{place}">' in shown
    assert not bank.questions.exists()


def test_it_does_not_write_over_what_somebody_saved_meanwhile(
    educator: Client, bank: QuestionBank, dana: User, signed_in: Any
) -> None:
    add(educator)
    question = bank.questions.get()
    bank.editors.add(dana)
    address = f"{QUESTIONS}{question.pk}/change/"
    mine = form_shown(educator, f"{QUESTIONS}{question.pk}/change/")
    signed_in(dana).post(address, mine | {"stem": "Dana’s wording?", "_draft": "1"})
    response = educator.post(address, mine | {"stem": "Cora’s wording?", "_draft": "1"})
    assert "Dana Roy saved version 1 while you were writing." in page(response)
    assert "Cora’s wording?" in page(response)
    assert question.versions.get().stem == "Dana’s wording?"
    again = response.context["editor"].wording["based_on"].value()
    educator.post(address, mine | {"stem": "Cora’s wording?", "based_on": again, "_draft": "1"})
    assert question.versions.get().stem == "Cora’s wording?"


def test_it_keeps_what_the_question_teaches(educator: Client, bank: QuestionBank) -> None:
    add(educator, learning_objective="Name the receptor.")
    question = bank.questions.get()
    assert question.versions.get().learning_objective == "Name the receptor."
    shown = form_shown(educator, f"{QUESTIONS}{question.pk}/change/")
    assert shown["learning_objective"].strip() == "Name the receptor."
    refused = add(educator, slug="another", learning_objective="x\0")
    assert '<a href="#id_learning_objective">' in page(refused)
    assert not bank.questions.filter(slug="another").exists()


# Buttons that save nothing


def test_it_adds_and_moves_rows_without_saving(educator: Client, bank: QuestionBank) -> None:
    more = add(educator, press="_more", _more="options")
    assert 'name="options-3-text"' in page(more)
    options = tuple(dict(one) for one in OPTIONS)
    anchors = ({**ANCHOR, "settles": "1"},)
    moved = add(educator, press="_up", options=options, anchors=anchors, _up="options-1")
    editor = moved.context["editor"]
    assert editor.options.forms[0]["text"].value() == "NMDA receptor"
    assert editor.anchors.forms[0]["settles"].value() == "0"
    assert not Question.objects.exists()


def test_it_anchors_a_question_and_an_option_to_a_sentence_found_by_search(
    educator: Client, bank: QuestionBank, text: Source
) -> None:
    found = page(add(educator, press="_find", find="glutamate"))
    assert "Glutamate activity then rises." in found
    assert "fades after" not in found
    chosen = "how-it-acts first-act 0 34"
    picked = add(educator, press="_anchor", **{"_anchor": chosen, "find-settles": "1"})
    row = picked.context["editor"].anchors.forms[0]
    assert row["quote"].value() == "Ketamine blocks the NMDA receptor."
    anchors = (ANCHOR, {**ANCHOR, "quote": row["quote"].value(), "settles": "1"})
    assert add(educator, anchors=anchors).status_code == 302
    whole, option = bank.questions.get().versions.get().anchors.order_by("pk")
    assert (whole.option, whole.quote) == (None, "blocks the NMDA receptor")
    assert option.option is not None
    assert option.option.text == "NMDA receptor"


def test_it_searches_passages_as_data(educator: Client, text: Source, dana: User) -> None:
    make.source(owner=dana, published=False, slug="private")
    found = educator.get(f"{QUESTIONS}passages/?q=glutamate rises").json()["results"]
    assert [(one["material"], one["passage"]) for one in found] == [("how-it-acts", "first-act")]
    begin, end = found[0]["sentences"][1]
    assert found[0]["text"][begin:end] == "Glutamate activity then rises."


def test_it_previews_as_a_student_and_stores_nothing(
    educator: Client, bank: QuestionBank, text: Source
) -> None:
    fields = form(press="_preview", anchors=(ANCHOR,), stem="What is **first**?")
    asked = page(educator.post(f"{QUESTIONS}preview/", fields))
    assert "<strong>first</strong>" in asked
    assert 'name="try-choice"' in asked
    assert "It is the target." not in asked.split("<form")[0]
    fields |= {"_try": "1", "try-choice": "a"}
    told = page(educator.post(f"{QUESTIONS}preview/", fields, headers={"HX-Request": "true"}))
    assert "Not quite." in told
    assert "It is the target." in told
    assert "<mark>blocks the NMDA receptor</mark>" in told
    assert not Question.objects.exists()


def test_its_preview_shows_a_half_written_question_as_far_as_it_goes(
    educator: Client, bank: QuestionBank
) -> None:
    fields = form(press="_preview", options=({"text": "One", "worth": "wrong"},))
    shown = page(educator.post(f"{QUESTIONS}preview/", fields, headers={"HX-Request": "true"}))
    assert "What does ketamine block first?" in shown
    assert "Give at least 2 options." in shown
    fields = form(press="_preview", options=(), type="matching")
    shown = page(educator.post(f"{QUESTIONS}preview/", fields, headers={"HX-Request": "true"}))
    assert "<li>Pairs: This is missing.</li>" in shown
    assert "<li>This is missing.</li>" not in shown


@pytest.mark.parametrize("slug", TYPES)
@pytest.mark.parametrize("right", [True, False])
def test_its_preview_tells_what_a_review_tells(
    slug: str, right: bool, bank: QuestionBank, cora: User, ada: User
) -> None:
    """Both are built by display/; what the preview gives it must not drift from an attempt's."""
    question = make.question(bank, type=slug)
    attempt = make.finished(ada, make.quiz(cora, [question], shuffle_options=False), right=right)
    row = queries.rows_of(attempt, graded=True)[0]
    content = contents_of([row.version_id])[row.version_id].arranged(row.order)
    told = question_review.review_context(row, content, EVERYTHING)
    draft = drafts_of([row.version_id])[row.version_id]
    mine = reviewed_draft(registry.get(slug), content, row.answer, draft, cora)
    names = {field.name for field in fields(mine)} - {"passages"}
    assert {name: getattr(mine, name) for name in names} == {
        name: getattr(told, name) for name in names
    }
    assert (mine.sentence, mine.icon, mine.tone) == (told.sentence, told.icon, told.tone)


@pytest.mark.parametrize(
    ("slug", "name", "lines", "sentence"),
    [
        ("cloze", "blanks", "1 | NMDA\nNMDA | x", "Line 2: begin with the number of the blank"),
        ("cloze", "blanks", "1 | NMDA\n\n2", "Line 3: name at least one accepted text."),
        ("cloze", "blanks", "1 | *a | *b\n2 | x", "Line 1: at least one choice must be wrong."),
        ("cloze", "rationales", "1", "Line 1: write what it is about, a bar, and why."),
        ("matching", "pairs", "A | B\nC = D", "Line 2: write the left side, a bar, and the right"),
        (
            "matching",
            "pairs",
            "A | B\nA | C",
            "Line 2: this left side is already on an earlier line",
        ),
        ("matching", "extra", "x\nNMDA receptor", "Line 2: this is the right side of a pair."),
        ("hottext", "key", "It fades.\nIt stays.", "Line 2: “It stays.” is not in"),
        ("hottext", "text", "[[It fades.]] [[Never", "A double bracket is unpaired"),
    ],
)
def test_it_names_the_line_that_cannot_be_read(
    slug: str, name: str, lines: str, sentence: str, educator: Client, bank: QuestionBank
) -> None:
    response = add(educator, type=slug, **OF_TYPE[slug] | {f"params-{name}": lines})
    assert response.status_code == 200
    problems = {field: message for field, _label, message in response.context["problems"]}
    assert sentence in problems[f"id_params-{name}"]
    assert not Question.objects.exists()


def test_it_keeps_bars_and_stars_that_belong_to_a_text(
    educator: Client, bank: QuestionBank
) -> None:
    blanks = "1 | \\*p | a\\|b\n2 | *\\*q | r\\|s"
    add(educator, type="cloze", **OF_TYPE["cloze"] | {"params-blanks": blanks})
    version = bank.questions.get().versions.get()
    assert version.params["blanks"] == {
        "1": {"accept": ["*p", "a|b"]},
        "2": {"accept": ["*q"], "choices": ["*q", "r|s"]},
    }
    shown = form_shown(educator, f"{QUESTIONS}{bank.questions.get().pk}/change/")
    assert shown["params-blanks"].replace("\r\n", "\n") == blanks


def test_it_tells_what_the_texts_of_a_short_answer_are(cora, bank, signed_in):
    page = signed_in(cora).get(f"{QUESTIONS}add/?type=short_answer&bank={bank.slug}")
    shown = page.content.decode()
    assert "One row for each text that counts" in shown
    assert "Three good options" not in shown
