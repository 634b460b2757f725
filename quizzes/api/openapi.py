"""The operations of the answer path in the OpenAPI document: plain views describe themselves here.

A test compares these words with what the views take and give.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme

from quizzes.api.answer_bodies import SEQUENCE_LIMIT, SEVERAL_LIMIT, SLOT_LIMIT
from quizzes.attempts.models import AnswerState


class TokenScheme(KnoxTokenScheme):
    target_class = "quizzes.api.authentication.Token"


class CookieScheme(SessionScheme):
    target_class = "quizzes.api.authentication.Session"


_STATE = {"type": "string", "enum": list(AnswerState.values)}
_SLOT = {"type": "integer", "minimum": 1, "maximum": SLOT_LIMIT}
_SEQUENCE = {"type": "integer", "minimum": 0, "maximum": SEQUENCE_LIMIT}
_ANSWER = {
    "type": "object",
    "additionalProperties": {},
    "nullable": True,
    "description": "In the shape of the question's type; null clears.",
}
_CONFIDENCE = {"type": "integer", "enum": [1, 2, 3, None], "nullable": True}
_MOMENT = {"type": "string", "format": "date-time"}


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }


_CHANGE = {
    "answer": _ANSWER,
    "confidence": _CONFIDENCE,
    "flagged": {"type": "boolean", "default": False},
    "sequence": _SEQUENCE,
}
_CURRENT = _object(
    {
        "slot": _SLOT,
        "answer": _ANSWER,
        "confidence": _CONFIDENCE,
        "flagged": {"type": "boolean"},
        "sequence": _SEQUENCE,
        "state": _STATE,
    }
)
SCHEMAS = {
    "Answer": _object(_CHANGE, ["answer", "sequence"]),
    "AnswerSaved": _object(
        {"slot": _SLOT, "sequence": _SEQUENCE, "state": _STATE, "saved_at": _MOMENT}
    ),
    "AnswerRefused": {
        "type": "object",
        "required": ["code"],
        "properties": {
            "code": {"type": "string", "enum": ["stale", "closed"]},
            "current": _CURRENT,
            "state": {"type": "string"},
        },
    },
    "Answers": _object(
        {
            "answers": {
                "type": "array",
                "minItems": 1,
                "maxItems": SEVERAL_LIMIT,
                "items": _object({"slot": _SLOT, **_CHANGE}, ["slot", "answer", "sequence"]),
            }
        }
    ),
    "AnswersJudged": _object(
        {
            "results": {
                "type": "array",
                "items": _object(
                    {
                        "slot": _SLOT,
                        "status": {
                            "type": "string",
                            "enum": ["saved", "unchanged", "stale", "closed", "invalid", "missing"],
                        },
                        "sequence": _SEQUENCE,
                        "state": {**_STATE, "nullable": True},
                        "saved_at": {**_MOMENT, "nullable": True},
                        "current": {**_CURRENT, "nullable": True},
                        "detail": {"type": "string", "nullable": True},
                    }
                ),
            }
        }
    ),
}


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(name: str, description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": _reference(name)}},
    }


def _operation(
    name: str, summary: str, *, path: list[str], takes: str, replies: dict[str, Any]
) -> dict[str, Any]:
    """Return a PUT as OpenAPI writes it; what every call may be refused with is added."""
    invalid = {
        "description": "Malformed or invalid.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    refusals = {
        "401": "Not signed in.",
        "403": "Forged, or without a second factor.",
        "404": "No such attempt of one's own, or no such slot.",
        "415": "Only JSON is taken.",
        "429": "Too many saves; Retry-After says how long to wait.",
    }
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [
            {"in": "path", "name": one, "required": True, "schema": {"type": "integer"}}
            for one in path
        ],
        "tags": ["attempts"],
        "security": [{"knoxApiToken": []}, {"cookieAuth": []}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _reference(takes)}},
        },
        "responses": replies
        | {"400": invalid}
        | {code: _json("Refusal", sentence) for code, sentence in refusals.items()},
    }


ROOT = "/api/v1/attempts/{id}/answers/"
PATHS = {
    ROOT + "{slot}/": {
        "put": _operation(
            "save_answer",
            "Save one answer, its confidence and its flag",
            path=["id", "slot"],
            takes="Answer",
            replies={
                "200": _json("AnswerSaved", "Stored, or stored so already."),
                "409": _json("AnswerRefused", "Based on an older answer, or too late."),
            },
        ),
    },
    ROOT: {
        "put": _operation(
            "save_answers",
            "Save answers of several slots, each judged by itself",
            path=["id"],
            takes="Answers",
            replies={"200": _json("AnswersJudged", "What became of each.")},
        ),
    },
}


def add_answer_path(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Post-processing hook of drf-spectacular."""
    result["paths"] = dict(sorted((result["paths"] | PATHS).items()))
    result["components"]["schemas"] |= SCHEMAS
    return result
