"""manage.py import_questions: a file or a bank's folder into a question bank."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quizzes.interchange import console, formats
from quizzes.interchange.collection import Report
from quizzes.interchange.services import import_bank


class Command(BaseCommand):
    help = (
        "Load questions from a file, or a whole bank from its folder. Loading again makes no "
        "duplicates and leaves alone what was changed on the site. Exits with 1 if anything was "
        "refused; the rest is loaded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="a file, or a bank's folder")
        parser.add_argument(
            "--bank", default="", metavar="SLUG", help="the bank, instead of the folder's own"
        )
        parser.add_argument(
            "--format", choices=formats.names(), help="read from the file if absent"
        )
        parser.add_argument("--dry-run", action="store_true", help="list everything, write nothing")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="also change what was changed on the site; older wordings stay as versions",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.exists():
            raise CommandError(f"There is no {path}.")
        name = options["format"] or formats.guess(path)
        if name is None:
            raise CommandError(f"Say which --format {path} has.")
        collection = formats.get(name).read_path(path)
        problem = ""
        try:
            report = import_bank(
                collection=collection,
                slug=options["bank"],
                now=timezone.now(),
                overwrite=options["overwrite"],
                dry_run=options["dry_run"],
                progress=console.Bar(self.stderr),
            )
        except ValueError as error:
            problem = str(error)
            report = Report(dry_run=options["dry_run"], lines=list(collection.refused))
        self.stdout.write(console.as_json(report) if options["json"] else console.as_text(report))
        if problem or report.refused():
            raise CommandError(problem or f"Refused: {len(report.refused())}, see the report.")
