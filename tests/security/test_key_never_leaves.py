"""The key never leaves early: canaries in everything that could tell right from wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.assessments.models import Quiz, Slot
from quizzes.attempts import services
from quizzes.bank.drafts import AnchorDraft, OptionDraft
from tests import make
from tests.security.crawl import crawl, leaks

pytestmark = pytest.mark.django_db
KEY = "canarykey"  # in what is never shown before the release
STEM = "canarystem"  # in what an exam-only bank must not show outside its attempts
NUMBER = "73519.25"
TOKENS = (KEY, NUMBER, f"{KEY}accepted")


def options(right: int, texts: tuple[str, ...] = ("Amber", "Beryl", "Coral")) -> tuple:
    return tuple(
        OptionDraft(text, Decimal(index == right), f"{KEY} rationale {index}")
        for index, text in enumerate(texts)
    )


def questions(bank: Any, source: Any, *, right: int = 0) -> list[Any]:
    """One of every type, each with canaries in all that may not be told."""
    shared = {
        "stem": f"{STEM}: which of these?",
        "explanation": f"{KEY} explanation",
        "caution": f"{KEY} caution",
        "hints": (f"{KEY} hint",),
        "anchors": (AnchorDraft(source.slug, "first-act", "blocks the NMDA receptor"),),
    }
    by_type: dict[str, dict[str, Any]] = {
        "single_choice": {"options": options(right)},
        "multiple_choice": {"options": options(right), "params": {"grading": "scaled_net"}},
        "true_false": {"options": options(right % 2, ("True", "False"))},
        "short_answer": {"options": (OptionDraft(f"{KEY}accepted", Decimal(1), f"{KEY} why"),)},
        "numeric": {"params": {"value": NUMBER, "tolerance": 0}, "options": ()},
        "essay": {"params": {"rubric": f"{KEY} rubric", "max_words": 90}, "options": ()},
    }
    return [make.question(bank, type=kind, **shared | fields) for kind, fields in by_type.items()]


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
        odd = "expand=all&fields=__all__&include=options,key,answers&format=json&debug=1"
        return [
            "/",
            "/library/",
            f"/library/?q={KEY}",
            f"/library/?q={STEM}",
            f"/library/?{odd}",
            f"/read/{text}/",
            f"/read/{text}/?{odd}",
            *(f"/read/{text}/?mark={number}" for number in range(1, 8)),
            "/progress/",
            f"/quizzes/{slug}/",
            f"/quizzes/{slug}/?{odd}",
            *(
                f"/api/v1/{path}{query}"
                for path in (
                    "me/",
                    "session/",
                    "materials/",
                    f"materials/{text}/",
                    "quizzes/",
                    f"quizzes/{slug}/",
                    "attempts/",
                    "banks/",
                    "questions/",
                    "questions/1/",
                )
                for query in ("", f"?{odd}")
            ),
        ]

    def attempt_doors(self, attempt: Any) -> list[str]:
        path = f"attempts/{attempt.pk}/"
        return [
            *(f"/{path}{page}" for page in ("", "summary/", "result/", "review/")),
            f"/api/v1/{path}",
            f"/api/v1/{path}review/",
            f"/api/v1/{path}?expand=questions.options.fraction&include=key",
        ]


@pytest.fixture(params=["both", "exam"])
def setting(request, ada, cora, signed_in) -> Setting:
    source = make.source(owner=cora)
    bank = make.bank(cora, use=request.param)
    now = timezone.now()
    quiz = make.quiz(
        cora,
        questions(bank, source),
        mode="exam",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
    )
    return Setting(ada, signed_in(ada), quiz, source)


def assert_tight(client: Client, doors: list[str], tokens: tuple[str, ...] = TOKENS) -> int:
    replies = crawl(client, doors)
    found = {url: leaks(reply, tokens) for url, reply in replies.items()}
    assert {url: tokens for url, tokens in found.items() if tokens} == {}
    assert not [url for url, reply in replies.items() if reply.status_code >= 500]
    return sum(reply.status_code == 200 for reply in replies.values())


def test_no_reply_tells_the_key_before_the_release(setting, settings) -> None:
    settings.DEBUG = False
    client, student = setting.client, setting.student
    assert assert_tight(client, setting.doors) > 6
    attempt, _started = services.start_attempt(user=student, quiz=setting.quiz, now=timezone.now())
    doors = setting.doors + setting.attempt_doors(attempt)
    assert assert_tight(client, doors) > 8
    path = f"/api/v1/attempts/{attempt.pk}/"
    for slot, answer in enumerate(
        (
            {"choice": "a"},
            {"choices": ["a"]},
            {"value": True},
            {"text": "neuro"},
            {"value": "1"},
            {"text": "An essay."},
        ),
        start=1,
    ):
        body = {"answer": answer, "confidence": 2, "flagged": True, "sequence": 0}
        reply = client.put(f"{path}answers/{slot}/", body, content_type="application/json")
        assert reply.status_code == 200, reply.content
        assert leaks(reply, TOKENS) == []
        for refused in (
            client.post(f"{path}check/{slot}/", {}, content_type="application/json"),
            client.post(f"/attempts/{attempt.pk}/check/{slot}/", {}),
        ):
            assert refused.status_code < 500
            assert leaks(refused, TOKENS) == []
    assert assert_tight(client, doors) > 8
    submitted = client.post(f"{path}submit/", {}, content_type="application/json")
    assert submitted.status_code == 200
    assert submitted.json()["score"] is None
    assert leaks(submitted, TOKENS) == []
    assert assert_tight(client, doors) > 8


def test_the_canaries_are_seen_once_it_is_released(setting) -> None:
    """The control: the same crawl must find them when they may be told."""
    attempt = make.finished(setting.student, setting.quiz, now=timezone.now())
    Quiz.objects.filter(pk=setting.quiz.pk).update(
        opens_at=timezone.now() - timedelta(hours=3), closes_at=timezone.now() - timedelta(hours=1)
    )
    replies = crawl(setting.client, setting.attempt_doors(attempt))
    found = {token for reply in replies.values() for token in leaks(reply, TOKENS)}
    assert found == set(TOKENS)


def test_an_exam_only_bank_shows_nothing_outside_its_attempts(ada, ben, cora, signed_in) -> None:
    source = make.source(owner=cora)
    bank = make.bank(cora, use="exam")
    now = timezone.now()
    quiz = make.quiz(cora, questions(bank, source), mode="exam", closes_at=now + timedelta(hours=1))
    setting = Setting(ben, signed_in(ben), quiz, source)
    make.finished(ada, quiz, now=now)
    assert assert_tight(setting.client, setting.doors, (*TOKENS, STEM)) > 6
    assert assert_tight(Client(), setting.doors, (*TOKENS, STEM)) > 2


def normalised(reply: Any) -> tuple[int, str]:
    """A reply without what differs by nature: numbers of rows, times, tokens of forms."""
    text = reply.content.decode()
    text = re.sub(
        r'(csrfmiddlewaretoken" value=|nonce=|data-key=|data-queue-key=)"[^"]+"', r'\1""', text
    )
    text = re.sub(
        r"quiz-\d+|Quiz \d+|text-\d+|Text \d+|bank-\d+|question-\d+|attempts/\d+", "N", text
    )
    text = re.sub(r"\d{4}-\d\d-\d\d[T ][0-9:.]+(Z|\+00:00)?|\d\d:\d\d(:\d\d)?", "T", text)
    text = re.sub(r'"(id|user_id|question)": ?\d+', '"N"', text)
    return reply.status_code, text


def test_replies_are_equal_whichever_option_is_right(ada, ben, cora, signed_in, settings) -> None:
    """Twins: two exams that differ only in which option is the key."""
    now = timezone.now()
    source = make.source(owner=cora)
    walks = []
    for student, right in ((ada, 0), (ben, 1)):
        asked = questions(make.bank(cora, use="exam"), source, right=right)
        quiz = make.quiz(
            cora, asked, mode="exam", shuffle_options=False, closes_at=now + timedelta(hours=1)
        )
        User.objects.filter(pk=student.pk).update(name="Twin")
        client = signed_in(student)
        attempt, _started = services.start_attempt(user=student, quiz=quiz, now=now)
        path, api = f"/attempts/{attempt.pk}/", f"/api/v1/attempts/{attempt.pk}/"
        replies = [client.get(path), client.get(api)]
        for slot, answer in ((1, {"choice": "a"}), (2, {"choices": ["a"]}), (3, {"value": True})):
            body = {"answer": answer, "confidence": None, "flagged": False, "sequence": 0}
            replies.append(
                client.put(f"{api}answers/{slot}/", body, content_type="application/json")
            )
        replies += [client.get(f"{path}summary/"), client.get(path)]
        replies.append(client.post(f"{api}submit/", {}, content_type="application/json"))
        replies += [client.get(f"{path}{page}") for page in ("result/", "review/")]
        replies += [client.get(f"{api}review/"), client.get(f"/quizzes/{quiz.slug}/")]
        replies += [client.get("/progress/"), client.get("/"), client.get("/api/v1/attempts/")]
        walks.append(replies)
    assert Slot.objects.count() == 12
    for one, other in zip(*walks, strict=True):
        assert one.status_code < 400, (one.request["PATH_INFO"], one.content[:200])
        assert normalised(one) == normalised(other), one.request["PATH_INFO"]
        assert len(one.content) == pytest.approx(len(other.content), abs=12)
        assert one.get("ETag") == other.get("ETag")
