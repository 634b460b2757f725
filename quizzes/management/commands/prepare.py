"""What is missing between an installed release and a site that can be served."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Brings the database up to date, loads the shipped material, makes the demo users of a new"
        " demo site and collects static files. Run it after every install or upgrade; what is done"
        " already costs nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        # Before the fixtures, since the shipped bank belongs to the demo educator.
        if settings.DEMO and not get_user_model().objects.exists():
            call_command("seed_demo", stdout=self.stdout)
        call_command("load_fixtures", stdout=self.stdout)
        self._collect_static_files()
        call_command("check", databases=["default"], stdout=StringIO())  # problems still show

    def _collect_static_files(self) -> None:
        """Collect only what changed: hashing and compressing everything takes seconds.

        What was there stays: the server still runs, and open pages ask for yesterday's files.
        """
        stamp = Path(settings.STATIC_ROOT) / ".sources"
        sources = _sources_of_static_files()
        if stamp.is_file() and stamp.read_text() == sources:
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(sources)


def _sources_of_static_files() -> str:
    digest = hashlib.sha256(settings.VERSION.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
