"""What the linter says of a quiz as a whole: questions that repeat or answer one another."""

from __future__ import annotations

from dataclasses import replace

from quizzes.assessments.models import Quiz
from quizzes.bank.linting.findings import Finding
from quizzes.bank.linting.linter import lint_quiz
from quizzes.bank.linting.sets import LintedQuiz
from quizzes.bank.queries import asked_versions, drafts_of


def advice_on(quiz: Quiz) -> list[Finding]:
    """Return advice on the fixed questions of a quiz as they are asked now; six queries."""
    slots = quiz.slots.filter(question__isnull=False).order_by("position")
    names = {
        pk: f"{bank}/{slug}"
        for pk, bank, slug in slots.values_list(
            "question", "question__bank__slug", "question__slug"
        )
    }
    asked = asked_versions().filter(question__in=names)
    versions = dict(asked.values_list("pk", "question"))
    drafts = {
        versions[pk]: replace(draft, slug=names[versions[pk]])
        for pk, draft in drafts_of(versions).items()
    }
    in_order = [drafts[pk] for pk in names if pk in drafts]
    paper = LintedQuiz(quiz.slug, tuple(draft.slug for draft in in_order), quiz.shuffle_options)
    return lint_quiz(paper, in_order)
