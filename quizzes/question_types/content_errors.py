"""What may be wrong with a question of any type. Pure: a type and its content in, sentences out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .content import Content


class Limits(Protocol):
    """What a question type allows."""

    @property
    def min_options(self) -> int: ...
    @property
    def max_options(self) -> int: ...
    @property
    def options_have_fractions(self) -> bool: ...
    @property
    def params_fields(self) -> Mapping[str, Callable[[], forms.Field]]: ...


def common_errors(kind: Limits, content: Content) -> dict[str, list[str]]:
    """Return sentences by field for what is wrong in texts, options and settings."""
    errors: dict[str, list[str]] = {}
    if not content.stem.strip():
        errors["stem"] = [_("Write the question.")]
    if any(not hint.strip() for hint in content.hints):
        errors["hints"] = [_("A hint is empty.")]
    if not 0 <= content.penalty <= 1:
        errors["penalty"] = [_("The penalty for a wrong try lies between 0 and 1.")]
    return errors | _option_errors(kind, content) | _params_errors(kind, content)


def _option_errors(kind: Limits, content: Content) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    count = len(content.options)
    if kind.max_options == 0 and count:
        errors["options"] = [_("This type of question has no options.")]
    elif count < kind.min_options:
        least = ngettext(
            "Give at least %(n)d option.", "Give at least %(n)d options.", kind.min_options
        )
        errors["options"] = [least % {"n": kind.min_options}]
    elif count > kind.max_options:
        errors["options"] = [_("Give at most %(n)d options.") % {"n": kind.max_options}]
    seen: dict[str, int] = {}
    for index, option in enumerate(content.options):
        text = " ".join(option.text.split())
        if not text:
            errors[f"options.{index}"] = [_("Write this option's text.")]
        elif text in seen:
            errors[f"options.{index}"] = [
                _("This option says the same as option %(n)d.") % {"n": seen[text] + 1}
            ]
        elif not (option.fraction.is_finite() and -1 <= option.fraction <= 1):
            errors[f"options.{index}"] = [_("An option's fraction lies between -1 and 1.")]
        elif not kind.options_have_fractions and (option.fraction or option.pinned):
            errors[f"options.{index}"] = [
                _("Options of this type have no fraction and keep no place of their own.")
            ]
        seen.setdefault(text, index)
    return errors


def _params_errors(kind: Limits, content: Content) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name, make_field in kind.params_fields.items():
        value = content.params.get(name)
        try:
            cleaned = make_field().clean(value)
        except ValidationError as error:
            errors[f"params.{name}"] = list(error.messages)
        else:
            # The lines of a form are a list or a table once they are stored.
            if value and isinstance(value, str) and isinstance(cleaned, list | dict):
                errors[f"params.{name}"] = [_("This must be a list or a table.")]
    for name in sorted(set(content.params) - set(kind.params_fields)):
        errors[f"params.{name}"] = [_("This type of question has no such setting.")]
    return errors
