"""The places of a quiz between draft and form: draws that are alike stand in one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from quizzes.assessments.drafts import SlotDraft
from quizzes.assessments.draws import Draw, pools
from quizzes.bank.admin.filters import search, with_newest
from quizzes.bank.models import Question, QuestionBank, Topic

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User

ROWS_LIMIT = 100
DRAW_LIMIT = 100
FOUND_LIMIT = 20


def rows_of_slots(slots: Sequence[SlotDraft]) -> list[dict[str, Any]]:
    """Return the initial values of the rows; each slot names its bank."""
    found: list[dict[str, Any]] = []
    for slot in slots:
        row = {
            "question": f"{slot.bank}/{slot.question}" if slot.question else "",
            "version": slot.version,
            "draw": "" if slot.question else f"{slot.bank} {slot.topic}".strip(),
            "level": slot.level,
            "times": None if slot.question else 1,
            "max_mark": _plain(slot.max_mark),
        }
        last = found[-1] if found else None
        if last and row["draw"] and {**last, "times": 1} == row and last["times"] < DRAW_LIMIT:
            last["times"] += 1
        else:
            found.append(row)
    return found


def slots_of_rows(rows: Sequence[forms.Form]) -> tuple[list[SlotDraft], list[int]]:
    """Return the slots that the rows mean, and for each the index of its row."""
    slots: list[SlotDraft] = []
    origins: list[int] = []
    for index, row in enumerate(rows):
        values = row.cleaned_data
        mark = values.get("max_mark")
        mark = Decimal(1) if mark is None else mark
        if values.get("question"):
            bank, _slash, slug = values["question"].strip().partition("/")
            new = [SlotDraft(slug, values.get("version"), bank=bank, max_mark=mark)]
        else:
            bank, _space, topic = values.get("draw", "").partition(" ")
            draw = SlotDraft(topic=topic, level=values.get("level", ""), bank=bank, max_mark=mark)
            new = [draw] * (values.get("times") or 1)
        slots += new
        origins += [index] * len(new)
    return slots, origins


def _plain(mark: Decimal) -> Decimal:
    whole = mark.to_integral_value()
    return whole.quantize(Decimal(1)) if mark == whole else mark.normalize()


@dataclass(frozen=True, slots=True)
class DrawPool:
    """What the user may draw from, with how many questions are ready there."""

    choices: list[tuple[str, str]]
    counts: dict[tuple[str, str], int]

    def ready(self, draw: str, level: str) -> int | None:
        return self.counts.get((draw, level))


def draw_pool(user: User, levels: Sequence[str]) -> DrawPool:
    """Return the draws open to the user; four queries whatever the number of banks."""
    banks = list(QuestionBank.objects.editable_by(user).order_by("title"))
    topics: dict[int, list[Topic]] = {bank.pk: [] for bank in banks}
    for topic in Topic.objects.filter(bank__in=topics).order_by("position", "title"):
        topics[topic.bank_id].append(topic)
    offered: list[tuple[str, str, Draw]] = []
    for bank in banks:
        offered.append((bank.slug, _("%(bank)s: any topic") % {"bank": bank}, Draw(bank.pk)))
        offered += [
            (f"{bank.slug} {topic.slug}", f"{bank} › {topic}", Draw(bank.pk, topic.pk))
            for topic in topics[bank.pk]
        ]
    every = {
        (value, level): Draw(draw.bank, draw.topic, level)
        for value, _label, draw in offered
        for level in ("", *levels)
    }
    found = pools(every.values())
    counts = {key: len(found[draw]) for key, draw in every.items()}
    labels = [(value, f"{label} ({counts[value, '']})") for value, label, _draw in offered]
    return DrawPool([("", _("nothing")), *labels], counts)


def find(user: User, text: str, limit: int = FOUND_LIMIT) -> list[Any]:
    """Return questions of the user's banks that hold the words, those in use; one query."""
    if not text.strip() or "\0" in text:
        return []
    own = Question.objects.editable_by(user).kept().select_related("bank")
    return list(search(with_newest(own), text[:200]).order_by("-pk")[:limit])


def named(user: User, names: Iterable[str]) -> dict[str, Any]:
    """Return the questions that rows name “bank/slug”, as far as they are the user's; one query."""
    wanted = Q(pk__in=[])
    for name in names:
        bank, _slash, slug = name.strip().partition("/")
        if bank and slug and "\0" not in name:
            wanted |= Q(bank__slug=bank, slug=slug)
    own = with_newest(Question.objects.editable_by(user)).select_related("bank")
    return {f"{one.bank.slug}/{one.slug}": one for one in own.filter(wanted)}


def with_rows(sent: QueryDict) -> QueryDict:
    """Return a form as it was sent with a row for each question ticked in the search.

    They go into the first blank rows, then below.
    """
    data = sent.copy()
    total = data.get("places-TOTAL_FORMS", "0")
    count = int(total) if total.isascii() and total.isdigit() and len(total) < 4 else 0
    blank = [
        index
        for index in range(count)
        if not data.get(f"places-{index}-question") and not data.get(f"places-{index}-draw")
    ]
    for name in data.getlist("found")[:FOUND_LIMIT]:
        if blank:
            index = blank.pop(0)
        elif count < ROWS_LIMIT:
            index, count = count, count + 1
        else:
            break
        data[f"places-{index}-question"] = name
        data[f"places-{index}-max_mark"] = data.get(f"places-{index}-max_mark") or "1"
    data["places-TOTAL_FORMS"] = str(count)
    return data
