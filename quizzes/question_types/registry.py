"""The question types there are: every folder of types/ that holds a `question_type`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from .base import QuestionType

_FOLDER = Path(__file__).parent / "types"
_FILES = ("__init__.py", "question.jinja", "review.jinja", "examples.yaml", "README.md")
# Folders here that hold no type of question.
_NO_TYPES = {"display"}


@cache
def _by_slug() -> dict[str, QuestionType]:
    found: dict[str, QuestionType] = {}
    for module in pkgutil.iter_modules([str(_FOLDER)]):
        if module.ispkg and module.name not in _NO_TYPES:
            package = importlib.import_module(f"{__package__}.types.{module.name}")
            question_type = getattr(package, "question_type", None)
            if isinstance(question_type, QuestionType):
                found[module.name] = question_type
    return found


def get(slug: str) -> QuestionType:
    """The type of this slug; KeyError if there is none."""
    return _by_slug()[slug]


def all_types() -> tuple[QuestionType, ...]:
    """Every type, by slug."""
    return tuple(question_type for _, question_type in sorted(_by_slug().items()))


def choices() -> list[tuple[str, str]]:
    """(slug, label) for a model or form field. Fields take this function itself, not its value,
    so that a new type makes no migration."""
    return [(question_type.slug, str(question_type.label)) for question_type in all_types()]


def problems() -> list[str]:
    """What is not whole in the folders, in sentences for a system check."""
    found: list[str] = []
    for folder in sorted(_FOLDER.iterdir()):
        if not folder.is_dir() or folder.name.startswith(("_", ".")) or folder.name in _NO_TYPES:
            continue
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            found.append(f"Question type {folder.name} lacks {', '.join(missing)}.")
        question_type = _by_slug().get(folder.name)
        if question_type is None:
            found.append(f"Question type {folder.name} defines no question_type.")
        elif question_type.slug != folder.name:
            found.append(f"Question type {folder.name} calls itself {question_type.slug}.")
    return found
