"""Mail leaves through `manage.py work`: sending must neither keep a page waiting nor, by the
time it takes, tell whether an account exists."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from accounts import email_change
from accounts.models import User
from accounts.queries import find_user


@task()
def send_mail(*, subject: str, body: str, to: str) -> None:
    mail.send_mail(subject, body, None, [to])


@task()
def answer_reset_request(*, email: str) -> None:
    """Send a link if there is such an account. The request itself looked nothing up."""
    user = find_user(email)
    if user is not None and user.is_active:
        deliver_link(user, "reset")


@task()
def send_link(*, user_id: int, kind: str) -> None:
    """Send a user a link to choose a password: `reset`, or `invitation` for a new account."""
    user = User.objects.active().filter(pk=user_id).first()
    if user is not None:
        deliver_link(user, kind)


def link_for(user: User) -> str:
    """Return a link, good once and for a day, to choose a new password."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    return settings.BASE_URL + path


def deliver_link(user: User, kind: str) -> None:
    if user.email is not None:
        write(kind, user, user.email, link=link_for(user))


@task()
def offer_email(*, user_id: int, email: str) -> None:
    """Send the link that makes this the user's e-mail, unless it is someone's already."""
    user = User.objects.active().filter(pk=user_id).first()
    if user is not None and not User.objects.filter(email=email).exists():
        write("email_offered", user, email, link=email_change.link_for(user, email))


@task()
def tell_old_address(*, user_id: int, email: str) -> None:
    write("email_changed", User.objects.get(pk=user_id), email)


def write(kind: str, user: User, to: str, **context: str) -> None:
    """Send one of the mails of templates/accounts/email/."""
    values = {"user": user, "site": settings.BASE_URL, **context}
    subject = render_to_string(f"accounts/email/{kind}_subject.txt", values).strip()
    body = render_to_string(f"accounts/email/{kind}_message.txt", values)
    mail.send_mail(settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject, body, None, [to])
