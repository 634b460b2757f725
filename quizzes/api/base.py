"""What every view of the API shares: who may call, how a body is read, how a reply is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from quizzes.api import throttling
from quizzes.api.authentication import IsSignedIn
from quizzes.api.fields import Input, Output
from quizzes.api.pagination import Pages

M = TypeVar("M", bound=Model)


class NoFields(Input):
    """The body of a call that needs none: nothing, or an empty object."""


class View(APIView):
    """A resource; each of its methods names what it takes and what it gives."""

    permission_classes = [IsSignedIn]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            super().initial(request, *args, **kwargs)
        except (exceptions.NotAuthenticated, exceptions.AuthenticationFailed):
            # Counted only now, so that wrong tokens of one cannot shut out a class behind the
            # same address.
            wait = throttling.wait_of_address(request)
            if wait:
                raise exceptions.Throttled(wait) from None
            raise

    def get_authenticate_header(self, request: Request) -> str:
        """Name the scheme also where no one need be signed in, or wrong credentials were 403."""
        return "Token"

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def read(self, serializer: type[Input], **kwargs: Any) -> dict[str, Any]:
        """Return the body as `serializer` takes it, or refuse it with 400."""
        given = serializer(data=self.request.data, **kwargs)
        given.is_valid(raise_exception=True)
        return cast(dict[str, Any], given.validated_data)

    def reply(self, serializer: type[Output], value: Any, status: int = 200) -> Response:
        """Return `value` as `serializer` tells it."""
        return Response(serializer(value).data, status=status)

    def page(
        self,
        serializer: type[Output],
        rows: QuerySet[M] | Sequence[Any],
        prepare: Callable[[list[Any]], Sequence[Any]],
    ) -> Response:
        """Return one page of `rows`; `prepare` turns its rows into what the serializer tells."""
        pages = Pages()
        found = cast(list[Any], pages.paginate_queryset(rows, self.request, view=self))
        return pages.get_paginated_response(serializer(prepare(found), many=True).data)
