"""manage.py import_material: a document into a study text."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import ADMIN, User
from quizzes.importing import text_report
from quizzes.importing.blocks import FILE_LIMIT, FORMATS, DocumentRefused
from quizzes.importing.readers import guess
from quizzes.importing.reasons import refusal
from quizzes.importing.sandbox import COMMAND_SECONDS, read_file
from quizzes.importing.services import document_of, front_of, load_proposal
from quizzes.interchange.console import Bar
from quizzes.material.models import Source

_ENDS = {
    "dry_run": "A dry run: nothing was written.",
    "new": "Imported: {address}",
    "changed": "A new edition is published: {address}",
    "unchanged": "The text is unchanged: {address}",
    "held": "A new edition waits as a draft: people have to decide about quotes of {address}",
}


class Command(BaseCommand):
    help = (
        "Make a study text of a document: headings and passages found, what is no part of the text "
        "left out. Prints the sections and every line that is removed or changed, with the reason. "
        "The text belongs to the first admin, and members may read it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the document")
        parser.add_argument("--format", choices=FORMATS, help="read from the file if absent")
        parser.add_argument("--title", default="", help="instead of the one the document gives")
        parser.add_argument(
            "--source", default="", metavar="SLUG", help="the text of which this is a new edition"
        )
        parser.add_argument("--dry-run", action="store_true", help="list everything, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        if path.stat().st_size > FILE_LIMIT:
            raise CommandError(f"The file is larger than {FILE_LIMIT // 1_000_000} MB.")
        data = path.read_bytes()
        name = options["format"] or guess(data, path.name)
        if name is None:
            raise CommandError(f"Say which --format {path} has.")
        bar = Bar(self.stderr)
        bar(0, 2)
        try:
            proposal = read_file(data, name, seconds=COMMAND_SECONDS)
        except DocumentRefused as refused:
            raise CommandError(refusal(refused)) from None
        bar(1, 2)
        front = front_of(proposal, file_name=path.name)
        if options["title"]:
            front["title"] = options["title"][:200]
        edition_of = _source(options["source"]) if options["source"] else None
        try:
            document = document_of(proposal, front=front, edition_of=edition_of)
            loaded = None
            if not options["dry_run"]:
                loaded = load_proposal(
                    proposal=proposal,
                    front=front,
                    owner=_first_admin(),
                    now=timezone.now(),
                    edition_of=edition_of,
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        bar(2, 2)
        status = loaded.status if loaded else "dry_run"
        if options["json"]:
            found = text_report.as_json(proposal, document, status=status)
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            end = _ENDS[status].format(address=f"/read/{document.slug}/")
            self.stdout.write(text_report.as_text(proposal, document, end=end))


def _source(slug: str) -> Source:
    found = Source.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no text {slug}.")
    return found


def _first_admin() -> User:
    found = User.objects.active().filter(groups__name=ADMIN).order_by("pk").first()
    if found is None:
        raise CommandError("There is no admin yet whose the text could be.")
    return found
