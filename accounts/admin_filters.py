"""Narrowing the list of users."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, UserQuerySet
from accounts.rules import ADMIN, EDUCATOR, STUDENT


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(STUDENT, _("Students")), (EDUCATOR, _("Educators")), (ADMIN, _("Admins"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        people = cast(UserQuerySet, queryset)
        match self.value():
            case "student":
                return people.students()
            case "educator" | "admin" as role:
                return people.with_role(role)
        return people


class ActivityFilter(admin.SimpleListFilter):
    title = _("activity")
    parameter_name = "activity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("active", _("Enabled")),
            ("disabled", _("Disabled")),
            ("recent", _("Signed in within 30 days")),
            ("never", _("Never signed in")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "active":
                return queryset.filter(is_active=True)
            case "disabled":
                return queryset.filter(is_active=False)
            case "recent":
                return queryset.filter(last_login__gte=timezone.now() - timedelta(days=30))
            case "never":
                return queryset.filter(last_login__isnull=True)
        return queryset
