"""Writes the whole site into one file, while it runs."""

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
        "Writes database and media into one file, while the site runs. The file is readable by its"
        " owner only but not encrypted: see docs/operators.md."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="default: a new file in DATA_DIR/backups/"
        )
        parser.add_argument("--verify", action="store_true", help="then open it and count")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        tell = teller(self.stderr)
        output = options["output"] or (
            settings.DATA_DIR / "backups" / f"passage-{now:%Y%m%d-%H%M%S}.zip"
        )
        try:
            manifest = backups.create(output, now=now, tell=tell)
            if options["verify"]:
                with backups.opened(output, tell=tell):
                    pass  # opening it is the verification
        except (backups.BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest.rows.values()), len(manifest.sha256) - 1
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(output), "rows": rows, "media_files": files}))
        else:
            self.stdout.write(
                f"{output}: {rows} rows in {len(manifest.rows)} tables, {files} media files"
            )
