"""Addresses of the user's own account; allauth serves the rest under the same prefix."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("zone/", views.zone, name="zone"),
    path("privacy/", views.privacy, name="privacy"),
    path("email/confirm/<str:key>/", views.email_confirm, name="email_confirm"),
    # In front of allauth's own at the same addresses.
    path("email/", views.email, name="email"),
    path("2fa/totp/activate/", views.ActivateTOTP.as_view(), name="activate_totp"),
    path("2fa/totp/deactivate/", views.DeactivateTOTP.as_view(), name="deactivate_totp"),
]
