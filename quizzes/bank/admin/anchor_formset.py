"""What a form with rows of quotes is given: the row that is added, the search, the bank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.queries import user_of
from quizzes.bank.admin import anchors
from quizzes.bank.drafts import AnchorDraft
from quizzes.bank.models import QuestionBank
from quizzes.material.admin.base import OwnRowsAdmin

if TYPE_CHECKING:
    from accounts.models import User

SAVE, FIND, ANCHOR = "_save", "_find", "_anchor"


def posted(request: HttpRequest, user: User) -> QueryDict | None:
    """Return what was posted, with the row that a pressed sentence of the search adds."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if SAVE not in data and ANCHOR in data:
        anchors.add_row(data, str(data[ANCHOR]), user)
    anchors.keep_telling(data, user)
    return data


def search_of(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return what the page shows of the search for a passage."""
    data: Mapping[str, Any] = request.POST
    wanted = str(data.get("find", ""))
    searched = FIND in data
    return {
        "find": wanted,
        "find_role": data.get("find-role", "supports"),
        "searched": searched,
        "found": anchors.search(user, wanted) if searched else [],
    }


def initial_rows(drafts: tuple[AnchorDraft, ...]) -> list[dict[str, str]]:
    """Return anchors as the rows start from them."""
    return [
        {
            "role": one.role,
            "quote": one.quote,
            "material": one.material,
            "passage": one.passage,
            "before": one.prefix,
        }
        for one in drafts
    ]


def chosen_bank(request: HttpRequest) -> QuestionBank | None:
    """Return the bank named, or the only one there is."""
    banks = list(QuestionBank.objects.editable_by(user_of(request)).order_by("title"))
    named = request.POST.get("bank") or request.GET.get("bank")
    if named is None:
        return banks[0] if len(banks) == 1 else None
    return next((one for one in banks if one.slug == named), None)


def choose_bank(model_admin: OwnRowsAdmin, request: HttpRequest, title: str) -> HttpResponse:
    """Ask in which bank something new is written."""
    banks = QuestionBank.objects.editable_by(user_of(request)).order_by("title")
    return model_admin.page(request, "choose_bank.html", title=title, banks=banks)
