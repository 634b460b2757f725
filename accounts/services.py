"""Every change to a user. Who may ask for it is checked here, whatever page or program asks."""

from __future__ import annotations

from collections.abc import Callable, Collection

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from knox.models import AuthToken

from accounts import hooks, tasks
from accounts.email_change import EmailChange
from accounts.models import User, new_salt
from accounts.queries import has_second_factor
from accounts.rules import ADMIN, ROLES, STAFF_ROLES, STUDENT


class TooManyAttemptsError(Exception):
    """Signing in is refused for a while, right password or not."""

    retry_after_s = 300


# Sessions and passwords


def end_sessions(*, user: User, keep: HttpRequest | None = None) -> None:
    """End every session and API token of the user, except the session of the request to keep."""
    user.session_salt = new_salt()
    user.save(update_fields=["session_salt"])
    AuthToken.objects.filter(user=user).delete()
    if keep is not None:
        update_session_auth_hash(keep, user)


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Store a password already found good. It ends all sessions; the caller may keep its own."""
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user=user)


def send_link(*, user: User, kind: str = "reset", by: User | None = None) -> None:
    """Have a link to choose a password sent to the user: `reset`, or `invitation`."""
    _require_admin(by)
    if user.email is None:
        raise ValidationError(_("“%(user)s” has no e-mail.") % {"user": user.login})
    if not user.is_active:
        raise ValidationError(_("“%(user)s” is disabled.") % {"user": user.login})
    tasks.send_link.enqueue(user_id=user.pk, kind=kind)
    _log(user, by, _("Sent a link to choose a password."))


def authenticate_for_token(
    request: HttpRequest, *, identifier: object, password: object, code: object = ""
) -> User | None:
    """Return who is meant, or None: nothing tells which of the three was wrong.

    Counted together with the sign-in page. Raises TooManyAttemptsError.
    """
    if not (isinstance(identifier, str) and isinstance(password, str) and isinstance(code, str)):
        return None
    try:
        user = get_adapter(request).authenticate(request, username=identifier, password=password)
    except ValidationError as error:
        raise TooManyAttemptsError from error
    if user is None or not user.is_active:
        return None
    if has_second_factor(user):
        form = AuthenticateForm(user=user, data={"code": code})
        if form.has_error("code", "too_many_login_attempts"):
            raise TooManyAttemptsError
        if not form.is_valid():
            return None
        form.authenticator.record_usage()
    return user


# Roles and activity


def check_roles(*, user: User, roles: Collection[str], by: User | None) -> None:
    """Raise if `by` may not give the user exactly these roles. `None` is the operator."""
    _require_admin(by)
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValidationError(_("Choose at least one of the roles."))
    if ADMIN not in roles:
        _refuse_last_admin(user)


@transaction.atomic
def set_roles(*, user: User, roles: Collection[str], by: User | None) -> None:
    """Give the user exactly these roles. A change ends the user's sessions."""
    _lock_admins()
    check_roles(user=user, roles=roles, by=by)
    before = set(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
    wanted = set(roles)
    if before == wanted and user.is_staff == bool(wanted & STAFF_ROLES):
        return
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in ROLES if role in wanted])
    user.is_staff = bool(wanted & STAFF_ROLES)
    user.is_superuser = user.is_superuser and ADMIN in wanted
    user.save(update_fields=["is_staff", "is_superuser"])
    user.__dict__.pop("roles", None)
    held = before or {STUDENT}
    if held == wanted:
        return
    end_sessions(user=user)
    change = {"before": ", ".join(sorted(held)), "after": ", ".join(sorted(wanted))}
    _log(user, by, _("Roles: %(before)s → %(after)s.") % change)


@transaction.atomic
def set_active(*, user: User, active: bool, by: User | None) -> None:
    """Enable or disable the user. Disabling takes hold with the next request; nothing is lost."""
    _require_admin(by)
    _lock_admins()
    if user.is_active == active:
        return
    if not active:
        _refuse_last_admin(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        end_sessions(user=user)
    _log(user, by, _("Enabled.") if active else _("Disabled."))


@transaction.atomic
def remove_second_factor(*, user: User, by: User | None) -> None:
    """Help someone who lost phone and recovery codes; staff must set a new one up at once."""
    _require_admin(by)
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("Remove your own second factor in your settings."))
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    if removed:
        end_sessions(user=user)
        _log(user, by, _("Removed the second factor."))


# People


@transaction.atomic
def invite(*, user: User, roles: Collection[str], by: User | None) -> User:
    """Store a new user without a password, and send a link to choose one where there is mail."""
    _require_admin(by)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    set_roles(user=user, roles=roles, by=by)
    if user.email is not None:
        transaction.on_commit(lambda: send_link(user=user, kind="invitation", by=by))
    return user


@transaction.atomic
def change_identity(*, user: User, by: User | None) -> None:
    """Store login, e-mail, name and study day of a user whom an admin has edited."""
    _require_admin(by)
    user.full_clean(exclude=["password"])
    fields = ["login", "email", "name", "time_zone", "day_starts_at"]
    before = User.objects.values_list("email", flat=True).get(pk=user.pk)
    user.save(update_fields=fields)
    if before != user.email:
        EmailAddress.objects.filter(user=user).delete()


@transaction.atomic
def change_accommodation(*, user: User, write: Callable[[], None], by: User | None) -> None:
    """Write what is granted to the user, and bring the attempts they have open up to date.

    The user's row is locked first, as a start does: an attempt has the old terms or is renewed.
    """
    _require_admin(by)
    list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))
    write()
    hooks.terms_changed(users=[user.pk])


def ask_for_email(*, user: User, email: str) -> None:
    """Have a link sent to the new address; see `email_change`."""
    tasks.offer_email.enqueue(user_id=user.pk, email=email)


@transaction.atomic
def change_email(*, change: EmailChange) -> None:
    """Store the address whose owner followed the link, and tell the address it replaces."""
    user, before = change.user, change.user.email
    user.email = change.email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    if before:
        tasks.tell_old_address.enqueue(user_id=user.pk, email=before)


def save_settings(*, user: User, **values: object) -> User:
    """Store what people set for themselves: `name`, `time_zone`, `day_starts_at`."""
    for field, value in values.items():
        if field not in {"name", "time_zone", "day_starts_at"}:
            raise ValueError(field)
        setattr(user, field, value)
    user.clean_fields(exclude={f.name for f in user._meta.fields} - set(values))
    fields = list(values)
    if "time_zone" in values:
        user.time_zone_chosen = True
        fields.append("time_zone_chosen")
    user.save(update_fields=fields)
    return user


def _require_admin(by: User | None) -> None:
    if by is not None and not by.is_admin:
        raise PermissionDenied


def _lock_admins() -> None:
    """Make changes of roles wait for each other: two admins must not demote one another."""
    list(Group.objects.select_for_update().filter(name=ADMIN))


def _refuse_last_admin(user: User) -> None:
    admins = User.objects.active().with_role(ADMIN)
    if admins.filter(pk=user.pk).exists() and not admins.exclude(pk=user.pk).exists():
        raise ValidationError(_("“%(user)s” is the last active admin.") % {"user": user.login})


def _log(user: User, by: User | None, message: str) -> None:
    """Keep the change in the admin site's history. The operator, who has no user, keeps logs."""
    if by is not None:
        LogEntry.objects.log_actions(
            by.pk, [user], CHANGE, change_message=message, single_object=True
        )
