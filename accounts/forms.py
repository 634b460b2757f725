"""What people type about themselves."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ResetPasswordForm, SignupForm
from django import forms
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import services, tasks
from accounts.models import User
from accounts.rules import is_storable, time_zones, validate_line, validate_time_zone


def refuse_unstorable(value: str) -> None:
    if not is_storable(value):
        raise forms.ValidationError(_("This text contains characters that cannot be stored."))


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("Username or e-mail")
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "none"}
        login.validators += [MaxLengthValidator(320), refuse_unstorable]
        password.widget.attrs.pop("placeholder", None)
        self.fields["remember"].label = _("Keep me signed in on this device")


class SignUpForm(SignupForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        validators=[validate_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Optional. Shown to your educators."),
    )

    # The browser's, filled in by a script; it is a guess, so one that is not known is no error.
    time_zone = forms.CharField(
        required=False, widget=forms.HiddenInput(attrs={"data-browser-zone": ""})
    )

    field_order = ("username", "name", "email", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Login")
        self.fields["email"].label = _("E-mail")
        self.fields["email"].help_text = _("Optional. Needed only to get a new password.")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        return zone if zone in time_zones() else "UTC"

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Save; someone who took the same login a moment ago sees it on the form again."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            get_adapter().add_message(request, 40, message=str(_("This username is taken.")))
            return None, redirect("account_signup")


class ResetForm(ResetPasswordForm):
    """Asks for a link. Nothing is looked up here, so the answer cannot depend on what exists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        return get_adapter().clean_email(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        tasks.answer_reset_request.enqueue(email=self.cleaned_data["email"])
        return self.cleaned_data["email"]


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("New e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = get_adapter().clean_email(self.cleaned_data["email"])
        if email == self.user.email:
            raise forms.ValidationError(_("This is already your address."))
        return email


def time_zone_choices() -> list[Any]:
    """Group the zones by region, as people look for them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in time_zones():
        region, _slash, place = zone.partition("/")
        if place and region not in {"Etc", "SystemV", "US"}:
            groups.setdefault(region, []).append((zone, place.replace("_", " ")))
    return [("UTC", "UTC"), *groups.items()]


class ZoneForm(forms.Form):
    """The answer to whether the browser's time zone is to be used."""

    time_zone = forms.CharField(validators=[validate_time_zone])


class SettingsForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        help_text=_("Opening times and deadlines are shown in this time zone."),
    )
    day_starts_at = forms.TypedChoiceField(
        label=_("A study day begins at"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        help_text=_("What you study before this hour counts for the day before."),
    )

    class Meta:
        model = User
        fields = ("name", "time_zone", "day_starts_at")
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self.instance.time_zone
        if held not in {zone for _group, zones in time_zone_choices()[1:] for zone, _name in zones}:
            zones = cast(forms.ChoiceField, self.fields["time_zone"])
            zones.choices = [(held, held), *time_zone_choices()]

    def save(self, commit: bool = True) -> User:
        return services.save_settings(user=self.instance, **self.cleaned_data)
