"""Logs: one JSON object a line on standard error, without anything a reader of logs may not see.

Exception messages often quote what was typed (an answer, a name, a password), so only those that
speak about the machine are kept; the frames of the traceback always are.
"""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_NAME = re.compile(
    r"passw|secret|token|cookie|authorization|csrf|session|code\b", re.IGNORECASE
)
# Links that sign in or reset a password carry their secret in the path.
SECRET_PATH = re.compile(r"(/(?:key|confirm|confirm-email|invitations?)/)[^/\s?#\"']+")
QUERY = re.compile(r"\?[^\s\"']*")
TELLING_ERRORS = {"OperationalError", "ImproperlyConfigured"}


def hide_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Blank values whose name says they are secret, secrets in paths, and every query string."""
    for name, value in event.items():
        if SECRET_NAME.search(name):
            event[name] = "…"
        elif isinstance(value, str):
            event[name] = QUERY.sub("", SECRET_PATH.sub(r"\1…", value))
    return event


def _one_line(error: BaseException, trace: TracebackType | None) -> str:
    kind = type(error).__name__
    if kind in TELLING_ERRORS or isinstance(error, OSError):
        kind += f" ({' '.join(str(error).split())[:200]})"
    frames = (
        f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(trace))
    )
    return f"{kind}: " + " < ".join(frames)


def shorten_exceptions(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace a traceback by its kind and frames, innermost first, on the same line."""
    given = event.pop("exc_info", None)
    if isinstance(given, BaseException):
        event["error"] = _one_line(given, given.__traceback__)
    elif isinstance(given, tuple) and given[1] is not None:
        event["error"] = _one_line(given[1], given[2])
    return event


def configuration(level: str) -> dict[str, Any]:
    """Return Django's LOGGING; structlog's own loggers go the same way."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        shorten_exceptions,
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own set-up adds handlers of its own; the root's one is enough.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
