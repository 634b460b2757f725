"""Run inside the site: a text of 20,000 words, 1,000 questions, and a reader who answered all."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from decimal import Decimal
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.models import EDUCATOR, User
from accounts.services import set_roles
from quizzes.assessments import review_options
from quizzes.assessments.models import Quiz, QuizState
from quizzes.attempts.models import Attempt, AttemptQuestion, Grade, Response
from quizzes.bank.models import (
    Option,
    Question,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
    VersionState,
)
from quizzes.db.planner import gather_statistics
from quizzes.material.models import Audience, Edition, Passage, Section, Source
from quizzes.reader.models import Annotation

SLUG = "long-text"
PASSAGES, WORDS, QUESTIONS, SECTIONS, NOTES = 250, 80, 1_000, 25, 40
_SYLLABLES = ("ke", "ta", "mi", "ne", "glu", "ra", "so", "lu", "ve", "do", "pa", "ri")


def open_text() -> str:
    """Make the text, its questions and its readers; return what a benchmark needs as JSON."""
    passages = _text()
    owner = User.objects.create(login="reads-as-author", password="!")
    set_roles(user=owner, roles=[EDUCATOR], by=None)
    owner = User.objects.get(pk=owner.pk)
    reader = User.objects.create(login="reads-as-student", password="!")
    versions = _questions(passages, owner)
    _answers(reader, versions, owner)
    _notes(reader, passages)
    gather_statistics()
    return json.dumps(
        {
            "slug": SLUG,
            "words": PASSAGES * WORDS,
            "questions": QUESTIONS,
            "student": _session(reader),
            "author": _session(owner),
        }
    )


def _text() -> list[Passage]:
    words = random.Random(7)
    source = Source.objects.create(slug=SLUG, title="A long text", audience=Audience.PUBLIC)
    edition = Edition.objects.create(source=source, number=1, checksum="0" * 64)
    sections = Section.objects.bulk_create(
        Section(edition=edition, position=n, title=f"Part {n}", slug=f"part-{n}")
        for n in range(1, SECTIONS + 1)
    )
    texts = [" ".join(_word(words) for _ in range(WORDS)) + "." for _ in range(PASSAGES)]
    passages = Passage.objects.bulk_create(
        Passage(
            edition=edition,
            section=sections[n * SECTIONS // PASSAGES],
            key=f"p{n}",
            position=n + 1,
            text=text,
            plain=text,
            html=f"<p>{text}</p>",
        )
        for n, text in enumerate(texts)
    )
    Source.objects.filter(pk=source.pk).update(edition=edition)
    return passages


def _word(words: random.Random) -> str:
    return "".join(words.choice(_SYLLABLES) for _ in range(words.randint(1, 4)))


def _questions(passages: list[Passage], owner: User) -> list[QuestionVersion]:
    bank = QuestionBank.objects.create(slug=SLUG, title="Questions on a long text")
    bank.owners.add(owner)
    questions = Question.objects.bulk_create(
        Question(bank=bank, type="true_false", slug=f"question-{n}") for n in range(QUESTIONS)
    )
    versions = QuestionVersion.objects.bulk_create(
        QuestionVersion(
            question=one,
            number=1,
            state=VersionState.READY,
            stem=f"Statement {one.slug}.",
            stem_html=f"<p>Statement {one.slug}.</p>",
        )
        for one in questions
    )
    Option.objects.bulk_create(
        Option(version=one, position=place, text=text, text_html=text, fraction=1 - place)
        for one in versions
        for place, text in enumerate(("True", "False"))
    )
    anchors = []
    for n, one in enumerate(versions):
        passage = passages[n % PASSAGES]
        start = passage.plain.index(" ", 90 * (n // PASSAGES)) + 1
        quote = " ".join(passage.plain[start:].split()[:8])
        anchors.append(
            QuestionAnchor(
                version=one, edition=passage.edition, passage=passage, quote=quote, start=start
            )
        )
    QuestionAnchor.objects.bulk_create(anchors)
    return versions


def _answers(reader: User, versions: list[QuestionVersion], owner: User) -> None:
    """Let the reader have answered every question, twenty an attempt, two days ago."""
    at = timezone.now() - timedelta(days=2)
    luck = random.Random(7)
    for place in range(0, len(versions), 20):
        quiz = Quiz.objects.create(
            slug=f"{SLUG}-{place}",
            title=f"Part {place}",
            state=QuizState.PUBLISHED,
            owner=owner,
            review=review_options.preset("practice"),
        )
        some = versions[place : place + 20]
        attempt = Attempt.objects.create(
            user=reader,
            quiz=quiz,
            number=1,
            state="finished",
            seed=1,
            started_at=at,
            finished_at=at,
            score=Decimal(0),
            max_score=Decimal(len(some)),
        )
        asked = AttemptQuestion.objects.bulk_create(
            AttemptQuestion(
                attempt=attempt,
                slot=slot,
                version=one,
                order=[0, 1],
                max_mark=1,
                state="finished",
                answer={"value": True},
            )
            for slot, one in enumerate(some, start=1)
        )
        responses = Response.objects.bulk_create(
            Response(
                question=one,
                number=1,
                sequence=1,
                answer={"value": True},
                submitted_at=at,
                released_at=at,
            )
            for one in asked
        )
        Grade.objects.bulk_create(
            Grade(response=one, number=1, fraction=int(luck.random() < 0.7), graded_at=at)
            for one in responses
        )


def _notes(reader: User, passages: list[Passage]) -> None:
    now = timezone.now()
    Annotation.objects.bulk_create(
        Annotation(
            user=reader,
            source=passage.edition.source,
            edition=passage.edition,
            passage_key=passage.key,
            quote=" ".join(passage.plain.split()[:5]),
            note="A note.",
            created_at=now,
            changed_at=now,
        )
        for passage in passages[:NOTES]
    )


def _session(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
