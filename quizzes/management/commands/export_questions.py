"""manage.py export_questions: a bank into files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quizzes.bank.models import QuestionBank
from quizzes.interchange import console, formats
from quizzes.interchange.queries import collection_of


class Command(BaseCommand):
    help = (
        "Write a bank into files: the questions that are asked, the texts they quote, the quizzes "
        "that ask them. Loading them again changes nothing. What is left out is listed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bank", required=True, metavar="SLUG", help="the bank to write")
        parser.add_argument("--format", choices=formats.names(), default="bank_yaml")
        parser.add_argument(
            "--output",
            required=True,
            type=Path,
            metavar="FILE",
            help="where to write; for bank_yaml an empty folder, or an older export of the bank",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        bank = QuestionBank.objects.filter(slug=options["bank"]).first()
        if bank is None:
            raise CommandError(f"There is no bank “{options['bank']}”.")
        collection = collection_of(bank)
        output: Path = options["output"]
        try:
            formats.get(options["format"]).write_path(collection, output)
        except formats.OutputTaken:
            raise CommandError(f"{output} holds other things; nothing was written.") from None
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from None
        show = console.exported_json if options["json"] else console.exported_text
        self.stdout.write(show(collection))
