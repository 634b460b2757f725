"""Run inside the site: a bank of 20,000 questions, 2,000,000 responses, a student's 1,000 attempts.

The questions hang on the shipped texts and the attempts are at the shipped quizzes, so that pages
show as much as before: only what is behind them grows.
"""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import User
from benchmarks.longtext import _session
from quizzes.assessments.models import Mode, Quiz, QuizState
from quizzes.attempts import services
from quizzes.bank.models import (
    Option,
    Question,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
    VersionState,
)
from quizzes.db.planner import gather_statistics
from quizzes.material.models import Passage, Source

QUESTIONS, RESPONSES, ATTEMPTS, ASKED = 20_000, 2_000_000, 1_000, 20
BEFORE = 5  # attempts at each quiz on the shipped bank: enough for pages to show as many as later
OTHERS = 100  # attempts of each other student
FROM = 1_000  # the first number of the attempts made here
AT_ONCE = 2_000


def open_shelf() -> str:
    """Let a student take the shipped practice quizzes; return a session and the pages, as JSON."""
    now = timezone.now()
    student = User.objects.create(login="scale", password="!")
    for turn in range(BEFORE):
        for quiz in Quiz.objects.filter(
            mode=Mode.PRACTICE, state=QuizState.PUBLISHED, reader_source=None
        ):
            at = now - timedelta(days=3 + turn)
            attempt, _ = services.start_attempt(user=student, quiz=quiz, now=at)
            services.finish(attempt_id=attempt.pk, now=at)
    text = Source.objects.published().order_by("slug").first()
    assert text is not None
    pages = {
        "Today": "/",
        "Library": "/library/",
        "reader": text.get_absolute_url(),
        "progress": "/progress/",
    }
    size = f"{QUESTIONS:,} questions, {RESPONSES:,} responses, {ATTEMPTS:,} attempts of the student"
    return json.dumps({"session": _session(student), "pages": pages, "size": size})


def grow(questions: int = QUESTIONS, responses: int = RESPONSES, attempts: int = ATTEMPTS) -> None:
    versions = _questions(questions)
    student = User.objects.get(login="scale")
    others = (responses // ASKED - attempts) // OTHERS
    User.objects.bulk_create(User(login=f"scale-{n}", password="!") for n in range(others))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_number (i INTEGER PRIMARY KEY)")
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
            " INSERT INTO bench_number SELECT i FROM n",
            [attempts],
        )
        cursor.execute("CREATE TABLE bench_version (place INTEGER PRIMARY KEY, version INTEGER)")
        cursor.executemany("INSERT INTO bench_version VALUES (%s, %s)", list(enumerate(versions)))
        quizzes = Quiz.objects.filter(
            mode=Mode.PRACTICE, state=QuizState.PUBLISHED, reader_source=None
        )
        cursor.execute("CREATE TABLE bench_quiz (place INTEGER PRIMARY KEY, quiz INTEGER)")
        cursor.executemany(
            "INSERT INTO bench_quiz VALUES (%s, %s)",
            list(enumerate(quizzes.values_list("pk", flat=True))),
        )
        for statement in _statements(student.pk, attempts, len(versions), quizzes.count()):
            cursor.execute(statement)
    gather_statistics()


