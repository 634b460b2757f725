"""Users, for admins: list, invite, deactivate, set roles."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.models import User, UserQuerySet
from accounts.rules import ADMIN, ROLES, STUDENT, is_storable
from quizzes.api.authentication import IsAdmin
from quizzes.api.base import View
from quizzes.api.fields import Flag, Input, Moment, Output, Text
from quizzes.api.idempotency import idempotent
from quizzes.api.schema import operation


class UserOut(Output):
    id = serializers.IntegerField()
    login = serializers.CharField()
    email = serializers.EmailField(allow_null=True)
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLES))
    active = serializers.BooleanField()
    joined_at = Moment()
    last_login = Moment(allow_null=True)


class Roles(serializers.ListField):
    child = serializers.ChoiceField(choices=ROLES)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=len(ROLES), **kwargs)


class Invitation(Input):
    """With an e-mail, a link to choose a password is sent there."""

    login = Text(max_length=150)
    email = Text(max_length=254, required=False, allow_null=True)
    name = Text(max_length=150, required=False, allow_blank=True)
    roles = Roles()


class UserChange(Input):
    active = Flag(required=False)
    roles = Roles(required=False)


class UsersView(View):
    permission_classes = [IsAdmin]

    @operation(
        "list_users",
        "All users",
        gives=UserOut,
        pages=True,
        query=[
            OpenApiParameter("role", str, enum=ROLES, description="Only with this role."),
            OpenApiParameter("active", str, enum=["true", "false"]),
            OpenApiParameter("search", str, description="In login, e-mail and name."),
        ],
    )
    def get(self, request: Request) -> Response:
        rows = _filtered(User.objects.all(), request).prefetch_related("groups")
        return self.page(UserOut, rows.order_by("login", "pk"), lambda f: [_user(o) for o in f])

    @operation(
        "invite_user",
        "Make a user, who chooses a password by mail",
        takes=Invitation,
        gives=UserOut,
        status=201,
        repeatable=True,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.read(Invitation)
        roles = given.pop("roles")
        user = services.invite(user=User(**given), roles=roles, by=self.user)
        return self.reply(UserOut, _user(user), 201)


class UserView(View):
    @operation("read_user", "A user", gives=UserOut, found=True)
    def get(self, request: Request, pk: int) -> Response:
        return self.reply(UserOut, _user(_one(self.user, pk)))

    @operation(
        "change_user", "Deactivate a user, or set the roles", takes=UserChange, gives=UserOut,
        found=True,
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        user = _one(self.user, pk)
        given = self.read(UserChange)
        with transaction.atomic():
            for field, change in (("roles", services.set_roles), ("active", services.set_active)):
                if field in given:
                    try:
                        change(user=user, by=self.user, **{field: given[field]})
                    except DjangoValidationError as error:
                        raise ValidationError({field: error.messages}) from error
        return self.reply(UserOut, _user(_one(self.user, pk)))


def _one(by: User, pk: int) -> User:
    """Return a user as an admin sees them; to everyone else nobody is there."""
    users = User.objects.all() if by.is_admin else User.objects.none()
    return get_object_or_404(users.prefetch_related("groups"), pk=pk)


def _filtered(users: UserQuerySet, request: Request) -> UserQuerySet:
    role = request.query_params.get("role")
    if role is not None:
        if role not in ROLES:
            raise ValidationError({"role": [_("There is no such role.")]})
        users = users.students() if role == STUDENT else users.with_role(role)
    active = request.query_params.get("active")
    if active is not None:
        if active not in ("true", "false"):
            raise ValidationError({"active": [_("true or false is expected.")]})
        users = users.filter(is_active=active == "true")
    words = request.query_params.get("search", "")
    if not is_storable(words):
        raise ValidationError(
            {"search": [_("This text contains characters that cannot be stored.")]}
        )
    for word in words.split()[:8]:
        users = users.filter(
            Q(login__icontains=word) | Q(email__icontains=word) | Q(name__icontains=word)
        )
    return users


def _user(user: User) -> dict[str, Any]:
    """Return a user; the roles come from the groups already read."""
    held = {group.name for group in user.groups.all()}
    if user.is_superuser:
        held.add(ADMIN)
    return {
        "id": user.pk,
        "login": user.login,
        "email": user.email,
        "name": user.name,
        "roles": [role for role in ROLES if role in held] or [STUDENT],
        "active": user.is_active,
        "joined_at": user.date_joined,
        "last_login": user.last_login,
    }
