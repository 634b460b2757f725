"""Banks: title and use, the people who share them, topics and tags."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank import banks, managing
from quizzes.bank.admin import formset_actions, media
from quizzes.bank.admin.forms import Plain, RowForm, Rows, area, rows_of
from quizzes.bank.banks import DESCRIPTION_LIMIT, TOPICS_LIMIT, TopicValues
from quizzes.bank.errors import BankWithoutOwner
from quizzes.bank.models import QuestionBank, Use
from quizzes.bank.validation import TAG_LENGTH
from quizzes.material.admin.base import AuthoringAdmin
from quizzes.material.admin.people import PeopleField, suggest

TAGS_SHOWN = 100
SPARE_TOPICS = 2


class BankForm(Plain):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    slug = forms.SlugField(
        label=gettext_lazy("Name in addresses and files"),
        max_length=80,
        help_text=gettext_lazy("Lower-case words joined by hyphens. It cannot be changed later."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=DESCRIPTION_LIMIT,
        widget=area(3),
    )
    use = forms.ChoiceField(
        label=gettext_lazy("Its questions are for"),
        choices=Use,
        initial=Use.BOTH,
        help_text=gettext_lazy(
            "Questions kept for exams appear nowhere until the last quiz using them has closed. "
            "“Practice and exams” promises no such secrecy."
        ),
    )
    licence = forms.CharField(label=gettext_lazy("Licence"), required=False, max_length=100)


class PeopleForm(Plain):
    owners = PeopleField(
        label=gettext_lazy("Owners"),
        help_text=gettext_lazy(
            "May share, rename and set its use. One username or e-mail per line."
        ),
    )
    editors = PeopleField(
        label=gettext_lazy("Editors"),
        help_text=gettext_lazy("May write and change questions. One username or e-mail per line."),
    )


class TopicForm(RowForm):
    blank_when = ("title", "slug")
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=120)
    slug = forms.SlugField(label=gettext_lazy("Name"), required=False, max_length=80)
    parent = forms.SlugField(
        label=gettext_lazy("Below"),
        required=False,
        max_length=80,
    )


TopicRows = rows_of(TopicForm, TOPICS_LIMIT)


@admin.register(QuestionBank)
class QuestionBankAdmin(AuthoringAdmin):
    list_display = ("title", "use", "questions", "ready", "role")
    list_filter = ()
    search_fields = ("title", "slug")
    ordering = ("title",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuestionBank]:
        in_use = Q(questions__retired_at=None)
        ready = in_use & Q(questions__versions__state="ready")
        return (
            super()
            .get_queryset(request)
            .annotate(
                question_count=Count("questions", filter=in_use, distinct=True),
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

    def back_to_media(self, bank: QuestionBank) -> HttpResponse:
        return redirect(self.link("media", bank.pk))

    def edit(self, request: HttpRequest, obj: QuestionBank | None) -> HttpResponse:
        return BankPage(self, request, obj).answer()


def _counted_tags(bank: QuestionBank) -> list[Any]:
    return list(bank.tags.annotate(n=Count("questions")).order_by("name")[:TAGS_SHOWN])


class BankPage:
    """One showing or saving of a bank's form."""

    def __init__(
        self, model_admin: QuestionBankAdmin, request: HttpRequest, bank: QuestionBank | None
    ) -> None:
        self.admin, self.request, self.bank = model_admin, request, bank
        self.user: User = user_of(request)
        owned = QuestionBank.objects.owned_by(self.user)
        self.owns = bank is None or owned.filter(pk=bank.pk).exists()
        data = request.POST.copy() if request.method == "POST" else None
        self.saves = data is not None and "_save" in data
        if data is not None and not self.saves:
            formset_actions.operate(data, {"topics": TOPICS_LIMIT})
        self.tags = _counted_tags(bank) if bank else []
        self.form = BankForm(data, initial=self._values())
        self.people = PeopleForm(data, initial=self._people())
        self.topics = cast(Rows, TopicRows(data, prefix="topics", initial=self._topics()))
        for row in self.topics.forms[: len(self._topics()) - SPARE_TOPICS if bank else 0]:
            # Another name would be another topic, and questions would lose theirs.
            row.fields["slug"].widget.attrs["readonly"] = True
        self.tag_form = self._tag_form(data)
        if bank is not None:
            del self.form.fields["slug"]
        if not self.owns:
            for field in (*self.form.fields.values(), *self.people.fields.values()):
                field.disabled = True

    def _values(self) -> dict[str, Any]:
        names = ("title", "description", "use", "licence")
        return {name: getattr(self.bank, name) for name in names} if self.bank else {}

    def _people(self) -> dict[str, Any]:
        if self.bank is None:
            return {"owners": [self.user]}
        return {
            "owners": list(self.bank.owners.order_by("login")),
            "editors": list(self.bank.editors.order_by("login")),
        }

    def _topics(self) -> list[dict[str, str]]:
        if self.bank is None:
            return [{}, {}]
        topics = self.bank.topics.select_related("parent").order_by("position", "title")
        return [
            {"title": one.title, "slug": one.slug, "parent": one.parent.slug if one.parent else ""}
            for one in topics
        ] + [{}] * SPARE_TOPICS

    def _tag_form(self, data: Any) -> forms.Form:
        fields = {
            str(tag.pk): forms.CharField(
                label=tag.name, required=False, initial=tag.name, max_length=TAG_LENGTH
            )
            for tag in self.tags
        }
        return type("TagsForm", (Plain,), fields)(data, prefix="tag")

    def answer(self) -> HttpResponse:
        parts = (self.form, self.people, self.topics, self.tag_form)
        valid = [part.is_valid() for part in parts]
        if self.saves and all(valid):
            try:
                bank = self._save()
            except ValidationError as error:
                self._refuse(error)
            except BankWithoutOwner:
                self.people.add_error("owners", _("A bank needs at least one owner."))
            else:
                return self._done(bank)
        return self.admin.page(
            self.request,
            "bank/form.html",
            title=self.bank.title if self.bank else _("Add a bank"),
            obj=self.bank,
            form=self.form,
            people=self.people,
            topics=self.topics,
            tags=[(tag, self.tag_form[str(tag.pk)]) for tag in self.tags],
            owns=self.owns,
            problems=self._problems(),
        )

    @transaction.atomic
    def _save(self) -> QuestionBank:
        values = {name: self.form.cleaned_data[name] for name in self.form.fields}
        topics = self._topic_values()
        if self.bank is None:
            now = timezone.now()
            bank = banks.create_bank(owner=self.user, now=now, topics=topics, **values)
        else:
            bank = self.bank
            if self.owns:
                bank = banks.change_bank(bank=bank, by=self.user, **values)
            managing.arrange_topics(bank=bank, by=self.user, topics=topics)
            names = {tag.pk: self.tag_form.cleaned_data[str(tag.pk)] for tag in self.tags}
            managing.rename_tags(bank=bank, by=self.user, names=names)
        if self.owns:
            people = self.people.cleaned_data
            managing.set_people(
                bank=bank, owners=people["owners"], editors=people["editors"], by=self.user
            )
        return bank

    def _topic_values(self) -> list[TopicValues]:
        return [
            TopicValues(
                slug=row.cleaned_data.get("slug")
                or slugify(row.cleaned_data.get("title", ""))[:80],
                title=row.cleaned_data.get("title", ""),
                parent=row.cleaned_data.get("parent", ""),
            )
            for row in self.topics.filled().values()
        ]

    def _done(self, bank: QuestionBank) -> HttpResponse:
        if self.bank is None:
            self.admin.log_addition(self.request, bank, [{"added": {}}])
            messages.success(self.request, _("Bank created. Write its first question."))
        else:
            self.admin.log_change(self.request, bank, _("Changed."))
            messages.success(self.request, _("Bank saved."))
        if not QuestionBank.objects.editable_by(self.user).filter(pk=bank.pk).exists():
            raise PermissionDenied
        return self.admin.back_to(bank)

    def _refuse(self, error: ValidationError) -> None:
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        filled = list(self.topics.filled().values())
        for place, messages_ in found.items():
            name, _dot, rest = place.partition(".")
            index, _dot, field = rest.partition(".")
            if name == "topics" and index.isdigit():
                row = filled[int(index)]
                row.add_error(field if field in row.fields else "title", messages_)
            elif name in self.form.fields:
                self.form.add_error(name, messages_)
            else:
                self.form.add_error(None, messages_)

    def _problems(self) -> list[tuple[str, str, str]]:
        if not self.saves:
            return []
        parts = (self.form, self.people, *self.topics.forms, self.tag_form)
        found = [("", "", str(one)) for part in parts for one in part.non_field_errors()]
        found += [("topics", "", str(one)) for one in self.topics.non_form_errors()]
        return found + [
            (field.id_for_label, str(field.label), str(one))
            for part in parts
            for field in part
            for one in field.errors
        ]
