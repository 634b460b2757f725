"""Is the site alive, and can it do its work? For load balancers, monitors and worried admins."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quizzes import heartbeat

log = structlog.get_logger(__name__)

DISK_FREE_AT_LEAST = 0.10


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Rows can be written and read, the disk has room, and overdue attempts are being closed."""
    problems = {name: problem for name, check in CHECKS.items() if (problem := _ask(check))}
    if problems:
        log.warning("not ready", problems=sorted(problems))
    content: dict[str, object] = {"status": "unavailable" if problems else "ready"}
    if _may_see_details(request):
        content["problems"] = problems
        content["figures"] = _figures()
    return JsonResponse(content, status=503 if problems else 200)


def _ask(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, OSError) as error:
        return type(error).__name__


def _database_problem() -> str:
    return "" if heartbeat.can_beat("probe") else _("rows cannot be written")


def _disk_problem() -> str:
    usage = shutil.disk_usage(settings.DATA_DIR)
    if usage.free < DISK_FREE_AT_LEAST * usage.total:
        return _("less than a tenth of the disk is free")
    return ""


def _worker_problem() -> str:
    age = heartbeat.age_s("work")
    if age is None or age > 2.5 * heartbeat.ROUND_S:
        return _("manage.py work is not running: overdue attempts stay open")
    return ""


CHECKS = {"database": _database_problem, "disk": _disk_problem, "worker": _worker_problem}


def _may_see_details(request: HttpRequest) -> bool:
    try:
        return request.user.is_authenticated and request.user.is_admin
    except DatabaseError:
        return False


def _figures() -> dict[str, int | None]:
    """Bytes of SQLite's log not yet folded in, and the age of the newest backup in seconds."""
    figures: dict[str, int | None] = {}
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        wal = settings.DATA_DIR / f"{name}-wal"
        figures["wal_bytes"] = wal.stat().st_size if wal.is_file() else 0
    backups = (settings.DATA_DIR / "backups").glob("*.zip")
    newest = max((path.stat().st_mtime for path in backups), default=None)
    figures["last_backup_age_s"] = None if newest is None else int(time.time() - newest)
    return figures
