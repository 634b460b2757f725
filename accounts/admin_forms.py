"""The forms in which admins write about other people."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.forms import time_zone_choices
from accounts.models import User
from accounts.rules import ADMIN, EDUCATOR, STUDENT

ROLE_CHOICES = [
    (STUDENT, _("Student")),
    (EDUCATOR, _("Educator: writes and marks")),
    (ADMIN, _("Admin: manages users as well")),
]


class RolesForm(forms.ModelForm):
    by: ClassVar[User]
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=ROLE_CHOICES,
        initial=[STUDENT],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Changing roles signs the user out everywhere."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            held = self.instance.groups.values_list("name", flat=True)
            self.initial["roles"] = list(held) or [STUDENT]

    def clean_roles(self) -> list[str]:
        roles = self.cleaned_data["roles"]
        services.check_roles(user=self.instance, roles=roles, by=self.by)
        return roles

    def clean_email(self) -> str | None:
        """Keep none as null: two people without e-mail must not clash."""
        return self.cleaned_data["email"] or None


class InviteForm(RolesForm):
    class Meta:
        model = User
        fields = ("login", "name", "email", "roles")


class UserForm(RolesForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)

    class Meta:
        model = User
        fields = ("login", "name", "email", "roles", "time_zone", "day_starts_at")
