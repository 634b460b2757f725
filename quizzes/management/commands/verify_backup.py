"""Opens a backup in a scratch place and counts what is in it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from quizzes import backups
from quizzes.management.progress import teller


class Command(BaseCommand):
    help = (
        "Opens a backup in a scratch place: every part against its sha256, the database against its"
        " integrity check, every table against its number of rows. The site is not touched."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with backups.opened(options["file"], tell=teller(self.stderr)) as backup:
                manifest = backup.manifest
        except (backups.BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(manifest)))
        else:
            self.stdout.write(
                f"Good: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables and"
                f" {len(manifest.sha256) - 1} media files, made {manifest.made_at} by version"
                f" {manifest.version} on {manifest.engine}."
            )
