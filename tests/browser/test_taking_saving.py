"""Nothing a student types is lost: not offline, not in a crash, not signed out, not in two tabs."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, expect

from quizzes.attempts import services
from quizzes.attempts.models import Attempt, Save
from quizzes.attempts.pages.contexts import queue_key
from quizzes.attempts.taking.saving import Change
from tests import make
from tests.browser.conftest import listen
from tests.conftest import PASSWORD


@pytest.fixture
def quiz(cora):
    bank = make.bank(cora)
    asked = [make.question(bank, type="single_choice") for _ in range(20)]
    asked += [make.question(bank, type="essay")]
    return make.quiz(cora, asked, mode="exam", shuffle_options=False)


@pytest.fixture
def attempt(ada, quiz):
    return make.attempt(ada, quiz)


def open_at(page: Page, attempt: Attempt, slot: int = 1) -> None:
    page.goto(f"/attempts/{attempt.pk}/#q{slot}")
    page.wait_for_selector("html.live")


def answer(page: Page, slots: range, key: str = "b") -> None:
    for _slot in slots:
        page.keyboard.press(key)
        page.keyboard.press("Enter")


def on_the_server(attempt: Attempt) -> dict[int, str | None]:
    rows = attempt.questions.order_by("slot").values_list("slot", "answer")
    return {slot: (given or {}).get("choice", (given or {}).get("text")) for slot, given in rows}


def until(expected: int, attempt: Attempt, seconds: float = 5) -> dict[int, str | None]:
    """Wait until so many answers have arrived; return them."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = {slot: one for slot, one in on_the_server(attempt).items() if one is not None}
        if len(found) >= expected:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{len(found)} of {expected} answers arrived")


def kill(profile: Path) -> None:
    """End the browser of this profile as a power cut would."""
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if process.name.isdigit() and f"--user-data-dir={profile}".encode() in command:
            os.kill(int(process.name), signal.SIGKILL)


def test_answers_given_offline_outlive_a_crash_of_the_browser(
    browser_type, browser_type_launch_args, base_url, tmp_path, sign_in, complaints, ada, attempt
):
    profile = tmp_path / "profile"

    def launch() -> tuple[BrowserContext, Page]:
        context = browser_type.launch_persistent_context(
            profile, base_url=base_url, **browser_type_launch_args
        )
        sign_in(context, ada)
        page = context.pages[0]
        listen(page, complaints)
        return context, page

    context, page = launch()
    open_at(page, attempt)
    answer(page, range(1, 11))
    expect(page.locator("#saved")).to_contain_text("Saved")
    until(10, attempt)
    context.set_offline(True)
    page.keyboard.press("c")
    banner = page.locator("#banner")
    expect(banner).to_contain_text("Your answer was not saved")
    expect(banner).to_contain_text("It is kept on this device. Trying again in")
    page.keyboard.press("Enter")
    answer(page, range(12, 21), "c")
    page.locator("#q21 textarea").fill("typed without a network")
    expect(banner).to_contain_text("11 answers are not saved")
    page.wait_for_timeout(200)
    kill(profile)

    context, page = launch()
    open_at(page, attempt)
    found = until(21, attempt)
    assert [found[slot] for slot in (10, 11, 20, 21)] == ["b", "c", "c", "typed without a network"]
    expect(page.locator("#q21 textarea")).to_have_value("typed without a network")
    expect(page.locator("#saved")).to_contain_text("Saved")
    kept = """() => new Promise((done) => {
        const opening = indexedDB.open("passage");
        opening.onsuccess = () => {
            const all = opening.result.transaction("outbox").objectStore("outbox").count();
            all.onsuccess = () => done(all.result);
        };
    })"""
    assert page.evaluate(kept) == 0
    context.close()


# As the first version of the store wrote it: answers alone, by [user, attempt, slot].
WRITE_AS_BEFORE = """async ([user, attempt, secret, entries]) => {
    const raw = Uint8Array.from(atob(secret), (sign) => sign.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
    const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const opening = indexedDB.open("passage", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("answers");
    const database = await done(opening);
    for (const entry of entries) {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const text = new TextEncoder().encode(JSON.stringify(entry));
        const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text);
        const store = database.transaction("answers", "readwrite").objectStore("answers");
        const { page, count, slot } = entry;
        await done(store.put({ page, count, iv, data }, [user, attempt, slot]));
    }
    database.close();
}"""


def kept_before(slot: int, answer: dict[str, str], sequence: int = 0) -> dict[str, object]:
    return {
        "slot": slot,
        "answer": answer,
        "confidence": None,
        "flagged": slot == 2,
        "sequence": sequence,
        "page": "1764547200000-0.5",
        "count": slot,
    }


