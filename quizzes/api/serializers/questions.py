"""What questions look like when educators read and write them: the bank's own format as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from quizzes.api.fields import Flag, Input, Moment, Number, Output, Text, Whole
from quizzes.bank import schema, validation
from quizzes.bank.models import AnchorRole, VersionState

# A version is written as draft, for review, or ready to be asked; put away it is by `retired`.
WRITTEN_AS = (VersionState.DRAFT.value, VersionState.IN_REVIEW.value, VersionState.READY.value)


class AnchorOut(Output):
    material = serializers.SlugField()
    passage = serializers.SlugField()
    quote = serializers.CharField()
    role = serializers.ChoiceField(choices=AnchorRole.values)
    prefix = serializers.CharField()


class PlacedAnchorOut(AnchorOut):
    option = serializers.IntegerField(allow_null=True, help_text="Place of the option, from 0.")


class OptionOut(Output):
    text = serializers.CharField(help_text="Markdown.")
    fraction = serializers.FloatField()
    rationale = serializers.CharField()
    pin = serializers.BooleanField(help_text="Keeps its place when shuffled.")
    anchor = AnchorOut(allow_null=True)


class WaiverOut(Output):
    finding = serializers.CharField(help_text="A waived finding of the linter.")
    reason = serializers.CharField()


class QuestionLine(Output):
    id = serializers.IntegerField()
    bank = serializers.SlugField()
    slug = serializers.SlugField()
    title = serializers.CharField(help_text="Its own, or the question's first words.")
    type = serializers.CharField()
    topic = serializers.CharField(allow_null=True)
    stem = serializers.CharField(help_text="Markdown.")
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=VersionState.values)
    retired_at = Moment(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return {one.name: plain_out(one) for one in schema.DETAILS} | super().get_fields()


class QuestionOut(QuestionLine):
    tags = serializers.ListField(child=serializers.CharField())
    options = OptionOut(many=True)
    params = serializers.DictField()
    anchors = PlacedAnchorOut(many=True)
    waive = WaiverOut(many=True)

    def get_fields(self) -> dict[str, Any]:
        plain = {one.name: plain_out(one) for one in schema.PLAIN}
        return plain | super().get_fields()


class AnchorIn(Input):
    material = Text(max_length=validation.SLUG_LENGTH)
    passage = Text(max_length=validation.SLUG_LENGTH)
    quote = Text(max_length=validation.QUOTE_LIMIT)
    role = serializers.ChoiceField(choices=AnchorRole.values, required=False)
    prefix = Text(max_length=validation.QUOTE_LIMIT, required=False, allow_blank=True)


class PlacedAnchorIn(AnchorIn):
    option = Whole(min_value=0, max_value=validation.OPTIONS_LIMIT, required=False, allow_null=True)


class OptionIn(Input):
    text = Text(max_length=validation.LINE_LIMIT)
    fraction = Number(low=-1, high=1, places=7, required=False)
    rationale = Text(max_length=validation.LINE_LIMIT, required=False, allow_blank=True)
    pin = Flag(required=False)
    anchor = AnchorIn(required=False, allow_null=True)


class WaiverIn(Input):
    finding = Text(max_length=validation.SLUG_LENGTH)
    reason = Text(max_length=validation.REASON_LENGTH)


class QuestionBody(Input):
    """What a body may say of a question; the plain fields are those of the schema."""

    slug = Text(max_length=validation.SLUG_LENGTH, required=False)
    topic = Text(
        max_length=validation.SLUG_LENGTH, required=False, allow_blank=True, allow_null=True
    )
    tags = serializers.ListField(
        child=Text(max_length=validation.TAG_LENGTH),
        max_length=validation.TAGS_LIMIT,
        required=False,
    )
    options = serializers.ListField(
        child=OptionIn(), max_length=validation.OPTIONS_LIMIT, required=False
    )
    params = serializers.DictField(required=False)
    anchors = serializers.ListField(
        child=PlacedAnchorIn(), max_length=validation.ANCHORS_LIMIT, required=False
    )
    waive = serializers.ListField(
        child=WaiverIn(), max_length=validation.WAIVERS_LIMIT, required=False
    )
    creates = False

    def get_fields(self) -> dict[str, Any]:
        plain = {
            one.name: plain_in(one, required=one.required and self.creates) for one in schema.PLAIN
        }
        return plain | super().get_fields()


class QuestionChange(QuestionBody):
    """What is not named stays as it is in the newest version."""

    state = serializers.ChoiceField(choices=WRITTEN_AS, required=False)
    note = Text(max_length=200, required=False, allow_blank=True, help_text="What changed.")
    new_fact = Flag(required=False, help_text="Whether the right answer changed.")
    retired = Flag(required=False, help_text="false brings a retired question back.")


class QuestionIn(QuestionBody):
    bank = Text(max_length=validation.SLUG_LENGTH)
    id = Text(max_length=validation.SLUG_LENGTH, required=False, help_text="The slug, as in files.")
    type = Text(max_length=40)
    state = serializers.ChoiceField(choices=WRITTEN_AS, required=False)
    creates = True


def plain_in(one: schema.Field, *, required: bool) -> serializers.Field[Any, Any, Any, Any]:
    """Return how a body says a plain field."""
    if one.choices is not None:
        return serializers.ChoiceField(choices=one.choices.values, required=required)
    if one.kind is schema.Kind.DECIMAL:
        return Number(low=0, high=1, places=7, required=required)
    if one.kind is schema.Kind.LIST:
        texts = Text(max_length=one.limit)
        return serializers.ListField(child=texts, max_length=one.most, required=required)
    return Text(max_length=one.limit, required=required, allow_blank=not one.required)


def plain_out(one: schema.Field) -> serializers.Field[Any, Any, Any, Any]:
    """Return how a reply says a plain field."""
    if one.choices is not None:
        return serializers.ChoiceField(choices=one.choices.values)
    if one.kind is schema.Kind.DECIMAL:
        return serializers.FloatField()
    if one.kind is schema.Kind.LIST:
        return serializers.ListField(child=serializers.CharField())
    words = one.help if one.kind is schema.Kind.LINE else None
    return serializers.CharField(help_text="Markdown." if one.markdown else words)
