"""What a template needs to ask a question, of which nothing tells the key."""

from __future__ import annotations

from typing import Any

from ..base import Content, QuestionType


def question_context(
    kind: QuestionType,
    content: Content,
    answer: dict[str, Any] | None,
    *,
    name: str,
    locked: bool = False,
) -> dict[str, Any]:
    """Return what is shown of a question before it is graded; `content` is in the order shown.

    Args:
        name: the prefix of the controls it is answered with.
        locked: whether they can no longer be changed.
    """
    return {
        "name": name,
        "legend_id": f"{name}-stem",
        "type": kind.slug,
        "template": kind.question_template,
        "graded_by_person": kind.graded_by == "person",
        "stem_html": content.stem_html,
        "prompt": kind.prompt,
        "incomplete_message": kind.incomplete_message,
        "answer": answer,
        "locked": locked,
        "layout": kind.layout(content, answer),
        **kind.present(content),
    }
