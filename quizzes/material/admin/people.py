"""Sharing: naming educators by login or e-mail, without a list of everybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import find_user
from accounts.rules import STAFF_ROLES, is_storable

PEOPLE_LIMIT = 100
SUGGESTED = 8
SHORTEST = 2


class PeopleWidget(forms.Textarea):
    """A line for each person, with a field that suggests colleagues where there are scripts."""

    class Media:
        js = (forms.widgets.Script("quizzes/js/admin/suggest.js", type="module"),)

    def __init__(self, suggest_at: str) -> None:
        super().__init__(attrs={"rows": 3, "spellcheck": "false"})
        self.suggest_at = suggest_at

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        area = super().render(name, value, attrs, renderer)
        context = {"area": area, "id": (attrs or {}).get("id"), "suggest_at": self.suggest_at}
        return render_to_string("admin/quizzes/people.html", context)


class PeopleField(forms.CharField):
    """Educators, one login or e-mail a line; cleans to a list of users.

    Args:
        suggest_at: the name of the address that `suggest` answers.
    """

    def __init__(self, *, suggest_at: str, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 20_000)
        kwargs.setdefault("widget", PeopleWidget(suggest_at))
        kwargs.setdefault(
            "help_text", gettext_lazy("One username or e-mail per line. Educators only.")
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return "\n".join(user.login for user in value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Any:
        if isinstance(value, list):
            # A disabled field cleans what it began with.
            return value
        names = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(names) > PEOPLE_LIMIT:
            raise ValidationError(_("At most %(n)d people.") % {"n": PEOPLE_LIMIT})
        found: dict[int, User] = {}
        unknown: list[str] = []
        for name in names:
            user = find_user(name)
            # A student and nobody at all are refused alike: this is no way to look people up.
            if user is None or not user.is_educator:
                unknown.append(name)
            else:
                found[user.pk] = user
        if unknown:
            text = _("No educator here: %(names)s") % {"names": ", ".join(unknown)[:300]}
            raise ValidationError(text)
        return list(found.values())


def suggest(request: HttpRequest) -> JsonResponse:
    """Name educators whose login or name begins with what was typed."""
    text = request.GET.get("q", "").strip()[:150]
    found: Iterable[User] = ()
    if len(text) >= SHORTEST and is_storable(text):
        begins = Q(login__istartswith=text) | Q(name__icontains=text)
        rows = User.objects.active().filter(begins, is_staff=True, groups__name__in=STAFF_ROLES)
        found = rows.order_by("login").distinct()[:SUGGESTED]
    return JsonResponse({"results": [{"value": one.login, "label": str(one)} for one in found]})