def test_answers_kept_by_the_first_version_of_the_store_are_still_sent(
    page, context, sign_in, ada, ben, attempt
):
    sign_in(context, ada)
    other = make.attempt(ben, attempt.quiz)
    page.goto("/library/")
    own = [
        kept_before(1, {"choice": "b"}),
        kept_before(2, {"choice": "c"}),
        kept_before(21, {"text": "typed before the update"}),
    ]
    theirs = [kept_before(1, {"choice": "a"})]
    page.evaluate(WRITE_AS_BEFORE, [ada.pk, attempt.pk, queue_key(attempt), own])
    page.evaluate(WRITE_AS_BEFORE, [ben.pk, other.pk, queue_key(other), theirs])
    open_at(page, attempt, 21)
    assert until(3, attempt) == {1: "b", 2: "c", 21: "typed before the update"}
    assert attempt.questions.get(slot=2).flagged
    expect(page.locator("#q21 textarea")).to_have_value("typed before the update")
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert not Save.objects.filter(question__attempt=other).exists()
    # What another person kept on this device moved over as well, and waits for them.
    context.clear_cookies()
    sign_in(context, ben)
    open_at(page, other)
    assert until(1, other) == {1: "a"}


def test_it_saves_while_a_tab_of_the_first_version_is_open_and_sends_the_rest_after(
    page, context, sign_in, ada, attempt
):
    sign_in(context, ada)
    other = context.new_page()
    other.goto("/library/")
    own = [kept_before(2, {"choice": "c"})]
    stays_open = WRITE_AS_BEFORE.replace("database.close();", "window.kept = database;")
    other.evaluate(stays_open, [ada.pk, attempt.pk, queue_key(attempt), own])
    open_at(page, attempt)
    answer(page, [1])
    assert until(1, attempt) == {1: "b"}
    other.close()
    assert until(2, attempt) == {1: "b", 2: "c"}


def test_an_answer_kept_by_the_first_version_never_overwrites_a_later_one(
    page, context, sign_in, ada, attempt
):
    sign_in(context, ada)
    elsewhere(attempt, 1, {"choice": "c"})
    page.goto("/library/")
    own = [kept_before(1, {"choice": "b"})]
    page.evaluate(WRITE_AS_BEFORE, [ada.pk, attempt.pk, queue_key(attempt), own])
    open_at(page, attempt)
    expect(page.locator("#q1 [data-conflict]")).to_contain_text("Serotonin reuptake")
    assert on_the_server(attempt)[1] == "c"


def test_it_goes_on_by_itself_when_the_network_is_back(page, context, sign_in, ada, attempt):
    sign_in(context, ada)
    open_at(page, attempt)
    context.set_offline(True)
    answer(page, range(1, 4))
    expect(page.locator("#banner")).to_contain_text("3 answers are not saved")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.locator("#attempt")).to_be_visible()
    context.set_offline(False)
    assert len(until(3, attempt)) == 3
    expect(page.locator("#banner")).to_contain_text("Saved again")
    page.get_by_role("button", name="Save and leave").click()
    page.wait_for_url("**/quizzes/**")


def test_a_server_in_trouble_is_asked_again(page, context, sign_in, ada, attempt):
    sign_in(context, ada)
    open_at(page, attempt)
    page.route("**/answers/**", lambda route: route.fulfill(status=503, body="no"))
    page.keyboard.press("b")
    expect(page.locator("#banner")).to_contain_text("Trying again in 10 seconds")
    page.unroute("**/answers/**")
    page.get_by_role("button", name="Try now").click()
    assert until(1, attempt) == {1: "b"}


def test_a_lost_reply_is_no_conflict(page, context, sign_in, ada, attempt):
    """The server has the first change although its reply was cut off; a second follows it."""
    sign_in(context, ada)
    open_at(page, attempt)

    def lose_the_reply(route):
        route.fetch()
        route.abort()

    page.route("**/answers/1/", lose_the_reply)
    page.keyboard.press("a")
    expect(page.locator("#banner")).to_contain_text("not saved")
    page.unroute("**/answers/1/")
    page.keyboard.press("b")
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert on_the_server(attempt)[1] == "b"
    assert list(Save.objects.values_list("answer__choice", flat=True)) == ["a", "b"]
    expect(page.locator("[data-conflict]")).to_have_count(0)


def elsewhere(attempt: Attempt, slot: int, given: dict[str, str]) -> None:
    services.save_answers(
        user_id=attempt.user_id,
        attempt_id=attempt.pk,
        changes=[Change(slot, given, None, False, 0)],
        now=attempt.started_at,
    )


