"""manage.py lint_bank: what a careful editor would say about a bank, and what it covers."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from quizzes.bank.linting.runs import shipped_runs
from quizzes.bank.models import QuestionBank
from quizzes.insight.coverage import coverage_of, sources_of
from quizzes.interchange import lint_console
from quizzes.interchange.bank_yaml import read_path
from quizzes.interchange.linting import LintReport, lint_collection
from quizzes.interchange.queries import collection_of


class Command(BaseCommand):
    help = (
        "Check how questions and cards are written, whether their quotes are still in the text, "
        "and which passages nothing asks. Exits with 1 if there is an error; warnings and advice "
        "are listed, and each can be waived with a reason in the question or note."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bank", default="", metavar="SLUG", help="this bank alone")
        parser.add_argument(
            "--folder", type=Path, metavar="FOLDER", help="a bank’s folder, instead of stored banks"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--brief", action="store_true", help="leave out what is waived")

    def handle(self, *args: Any, **options: Any) -> None:
        runs = shipped_runs(settings.BASE_DIR / "fixtures")
        folder: Path | None = options["folder"]
        refused = 0
        if folder is not None:
            if not folder.exists():
                raise CommandError(f"There is no {folder}.")
            collection = read_path(folder)
            for line in collection.refused:
                place = f"{line.file}:{line.line} {line.kind} {line.title}"
                self.stderr.write(f"! {place}: {line.reason}")
            refused = len(collection.refused)
            reports = [lint_collection(collection, runs=runs)]
        else:
            reports = [self._stored(bank, runs) for bank in self._banks(options["bank"])]
        if options["json"]:
            found = {"banks": [report.as_json() for report in reports]}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            for report in reports:
                self.stdout.write(lint_console.as_text(report, everything=not options["brief"]))
        errors = sum(len(report.open("error")) for report in reports)
        if errors or refused:
            raise CommandError(f"Errors: {errors}. Not readable: {refused}.")

    def _banks(self, slug: str) -> list[QuestionBank]:
        if not slug:
            return list(QuestionBank.objects.order_by("slug"))
        bank = QuestionBank.objects.filter(slug=slug).first()
        if bank is None:
            raise CommandError(f"There is no bank {slug}.")
        return [bank]

    def _stored(self, bank: QuestionBank, runs: Any) -> LintReport:
        coverage = coverage_of(sources_of(bank), QuestionBank.objects.filter(pk=bank.pk))
        return lint_collection(collection_of(bank), runs=runs, coverage=coverage)
