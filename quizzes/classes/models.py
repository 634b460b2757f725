"""Classes, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Role(models.TextChoices):
    TEACHER = "teacher", _("teacher")
    STUDENT = "student", _("student")


class ClassQuerySet(models.QuerySet["Class"]):
    def current(self) -> ClassQuerySet:
        return self.filter(archived_at=None)

    def taught_by(self, user: User | AnonymousUser) -> ClassQuerySet:
        """Classes the user teaches; all of them for an admin."""
        if not user.is_authenticated:
            return self.none()
        if user.is_admin:
            return self
        return self.filter(pk__in=Membership.objects.of(user, Role.TEACHER).values("school_class"))

    def visible_to(self, user: User | AnonymousUser) -> ClassQuerySet:
        """Classes the user is in, as teacher or as student; all of them for an admin."""
        if not user.is_authenticated:
            return self.none()
        if user.is_admin:
            return self
        return self.filter(pk__in=Membership.objects.of(user).values("school_class"))


class Class(models.Model):
    """A group of students with their teachers, for a term or without end.

    Whoever knows the `join_code` may join, as a student; without one nobody joins by a code.
    """

    name = models.CharField(_("name"), max_length=120)
    term = models.CharField(_("term"), max_length=60, blank=True)
    join_code = models.CharField(_("code to join"), max_length=20, null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = ClassQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["join_code"], name="class_join_code_once"),
            models.CheckConstraint(
                condition=~models.Q(join_code=""), name="class_join_code_or_none"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.term}" if self.term else self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(left_at=None)

    def of(self, user: User, role: str = "") -> MembershipQuerySet:
        """The user's own places in classes that they have not left."""
        found = self.current().filter(user=user)
        return found.filter(role=role) if role else found

    def visible_to(self, user: User | AnonymousUser) -> MembershipQuerySet:
        """The user's own, and those of everybody in the classes they teach."""
        if not user.is_authenticated:
            return self.none()
        if user.is_admin:
            return self
        taught = Class.objects.taught_by(user).values("pk")
        return self.filter(models.Q(user=user) | models.Q(school_class__in=taught))


class Membership(models.Model):
    """One person in one class. Who leaves keeps the row, and takes it up again when back."""

    school_class = models.ForeignKey(
        Class, verbose_name=_("class"), on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.STUDENT)
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["school_class", "role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["school_class", "user"], name="person_once_a_class"),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True)
                | models.Q(left_at__gte=models.F("joined_at")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.school_class}"
