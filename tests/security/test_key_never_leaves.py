"""The key never leaves early: canaries in everything that could tell right from wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts import services
from tests import make
from tests.security.canaries import ANSWERS, KEY, STEM, TOKENS, questions
from tests.security.crawl import crawl, leaks

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ODD = "expand=all&fields=__all__&include=options,key,answers&format=json&debug=1"
# Pages of the user's own account know nothing of questions: one walk through them is enough.
ACCOUNT = ("/accounts/",)
# And what an educator writes elsewhere does not change while they take somebody else's exam.
BESIDE = (*ACCOUNT, "/admin/", "/teach/")


@dataclass
class Setting:
    student: User
    client: Client
    quiz: Quiz
    source: Any

    @property
    def doors(self) -> list[str]:
        """Where a curious student begins: every page, every list of the API, odd parameters."""
        slug, text = self.quiz.slug, self.source.slug
        lists = ["me", "session", "materials", "quizzes", "attempts", "banks", "questions", "users"]
        return [
            "/",
            "/library/",
            # Part of the token, so that the page's own echo of the search is none.
            f"/library/?q={KEY[:-1]}",
            f"/library/?q={STEM[:-1]}",
            f"/read/{text}/?{ODD}",
            *(f"/read/{text}/?mark={anchor}" for anchor in self._anchors()),
            "/progress/",
            "/teach/",
            "/admin/",
            "/admin/quizzes/question/",
            f"/quizzes/{slug}/?{ODD}",
            *(f"/api/v1/{name}/" for name in lists),
            f"/api/v1/materials/{text}/?{ODD}",
            f"/api/v1/quizzes/?{ODD}",
            f"/api/v1/quizzes/{slug}/?{ODD}",
            f"/api/v1/attempts/?{ODD}",
            "/api/v1/questions/1/",
        ]

    def _anchors(self) -> list[int]:
        anchors = self.source.edition.anchors
        return [0, *anchors.order_by("pk").values_list("pk", flat=True)[:2]]

    def attempt_doors(self, attempt: Any) -> list[str]:
        path = f"attempts/{attempt.pk}/"
        return [
            *(f"/{path}{page}" for page in ("", "summary/", "result/", "review/")),
            f"/{path}?{ODD}",
            f"/{path}review/?{ODD}",
            f"/api/v1/{path}",
            f"/api/v1/{path}review/",
            f"/api/v1/{path}review/?{ODD}",
            f"/api/v1/{path}?expand=questions.options.fraction&include=key",
        ]


def exam(owner: User, use: str, now: datetime) -> tuple[Quiz, Any]:
    """An open exam with one question of every type, and the text they hang on."""
    source = make.source(owner=owner)
    asked = questions(make.bank(owner, use=use), source)
    return (
        make.quiz(owner, asked, mode="exam", opens_at=now - HOUR, closes_at=now + HOUR),
        source,
    )


@pytest.fixture(params=["student, bank for both", "student, bank for exams", "another educator"])
def setting(request, ada, cora, dana, signed_in) -> Setting:
    """Whoever takes the exam; an educator takes it like a student where it is not their own."""
    quiz, source = exam(cora, "both" if "both" in request.param else "exam", timezone.now())
    taker = dana if "educator" in request.param else ada
    return Setting(taker, signed_in(taker), quiz, source)


def assert_tight(
    client: Client,
    doors: list[str],
    tokens: tuple[str, ...] = TOKENS,
    skip: tuple[str, ...] = ACCOUNT,
) -> int:
    """Walk on from `doors` and find no token; return how many replies said anything."""
    replies = crawl(client, doors, skip=skip)
    found = {url: leaks(reply, tokens) for url, reply in replies.items()}
    assert {url: tokens for url, tokens in found.items() if tokens} == {}
    assert not [url for url, reply in replies.items() if reply.status_code >= 500]
    return sum(reply.status_code == 200 for reply in replies.values())


def test_no_reply_tells_the_key_before_the_release(setting) -> None:
    client, student = setting.client, setting.student
    assert assert_tight(client, setting.doors) > 15
    attempt, _started = services.start_attempt(user=student, quiz=setting.quiz, now=timezone.now())
    doors = setting.doors + setting.attempt_doors(attempt)
    assert assert_tight(client, doors, skip=()) > 15
    path = f"/api/v1/attempts/{attempt.pk}/"
    for slot, answer in enumerate(ANSWERS, start=1):
        body = {"answer": answer, "confidence": 2, "flagged": True, "sequence": 0}
        saved = client.put(f"{path}answers/{slot}/", body, content_type="application/json")
        assert saved.status_code == 200, saved.content
        stale = client.put(f"{path}answers/{slot}/", body | {"answer": None}, "application/json")
        assert stale.status_code == 409
        checked = client.post(f"{path}check/{slot}/", {}, content_type="application/json")
        assert checked.status_code == 409
        form = {f"q{slot}-sequence": "1", f"q{slot}-choice": "zz"}
        broken = client.post(f"/attempts/{attempt.pk}/check/{slot}/", form)
        assert broken.status_code in (302, 400)
        for reply in (saved, stale, checked, broken):
            assert leaks(reply, TOKENS) == []
    assert assert_tight(client, doors, skip=BESIDE) > 15
    submitted = client.post(f"{path}submit/", {}, content_type="application/json")
    assert submitted.status_code == 200
    assert submitted.json()["score"] is None
    assert leaks(submitted, TOKENS) == []
    assert assert_tight(client, doors, skip=BESIDE) > 15


def test_the_canaries_are_seen_once_it_is_released(setting) -> None:
    """The control: the same walk must find them when they may be shown."""
    now = timezone.now()
    attempt = make.finished(setting.student, setting.quiz, now=now)
    Quiz.objects.filter(pk=setting.quiz.pk).update(opens_at=now - 3 * HOUR, closes_at=now - HOUR)
    for doors in (
        [f"/attempts/{attempt.pk}/review/"],
        [f"/api/v1/attempts/{attempt.pk}/review/"],
    ):
        replies = crawl(
            setting.client, doors, skip=("/library", "/quizzes", "/read", "/accounts", "/admin")
        )
        found = {token for reply in replies.values() for token in leaks(reply, TOKENS)}
        # Why an accepted text is right is told to whoever wrote it, and nobody wrote this one.
        assert found | {f"{KEY} why"} == set(TOKENS), doors


@pytest.mark.parametrize("encode", ["plain", "html", "address", "base64", "json"])
def test_the_walk_reads_what_is_encoded(encode: str) -> None:
    """The control of the control: a token is found however a reply wraps it."""
    import base64
    import json
    from urllib.parse import quote

    from django.http import HttpResponse

    token = "schlüssel 73519,25 <b>"
    wrapped = {
        "plain": token,
        "html": "".join(f"&#{ord(char)};" for char in token),
        "address": f"/x?y={quote(token)}",
        "base64": base64.b64encode(f"the token is {token}".encode()).decode(),
        "json": json.dumps({"text": token}),
    }[encode]
    assert leaks(HttpResponse(wrapped), [token]) == [token]
    assert leaks(HttpResponse("nothing", headers={"X-Key": quote(token)}), [token]) == [token]
    assert leaks(HttpResponse("nothing"), [token]) == []


def test_an_exam_only_bank_shows_nothing_outside_its_attempts(
    ada, ben, cora, dana, signed_in
) -> None:
    now = timezone.now()
    quiz, source = exam(cora, "exam", now)
    make.finished(ada, quiz, now=now)
    tokens = (*TOKENS, STEM)
    for client in (signed_in(ben), signed_in(dana), Client()):
        setting = Setting(ben, client, quiz, source)
        assert assert_tight(client, setting.doors, tokens) > 2


def test_a_draft_s_wording_is_its_editors_own(ben, cora, dana, signed_in) -> None:
    source = make.source(owner=cora)
    bank = make.bank(cora)
    asked = questions(bank, source, state="draft")
    quiz = make.quiz(cora, asked, state="draft")
    for user in (ben, dana):
        setting = Setting(user, signed_in(user), quiz, source)
        assert assert_tight(setting.client, setting.doors, (*TOKENS, STEM)) > 2
