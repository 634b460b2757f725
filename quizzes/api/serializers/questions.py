"""What questions look like when educators read and write them: the bank's own format as JSON."""

from __future__ import annotations

from rest_framework import serializers

from quizzes.api.fields import Flag, Input, Moment, Number, Output, Text, Whole
from quizzes.bank import validation
from quizzes.bank.models import AnchorRole, Level, VersionState

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
    finding = serializers.CharField(help_text="A finding of the linter that may stand.")
    reason = serializers.CharField()


class QuestionLine(Output):
    id = serializers.IntegerField()
    bank = serializers.SlugField()
    slug = serializers.SlugField()
    title = serializers.CharField(help_text="Its own, or the question's first words.")
    external_id = serializers.CharField(help_text="What another system calls it.")
    type = serializers.CharField()
    topic = serializers.CharField(allow_null=True)
    level = serializers.ChoiceField(choices=Level.values)
    stem = serializers.CharField(help_text="Markdown.")
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=VersionState.values)
    retired_at = Moment(allow_null=True)


class QuestionOut(QuestionLine):
    tags = serializers.ListField(child=serializers.CharField())
    options = OptionOut(many=True)
    params = serializers.DictField()
    explanation = serializers.CharField()
    caution = serializers.CharField()
    hints = serializers.ListField(child=serializers.CharField())
    penalty = serializers.FloatField()
    anchors = PlacedAnchorOut(many=True)
    waive = WaiverOut(many=True)


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


class QuestionChange(Input):
    """What is not named stays as it is in the newest version."""

    slug = Text(max_length=validation.SLUG_LENGTH, required=False)
    title = Text(max_length=validation.TITLE_LENGTH, required=False, allow_blank=True)
    external_id = Text(max_length=validation.NAME_LENGTH, required=False, allow_blank=True)
    topic = Text(
        max_length=validation.SLUG_LENGTH, required=False, allow_blank=True, allow_null=True
    )
    level = serializers.ChoiceField(choices=Level.values, required=False)
    tags = serializers.ListField(
        child=Text(max_length=validation.TAG_LENGTH),
        max_length=validation.TAGS_LIMIT,
        required=False,
    )
    stem = Text(max_length=validation.TEXT_LIMIT, required=False)
    options = serializers.ListField(
        child=OptionIn(), max_length=validation.OPTIONS_LIMIT, required=False
    )
    params = serializers.DictField(required=False)
    explanation = Text(max_length=validation.TEXT_LIMIT, required=False, allow_blank=True)
    caution = Text(max_length=validation.LINE_LIMIT, required=False, allow_blank=True)
    hints = serializers.ListField(
        child=Text(max_length=validation.LINE_LIMIT),
        max_length=validation.HINTS_LIMIT,
        required=False,
    )
    penalty = Number(low=0, high=1, places=7, required=False)
    anchors = serializers.ListField(
        child=PlacedAnchorIn(), max_length=validation.ANCHORS_LIMIT, required=False
    )
    waive = serializers.ListField(
        child=WaiverIn(), max_length=validation.WAIVERS_LIMIT, required=False
    )
    state = serializers.ChoiceField(choices=WRITTEN_AS, required=False)
    note = Text(max_length=200, required=False, allow_blank=True, help_text="What changed.")
    new_fact = Flag(required=False, help_text="Whether the right answer changed.")
    retired = Flag(required=False, help_text="false brings a retired question back.")


class QuestionIn(Input):
    bank = Text(max_length=validation.SLUG_LENGTH)
    id = Text(max_length=validation.SLUG_LENGTH, required=False, help_text="The slug, as in files.")
    slug = Text(max_length=validation.SLUG_LENGTH, required=False)
    title = Text(max_length=validation.TITLE_LENGTH, required=False, allow_blank=True)
    external_id = Text(max_length=validation.NAME_LENGTH, required=False, allow_blank=True)
    type = Text(max_length=40)
    topic = Text(
        max_length=validation.SLUG_LENGTH, required=False, allow_blank=True, allow_null=True
    )
    level = serializers.ChoiceField(choices=Level.values, required=False)
    tags = serializers.ListField(
        child=Text(max_length=validation.TAG_LENGTH),
        max_length=validation.TAGS_LIMIT,
        required=False,
    )
    stem = Text(max_length=validation.TEXT_LIMIT)
    options = serializers.ListField(
        child=OptionIn(), max_length=validation.OPTIONS_LIMIT, required=False
    )
    params = serializers.DictField(required=False)
    explanation = Text(max_length=validation.TEXT_LIMIT, required=False, allow_blank=True)
    caution = Text(max_length=validation.LINE_LIMIT, required=False, allow_blank=True)
    hints = serializers.ListField(
        child=Text(max_length=validation.LINE_LIMIT),
        max_length=validation.HINTS_LIMIT,
        required=False,
    )
    penalty = Number(low=0, high=1, places=7, required=False)
    anchors = serializers.ListField(
        child=PlacedAnchorIn(), max_length=validation.ANCHORS_LIMIT, required=False
    )
    waive = serializers.ListField(
        child=WaiverIn(), max_length=validation.WAIVERS_LIMIT, required=False
    )
    state = serializers.ChoiceField(choices=WRITTEN_AS, required=False)
