"""Answers with several parts: by keys, by clicks, by dragging, without scripts: always the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from quizzes.attempts.models import Attempt
from quizzes.attempts.services import start_attempt
from tests import make

TYPES = ("cloze", "matching", "ordering", "hottext")


@pytest.fixture
def attempt(ada, cora) -> Attempt:
    bank = make.bank(cora)
    asked = [make.question(bank, type=slug) for slug in TYPES]
    quiz = make.quiz(cora, asked, mode="exam", review=make.review_options.preset("self_test"))
    return start_attempt(user=ada, quiz=quiz, now=timezone.now())[0]


@pytest.fixture
def wanted(attempt) -> list[dict[str, Any]]:
    """The right answers, as this attempt shows its questions."""
    asked = attempt.questions.select_related("version__question").order_by("slot")
    return [make.answer_to(one) for one in asked]


def stored(attempt: Attempt) -> list[Any]:
    return list(attempt.questions.order_by("slot").values_list("answer", flat=True))


def go(page: Page, attempt: Attempt, slot: int) -> Locator:
    page.goto(f"/attempts/{attempt.pk}/#q{slot}")
    page.wait_for_selector("html.live")
    return page.locator(f"#q{slot}")


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Saved")


def items(box: Locator) -> list[str]:
    return box.locator("[data-item]").evaluate_all("all => all.map((one) => one.dataset.item)")


def test_it_is_answered_by_keyboard_alone(page, context, sign_in, ada, attempt, wanted):
    sign_in(context, ada)
    keys = page.keyboard
    go(page, attempt, 1).locator("h2").focus()
    for _stop in ("flag", "blank 1"):
        keys.press("Tab")
    keys.type("NMDA")
    keys.press("Tab")
    keys.press("h")  # hours
    saved(page)
    go(page, attempt, 2).locator("h2").focus()
    keys.press("Tab")
    for left in ("1", "2"):
        keys.press("Tab")
        for _step in range("abc".index(wanted[1]["pairs"][left]) + 1):
            keys.press("ArrowDown")
    saved(page)
    section = go(page, attempt, 3)
    expect(section.get_by_role("button", name="Keep this order")).to_be_visible()
    for place, key in enumerate(wanted[2]["order"]):
        up = section.locator(f'[data-item="{key}"] [data-move="-1"]')
        up.focus()
        for _step in range(items(section).index(key) - place):
            keys.press("Enter")
            expect(up).to_be_focused()
    if not stored(attempt)[2] and section.locator("[data-keep]").is_visible():
        section.get_by_role("button", name="Keep this order").focus()
        keys.press("Enter")
    saved(page)
    expect(section.locator("[data-keep]")).to_be_hidden()
    go(page, attempt, 4).locator("h2").focus()
    for _stop in ("flag", "the first sentence"):
        keys.press("Tab")
    keys.press("ArrowDown")
    saved(page)
    assert stored(attempt) == wanted


def test_it_is_answered_by_single_clicks(page, context, sign_in, accessible, ada, attempt, wanted):
    sign_in(context, ada)
    section = go(page, attempt, 1)
    accessible(page)
    section.get_by_label("Blank 1").fill("NMDA")
    section.get_by_label("Blank 2").select_option("hours")
    saved(page)
    section = go(page, attempt, 2)
    accessible(page)
    for left, right in wanted[1]["pairs"].items():
        section.locator(f"[name='q2-pairs.{left}']").select_option(right)
    saved(page)
    section = go(page, attempt, 3)
    accessible(page)
    section.get_by_role("button", name="Keep this order").click()
    saved(page)
    for place, key in enumerate(wanted[2]["order"]):
        while items(section).index(key) > place:
            section.locator(f'[data-item="{key}"]').get_by_label("Move up").click()
            at = items(section).index(key) + 1
            expect(section.locator("[data-say]")).to_contain_text(f"now {at} of 3")
    saved(page)
    section = go(page, attempt, 4)
    accessible(page)
    section.get_by_text("Relief comes soon.").click()
    section.get_by_text("It often fades.").click()
    saved(page)
    assert stored(attempt) == wanted
    page.reload()
    assert items(page.locator("#q3")) == wanted[2]["order"]
    expect(page.locator("#q4 :checked")).to_have_value("s3")


def drag(page: Page, what: Locator, where: Locator) -> None:
    start, end = what.bounding_box(), where.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + end["height"] / 2 + 1, steps=6)
    page.mouse.up()


def test_it_is_answered_by_dragging(page, context, sign_in, ada, attempt, wanted):
    sign_in(context, ada)
    section = go(page, attempt, 2)
    for left, right in wanted[1]["pairs"].items():
        row = section.locator("[data-drop]").nth(int(left) - 1)
        drag(page, section.locator(f'[data-drag="{right}"]'), row)
        expect(section.locator("[data-say]")).not_to_be_empty()
    saved(page)
    section = go(page, attempt, 3)
    order = wanted[2]["order"]
    for key in order:
        drag(page, section.locator(f'[data-item="{key}"]'), section.locator("[data-item]").last)
        expect(section.locator("[data-item]").last).to_have_attribute("data-item", key)
    saved(page)
    assert stored(attempt)[1:3] == wanted[1:3]
    first = section.locator("[data-item]").first
    box = first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 300, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert items(section) == order


def test_it_is_answered_without_scripts(
    browser, live_server, sign_in, accessible, ada, attempt, wanted
):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    sign_in(context, ada)
    page = context.new_page()
    page.goto(f"/attempts/{attempt.pk}/")
    page.locator("[name='q1-blanks.1']").fill("NMDA")
    page.locator("[name='q1-blanks.2']").select_option("hours")
    for left, right in wanted[1]["pairs"].items():
        page.locator(f"[name='q2-pairs.{left}']").select_option(right)
    for place, key in enumerate(wanted[2]["order"]):
        page.locator(f"[name='q3-order[{place}]']").select_option(key)
    page.locator("#q4").get_by_text("It often fades.").click()
    page.get_by_role("button", name="Save answers").click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    assert stored(attempt) == wanted
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
@pytest.mark.parametrize("right", [True, False])
def test_its_review_has_no_findings_and_fits_a_phone(
    page, context, sign_in, accessible, ada, attempt, width, scheme, right
):
    make.answers(attempt, right=right, now=timezone.now())
    make.services.finish(attempt_id=attempt.pk, now=timezone.now())
    sign_in(context, ada)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"/attempts/{attempt.pk}/review/")
    expect(page.locator("main")).to_contain_text("A receptor for glutamate.")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    marks = ".cloze .is-{0}, .pair.is-{0}, .sort .is-{0}, .hot .is-{0}"
    expect(page.locator(marks.format("wrong"))).to_have_count(0 if right else 7)
    expect(page.locator(marks.format("right"))).to_have_count(7 if right else 0)
