"""A field of a question is described once, and is there wherever questions are."""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import User
from quizzes.authoring.changes import changes
from quizzes.bank import schema, services
from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft, Waiver
from quizzes.bank.models import Question, QuestionVersion
from quizzes.bank.queries import drafts_of
from tests import make

ROOT = Path(__file__).resolve().parents[2]
# Where questions are written, read, compared and stored. Tables list their columns.
MODULES = sorted(
    path
    for folder in ("bank", "authoring", "interchange/bank_yaml", "api")
    for path in (ROOT / "quizzes" / folder).rglob("*.py")
    if path.relative_to(ROOT / "quizzes").as_posix()
    not in {"bank/schema.py", "bank/models/questions.py"}
)
# Texts, decks and much else have titles, too.
SCALARS = {one.name for one in schema.PLAIN} - {"stem", "title"}
OBJECTIVE = "Name the receptor that ketamine blocks."
WHOLE = QuestionDraft(
    type="single_choice",
    stem="Which?",
    options=(OptionDraft("NMDA", Decimal(1), "So.", True), OptionDraft("AMPA")),
    params={"b": 1, "a": [2]},
    explanation="Because.",
    caution="Mind.",
    hints=("Think.",),
    anchors=(AnchorDraft("text", "p", "blocks", option=0),),
    slug="which",
    topic="mechanism",
    tags=("b", "a"),
)


def named_in(code: str) -> set[str]:
    """The names of plain fields that a module writes out, as a name, an attribute or a text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Constant(value=str(name)) | ast.Attribute(attr=name) | ast.keyword(arg=name):
                found |= {str(name)}
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Name(id=name):
                found |= {name}
    return found & SCALARS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_is_listed_by_no_other_module(path: Path) -> None:
    """Hints and penalties are also things that behaviours use; three names are a list."""
    assert len(named_in(path.read_text())) < 3


def test_it_sees_a_list_of_fields() -> None:
    assert named_in("d = {'caution': one.explanation}\nf(penalty=1)") == {
        "caution",
        "explanation",
        "penalty",
    }


def test_it_has_a_column_for_each_plain_field() -> None:
    for one in schema.PLAIN:
        table = QuestionVersion if one in schema.WORDING else Question
        column = table._meta.get_field(one.name)
        assert one.kind is schema.Kind.LIST or column.get_default() == (one.default or ""), one.name
    for one in schema.MARKDOWN:
        assert QuestionVersion._meta.get_field(f"{one.name}_html")


def test_its_hash_is_what_it_was_before_there_were_newer_fields() -> None:
    """Computed by the program that knew neither objective nor schema: stored hashes still hold."""
    assert WHOLE.fingerprint() == (
        "4c654673a8b7aea70cb91e30a7999c6ef85526526917981c4de078a7cd07edbe"
    )
    assert replace(WHOLE, learning_objective=OBJECTIVE).fingerprint() != WHOLE.fingerprint()
    assert replace(WHOLE, waivers=(Waiver("clang", "So."),)).fingerprint() != WHOLE.fingerprint()


@pytest.mark.django_db
def test_a_changed_objective_is_a_new_version_that_says_so(cora: User) -> None:
    question = make.question(make.bank(cora))
    first = question.versions.get()
    before = drafts_of([first.pk])[first.pk]
    after = replace(before, learning_objective=f" {OBJECTIVE}\n")
    second = services.add_version(question=question, draft=after, by=cora, now=make.NOON)
    assert (second.number, second.learning_objective.strip()) == (2, OBJECTIVE)
    stored = drafts_of([second.pk])[second.pk]
    found = changes(before, stored)
    assert [(one.key, one.state) for one in found] == [("Learning objective", "added")]
    assert services.add_version(question=question, draft=stored, by=cora, now=make.NOON) == second
