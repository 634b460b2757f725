"""A draft brought to its one form, or everything wrong with it, each at its place.

Places are named as in files and forms, counted from 0: "stem", "options.2.rationale",
"anchors.0.quote", "params.value".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _

from quizzes.bank import schema
from quizzes.bank.drafts import AnchorDraft, OptionDraft, QuestionDraft, Waiver
from quizzes.bank.field_errors import FieldErrors
from quizzes.bank.linting import catalogue
from quizzes.bank.models import AnchorRole
from quizzes.bank.schema import (
    HINTS_LIMIT,
    LINE_LIMIT,
    NAME_LENGTH,
    SLUG_LENGTH,
    TAG_LENGTH,
    TAGS_LIMIT,
    TEXT_LIMIT,
)
from quizzes.material import anchoring, markup
from quizzes.material.models import Source
from quizzes.material.queries import passages_of
from quizzes.question_types import registry
from quizzes.question_types.base import Content, OptionContent

if TYPE_CHECKING:
    from accounts.models import User

QUOTE_LIMIT = 2_000
OPTIONS_LIMIT, ANCHORS_LIMIT = 60, 120
PARAMS_LIMIT, PARAMS_DEPTH = 20_000, 6
WAIVERS_LIMIT, REASON_LENGTH = 20, 400
LARGEST = 10**18

# The limits are asked for here by whatever else checks texts.
__all__ = [
    "HINTS_LIMIT",
    "LINE_LIMIT",
    "NAME_LENGTH",
    "SLUG_LENGTH",
    "TAGS_LIMIT",
    "TAG_LENGTH",
    "TEXT_LIMIT",
    "Anchored",
    "Checked",
    "check",
]


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where an anchor of the draft was found."""

    edition_id: int
    passage_id: int
    span: anchoring.Span


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft in its one form, with the place of each of its anchors in the same order."""

    draft: QuestionDraft
    anchored: tuple[Anchored, ...]


def check(draft: QuestionDraft | Checked, *, user: User | None) -> Checked:
    """Return the draft as it would be stored; topic and slug are the caller's to check.

    Anchors must be found in texts that `user` may read (in any text for None: a file loaded by
    the operator). One query; none for what is checked already.

    Raises:
        ValidationError: a dict of sentences by place.
    """
    if isinstance(draft, Checked):
        return draft
    errors = FieldErrors()
    kind = registry.find(draft.type) if isinstance(draft.type, str) else None
    if kind is None:
        errors["type"].append(_("There is no such type of question."))
    few = errors.at_most("options", draft.options, OPTIONS_LIMIT)
    options = [_option(i, one, errors) for i, one in enumerate(draft.options)] if few else []
    few = errors.at_most("anchors", draft.anchors, ANCHORS_LIMIT)
    quoted = [anchor(i, one, options, errors) for i, one in enumerate(draft.anchors)] if few else []
    draft = replace(
        draft,
        slug=slug(draft.slug, errors) if draft.slug else "",
        tags=tags(draft.tags, errors) if draft.tags else (),
        waivers=waivers(draft.waivers, errors) if draft.waivers else (),
        options=tuple(options),
        params=_params(draft.params, errors),
        anchors=tuple(quoted),
        **{one.name: field(one, getattr(draft, one.name), errors) for one in schema.PLAIN},
    )
    errors.raise_if_any()
    assert kind is not None  # noqa: S101  refused above
    try:
        kind.clean(_content(draft))
    except ValidationError as error:
        for place, messages in error.message_dict.items():
            errors[place].extend(messages)
    anchors, anchored = place_anchors(draft.anchors, user, errors)
    errors.raise_if_any()
    return Checked(replace(draft, anchors=anchors), anchored)


def field(one: schema.Field, value: Any, errors: FieldErrors) -> Any:
    """Return the value of a plain field in its one form."""
    if one.kind is schema.Kind.TEXT:
        return errors.text(one.name, value, one.limit)
    if one.kind is schema.Kind.LINE:
        return errors.line(one.name, value, one.limit)
    if one.kind is schema.Kind.DECIMAL:
        return errors.share(one.name, value, 0)
    if one.kind is schema.Kind.LIST:
        few = value if errors.at_most(one.name, value, one.most) else ()
        return tuple(errors.text(f"{one.name}.{i}", text, one.limit) for i, text in enumerate(few))
    if one.choices is not None and value not in one.choices.values:
        message = _("This is one of: %(choices)s.") % {"choices": ", ".join(one.choices.values)}
        errors[one.name].append(message)
    return value


def slug(value: object, errors: FieldErrors) -> str:
    """Return the name of a question in addresses and files."""
    text = errors.line("slug", value, SLUG_LENGTH)
    try:
        validate_slug(text)
    except ValidationError:
        errors["slug"].append(_("A slug has letters, digits, hyphens and underscores only."))
    return text


def tags(values: Iterable[object], errors: FieldErrors) -> tuple[str, ...]:
    """Return tags, each once, sorted."""
    values = tuple(values)
    if not errors.at_most("tags", values, TAGS_LIMIT):
        return ()
    cleaned = {errors.line(f"tags.{i}", value, TAG_LENGTH) for i, value in enumerate(values)}
    return tuple(sorted(cleaned - {""}))


def waivers(values: Iterable[Waiver], errors: FieldErrors) -> tuple[Waiver, ...]:
    """Return waivers of findings that exist, each with its reason, sorted."""
    values = tuple(values)
    if not errors.at_most("waive", values, WAIVERS_LIMIT):
        return ()
    found: dict[str, Waiver] = {}
    for index, value in enumerate(values):
        name = errors.line(f"waive.{index}.finding", value.finding, SLUG_LENGTH)
        reason = errors.line(f"waive.{index}.reason", value.reason, REASON_LENGTH)
        if name not in catalogue.WAIVABLE:
            message = _("There is no finding “%(finding)s” to waive.") % {"finding": name}
            errors[f"waive.{index}.finding"].append(message)
        elif name in found:
            errors[f"waive.{index}.finding"].append(_("It is waived already."))
        if not reason:
            errors[f"waive.{index}.reason"].append(_("Say why it is waived."))
        found[name] = Waiver(name, reason)
    return tuple(found[name] for name in sorted(found))


def _option(index: int, option: OptionDraft, errors: FieldErrors) -> OptionDraft:
    place = f"options.{index}"
    return OptionDraft(
        text=errors.text(f"{place}.text", option.text, LINE_LIMIT).strip(),
        fraction=errors.share(f"{place}.fraction", option.fraction, -1),
        rationale=errors.text(f"{place}.rationale", option.rationale, LINE_LIMIT).strip(),
        pinned=bool(option.pinned),
    )


def anchor(
    index: int, value: AnchorDraft, options: Sequence[OptionDraft], errors: FieldErrors
) -> AnchorDraft:
    """Return an anchor in its one form; where its quote stands is not looked up yet."""
    place = f"anchors.{index}"
    if value.role not in AnchorRole.values:
        errors[f"{place}.role"].append(_("The role is supports or refutes."))
    if value.option is not None and not 0 <= value.option < len(options):
        errors[f"{place}.option"].append(_("There is no such option."))
    return replace(
        value,
        material=errors.line(f"{place}.material", value.material, SLUG_LENGTH),
        passage=errors.line(f"{place}.passage", value.passage, SLUG_LENGTH),
        quote=errors.line(f"{place}.quote", value.quote, QUOTE_LIMIT),
        prefix=errors.line(f"{place}.prefix", value.prefix, QUOTE_LIMIT),
    )


def _params(params: object, errors: FieldErrors) -> dict[str, Any]:
    """Return settings as plain JSON that every database stores and gives back alike."""
    if not isinstance(params, Mapping):
        errors["params"].append(_("The settings must be a table."))
        return {}
    found: dict[str, Any] = {}
    for name, value in params.items():
        try:
            found[errors.line("params", name, 60)] = _json(value, PARAMS_DEPTH)
        except ValidationError as error:
            errors[f"params.{str(name)[:60]}"].extend(error.messages)
    if not errors and len(json.dumps(found)) > PARAMS_LIMIT:
        errors["params"].append(_("The settings are too long."))
    return found


def _json(value: object, depth: int) -> Any:
    if depth == 0:
        raise ValidationError(_("This is nested too deeply."))
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return markup.clean(value)
    if isinstance(value, int) and abs(value) <= LARGEST:
        return value
    if isinstance(value, float) or (isinstance(value, Decimal) and value.is_finite()):
        number = float(value)
        if math.isfinite(number) and abs(number) <= LARGEST:
            # One spelling, since PostgreSQL gives 1e16 back as a whole number.
            return int(number) if number.is_integer() else number
    if isinstance(value, list | tuple):
        return [_json(item, depth - 1) for item in value]
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return {markup.clean(name): _json(item, depth - 1) for name, item in value.items()}
    raise ValidationError(_("This value cannot be stored."))


def _content(draft: QuestionDraft) -> Content:
    """The draft as its type sees it; types validate text, so nothing is rendered yet."""
    return Content(
        stem=draft.stem,
        stem_html=draft.stem,
        options=tuple(
            OptionContent(None, o.text, o.text, o.fraction, o.rationale, o.rationale, o.pinned)
            for o in draft.options
        ),
        params=draft.params,
        hints=draft.hints,
        penalty=draft.penalty,
    )


def place_anchors(
    values: Sequence[AnchorDraft], user: User | None, errors: FieldErrors
) -> tuple[tuple[AnchorDraft, ...], tuple[Anchored, ...]]:
    """Find the words of every anchor; those of the question first, then by option. One query."""
    if not values:
        return (), ()
    options = [-1 if value.option is None else value.option for value in values]
    order = sorted(range(len(options)), key=options.__getitem__)
    wanted = {(value.material, value.passage) for value in values}
    sources = Source.objects.all() if user is None else Source.objects.visible_to(user)
    passages = passages_of(sources, wanted)
    anchors: list[AnchorDraft] = []
    anchored: list[Anchored] = []
    for index in order:
        value = values[index]
        passage = passages.get((value.material, value.passage))
        if passage is None:
            message = _("There is no passage “%(passage)s” in “%(material)s”.") % {
                "passage": value.passage,
                "material": value.material,
            }
            errors[f"anchors.{index}.passage"].append(message)
            continue
        span = anchoring.locate(passage.plain, value.quote, value.prefix)
        if span is None:
            message = _("The passage “%(passage)s” does not say “%(quote)s”.") % {
                "passage": value.passage,
                "quote": value.quote[:200],
            }
            errors[f"anchors.{index}.quote"].append(message)
            continue
        prefix = anchoring.distinguishing_prefix(passage.plain, span)
        anchors.append(replace(value, quote=span.quote, prefix=prefix))
        anchored.append(Anchored(passage.edition_id, passage.pk, span))
    return tuple(anchors), tuple(anchored)
