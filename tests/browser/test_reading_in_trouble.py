"""The reader when a piece of it does not come: offline, signed out, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from quizzes.material.models import Source
from tests import make

SignIn = Callable[[BrowserContext, User], None]


@pytest.fixture
def text(cora: User) -> Source:
    text = make.source(owner=cora)
    make.question(make.bank(cora), anchored_in=text)
    return text


@pytest.fixture
def tab(
    browser: Browser, base_url: str, sign_in: SignIn, ada: User, text: Source
) -> Iterator[Page]:
    """A page whose complaints about failed requests are expected."""
    context = browser.new_context(base_url=base_url, viewport={"width": 1280, "height": 900})
    sign_in(context, ada)
    page = context.new_page()
    page.goto(f"/read/{text.slug}/#first-act")
    expect(page.locator("#on-first-act")).to_be_visible()
    yield page
    context.close()


def test_a_panel_that_does_not_come_can_be_asked_for_again(tab: Page) -> None:
    tab.context.set_offline(True)
    tab.keyboard.press("j")
    panel = tab.locator("#panel")
    expect(panel.get_by_role("alert")).to_contain_text("This could not be loaded.")
    tab.context.set_offline(False)
    panel.get_by_role("button", name="Try again").click()
    expect(tab.locator("#on-fading")).to_be_visible()
    expect(panel.get_by_role("alert")).to_have_count(0)
    # The panel before is still there, and is not asked for again.
    tab.context.set_offline(True)
    tab.keyboard.press("k")
    expect(tab.locator("#on-first-act")).to_be_visible()


def test_an_answer_that_does_not_arrive_can_be_sent_again(tab: Page) -> None:
    tab.get_by_role("link", name="Answer here").click()
    under = tab.locator(".under")
    under.get_by_text("NMDA receptor", exact=True).click()
    tab.context.set_offline(True)
    under.get_by_role("button", name="Check answer").click()
    expect(under.get_by_role("alert")).to_contain_text("This could not be loaded.")
    tab.context.set_offline(False)
    under.get_by_role("button", name="Try again").click()
    expect(under.locator(".verdict")).to_contain_text("Right")


def test_whoever_is_signed_out_is_led_to_the_sign_in_and_meets_it_nowhere_else(tab: Page) -> None:
    tab.get_by_role("link", name="Answer here").focus()
    Session.objects.all().delete()
    tab.keyboard.press("j")
    expect(tab.locator("#panel").get_by_role("alert")).to_be_visible()
    expect(tab.get_by_label("Password")).to_have_count(0)
    tab.keyboard.press("k")
    tab.get_by_role("link", name="Answer here").click()
    tab.wait_for_url("**/accounts/login/**")


def test_nothing_is_evaluated_and_no_script_of_a_piece_runs(tab: Page) -> None:
    config = "({ allowEval, allowScriptTags, includeIndicatorStyles }) => "
    config += "[allowEval, allowScriptTags, includeIndicatorStyles]"
    assert tab.evaluate(f"({config})(htmx.config)") == [False, False, False]
    assert tab.locator("style").count() == 0
