"""What the API answers when it refuses. The status policy of the contract stands here."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

logger = structlog.get_logger(__name__)

# Where an error of the whole body stands, beside those of its fields.
WHOLE_BODY = "body"


class Conflict(APIException):
    """409 with a code programs can tell apart, and what they need to go on."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__()
        self.detail: dict[str, Any] = {"code": code, **facts}


class Reused(APIException):
    """422: the same id or key came with another body before."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into its reply; None leaves it to Django, which logs it."""
    if isinstance(error, DjangoValidationError):
        error = ValidationError(by_field(error))
    elif isinstance(error, IntegrityError):
        # Two calls took the same name at the same moment; the database let one of them.
        logger.warning("integrity", exc_info=error)
        error = ValidationError({WHOLE_BODY: [_("Something else changed first. Try again.")]})
    return exception_handler(error, context)


def by_field(error: DjangoValidationError) -> dict[str, list[str]]:
    """Return the sentences of a service's refusal by field, as the contract has them."""
    if not hasattr(error, "error_dict"):
        return {WHOLE_BODY: list(error.messages)}
    return {
        WHOLE_BODY if field == NON_FIELD_ERRORS else field: list(messages)
        for field, messages in error.message_dict.items()
    }
