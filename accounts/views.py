"""The pages of one's own account; allauth brings sign-in, password, sessions, second factor."""

from __future__ import annotations

from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.forms import SettingsForm
from accounts.queries import accommodation_for, has_second_factor


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("accounts:settings")
    factor, extra_attempts = accommodation_for(request.user)
    context = {
        "form": form,
        "percent_more": int((factor - 1) * 100),
        "extra_attempts": extra_attempts,
        "has_second_factor": has_second_factor(request.user),
    }
    return render(request, "accounts/settings.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


class ActivateTOTP(ActivateTOTPView):
    """A session opened with one factor must not go on beside the new second one."""

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
