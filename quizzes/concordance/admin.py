"""The concordance: points on which texts agree, differ or contradict, with the claims of each."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import user_of
from quizzes.bank.admin import filters
from quizzes.bank.admin.anchor_formset import (
    SAVE,
    AnchoredForm,
    choose_bank,
    chosen_bank,
    posted,
    search_of,
)
from quizzes.bank.admin.forms import AnchorForm, Plain, RowForm, Rows, area, rows_of
from quizzes.bank.models import QuestionBank
from quizzes.bank.validation import LINE_LIMIT
from quizzes.concordance import services
from quizzes.concordance.drafts import ClaimDraft, LinkDraft
from quizzes.concordance.models import ConcordanceLink, Relation
from quizzes.concordance.services import CLAIMS_LIMIT, SAYS_LENGTH
from quizzes.concordance.stored_drafts import link_drafts
from quizzes.material.admin.base import AuthoringAdmin


class LinkForm(Plain):
    title = forms.CharField(label=gettext_lazy("The point"), required=False, max_length=200)
    relation = forms.ChoiceField(label=gettext_lazy("The texts"), required=False, choices=Relation)
    note = forms.CharField(
        label=gettext_lazy("What a careful reader makes of it"),
        required=False,
        strip=False,
        max_length=LINE_LIMIT,
        widget=area(3),
    )
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    questions = forms.CharField(
        label=gettext_lazy("Questions about it"),
        required=False,
        max_length=6_000,
        widget=area(3),
        help_text=gettext_lazy("One question of this bank per line, by name."),
    )
    slug = forms.SlugField(
        label=gettext_lazy("Name in addresses and files"), required=False, max_length=80
    )

    def __init__(self, *args: Any, bank: QuestionBank, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = bank.topics.order_by("position", "title").values_list("slug", "title")
        cast(forms.ChoiceField, self.fields["topic"]).choices = [("", _("No topic")), *topics]

    def clean_questions(self) -> tuple[str, ...]:
        return tuple(filter(None, map(str.strip, self.cleaned_data["questions"].splitlines())))


class ClaimForm(AnchorForm):
    """The words of a text, and what they say in ours."""

    # Whether it is right is not the question here.
    role = None  # type: ignore[assignment]
    says = forms.CharField(
        label=gettext_lazy("In our words, in one line"), required=False, max_length=SAYS_LENGTH
    )


ClaimRows = rows_of(ClaimForm, CLAIMS_LIMIT)


class LinkEditor(AnchoredForm):
    """The form of one point with its claims."""

    def __init__(
        self, *, bank: QuestionBank, user: User, data: Any = None, draft: LinkDraft | None = None
    ) -> None:
        start: dict[str, Any] = {}
        claims: tuple[ClaimDraft, ...] = ()
        if draft is not None:
            claims = draft.claims
            names = ("title", "relation", "note", "topic", "slug")
            start = {name: getattr(draft, name) for name in names}
            start["questions"] = "\n".join(draft.questions)
        rows = ClaimRows(data, prefix="anchors", initial=[_row(claim) for claim in claims])
        super().__init__(
            form=LinkForm(data, initial=start, bank=bank), rows=cast(Rows, rows), user=user
        )

    def draft(self) -> LinkDraft:
        """Return what the form says. Call after is_valid."""
        return LinkDraft(
            **self.form.cleaned_data, claims=tuple(_claim(row) for row in self.filled())
        )


class RelationFilter(filters.OwnFilter):
    title, parameter_name, field = gettext_lazy("what the texts do"), "relation", "relation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(Relation.choices)


@admin.register(ConcordanceLink)
class ConcordanceLinkAdmin(AuthoringAdmin):
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

    def edit(self, request: HttpRequest, obj: ConcordanceLink | None) -> HttpResponse:
        user = user_of(request)
        bank = obj.bank if obj else chosen_bank(request)
        if bank is None:
            return choose_bank(self, request, _("Link claims"))
        draft = link_drafts([obj.pk])[obj.pk] if obj else None
        data = posted(request, user)
        editor = LinkEditor(bank=bank, user=user, data=data, draft=draft)
        if data is not None and SAVE not in data:
            editor.clear_errors()
        elif data is not None and editor.is_valid():
            try:
                link = _save(editor, bank, obj, user)
            except ValidationError as error:
                editor.refuse(error)
            else:
                return self.saved(request, link, _("Saved."), is_new=obj is None)
        return self.page(
            request,
            "concordance/form.html",
            title=obj.title if obj else _("Link claims"),
            obj=obj,
            bank=bank,
            editor=editor,
            problems=editor.problems(),
            **search_of(request, user),
        )


def _save(
    editor: LinkEditor, bank: QuestionBank, link: ConcordanceLink | None, user: User
) -> ConcordanceLink:
    if link is None:
        return services.create_link(bank=bank, draft=editor.draft(), by=user, now=timezone.now())
    return services.change_link(link=link, draft=editor.draft(), by=user)


def _row(claim: ClaimDraft) -> dict[str, str]:
    return {
        "says": claim.says,
        "quote": claim.quote,
        "material": claim.material,
        "passage": claim.passage,
        "before": claim.prefix,
    }


def _claim(row: RowForm) -> ClaimDraft:
    values = row.cleaned_data
    return ClaimDraft(
        material=values.get("material", ""),
        passage=values.get("passage", ""),
        quote=values.get("quote", ""),
        says=values.get("says", ""),
        prefix=values.get("before", ""),
    )
