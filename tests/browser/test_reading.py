"""The reader, the shelf and the marking desk in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

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
    expect(group).to_have_count(0)
    expect(page.locator("#on-fading")).to_contain_text("There are no questions on this passage")
    page.keyboard.press("k")
    expect(group).to_be_visible()
    page.locator("#nothing-asked p").first.click()
    expect(page.locator("#on-nothing-asked")).to_be_visible()
    page.keyboard.press("n")  # the weakest: the only one with a question
    expect(page.locator("#first-act .pn")).to_be_focused()


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


def test_without_javascript_a_question_is_found_and_answered(
    browser: Browser, base_url: str, sign_in: SignIn, ada: User, cora: User, read: Source
) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    sign_in(context, ada)
    page = context.new_page()
    page.goto(f"/read/{read.slug}/")
    page.locator("#first-act .qn").click()
    page.get_by_role("link", name="Answer again").click()
    page.get_by_text("NMDA receptor", exact=True).click()
    page.get_by_role("button", name="Check answer").click()
    expect(page.locator(".verdict")).to_contain_text("Right")
    expect(page.locator("#first-act mark")).to_have_text("blocks the NMDA receptor")
    context.close()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_passage_of_its_own_page_shows_all_that_stands_beside_it(
    page: Page, sign_in: SignIn, ada: User, cora: User, read: Source, size: dict[str, int]
) -> None:
    for _ in range(8):
        make.question(make.bank(cora), anchored_in=read)
    sign_in(page.context, ada)
    page.set_viewport_size(size)
    page.goto(f"/read/{read.slug}/p/first-act/")
    panel = page.locator(".panel")
    assert panel.evaluate("e => getComputedStyle(e).overflowY") == "visible"
    assert panel.evaluate("e => getComputedStyle(e).position") != "fixed"


def test_sentences_to_choose_from_do_not_cover_one_another(
    page: Page, sign_in: SignIn, ada: User, read: Source
) -> None:
    sign_in(page.context, ada)
    page.set_viewport_size(DESK)
    page.goto(f"/read/{read.slug}/#first-act")
    page.locator("#first-act p").first.dblclick(position={"x": 40, "y": 12})
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_label("Note (optional)")).to_be_focused()
    boxes = [one.bounding_box() for one in page.locator(".choose label").all()]
    assert len(boxes) > 2
    for above, below in pairwise(boxes):
        assert above
        assert below
        assert above["y"] + above["height"] <= below["y"] + 1


def test_a_question_is_answered_under_its_passage_by_keyboard(
    page: Page, sign_in: SignIn, ada: User, read: Source, accessible: Accessible
) -> None:
    sign_in(page.context, ada)
    page.set_viewport_size(DESK)
    page.goto(f"/read/{read.slug}/#first-act")
    expect(page.locator("#first-act")).to_have_attribute("data-m", "1")
    page.keyboard.press("q")
    expect(page.locator("#on-first-act")).to_be_focused()
    answer = page.get_by_role("link", name="Answer again")
    answer.focus()
    page.keyboard.press("Enter")
    under = page.locator(".under")
    expect(under.locator("h2")).to_be_focused()
    accessible(page)
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.closest('label')?.innerText.includes('NMDA')"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    under.get_by_role("button", name="Check answer").focus()
    page.keyboard.press("Enter")
    expect(under.locator("[data-verdict]")).to_be_focused()
    expect(under.locator(".verdict")).to_contain_text("Right")
    expect(page.locator("#first-act mark")).to_have_text("blocks the NMDA receptor")
    expect(page.locator("#first-act")).to_have_attribute("data-m", "4")
    expect(page.locator("#on-first-act")).to_contain_text("Right")
    accessible(page)
    page.keyboard.press("Escape")
    expect(under).to_have_count(0)
    expect(page.locator("#first-act .qn")).to_be_focused()


def test_words_chosen_in_the_text_are_highlighted(
    page: Page, sign_in: SignIn, ada: User, read: Source
) -> None:
    sign_in(page.context, ada)
    page.set_viewport_size(DESK)
    page.goto(f"/read/{read.slug}/#fading")
    page.locator("#fading p").first.dblclick(position={"x": 40, "y": 12})
    page.get_by_role("button", name="Highlight", exact=True).click()
    expect(page.locator("#fading .own-highlight")).to_have_count(1)
    page.reload()
    expect(page.locator("#fading .own-highlight")).to_have_count(1)


def test_a_highlight_begins_and_ends_with_whole_words(
    page: Page, sign_in: SignIn, ada: User, read: Source
) -> None:
    sign_in(page.context, ada)
    page.set_viewport_size(DESK)
    page.goto(f"/read/{read.slug}/#fading")
    choose = """([first, last]) => {
        const text = document.querySelector("#fading .psg-t p").firstChild;
        const range = document.createRange();
        range.setStart(text, text.data.indexOf(first));
        range.setEnd(text, text.data.indexOf(last) + last.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        document.dispatchEvent(new PointerEvent("pointerup"));
    }"""
    page.evaluate(choose, ["nefit", " after a f"])
    page.get_by_role("button", name="Highlight", exact=True).click()
    expect(page.locator("#fading .own-highlight")).to_have_text("benefit fades after a few")
    page.reload()
    page.evaluate(choose, [" many", "people "])  # white space leads to no further word
    page.get_by_role("button", name="Highlight", exact=True).click()
    expect(page.locator("#fading .own-highlight").first).to_have_text("many people")


def test_a_note_is_written_on_a_sentence_by_keyboard(
    page: Page, sign_in: SignIn, ada: User, read: Source, accessible: Accessible
) -> None:
    sign_in(page.context, ada)
    page.set_viewport_size(PHONE)
    page.goto(f"/read/{read.slug}/#first-act")
    page.keyboard.press("q")
    page.locator(".my-notes summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Glutamate activity then rises.").check()
    page.get_by_label("Not clear to me").check()
    page.get_by_label("Note (optional)").fill("Why?")
    accessible(page)
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#first-act .own-unclear")).to_have_text("Glutamate activity then rises.")
    expect(page.locator(".my-note")).to_contain_text("Why?")


def test_a_search_is_typed_and_walked_through(
    page: Page, sign_in: SignIn, ada: User, read: Source
) -> None:
    sign_in(page.context, ada)
    page.goto(f"/read/{read.slug}/")
    page.keyboard.press("/")
    page.keyboard.type("the")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("1 of 3")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("mark.hit.on")).to_have_attribute("id", "hit-2")
    expect(page.locator("#found")).to_contain_text("2 of 3")


def test_a_gap_leads_to_the_form_with_its_quote(
    page: Page, sign_in: SignIn, cora: User, read: Source, accessible: Accessible
) -> None:
    sign_in(page.context, cora)
    page.set_viewport_size(DESK)
    page.goto(f"/read/{read.slug}/")
    page.get_by_role("link", name="Coverage").click()
    page.locator("#fading .qn").click()
    accessible(page)
    link = page.get_by_role("link", name="Write a question on: For many people")
    page.goto(str(link.get_attribute("href")))
    page.get_by_role("button", name="Single choice").click()
    expect(
        page.get_by_text("For many people the benefit fades after a few weeks.").first
    ).to_be_visible()


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
