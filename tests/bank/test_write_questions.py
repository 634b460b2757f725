"""Writing questions: what is stored, what is refused and where, and what never changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from quizzes.bank import authoring, services
from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft
from quizzes.bank.errors import ForbiddenState, ReadOnlyVersion
from quizzes.bank.models import Question, QuestionBank, QuestionVersion, VersionState
from quizzes.bank.queries import drafts_of
from quizzes.material.models import Source
from tests import make

pytestmark = pytest.mark.django_db
ACT = "Ketamine blocks the NMDA receptor. Glutamate activity then rises."


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora, slug="cora-bank")


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, slug="acting")


def draft(**fields: Any) -> QuestionDraft:
    values: dict[str, Any] = {
        "type": "single_choice",
        "slug": "first-act",
        "topic": "mechanism",
        "level": "recall",
        "tags": ("receptors",),
        "stem": "What does ketamine block **first**?",
        "options": (
            OptionDraft("The dopamine transporter", Decimal(0), "That is another drug."),
            OptionDraft("The NMDA receptor", Decimal(1), "It is the target."),
        ),
        "explanation": "It acts on $x^2$.",
        "anchors": (
            AnchorDraft("acting", "first-act", "Glutamate activity", "refutes", option=0),
            AnchorDraft("acting", "first-act", "blocks the NMDA receptor"),
        ),
        "hints": ("A receptor.",),
    }
    return QuestionDraft(**(values | fields))


def create(bank: QuestionBank, author: User | None, **fields: Any) -> Question:
    return services.create_question(bank=bank, draft=draft(**fields), author=author, now=make.NOON)


def places(error: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(error.value.message_dict)


def test_it_stores_a_question_with_options_anchors_and_html(
    bank: QuestionBank, text: Source, cora: User
) -> None:
    question = create(bank, cora)
    version = question.versions.get()
    assert (question.topic.slug, question.author, version.number) == ("mechanism", cora, 1)
    assert version.state == VersionState.DRAFT
    assert version.stem_html == "<p>What does ketamine block <strong>first</strong>?</p>"
    assert "<math" in version.explanation_html
    assert [option.position for option in version.options.all()] == [0, 1]
    whole, of_option = version.anchors.order_by("pk")
    assert (whole.option, whole.start, whole.suffix) == (
        None,
        9,
        ". Glutamate activity then rises.",
    )
    assert (of_option.option.position, of_option.role) == (0, "refutes")


def test_it_gives_the_draft_back_in_its_one_form(
    bank: QuestionBank, text: Source, cora: User
) -> None:
    version = create(bank, cora).versions.get()
    stored = drafts_of([version.pk])[version.pk]
    assert stored == replace(draft(), anchors=tuple(reversed(draft().anchors)))
    again = services.add_version(question=version.question, draft=stored, by=cora, now=make.NOON)
    assert again == version


def test_it_makes_a_free_slug_of_the_stem(bank: QuestionBank, text: Source, cora: User) -> None:
    slugs = [create(bank, cora, slug="").slug for _ in range(3)]
    assert slugs[0] == "what-does-ketamine-block-first"
    assert slugs[1:] == [f"{slugs[0]}-2", f"{slugs[0]}-3"]


def test_it_tells_the_second_place_of_a_quote_by_its_prefix(bank: QuestionBank, cora: User) -> None:
    source = make.source(owner=cora, slug="twice")
    source.edition.passages.filter(key="first-act").update(plain=f"{ACT} {ACT}")
    anchor = AnchorDraft("twice", "first-act", "Ketamine blocks", prefix="then rises.")
    version = create(bank, cora, anchors=(anchor,)).versions.get()
    assert version.anchors.get().start == len(ACT) + 1
    assert drafts_of([version.pk])[version.pk].anchors == (replace(anchor, prefix="rises."),)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"type": "riddle"}, "type"),
        ({"stem": " "}, "stem"),
        ({"stem": "x" * 10_001}, "stem"),
        ({"stem": "a\0b"}, "stem"),
        ({"stem": "a\ud800b"}, "stem"),
        ({"stem": 3}, "stem"),
        ({"slug": "not a slug"}, "slug"),
        ({"slug": "x" * 81}, "slug"),
        ({"topic": "unknown"}, "topic"),
        ({"level": "genius"}, "level"),
        ({"tags": ("x" * 61,)}, "tags.0"),
        ({"tags": tuple(str(n) for n in range(21))}, "tags"),
        ({"hints": ("x" * 2_001,)}, "hints.0"),
        ({"penalty": Decimal("1.1")}, "penalty"),
        ({"penalty": Decimal("NaN")}, "penalty"),
        ({"options": (), "anchors": ()}, "options"),
        ({"options": (OptionDraft("x", Decimal(1)),) * 61}, "options"),
        ({"options": (OptionDraft("a"), OptionDraft("b", Decimal("1.5")))}, "options.1.fraction"),
        ({"options": (OptionDraft("a", Decimal(1)), OptionDraft("x" * 2_001))}, "options.1.text"),
        (
            {"options": (OptionDraft("a", Decimal(1)), OptionDraft("b", rationale="\0"))},
            "options.1.rationale",
        ),
        ({"params": []}, "params"),
        ({"params": {"x": 1}}, "params.x"),
        ({"params": {"x": float("nan")}}, "params.x"),
        ({"params": {"x": 10**30}}, "params.x"),
        ({"params": {"x": [[[[[[[[1]]]]]]]]}}, "params.x"),
        ({"params": {"x": "y" * 20_001}}, "params"),
        ({"params": {"x": b"y"}}, "params.x"),
        ({"anchors": (AnchorDraft("acting", "first-act", "not said"),)}, "anchors.0.quote"),
        ({"anchors": (AnchorDraft("acting", "first-act", ""),)}, "anchors.0.quote"),
        ({"anchors": (AnchorDraft("acting", "nowhere", "x"),)}, "anchors.0.passage"),
        ({"anchors": (AnchorDraft("nothing", "first-act", "x"),)}, "anchors.0.passage"),
        ({"anchors": (AnchorDraft("acting", "first-act", "NMDA", "hints"),)}, "anchors.0.role"),
        (
            {"anchors": (AnchorDraft("acting", "first-act", "NMDA", option=2),)},
            "anchors.0.option",
        ),
    ],
)
def test_it_refuses_and_names_the_place(
    bank: QuestionBank, text: Source, cora: User, fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        create(bank, cora, **fields)
    assert place in places(refusal)
    assert not Question.objects.exists()


def test_it_refuses_a_taken_slug(bank: QuestionBank, text: Source, cora: User) -> None:
    create(bank, cora)
    with pytest.raises(ValidationError) as refusal:
        create(bank, cora)
    assert places(refusal) == {"slug"}


def test_it_refuses_a_bank_that_is_not_the_authors(
    bank: QuestionBank, text: Source, dana: User, ada: User
) -> None:
    for stranger in (dana, ada):
        with pytest.raises(PermissionDenied):
            create(bank, stranger)


def test_it_refuses_an_anchor_in_anothers_unpublished_text(
    bank: QuestionBank, cora: User, dana: User
) -> None:
    make.source(owner=dana, slug="hidden", published=False)
    with pytest.raises(ValidationError) as refusal:
        create(bank, cora, anchors=(AnchorDraft("hidden", "first-act", "NMDA"),))
    assert places(refusal) == {"anchors.0.passage"}


def test_it_makes_a_new_version_of_a_new_wording(
    bank: QuestionBank, text: Source, cora: User
) -> None:
    question = create(bank, cora)
    version = services.add_version(
        question=question, draft=draft(stem="Which?"), by=cora, now=make.NOON, note="Shorter"
    )
    assert (version.number, version.change_note, version.state) == (2, "Shorter", "draft")
    assert question.versions.get(number=1).stem != version.stem


def test_it_refuses_another_type(bank: QuestionBank, text: Source, cora: User) -> None:
    question = create(bank, cora)
    essay = QuestionDraft(type="essay", stem="Why?", params={"rubric": "x"})
    with pytest.raises(ValidationError) as refusal:
        services.add_version(question=question, draft=essay, by=cora, now=make.NOON)
    assert places(refusal) == {"type"}


def test_it_changes_a_draft_in_its_place(bank: QuestionBank, text: Source, cora: User) -> None:
    version = create(bank, cora).versions.get()
    services.change_draft_version(
        version=version, draft=draft(stem="Which?", anchors=()), by=cora, now=make.NOON
    )
    version.refresh_from_db()
    assert (version.number, version.stem_html) == (1, "<p>Which?</p>")
    assert not version.anchors.exists()
    assert version.options.count() == 2


@pytest.mark.parametrize("state", ["ready", "retired"])
def test_it_never_changes_what_was_ready(
    bank: QuestionBank, text: Source, cora: User, state: str
) -> None:
    version = create(bank, cora).versions.get()
    services.set_state(version=version, state="ready", by=cora)
    services.set_state(version=version, state=state, by=cora)
    with pytest.raises(ReadOnlyVersion):
        services.change_draft_version(
            version=version, draft=draft(stem="Which?"), by=cora, now=make.NOON
        )
    version.refresh_from_db()
    assert version.stem == draft().stem


STEPS = {
    ("draft", "in_review"),
    ("draft", "ready"),
    ("draft", "retired"),
    ("in_review", "draft"),
    ("in_review", "ready"),
    ("in_review", "retired"),
    ("ready", "retired"),
    ("retired", "ready"),
}


@pytest.mark.parametrize("old", VersionState.values)
@pytest.mark.parametrize("new", [*VersionState.values, "answered"])
def test_it_takes_only_the_steps_there_are(
    bank: QuestionBank, text: Source, cora: User, old: str, new: str
) -> None:
    version = create(bank, cora).versions.get()
    QuestionVersion.objects.filter(pk=version.pk).update(state=old)
    if old == new or (old, new) in STEPS:
        assert services.set_state(version=version, state=new, by=cora).state == new
    else:
        with pytest.raises(ForbiddenState):
            services.set_state(version=version, state=new, by=cora)


def test_it_changes_details_without_a_version(bank: QuestionBank, text: Source, cora: User) -> None:
    question = services.change_details(
        question=create(bank, cora),
        by=cora,
        slug="second-act",
        topic="safety",
        level="application",
        tags=["new", "new", " "],
    )
    question.refresh_from_db()
    assert (question.slug, question.topic.slug, question.level) == (
        "second-act",
        "safety",
        "application",
    )
    assert [tag.name for tag in question.tags.all()] == ["new"]
    assert question.versions.count() == 1
    assert services.change_details(question=question, by=cora, topic="").topic is None


def test_it_refuses_wrong_details(bank: QuestionBank, text: Source, cora: User) -> None:
    create(bank, cora, slug="taken")
    with pytest.raises(ValidationError) as refusal:
        services.change_details(
            question=create(bank, cora), by=cora, slug="taken", topic="unknown", level="genius"
        )
    assert places(refusal) == {"slug", "topic", "level"}


def test_it_retires_and_restores(bank: QuestionBank, text: Source, cora: User) -> None:
    question = create(bank, cora)
    assert services.retire_question(question=question, by=cora, now=make.NOON).retired_at
    assert services.restore_question(question=question, by=cora).retired_at is None


def test_it_duplicates_into_another_bank_as_a_draft(
    bank: QuestionBank, text: Source, cora: User
) -> None:
    other = make.bank(cora)
    other.topics.all().delete()
    question = create(bank, cora)
    copy = authoring.duplicate_question(question=question, bank=other, by=cora, now=make.NOON)
    assert (copy.slug, copy.topic, copy.bank) == ("first-act-copy", None, other)
    second = authoring.duplicate_question(question=question, bank=bank, by=cora, now=make.NOON)
    assert (second.slug, second.topic.slug) == ("first-act-copy", "mechanism")
    assert second.versions.get().anchors.count() == 2


def test_it_duplicates_into_no_bank_of_others(
    bank: QuestionBank, text: Source, cora: User, dana: User
) -> None:
    question = create(bank, cora)
    with pytest.raises(PermissionDenied):
        authoring.duplicate_question(
            question=question, bank=make.bank(dana), by=cora, now=make.NOON
        )
    with pytest.raises(PermissionDenied):
        authoring.duplicate_question(
            question=question, bank=make.bank(dana), by=dana, now=make.NOON
        )


def test_it_brings_an_old_wording_back_as_a_new_version(
    bank: QuestionBank, text: Source, cora: User
) -> None:
    question = create(bank, cora)
    services.add_version(question=question, draft=draft(stem="Which?"), by=cora, now=make.NOON)
    old = question.versions.get(number=1)
    restored = authoring.restore_version(version=old, by=cora, now=make.NOON)
    assert (restored.number, restored.stem, restored.state) == (3, old.stem, "draft")
    assert "1" in restored.change_note


def test_it_lets_no_stranger_write(
    bank: QuestionBank, text: Source, cora: User, dana: User
) -> None:
    question = create(bank, cora)
    version = question.versions.get()
    now = make.NOON
    for attempt in (
        lambda: services.add_version(question=question, draft=draft(), by=dana, now=now),
        lambda: services.change_draft_version(version=version, draft=draft(), by=dana, now=now),
        lambda: services.change_details(question=question, by=dana, slug="mine"),
        lambda: services.set_state(version=version, state="ready", by=dana),
        lambda: services.retire_question(question=question, by=dana, now=now),
        lambda: services.restore_question(question=question, by=dana),
        lambda: authoring.restore_version(version=version, by=dana, now=now),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    question.refresh_from_db()
    assert (question.slug, question.retired_at, question.versions.count()) == ("first-act", None, 1)
