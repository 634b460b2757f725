"""What a login, an e-mail, a time zone and a typed text may be. No models, no request."""

from __future__ import annotations

import unicodedata
import zoneinfo
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

STUDENT, EDUCATOR, ADMIN = "student", "educator", "admin"
ROLES = (STUDENT, EDUCATOR, ADMIN)
STAFF_ROLES = frozenset({EDUCATOR, ADMIN})


def normalise_login(value: str) -> str:
    """Return the one spelling of a login, so that no two people look alike to the site."""
    folded = unicodedata.normalize("NFKC", value.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)


def normalise_email(value: str | None) -> str | None:
    """Return the one spelling of an e-mail, and null for none, since many pupils have none.

    NFKC comes first: letters such as the Kelvin sign would otherwise turn into ASCII only when
    a later step lowers them, and one person's address could be taken for another's.
    """
    return unicodedata.normalize("NFKC", (value or "").strip()).lower() or None


def normalise_password(value: str) -> str:
    return unicodedata.normalize("NFKC", value)


def is_storable(value: str) -> bool:
    """Whether every database takes the text: PostgreSQL refuses NUL and lone surrogates."""
    return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def validate_line(value: str) -> None:
    """Accept one line of text that can be stored and shown."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in value):
        raise ValidationError(
            _("This text contains characters that cannot be stored."), code="unclean"
        )


def validate_login(value: str) -> None:
    """Refuse what could pass for another login, or for an e-mail address of someone else."""
    validate_line(value)
    if any(char.isspace() or unicodedata.category(char) == "Cf" for char in value):
        raise ValidationError(_("A username has no spaces or invisible characters."), code="spaces")
    if "@" in value or "/" in value:
        raise ValidationError(_("A username contains neither “@” nor “/”."), code="sign")


def validate_email_name(value: str) -> None:
    """Ask for an ASCII name before the @; Django's pattern lets a few look-alikes through."""
    if not value.rpartition("@")[0].isascii():
        raise ValidationError(_("Enter a valid email address."), code="invalid")


@cache
def time_zones() -> tuple[str, ...]:
    """Every time zone a person may choose, by name."""
    return tuple(sorted(zoneinfo.available_timezones() - {"localtime", "Factory"}))


def validate_time_zone(value: str) -> None:
    if value not in time_zones():
        raise ValidationError(_("This time zone is not known."), code="time_zone")
