"""Saving answers: the hot path of the API, as plain views.

A class answering at once spends its time here, so nothing is asked twice: the session's user is not
read, but proved in the very query that locks the answers; no serializer stands between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.authentication import CSRFCheck

from quizzes.api import throttling
from quizzes.api.answer_bodies import BrokenBody, read_many, read_one
from quizzes.api.authentication import Token, must_set_up_second_factor, refuse_forms
from quizzes.api.fields import iso
from quizzes.api.parsing import BrokenJSON, parse
from quizzes.attempts.errors import TooManySaves
from quizzes.attempts.taking import saving
from quizzes.attempts.taking.saving import Change, Outcome, SignedOut, save_answers

STATUS = {saving.STALE: 409, saving.CLOSED: 409, saving.INVALID: 400, saving.MISSING: 404}


_AUTHORIZATION = "HTTP_AUTHORIZATION"


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


# Neither keeps anything of a request. The token against forgery has been read by the middleware.
_token = Token()
_forgery = CSRFCheck(_nothing)


@dataclass(frozen=True, slots=True)
class _Caller:
    user_id: int
    session_hash: str | None  # None: a token has proved the user already


@csrf_exempt  # tokens are no cookies; a session's token against forgery is checked by _caller
def save_answer(request: HttpRequest, pk: int, slot: int) -> HttpResponse:
    """PUT one answer."""
    now = timezone.now()
    saved = _save(request, pk, lambda body: [read_one(body, slot)], now)
    if isinstance(saved, HttpResponse):
        return saved
    outcome = saved[0]
    if outcome.status == saving.INVALID:
        return _json({"answer": [outcome.message]}, 400)
    if outcome.status == saving.STALE:
        return _json({"code": "stale", "current": outcome.current}, 409)
    if outcome.status == saving.CLOSED:
        return _json({"code": "closed", "state": outcome.state}, 409)
    return _json(
        {
            "slot": outcome.slot,
            "sequence": outcome.sequence,
            "state": outcome.state,
            "saved_at": iso(outcome.saved_at or now),
        }
    )


@csrf_exempt
def save_several(request: HttpRequest, pk: int) -> HttpResponse:
    """PUT answers of several slots: each is judged by itself, the reply is 200 all the same."""
    now = timezone.now()
    saved = _save(request, pk, read_many, now)
    if isinstance(saved, HttpResponse):
        return saved
    return _json({"results": [_result(outcome) for outcome in saved]})


def _result(outcome: Outcome) -> dict[str, Any]:
    return {
        "slot": outcome.slot,
        "status": outcome.status,
        "sequence": outcome.sequence,
        "state": outcome.state or None,
        "saved_at": None if outcome.saved_at is None else iso(outcome.saved_at),
        "current": outcome.current,
        "detail": outcome.message or None,
    }


def _save(
    request: HttpRequest, pk: int, read: Callable[[Any], Sequence[Change]], now: datetime
) -> list[Outcome] | HttpResponse:
    """Return what became of the changes in the body, or the reply that refuses them."""
    if request.method != "PUT":
        return _json({"detail": _("Only PUT is allowed here.")}, 405, Allow="PUT")
    try:
        caller = _caller(request)
        changes = read(parse(request.body))
        key = (caller.user_id, pk)
        wait = throttling.SAVES.take(key, cost=len(changes))
        if wait:
            raise exceptions.Throttled(wait)
        outcomes = save_answers(
            user_id=caller.user_id,
            attempt_id=pk,
            changes=changes,
            now=now,
            session_hash=caller.session_hash,
            hasty=throttling.SHARE_OF_SAVES.take(key, cost=len(changes)) > 0,
        )
        if outcomes is None or (len(outcomes) == 1 and outcomes[0].status == saving.MISSING):
            raise exceptions.NotFound
    except SignedOut:
        return _refuse(request, exceptions.NotAuthenticated())
    except TooManySaves as error:
        return _refuse(request, exceptions.Throttled(error.wait))
    except exceptions.APIException as refusal:
        return _refuse(request, refusal)
    except (BrokenJSON, RequestDataTooBig, UnreadablePostError) as error:
        return _refuse(request, exceptions.ParseError({"body": [str(error)]}))
    except BrokenBody as error:
        return _refuse(request, exceptions.ParseError(error.by_field))
    return outcomes


def _caller(request: HttpRequest) -> _Caller:
    """Return who saves; the token comes first. Raises APIException."""
    found = _token.authenticate(request) if _AUTHORIZATION in request.META else None
    if found is not None:
        user, auth = found
        if must_set_up_second_factor(user, auth):
            raise exceptions.PermissionDenied(_("Set up a second factor first."))
        refuse_forms(request)
        return _Caller(user.pk, None)
    user_id = request.session.get(SESSION_KEY)
    if user_id is None:
        raise exceptions.NotAuthenticated
    refuse_forms(request)
    reason = _forgery.process_view(request, _nothing, (), {})
    if reason:
        raise exceptions.PermissionDenied(_("CSRF failed: %(reason)s") % {"reason": reason})
    return _Caller(int(user_id), request.session.get(HASH_SESSION_KEY, ""))


def _refuse(request: HttpRequest, refusal: exceptions.APIException) -> HttpResponse:
    """Return the reply to a refused save.

    Whoever is not signed in any more is told so before anything else; only here, where speed does
    not count, is the session's user read.
    """
    by_session = _AUTHORIZATION not in request.META
    if by_session and not request.user.is_authenticated:
        refusal = exceptions.NotAuthenticated()
    headers = {}
    if refusal.status_code == 401:
        headers["WWW-Authenticate"] = "Token"
        wait = throttling.wait_of_address(request)
    else:
        wait = int(getattr(refusal, "wait", None) or 0)
    if wait:
        headers["Retry-After"] = str(wait)
        return _json({"detail": _("Too many requests.")}, 429, **headers)
    detail = refusal.detail
    return _json(
        detail if isinstance(detail, dict) else {"detail": detail}, refusal.status_code, **headers
    )


def _json(body: dict[str, Any], status: int = 200, **headers: str) -> JsonResponse:
    return JsonResponse(body, status=status, headers=headers)
