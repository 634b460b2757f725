"""The concordance: points on which texts agree, differ or contradict, with the claims of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank.admin import filters
from quizzes.bank.admin.anchored import AnchoredAdmin, QuoteForm, QuoteRows, QuotesInline
from quizzes.bank.admin.banked import BankedForm, TopicChoice
from quizzes.bank.admin.forms import area
from quizzes.bank.validation import LINE_LIMIT
from quizzes.concordance import services
from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.concordance.models import Claim, ConcordanceLink, Relation
from quizzes.concordance.services import CLAIMS_LIMIT, SAYS_LENGTH
from quizzes.concordance.stored_drafts import link_drafts


class LinkForm(BankedForm):
    title = forms.CharField(label=gettext_lazy("The point"), max_length=200)
    relation = forms.ChoiceField(label=gettext_lazy("The texts"), choices=Relation)
    note = forms.CharField(
        label=gettext_lazy("What a careful reader makes of it"),
        required=False,
        strip=False,
        max_length=LINE_LIMIT,
        widget=area(3),
    )
    topic = TopicChoice(label=gettext_lazy("Topic"), empty_label=gettext_lazy("No topic"))
    questions = forms.CharField(
        label=gettext_lazy("Questions about it"),
        required=False,
        max_length=6_000,
        widget=area(3),
        help_text=gettext_lazy("One question of this bank per line, by name."),
    )
    slug = forms.SlugField(label=gettext_lazy("Name in addresses and files"), max_length=80)

    def initial_of(self, instance: ConcordanceLink | None) -> dict[str, Any]:
        if instance is None:
            return {}
        names = instance.questions.order_by("slug").values_list("slug", flat=True)
        return {"topic": instance.topic, "questions": "\n".join(names)}

    def clean_questions(self) -> tuple[str, ...]:
        return tuple(filter(None, map(str.strip, self.cleaned_data["questions"].splitlines())))

    def draft(self, claims: Sequence[forms.ModelForm]) -> LinkDraft:
        """Return what the form says. Call after is_valid."""
        values = self.cleaned_data
        return LinkDraft(
            title=values["title"],
            relation=values["relation"],
            note=values["note"],
            topic=values["topic"].slug if values["topic"] else "",
            questions=values["questions"],
            slug=values["slug"],
            claims=tuple(_claim(row.cleaned_data) for row in claims),
        )


class ClaimForm(QuoteForm):
    """The words of a text, and what they say in ours."""

    # Whether it is right is not the question here.
    role = None  # type: ignore[assignment]
    says = forms.CharField(
        label=gettext_lazy("In our words, in one line"), required=False, max_length=SAYS_LENGTH
    )


class ClaimRows(QuoteRows):
    place = "claims"


class ClaimInline(QuotesInline):
    model = Claim
    form = ClaimForm
    formset = ClaimRows
    limit = CLAIMS_LIMIT
    fields = ("says", "quote")
    verbose_name_plural = gettext_lazy("what each text claims")
    intro = gettext_lazy("At least two claims: the words of the text, and what they say in ours.")

    def rows_of(self, obj: ConcordanceLink) -> list[dict[str, str]]:
        return [_row(claim) for claim in link_drafts([obj.pk])[obj.pk].claims]


class RelationFilter(filters.ChoiceFilter):
    title, parameter_name, field, options = (
        gettext_lazy("what the texts do"),
        "relation",
        "relation",
        Relation,
    )


@admin.register(ConcordanceLink)
class ConcordanceLinkAdmin(AnchoredAdmin):
    form = LinkForm
    fieldsets = (
        (None, {"fields": ("bank", "title", "relation", "note", "topic", "questions", "slug")}),
    )
    inlines = (ClaimInline,)
    add_title = gettext_lazy("Link claims")
    list_display = ("title", "relation", "topic", "bank")
    list_filter = (RelationFilter, filters.BankFilter, filters.TopicFilter)
    list_select_related = ("bank", "topic")
    ordering = ("position", "pk")
    search_fields = ("title", "slug")
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody's answers hang on it."""
        return obj is not None and self.has_change_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: ConcordanceLink) -> None:
        services.delete_link(link=obj, by=user_of(request))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        return [str(one) for one in objs], {_("concordance"): len(objs)}, set(), []

    def write(
        self, *, by: User, form: Any, formsets: list[Any], obj: Any, request: HttpRequest
    ) -> ConcordanceLink:
        draft = form.draft(formsets[0].filled())
        if obj is None:
            return services.create_link(bank=form.in_bank, draft=draft, by=by, now=timezone.now())
        return services.change_link(link=obj, draft=draft, by=by)


def _row(claim: ClaimDraft) -> dict[str, str]:
    return {
        "says": claim.says,
        "quote": claim.quote,
        "material": claim.material,
        "passage": claim.passage,
        "before": claim.prefix,
    }


def _claim(values: dict[str, Any]) -> ClaimDraft:
    return ClaimDraft(
        material=values.get("material", ""),
        passage=values.get("passage", ""),
        quote=values.get("quote", ""),
        says=values.get("says", ""),
        prefix=values.get("before", ""),
    )
