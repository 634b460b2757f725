"""A finding: which rule, where, and the words that gave rise to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Severity = Literal["error", "warning", "advice"]
Subject = Literal["question", "note", "quiz", "deck", "passage", "concordance", "bank"]
ORDER: tuple[Severity, ...] = ("error", "warning", "advice")


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule as authors read it: `why` it matters and how to `mend` what it found."""

    id: str
    severity: Severity
    title: StrOrPromise
    why: StrOrPromise
    fix: StrOrPromise


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: in the thing `name` at `field` ("options.2.text"), said by `detail`.

    `other` names a second question or note where the finding is about two; `waived` is the reason
    why it may stand, "" where nobody has said one.
    """

    kind: Kind
    detail: str
    field: str = ""
    subject: Subject = "question"
    name: str = ""
    other: str = ""
    waived: str = ""

    @property
    def id(self) -> str:
        return self.kind.id

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    def as_json(self) -> dict[str, Any]:
        return {
            "finding": self.id,
            "severity": self.severity,
            "subject": self.subject,
            "name": self.name,
            "field": self.field,
            "other": self.other,
            "title": str(self.kind.title),
            "detail": self.detail,
            "why": str(self.kind.why),
            "fix": str(self.kind.fix),
            "waived": self.waived,
        }
