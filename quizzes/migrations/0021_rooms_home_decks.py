"""Give every card its home deck and every note its lasting name, in statements by deck and bank."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone


def name_notes(apps: Any, schema_editor: Any) -> None:
    apps.get_model("quizzes", "Note").objects.filter(guid="").update(guid=F("slug"))


def house_cards(apps: Any, schema_editor: Any) -> None:
    """As quizzes/cards/home_decks.py: the deck of the text, else the first chosen, else Other."""
    cards = apps.get_model("quizzes", "Card").objects.filter(home_deck=None)
    chosen = apps.get_model("quizzes", "DeckNote").objects
    decks = apps.get_model("quizzes", "Deck").objects
    titles = dict(apps.get_model("quizzes", "Source").objects.values_list("pk", "title"))

    def made(bank: int, source: int | None, title: str) -> Any:
        return decks.create(
            bank_id=bank,
            source_id=source,
            slug=secrets.token_hex(10),
            title=title,
            automatic=True,
            created_at=timezone.now(),
        )

    texts = cards.exclude(note__source=None).order_by().values_list("note__bank", "note__source")
    for bank, source in list(texts.distinct()):
        found = decks.filter(bank=bank, source=source).order_by("pk").first()
        home = found or made(bank, source, titles[source])
        cards.filter(note__bank=bank, note__source=source).update(home_deck=home)
    first = chosen.filter(note=OuterRef("note")).order_by("pk").values("deck")[:1]
    cards.filter(note__in=chosen.values("note")).update(home_deck=Subquery(first))
    for (bank,) in list(cards.order_by().values_list("note__bank").distinct()):
        cards.filter(note__bank=bank).update(home_deck=made(bank, None, "Other"))
    if schema_editor.connection.vendor == "postgresql":
        # So that the tables may be altered next, in the same transaction should these be joined.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0020_rooms_tables")]

    operations = [
        migrations.RunPython(name_notes, migrations.RunPython.noop),
        migrations.RunPython(house_cards, migrations.RunPython.noop),
    ]
