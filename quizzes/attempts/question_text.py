"""The result of a question of an attempt, in words.

Built here and not in the template, because a page has twenty questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.question_types.display import text
from quizzes.templatetags.passage import points

if TYPE_CHECKING:
    from quizzes.attempts.question_review import ReviewedSlot


def outcome(told: ReviewedSlot) -> str:
    """The verdict, where an answer that is right after earlier tries counts as right."""
    if told.verdict == "part" and told.tries > 1 and told.answer == told.correct_answer:
        return "right"
    return told.verdict or ""


def sentence(told: ReviewedSlot) -> str:
    """“Not quite. It is A.”, or nothing where correctness may not be shown."""
    if not told.verdict:
        return ""
    if outcome(told) == "right" and told.verdict == "part":
        return _("Right, on try %(n)s.") % {"n": told.tries}
    # The parts of a question are shown one by one below.
    correct = None if told.parts else told.correct_summary
    return text.sentence(told.verdict, told.right_keys, correct)


def remark(told: ReviewedSlot) -> str:
    """Further remarks: what grading noticed, a right guess, partial marks."""
    words = [told.grading_remark] if told.grading_remark else []
    if told.verdict == "right" and told.confidence == 1:
        words.append(_("You said you were guessing. This is worth a second look."))
    if told.verdict == "part" and told.mark is not None and told.max_mark is not None:
        marks = {"mark": points(told.mark), "most": points(told.max_mark)}
        whole = 1 if told.max_mark == 1 else 2  # 1.5 is a plural, too
        words.append(
            ngettext("%(mark)s of %(most)s mark", "%(mark)s of %(most)s marks", whole) % marks
        )
    return " ".join(words)


def name(told: ReviewedSlot) -> str:
    """“Question 3, partly right”: the label of one number in a list."""
    came_out = {
        "right": _("right"),
        "part": _("partly right"),
        "wrong": _("wrong"),
        "unanswered": _("not answered"),
    }.get(told.verdict or "", "" if told.answered else _("not answered"))
    numbered = _("Question %(n)s") % {"n": told.slot}
    return f"{numbered}, {came_out}" if came_out else numbered


def heading(told: ReviewedSlot) -> str:
    """“Question 3 of 20 · fairly sure · 1 of 1”"""
    parts = [_("Question %(n)s of %(total)s") % {"n": told.slot, "total": told.total}]
    if told.confidence:
        parts.append((_("guessing"), _("fairly sure"), _("certain"))[told.confidence - 1])
    if told.mark is not None and told.max_mark is not None and told.verdict != "part":
        marks = {"mark": points(told.mark), "most": points(told.max_mark)}
        parts.append(_("%(mark)s of %(most)s") % marks)
    return " · ".join(parts)
