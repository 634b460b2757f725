"""Quizzes: listed, written from a preset, published when they can be filled, archived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
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

from accounts.queries import user_of
from quizzes.assessments import draws, services
from quizzes.assessments.admin import slots
from quizzes.assessments.admin.advice import advice_on
from quizzes.assessments.admin.editor import FIND, QuizEditor
from quizzes.assessments.models import Mode, Quiz, QuizState, Slot
from quizzes.assessments.presets import PRESETS
from quizzes.assessments.revisions import history
from quizzes.bank.admin.filters import OwnFilter
from quizzes.material import markup
from quizzes.material.admin.base import AuthoringAdmin
from quizzes.material.admin.people import suggest

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


class ModeFilter(OwnFilter):
    title, parameter_name, field = gettext_lazy("kind"), "mode", "mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(Mode.choices)


class StateFilter(OwnFilter):
    title, parameter_name, field = gettext_lazy("state"), "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(QuizState.choices)


@admin.register(Quiz)
class QuizAdmin(AuthoringAdmin):
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

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, quiz: Quiz) -> str:
        kind = {"published": "on", "archived": "off"}.get(quiz.state, "wip")
        return format_html(
            '<span class="state" data-state="{}">{}</span>', kind, quiz.get_state_display()
        )

    @admin.display(description=gettext_lazy("questions"), ordering="place_count")
    def places(self, quiz: Any) -> int:
        return quiz.place_count

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
        """Take a quiz a step; what keeps it back is told."""
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

    def edit(self, request: HttpRequest, obj: Quiz | None) -> HttpResponse:
        asked = request.GET if request.method == "GET" else request.POST
        mode = obj.mode if obj else asked.get("mode", "")
        if mode not in PRESETS:
            presets = [(name, Mode(name).label, PRESET_WORDS[name]) for name in PRESETS]
            return self.page(
                request, "quiz/presets.html", title=_("What is it for?"), presets=presets
            )
        with timezone.override(user_of(request).time_zone):
            editor = QuizEditor(request, obj, mode)
            quiz = editor.save() if editor.pressed and editor.is_valid() else None
        if quiz is not None:
            return self._done(request, quiz, obj)
        wanted = request.POST.get("find", "")
        return self.page(
            request,
            "quiz/form.html",
            title=obj.title if obj else _("Add a quiz"),
            obj=obj,
            editor=editor,
            mode=mode,
            mode_label=Mode(mode).label,
            problems=editor.problems(),
            history=history(obj) if obj else [],
            lacks=draws.problems(obj) if obj else [],
            advice=advice_on(obj) if obj else [],
            find=wanted,
            searched=FIND in request.POST,
            found=slots.find(user_of(request), wanted) if FIND in request.POST else [],
            zone=user_of(request).time_zone,
        )

    def _done(self, request: HttpRequest, quiz: Quiz, before: Quiz | None) -> HttpResponse:
        if before is None:
            self.log_addition(request, quiz, [{"added": {}}])
        else:
            self.log_change(request, quiz, _("Changed."))
        words = _("The quiz is saved, %(state)s.") % {"state": quiz.get_state_display()}
        messages.success(request, words)
        return self.back_to(quiz)
