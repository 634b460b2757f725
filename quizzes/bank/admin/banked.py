"""What belongs to a question bank, written in Django's form: the bank is asked for first."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from quizzes.bank.admin.anchor_formset import choose_bank, chosen_bank
from quizzes.bank.models import QuestionBank, Topic
from quizzes.material.admin.service_admin import ServiceAdmin, ServiceForm


class TopicChoice(forms.ModelChoiceField):
    """A topic of the bank, by its slug, with those above it."""

    def __init__(self, queryset: QuerySet[Topic] | None = None, **kwargs: Any) -> None:
        rows = Topic.objects.none() if queryset is None else queryset
        super().__init__(rows, **{"to_field_name": "slug", "required": False, **kwargs})

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.title} › {obj.title}" if obj.parent else obj.title


class BankedForm(ServiceForm):
    """A form of something in a bank, which a new one brings along."""

    in_bank: ClassVar[QuestionBank]
    bank = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            **self.initial_of(kwargs.get("instance")),
            **kwargs.get("initial", {}),
            "bank": self.in_bank.slug,
        }
        super().__init__(*args, **kwargs)
        if isinstance(field := self.fields.get("topic"), TopicChoice):
            topics = Topic.objects.filter(bank=self.in_bank).select_related("parent")
            field.queryset = topics.order_by("position", "title")

    def initial_of(self, instance: Any) -> dict[str, Any]:
        """Return what the fields hold of a row, beyond the columns of their names."""
        return {}


class BankedAdmin(ServiceAdmin):
    """The form of something in a bank; where there are several, a new one asks which."""

    def bank_of(self, request: HttpRequest, obj: Any) -> QuestionBank | None:
        return obj.bank if obj is not None else chosen_bank(request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            if chosen_bank(request) is None:
                return choose_bank(self, request, self.add_title)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def form_values(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {**super().form_values(request, obj), "in_bank": self.bank_of(request, obj)}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        own = {"bank": context["adminform"].form.in_bank}
        return super().render_change_form(request, context | own, *args, **kwargs)
