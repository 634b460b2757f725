"""Loading a collection: all of it in one transaction, again and again without duplicates.

What was changed on the site since it was last loaded is left alone and listed. Whether it was is
told by the hash that LoadedItem keeps of each object as loading left it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import ADMIN, EDUCATOR
from quizzes.assessments.models import Quiz
from quizzes.bank.models import (
    Option,
    Question,
    QuestionAnchor,
    QuestionBank,
    QuestionVersion,
    Topic,
)
from quizzes.cards.models import Card, CardAnchor, Note
from quizzes.db.planner import gather_statistics
from quizzes.interchange.collection import Collection, Line, Report
from quizzes.interchange.loading import Load, Progress, TextBreaksQuestions
from quizzes.interchange.report_lines import line_of
from quizzes.material.models import Edition, Passage, Section, Source

# The tables of which a load fills many rows.
LOADED = (
    Source, Edition, Section, Passage, QuestionBank, Topic, Question, QuestionVersion, Option,
    QuestionAnchor, Note, Card, CardAnchor,
)  # fmt: skip


def import_bank(
    *,
    collection: Collection,
    now: datetime,
    slug: str = "",
    overwrite: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Load a collection into the bank `slug`, or the one it names; make the bank if it is missing.

    For the operator: nobody's rights are asked. What is refused is left out and listed, the rest is
    loaded; a dry run lists the same and writes nothing. `progress` is told (done, of all).

    Raises:
        ValueError: neither `slug` nor the collection names a bank.
    """
    name = slug or (collection.bank.slug if collection.bank else "")
    if not name:
        raise ValueError(_("Which bank? The folder has no readable bank.yaml."))
    report = Report(dry_run=dry_run, lines=list(collection.refused))
    load = Load(collection, name, now, overwrite, report, progress)
    try:
        with transaction.atomic():
            load.run()
            adopt(collection=collection, slug=name)
            if dry_run:
                transaction.set_rollback(True)
            else:
                gather_statistics(*LOADED)
    except TextBreaksQuestions as error:
        report.lines = _all_refused(collection, error)
    finally:
        if load.media is not None:
            load.media.tidy()
    return report


def adopt(*, collection: Collection, slug: str = "") -> bool:
    """Give a loaded bank, its texts and its quizzes an owner where they have none yet.

    The owner is whom the folder names, when that person is here and writes questions; else the
    first admin. Return whether there is one.
    """
    bank = QuestionBank.objects.filter(
        slug=slug or (collection.bank.slug if collection.bank else "")
    ).first()
    if bank is None:
        return False
    named = collection.bank.owners if collection.bank else ()
    owner = bank.owners.first() or _named_owner(named) or _first_admin()
    if owner is None:
        return False
    with transaction.atomic():
        if not bank.owners.exists():
            bank.owners.add(owner)
        texts = [item.value.slug for item in collection.documents]
        papers = [item.value.slug for item in collection.quizzes]
        Source.objects.filter(slug__in=texts, owner=None).update(owner=owner)
        Quiz.objects.filter(slug__in=papers, owner=None).update(owner=owner)
    return True


def _named_owner(emails: tuple[str, ...]) -> User | None:
    people = User.objects.active().filter(is_staff=True, groups__name__in=[EDUCATOR, ADMIN])
    return people.filter(email__in=[email.lower() for email in emails]).order_by("pk").first()


def _first_admin() -> User | None:
    return User.objects.active().filter(is_staff=True).with_role(ADMIN).order_by("pk").first()


def _all_refused(collection: Collection, error: TextBreaksQuestions) -> list[Line]:
    """Nothing was loaded: the report says so of everything, and names the cause."""
    cause = _("The new text no longer says what these questions quote: %(names)s.") % {
        "names": ", ".join(error.names)
    }
    lines = [Line("collection", "", "refused", cause), *collection.refused]
    for kind, items in (
        ("material", collection.documents),
        ("media", collection.media),
        ("question", collection.questions),
        ("note", collection.notes),
        ("deck", collection.decks),
        ("concordance", collection.concordance),
        ("quiz", collection.quizzes),
        ("not_asked", collection.not_asked),
    ):
        reason = _("Nothing was loaded, see above.")
        lines += [line_of(kind, item, "refused", reason) for item in items]
    return lines
