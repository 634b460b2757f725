"""Puts a backup in the place of the site, after naming what that would lose."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from quizzes import backups
from quizzes.management.progress import teller


class Command(BaseCommand):
    help = (
        "Verifies a backup and puts it in the place of the site. Where people have accounts already"
        " it first says what would be lost and stops; with --yes it backs the present site up and"
        " goes on. Stop the server and the worker before."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--yes", action="store_true", help="replace a site that is in use")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        tell = teller(self.stderr)
        undo: Path | None = None
        lost: dict[str, int] = {}
        try:
            with backups.opened(options["file"], tell=tell) as backup:
                if not backups.site_is_empty():
                    lost = backups.losses(backup)
                    if not options["yes"]:
                        raise CommandError(
                            _told(lost, backup.manifest.made_at)
                            + " Nothing was changed; say --yes to go on."
                        )
                    undo = settings.DATA_DIR / "backups" / f"before-restore-{now:%Y%m%d-%H%M%S}.zip"
                    backups.create(undo, now=now, tell=tell)
                backups.restore(backup)
        except (backups.BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"lost": lost, "undo": str(undo) if undo else None}))
            return
        self.stdout.write(f"Restored the site of {backup.manifest.made_at}.")
        if undo:
            self.stdout.write(_told(lost, backup.manifest.made_at))
            self.stdout.write(f"To undo it: manage.py restore {undo} --yes")
        self.stdout.write("Now run manage.py prepare, then start the server and the worker.")


def _told(lost: dict[str, int], made_at: str) -> str:
    if not lost:
        return f"No row is lost; what was changed since {made_at} goes back to what it was."
    counts = ", ".join(f"{count} {name}" for name, count in sorted(lost.items()))
    return f"Lost: {counts}. What was changed since {made_at} goes back to what it was."
