"""Managing people in the admin site, and keeping educators out of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import Accommodation, User

SignedIn = Callable[[User], Client]
USERS = "/admin/accounts/user/"


def form_of(user: User, **changes: object) -> dict[str, object]:
    """What the browser posts for the user's page, with changes."""
    return {
        "login": user.login,
        "name": user.name,
        "email": user.email or "",
        "roles": list(user.roles),
        "time_zone": user.time_zone,
        "day_starts_at": user.day_starts_at,
        "accommodation-TOTAL_FORMS": "0",
        "accommodation-INITIAL_FORMS": "0",
        **changes,
    }


def act(client: Client, action: str, *users: User) -> str:
    form = {"action": action, "_selected_action": [user.pk for user in users]}
    return client.post(USERS, form, follow=True).content.decode()


def shown(client: Client, query: str) -> set[str]:
    page = client.get(f"{USERS}?{query}").content.decode()
    return set(re.findall(r'class="field-login[^"]*"><a [^>]*>([^<]+)<', page))


def test_it_names_the_person_and_what_is_wrong(
    root: User, ada: User, ben: User, signed_in: SignedIn
) -> None:
    client = signed_in(root)
    Accommodation.objects.create(user=ada, time_factor="1.25")
    page = client.get(f"{USERS}{ada.pk}/change/").content.decode()
    assert "<h1>Ada Osei</h1>" in page
    assert "Change user" not in page
    assert "#1" not in page
    assert 'name="accommodation-0-DELETE"' in page
    wrong = form_of(ada, login=ben.login, roles=[])
    page = client.post(f"{USERS}{ada.pk}/change/", wrong).content.decode()
    assert "2 things to fix before this can be saved:" in page
    assert '<a href="#id_login">Login: This username is taken.</a>' in page
    assert "Please correct" not in page
    assert "<h1>Add a user</h1>" in client.get(f"{USERS}add/").content.decode()


def test_it_writes_days_before_months(root: User, ada: User, signed_in: SignedIn) -> None:
    User.objects.filter(pk=ada.pk).update(last_login=datetime(2026, 3, 4, 15, 6, tzinfo=UTC))
    client = signed_in(root)
    assert "4 Mar 2026" in client.get(USERS).content.decode()
    assert "4 March 2026, 15:06" in client.get(f"{USERS}{ada.pk}/change/").content.decode()


def test_it_finds_people(root: User, ada: User, ben: User, cora: User, signed_in: SignedIn) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False, last_login=timezone.now())
    client = signed_in(root)
    assert shown(client, "q=ada") == {"ada"}
    assert shown(client, "q=Diaz") == {"ben"}
    assert shown(client, "q=cora@example") == {"cora"}
    assert shown(client, "role=educator") == {"cora"}
    assert shown(client, "role=student") == {"ada", "ben"}
    assert shown(client, "activity=disabled") == {"ben"}
    assert shown(client, "activity=recent") == {"ben", "root"}
    assert shown(client, "activity=never") == {"ada", "cora"}
    assert shown(client, "activity=nonsense&role=nonsense") == {"ada", "ben", "cora", "root"}


def test_its_list_costs_the_same_for_many(root: User, signed_in: SignedIn) -> None:
    client = signed_in(root)
    client.get(USERS)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(USERS)
        return len(counted)

    before = queries()
    for number in range(20):
        User.objects.create_user(f"pupil{number}")
    assert queries() == before


@pytest.mark.usefixtures("mail_now")
def test_it_invites_by_mail(
    root: User, signed_in: SignedIn, django_capture_on_commit_callbacks: Callable
) -> None:
    form = {"login": "Eve", "name": "Eve", "email": "Eve@example.org", "roles": ["educator"]}
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(root).post(f"{USERS}add/", form)
    assert response.status_code == 302
    eve = User.objects.get(login="eve")
    assert eve.is_educator
    assert not eve.has_usable_password()
    assert mail.outbox[-1].to == ["eve@example.org"]
    assert "/accounts/password/reset/key/" in mail.outbox[-1].body


def test_it_shows_the_link_once_for_who_has_no_mail(
    root: User, signed_in: SignedIn, enter: Callable
) -> None:
    client = signed_in(root)
    form = {"login": "pupil", "name": "", "email": "", "roles": ["student"]}
    page = client.post(f"{USERS}add/", form, follow=True).content.decode()
    found = re.search(r"/accounts/password/reset/key/[^\s<]+", page)
    assert found
    pupil = Client()
    where = pupil.get(found[0], follow=True).redirect_chain[-1][0]
    pupil.post(where, {"password1": "my own long password", "password2": "my own long password"})
    assert enter("pupil", "my own long password")[1] == 302
    assert found[0] not in client.get(USERS).content.decode()


