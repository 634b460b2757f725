"""Repeating a call safely: the same `Idempotency-Key` and body get the same reply, done once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts.models import User
from quizzes.api.errors import Reused
from quizzes.api.models import IdempotencyKey

HEADER = "Idempotency-Key"
# As long as a queue on a device without a network may live.
KEPT_FOR = timedelta(days=30)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

P = ParamSpec("P")
V = TypeVar("V")
Handler = Callable[Concatenate[V, Request, P], Response]


def idempotent(handler: Handler[V, P]) -> Handler[V, P]:
    """Let a POST be repeated with its key; without a key it is what it was.

    What is refused leaves no trace: the same key may be tried again.
    """

    @wraps(handler)
    def answer(view: V, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise ValidationError({HEADER: [_("1 to 255 ASCII characters, no spaces.")]})
        digest = _digest(request)
        with transaction.atomic():
            row = _claim(request, key, digest)
            if row.status is not None:
                if row.digest != digest:
                    raise Reused({HEADER: [_("This key was used for another request.")]})
                return Response(json.loads(row.reply), status=row.status)
            response = handler(view, request, *args, **kwargs)
            row.status = response.status_code
            row.reply = json.dumps(response.data, cls=JSONEncoder)
            row.save(update_fields=["status", "reply"])
            return response

    answer.idempotent = True  # type: ignore[attr-defined]  # the schema names the header
    return answer


def _claim(request: Request, key: str, digest: str) -> IdempotencyKey:
    """Return this user's row for the key: a new one without a status, or the one answered before.

    A second call with the same key waits in the insert until the first has been answered or has
    failed, on both databases.
    """
    user_id = cast(User, request.user).pk
    row = IdempotencyKey(user_id=user_id, key=key, digest=digest, created_at=timezone.now())
    IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    return IdempotencyKey.objects.get(user=user_id, key=key)


def _digest(request: Request) -> str:
    call: list[Any] = [request.method, request.get_full_path(), request._request.body]
    return hashlib.sha256(repr(call).encode()).hexdigest()


def prune(*, now: datetime) -> int:
    """Delete keys past their time; return how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]
