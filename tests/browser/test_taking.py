"""Taking a quiz in Chromium: the whole way, by keys alone, without scripts, and what axe finds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Accommodation
from quizzes.attempts.models import Attempt, AttemptQuestion
from quizzes.material.models import Passage
from tests import make

TYPES = ("single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "essay")


@pytest.fixture
def bank(cora):
    return make.bank(cora)


@pytest.fixture
def text(cora):
    return make.source(owner=cora)


def one_of_each(bank, text=None):
    return [make.question(bank, type=slug, anchored_in=text) for slug in TYPES]


def start(page: Page, quiz) -> None:
    page.goto(f"/quizzes/{quiz.slug}/")
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector("html.live")


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Saved")


def test_it_is_taken_by_keyboard_alone(page, context, sign_in, ada, cora, bank):
    quiz = make.quiz(cora, one_of_each(bank), mode="exam", shuffle_options=False)
    sign_in(context, ada)
    page.goto(f"/quizzes/{quiz.slug}/")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("html.live")
    keys = page.keyboard
    keys.press("Shift+A")
    expect(page.locator("#q1 .struck")).to_have_count(1)
    keys.press("2")
    keys.press("f")
    keys.press("Enter")
    expect(page.locator("#q2 h2")).to_be_focused()
    keys.press("a")
    keys.press("c")
    keys.press("Enter")
    keys.press("a")
    keys.press("Enter")
    for typed in ("neuroplasticity", "30 %"):
        keys.press("Tab")  # past the flag
        keys.press("Tab")
        keys.type(typed)
        keys.press("Enter")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("It blocks\na receptor.")
    for _stop in ("how sure", "previous", "next"):
        keys.press("Tab")
    expect(page.locator("#next")).to_be_focused()
    keys.press("Enter")
    dialog = page.locator("#submit")
    expect(dialog).to_contain_text("6 of 6")
    expect(dialog.locator("[data-flagged]")).to_have_text("1")
    keys.press("Tab")
    expect(dialog.get_by_role("button", name="Submit")).to_be_focused()
    keys.press("Enter")
    page.wait_for_url("**/result/")
    attempt = Attempt.objects.get(user=ada)
    assert list(attempt.questions.order_by("slot").values_list("answer", flat=True)) == [
        {"choice": "b"},
        {"choices": ["a", "c"]},
        {"value": True},
        {"text": "neuroplasticity"},
        {"value": "30 %"},
        {"text": "It blocks\na receptor."},
    ]
    assert (attempt.score, attempt.needs_marking) == (5, True)


def test_it_starts_a_timed_last_attempt_only_when_told_twice(
    page, context, sign_in, accessible, ada, cora, bank
):
    limits = {"time_limit_s": 900, "attempts_allowed": 1}
    quiz = make.quiz(cora, [make.question(bank)], mode="exam", **limits)
    sign_in(context, ada)
    page.goto(f"/quizzes/{quiz.slug}/")
    page.get_by_role("button", name="Start").click()
    dialog = page.get_by_role("dialog", name="Start now?")
    expect(dialog).to_contain_text("15 min")
    accessible(page)
    dialog.get_by_role("button", name="Not yet").click()
    expect(dialog).to_be_hidden()
    assert not Attempt.objects.exists()
    page.get_by_role("button", name="Start").click()
    dialog.get_by_role("button", name="Start now").click()
    page.wait_for_url("**/attempts/*/#q1")
    assert Attempt.objects.get().user == ada


def test_a_choice_can_be_cleared(page, context, sign_in, accessible, ada, cora, bank):
    sign_in(context, ada)
    start(page, make.quiz(cora, one_of_each(bank), mode="exam"))
    clear = page.get_by_role("button", name="Clear my choice").locator("visible=true")
    expect(clear).to_have_count(0)
    page.keyboard.press("b")
    saved(page)
    accessible(page)
    clear.click()
    expect(clear).to_have_count(0)
    expect(page.locator("#q1 .opts :focus")).to_have_count(1)
    expect(page.locator("[data-count]").first).to_have_text("0 of 6 answered")
    saved(page)
    asked = AttemptQuestion.objects.get(slot=1)
    assert (asked.answer, asked.sequence) == (None, 2)
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    expect(page.locator("#q2 :checked")).to_have_count(1)
    expect(clear).to_have_count(0)


def test_it_counts_the_words_of_an_essay(page, context, sign_in, accessible, ada, cora, bank):
    essay = make.question(bank, type="essay", params={"max_words": 10, "rubric": "Any."})
    sign_in(context, ada)
    page.clock.install()
    start(page, make.quiz(cora, [essay], mode="exam"))
    count = page.locator("#q1 [data-words]")
    expect(count).to_have_text("0 of at most 10 words")
    page.locator("#q1 textarea").press_sequentially("one two\nthree")
    expect(count).to_have_text("3 of at most 10 words")
    page.clock.run_for(3_000)
    expect(page.locator("#say")).to_have_text("")
    page.locator("#q1 textarea").press_sequentially(" and" * 8)
    expect(count).to_have_text("11 words, more than 10")
    expect(page.locator("#say")).to_have_text("")
    page.clock.run_for(3_000)
    expect(page.locator("#say")).to_have_text("11 words, more than 10")
    accessible(page)


def test_it_leaves_single_keys_alone_when_they_are_switched_off(
    page, context, sign_in, ada, cora, bank
):
    sign_in(context, ada)
    page.add_init_script("localStorage.setItem('keys', 'off')")
    start(page, make.quiz(cora, one_of_each(bank), mode="exam"))
    for key in ("a", "f", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#q1")).to_be_visible()
    expect(page.locator("#q1 :checked")).to_have_count(0)


def test_it_explains_a_checked_answer_with_its_passage(
    page, context, sign_in, accessible, ada, cora, bank, text
):
    asked = [make.question(bank, anchored_in=text) for _ in range(2)]
    quiz = make.quiz(cora, asked, shuffle_options=False)
    sign_in(context, ada)
    start(page, quiz)
    accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_text("Answer the question before you check it.")
    expect(page.locator(".toast")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#q1 [data-verdict]")).to_be_focused()
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#q1 [data-verdict]")).to_have_text("Not quite. It is B.")
    expect(page.locator("#q1 .is-wrong")).to_contain_text("That is another drug.")
    expect(page.locator("#q1 mark")).to_have_text("blocks the NMDA receptor")
    accessible(page)
    page.keyboard.press("Enter")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.locator("#q2 [data-verdict]")).to_contain_text("Right.")
    accessible(page)
    page.locator("#q2").get_by_role("link", name="Open in the reader").click()
    page.wait_for_url(f"**/read/{text.slug}/*#first-act")
    page.go_back()
    expect(page.locator("#q2 [data-verdict]")).to_contain_text("Right.")


def test_the_way_on_stands_under_the_question_beside_a_long_passage(
    page, context, sign_in, ada, cora, bank, text
):
    told = "Ketamine blocks the NMDA receptor. " + "It is a long story. " * 300
    Passage.objects.filter(key="first-act").update(text=told, plain=told, html=f"<p>{told}</p>")
    quiz = make.quiz(cora, [make.question(bank, anchored_in=text)], shuffle_options=False)
    sign_in(context, ada)
    page.set_viewport_size({"width": 1280, "height": 900})
    start(page, quiz)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("#q1 mark")).to_be_visible()
    passage = page.locator("#q1 > .stick").bounding_box()
    question = page.locator("#q1 > :first-child").bounding_box()
    way_on = page.locator("#next").bounding_box()
    assert passage["height"] > 900
    assert question["x"] <= way_on["x"] < passage["x"]
    assert 0 < way_on["y"] - question["y"] - question["height"] < 100


def test_it_says_why_an_answer_is_not_checked(page, context, sign_in, ada, cora, bank):
    asked = [make.question(bank, type="numeric"), make.question(bank)]
    quiz = make.quiz(cora, asked, shuffle_options=False)
    sign_in(context, ada)
    start(page, quiz)
    said = page.locator("#say")
    page.locator("#q1").get_by_role("textbox").fill("about twelve")
    page.get_by_role("button", name="Check answer").locator("visible=true").click()
    expect(said).to_contain_text("cannot be read as an answer yet")
    expect(page.locator("#q1 [data-incomplete]")).to_contain_text("the line under the field")
    page.get_by_role("button", name="Skip").click()
    expect(page.locator(".toast")).to_have_count(0)
    context.set_offline(True)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Checking needs a connection.")
    context.set_offline(False)


def test_it_gives_a_hint_and_another_try(page, context, sign_in, ada, cora, bank):
    quiz = make.quiz(
        cora,
        [make.question(bank, hints=("Think of glutamate.",))],
        behaviour="interactive",
        shuffle_options=False,
    )
    sign_in(context, ada)
    start(page, quiz)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("[data-verdict]")).to_contain_text("1 try left")
    expect(page.locator("[data-verdict]")).to_contain_text("Think of glutamate.")
    page.reload()
    expect(page.locator("[data-verdict]")).to_contain_text("Think of glutamate.")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.locator("[data-verdict]")).to_contain_text("Right, on try 2.")


def test_it_is_taken_without_scripts(browser, live_server, sign_in, accessible, ada, cora, bank):
    practice = make.quiz(cora, [make.question(bank)], shuffle_options=False)
    exam = make.quiz(cora, one_of_each(bank), mode="exam", shuffle_options=False)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    sign_in(context, ada)
    page = context.new_page()
    page.goto(f"/quizzes/{practice.slug}/")
    page.get_by_role("button", name="Start").click()
    page.locator("#q1 .opt").nth(0).click()
    page.get_by_role("button", name="Clear my choice").click()
    expect(page.locator("#q1 :checked")).to_have_count(0)
    page.locator("#q1 .opt").nth(1).click()
    page.get_by_role("button", name="Check answer").click()
    expect(page.locator("#q1 [data-verdict]")).to_contain_text("Right.")
    page.goto(f"/quizzes/{exam.slug}/")
    page.get_by_role("button", name="Start").click()
    page.locator("#q1 .opt").nth(1).click()
    page.get_by_label("Certain").first.check(force=True)
    page.locator("#q2 .opt").nth(0).click()
    page.locator("#q2 .opt").nth(2).click()
    page.locator("#q3").get_by_text("Flag for later").click()
    page.locator("#q4 input[type=text]").fill("neuroplasticity")
    page.locator("#q5 input[type=text]").fill("30 %")
    page.locator("#q6 textarea").fill("It blocks a receptor.")
    page.get_by_role("button", name="Save answers").click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    expect(page.locator("#q6 textarea")).to_have_value("It blocks a receptor.")
    page.locator("form").get_by_role("button", name="Review and submit").click()
    expect(page.get_by_role("heading", name="Submit this quiz?")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1 question is unanswered")
    page.get_by_role("button", name="Submit with 1 unanswered").click()
    page.wait_for_url("**/result/")
    page.get_by_role("link", name="Review").first.click()
    expect(page.locator("article")).to_have_count(6)
    attempt = Attempt.objects.get(user=ada, quiz=exam)
    assert attempt.questions.get(slot=1).confidence == 3
    assert attempt.questions.get(slot=3).flagged
    assert attempt.score == 4
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_from_start_to_review(
    page, context, sign_in, accessible, ada, cora, bank, text, width, scheme
):
    quiz = make.quiz(
        cora,
        one_of_each(bank, text),
        mode="exam",
        review=make.review_options.preset("self_test"),
        time_limit_s=1800,
        pass_mark=60,
    )
    sign_in(context, ada)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"/quizzes/{quiz.slug}/")
    accessible(page)
    start(page, quiz)
    for slot in range(1, 7):
        page.goto(f"{page.url.split('#')[0]}#q{slot}")
        accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("#submit")).to_be_visible()
    accessible(page)
    page.goto(f"{page.url.split('#')[0]}summary/")
    accessible(page)
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/result/")
    accessible(page)
    page.goto(page.url.replace("result", "review"))
    accessible(page)
    page.goto(f"/quizzes/{quiz.slug}/")
    accessible(page)


def test_no_page_is_wider_than_a_phone(page, context, sign_in, ada, cora, bank, text):
    quiz = make.quiz(
        cora,
        one_of_each(bank, text),
        mode="exam",
        review=make.review_options.preset("self_test"),
        time_limit_s=1800,
        pass_mark=60,
    )
    sign_in(context, ada)
    page.set_viewport_size({"width": 320, "height": 700})
    start(page, quiz)
    attempt = Attempt.objects.get()
    make.answers(attempt, now=timezone.now())
    taking = f"/attempts/{attempt.pk}/"
    for path in (f"/quizzes/{quiz.slug}/", taking, f"{taking}summary/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto(f"/quizzes/{make.quiz(cora, one_of_each(bank, text)).slug}/")
    page.get_by_role("button", name="Start").click()
    for key in ("Enter", "a", "Enter"):
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, "practice"
        check = page.locator("#next").bounding_box()
        assert check["x"] + check["width"] <= 320
        page.keyboard.press(key)
    make.services.finish(attempt_id=attempt.pk, now=timezone.now())
    for path in (f"{taking}result/", f"{taking}review/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_it_tells_of_extra_time(page, context, sign_in, ada, cora, bank):
    Accommodation.objects.create(user=ada, time_factor="1.25")
    quiz = make.quiz(cora, [make.question(bank)], mode="exam", time_limit_s=1800)
    sign_in(context, ada)
    page.goto(f"/quizzes/{quiz.slug}/")
    words = "Your time includes 25% extra: 37 min 30 s instead of 30 min."
    expect(page.locator("main")).to_contain_text(words)
    start(page, quiz)
    page.locator("summary", has=page.locator("#timer")).click()
    expect(page.locator(".menu")).to_contain_text(words)
    page.get_by_role("button", name="Hide the timer").click()
    expect(page.locator("#timer")).to_have_text("hidden")
    page.reload()
    expect(page.locator("#timer")).to_have_text("hidden")


def test_a_page_of_twenty_questions_is_small(page, context, sign_in, ada, cora, bank):
    quiz = make.quiz(cora, [make.question(bank) for _ in range(20)], mode="exam")
    sign_in(context, ada)
    start(page, quiz)
    sizes = page.evaluate(
        """() => performance.getEntriesByType("resource")
            .concat(performance.getEntriesByType("navigation")).map((one) => one.encodedBodySize)"""
    )
    assert sizes[-1] <= 14_000
    # Static files come uncompressed from the server of the tests; two thirds less is certain.
    assert sizes[-1] + sum(sizes[:-1]) / 3 <= 60_000


def test_time_is_announced_three_times_and_then_handed_in(page, context, sign_in, ada, cora, bank):
    quiz = make.quiz(cora, [make.question(bank)], mode="exam", time_limit_s=900)
    sign_in(context, ada)
    page.clock.install()
    start(page, quiz)
    page.evaluate(
        """() => {
            window.heard = [];
            new MutationObserver((changes) => changes.forEach(({ target }) => {
                const place = (target.nodeType === 1 ? target : target.parentElement)
                    ?.closest("[role=status], [role=alert], [aria-live]:not([aria-live=off])");
                if (place?.textContent.trim()) heard.push(place.textContent.trim());
            })).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    for _minute in range(14):
        page.clock.run_for(60_000)
    heard = page.evaluate("heard")
    assert heard == ["10 minutes left", "5 minutes left", "1 minute left"]
    page.keyboard.press("b")
    saved(page)
    # The server's clock decides: for it the time is not up when the page's has run down.
    page.clock.run_for(70_000)
    page.wait_for_timeout(500)
    assert Attempt.objects.get().finished_at is None
    ends = timezone.now() + timedelta(seconds=1)
    Attempt.objects.update(started_at=ends - timedelta(seconds=900), deadline=ends)
    page.reload()
    page.clock.run_for(3_000)
    page.wait_for_timeout(1500)
    page.clock.run_for(15_000)
    page.wait_for_url("**/result/")
    assert AttemptQuestion.objects.get().answer is not None
