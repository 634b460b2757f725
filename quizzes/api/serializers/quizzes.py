"""What quizzes look like: to those who take them, and to those who write them."""

from __future__ import annotations

from rest_framework import serializers

from quizzes.api.fields import Flag, Input, Moment, Number, Output, Slug, Text, Whole
from quizzes.assessments.drafts import OWN_SETTINGS
from quizzes.assessments.models import GradingMethod, Mode, QuizAudience, QuizState
from quizzes.assessments.presets import PRESETS
from quizzes.assessments.services import DESCRIPTION_LIMIT, SLOTS_LIMIT
from quizzes.bank.models import Level


class QuizLine(Output):
    slug = serializers.SlugField()
    title = serializers.CharField()
    description = serializers.CharField(help_text="Sanitised HTML.")
    mode = serializers.ChoiceField(choices=Mode.values)
    state = serializers.ChoiceField(choices=QuizState.values)
    behaviour = serializers.CharField()
    ask_confidence = serializers.BooleanField()
    question_count = serializers.IntegerField()
    max_mark = serializers.FloatField()
    pass_mark = serializers.FloatField(allow_null=True)
    time_limit_s = serializers.IntegerField(allow_null=True)
    attempts_allowed = serializers.IntegerField(help_text="0: as many as one likes.")
    attempts_left = serializers.IntegerField(allow_null=True)
    grading_method = serializers.ChoiceField(
        choices=GradingMethod.values, help_text="Which of the attempts makes counted_score."
    )
    counted_score = serializers.FloatField(
        allow_null=True,
        help_text="One's own, in percent; null while an attempt it needs is withheld or unmarked.",
    )
    opens_at = Moment(allow_null=True)
    closes_at = Moment(allow_null=True)


class SlotOut(Output):
    question = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    topic = serializers.CharField(allow_null=True)
    level = serializers.CharField(allow_null=True)
    bank = serializers.CharField()
    max_mark = serializers.FloatField()


class PaperOut(Output):
    """What the quiz is made of, as its educators wrote it."""

    bank = serializers.CharField(help_text="The home of slots that name no other.")
    description = serializers.CharField(help_text="Markdown.")
    preset = serializers.ChoiceField(choices=[*PRESETS, OWN_SETTINGS])
    time_limit_s = serializers.IntegerField(allow_null=True)
    attempts_allowed = serializers.IntegerField()
    grading_method = serializers.ChoiceField(choices=GradingMethod.values)
    shuffle_questions = serializers.BooleanField()
    shuffle_options = serializers.BooleanField()
    audience = serializers.ChoiceField(choices=QuizAudience.values)
    opens_at = Moment(allow_null=True)
    closes_at = Moment(allow_null=True)
    slots = SlotOut(many=True)


class NoticeOut(Output):
    code = serializers.ChoiceField(choices=["question_lost", "draw_short"])
    slot = serializers.IntegerField()
    detail = serializers.CharField()


class QuizOut(QuizLine):
    paper = PaperOut(allow_null=True, help_text="null unless one may change the quiz.")
    notices = NoticeOut(
        many=True,
        allow_null=True,
        help_text="Places that cannot be filled as written; null unless one may change the quiz.",
    )


class SlotIn(Input):
    """A question by its slug, or a draw from a bank, narrowed by topic and level."""

    question = Text(max_length=80, required=False, allow_null=True)
    version = Whole(min_value=1, max_value=10**6, required=False, allow_null=True)
    topic = Text(max_length=80, required=False, allow_null=True)
    level = serializers.ChoiceField(choices=Level.values, required=False, allow_null=True)
    bank = Text(max_length=80, required=False, allow_null=True)
    max_mark = Number(low=0, high=1000, places=5, required=False)


class QuizChange(Input):
    title = Text(max_length=200, required=False)
    description = Text(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True)
    bank = Text(max_length=80, required=False)
    preset = serializers.ChoiceField(choices=list(PRESETS), required=False)
    time_limit_s = Whole(min_value=10, max_value=7 * 24 * 3600, required=False, allow_null=True)
    attempts_allowed = Whole(min_value=0, max_value=1000, required=False)
    pass_mark = Number(low=0, high=100, places=2, required=False, allow_null=True)
    grading_method = serializers.ChoiceField(choices=GradingMethod.values, required=False)
    shuffle_questions = Flag(required=False)
    shuffle_options = Flag(required=False)
    audience = serializers.ChoiceField(choices=QuizAudience.values, required=False)
    state = serializers.ChoiceField(choices=QuizState.values, required=False)
    opens_at = Moment(required=False, allow_null=True)
    closes_at = Moment(required=False, allow_null=True)
    slots = serializers.ListField(child=SlotIn(), max_length=SLOTS_LIMIT, required=False)


class QuizPatch(QuizChange):
    new_revision = Flag(
        required=False,
        help_text="Where attempts sat the quiz as it is, changed slots make a new revision.",
    )


class QuizIn(QuizChange):
    slug = Slug()
    title = Text(max_length=200)
    bank = Text(max_length=80, help_text="Where slots look that name no bank.")
    state = serializers.ChoiceField(
        choices=QuizState.values, required=False, help_text="A draft unless published at once."
    )
