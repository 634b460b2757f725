"""The pages of the user's account; allauth brings sign-in, password, sessions, second factor."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import email_change, services
from accounts.forms import EmailForm, SettingsForm, ZoneForm
from accounts.queries import accommodation_for, has_second_factor, user_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Settings saved."))
        return redirect("accounts:settings")
    factor, extra_attempts = accommodation_for(user_of(request))
    context = {
        "form": form,
        "percent_more": int((factor - 1) * 100),
        "extra_attempts": extra_attempts,
        "has_second_factor": has_second_factor(user_of(request)),
    }
    return render(request, "accounts/settings.html", context)


@login_required
@require_POST
def zone(request: HttpRequest) -> HttpResponse:
    """Store the zone that Today offered, or that UTC is to stay; either way it asks no more."""
    form = ZoneForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("This time zone is not known."))
        return redirect("accounts:settings")
    services.save_settings(user=user_of(request), **form.cleaned_data)
    messages.success(request, _("Settings saved."))
    return redirect("/")


@login_required
@reauthentication_required(app="allauth.account")
@rate_limit(action="manage_email")
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST or None, user=user_of(request))
    if request.method == "POST" and form.is_valid():
        services.ask_for_email(user=user_of(request), email=form.cleaned_data["email"])
        messages.success(request, _("Follow the link we sent to the new address to confirm it."))
        return redirect("accounts:email")
    return render(request, "accounts/email.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def email_confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Change the address on a click, not on opening the link, which mail scanners do as well."""
    change = email_change.read(key)
    if request.method == "POST" and change is not None:
        services.change_email(change=change)
        messages.success(request, _("Your e-mail address has been changed."))
        return redirect("accounts:settings")
    return render(request, "accounts/email_confirm.html", {"change": change})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


class ActivateTOTP(ActivateTOTPView):
    """A session opened with one factor must not go on alongside the new second factor."""

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.end_sessions(user=self.request.user, keep=self.request)
        return response


class DeactivateTOTP(DeactivateTOTPView):
    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.end_sessions(user=self.request.user, keep=self.request)
        self.request.session.pop("second_factor", None)
        return response
