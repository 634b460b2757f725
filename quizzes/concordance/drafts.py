"""Concordance links before they are rows. Pure: no models, no request."""

from __future__ import annotations

from dataclasses import dataclass

from quizzes.material.fingerprints import fingerprint


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """What a text says, in our words (`says`) and its own (`quote`).

    `prefix` tells which place is meant where the passage says the quote more than once.
    """

    material: str
    passage: str
    quote: str
    says: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """Claims on one point and how they relate to each other; `questions` are slugs of its bank."""

    slug: str
    title: str
    relation: str
    claims: tuple[ClaimDraft, ...]
    topic: str = ""
    note: str = ""
    questions: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """A hash of everything in the draft; the order of the questions says nothing."""
        return fingerprint(
            {
                "slug": self.slug,
                "title": self.title,
                "relation": self.relation,
                "claims": [
                    [one.material, one.passage, one.prefix, one.quote, one.says]
                    for one in self.claims
                ],
                "topic": self.topic,
                "note": self.note,
                "questions": sorted(self.questions),
            }
        )
