"""The production server: python -m gunicorn -c deploy/gunicorn.conf.py

Two processes of four threads. The application is loaded once and then forked, so that the processes
share its memory; each is replaced after some thousand requests, not all at once.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

try:
    from config import settings
except ImproperlyConfigured as error:
    sys.exit(str(error))

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

os.umask(0o077)

wsgi_app = "config.wsgi:application"
bind = f"{settings.HOST}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
worker_class = "gthread"
threads = 4
preload_app = True
max_requests = 5000
max_requests_jitter = 1000
timeout = 60
graceful_timeout = 30
keepalive = 15
# Forwarded headers are judged in one place, config/middleware.py.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
# A heartbeat file on a slow disk would look like a hung process.
MEMORY_DISK = "/dev/shm"  # noqa: S108
worker_tmp_dir = MEMORY_DISK if Path(MEMORY_DISK).is_dir() else None
loglevel = "warning"
# Signals do all that is needed; a second way in, kept in the home folder, does not start under
# ProtectSystem and is not wanted elsewhere.
control_socket_disable = True


def on_starting(server: Arbiter) -> None:
    """Refuse to serve a site that would lose answers or hand strangers the demo users."""
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError
    from django.db import OperationalError, connections

    from accounts.checks import refuse_unsafe_demo

    try:
        call_command("check", databases=["default"], stdout=io.StringIO())
        refuse_unsafe_demo()
    except (SystemCheckError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database cannot be reached: {' '.join(str(error).split())}")
    finally:
        # A connection shared by two processes corrupts what both of them send.
        connections.close_all()


def when_ready(server: Arbiter) -> None:
    """Leave what is loaded out of later collections, which would copy the shared pages."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Worker) -> None:
    """Leave Ctrl-C, which reaches every process of a terminal, to the first one.

    A second signal while a process winds up its threads would leave it waiting for them for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
