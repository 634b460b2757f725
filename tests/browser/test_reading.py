"""The reader, the shelf and the marking desk in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from quizzes.material.models import Source
from tests import make

SignIn = Callable[[BrowserContext, User], None]
Accessible = Callable[[Page], None]
PAST = timezone.now() - timedelta(days=2)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, title="A text on ketamine")


@pytest.fixture
def read(ada: User, cora: User, text: Source) -> Source:
    """A text that Ada has answered a question on, and an essay of hers that waits."""
    bank = make.bank(cora)
    quiz = make.quiz(cora, [make.question(bank, anchored_in=text)])
    make.finished(ada, quiz, right=False, now=PAST)
    make.finished(ada, make.quiz(cora, [make.question(bank, type="essay")]), now=PAST)
    return text


def test_the_panel_follows_the_passage_by_key_and_by_click(
    page: Page, sign_in: SignIn, ada: User, read: Source
) -> None:
    sign_in(page.context, ada)
    page.set_viewport_size(DESK)
    page.goto(f"/read/{read.slug}/#first-act")
    group = page.locator("#on-first-act")
    expect(group).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("#fading")).to_have_class("psg on")
    expect(page.locator("#fading .pn")).to_be_focused()
    expect(group).to_be_hidden()
    expect(page.locator("[data-empty]")).to_contain_text("¶2 No questions")
    page.keyboard.press("k")
    expect(group).to_be_visible()
    page.locator("#nothing-asked p").first.click()
    expect(group).to_be_hidden()


def test_single_keys_can_be_switched_off(
    page: Page, sign_in: SignIn, ada: User, read: Source
) -> None:
    sign_in(page.context, ada)
    page.goto(f"/read/{read.slug}/#first-act")
    page.evaluate("document.documentElement.dataset.keys = 'off'")
    page.keyboard.press("j")
    expect(page.locator("#first-act")).to_have_class("psg on")


def test_on_a_phone_the_panel_is_a_sheet(
    page: Page, sign_in: SignIn, ada: User, read: Source, accessible: Accessible
) -> None:
    sign_in(page.context, ada)
    page.set_viewport_size(PHONE)
    page.goto(f"/read/{read.slug}/")
    sheet = page.locator(".panel-t")
    expect(sheet).to_have_attribute("aria-expanded", "false")
    page.locator("#first-act .qn").click()
    expect(sheet).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#on-first-act")).to_be_focused()
    accessible(page)
    page.keyboard.press("Escape")
    expect(sheet).to_have_attribute("aria-expanded", "false")
    expect(sheet).to_be_focused()


def test_without_javascript_every_question_is_listed(
    browser: Browser, base_url: str, sign_in: SignIn, ada: User, cora: User, read: Source
) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    sign_in(context, ada)
    page = context.new_page()
    page.goto(f"/read/{read.slug}/")
    expect(page.locator("#on-first-act")).to_be_visible()
    page.locator("#first-act .qn").click()
    assert page.url.endswith("#on-first-act")
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    page: Page,
    browser: Browser,
    base_url: str,
    sign_in: SignIn,
    accessible: Accessible,
    ada: User,
    cora: User,
    read: Source,
    size: dict[str, int],
    scheme: str,
) -> None:
    waiting = ada.attempts.get(needs_marking=True)
    response = waiting.questions.get().responses.get()
    paths = {
        ada: ["/", "/library/", "/library/?q=nmda", f"/read/{read.slug}/#first-act", "/progress/"],
        cora: [
            "/teach/",
            f"/teach/quizzes/{waiting.quiz.slug}/",
            "/teach/marking/",
            f"/teach/marking/{response.pk}/",
        ],
        None: ["/", "/library/", f"/read/{read.slug}/"],
    }
    for user, addresses in paths.items():
        context = browser.new_context(base_url=base_url, viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        if user is not None:
            sign_in(context, user)
        tab = context.new_page()
        for address in addresses:
            tab.goto(address)
            accessible(tab)
            wider = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, f"{address} is {wider} px too wide"
        context.close()
