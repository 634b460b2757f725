"""People: the user, and what a student is granted in every quiz."""

from __future__ import annotations

import secrets
from decimal import Decimal
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.rules import (
    ADMIN,
    EDUCATOR,
    ROLES,
    STAFF_ROLES,
    STUDENT,
    normalise_email,
    normalise_login,
    normalise_password,
    validate_email_name,
    validate_line,
    validate_login,
    validate_time_zone,
)


def new_salt() -> str:
    return secrets.token_urlsafe(24)


def session_proof(password: str, session_salt: str, secret: str | None = None) -> str:
    """Return what a session must hold to be of the user with this password hash and salt.

    Args:
        secret: an older SECRET_KEY to prove with; the site's own by default.
    """
    value = f"{password}:{session_salt}"
    return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def with_role(self, role: str) -> UserQuerySet:
        return self.filter(groups__name=role)

    def students(self) -> UserQuerySet:
        """Narrow to students: who signed up holds no role by name, and is one all the same."""
        return self.exclude(groups__name__in=STAFF_ROLES)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(
        self, login: str, email: str | None = None, password: str | None = None, **fields: object
    ) -> User:
        """Make a user; without a password, one who can sign in only after a reset link."""
        user = self.model(login=normalise_login(login), email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, login: str, email: str | None = None, password: str | None = None, **fields: object
    ) -> User:
        """Make an admin from the command line: the only place where is_superuser is set."""
        user = self.create_user(login, email, password, is_staff=True, is_superuser=True, **fields)
        user.groups.add(Group.objects.using(self._db).get_or_create(name=ADMIN)[0])
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login=normalise_login(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    login = models.CharField(
        _("login"),
        max_length=150,
        unique=True,
        validators=[validate_login],
        help_text=_("The name used to sign in."),
        error_messages={"unique": _("This username is taken.")},
    )
    email = models.EmailField(
        _("e-mail"),
        unique=True,
        null=True,
        blank=True,
        validators=[validate_email_name],
        error_messages={"unique": _("This e-mail belongs to another user.")},
    )
    name = models.CharField(_("name"), max_length=150, blank=True, validators=[validate_line])
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    # Whether a person has said so; until then UTC is a guess, and the browser's zone is offered.
    time_zone_chosen = models.BooleanField(default=False, editable=False)
    day_starts_at = models.PositiveSmallIntegerField(
        _("day starts at"),
        default=4,
        validators=[MaxValueValidator(23)],
        help_text=_("Hour at which a study day begins, 0 to 23."),
    )
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May open the admin site; follows from the roles.")
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("A disabled user cannot sign in. Nothing is deleted."),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    # Part of what every session is checked against: a new value ends all sessions at once.
    session_salt = models.CharField(max_length=43, default=new_salt, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["login"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(day_starts_at__lte=23), name="user_day_starts_within_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(email__isnull=True) | ~models.Q(email=""),
                name="user_email_is_null_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.login

    def clean(self) -> None:
        """Bring login and e-mail to their one spelling before uniqueness is looked at."""
        self.login = normalise_login(self.login)
        self.email = normalise_email(self.email)

    def set_password(self, raw_password: str | None) -> None:
        """Hash one spelling, since keyboards differ in how they send the same letter."""
        super().set_password(raw_password and normalise_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(raw_password and normalise_password(raw_password))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must hold to be this user's; Django compares on every request."""
        return session_proof(self.password, self.session_salt, secret)

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return normalise_login(username)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles held, read once. A user who is not staff is a student without a query."""
        if not self.is_staff:
            return (STUDENT,)
        held = set(self.groups.values_list("name", flat=True)) & set(ROLES)
        if self.is_superuser:
            held.add(ADMIN)
        return tuple(role for role in ROLES if role in held)

    @property
    def time_zone_is_guessed(self) -> bool:
        return self.time_zone == "UTC" and not self.time_zone_chosen

    @property
    def is_admin(self) -> bool:
        return self.is_active and self.is_staff and ADMIN in self.roles

    @property
    def is_educator(self) -> bool:
        """Whether the user authors; an admin may do all an educator may."""
        return self.is_active and self.is_staff and bool({EDUCATOR, ADMIN} & set(self.roles))


class Accommodation(models.Model):
    """What a student is granted in every quiz: a private matter of student and staff."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="accommodation")
    time_factor = models.DecimalField(
        _("time factor"),
        max_digits=4,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(Decimal("1.00")), MaxValueValidator(Decimal("10.00"))],
        help_text=_("1.25 gives a quarter more time on every limit, also past the close."),
    )
    extra_attempts = models.PositiveSmallIntegerField(
        _("extra attempts"), default=0, validators=[MaxValueValidator(100)]
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, validators=[validate_line])

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(time_factor__gte=1) & models.Q(time_factor__lte=10),
                name="accommodation_factor_from_1_to_10",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: ×{self.time_factor}, +{self.extra_attempts}"