def _questions(count: int) -> list[int]:
    """Write a bank so large that with the shipped one it has `count` questions; return versions."""
    bank = QuestionBank.objects.create(slug="scale", title="A large bank")
    passages = list(
        Passage.objects.filter(edition__in=Source.objects.published().values("edition"))
    )
    made: list[int] = []
    rest = count - Question.objects.count()
    for start in range(0, rest, AT_ONCE):
        places = range(start, min(rest, start + AT_ONCE))
        questions = Question.objects.bulk_create(
            Question(bank=bank, type="true_false", slug=f"question-{n}") for n in places
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
        QuestionAnchor.objects.bulk_create(
            _anchor(one, passages[n % len(passages)], n // len(passages))
            for n, one in zip(places, versions, strict=True)
        )
        made += [one.pk for one in versions]
    return made


def _anchor(version: QuestionVersion, passage: Passage, turn: int) -> QuestionAnchor:
    words = passage.plain.split()
    first = turn % max(1, len(words) - 8)
    start = len(" ".join(words[:first])) + (first > 0)
    quote = passage.plain[start:][: len(" ".join(words[first : first + 8]))]
    return QuestionAnchor(
        version=version, edition_id=passage.edition_id, passage=passage, quote=quote, start=start
    )


def _statements(student: int, attempts: int, versions: int, quizzes: int) -> list[str]:
    """An attempt asks twenty questions, one after the other in the bank; most answers are right."""
    at = f"'{timezone.now() - timedelta(days=2):%Y-%m-%d %H:%M:%S}'"
    cast = "" if connection.vendor == "sqlite" else "::timestamptz"
    json_cast = "" if connection.vendor == "sqlite" else "::jsonb"
    at, order, answer = f"{at}{cast}", f"'[0, 1]'{json_cast}", f"""'{{"value": true}}'{json_cast}"""
    return [
        f"""
        INSERT INTO quizzes_attempt (user_id, quiz_id, number, preview, state, seed, started_at,
            finished_at, score, max_score, needs_marking)
        SELECT u.id, q.quiz, {FROM} + n.i, false, 'finished', 1, {at}, {at}, 14, {ASKED}, false
        FROM accounts_user u CROSS JOIN bench_number n
        JOIN bench_quiz q ON q.place = n.i % {quizzes}
        WHERE u.login LIKE 'scale%'
            AND n.i < CASE WHEN u.id = {student} THEN {attempts} ELSE {OTHERS} END
        """,
        f"""
        INSERT INTO quizzes_attemptquestion (attempt_id, slot, version_id, "order", max_mark,
            sequence, state, answer, confidence, flagged, tries)
        SELECT a.id, s.i, v.version, {order}, 1, 1, 'finished', {answer}, 2, false, 1
        FROM quizzes_attempt a CROSS JOIN bench_number s
        JOIN bench_version v
            ON v.place = ((a.number - {FROM}) * {ASKED} + s.i + a.user_id * 7) % {versions}
        WHERE a.number >= {FROM} AND s.i BETWEEN 1 AND {ASKED}
        """,
        f"""
        INSERT INTO quizzes_response (question_id, number, sequence, answer, confidence,
            submitted_at, released_at, outcome_sent_at)
        SELECT q.id, 1, 1, {answer}, 2, {at}, {at}, {at}
        FROM quizzes_attempt a JOIN quizzes_attemptquestion q ON q.attempt_id = a.id
        WHERE a.number >= {FROM}
        """,
        f"""
        INSERT INTO quizzes_grade (response_id, number, raw_fraction, fraction, ruleset, feedback,
            feedback_html, reason, graded_at)
        SELECT r.id, 1, CASE WHEN r.id % 10 < 7 THEN 1 ELSE 0 END,
            CASE WHEN r.id % 10 < 7 THEN 1 ELSE 0 END, '1', '', '', '', {at}
        FROM quizzes_attempt a JOIN quizzes_attemptquestion q ON q.attempt_id = a.id
        JOIN quizzes_response r ON r.question_id = q.id
        WHERE a.number >= {FROM}
        """,
        f"""
        INSERT INTO quizzes_questionrecord (user_id, question_id, first_response_id, first_at,
            first_fraction, last_response_id, last_version_id, last_at, last_fraction,
            last_confidence, last_blank, flagged, note)
        SELECT a.user_id, v.question_id, r.id, {at}, g.fraction, r.id, v.id, {at}, g.fraction, 2,
            false, false, ''
        FROM quizzes_attempt a JOIN quizzes_attemptquestion q ON q.attempt_id = a.id
        JOIN quizzes_response r ON r.question_id = q.id
        JOIN quizzes_grade g ON g.response_id = r.id
        JOIN quizzes_questionversion v ON v.id = q.version_id
        WHERE a.number >= {FROM} AND a.user_id <> {student}
        """,
        f"""
        INSERT INTO quizzes_incominganswer (user_id, response_id)
        SELECT a.user_id, r.id
        FROM quizzes_attempt a JOIN quizzes_attemptquestion q ON q.attempt_id = a.id
        JOIN quizzes_response r ON r.question_id = q.id
        WHERE a.number >= {FROM} AND a.user_id = {student}
        """,
    ]
