"""An option that is worth a part is never called right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.bank.drafts import OptionDraft
from tests import make
from tests.admin.conftest import form_shown
from tests.teach.test_corrections import answered

pytestmark = pytest.mark.django_db
PART = (
    OptionDraft("Relapse", Decimal(0), "That is sooner."),
    OptionDraft("Recurrence", Decimal(1), "After two weeks."),
    OptionDraft("Return", Decimal("0.25"), "Near it."),
)


@pytest.fixture
def question(cora):
    return make.question(make.bank(cora), options=PART)


def check(page: str) -> None:
    assert page.count('<span class="st">Right answer') == 1
    assert page.count("Partly right, 25%") == 1
    assert page.count("is-right") == 1
    assert page.count("is-part") == 1


def test_a_review_says_so(ada, cora, question, signed_in):
    attempt = answered(ada, make.quiz(cora, [question]), 2)
    page = signed_in(ada).get(f"/attempts/{attempt.pk}/review/").content.decode()
    check(page)
    assert "Partly right. It is" in page
    educators = signed_in(cora).get(f"/attempts/{attempt.pk}/review/").content.decode()
    check(educators)
    response = attempt.questions.get().responses.get()
    check(signed_in(cora).get(f"/teach/marking/{response.pk}/").content.decode())


def test_the_preview_and_the_versions_of_the_admin_say_so(cora, question, signed_in):
    client = signed_in(cora)
    data = form_shown(client, f"/admin/quizzes/question/{question.pk}/change/")
    data |= {"_try": "1", "try-choice": "c"}
    check(client.post("/admin/quizzes/question/preview/", data).content.decode())
    check(client.get(f"/admin/quizzes/question/{question.pk}/versions/1/").content.decode())


def test_an_accepted_text_that_is_worth_half_is_shown_as_half(ada, cora, signed_in):
    options = (
        OptionDraft("neuroplasticity", Decimal(1)),
        OptionDraft("plasticity", Decimal("0.5")),
    )
    question = make.question(make.bank(cora), type="short_answer", options=options)
    attempt = make.finished(ada, make.quiz(cora, [question]))
    page = signed_in(ada).get(f"/attempts/{attempt.pk}/review/").content.decode()
    assert "Partly right" in page
    assert "plasticity, 50%" in page


def test_multiple_choice_by_weights_keeps_several_right_options(ada, cora, signed_in):
    options = (
        OptionDraft("Dizziness", Decimal("0.5"), "Named."),
        OptionDraft("Hair loss", Decimal(-1), "Not named."),
        OptionDraft("Nausea", Decimal("0.5"), "Named."),
    )
    question = make.question(
        make.bank(cora),
        type="multiple_choice",
        options=options,
        params={"grading": "author_weights"},
    )
    attempt = make.finished(ada, make.quiz(cora, [question]))
    page = signed_in(ada).get(f"/attempts/{attempt.pk}/review/").content.decode()
    assert page.count("is-right") == 2
    assert "Partly right" not in page
