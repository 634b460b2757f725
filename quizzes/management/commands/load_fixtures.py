"""manage.py load_fixtures: the shipped texts, questions and quizzes."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quizzes.interchange import console, fixtures


class Command(BaseCommand):
    help = (
        "Load every collection in fixtures/ that changed since it was last loaded. What was "
        "changed on the site is left alone and listed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--root",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            metavar="FOLDER",
            help="where the collections are (default: %(default)s)",
        )
        parser.add_argument("--force", action="store_true", help="also load what did not change")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        bar = console.Bar(self.stderr)
        found = fixtures.folders(options["root"])
        loaded = [
            fixtures.load_folder(path, now=now, force=options["force"], progress=bar)
            for path in found
        ]
        reports = {one.name: one.report for one in loaded}
        if options["json"]:
            shown = {name: report and report.as_json() for name, report in reports.items()}
            self.stdout.write(json.dumps({"collections": shown}, ensure_ascii=False))
        else:
            for name, report in reports.items():
                text = console.as_text(report, everything=False) if report else "Nothing new."
                self.stdout.write(f"{name}: {text}")
        refused = [name for name, report in reports.items() if report and report.refused()]
        if refused:
            raise CommandError(f"Something was refused in: {', '.join(refused)}.")
