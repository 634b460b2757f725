"""Notes and decks before they are rows: what the admin and every importer hand to the services.

Pure: no models, no request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from quizzes.bank.drafts import AnchorDraft, Waiver
from quizzes.material.fingerprints import fingerprint


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """One fact. `fields` are those of its kind (kinds.py); `topic` is a slug of the bank's, or "".

    An empty `slug` is made of the first field; an empty `guid`, its lasting name in any system, is
    the slug it is first given. `external_id` is what another system calls it.
    """

    kind: str
    fields: Mapping[str, str]
    anchors: tuple[AnchorDraft, ...] = ()
    slug: str = ""
    topic: str = ""
    tags: tuple[str, ...] = ()
    caution: str = ""
    waivers: tuple[Waiver, ...] = field(default=())
    guid: str = ""
    external_id: str = ""

    def fingerprint(self) -> str:
        """A hash of everything in the draft. Other names count where there are any, so that a note
        without has the hash it always had."""
        names = {"guid": self.guid, "external_id": self.external_id}
        return fingerprint(
            {name: value for name, value in names.items() if value}
            | {
                "kind": self.kind,
                "fields": dict(self.fields),
                "anchors": [
                    [a.role, a.material, a.passage, a.prefix, a.quote] for a in self.anchors
                ],
                "slug": self.slug,
                "topic": self.topic,
                "tags": sorted(self.tags),
                "caution": self.caution,
                "waivers": sorted([one.finding, one.reason] for one in self.waivers),
            }
        )


@dataclass(frozen=True, slots=True)
class DeckDraft:
    """A deck: every note first anchored in a text, every note of a topic, or a list of notes."""

    slug: str
    title: str
    description: str = ""
    material: str = ""
    topic: str = ""
    notes: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """A hash of everything in the draft."""
        return fingerprint(asdict(self))
