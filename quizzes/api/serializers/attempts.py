"""What attempts look like: as they are taken, and as they are told afterwards."""

from __future__ import annotations

from rest_framework import serializers

from quizzes.api.fields import Input, Moment, Output, Whole
from quizzes.attempts.disclosure import WHEN
from quizzes.attempts.models import AnswerState


class Start(Input):
    assignment = Whole(min_value=1, allow_null=True, required=False)


class AttemptLine(Output):
    id = serializers.IntegerField()
    quiz = serializers.SlugField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    started_at = Moment()
    deadline = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)
    preview = serializers.BooleanField()
    score = serializers.FloatField(allow_null=True)
    max_score = serializers.FloatField(allow_null=True)


class OptionAsked(Output):
    key = serializers.CharField()
    text = serializers.CharField(help_text="Sanitised HTML.")


class QuestionAsked(Output):
    slot = serializers.IntegerField()
    type = serializers.CharField()
    stem = serializers.CharField(source="stem_html", help_text="Sanitised HTML.")
    options = OptionAsked(many=True)
    params = serializers.DictField()
    max_mark = serializers.FloatField()
    flagged = serializers.BooleanField()
    confidence = serializers.IntegerField(allow_null=True)
    sequence = serializers.IntegerField()
    answer = serializers.DictField(allow_null=True)
    state = serializers.ChoiceField(choices=AnswerState.values)


class AttemptOut(AttemptLine):
    server_time = Moment()
    questions = QuestionAsked(many=True, allow_null=True)


class CheckOut(Output):
    state = serializers.ChoiceField(choices=AnswerState.values)
    tries_left = serializers.IntegerField()
    hint = serializers.CharField(allow_null=True)
    fraction = serializers.FloatField(allow_null=True)
    correct = serializers.BooleanField(allow_null=True)
    rationale = serializers.CharField(allow_null=True)
    sequence = serializers.IntegerField()


class Submitted(Output):
    state = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    max_score = serializers.FloatField(allow_null=True)


class OptionTold(OptionAsked):
    fraction = serializers.FloatField(allow_null=True)
    rationale = serializers.CharField(source="rationale_html", allow_null=True)


class PartTold(Output):
    key = serializers.CharField(help_text="As in the answer.")
    given = serializers.CharField(help_text="What was answered there, in words.")
    right = serializers.BooleanField(allow_null=True)
    correct = serializers.CharField(allow_null=True)
    rationale = serializers.CharField(allow_null=True)


class PassageTold(Output):
    material = serializers.SlugField()
    key = serializers.CharField(source="passage")
    quote = serializers.CharField()
    url = serializers.CharField()


class CorrectionTold(Output):
    kind = serializers.CharField(allow_null=True)
    at = Moment()
    why = serializers.CharField(allow_null=True)
    old_mark = serializers.FloatField(allow_null=True)
    new_mark = serializers.FloatField(allow_null=True)


class QuestionTold(Output):
    slot = serializers.IntegerField()
    type = serializers.CharField()
    stem = serializers.CharField(source="stem_html")
    options = OptionTold(many=True)
    params = serializers.DictField()
    parts = PartTold(many=True)
    answer = serializers.DictField(allow_null=True)
    confidence = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=AnswerState.values)
    verdict = serializers.CharField(allow_null=True)
    fraction = serializers.FloatField(allow_null=True)
    mark = serializers.FloatField(allow_null=True)
    max_mark = serializers.FloatField(allow_null=True)
    correct_answer = serializers.DictField(allow_null=True)
    explanation = serializers.CharField(source="explanation_html", allow_null=True)
    caution = serializers.CharField(source="caution_html", allow_null=True)
    feedback = serializers.CharField(source="feedback_html", allow_null=True)
    rubric = serializers.CharField(allow_null=True)
    passages = PassageTold(many=True, allow_null=True)
    corrections = CorrectionTold(
        many=True, help_text="Made since the attempt ended, as far as may be shown."
    )


class NextOut(Output):
    when = serializers.ChoiceField(
        choices=WHEN,
        help_text="soon: two minutes after submitting; close: when the quiz has closed and everyone"
        " has finished; everyone: it has closed, and somebody may still write; never.",
    )
    at = Moment(allow_null=True, help_text="null where no date is known to everybody.")
    score = serializers.BooleanField(help_text="Whether the score is shown then.")
    answers = serializers.BooleanField(help_text="Whether the right answers are.")


class Review(Output):
    id = serializers.IntegerField()
    quiz = serializers.SlugField()
    state = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    max_score = serializers.FloatField(allow_null=True)
    next_disclosure = NextOut(allow_null=True, help_text="null when all that may be is shown.")
    questions = QuestionTold(many=True, allow_null=True)
