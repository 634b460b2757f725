"""A key is corrected by hand, and read about, at the width of a phone and of a desk."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from quizzes.bank.drafts import OptionDraft
from tests import make
from tests.teach.test_corrections import answered

OPTIONS = (
    OptionDraft("Relapse", Decimal(0), "That is sooner."),
    OptionDraft("Recurrence", Decimal(1), "After two weeks."),
    OptionDraft("Return", Decimal("0.25"), "Near it."),
)


def fits(page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("PICTURES"):
        width = page.viewport_size["width"]
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_key_is_corrected_in_a_few_steps(page, width, ada, cora, sign_in, accessible, context):
    page.set_viewport_size({"width": width, "height": 900})
    question = make.question(make.bank(cora), options=OPTIONS)
    quiz = make.quiz(cora, [question])
    attempt = answered(ada, quiz, 0)
    sign_in(context, cora)
    page.goto(f"/attempts/{attempt.pk}/review/")
    fits(page, "educator-review")
    page.get_by_role("link", name="Correct the key").click()
    page.get_by_label("Relapse").fill("100")
    page.get_by_label("Recurrence").fill("0")
    page.get_by_label("Why").fill("The table was misread.")
    accessible(page)
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_text("Marks that rise").wait_for()
    fits(page, "what-changes")
    accessible(page)
    page.get_by_role("button", name="Correct it").click()
    page.get_by_text("Corrected: 1 mark changes.").wait_for()
    context.clear_cookies()
    sign_in(context, ada)
    page.goto("/")
    fits(page, "today")
    page.get_by_role("link", name="question 1 was corrected, +1").click()
    page.get_by_text("The table was misread.").wait_for()
    page.get_by_text("Partly right, 25%").wait_for()
    fits(page, "review")
    accessible(page)
