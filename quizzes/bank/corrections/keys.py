"""The one door to a key: what a version says, with the correction of its key in force.

Two caches: content_cache.py keeps what a version presents, by version; here is kept what is right,
by version and newest correction, and read only where answers are graded or reviewed.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Mapping
from threading import Lock

from django.db import connection

from quizzes.bank.content_cache import contents_of
from quizzes.bank.corrections.models import KeyCorrection
from quizzes.bank.corrections.state import Correction, Key, key_after
from quizzes.bank.models import QuestionVersion
from quizzes.question_types import registry

CACHE_SIZE = 500  # corrected versions; there are few

_kept: OrderedDict[tuple[int, int], Key] = OrderedDict()
_lock = Lock()


def keys_of(corrections: Mapping[int, int | None]) -> dict[int, Key]:
    """Return by version its key, of the newest correction of each as given (None: never corrected).

    No query where none was corrected, or all are kept; else one.
    """
    contents = contents_of(corrections)
    keys = {pk: Key(contents[pk]) for pk in corrections if pk in contents}
    wanted = {(pk, newest) for pk, newest in corrections.items() if newest is not None}
    with _lock:
        found = {pair: _kept[pair] for pair in wanted & _kept.keys()}
        for pair in found:
            _kept.move_to_end(pair)
    if missing := wanted - found.keys():
        read = _read(missing)
        found |= read
        with _lock:
            _kept.update(read)
            while len(_kept) > CACHE_SIZE:
                _kept.popitem(last=False)
    return keys | {pk: key for (pk, _newest), key in found.items()}


def newest_keys_of(version_ids: Iterable[int]) -> dict[int, Key]:
    """Return the keys in force now of versions whose newest correction is not known yet."""
    versions = QuestionVersion.objects.filter(pk__in=set(version_ids))
    return keys_of(dict(versions.values_list("pk", "correction")))


def locked_keys(version_ids: Iterable[int]) -> dict[int, Key]:
    """Return the keys in force, which cannot move before the transaction ends; one query.

    Whoever grades shares this lock and a correction takes it alone: a grade is either given by the
    new key, or written before the correction looks for what has to be graded anew. On PostgreSQL
    a row that was waited for is read anew. SQLite has one writer at a time.
    """
    ids = sorted(set(version_ids))
    if not ids:
        return {}
    lock = " FOR SHARE" if connection.vendor == "postgresql" else ""
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, correction_id FROM quizzes_questionversion"
            f" WHERE id IN ({marks}) ORDER BY id{lock}",
            ids,
        )
        return keys_of(dict(cursor.fetchall()))


def corrections_of(version_ids: Collection[int]) -> dict[int, list[KeyCorrection]]:
    """Return the corrections of each version in the order they were made; one query."""
    found: dict[int, list[KeyCorrection]] = defaultdict(list)
    rows = KeyCorrection.objects.filter(version__in=version_ids).order_by("pk")
    for row in rows.select_related("version__question"):
        found[row.version_id].append(row)
    return found


def forget() -> None:
    """Empty the process's memory: for tests, whose databases number their rows anew."""
    with _lock:
        _kept.clear()


def _read(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Key]:
    contents = contents_of(pk for pk, _newest in pairs)
    rows = corrections_of([pk for pk, _newest in pairs])
    return {
        (pk, newest): key_after(
            registry.get(rows[pk][0].version.question.type),
            contents[pk],
            [as_value(row) for row in rows[pk] if row.pk <= newest],
            newest,
        )
        for pk, newest in pairs
    }


def as_value(row: KeyCorrection) -> Correction:
    return Correction(row.kind, row.payload, row.quiz_id)
