"""The modules of the taking page, each run by itself in Chromium on a page made for it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route

SECRET = "MDEyMzQ1Njc4OWFiY2RlZg=="
WORDS = (
    "data-word-count='{n} of {most}' data-too-many-words='{n} > {most}' data-count='{n}/{total}' "
)
WORDS += "data-question='Question {n}' data-answered=answered data-open=open data-current=current "
WORDS += "data-flagged=flagged data-next=Next data-check=Check data-finish=Finish"
PAGE = f"""<!doctype html><html lang="en"><title>Modules</title><main>
<p id="say"></p><p data-count></p><div id="words" {WORDS}></div>
<form id="attempt" data-zone="Europe/Vienna"><input name="csrfmiddlewaretoken" value="old">
<section class="q" id="q1" data-slot="1" data-state="complete"><h2 tabindex="-1">1</h2>
  <div class="field"><textarea name="q1-text" data-max-words="3">one two</textarea></div></section>
<section class="q" id="q2" data-slot="2" data-state="todo" data-check="/check/"
  data-unfinished="Say more.">
  <h2 tabindex="-1">2</h2><div class="field"><textarea name="q2-text"></textarea></div>
  <input type="checkbox" name="q2-flagged" value="1" checked></section>
</form><nav class="qnav"><a href="#q1">1</a><a href="#q2">2</a></nav>
<button id="prev"></button><button id="next"><span></span></button><button id="skip"></button>
<p id="hint"></p><p id="hint-touch"></p></main></html>"""
# What a test of an outbox writes down, and an outbox of notes, which the app has no use for.
SCRIPT = """
const { OfflineStore } = await import("/static/quizzes/js/offline_store.js");
const { Outbox } = await import("/static/quizzes/js/outbox.js");
const heard = [];
const isNumber = (one) => typeof one === "number";
const hear = (name) => (...args) => heard.push([name, ...args.filter(isNumber)]);
const names = ["saving", "saved", "failed", "recovered", "signedOut", "otherUser"];
const on = { clock() {}, ...Object.fromEntries(names.map((name) => [name, hear(name)])) };
class Notes extends Outbox {
    request(batch, options) {
        const body = JSON.stringify(batch.map(({ key, text }) => ({ key, text })));
        return fetch("/notes/", { method: "POST", body, ...options });
    }
    results(batch, status, body) { return body.results; }
    rebase() {}
    refuse(newest, { status }) { newest.held = status; }
}
const storeOf = (user, scope = "", secret = "SECRET") =>
    new OfflineStore({ user, kind: "note", scope, secret });
