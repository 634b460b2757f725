"""What entries of several kinds have in common, read. Pure."""

from __future__ import annotations

from django.core.validators import slug_re
from django.utils.translation import gettext as _

from quizzes.bank.drafts import AnchorDraft, Waiver
from quizzes.interchange.bank_yaml.fields import Fields

ANCHOR = "material passage quote role prefix"
_WAIVER = "finding reason"


def slug_of(fields: Fields, name: str) -> str:
    """Return the name of something in addresses and files."""
    value = fields.line(name, required=True)
    if value and (not slug_re.match(value) or len(value) > 80):
        fields.problem(name, _("This must be letters, digits and hyphens, at most 80."))
    return value


def anchor_of(fields: Fields, option: int | None = None, role: str = "supports") -> AnchorDraft:
    """Return the words an entry quotes; `role` is the usual one at its place."""
    return AnchorDraft(
        material=fields.line("material", required=True),
        passage=fields.line("passage", required=True),
        quote=fields.line("quote", required=True),
        role=fields.line("role", role),
        option=option,
        prefix=fields.line("prefix"),
    )


def waivers(fields: Fields) -> tuple[Waiver, ...]:
    """Return the findings of the linter that an entry lets stand."""
    return tuple(
        Waiver(one.line("finding", required=True), one.line("reason", required=True))
        for one in fields.tables("waive", _WAIVER)
    )