@pytest.mark.parametrize("choice", ["Keep this one", "Use the other one"])
def test_a_change_made_elsewhere_never_clears_the_field(
    page, context, sign_in, accessible, ada, attempt, choice
):
    sign_in(context, ada)
    open_at(page, attempt, 21)
    elsewhere(attempt, 21, {"text": "typed elsewhere"})
    field = page.locator("#q21 textarea")
    field.press_sequentially("typed here")
    note = page.locator("#q21 [data-conflict]")
    expect(note).to_contain_text("typed elsewhere")
    expect(note).to_contain_text("typed here")
    expect(field).to_have_value("typed here")
    assert on_the_server(attempt)[21] == "typed elsewhere"
    accessible(page)
    page.get_by_role("button", name=choice).click()
    expected = "typed here" if choice.startswith("Keep") else "typed elsewhere"
    expect(field).to_have_value(expected)
    field.press_sequentially(" and on")
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert on_the_server(attempt)[21] == f"{expected} and on"


def test_what_was_kept_here_meets_a_later_answer_from_elsewhere(
    page, context, sign_in, ada, attempt
):
    sign_in(context, ada)
    open_at(page, attempt)
    context.set_offline(True)
    page.keyboard.press("b")
    expect(page.locator("#banner")).to_contain_text("not saved")
    elsewhere(attempt, 1, {"choice": "c"})
    page.goto("about:blank")
    context.set_offline(False)
    open_at(page, attempt)
    expect(page.locator("#q1 [data-conflict]")).to_contain_text("Serotonin reuptake")
    expect(page.locator("#q1 [value=b]")).to_be_checked()
    assert on_the_server(attempt)[1] == "c"


def test_signing_in_again_in_the_page_loses_nothing(
    page, context, sign_in, accessible, ada, attempt
):
    sign_in(context, ada)
    open_at(page, attempt, 21)
    field = page.locator("#q21 textarea")
    field.press_sequentially("before")
    expect(page.locator("#saved")).to_contain_text("Saved")
    Session.objects.all().delete()
    field.press_sequentially(", after")
    expect(page.locator("#banner")).to_contain_text("You are signed out")
    # Nobody is interrupted in the middle of a word.
    expect(page.locator("#signin")).not_to_be_visible()
    field.press_sequentially(", and on")
    accessible(page)
    page.keyboard.press("Tab")
    dialog = page.locator("#signin")
    expect(dialog).to_be_visible()
    accessible(page)
    dialog.get_by_label("Password").fill("not my password")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.locator("[data-problem]")).to_contain_text("Wrong username")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).not_to_be_visible()
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(field).to_have_value("before, after, and on")
    assert on_the_server(attempt)[21] == "before, after, and on"
    page.get_by_role("button", name="Save and leave").click()
    page.wait_for_url("**/quizzes/**")


def test_it_calls_no_password_wrong_that_was_not_looked_at(page, context, sign_in, ada, attempt):
    sign_in(context, ada)
    open_at(page, attempt)
    context.clear_cookies()  # the token against forgery goes, too, and the reply is a 403
    answer(page, [1])
    dialog = page.locator("#signin")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.locator("[data-problem]")).to_contain_text("Finish signing in in a new tab")


def test_somebody_else_signing_in_sends_nothing(page, context, sign_in, ada, ben, attempt):
    sign_in(context, ada)
    open_at(page, attempt)
    Session.objects.all().delete()
    page.keyboard.press("b")
    dialog = page.locator("#signin")
    dialog.get_by_label("Username or e-mail").fill("ben")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.locator("#banner")).to_contain_text("Someone else is signed in")
    page.keyboard.press("c")
    page.wait_for_timeout(1000)
    assert not Save.objects.exists()
    # Ben's own pages do not meet it either.
    own = make.attempt(ben, attempt.quiz)
    open_at(page, own)
    page.wait_for_timeout(500)
    expect(page.locator("#q1 :checked")).to_have_count(0)
    assert not Save.objects.exists()
    # Back as Ada, it is put back and sent.
    context.clear_cookies()
    sign_in(context, ada)
    open_at(page, attempt)
    assert until(1, attempt) == {1: "c"}


def test_an_attempt_closed_meanwhile_says_so(page, context, sign_in, ada, attempt):
    sign_in(context, ada)
    open_at(page, attempt)
    services.finish(attempt_id=attempt.pk, now=attempt.started_at)
    page.keyboard.press("b")
    expect(page.locator("#banner")).to_contain_text("This attempt is over")
    expect(page.locator("#q1 [value=b]")).to_be_checked()
    page.get_by_role("button", name="See the result").click()
    page.wait_for_url("**/result/")


def test_ruled_out_answers_stay_ruled_out_on_this_device(page, context, sign_in, ada, attempt):
    sign_in(context, ada)
    open_at(page, attempt)
    page.keyboard.press("Shift+B")
    first = page.locator("#q1 .opt").nth(0)
    box = first.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 20)
    page.mouse.down()
    page.wait_for_timeout(700)
    page.mouse.up()
    page.reload()
    expect(page.locator("#q1 .struck")).to_have_count(2)
    expect(page.locator("#q1 :checked")).to_have_count(0)
    first.click()
    expect(page.locator("#q1 .struck")).to_have_count(1)
    until(1, attempt)
