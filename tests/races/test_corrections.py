"""A key is corrected while a class submits, by two educators at the same moment."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack

import pytest

from tests.operations.site import ROOT, Site

pytestmark = pytest.mark.race
FINISHING, EACH = 5, 10

SCHOOL = """
import json
from accounts.models import EDUCATOR, User
from accounts.services import set_roles
from quizzes.attempts import services
from quizzes.attempts.taking.saving import Change
from tests import make
from tests.make import NOON

educators = [User.objects.create_user(name, None) for name in ("cora", "dana")]
for one in educators:
    set_roles(user=one, roles=[EDUCATOR], by=None)
bank = make.bank(educators[0])
bank.owners.add(educators[1])
question = make.question(bank)
quiz = make.quiz(educators[0], [question])
opened = []
for number in range({count}):
    user = User.objects.create_user(f"student-{{number}}", None)
    attempt = make.attempt(user, quiz)
    one = attempt.questions.get()
    answer = {{"choice": "abc"[one.order.index(0)]}}
    services.save_answers(user_id=user.pk, attempt_id=attempt.pk,
        changes=[Change(1, answer, None, False, one.sequence)], now=NOON)
    if number % 2:
        services.finish(attempt_id=attempt.pk, now=NOON)
    else:
        opened.append(attempt.pk)
print(json.dumps({{"question": question.pk, "open": opened,
    "educators": [one.pk for one in educators]}}))
"""
FINISH = """
import sys
from django.utils import timezone
from quizzes.attempts import services
sys.stdin.readline()
for pk in {attempts}:
    services.finish(attempt_id=pk, now=timezone.now())
"""
CORRECT = """
import sys
from django.utils import timezone
from accounts.models import User
from quizzes.attempts.grading.correcting import correct_key
from quizzes.bank.corrections.services import StaleBase, Wanted
from quizzes.bank.models import Question
question = Question.objects.get(pk={question})
wanted = Wanted("change_key", "A misprint.", {{"fractions": {fractions}}})
by = User.objects.get(pk={by})
sys.stdin.readline()
try:
    effect = correct_key(question=question, wanted=wanted, by=by, now=timezone.now())
    print("same" if effect.same else "corrected")
except StaleBase:
    print("stale")
"""
OUTCOME = """
import json
from collections import Counter
from django.db.models import Count
from django.utils import timezone
from quizzes.attempts.grading.regrading import regrade_due
from quizzes.attempts.models import Attempt, Grade
from quizzes.bank.corrections.models import KeyCorrection
regrade_due(now=timezone.now())
print(json.dumps({
    "scores": [float(one) for (one,) in Attempt.objects.finished().values_list("score")],
    "corrections": KeyCorrection.objects.count(),
    "by_it": Grade.objects.filter(correction__isnull=False, fraction=1).count(),
    "grades": Grade.objects.count(),
}))
"""


def at_once(site: Site, *programs: str) -> list[str]:
    """Start every program, let all go on at the same moment, and return what they print."""
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
                    cwd=ROOT,
                    env=site.variables,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            for program in programs
        ]
        for one in running:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        said = [one.communicate(timeout=120) for one in running]
        assert [one.returncode for one in running] == [0] * len(running), said
        return [out.strip() for out, _errors in said]


def test_fifty_finishes_during_a_correction_are_all_right(site: Site) -> None:
    count = 2 * FINISHING * EACH
    school = json.loads(site.python(SCHOOL.format(count=count)))
    shares = [school["open"][start::FINISHING] for start in range(FINISHING)]
    corrections = [
        CORRECT.format(question=school["question"], fractions="['1', '0', '0']", by=by)
        for by in school["educators"]
    ]
    said = at_once(site, *(FINISH.format(attempts=share) for share in shares), *corrections)
    assert sorted(said[FINISHING:]) == ["corrected", "same"]
    outcome = json.loads(site.python(OUTCOME))
    assert outcome["corrections"] == 1
    assert outcome["scores"] == [1.0] * count
    # Each was graded by the new key once, whether at its finish or afterwards.
    assert outcome["by_it"] == count


def test_of_two_different_corrections_at_the_same_moment_one_is_refused(site: Site) -> None:
    school = json.loads(site.python(SCHOOL.format(count=4)))
    first, second = school["educators"]
    keys = ((first, "['1', '0', '0']"), (second, "['0', '0', '1']"))
    said = at_once(
        site,
        *(CORRECT.format(question=school["question"], fractions=key, by=by) for by, key in keys),
    )
    assert sorted(said) == ["corrected", "stale"]
    assert json.loads(site.python(OUTCOME))["corrections"] == 1
