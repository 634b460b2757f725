"""The quizzes of a bank's folder, read. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from quizzes.assessments.drafts import QuizDraft, SlotDraft
from quizzes.interchange.bank_yaml.fields import Fields, Notes
from quizzes.interchange.bank_yaml.parts import slug_of
from quizzes.interchange.bank_yaml.tree import Node

_QUIZ = (
    "slug title description preset time_limit_s attempts_allowed pass_mark grading_method "
    "shuffle_questions shuffle_options audience state opens_at closes_at slots"
)
_SLOT = "question version draw bank count max_mark"
_DRAW = "topic level"
_DRAW_LIMIT = 100


def quiz(node: Node, notes: Notes) -> QuizDraft:
    fields = Fields(node, _QUIZ, notes)
    slots = [slot for table in fields.tables("slots", _SLOT) for slot in _slots(table, notes)]
    return QuizDraft(
        slug=slug_of(fields, "slug"),
        title=fields.line("title", required=True),
        description=fields.text("description"),
        preset=fields.line("preset", "practice"),
        time_limit_s=fields.integer("time_limit_s", None),
        attempts_allowed=fields.integer("attempts_allowed", 0) or 0,
        pass_mark=fields.decimal("pass_mark", None),
        grading_method=fields.line("grading_method", "highest"),
        shuffle_questions=fields.flag("shuffle_questions", False),
        shuffle_options=fields.flag("shuffle_options", True),
        audience=fields.line("audience", "everyone"),
        state=fields.line("state", "published"),
        opens_at=fields.moment("opens_at"),
        closes_at=fields.moment("closes_at"),
        slots=tuple(slots),
    )


def _slots(fields: Fields, notes: Notes) -> list[SlotDraft]:
    """Return the places one entry stands for: one, or as many as a draw counts."""
    slot = SlotDraft(
        question=fields.line("question"),
        version=fields.integer("version", None),
        bank=fields.line("bank"),
        max_mark=fields.decimal("max_mark", Decimal(1)) or Decimal(0),
    )
    count = fields.integer("count", 1) or 0
    if not 1 <= count <= _DRAW_LIMIT:
        fields.problem("count", _("A draw counts from 1 to %(n)d.") % {"n": _DRAW_LIMIT})
        return []
    if ("question" in fields) == ("draw" in fields):
        fields.problem("question", _("A place is either a question or a draw."))
    elif slot.question and count > 1:
        fields.problem("count", _("A question can be listed only once."))
    for draw in fields.one_or_more("draw", _DRAW):
        slot = replace(slot, topic=draw.line("topic"), level=draw.line("level"))
    return [slot] * count
