"""Banks: title and use, the people who share them, topics and tags."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank import banks, managing
from quizzes.bank.admin import media
from quizzes.bank.admin.bank_forms import BankForm, TagForm, TagRows, TopicForm, TopicRows
from quizzes.bank.admin.filters import ChoiceFilter
from quizzes.bank.admin.rows import RowsInline
from quizzes.bank.banks import TOPICS_LIMIT
from quizzes.bank.errors import BankWithoutOwner
from quizzes.bank.models import Question, QuestionBank, Tag, Topic, Use
from quizzes.material.admin.people import suggest
from quizzes.material.admin.service_admin import ServiceAdmin

OWNERS_DECIDE = ("title", "slug", "description", "use", "licence", "owners", "editors")


class TopicInline(RowsInline):
    model = Topic
    form = TopicForm
    formset = TopicRows
    fields = ("position", "title", "slug", "parent")
    ordering = ("position", "title")
    limit = TOPICS_LIMIT
    intro = gettext_lazy(
        "What the bank is about. A quiz can draw questions by topic. “Parent topic” is the name of "
        "the topic above this one; it must come before it."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).select_related("parent")


class TagInline(RowsInline):
    model = Tag
    form = TagForm
    formset = TagRows
    fields = ("name", "used")
    readonly_fields = ("used",)
    extra = 0
    classes = ("collapse",)
    intro = gettext_lazy("A new name renames a tag for all questions; a taken one joins the two.")

    @admin.display(description=gettext_lazy("questions"))
    def used(self, tag: Any) -> int:
        return tag.n

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A tag is made where a question is given it."""
        return False


class UseFilter(ChoiceFilter):
    title, parameter_name, field, options = gettext_lazy("use"), "use", "use", Use


@admin.register(QuestionBank)
class QuestionBankAdmin(ServiceAdmin):
    form = BankForm
    fieldsets = (
        (None, {"fields": ("title", "slug", "description", "use", "licence")}),
        (gettext_lazy("Sharing"), {"fields": ("owners", "editors")}),
    )
    inlines = (TopicInline, TagInline)
    add_title = gettext_lazy("Add a bank")
    saved_words = gettext_lazy("Bank saved.")
    list_display = ("title", "use", "questions", "ready", "role")
    list_filter = (UseFilter,)
    search_fields = ("title", "slug")
    ordering = ("title",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuestionBank]:
        kept = Q(questions__in=Question.objects.kept())
        ready = Q(questions__in=Question.objects.ready())
        return (
            super()
            .get_queryset(request)
            .annotate(
                question_count=Count("questions", filter=kept, distinct=True),
                ready_count=Count("questions", filter=ready, distinct=True),
                is_owned=Count(
                    "pk",
                    filter=Q(pk__in=QuestionBank.objects.owned_by(user_of(request)).values("pk")),
                ),
            )
        )

    @admin.display(description=gettext_lazy("questions"), ordering="question_count")
    def questions(self, bank: Any) -> int:
        return bank.question_count

    @admin.display(description=gettext_lazy("can be asked"), ordering="ready_count")
    def ready(self, bank: Any) -> int:
        return bank.ready_count

    @admin.display(description=gettext_lazy("you are"))
    def role(self, bank: Any) -> str:
        return _("owner") if bank.is_owned else _("editor")

    def get_urls(self) -> list[Any]:
        def people(request: HttpRequest) -> JsonResponse:
            return suggest(request)

        def kept(request: HttpRequest, pk: int) -> HttpResponse:
            return media.listing(self, request, pk)

        pages = require_http_methods(["GET", "POST"])
        return [
            self.route("people/", require_GET(people), "people"),
            self.route("<int:pk>/media/", pages(kept), "media"),
            *super().get_urls(),
        ]

    # The form

    def get_inlines(self, request: HttpRequest, obj: QuestionBank | None) -> Any:
        return self.inlines if obj and obj.tags.exists() else (TopicInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: QuestionBank | None = None) -> Any:
        if obj is None:
            return ()
        return ("slug",) if _owns(user_of(request), obj) else OWNERS_DECIDE

    def write(
        self, *, by: User, form: Any, formsets: list[Any], obj: Any, request: HttpRequest
    ) -> QuestionBank:
        values = {key: said for key, said in form.cleaned_data.items() if key in OWNERS_DECIDE}
        owners, editors = values.pop("owners", None), values.pop("editors", None)
        if obj is None:
            obj = banks.create_bank(owner=by, now=timezone.now(), **values)
        elif values:
            obj = banks.change_bank(bank=obj, by=by, **values)
        topics, *tags = formsets
        managing.arrange_topics(bank=obj, by=by, topics=topics.values())
        for one in tags:
            managing.rename_tags(bank=obj, by=by, names=one.names())
        if owners is not None:
            _share(obj, owners, editors, by)
        return obj

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        messages.success(request, _("Bank created. Write its first question."))
        return self.back_to(obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        return super().render_change_form(
            request, {**context, "owns": "title" in form.fields}, *args, **kwargs
        )


def _owns(user: User, bank: QuestionBank) -> bool:
    return QuestionBank.objects.owned_by(user).filter(pk=bank.pk).exists()


def _share(bank: QuestionBank, owners: list[User], editors: list[User], by: User) -> None:
    try:
        managing.set_people(bank=bank, owners=owners, editors=editors, by=by)
    except BankWithoutOwner:
        raise ValidationError({"owners": [_("A bank needs at least one owner.")]}) from None
