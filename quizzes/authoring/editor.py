"""The page on which a question is written: its type chosen, its form shown, taken and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.queries import user_of
from quizzes.authoring.advice import advice_on, put_next_to_fields, summary
from quizzes.authoring.forms import RIGHT
from quizzes.authoring.question_form import QuestionForm
from quizzes.bank import authoring
from quizzes.bank.admin import anchors, formset_actions
from quizzes.bank.corrections.moved import earlier_with_another_key
from quizzes.bank.errors import ForbiddenState
from quizzes.bank.linting import catalogue
from quizzes.bank.models import Question, QuestionBank, QuestionVersion, VersionState
from quizzes.bank.queries import drafts_of
from quizzes.bank.validation import HINTS_LIMIT
from quizzes.material import markup
from quizzes.question_types import registry

if TYPE_CHECKING:
    from quizzes.bank.admin.questions import QuestionList

# The buttons that save, and the state each leaves the newest version in.
SAVES = {
    "_draft": VersionState.DRAFT,
    "_review": VersionState.IN_REVIEW,
    "_ready": VersionState.READY,
}
# The search of passages and the choice of one: buttons that save nothing.
FIND, ANCHOR = "_find", "_anchor"
# The button next to a finding, which begins the line that waives it.
WAIVE = "_waive"


class QuestionEditor:
    """One request for the page of a question, or of a new one (None).

    `?type=`, `?bank=` and `?anchor=` (the words of a text to begin with) are for new ones.
    """

    def __init__(self, admin: QuestionList, request: HttpRequest, question: Question | None):
        self.admin, self.request, self.question = admin, request, question
        self.user = user_of(request)
        self.asked = request.POST if request.method == "POST" else request.GET
        self.newest: QuestionVersion | None = None
        self.before = None
        if question is not None:
            self.bank: QuestionBank | None = question.bank
            self.kind = registry.find(question.type)
            self.newest = question.versions.select_related("author").order_by("-number")[0]
            self.before = drafts_of([self.newest.pk])[self.newest.pk]
        else:
            banks = QuestionBank.objects.editable_by(self.user).order_by("title")
            slug = self.asked.get("bank", "").replace("\0", "")
            named = banks.filter(slug=slug) if "bank" in self.asked else banks[:2]
            found = list(named)
            self.bank = found[0] if len(found) == 1 else None
            self.kind = registry.find(self.asked.get("type", ""))

    def answer(self) -> HttpResponse:
        if self.kind is None or self.bank is None:
            return self._choice()
        if self.request.method != "POST":
            return self._page(self._blank())
        data = self.request.POST.copy()
        pressed = next((name for name in SAVES if name in data), "")
        if not pressed:
            self._press(data)
        if any(data[name] for name in data if name.endswith("-before")):
            anchors.keep_telling(data, self.user)
        form = QuestionForm(
            kind=self.kind, bank=self.bank, user=self.user, data=data, draft=self.before
        )
        if not pressed:
            form.clear_errors()
        elif form.is_valid() and (self.newest is None or self._is_current(form, self.newest)):
            try:
                saved = authoring.save_question(
                    bank=self.bank,
                    question=self.question,
                    draft=form.draft(),
                    by=self.user,
                    now=timezone.now(),
                    state=SAVES[pressed],
                    note=form.change.cleaned_data["note"],
                    new_fact=form.change.cleaned_data["new_fact"],
                )
            except ValidationError as error:
                form.add_errors(error)
            except ForbiddenState:
                words = _("This is not possible for a version in this state.")
                form.add_errors(ValidationError(words))
            else:
                return self._saved(saved)
        return self._page(form)

    def _saved(self, saved: authoring.Saved) -> HttpResponse:
        """Go on with a question that was saved: `saved` holds what it said before and says now."""
        number, state = saved.version.number, VersionState(saved.version.state).label
        if saved.before is None:
            self.admin.log_addition(self.request, saved.question, [{"added": {}}])
            words = _("Question saved, %(state)s.") % {"state": state}
        else:
            if saved.is_new_version:
                text = _("Version %(number)d saved, %(state)s. Earlier versions are kept.")
            elif saved.wording_changed:
                text = _("Version %(number)d saved, %(state)s.")
            else:
                text = _("The wording is unchanged: version %(number)d, %(state)s.")
            words = text % {"number": number, "state": state}
            self.admin.log_change(self.request, saved.question, words)
        messages.success(self.request, words)
        if self._became_ready(saved) and earlier_with_another_key(saved.version):
            url = reverse("quizzes:correct_question", args=[saved.question.pk])
            return redirect(f"{url}?moved={saved.version.pk}")
        return self.admin.back_to(saved.question)

    def _became_ready(self, saved: authoring.Saved) -> bool:
        newest = self.newest
        return newest is not None and (newest.pk, newest.state) != (
            saved.version.pk,
            saved.version.state,
        )

    def _is_current(self, form: QuestionForm, newest: QuestionVersion) -> bool:
        """Refuse once to write over what somebody else saved meanwhile; the next save means it."""
        if form.wording.cleaned_data.get("based_on") in ("", _mark(newest)):
            return True
        who = newest.author or _("somebody")
        text = _(
            "%(who)s saved version %(number)d while you were writing. Your text is kept below. "
            "Look at theirs in the list of versions, then save again to replace it."
        )
        form.wording.data = form.wording.data.copy()  # type: ignore[attr-defined]
        form.wording.data["based_on"] = _mark(newest)  # type: ignore[index]
        form.wording.add_error(None, text % {"who": who, "number": newest.number})
        return False

    # Buttons that save nothing

    def _press(self, data: QueryDict) -> None:
        """Do to the posted rows what the pressed button says."""
        kind = self.kind
        assert kind is not None  # noqa: S101  answer() asks for one
        options = 0 if kind.option_texts else kind.max_options
        formset_actions.operate(data, {"options": options, "hints": HINTS_LIMIT})
        if data.get(formset_actions.MORE) == "options" and kind.new_options_are_right:
            data.setdefault(f"options-{formset_actions.count(data, 'options') - 1}-worth", RIGHT)
        if ANCHOR in data:
            anchors.add_row(data, str(data[ANCHOR]), self.user)
        if str(finding := data.get(WAIVE)) in catalogue.WAIVABLE:
            lines = str(data.get("waive", "")).splitlines()
            if not any(line.partition(":")[0].strip() == finding for line in lines):
                # The reason is still to be written.
                data["waive"] = "\n".join([*filter(str.strip, lines), f"{finding}: "])

    # Showing

    def _choice(self) -> HttpResponse:
        anchor = self.asked.get("anchor", "")
        return self.admin.page(
            self.request,
            "question/types.html",
            title=_("What kind of question?"),
            types=sorted(registry.all_types(), key=lambda one: str(one.label)),
            banks=QuestionBank.objects.editable_by(self.user).order_by("title"),
            chosen=self.asked.get("bank", ""),
            anchor=anchor,
            place=anchors.chosen_place(anchor, self.user),
        )

    def _blank(self) -> QuestionForm:
        """Return the form as it is first shown."""
        assert self.kind is not None and self.bank is not None  # noqa: S101, PT018
        quote = None
        if self.question is None:
            quote = anchors.chosen_row(self.asked.get("anchor", ""), self.user)
        return QuestionForm(
            kind=self.kind,
            bank=self.bank,
            user=self.user,
            draft=self.before,
            based_on=_mark(self.newest) if self.newest else "",
            quote=quote,
        )

    def _page(self, form: QuestionForm) -> HttpResponse:
        question, newest, data = self.question, self.newest, self.request.POST
        draft = form.draft() if self.request.method == "POST" else self.before
        said = advice_on(draft, self.user, form.bank) if draft else []
        title = _("Write a question: %(type)s") % {"type": form.kind.label}
        if newest is not None:
            title = Truncator(markup.plain(newest.stem)).chars(80)
        banks = QuestionBank.objects.editable_by(self.user).order_by("title")
        context: dict[str, Any] = {
            "obj": question,
            "editor": form,
            "kind": form.kind,
            "bank": form.bank,
            "newest": newest,
            "next_number": newest.number + 1 if newest else 1,
            "problems": form.problems(),
            "advice": summary(said),
            "advice_elsewhere": put_next_to_fields(form, said),
            "find": data.get("find", ""),
            "find_settles": data.get("find-settles", ""),
            "find_role": data.get("find-role", "supports"),
            "searched": FIND in data,
            "found": anchors.search(self.user, data.get("find", "")) if FIND in data else [],
            "banks": banks if question else [],
            "deletable": question is not None and authoring.is_deletable(question),
        }
        return self.admin.page(self.request, "question/form.html", title=title, **context)


def _mark(version: QuestionVersion) -> str:
    """Tell one saved state of a question from the next."""
    return f"{version.number} {version.created_at.isoformat()}"


def passages(admin: QuestionList, request: HttpRequest) -> HttpResponse:
    """Search the texts one may read: as data, and as the fragment the form shows."""
    found = anchors.search(user_of(request), request.GET.get("q", ""))
    html = render_to_string(
        "admin/quizzes/question/_found.html", {"found": found, "searched": True}, request
    )
    return JsonResponse({"results": [one.as_json() for one in found], "html": html})
