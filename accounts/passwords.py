"""Which passwords are accepted (SP 800-63B: long, unlisted, nothing else asked), and how kept."""

from __future__ import annotations

import re
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rules import is_storable

MAX_BYTES = 4096
SITE_WORDS = re.compile("passage|demo|quiz|student|educator|admin|learn|[ -/:-@[-`{-~]")
REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)


class Argon2(Argon2PasswordHasher):
    """RFC 9106, second recommended option: Django's own takes 100 MB for each sign-in at once."""

    time_cost = 3
    memory_cost = 65536
    parallelism = 4


class StorableValidator:
    """Refuse what no database or hasher takes, and what would only cost time to hash."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if not is_storable(password):
            raise ValidationError(
                _("This password contains characters that cannot be stored."),
                code="password_unclean",
            )
        if len(password.encode()) > MAX_BYTES:
            raise ValidationError(
                _("This password is too long: at most %(most)d bytes."),
                code="password_too_long",
                params={"most": MAX_BYTES},
            )

    def get_help_text(self) -> str:
        return ""


class LengthValidator:
    """Ask for a length that suits what else protects the account."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        least = settings.PASSWORD_LENGTH
        if user is not None and user.pk is not None and is_mfa_enabled(user):
            least = settings.PASSWORD_LENGTH_WITH_SECOND_FACTOR
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
        least, less = settings.PASSWORD_LENGTH, settings.PASSWORD_LENGTH_WITH_SECOND_FACTOR
        if least == less:
            return _("At least %(least)d characters.") % {"least": least}
        return _(
            "At least %(least)d characters, or %(less)d once a second factor is set up. "
            "A few words in a row are easy to remember."
        ) % {"least": least, "less": less}


class ListedValidator(CommonPasswordValidator):
    """Refuse listed passwords, also when repeated or made long with the words of this site."""

    def validate(self, password: str, user: Any = None) -> None:
        folded = password.casefold()[:MAX_BYTES]
        repeated = REPEATED.fullmatch(folded)
        for spelling in {folded, repeated[1] if repeated else folded, SITE_WORDS.sub("", folded)}:
            if len(spelling) < 4 <= len(folded) and spelling != folded:
                raise ValidationError(
                    _("This password is easy to guess."), code="password_too_common"
                )
            super().validate(spelling, user)