def test_it_changes_identity_and_roles_and_keeps_record(
    root: User, ada: User, signed_in: SignedIn
) -> None:
    client = signed_in(root)
    form = form_of(ada, name="Ada Lovelace", email="", roles=["student", "educator"])
    assert client.post(f"{USERS}{ada.pk}/change/", form).status_code == 302
    ada = User.objects.get(pk=ada.pk)
    assert (ada.name, ada.email, ada.roles) == ("Ada Lovelace", None, ("student", "educator"))
    assert LogEntry.objects.filter(user=root, object_id=str(ada.pk)).count() >= 1
    assert client.get(f"{USERS}{ada.pk}/history/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", "BEN"),
        ("login", "a@b"),
        ("login", "x" * 151),
        ("login", ""),
        ("email", "BEN@example.org"),
        ("email", "nonsense"),
        ("roles", []),
        ("roles", ["superuser"]),
        ("time_zone", "Mars/Olympus"),
        ("day_starts_at", "24"),
        ("day_starts_at", "9" * 400),
        ("name", "a\0b"),
    ],
)
def test_it_refuses_what_makes_no_sense(
    root: User, ada: User, ben: User, signed_in: SignedIn, field: str, value: object
) -> None:
    before = User.objects.filter(pk=ada.pk).values().get()
    response = signed_in(root).post(f"{USERS}{ada.pk}/change/", form_of(ada, **{field: value}))
    assert response.status_code == 200
    assert User.objects.filter(pk=ada.pk).values().get() == before


def test_it_binds_nothing_beyond_its_fields(root: User, ada: User, signed_in: SignedIn) -> None:
    before = User.objects.filter(pk=ada.pk).values().get()
    forged = {
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "",
        "password": "x",
        "groups": ["1", "2", "3"],
        "user_permissions": ["1"],
        "session_salt": "x",
        "id": "9",
    }
    signed_in(root).post(f"{USERS}{ada.pk}/change/", form_of(ada, **forged))
    assert User.objects.filter(pk=ada.pk).values().get() == before
    assert not User.objects.filter(is_superuser=True).exists()


def test_it_disables_and_enables(root: User, ada: User, ben: User, signed_in: SignedIn) -> None:
    client = signed_in(root)
    assert "2 users disabled and signed out." in act(client, "disable", ada, ben)
    assert set(User.objects.active()) == {root}
    assert "1 user enabled." in act(client, "enable", ada)
    assert set(User.objects.active()) == {root, ada}


def test_it_keeps_the_last_admin(root: User, ada: User, signed_in: SignedIn) -> None:
    client = signed_in(root)
    page = act(client, "disable", root, ada)
    assert "last active admin" in page
    assert "1 user disabled and signed out." in page
    assert "and signed out." not in act(client, "disable", root)
    response = client.post(f"{USERS}{root.pk}/change/", form_of(root, roles=["student"]))
    assert "last active admin" in response.content.decode()
    assert User.objects.get(pk=root.pk).is_admin


@pytest.mark.usefixtures("mail_now")
def test_it_sends_a_reset_link(root: User, ada: User, signed_in: SignedIn) -> None:
    act(signed_in(root), "send_reset_link", ada)
    assert mail.outbox[-1].to == ["ada@example.org"]


def test_it_removes_a_lost_second_factor(
    root: User, cora: User, signed_in: SignedIn, with_totp: Callable
) -> None:
    with_totp(cora)
    act(signed_in(root), "remove_second_factor", cora)
    assert not cora.authenticator_set.exists()


def test_it_grants_an_accommodation(root: User, ada: User, signed_in: SignedIn) -> None:
    granted = {
        "accommodation-TOTAL_FORMS": "1",
        "accommodation-0-time_factor": "1.25",
        "accommodation-0-extra_attempts": "1",
        "accommodation-0-reason": "dyslexia",
        "accommodation-0-user": ada.pk,
    }
    response = signed_in(root).post(f"{USERS}{ada.pk}/change/", form_of(ada, **granted))
    assert response.status_code == 302
    one = Accommodation.objects.get(user=ada)
    assert (str(one.time_factor), one.extra_attempts) == ("1.25", 1)


