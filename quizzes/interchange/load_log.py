"""Whether an object may be loaded: compares what is read, what is stored and what was loaded."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from quizzes.interchange.models import LoadedItem

Decision = Literal["create", "update", "unchanged", "skip"]


class LoadLog:
    """The hashes of one collection; written once, at the end."""

    def __init__(self, collection: str, *, overwrite: bool = False) -> None:
        self.collection = collection
        self.overwrite = overwrite
        rows = LoadedItem.objects.filter(collection=collection)
        self._loaded = {(row.kind, row.key): row.content_hash for row in rows}
        self._written: dict[tuple[str, str], str] = {}

    def decide(self, kind: str, key: str, *, stored: str | None, read: str) -> Decision:
        """Return what to do with an object whose hash is `stored` (None: it is not there).

        One that loading did not leave as it is was changed on the site, or deleted, or never came
        from here: it is skipped unless loading is to overwrite.
        """
        if stored == read:
            return "unchanged"
        loaded = self._loaded.get((kind, key))
        if stored is None:
            return "create" if loaded is None or self.overwrite else "skip"
        return "update" if loaded == stored or self.overwrite else "skip"

    def may_replace(self, kind: str, key: str, stored: str) -> bool:
        """Whether the object is as loading left it."""
        return self.overwrite or self._loaded.get((kind, key)) == stored

    def record(self, kind: str, key: str, content_hash: str) -> None:
        """Note how loading left an object."""
        self._written[kind, key] = content_hash

    def forget(self, *kinds: str) -> None:
        """Treat objects of these kinds as never loaded, since what held them is gone."""
        LoadedItem.objects.filter(collection=self.collection, kind__in=kinds).delete()
        self._loaded = {item: h for item, h in self._loaded.items() if item[0] not in kinds}

    def save(self, now: datetime) -> None:
        """Store what was noted and differs."""
        changed = {item: h for item, h in self._written.items() if self._loaded.get(item) != h}
        LoadedItem.objects.bulk_create(
            [
                LoadedItem(
                    collection=self.collection, kind=kind, key=key, content_hash=h, loaded_at=now
                )
                for (kind, key), h in changed.items()
            ],
            update_conflicts=True,
            unique_fields=["collection", "kind", "key"],
            update_fields=["content_hash", "loaded_at"],
        )
