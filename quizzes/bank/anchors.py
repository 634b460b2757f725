"""Moving anchors to a new edition of the text they quote."""

from __future__ import annotations

from quizzes.bank.models import QuestionAnchor, QuestionVersion
from quizzes.bank.queries import asked_versions, newest_versions
from quizzes.material.anchoring import places, span_at
from quizzes.material.hooks import Lost
from quizzes.material.models import Edition, Passage


def move_to(old: Edition, new: Edition) -> list[Lost]:
    """Move the anchors on `old` whose quote stands exactly once in the new passage of their key.

    The others stay on the old text, where what was answered in the past is still explained.
    Return those of them that are asked, or will be.
    """
    passages = {passage.key: passage for passage in Passage.objects.filter(edition=new)}
    live = _live_versions(old)
    moved: list[QuestionAnchor] = []
    lost: list[Lost] = []
    anchors = QuestionAnchor.objects.filter(edition=old).select_related(
        "passage", "version__question__bank"
    )
    for anchor in anchors.order_by("version", "pk"):
        passage = passages.get(anchor.passage.key)
        found = places(passage.plain, anchor.quote) if passage else []
        if passage is not None and len(found) == 1:
            span = span_at(passage.plain, found[0], anchor.quote)
            anchor.edition, anchor.passage = new, passage
            anchor.start, anchor.prefix, anchor.suffix = span.start, span.prefix, span.suffix
            moved.append(anchor)
        elif anchor.version_id in live:
            question = anchor.version.question
            name = f"{question.bank.slug}/{question.slug}"
            lost.append(Lost(name, anchor.passage.key, anchor.quote))
    QuestionAnchor.objects.bulk_update(
        moved, ["edition", "passage", "start", "prefix", "suffix"], batch_size=200
    )
    return lost


def _live_versions(edition: Edition) -> set[int]:
    """Return the versions that are asked or will be: the newest ready one, and the newest."""
    questions = QuestionVersion.objects.filter(
        anchors__edition=edition, question__retired_at__isnull=True
    ).values("question")
    newest = newest_versions(questions).values_list("pk", flat=True)
    asked = asked_versions().filter(question__in=questions).values_list("pk", flat=True)
    return {*newest, *asked}
