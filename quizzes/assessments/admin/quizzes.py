"""Quizzes: listed, written from a preset, published when they can be filled, archived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.queries import user_of
from quizzes.assessments import draws, services
from quizzes.assessments.admin import slots
from quizzes.assessments.admin.advice import advice_on
from quizzes.assessments.admin.filters import ModeFilter, StateFilter
from quizzes.assessments.admin.forms import QuizForm
from quizzes.assessments.admin.slot_rows import SlotInline
from quizzes.assessments.drafts import QuizDraft
from quizzes.assessments.models import Mode, Quiz, QuizState, Slot
from quizzes.assessments.presets import PRESETS
from quizzes.assessments.revisions import Frozen, history
from quizzes.material import markup
from quizzes.material.admin.base import refuse_popup
from quizzes.material.admin.people import suggest
from quizzes.material.admin.service_admin import ServiceAdmin

SAVE, PUBLISH = SAVES = ("_save", "_publish")
FIND, ADD = "_find", "_add"
NEW_REVISION = "new-revision"  # what the button that confirms sends

PRESET_WORDS = {
    "practice": gettext_lazy(
        "Each answer is checked at once, with the reason and the passage behind it."
    ),
    "homework": gettext_lazy("Marks on submission, right answers after it closes."),
    "exam": gettext_lazy(
        "Nothing is shown before it closes; without a closing date,"
        " everything is shown on submission."
    ),
}
STEPS: dict[str, Callable[..., Quiz]] = {
    "publish": services.publish_quiz,
    "archive": services.archive_quiz,
    "draft": services.unpublish_quiz,
}
DONE = {
    "publish": gettext_lazy("The quiz is published."),
    "archive": gettext_lazy("The quiz is archived. Its attempts are kept."),
    "draft": gettext_lazy("The quiz is a draft again. Students do not see it."),
}


@admin.register(Quiz)
class QuizAdmin(ServiceAdmin):
    form = QuizForm
    inlines = (SlotInline,)
    fieldsets = (
        (None, {"fields": ("title", "slug", "description", "mode")}),
        (
            gettext_lazy("Terms"),
            {
                "fields": (
                    "audience",
                    ("opens_at", "closes_at"),
                    ("minutes", "attempts_allowed"),
                    ("grading_method", "pass_mark"),
                    "shuffle_questions",
                    "shuffle_options",
                )
            },
        ),
        (
            gettext_lazy("What students see, and when"),
            {"fields": ("behaviour", "ask_confidence", "review")},
        ),
        (gettext_lazy("Sharing"), {"fields": ("editors",)}),
    )
    add_title = gettext_lazy("Add a quiz")
    list_display = ("name", "mode", "shown_state", "places", "opens_at", "closes_at", "owner")
    list_display_links = ("name",)
    list_select_related = ("owner",)
    list_filter = (StateFilter, ModeFilter)
    search_fields = ("title", "slug", "description")
    ordering = ("-pk",)
    actions = ("publish", "archive")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quiz]:
        places = Slot.objects.current().filter(revision__quiz=OuterRef("pk")).order_by()
        count = places.values("revision__quiz").annotate(n=Count("pk")).values("n")
        found = super().get_queryset(request)
        return found.annotate(place_count=Coalesce(Subquery(count), 0))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description=gettext_lazy("quiz"), ordering="title")
    def name(self, quiz: Quiz) -> str:
        return quiz.title

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Add to each quiz of the page what keeps its slots from being filled."""
        found = super().get_changelist_instance(request)
        in_use = [quiz for quiz in found.result_list if quiz.state != QuizState.ARCHIVED]
        notices = draws.notices_of(in_use)
        for quiz in found.result_list:
            quiz.notices = notices.get(quiz.pk, [])
        return found

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, quiz: Quiz) -> str:
        kind = {"published": "on", "archived": "off"}.get(quiz.state, "wip")
        return format_html(
            '<span class="state" data-state="{}">{}</span>', kind, quiz.get_state_display()
        )

    @admin.display(description=gettext_lazy("questions"), ordering="place_count")
    def places(self, quiz: Any) -> str:
        lacking = len(quiz.notices)
        if not lacking:
            return str(quiz.place_count)
        said = _("%(n)d not filled") % {"n": lacking}
        return format_html(
            '{} <span class="state" data-state="off">{}</span>', quiz.place_count, said
        )

    @admin.action(description=gettext_lazy("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, quizzes: QuerySet[Quiz]) -> None:
        self._each(request, quizzes, "publish")

    @admin.action(description=gettext_lazy("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, quizzes: QuerySet[Quiz]) -> None:
        self._each(request, quizzes, "archive")

    def _each(self, request: HttpRequest, quizzes: QuerySet[Quiz], step: str) -> None:
        done = 0
        for quiz in quizzes:
            done += self._step(request, quiz, step)
        text = ngettext("%(n)d quiz changed.", "%(n)d quizzes changed.", done) % {"n": done}
        messages.success(request, text)

    def _step(self, request: HttpRequest, quiz: Quiz, step: str) -> bool:
        """Take a quiz a step, and say what prevents it."""
        try:
            STEPS[step](quiz=quiz, by=user_of(request))
        except draws.Unfillable as error:
            for reason in error.reasons:
                values = {"quiz": quiz, "why": reason}
                messages.error(request, _("“%(quiz)s” was not changed. %(why)s") % values)
            return False
        except PermissionDenied:
            messages.error(request, _("“%(quiz)s” is not yours.") % {"quiz": quiz})
            return False
        self.log_change(request, quiz, str(DONE[step]))
        return True

    def get_urls(self) -> list[Any]:
        def people(request: HttpRequest) -> JsonResponse:
            return suggest(request)

        own = [
            self.route("people/", require_GET(people), "people"),
            self.route("questions/", require_GET(self.questions), "questions"),
            self.route("<int:pk>/step/", require_POST(self.step), "step"),
        ]
        return own + super().get_urls()

    def questions(self, request: HttpRequest) -> JsonResponse:
        """Search the questions of one's own banks: as data, and as the fragment the form shows."""
        found = slots.find(user_of(request), request.GET.get("q", ""))
        context = {"found": found, "searched": True}
        return JsonResponse(
            {
                "results": [
                    {
                        "value": f"{one.bank.slug}/{one.slug}",
                        "label": markup.plain(one.newest_stem)[:200],
                        "ready": one.asked_number is not None,
                    }
                    for one in found
                ],
                "html": render_to_string("admin/quizzes/quiz/_found.html", context, request),
            }
        )

    def step(self, request: HttpRequest, pk: int) -> HttpResponse:
        quiz = get_object_or_404(Quiz.objects.editable_by(user_of(request)), pk=pk)
        step = request.POST.get("step", "")
        if step in STEPS and self._step(request, quiz, step):
            messages.success(request, DONE[step])
        return self.back_to(quiz)

    # The form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for a preset first; a button that does not save shows the form as it was sent."""
        if object_id is None and _preset(request) not in PRESETS:
            return self._presets(request)
        if request.method == "POST" and not any(name in request.POST for name in SAVES):
            request.shows_only = True  # type: ignore[attr-defined]
            if ADD in request.POST:
                request.POST = slots.with_rows(request.POST)  # type: ignore[assignment]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _presets(self, request: HttpRequest) -> HttpResponse:
        refuse_popup(request)
        if not self.has_add_permission(request):
            raise PermissionDenied
        presets = [(name, Mode(name).label, PRESET_WORDS[name]) for name in PRESETS]
        return self.page(request, "quiz/presets.html", title=_("What is it for?"), presets=presets)

    def form_values(self, request: HttpRequest, obj: Quiz | None) -> dict[str, Any]:
        return {
            **super().form_values(request, obj),
            "preset": obj.mode if obj else _preset(request),
            "shows_only": getattr(request, "shows_only", False),
        }

    def get_fieldsets(self, request: HttpRequest, obj: Quiz | None = None) -> Any:
        zone = format_html(_("Times are in {}."), user_of(request).time_zone)
        name, terms, shown, sharing = self.fieldsets
        return (name, (terms[0], {**terms[1], "description": zone}), shown, sharing)

    def get_readonly_fields(self, request: HttpRequest, obj: Quiz | None = None) -> Any:
        if obj is None:
            return ()
        user = user_of(request)
        may_share = user.is_admin or obj.owner_id == user.pk
        return ("slug",) if may_share else ("slug", "editors")

    def write(
        self, *, by: User, form: Any, formsets: list[Any], obj: Any, request: HttpRequest
    ) -> Quiz:
        draft = form.draft(formsets[0].slot_drafts())
        try:
            quiz = self._written(draft, obj, by, request)
            self._settle(quiz, form, by)
            if PUBLISH in request.POST or quiz.state == QuizState.PUBLISHED:
                # What students see can be filled at any time.
                quiz = services.publish_quiz(quiz=quiz, by=by)
        except Frozen as frozen:
            # Nothing is wrong: the author is asked whether a new revision may be made.
            request.frozen, request.shows_only = frozen, True  # type: ignore[attr-defined]
            raise ValidationError({}) from frozen
        except draws.Unfillable as error:
            raise ValidationError({"": error.reasons}) from error
        return quiz

    def _written(self, draft: QuizDraft, quiz: Quiz | None, by: User, request: HttpRequest) -> Quiz:
        now = timezone.now()
        if quiz is None:
            return services.create_quiz(draft=draft, bank=None, owner=by, now=now)
        confirmed = NEW_REVISION in (request.POST.get(name) for name in SAVES)
        return services.change_quiz(
            quiz=quiz, draft=draft, bank=None, by=by, now=now, new_revision=confirmed
        )

    def _settle(self, quiz: Quiz, form: Any, by: User) -> None:
        values = form.cleaned_data
        services.set_review(
            quiz=quiz,
            by=by,
            mode=form.preset,
            behaviour=values["behaviour"],
            review=values["review"],
            ask_confidence=values["ask_confidence"],
        )
        if "editors" in values:
            services.set_editors(quiz=quiz, editors=values["editors"], by=by)

    def response_change(self, request: HttpRequest, obj: Quiz) -> HttpResponse:
        words = _("The quiz is saved, %(state)s.") % {"state": obj.get_state_display()}
        messages.success(request, words)
        return self.back_to(obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        quiz = context["original"]
        wanted, searched = request.POST.get("find", ""), FIND in request.POST
        own = {
            "mode_label": Mode(context["adminform"].form.preset).label,
            "frozen": getattr(request, "frozen", None),
            "pressed": PUBLISH if PUBLISH in request.POST else SAVE,
            "history": history(quiz) if quiz else [],
            "lacks": draws.problems(quiz) if quiz else [],
            "advice": advice_on(quiz) if quiz else [],
            "find": wanted,
            "searched": searched,
            "found": slots.find(user_of(request), wanted) if searched else [],
        }
        return super().render_change_form(request, {**context, **own}, *args, **kwargs)


def _preset(request: HttpRequest) -> str:
    """Return the name of the preset that a new quiz starts from, as the request says it."""
    asked = request.GET if request.method == "GET" else request.POST
    return asked.get("mode", "")
