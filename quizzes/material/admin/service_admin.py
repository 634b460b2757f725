"""Django's own change form for rows that services write.

A subclass is a plain `ModelAdmin` (form, fieldsets, inlines) that answers `write`. What the service
refuses is shown at its field or row, and nothing of a refused form is stored.
"""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Field, Model
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.forms.utils import ErrorDict, ErrorList
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.admin_errors import problems
from accounts.models import User
from accounts.queries import user_of
from quizzes.material.admin.base import OwnRowsAdmin, refuse_popup

SAVE, SAVE_AS_NEW = "_save", "_saveasnew"


class Refused(Exception):
    """What a service refused: leaves the transaction, so that nothing of it stays."""

    def __init__(self, error: ValidationError) -> None:
        super().__init__(error)
        self.by_place = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


class ServiceForm(forms.ModelForm):
    """A form whose rules, beyond its fields' own, are those of a service.

    Attributes:
        by: the user whose form it is.
        refusal: what the service refused of it when it was tried, sentences by place.
        half_written: whether it is only to be shown again, with nothing said of what is missing.
        places: the field in which an error of another place is shown, "" for the whole form.
    """

    use_required_attribute = False
    by: ClassVar[User]
    refusal: ClassVar[dict[str, list[str]]] = {}
    half_written: ClassVar[bool] = False
    places: ClassVar[dict[str, str]] = {}

    def is_valid(self) -> bool:
        return super().is_valid() and not self.half_written

    def clear_errors(self) -> None:
        self._errors = ErrorDict()

    def clean(self) -> dict[str, Any]:
        for place, sentences in self.refusal.items():
            name = self.place_of(place)
            self.add_error(name if name in self.fields else None, sentences)
        return self.cleaned_data

    def place_of(self, place: str) -> str:
        """Return the field of a service's place: "notes.3" is in the field of the notes."""
        head = place.partition(".")[0]
        return self.places.get(place, self.places.get(head, head))

    def _post_clean(self) -> None:
        """Leave the row alone: its service checks it, in its own words, and writes it."""


class ServiceFormSet(BaseInlineFormSet):
    """The rows of a service-backed form, with what the service refused in each.

    A row is counted when it is `filled`; the service is given, and numbers, no others.

    Attributes:
        place: what the service calls the rows: "anchors" of "anchors.0.quote".
        places: the field in which an error of another field of a row is shown.
    """

    place: ClassVar[str]
    places: ClassVar[dict[str, str]] = {}

    def __init__(
        self, *args: Any, refusal: dict[str, list[str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.refusal = refusal or {}

    def filled(self) -> list[forms.ModelForm]:
        """Return the rows that are to be stored, in order. Call after is_valid."""
        return [
            form
            for form in self.forms
            if form.has_changed() or form.instance.pk
            if not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]

    def clean(self) -> None:
        rows = self.filled() if self.refusal else []
        for place, sentences in self.refusal.items():
            _head, _dot, rest = place.partition(".")
            index, _dot, field = rest.partition(".")
            if index.isdigit() and int(index) < len(rows):
                row = rows[int(index)]
                field = self.places.get(field, field)
                row.add_error(field if field in row.fields else None, sentences)
            else:
                raise ValidationError(sentences)

    def clear_errors(self) -> None:
        self._non_form_errors = ErrorList()
        for form in self.forms:
            cast(ServiceForm, form).clear_errors()

    def validate_unique(self) -> None:
        """Leave it to the service, which may put the rows in another order."""


class ServiceAdmin(OwnRowsAdmin):
    """A subject's admin with Django's form. Subclasses answer `write`.

    Attributes:
        add_title: what the page of a new row is called.
        saved_words: what is said once a row is saved.
        has_other_buttons: whether buttons beside Save show the half-written form again.
    """

    form = ServiceForm
    has_other_buttons = False
    add_title: Any = ""
    saved_words: Any = gettext_lazy("Saved.")

    def write(
        self, *, by: User, form: Any, formsets: list[Any], obj: Any, request: HttpRequest
    ) -> Model:
        """Have a service store what a valid form and its rows say, and return what it stored.

        Args:
            obj: the row to change, or None for a new one.

        Raises:
            ValidationError: a dict of sentences by place, shown at their fields.
        """
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form; take it whole or not at all, in the time zone of its user."""
        refuse_popup(request)
        if SAVE_AS_NEW in request.POST:
            raise Http404
        # The right first: Django looks the row up first, which tells what exists.
        if object_id is not None and not self.has_change_permission(request):
            raise PermissionDenied
        with timezone.override(user_of(request).time_zone):
            try:
                response = super().changeform_view(request, object_id, form_url, extra_context)
            except Refused as refused:
                # Its transaction is rolled back. The same form is read again with what was refused.
                request.refusal = refused.by_place  # type: ignore[attr-defined]
                response = super().changeform_view(request, object_id, form_url, extra_context)
            if isinstance(response, TemplateResponse):
                response.render()
        return response

    # What Django's form is made of

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), self.form_values(request, obj))

    def form_values(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return what a form knows of its request, as attributes of its class."""
        return {
            "by": user_of(request),
            "refusal": self._refusal(request, rows=False),
            "half_written": self.is_half_written(request),
        }

    def is_half_written(self, request: HttpRequest) -> bool:
        return self.has_other_buttons and request.method == "POST" and SAVE not in request.POST

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        found = super().get_formset_kwargs(request, obj, inline, prefix)
        place = getattr(inline.formset, "place", None)
        refusal = self._refusal(request, rows=True)
        mine = {key: said for key, said in refusal.items() if key.partition(".")[0] == place}
        return {**found, "refusal": mine} if place else found

    def _refusal(self, request: HttpRequest, *, rows: bool) -> dict[str, list[str]]:
        """Return what was refused of the rows, or of the form itself."""
        heads = {getattr(one.formset, "place", None) for one in self.inlines}
        found = getattr(request, "refusal", {}).items()
        return {place: said for place, said in found if (place.partition(".")[0] in heads) == rows}

    def formfield_for_dbfield(self, db_field: Field, request: Any, **kwargs: Any) -> Any:
        """Leave out the links that open a related row in a pop-up."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    # What happens to a valid one

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store nothing yet: the service takes the row with those below it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        try:
            stored = self.write(
                by=user_of(request),
                form=form,
                formsets=list(formsets),
                obj=form.instance if change else None,
                request=request,
            )
        except ValidationError as error:
            raise Refused(error) from error
        form.instance.pk = stored.pk
        form.instance.refresh_from_db()

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Name the fields that changed; which rows did is the service's to know."""
        return super().construct_change_message(request, form, [], add)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        return self.response_change(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay at what was saved."""
        messages.success(request, self.saved_words)
        return self.back_to(obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Name the row, and what is wrong; Django says “Change deck”, and “the error below”."""
        original, form = context["original"], context["adminform"].form
        formsets = [one.formset for one in context["inline_admin_formsets"]]
        if self.is_half_written(request):
            for one in (form, *formsets):
                one.clear_errors()
        own = {
            "title": str(original) if original else self.add_title or context["title"],
            "subtitle": None,
            "problems": list(problems(form, formsets)) if form.is_bound else [],
            "errors": [],
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
        }
        return super().render_change_form(request, context | own, *args, **kwargs)
