"""What people write never runs: payloads in every text that an author or a student controls.

Rows are written past the services, rendered columns too, as an older version or a broken import
might have left them. Every page is visited twice: as it is, where the browser must not even report
a broken policy, and with the policy switched off, where the sanitiser alone must hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import Accommodation, User
from quizzes.assessments.models import Quiz
from quizzes.attempts import services
from quizzes.attempts.models import Attempt, AttemptQuestion, Grade, Response
from quizzes.bank import content_cache
from quizzes.bank.models import Option, Question, QuestionBank, QuestionVersion, Tag, Topic
from quizzes.material.models import Passage, Section, Source
from tests import make
from tests.material.test_markup import XSS

SignIn = Callable[[BrowserContext, User], None]
BREAKOUTS = (
    '"><script>alert(1)</script>',
    "'><img src=//evil.example/q onerror=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "' onmouseover='alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</option></select><img src=x onerror=alert(1)>",
    "--></style><script>alert(1)</script>",
    "</svg><script>alert(1)</script>",
    "${alert(1)}{{constructor.constructor('alert(1)')()}}",
    "javascript:alert(1)//",
    "\u2028alert(1)//\u2029",
)
PAYLOADS = (*XSS, *BREAKOUTS)
TYPES = ("single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "essay")
# What sanitised content never makes, wherever it is on a page.
LIVE = """() => {
  const found = [];
  for (const one of document.querySelectorAll('*')) {
    const tag = one.localName;
    if (['iframe', 'object', 'embed', 'base', 'frame', 'portal', 'applet'].includes(tag))
      found.push(one.outerHTML.slice(0, 200));
    if (tag === 'script' && !one.src && one.type !== 'application/json')
      found.push(one.outerHTML.slice(0, 200));
    if (tag === 'meta' && one.httpEquiv) found.push(one.outerHTML);
    for (const {name, value} of one.attributes) {
      const address = /^(href|src|action|formaction|xlink:href|data|poster|background)$/;
      const scheme = /^[\\s\\u0000-\\u001f]*(javascript|data|vbscript)\\s*:/i;
      if (name.startsWith('on') || (address.test(name) && scheme.test(value)) || name === 'srcdoc')
        found.push(`${tag} ${name}=${value}`.slice(0, 200));
    }
  }
  return found;
}"""


def payload(number: int) -> str:
    return PAYLOADS[number % len(PAYLOADS)]


@pytest.fixture
def infested(ada: User, cora: User, root: User) -> dict[str, Any]:
    """A site in which every text is a payload."""
    now = timezone.now()
    bank, source = make.bank(cora), make.source(owner=cora)
    questions = [
        make.question(bank, type=TYPES[n % len(TYPES)], hints=("A hint.",), anchored_in=source)
        for n in range(len(PAYLOADS))
    ]
    for n, question in enumerate(questions):
        topic = Topic.objects.create(bank=bank, slug=f"t{n}", title=payload(n)[:120], position=n)
        question.tags.add(Tag.objects.create(bank=bank, name=f"{n} {payload(n)}"[:60]))
        Question.objects.filter(pk=question.pk).update(topic=topic)
    for n, version in enumerate(QuestionVersion.objects.order_by("pk")):
        text = payload(n)
        QuestionVersion.objects.filter(pk=version.pk).update(
            stem=text,
            stem_html=text,
            explanation=text,
            explanation_html=text,
            caution=text,
            caution_html=text,
            hints=[text],
            change_note=text[:200],
            params=version.params
            | ({"rubric": text} if "rubric" in version.params else {})
            | ({"units": [text]} if "units" in version.params else {}),
        )
    for n, option in enumerate(Option.objects.order_by("pk")):
        text = payload(n)
        Option.objects.filter(pk=option.pk).update(
            text=text, text_html=text, rationale=text, rationale_html=text
        )
    practice = make.quiz(cora, questions, ask_confidence=True)
    tries = make.quiz(cora, questions, behaviour="interactive")
    homework = make.quiz(cora, questions, mode="exam")
    content_cache.forget()
    checked, tried = (make.attempt(ada, quiz, now=now) for quiz in (practice, tries))
    for attempt in (checked, tried):
        _answer(attempt, now)
        for slot in range(1, len(questions) + 1):
            services.check_answer(user=ada, attempt_id=attempt.pk, slot=slot, now=now)
    done = make.attempt(ada, homework, now=now)
    _answer(done, now)
    services.finish(attempt_id=done.pk, now=now)
    essay = Response.objects.filter(
        question__attempt=done, question__version__question__type="essay"
    )
    AttemptQuestion.objects.filter(version__question__type="essay").update(
        answer={"text": " ".join(PAYLOADS[:40])}
    )
    essay.update(answer={"text": " ".join(PAYLOADS)})
    Grade.objects.update(feedback=payload(3), feedback_html=payload(3), reason=payload(4)[:200])
    _others(cora, homework, now)
    for n, passage in enumerate(Passage.objects.order_by("pk")):
        text = "\n".join(PAYLOADS[n::3])
        Passage.objects.filter(pk=passage.pk).update(html=text, text=text, drawn_from=text[:300])
    Section.objects.update(title=payload(0)[:200])
    for n in range(len(PAYLOADS)):
        text = payload(n)
        make.source(owner=cora, title=text[:200], summary=text[:400], url=text[:500])
        make.quiz(cora, questions[:1], title=text[:200], description=text, description_html=text)
        make.bank(cora, title=text[:200], description=text, licence=text[:100])
    QuestionBank.objects.filter(pk=bank.pk).update(title=payload(0), description=payload(1))
    Quiz.objects.filter(pk=practice.pk).update(title=payload(2), description_html=payload(3))
    Source.objects.filter(pk=source.pk).update(
        title=payload(4), summary=payload(5), authors=payload(6), publisher=payload(7),
        url="javascript:alert(1)", licence=payload(8)[:100], drawn_from=payload(9),
    )  # fmt: skip
    User.objects.filter(pk=ada.pk).update(name=payload(1)[:150])
    Accommodation.objects.create(user=ada, extra_attempts=1, reason=payload(2)[:200])
    LogEntry.objects.bulk_create(
        LogEntry(
            user=cora,
            content_type=ContentType.objects.get_for_model(Quiz),
            object_id=str(practice.pk),
            object_repr=payload(n)[:200],
            action_flag=CHANGE,
            change_message=payload(n),
        )
        for n in range(len(PAYLOADS))
    )
    content_cache.forget()
    first, other = questions[0].pk, questions[5].pk
    waiting = essay.order_by("pk").first()
    assert waiting is not None
    texts = f"/read/{source.slug}/"
    student = [
        "/", "/library/", "/library/?q=script", texts, f"{texts}?mark=1#first-act", "/progress/",
        f"/quizzes/{practice.slug}/", f"/attempts/{checked.pk}/", f"/attempts/{tried.pk}/",
        f"/attempts/{checked.pk}/summary/", f"/attempts/{done.pk}/result/",
        f"/attempts/{done.pk}/review/", "/accounts/settings/", "/accounts/sessions/",
    ]  # fmt: skip
    question = "/admin/quizzes/question/"
    educator = [
        "/", "/library/", texts, "/teach/", f"/teach/quizzes/{homework.slug}/", "/teach/marking/",
        f"/teach/marking/{waiting.pk}/", f"/attempts/{done.pk}/review/", "/admin/",
        question, f"{question}?q=script", f"{question}{other}/change/",
        *(f"{question}{first}/{one}/" for one in ("change", "versions", "versions/1", "history")),
        "/admin/quizzes/questionbank/", f"/admin/quizzes/questionbank/{bank.pk}/change/",
        "/admin/quizzes/source/", f"/admin/quizzes/source/{source.pk}/change/",
        "/admin/quizzes/quiz/", f"/admin/quizzes/quiz/{practice.pk}/change/",
        f"/admin/quizzes/quiz/{practice.pk}/history/",
    ]  # fmt: skip
    admin = [
        "/admin/", "/admin/accounts/user/", f"/admin/accounts/user/{ada.pk}/change/",
        "/admin/admin/logentry/", f"/attempts/{done.pk}/result/", question,
    ]  # fmt: skip
    return {"student": (ada, student), "educator": (cora, educator), "admin": (root, admin)}


def _answer(attempt: Attempt, now: Any) -> None:
    """Answer everything wrong, typed answers with payloads."""
    for question in attempt.questions.select_related("version__question"):
        kind = question.version.question.type
        text = payload(question.slot)[:200]
        answer = {
            "single_choice": {"choice": "a"},
            "multiple_choice": {"choices": ["a"]},
            "true_false": {"value": False},
            "short_answer": {"text": text},
            "numeric": {"value": "31"},
            "essay": {"text": text},
        }[kind]
        AttemptQuestion.objects.filter(pk=question.pk).update(answer=answer, state="complete")


def _others(cora: User, quiz: Quiz, now: Any) -> None:
    """Students with payloads for names, in the lists of their educator."""
    for n in range(len(PAYLOADS)):
        text = payload(n)
        user = User.objects.create(login=f"student{n}", name=text[:150])
        Attempt.objects.create(user=user, quiz=quiz, number=1, seed=1, started_at=now, max_score=1)


def visits(context: BrowserContext, paths: list[str], host: str) -> Iterator[tuple[str, list[str]]]:
    """Open every page and yield what it did that it should not."""
    page: Page = context.new_page()
    did: list[str] = []

    def dialog(opened: Any) -> None:
        did.append(f"dialog {opened.message}")
        opened.dismiss()

    page.on("dialog", dialog)
    page.on("request", lambda asked: did.append(asked.url) if _foreign(asked.url, host) else None)
    page.on("pageerror", lambda error: did.append(str(error)))
    page.on(
        "console",
        lambda said: did.append(said.text) if "Content Security Policy" in said.text else None,
    )
    for path in paths:
        reply = page.goto(path, wait_until="load")
        assert reply is not None
        assert reply.status == 200, path
        did += page.evaluate(LIVE)
        yield path, list(did)
        did.clear()
    page.close()


def _foreign(url: str, host: str) -> bool:
    return urlsplit(url).netloc != host and not url.startswith(("data:", "blob:", "about:"))


@pytest.mark.parametrize("policy", ["with the policy", "without it"])
def test_nothing_that_was_written_runs(
    policy: str, browser: Browser, base_url: str, sign_in: SignIn, infested: dict[str, Any]
) -> None:
    host = urlsplit(base_url).netloc
    found: dict[str, list[str]] = {}
    for who, (user, paths) in infested.items():
        context = browser.new_context(base_url=base_url, bypass_csp=policy == "without it")
        sign_in(context, user)
        for path, did in visits(context, paths, host):
            if did:
                found[f"{who} {path}"] = did[:5]
        context.close()
    assert found == {}


def test_the_watch_sees_what_runs(browser: Browser, base_url: str) -> None:
    """The control: the same payloads on a page without a sanitiser are seen."""
    context = browser.new_context(base_url=base_url, bypass_csp=True)
    body = "".join(f"<div>{one}</div>" for one in PAYLOADS[:6])
    context.route("**/library/", lambda route: route.fulfill(body=body, content_type="text/html"))
    (_path, did), *_ = visits(context, ["/library/"], urlsplit(base_url).netloc)
    assert any(one.startswith("dialog") for one in did)
    assert any("onerror" in one for one in did)
    context.close()
