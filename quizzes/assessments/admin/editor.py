"""One showing or saving of a quiz's form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.queries import user_of
from quizzes.assessments import draws, services
from quizzes.assessments.admin import slots as admin_slots
from quizzes.assessments.admin.forms import ROWS_LIMIT, SECONDS, PlaceRows, ReviewForm, TermsForm
from quizzes.assessments.drafts import OWN_SETTINGS, QuizDraft, SlotDraft
from quizzes.assessments.models import Quiz, QuizState
from quizzes.assessments.presets import PRESETS
from quizzes.assessments.queries import draft_of
from quizzes.assessments.revisions import Frozen
from quizzes.bank.admin import formset_actions
from quizzes.bank.admin.forms import Plain, Rows
from quizzes.bank.locks import free_slug
from quizzes.bank.models import Level, QuestionBank

if TYPE_CHECKING:
    from django.http import QueryDict

SAVES = ("_save", "_publish")
NEW_REVISION = "new-revision"  # what the button that confirms sends
FIND, ADD = "_find", "_add"
SPARE = 2
TERMS = (
    "title",
    "description",
    "audience",
    "opens_at",
    "closes_at",
    "grading_method",
    "shuffle_questions",
    "shuffle_options",
)


class QuizEditor:
    """The forms of a quiz; `mode` names the preset that a new one starts from."""

    def __init__(self, request: HttpRequest, quiz: Quiz | None, mode: str) -> None:
        self.quiz, self.user, self.mode = quiz, user_of(request), mode
        data = self._data(request)
        # A bank of no name: every slot then tells its own.
        self.before = draft_of(quiz, bank=QuestionBank()) if quiz else None
        self.too_long = False
        self.frozen: Frozen | None = None  # what the author is asked about before it is saved
        start = self._places()
        self.terms = TermsForm(data, initial=self._terms())
        settings = self._settings()
        self.review = ReviewForm(data, prefix="review", initial=settings, matrix=settings["review"])
        self.places = cast(Rows, PlaceRows(data, prefix="places", initial=start))
        if quiz is not None:
            del self.terms.fields["slug"]
        self.may_share = quiz is None or self.user.is_admin or quiz.owner_id == self.user.pk
        if not self.may_share:
            self.terms.fields["editors"].disabled = True
        if data is not None and not self.pressed:
            self._clear_errors()

    def _data(self, request: HttpRequest) -> QueryDict | None:
        self.pressed, self.confirmed = "", False
        if request.method != "POST":
            return None
        data = request.POST.copy()
        self.pressed = next((name for name in SAVES if name in data), "")
        self.confirmed = data.get(self.pressed) == NEW_REVISION
        if not self.pressed:
            formset_actions.operate(data, {"places": ROWS_LIMIT})
            if ADD in data:
                admin_slots.add_rows(data, data.getlist("found")[: admin_slots.FOUND_LIMIT])
        return data

    def _terms(self) -> dict[str, Any]:
        if self.quiz is None:
            return {
                "shuffle_options": True,
                "attempts_allowed": 0 if self.mode == "practice" else 1,
            }
        limit = self.quiz.time_limit_s
        minutes = None if limit is None else (Decimal(limit) / SECONDS).normalize()
        return {
            **{name: getattr(self.quiz, name) for name in TERMS},
            "minutes": None if minutes is None else f"{minutes:f}",
            "attempts_allowed": self.quiz.attempts_allowed,
            "pass_mark": self.quiz.pass_mark,
            "editors": list(self.quiz.editors.order_by("login")),
        }

    def _settings(self) -> dict[str, Any]:
        if self.quiz is None:
            return PRESETS[self.mode].settings(closes=True)
        names = ("behaviour", "ask_confidence", "review")
        return {name: getattr(self.quiz, name) for name in names}

    def _places(self) -> list[dict[str, Any]]:
        found = admin_slots.rows_of_slots(self.before.slots) if self.before else []
        if len(found) > ROWS_LIMIT:
            self.too_long = True
            return []
        return found + [{"max_mark": 1}] * min(SPARE, ROWS_LIMIT - len(found))

    def _forms(self) -> list[Plain]:
        return [self.terms, self.review, *self.places.forms]

    def _clear_errors(self) -> None:
        self.is_valid()
        for form in self._forms():
            form.clear_errors()

    def is_valid(self) -> bool:
        return all([self.places.is_valid(), *(form.is_valid() for form in self._forms())])

    # Saving

    def save(self) -> Quiz | None:
        """Write the quiz, or None where something is wrong, which then stands at its field."""
        filled = self.places.filled()
        slots, origins = admin_slots.slots_of_rows(filled)
        if self.too_long and self.before:
            slots, origins = list(self.before.slots), []
        try:
            with transaction.atomic():
                return self._write(tuple(slots))
        except ValidationError as error:
            self._refuse(error, origins)
        except Frozen as error:
            self.frozen = error
        except draws.Unfillable as error:
            for reason in error.reasons:
                self.terms.add_error(None, reason)
        return None

    def _write(self, slots: tuple[SlotDraft, ...]) -> Quiz:
        draft = self._draft(slots)
        if self.quiz is None:
            quiz = services.create_quiz(draft=draft, bank=None, owner=self.user, now=timezone.now())
        else:
            quiz = services.change_quiz(
                quiz=self.quiz,
                draft=draft,
                bank=None,
                by=self.user,
                now=timezone.now(),
                new_revision=self.confirmed,
            )
        quiz = services.set_review(
            quiz=quiz,
            by=self.user,
            mode=self.mode,
            behaviour=self.review.cleaned_data["behaviour"],
            review=self.review.matrix(),
            ask_confidence=self.review.cleaned_data["ask_confidence"],
        )
        if self.may_share:
            editors = self.terms.cleaned_data["editors"]
            services.set_editors(quiz=quiz, editors=editors, by=self.user)
        if self.pressed == "_publish" or quiz.state == QuizState.PUBLISHED:
            # What students see can be filled at any time.
            quiz = services.publish_quiz(quiz=quiz, by=self.user)
        return quiz

    def _draft(self, slots: tuple[SlotDraft, ...]) -> QuizDraft:
        values = self.terms.cleaned_data
        minutes = values["minutes"]
        return QuizDraft(
            slug=self.quiz.slug if self.quiz else values["slug"] or self._free_slug(),
            preset=OWN_SETTINGS if self.quiz else self.mode,
            state=self.quiz.state if self.quiz else QuizState.DRAFT,
            time_limit_s=None if minutes is None else round(minutes * SECONDS),
            attempts_allowed=values["attempts_allowed"] or 0,
            pass_mark=values["pass_mark"],
            slots=slots,
            **{name: values[name] for name in TERMS},
        )

    def _free_slug(self) -> str:
        return free_slug(Quiz.objects.all(), self.terms.cleaned_data["title"], "quiz")

    def _refuse(self, error: ValidationError, origins: list[int]) -> None:
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for place, messages in found.items():
            name, _dot, rest = place.partition(".")
            index, _dot, field = rest.partition(".")
            if name == "slots" and index.isdigit() and int(index) < len(origins):
                row = self.places.forms[origins[int(index)]]
                drawn = not row.cleaned_data.get("question")
                at = field if field in row.fields and not drawn else "draw" if drawn else "question"
                row.add_error(at, messages)
            else:
                at = {"time_limit_s": "minutes"}.get(name, name)
                self.terms.add_error(at if at in self.terms.fields else None, messages)

    # Showing

    def problems(self) -> list[tuple[str, str, str]]:
        if not self.pressed:
            return []
        found = [("", "", str(one)) for form in self._forms() for one in form.non_field_errors()]
        found += [("places", "", str(one)) for one in self.places.non_form_errors()]
        return found + [
            (field.id_for_label, str(field.label), str(one))
            for form in self._forms()
            for field in form
            for one in field.errors
        ]

    def place_rows(self) -> Iterator[tuple[forms.Form, Any, int | None]]:
        """Yield each row with the question it names, or how many are ready to be drawn."""
        draw_pool = admin_slots.draw_pool(self.user, Level.values)
        names = [str(form["question"].value() or "") for form in self.places.forms]
        questions = admin_slots.named(self.user, filter(None, names))
        for form, name in zip(self.places.forms, names, strict=True):
            form.fields["draw"].widget = forms.Select(choices=draw_pool.choices)
            draw = str(form["draw"].value() or "")
            ready = draw_pool.ready(draw, str(form["level"].value() or "")) if draw else None
            yield form, questions.get(name.strip()), ready
