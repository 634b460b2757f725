"""Regrading tries by the current key. Pure: tries and a key in, tries and new grades out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quizzes.attempts import behaviours, grading
from quizzes.attempts.grading.fold import Try
from quizzes.attempts.grading.tries import NewGrade
from quizzes.bank.corrections.state import Key
from quizzes.question_types.base import ONE


def is_stale(tries: Sequence[Try], key: Key) -> bool:
    """Whether a try was graded by an older key. A person's grade stays, whatever the key."""
    return any(one.correction_id != key.correction_id and not one.by_hand for one in tries)


def graded_anew(
    type_slug: str, order: Sequence[int], tries: Sequence[Try], key: Key, *, full_marks: bool
) -> tuple[list[Try], list[NewGrade]]:
    """Return the tries as they are now, and the grades to add for those graded by an older key.

    A try that is wrong by the new key costs later tries the penalty.
    """
    content = key.content.arranged(order)
    now: list[Try] = []
    grades: list[NewGrade] = []
    for one in tries:
        if one.by_hand:
            now.append(one)
            continue
        grade = grading.grade(type_slug, content, one.answer)
        wrong_before = sum(earlier.is_wrong for earlier in now)
        fraction = behaviours.apply_penalty(
            grade.fraction, penalty=content.penalty, tries_before=wrong_before
        )
        new = replace(
            one,
            raw=grade.fraction,
            fraction=ONE if full_marks else fraction,
            correction_id=key.correction_id,
        )
        if one.correction_id != key.correction_id:
            new = replace(new, grade_number=one.grade_number + 1)
            grades.append(
                NewGrade(
                    response_id=one.response_id,
                    number=new.grade_number,
                    raw=new.raw,
                    fraction=new.fraction,
                    parts=grade.parts,
                    feedback=grade.feedback,
                    correction_id=key.correction_id,
                )
            )
        now.append(new)
    return now, grades
