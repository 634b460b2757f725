"""Cards and the concordance in Chromium: by keys, without scripts, and what axe finds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from tests import make

SignIn = Callable[[BrowserContext, User], None]
Accessible = Callable[[Page], None]


@pytest.fixture
def deck(cora: User) -> str:
    bank, one, two = make.bank(cora), make.source(), make.source()
    make.note(bank, anchored_in=one, caution="Mind the hedge.")
    cloze = {"text": "Ketamine {{c1::blocks}} a receptor.", "extra": "At once."}
    make.note(bank, anchored_in=two, kind="cloze", fields=cloze)
    make.link(bank, one, two)
    make.deck(bank, slug="acting", title="Acting")
    return "/cards/acting/"


def test_cards_are_flipped_by_keys_alone(
    page: Page, sign_in: SignIn, ada: User, deck: str, accessible: Accessible
) -> None:
    sign_in(page.context, ada)
    page.goto(f"{deck}flip/")
    answer = page.locator("#answer")
    expect(answer).to_be_hidden()
    accessible(page)
    page.keyboard.press("Space")
    expect(answer).to_be_visible()
    expect(answer).to_be_focused()
    expect(answer.locator("mark")).to_have_text("blocks the NMDA receptor")
    accessible(page)
    page.keyboard.press("Enter")
    expect(answer).to_be_hidden()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(r"card=2"))
    expect(page.locator("#front")).to_contain_text("Ketamine […] a receptor.")
    page.keyboard.press("Space")
    expect(page.locator("#front")).to_contain_text("Ketamine blocks a receptor.")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"card=1"))


def test_cards_are_flipped_without_scripts(
    browser: Browser, base_url: str, sign_in: SignIn, ada: User, deck: str
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    sign_in(context, ada)
    page = context.new_page()
    page.goto(f"{deck}flip/")
    page.get_by_role("link", name="Show answer").click()
    expect(page.locator("#answer")).to_be_visible()
    page.get_by_role("link", name="Next card").click()
    expect(page.locator("#answer")).to_be_hidden()
    context.close()


def test_axe_finds_nothing_on_decks_and_concordance(
    page: Page, sign_in: SignIn, ada: User, deck: str, accessible: Accessible
) -> None:
    sign_in(page.context, ada)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for url in ("/cards/", deck, "/concordance/"):
            page.goto(url)
            accessible(page)
