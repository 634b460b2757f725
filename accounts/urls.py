"""Addresses of one's own account; allauth serves the rest under the same prefix."""

from django.urls import URLPattern

app_name = "accounts"

urlpatterns: list[URLPattern] = []
