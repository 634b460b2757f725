"""The site's second process: closes overdue attempts, releases results, regrades, keeps the records
of students' answers, runs queued tasks."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import structlog
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from knox.models import AuthToken

from quizzes import heartbeat
from quizzes.api import idempotency
from quizzes.attempts.grading.regrading import regrade_due
from quizzes.attempts.services import close_overdue_attempts, release_due_responses
from quizzes.insight.recording import fold_waiting

log = structlog.get_logger(__name__)

DAY_S = 24 * 3600
TASK_PAUSE_S = 1
REGRADE_PAUSE_S = 5
FINISH_WITHIN_S = 30


class Command(BaseCommand):
    help = (
        "Closes overdue attempts, releases results whose date has come, regrades answers after a"
        " correction, sends mail and runs other queued tasks. Keep one running next to the server;"
        " two do no harm. SIGTERM ends it after the task in hand."
    )

    requires_system_checks = []  # the server made them all

    def handle(self, *args: Any, **options: Any) -> None:
        # Waited for instead of handled: a handler that sets the event can meet itself half-way, as
        # when Ctrl-C and SIGTERM come at once, and then waits for itself for ever.
        endings = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, endings)
        stop = Event()
        # A long import must not keep an exam open: overdue attempts are closed alongside the tasks.
        loops = [
            Thread(target=self._repeat, args=(stop, heartbeat.ROUND_S, close_and_release)),
            Thread(target=self._repeat, args=(stop, heartbeat.ROUND_S, fold_answers)),
            Thread(target=self._repeat, args=(stop, TASK_PAUSE_S, run_tasks)),
            Thread(target=self._repeat, args=(stop, REGRADE_PAUSE_S, regrade)),
            Thread(target=self._repeat, args=(stop, DAY_S, tidy)),
        ]
        for loop in loops:
            loop.daemon = True
            loop.start()
        signal.sigwait(endings)
        stop.set()
        ends_at = time.monotonic() + FINISH_WITHIN_S
        for loop in loops:
            loop.join(timeout=max(0.0, ends_at - time.monotonic()))

    def _repeat(self, stop: Event, pause_s: float, act: Callable[[], None]) -> None:
        """Act until asked to stop; what fails once is logged and tried again."""
        while not stop.is_set():
            try:
                close_old_connections()
                act()
            except Exception:
                log.exception("a round failed", round=act.__name__)
            stop.wait(pause_s)
        connections.close_all()


def close_and_release() -> None:
    """One round of what time alone brings about; its end is the sign of life that /readyz reads."""
    now = timezone.now()
    close_overdue_attempts(now=now)
    release_due_responses(now=now)
    heartbeat.beat("work")


def regrade() -> None:
    """Grade again what corrections of keys have left to do, batch by batch."""
    regrade_due(now=timezone.now())


def fold_answers() -> None:
    """Bring the records of students up to date who have not opened a page since."""
    fold_waiting()


def run_tasks() -> None:
    """Run everything that is queued; the first look costs no write lock."""
    if not DBTaskResult.objects.ready().exists():
        return
    Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="work",
    ).run()


def tidy() -> None:
    """Once a day: sessions and tokens that ended, replies kept for repeating, tasks long done."""
    now = timezone.now()
    call_command("clearsessions")
    call_command("prune_db_task_results", verbosity=0)
    AuthToken.objects.filter(expiry__lt=now).delete()
    idempotency.prune(now=now)