let token = "old";
const csrf = (fresh) => (token = fresh ?? token);
const session = "/session/";
const outboxOf = (user) => new Notes({ store: storeOf(user), user, csrf, session, on });
const texts = (entries) => entries.map(({ text }) => text);
""".replace("SECRET", SECRET)


@pytest.fixture
def modules(page: Page) -> Page:
    """A page of the site's own origin whose markup is the test's own."""
    page.route("**/modules/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto("/modules/")
    return page


def run(page: Page, script: str, argument: Any = None) -> Any:
    return page.evaluate(f"async (argument) => {{ {SCRIPT} {script} }}", argument)


def attempt_module(page: Page, name: str, script: str) -> Any:
    found = f"const found = await import('/static/quizzes/js/attempt/{name}.js');"
    return page.evaluate(f"async () => {{ {found} {script} }}")


# The store


def test_it_keeps_entries_in_the_order_in_which_they_came(modules: Page) -> None:
    kept = """const store = storeOf(1);
        for (const [count, key] of [7, "b", 3, "a"].entries())
            await store.put({ key, text: `${key}`, page: "p", count });
        await store.put({ key: 7, text: "7 again", page: "p", count: 9 });
        return texts(await store.all());"""
    assert run(modules, kept) == ["7 again", "b", "3", "a"]
    modules.reload()
    later = """const store = storeOf(1);
        await store.put({ key: "c", text: "c", page: "q", count: 1 });
        return texts(await store.all());"""
    assert run(modules, later) == ["7 again", "b", "3", "a", "c"]


def test_it_shows_entries_to_their_own_user_scope_and_secret_only(modules: Page) -> None:
    script = """await storeOf(1, "deck").put({ key: 1, text: "mine", page: "p", count: 1 });
        const other = btoa("another secret!!");
        const places = [[1, "deck"], [2, "deck"], [1], [1, "deck", other]];
        const stores = places.map((place) => storeOf(...place));
        return (await Promise.all(stores.map((store) => store.all()))).map(texts);"""
    assert run(modules, script) == [["mine"], [], [], []]
    raw = """() => new Promise((done) => {
        indexedDB.open("passage").onsuccess = ({ target: { result } }) => {
            const all = result.transaction("outbox").objectStore("outbox").getAll();
            const text = ({ data }) => new TextDecoder().decode(data);
            all.onsuccess = () => done(all.result.map(text).join());
        };
    })"""
    assert "mine" not in modules.evaluate(raw)


def test_it_forgets_an_entry_but_not_what_has_taken_its_place(modules: Page) -> None:
    script = """const store = storeOf(1);
        const first = { key: 1, text: "first", page: "p", count: 1 };
        const second = { key: 1, text: "second", page: "p", count: 2 };
        await store.put(second);
        await store.put(first); // late: encrypting it took longer
        await store.forget(first);
        const before = texts(await store.all());
        await store.forget(second);
        return [before, await store.all()];"""
    assert run(modules, script) == [["second"], []]


def test_it_does_without_a_store_that_cannot_be_opened(modules: Page) -> None:
    script = """const store = storeOf(1, "", "no base64!");
        await store.put({ key: 1, text: "lost", page: "p", count: 1 });
        return store.all();"""
    assert run(modules, script) == []


# The outbox


def acknowledge(route: Route) -> None:
    entries = route.request.post_data_json
    results = [{"key": entry["key"], "status": "saved"} for entry in entries]
    route.fulfill(json={"results": results})


def test_it_sends_entries_in_order_and_forgets_them(modules: Page) -> None:
    bodies: list[Any] = []
    modules.route(
        "**/notes/", lambda route: (bodies.append(route.request.post_data_json), acknowledge(route))
    )
    script = """const outbox = outboxOf(1);
        for (const key of ["b", "a", "c"]) await outbox.add({ key, text: key });
        const all = await outbox.flush();
        while ((await outbox.store.all()).length); // forgetting takes a turn of its own
        return [all, outbox.size];"""
    assert run(modules, script) == [True, 0]
    assert [[entry["key"] for entry in body] for body in bodies] == [["b", "a", "c"]]


def test_it_tries_again_after_a_while_that_grows(modules: Page) -> None:
    modules.route("**/notes/", lambda route: route.fulfill(status=503, body="no"))
    script = """const outbox = outboxOf(1);
        await outbox.add({ key: 1, text: "one" });
        const sent = await Promise.all([1, 2, 3, 4].map(() => outbox.flush()));
        const failed = heard.filter(([name]) => name === "failed");
        return [sent, outbox.failing, failed, texts(await outbox.store.all())];"""
    sent, failing, failed, kept = run(modules, script)
    assert (sent, failing, kept) == ([False] * 4, True, ["one"])
    assert failed == [["failed", 1, 10], ["failed", 1, 20], ["failed", 1, 40], ["failed", 1, 60]]


def test_it_waits_as_long_as_the_server_says(modules: Page) -> None:
    headers = {"Retry-After": "7"}
    modules.route("**/notes/", lambda route: route.fulfill(status=429, headers=headers, body="{}"))
    script = """const outbox = outboxOf(1);
        await outbox.add({ key: 1, text: "one" });
        await outbox.flush();
        return heard;"""
    assert run(modules, script) == [["saving"], ["failed", 1, 7]]


def test_it_holds_back_what_is_refused_and_sends_the_rest(modules: Page) -> None:
    def refuse_some(route: Route) -> None:
        entries = route.request.post_data_json
        if any(entry["text"] == "bad" for entry in entries):
            route.fulfill(status=400, json={"text": ["no"]})
        else:
            acknowledge(route)

    modules.route("**/notes/", refuse_some)
    script = """const outbox = outboxOf(1);
        for (const text of ["good", "bad", "fine"]) await outbox.add({ key: text, text });
        const all = await outbox.flush();
        return [all, outbox.size, outbox.waiting("bad").held];"""
    assert run(modules, script) == [False, 1, "invalid"]


def test_it_sends_nothing_for_somebody_else(modules: Page) -> None:
    calls: list[str] = []
    modules.route("**/notes/", lambda route: (calls.append("sent"), route.fulfill(status=401)))
    modules.route("**/session/", lambda route: route.fulfill(json={"user_id": 2, "csrf": "new"}))
    script = """const outbox = outboxOf(1);
        await outbox.add({ key: 1, text: "one" });
        await outbox.flush();
        const who = await outbox.resume();
        await outbox.flush();
        outbox.leave();
        return [who, token, outbox.size, heard.map(([name]) => name)];"""
    told = run(modules, script)
    assert told == ["other", "old", 1, ["saving", "signedOut", "otherUser"]]
    assert calls == ["sent"]


def test_it_goes_on_with_a_fresh_token_for_the_same_person(modules: Page) -> None:
    calls: list[int] = []

    def refuse_once(route: Route) -> None:
        calls.append(len(calls))
        if len(calls) == 1:
            route.fulfill(status=403, body="{}")
        else:
            acknowledge(route)

    modules.route("**/notes/", refuse_once)
    modules.route("**/session/", lambda route: route.fulfill(json={"user_id": 1, "csrf": "new"}))
    script = """const outbox = outboxOf(1);
        await outbox.add({ key: 1, text: "one" });
        return [await outbox.flush(), token, outbox.size];"""
    assert run(modules, script) == [True, "new", 0]


# The modules of the page


def test_it_reads_what_the_sections_say(modules: Page) -> None:
    script = """const { sections, isDone, isFlagged, isOpenForCheck, csrf, time } = found;
        const all = sections();
        return [all.map(isDone), all.map(isFlagged), all.map(isOpenForCheck), csrf("new"), csrf(),
            time("2026-07-01T10:05:00Z")];"""
    assert attempt_module(modules, "page", script) == [
        [True, False],
        [False, True],
        [False, True],
        "new",
        "new",
        "12:05",
    ]


def test_it_shows_one_question_at_a_time(modules: Page) -> None:
    attempt_module(modules, "navigation", "found.go(2);")
    assert modules.url.endswith("#q2")
    assert modules.locator("#q1").is_hidden()
    assert modules.locator("#q2 h2").evaluate("(one) => one === document.activeElement")
    labels = [link.get_attribute("aria-label") for link in modules.locator(".qnav a").all()]
    assert labels == ["Question 1, answered", "Question 2, open, flagged, current"]
    assert modules.locator("p[data-count]").text_content() == "1/2"
    assert modules.locator("#next span").text_content() == "Check"
    assert modules.locator("#skip").is_hidden()
    attempt_module(modules, "navigation", "found.go(1); found.go(3);")
    assert modules.locator("#q1").is_visible()
    assert modules.locator("#next span").text_content() == "Next"


def test_it_says_what_an_incomplete_answer_lacks(modules: Page) -> None:
    attempt_module(modules, "navigation", "found.setState(q2, 'invalid');")
    assert modules.locator("#q2 [data-incomplete]").text_content() == "Say more."
    attempt_module(modules, "navigation", "found.setState(q2, 'complete');")
    assert modules.locator("#q2 [data-incomplete]").count() == 0
    assert modules.locator("p[data-count]").text_content() == "2/2"


def test_it_counts_words_where_there_is_a_limit(modules: Page) -> None:
    attempt_module(modules, "word_count", "found.countWords(document.querySelector('form'));")
    assert modules.locator("#q1 [data-words]").text_content() == "2 of 3"
    modules.locator("#q1 textarea").fill("one two three\nfour")
    assert modules.locator("#q1 [data-words]").text_content() == "4 > 3"
    assert modules.locator("#q2 [data-words]").count() == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"answer": {"choice": "a"}}, {"answer": {"choice": "a"}}, True),
        ({"answer": {"text": " a "}}, {"answer": {"text": "a"}}, True),
        ({"answer": {"a": "1", "b": "2"}}, {"answer": {"b": "2", "a": "1"}}, True),
        ({"answer": None}, {}, True),
        ({"answer": {"choice": "a"}}, {"answer": {"choice": "b"}}, False),
        ({"answer": {"choice": "a"}, "confidence": 1}, {"answer": {"choice": "a"}}, False),
        ({"answer": None, "flagged": True}, {"answer": None, "flagged": False}, False),
        (None, {"answer": None}, False),
    ],
)
def test_it_knows_when_two_changes_say_the_same(
    modules: Page, one: Any, other: Any, expected: bool
) -> None:
    script = """async ([one, other]) => {
        const { same } = await import("/static/quizzes/js/attempt/answers.js");
        return same(one, other);
    }"""
    assert modules.evaluate(script, [one, other]) is expected


def test_the_timer_warns_once_each_and_follows_the_server(modules: Page) -> None:
    modules.clock.install()
    script = """async () => {
        const { Timer, digits } = await import("/static/quizzes/js/timer.js");
        window.seen = { warned: [], over: 0, shown: "" };
        window.timer = new Timer(601, 601_000, {
            show: (seconds) => (seen.shown = digits(seconds)),
            warn: (minutes) => seen.warned.push(minutes),
            over: () => (seen.over += 1),
        });
    }"""
    modules.evaluate(script)
    modules.clock.run_for(2_000)
    assert modules.evaluate("seen") == {"warned": [10], "over": 0, "shown": "9:59"}
    modules.clock.run_for(600_000)
    assert modules.evaluate("seen") == {"warned": [10, 5, 1], "over": 1, "shown": "0:00"}
    # More time was granted: the clock runs again, and what was announced is not repeated.
    modules.evaluate("timer.sync(602_000, 902_000)")
    modules.clock.run_for(1_000)
    assert modules.evaluate("[seen.shown, seen.warned]") == ["4:59", [10, 5, 1]]
