"""How far it is from a posted question to its rows, as scripts/walk.py counts it."""

from __future__ import annotations

import pytest
from django.test import Client

from quizzes.bank.models import QuestionBank
from scripts.walk import PATH, report, walking
from tests.admin.conftest import ANCHOR, QUESTIONS, form

# What there is today: it may only become less. The aim is 25 and 10.
FUNCTIONS, FILES = 42, 13


@pytest.mark.usefixtures("text")
def test_it_reaches_the_rows_through_few_functions(educator: Client, bank: QuestionBank) -> None:
    educator.get(f"{QUESTIONS}add/")  # types are imported, caches filled
    with walking() as walk:
        response = educator.post(f"{QUESTIONS}add/", form(tags="a", anchors=(ANCHOR,)))
    assert response.status_code == 302, response.context["problems"]
    assert bank.questions.get().versions.get().anchors.exists()
    report(walk)
    assert len(walk.functions(*PATH)) <= FUNCTIONS
    assert len(walk.files(*PATH)) <= FILES


def test_it_counts_every_function_once_up_to_the_last_row(
    educator: Client, bank: QuestionBank
) -> None:
    with walking() as walk:
        educator.post(f"{QUESTIONS}add/", form())
    found = walk.functions()
    assert len(found) == len(set(found))
    assert found[0] == "quizzes/authoring/admin.py: QuestionAdmin.edit"
    assert "quizzes/bank/writing.py: write_version" in found
    assert not any("_saved" in one for one in found)
