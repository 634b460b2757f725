"""What a student calls before the release tells nothing of the key: canaries on every route."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from quizzes.assessments import review_options
from quizzes.bank.drafts import AnchorDraft, OptionDraft
from quizzes.bank.models import Question
from tests import make
from tests.api.conftest import Caller
from tests.security.crawl import leaks

pytestmark = pytest.mark.django_db
Callers = Callable[[Any], Caller]
KEY, NUMBER = "canarykey", "73519.25"


def paper(cora: User, *, right: int) -> list[Question]:
    """One question of every type; all that may not be shown carries a canary."""
    bank, text = make.bank(cora, use="exam"), make.source(owner=cora)

    def options(*texts: str) -> tuple[OptionDraft, ...]:
        return tuple(
            OptionDraft(one, Decimal(index == right % len(texts)), f"{KEY} rationale")
            for index, one in enumerate(texts)
        )

    kinds: dict[str, dict[str, Any]] = {
        "single_choice": {"options": options("Amber", "Beryl", "Coral")},
        "multiple_choice": {
            "options": options("Amber", "Beryl", "Coral"),
            "params": {"grading": "scaled_net"},
        },
        "true_false": {"options": options("True", "False")},
        "short_answer": {"options": (OptionDraft(f"{KEY}accepted", Decimal(1), f"{KEY} why"),)},
        "numeric": {"params": {"value": NUMBER, "tolerance": 0}, "options": ()},
        "essay": {"params": {"rubric": f"{KEY} rubric", "max_words": 90}, "options": ()},
    }
    shared = {
        "explanation": f"{KEY} explanation",
        "caution": f"{KEY} caution",
        "hints": (f"{KEY} hint",),
        "anchors": (AnchorDraft(text.slug, "first-act", "blocks the NMDA receptor"),),
    }
    return [
        make.question(bank, type=kind, stem=f"Which {kind}?", slug=kind, **shared | fields)
        for kind, fields in kinds.items()
    ]


def life(caller: Caller, slug: str, *, looking: bool = True) -> list[Any]:
    """Everything a student may send about one attempt, looking around before and after the end."""
    started = caller.post(f"/quizzes/{slug}/attempts/", {})
    attempt = started.json()["id"]
    one = f"/attempts/{attempt}/"
    replies = [started, caller.post(f"/quizzes/{slug}/attempts/")]
    given = [
        {"choice": "a"}, {"choices": ["a"]}, {"value": True}, {"text": "guess"}, {"value": "1"},
        {"text": "words"},
    ]  # fmt: skip
    for slot, answer in enumerate(given, start=1):
        sent = {"answer": answer, "confidence": 3, "flagged": True, "sequence": 0}
        replies += [
            caller.put(f"{one}answers/{slot}/", sent),
            caller.put(f"{one}answers/{slot}/", sent | {"flagged": False}),
            caller.put(f"{one}answers/{slot}/", sent | {"answer": {"choice": "zz"}}),
            caller.put(f"{one}answers/", {"answers": [{"slot": slot, **sent, "confidence": 1}]}),
            caller.post(f"{one}check/{slot}/"),
        ]
    replies += looks(caller, one) if looking else []
    replies += [caller.post(f"{one}submit/"), caller.post(f"{one}submit/")]
    return replies + (looks(caller, one) if looking else [])


def looks(caller: Caller, one: str) -> list[Any]:
    """Everything a student may read, and the attempt with every parameter one could think of."""
    paths = ["/attempts/", "/quizzes/", "/questions/", "/banks/", "/me/", "/users/"]
    extras = ["", "?expand=key", "?fields=fraction", "?format=json", "?include=options", "?page=1"]
    paths += [path + extra for path in (one, f"{one}review/") for extra in extras]
    texts = caller.get("/materials/")
    paths += [f"/materials/{row['slug']}/" for row in texts.json()["results"]]
    return [texts, *(caller.get(path) for path in paths)]


@pytest.mark.parametrize("behaviour", ["deferred", "immediate", "interactive"])
def test_it_never_tells_the_key_before_the_release(
    behaviour: str, program: Callers, ada: User, cora: User
) -> None:
    closes = timezone.now() + timedelta(days=1)
    quiz = make.quiz(
        cora,
        paper(cora, right=0),
        mode="exam",
        behaviour=behaviour,
        closes_at=closes,
        review=review_options.preset("exam"),
    )
    for reply in life(program(ada), quiz.slug):
        assert reply.status_code < 500
        assert not leaks(reply, (KEY, NUMBER)), reply.request["PATH_INFO"]
        assert '"score": 1' not in reply.content.decode()


def test_it_has_a_detector_that_works(program: Callers, ada: User, cora: User) -> None:
    quiz = make.quiz(cora, paper(cora, right=0))
    replies = life(program(ada), quiz.slug)
    assert any(leaks(reply, (KEY,)) for reply in replies)


def test_it_replies_alike_whichever_option_is_right(
    program: Callers, ada: User, ben: User, cora: User
) -> None:
    """Twins: two quizzes equal but for the key get equal replies."""
    closes = timezone.now() + timedelta(days=1)
    shapes = []
    for student, right in ((ada, 0), (ben, 1)):
        quiz = make.quiz(
            cora,
            paper(cora, right=right),
            mode="exam",
            closes_at=closes,
            title="Twin",
            shuffle_options=False,
        )
        replies = life(program(student), quiz.slug, looking=False)
        shapes.append([normalised(reply.json()) for reply in replies])
    assert shapes[0] == shapes[1]


def normalised(value: Any) -> Any:
    """A reply without what differs between any two attempts: ids and times."""
    if isinstance(value, dict):
        own = {"id", "quiz", "started_at", "server_time", "saved_at", "finished_at", "deadline"}
        return {name: normalised(item) for name, item in value.items() if name not in own}
    return [normalised(item) for item in value] if isinstance(value, list) else value
