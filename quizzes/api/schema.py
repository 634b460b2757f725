"""How an operation describes itself in the OpenAPI document: what it takes, gives and refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from quizzes.api.fields import Input, Output

F = TypeVar("F", bound=Callable[..., Any])

PAGE = (
    OpenApiParameter("page", int, description="The page, from 1."),
    OpenApiParameter("page_size", int, description="Results a page: 50, at most 100."),
)
REPEATABLE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key and body: done once, the same reply.",
)


class Refusal(Output):
    """Why a call was refused, in a sentence."""

    detail = serializers.CharField()


class Clash(Output):
    """What stands in the way: `stale`, `closed`, `limit` or `not_open`, with what is needed to go
    on (`current`, `state`, `opens_at`, `closes_at`)."""

    code = serializers.ChoiceField(choices=("stale", "closed", "limit", "not_open"))


# By field, or under `body`; places in lists as `options.2.text`.
INVALID = {
    "type": "object",
    "additionalProperties": {},
    "description": "Messages by field; what concerns the whole body is under `body`.",
}
REFUSALS: dict[int, Any] = {
    400: OpenApiResponse(INVALID, "Malformed or invalid."),
    401: OpenApiResponse(Refusal, "Not signed in."),
    403: OpenApiResponse(Refusal, "Forged, without a second factor, or not for this role."),
    404: OpenApiResponse(Refusal, "No such object, or not one of yours."),
    409: OpenApiResponse(Clash, "Something else came first."),
    415: OpenApiResponse(Refusal, "Only JSON is taken."),
    422: OpenApiResponse(INVALID, "The Idempotency-Key was used for another call."),
    429: OpenApiResponse(Refusal, "Too many calls; Retry-After says how long to wait."),
}


def operation(
    name: str,
    summary: str,
    *,
    takes: type[Input] | None = None,
    gives: type[Output] | None = None,
    status: int = 200,
    others: Sequence[int] = (),
    pages: bool = False,
    repeatable: bool = False,
    found: bool = False,
    clashes: bool = False,
    query: Sequence[OpenApiParameter] = (),
    anonymous: bool = False,
) -> Callable[[F], F]:
    """Describe a method of a view.

    Args:
        name: the operation's id, a verb with its object.
        gives: what a success holds; with `pages`, what each result holds.
        others: further statuses with the same reply.
        repeatable: whether an `Idempotency-Key` is heeded.
        found: whether the address names an object, which may be missing.
        clashes: whether 409 can come.
    """
    refused = {429} if anonymous else {401, 403, 429}
    refused |= {400, 415} if takes else set()
    refused |= {400, 422} if repeatable else set()
    refused |= {404} if found or pages else set()
    refused |= {409} if clashes else set()
    refused |= {400} if pages or query else set()
    told: Any = page_of(gives) if pages and gives else gives
    replies: dict[int, Any] = {
        code: OpenApiResponse(told) if told else OpenApiResponse(description="Done.")
        for code in (status, *others)
    }
    parameters = [*query, *(PAGE if pages else ()), *((REPEATABLE,) if repeatable else ())]
    described: Callable[[F], F] = extend_schema(
        operation_id=name,
        summary=summary,
        description=f"{summary}.",
        request=takes,
        parameters=parameters,
        responses=replies | {code: REFUSALS[code] for code in sorted(refused)},
    )
    return described


@cache
def page_of(results: type[Output]) -> type[Output]:
    """Return the envelope of a list of `results`."""
    fields = {
        "count": serializers.IntegerField(),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": results(many=True),
    }
    return type(f"{results.__name__}Page", (Output,), fields)