@pytest.mark.parametrize("factor", ["0.99", "10.01", "NaN", "1e9", "-1", ""])
def test_it_refuses_an_accommodation_out_of_bounds(
    root: User, ada: User, signed_in: SignedIn, factor: str
) -> None:
    granted = {
        "accommodation-TOTAL_FORMS": "1",
        "accommodation-0-time_factor": factor,
        "accommodation-0-extra_attempts": "1",
        "accommodation-0-user": ada.pk,
    }
    response = signed_in(root).post(f"{USERS}{ada.pk}/change/", form_of(ada, **granted))
    assert response.status_code == 200
    assert not Accommodation.objects.exists()


def test_it_never_deletes_people(root: User, ada: User, signed_in: SignedIn) -> None:
    client = signed_in(root)
    assert client.post(f"{USERS}{ada.pk}/delete/", {"post": "yes"}).status_code == 403
    act(client, "delete_selected", ada)
    assert User.objects.filter(pk=ada.pk).exists()


def test_it_shows_no_secrets(root: User, ada: User, signed_in: SignedIn) -> None:
    client = signed_in(root)
    page = client.get(f"{USERS}{ada.pk}/change/").content.decode()
    assert ada.password not in page
    assert ada.session_salt not in page
    assert client.get(f"{USERS}?password__startswith=md5").status_code in {302, 400}
    assert client.get(f"{USERS}?session_salt__startswith=a").status_code in {302, 400}


@pytest.mark.parametrize(
    "path",
    ["auth/group/", "mfa/authenticator/", "usersessions/usersession/", "account/emailaddress/"],
)
def test_it_lists_no_sessions_factors_or_groups(root: User, signed_in: SignedIn, path: str) -> None:
    assert signed_in(root).get(f"/admin/{path}").status_code == 404


def addresses_of_people(user: User) -> list[str]:
    """Every address of the admin site about accounts, auth and the audit."""
    found = []
    for pattern in get_resolver("config.urls").url_patterns:
        if str(pattern.pattern) != "admin/":
            continue
        for one in pattern.url_patterns:
            prefix = str(one.pattern)
            if prefix.startswith(("accounts/", "auth/", "admin/logentry")):
                found += [
                    "/admin/"
                    + prefix
                    + re.sub(r"<[^>]+>", str(user.pk), str(sub.pattern)).lstrip("^")
                    for sub in one.url_patterns
                ]
    return [address.removesuffix("$") for address in found]


@pytest.mark.parametrize("name", ["ada", "cora"])
def test_it_is_closed_to_all_but_admins(
    request: pytest.FixtureRequest, name: str, root: User, ben: User, signed_in: SignedIn
) -> None:
    user = request.getfixturevalue(name)
    client = signed_in(user)
    addresses = addresses_of_people(ben)
    assert f"/admin/accounts/user/{ben.pk}/change/" in addresses
    addresses += [
        f"{USERS}{ben.pk}/password/",
        f"{USERS}?_to_field=id&_popup=1",
        f"{USERS}?password__startswith=a",
        "/admin/autocomplete/?app_label=accounts&model_name=accommodation&field_name=user",
    ]
    for address in addresses:
        for response in (
            client.get(address, follow=True),
            client.post(address, form_of(ben), follow=True),
        ):
            assert response.status_code in {403, 404, 405}, address
    assert "accounts" not in client.get("/admin/").content.decode().replace("/accounts/", "")


def test_an_educator_cannot_raise_anyone_by_forged_posts(
    cora: User, ada: User, root: User, signed_in: SignedIn
) -> None:
    client = signed_in(cora)
    people = ("login", "is_staff", "is_superuser", "is_active", "password", "email")
    before = list(User.objects.order_by("pk").values("pk", *people))
    groups = list(User.groups.through.objects.order_by("pk").values())
    for user in (cora, ada, root):
        for roles in (["admin"], ["educator", "admin"], ["student"], []):
            forged = form_of(user, roles=roles, is_superuser="on", is_staff="on", groups=["3"])
            for address in (
                f"{USERS}{user.pk}/change/",
                f"{USERS}{user.pk}/password/",
                f"{USERS}add/",
                USERS,
                "/accounts/settings/",
                "/admin/password_change/",
                "/admin/",
            ):
                client.post(address, forged)
        for action in ("enable", "disable", "send_reset_link", "remove_second_factor"):
            act(client, action, user)
    assert list(User.objects.order_by("pk").values("pk", *people)) == before
    assert list(User.groups.through.objects.order_by("pk").values()) == groups
