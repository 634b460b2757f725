"""Which passwords are accepted (SP 800-63B: long, unlisted, and nothing else asked)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import is_storable

MAX_BYTES = 4096


class LengthValidator:
    """Ask for a length that suits what else protects the account."""

    def least(self, user: AbstractBaseUser | None) -> int:
        if settings.DEMO:
            return settings.PASSWORD_LENGTH_WITH_SECOND_FACTOR
        if user is not None and user.pk is not None:
            from allauth.mfa.utils import is_mfa_enabled

            if is_mfa_enabled(user):
                return settings.PASSWORD_LENGTH_WITH_SECOND_FACTOR
        return settings.PASSWORD_LENGTH

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        least = self.least(user)
        if len(password) < least:
            raise ValidationError(
                ngettext(
                    "This password is too short: it needs at least %(least)d character.",
                    "This password is too short: it needs at least %(least)d characters.",
                    least,
                ),
                code="password_too_short",
                params={"least": least},
            )

    def get_help_text(self) -> str:
        if settings.DEMO:
            return _("At least %(least)d characters.") % {
                "least": settings.PASSWORD_LENGTH_WITH_SECOND_FACTOR
            }
        return _(
            "At least %(least)d characters, or %(less)d when a second factor is set up. "
            "A few words in a row are easy to keep in mind."
        ) % {
            "least": settings.PASSWORD_LENGTH,
            "less": settings.PASSWORD_LENGTH_WITH_SECOND_FACTOR,
        }


class StorableValidator:
    """Refuse what no database or hasher takes, and what would only cost time to hash."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if not is_storable(password):
            raise ValidationError(
                _("This password holds signs that cannot be stored."), code="password_unclean"
            )
        if len(password.encode()) > MAX_BYTES:
            raise ValidationError(
                _("This password is too long: at most %(most)d bytes."),
                code="password_too_long",
                params={"most": MAX_BYTES},
            )

    def get_help_text(self) -> str:
        return ""
