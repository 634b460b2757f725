"""Progress: scores over time, and where a student stands at each quiz."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from quizzes.study.plot import Point, height_at, plot
from quizzes.study.scores import Scored, scores_of

PLOTTED = 60  # attempts: more dots than that cannot be told apart on a phone


def progress_page(user: User, *, now: datetime, quiz: str = "") -> dict[str, Any]:
    """Return the user's scores, of one quiz when `quiz` is the slug of one tried, in a number of
    queries that does not grow."""
    scores = scores_of(user, now=now, newest=PLOTTED, quiz=quiz)
    lines, chosen = scores.standings, scores.chosen
    plotted = scores.scored(scores.final[-PLOTTED:], now=now)
    return {
        "now": now,
        "lines": [line for line in lines if chosen is None or line.quiz.pk == chosen.pk],
        "quizzes": sorted((line.quiz for line in lines), key=lambda one: one.title),
        "chosen": chosen,
        "count": len(scores.finished),
        "final_count": len(scores.final),
        "attempts": scores.scored(scores.finished[: -PLOTTED - 1 : -1], now=now),
        "plotted": list(reversed(plotted)),
        "plot": plot(
            [
                Point(one.attempt.finished_at, float(one.percent), one.attempt.quiz_id)
                for one in plotted
                if one.percent is not None and one.attempt.finished_at is not None
            ]
        ),
        "finding": _finding(plotted),
        "pass_mark": chosen.pass_mark if chosen else None,
        "pass_height": height_at(float(chosen.pass_mark)) if chosen and chosen.pass_mark else None,
        "heights": {"top": height_at(100), "middle": height_at(50), "foot": height_at(0)},
    }


def _finding(plotted: list[Scored]) -> str:
    """Return the plot in a sentence."""
    percents = [round(one.percent) for one in plotted if one.percent is not None]
    if not percents:
        return ""
    attempts = ngettext("%d attempt", "%d attempts", len(percents)) % len(percents)
    if len(percents) == 1:
        return _("One attempt, %d percent.") % percents[0]
    return _("%(attempts)s, the first %(first)d percent, the last %(last)d, the best %(best)d.") % {
        "attempts": attempts,
        "first": percents[0],
        "last": percents[-1],
        "best": max(percents),
    }
