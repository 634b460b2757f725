"""What is told when: question by question, try by try, and item by item of the review options."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from quizzes.assessments.review_options import ITEMS, MOMENTS
from quizzes.attempts import services
from quizzes.attempts.models import Attempt, AttemptQuestion
from quizzes.bank.drafts import OptionDraft
from tests import make
from tests.security.crawl import leaks

pytestmark = pytest.mark.django_db


def options(slot: int) -> tuple[OptionDraft, ...]:
    """The first is right; each says in its rationale which it is."""
    return tuple(
        OptionDraft(f"Option {index}", Decimal(index == 0), f"secret-{slot} rationale-{index}.")
        for index in range(3)
    )


def started(owner: Any, student: Any, **fields: Any) -> Attempt:
    """An attempt at two single choices with two hints each."""
    bank = make.bank(owner)
    asked = [
        make.question(
            bank,
            options=options(slot),
            hints=(f"secret-{slot} hint-1.", f"secret-{slot} hint-2."),
            explanation=f"secret-{slot} explanation.",
        )
        for slot in (1, 2)
    ]
    quiz = make.quiz(owner, asked, shuffle_options=False, **fields)
    return services.start_attempt(user=student, quiz=quiz, now=timezone.now())[0]


class Taker:
    """Answers and checks, by the pages or by the API; `seen` is all that was told so far."""

    def __init__(self, client: Any, attempt: Attempt, door: str) -> None:
        self.client, self.attempt, self.door = client, attempt, door
        self.told: list[Any] = []

    def check(self, slot: int, key: str) -> Any:
        question = AttemptQuestion.objects.get(attempt=self.attempt, slot=slot)
        if self.door == "pages":
            form = {f"q{slot}-sequence": question.sequence, f"q{slot}-choice": key}
            path = f"/attempts/{self.attempt.pk}/check/{slot}/"
            self.told.append(self.client.post(path, form, headers={"X-Fragment": "question"}))
        else:
            path = f"/api/v1/attempts/{self.attempt.pk}/"
            body = {"answer": {"choice": key}, "sequence": question.sequence}
            self.told.append(self.client.put(f"{path}answers/{slot}/", body, "application/json"))
            self.told.append(self.client.post(f"{path}check/{slot}/", {}, "application/json"))
        assert self.told[-1].status_code == 200, self.told[-1].content
        return self.told[-1]

    def seen(self, slot: int) -> set[str]:
        """Which secrets of a slot have been told: by the steps, and by all pages now."""
        pk = self.attempt.pk
        doors = (f"/attempts/{pk}/", f"/attempts/{pk}/summary/", f"/api/v1/attempts/{pk}/")
        replies = self.told + [self.client.get(door) for door in doors]
        secrets = ("hint-1", "hint-2", "rationale-0", "rationale-1", "rationale-2", "explanation")
        tokens = [f"secret-{slot} {secret}." for secret in secrets]
        return {token.split()[1][:-1] for reply in replies for token in leaks(reply, tokens)}


EVERYTHING = {"rationale-0", "rationale-1", "rationale-2", "explanation"}


@pytest.mark.parametrize("door", ["pages", "api"])
def test_a_hint_is_told_after_a_wrong_try_and_the_rest_at_the_end(
    door: str, ada, cora, signed_in
) -> None:
    attempt = started(cora, ada, behaviour="interactive")
    taker = Taker(signed_in(ada), attempt, door)
    assert taker.seen(1) == set()
    taker.check(1, "b")
    assert taker.seen(1) == {"hint-1"}
    taker.check(1, "b")  # the same answer again is no try
    assert taker.seen(1) == {"hint-1"}
    taker.check(1, "c")
    assert taker.seen(1) == {"hint-1", "hint-2"}
    taker.check(1, "b")
    last = {"rationale-1"} if door == "api" else set()
    assert taker.seen(1) == {"hint-1", "hint-2"} | EVERYTHING | last
    assert taker.seen(2) == set()


@pytest.mark.parametrize("door", ["pages", "api"])
def test_a_check_tells_of_its_own_question_alone(door: str, ada, cora, signed_in) -> None:
    taker = Taker(signed_in(ada), started(cora, ada), door)
    taker.check(1, "b")
    assert taker.seen(1) == EVERYTHING
    assert taker.seen(2) == set()


@pytest.mark.parametrize("door", ["pages", "api"])
@pytest.mark.parametrize("behaviour", ["immediate", "interactive"])
def test_a_check_tells_nothing_where_nothing_may_be_told_during(
    door: str, behaviour: str, ada, cora, signed_in
) -> None:
    """Right or wrong, the reply is the same: no hint, number of tries or state gives it away."""
    review = {"during": ["attempt", "max_marks"], "just_after": list(ITEMS)}
    replies = []
    for key in ("a", "b"):
        attempt = started(cora, ada, behaviour=behaviour, review=review)
        taker = Taker(signed_in(ada), attempt, door)
        replies.append(taker.check(1, key))
        assert taker.seen(1) == set()
        question = AttemptQuestion.objects.get(attempt=attempt, slot=1)
        replies.append((question.state, question.tries))
    (right, right_state), (wrong, wrong_state) = replies[:2], replies[2:]
    assert right_state == wrong_state
    if door == "api":
        assert right.content == wrong.content
    else:
        assert right.content.count(b"checked") == wrong.content.count(b"checked")
        assert (b"Not quite" in right.content) == (b"Not quite" in wrong.content) is False


# Item of the review options: what shows it on the review page and in the API, and there only.
SHOWN = {
    "max_marks": (None, lambda told: told["max_score"] == 14.0),
    "marks": ("14, 50%", lambda told: told["score"] == 7.0),
    "correctness": ("Not quite.", lambda told: told["questions"][1]["verdict"] == "wrong"),
    "specific_feedback": (
        "secret-2 rationale-1.",
        lambda told: "secret-2" in (told["questions"][1]["options"][1]["rationale"] or ""),
    ),
    "general_feedback": (
        "secret-2 explanation.",
        lambda told: told["questions"][1]["explanation"] is not None,
    ),
    "right_answer": (None, lambda told: told["questions"][1]["correct_answer"] is not None),
}


def test_the_review_tells_item_by_item(ada, cora, signed_in) -> None:
    """The release matrix: each item alone shows itself, on the pages and in the API alike."""
    attempt = finished(cora, ada)
    client = signed_in(ada)
    for item in (*SHOWN, None):
        attempt.quiz.review["just_after"] = ["attempt", item] if item else ["attempt"]
        attempt.quiz.save(update_fields=["review"])
        page = "".join(
            client.get(f"/attempts/{attempt.pk}/{name}/").content.decode()
            for name in ("result", "review")
        )
        told = client.get(f"/api/v1/attempts/{attempt.pk}/review/").json()
        for other, (words, in_api) in SHOWN.items():
            assert in_api(told) == (other == item), (item, other)
            if words is not None:
                assert (words in page) == (other == item), (item, other)


@pytest.mark.parametrize("moment", ["during", "just_after", "later", "after_close"])
def test_nothing_is_told_at_a_moment_that_tells_nothing(moment: str, ada, cora, signed_in) -> None:
    """Every other moment tells all; in this one not even the questions are shown again."""
    attempt = finished(cora, ada) if moment != "during" else started(cora, ada)
    now = timezone.now()
    quiz = attempt.quiz
    quiz.review = {other: list(ITEMS) for other in MOMENTS if other != moment}
    quiz.opens_at = now - timedelta(days=2)
    quiz.closes_at = now - timedelta(days=1) if moment == "after_close" else None
    quiz.save()
    if moment in ("later", "after_close"):
        Attempt.objects.filter(pk=attempt.pk).update(finished_at=now - timedelta(hours=1))
    client = signed_in(ada)
    pages = ("", "summary/", "result/", "review/")
    doors = [f"/attempts/{attempt.pk}/{page}" for page in pages]
    doors += [f"/api/v1/attempts/{attempt.pk}/{page}" for page in ("", "review/")]
    doors += [f"/quizzes/{quiz.slug}/", "/progress/", "/", "/api/v1/attempts/", "/library/"]
    replies = [client.get(door, follow=True) for door in doors]
    for reply in replies:
        assert leaks(reply, ["secret", "Not quite", "50%", "7.00"]) == [], reply.request
        if moment != "during":
            assert leaks(reply, ["What is asked"]) == [], reply.request
    if moment == "during":
        return
    told = client.get(f"/api/v1/attempts/{attempt.pk}/review/").json()
    assert (told["score"], told["max_score"], told["questions"]) == (None, None, None)
    assert client.get(f"/api/v1/attempts/{attempt.pk}/").json()["questions"] is None


def finished(owner: Any, student: Any) -> Attempt:
    """A homework of two questions worth 7 each: the first right, the second wrong."""
    attempt = started(owner, student, mode="homework")
    attempt.questions.update(max_mark=7)
    Attempt.objects.filter(pk=attempt.pk).update(max_score=14)
    now = timezone.now()
    make.answers(attempt, slots=[1], now=now)
    make.answers(attempt, slots=[2], right=False, now=now)
    return services.finish(attempt_id=attempt.pk, now=now)
