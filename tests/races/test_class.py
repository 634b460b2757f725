"""A class at work: everybody at once, twice, and one process killed in the middle of it."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.operations.site import Site
from tests.races.school import Record, Student, enrol, served, server_errors

pytestmark = pytest.mark.race
STUDENTS, ANSWERS, AT_ONCE = 200, 5, 24
MEMORY = """
import json
import sys
from django.db.models import Count
from quizzes.attempts.models import Attempt, Grade, Response, Save
from quizzes.insight.models import IncomingAnswer
print(json.dumps({
    "attempts": Attempt.objects.count(),
    "open": Attempt.objects.open().count(),
    "students": Attempt.objects.values("user").distinct().count(),
    "graded": {
        str(pk): grades for pk, grades in Attempt.objects.values_list("pk").annotate(
            grades=Count("questions__responses__grades"))
    },
    "answers": [
        [attempt, slot, answer] for attempt, slot, answer in Response.objects.values_list(
            "question__attempt", "question__slot", "answer")
    ],
    "saves": Save.objects.count(),
    "unsent": Response.objects.filter(outcome_sent_at=None).count(),
    "inbox": sorted(IncomingAnswer.objects.values_list("response", flat=True)),
    "responses": sorted(Response.objects.values_list("pk", flat=True)),
}))
"""


def work(student: Student, slug: str, number: int) -> dict[str, Any]:
    """One student's quiz: start twice at once, answer, finish three times at once."""
    with ThreadPoolExecutor(3) as tabs:
        path = f"/api/v1/quizzes/{slug}/attempts/"
        starts = list(
            tabs.map(lambda tab: tab.send("start", "POST", path), [student, student.twin()])
        )
        attempt = starts[0][1]["id"]
        for slot in range(1, ANSWERS + 1):
            answer = {"choice": "abc"[(number + slot) % 3]}
            status, reply = student.send(
                "save",
                "PUT",
                f"/api/v1/attempts/{attempt}/answers/{slot}/",
                {"answer": answer, "confidence": None, "flagged": False, "sequence": 0},
            )
            if status == 200 and reply["sequence"] == 1:
                student.record.acknowledged[attempt, slot] = answer
        path = f"/api/v1/attempts/{attempt}/submit/"
        finishes = list(
            tabs.map(
                lambda tab: tab.send("finish", "POST", path),
                [student, student.twin(), student.twin()],
            )
        )
    return {"starts": starts, "finishes": finishes}


def test_a_class_loses_nothing_when_a_process_is_killed(site: Site, capsys) -> None:
    school = enrol(site, students=STUDENTS, questions=ANSWERS, attempts_allowed=1)
    record = Record()
    with served(site) as (port, kill_a_worker):
        students = [Student(pk, key, port, record) for pk, key in school["sessions"]]
        with ThreadPoolExecutor(AT_ONCE) as room:
            work_done = [
                room.submit(work, student, school["slug"], number)
                for number, student in enumerate(students)
            ]
            # In the middle of it: when a third of the class has submitted.
            for one in work_done[: STUDENTS // 3]:
                one.result()
            kill_a_worker()
            quizzes = [one.result() for one in work_done]
        memory = json.loads(site.python(MEMORY))

    with capsys.disabled():
        sys.stdout.write(f"\n  {STUDENTS} students: {record}\n")
    assert set(record.statuses) <= {200, 201}, record.statuses
    assert record.dropped > 0, "the kill hit nobody, so the test shows nothing"
    assert len(record.acknowledged) == STUDENTS * ANSWERS
    stored = {(attempt, slot): answer for attempt, slot, answer in memory["answers"]}
    assert {key: stored.get(key) for key in record.acknowledged} == record.acknowledged
    assert memory["saves"] == STUDENTS * ANSWERS
    assert (memory["attempts"], memory["students"], memory["open"]) == (STUDENTS, STUDENTS, 0)
    assert set(memory["graded"].values()) == {ANSWERS}
    # Every outcome was sent, and once: nothing has opened a page that empties the inbox.
    assert memory["unsent"] == 0
    assert memory["inbox"] == memory["responses"]
    for quiz in quizzes:
        assert len({reply["id"] for _status, reply in quiz["starts"]}) == 1
        assert quiz["finishes"][0] == quiz["finishes"][1] == quiz["finishes"][2]
    assert server_errors(site) == []
