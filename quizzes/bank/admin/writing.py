"""Writing a question: choosing its type, the form, its preview, and the search for passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from accounts.queries import user_of
from quizzes.bank import authoring, services
from quizzes.bank.admin import anchors, formset_actions
from quizzes.bank.admin.advice import advice_on, put_next_to_fields, summary
from quizzes.bank.admin.editor import Editor
from quizzes.bank.admin.forms import RIGHT
from quizzes.bank.admin.preview import of_draft
from quizzes.bank.corrections.moved import earlier_with_another_key
from quizzes.bank.errors import ForbiddenState
from quizzes.bank.linting import catalogue
from quizzes.bank.linting.findings import Finding
from quizzes.bank.models import Question, QuestionBank, QuestionVersion, VersionState
from quizzes.bank.queries import drafts_of
from quizzes.bank.validation import HINTS_LIMIT
from quizzes.material import markup
from quizzes.question_types import registry
from quizzes.question_types.base import QuestionType

if TYPE_CHECKING:
    from quizzes.bank.admin.questions import QuestionAdmin

# The buttons that save, and the state each leaves the newest version in.
SAVES = {
    "_draft": VersionState.DRAFT,
    "_review": VersionState.IN_REVIEW,
    "_ready": VersionState.READY,
}
# The search of passages and the choice of one: buttons that save nothing.
FIND, ANCHOR = "_find", "_anchor"
# The button beside a finding, which begins the line that lets it stand.
WAIVE = "_stand"


def add(admin: QuestionAdmin, request: HttpRequest) -> HttpResponse:
    """Choose a type, then write; `?anchor=` names the words of a text to begin with."""
    banks = QuestionBank.objects.editable_by(user_of(request)).order_by("title")
    asked = request.GET if request.method == "GET" else request.POST
    kind, bank = _kind(asked.get("type", "")), _bank(banks, asked)
    if kind is None or bank is None:
        return admin.page(
            request,
            "question/types.html",
            title=_("What kind of question?"),
            types=sorted(registry.all_types(), key=lambda one: str(one.label)),
            banks=banks,
            chosen=asked.get("bank", ""),
            anchor=asked.get("anchor", ""),
            place=anchors.chosen_place(asked.get("anchor", ""), user_of(request)),
        )
    if request.method != "POST":
        user = user_of(request)
        quote = anchors.chosen_row(asked.get("anchor", ""), user)
        return _form(admin, request, Editor(kind=kind, bank=bank, user=user, quote=quote))
    editor, pressed = _posted(request, kind, bank)
    if pressed and editor.is_valid():
        try:
            question = services.create_question(
                bank=bank,
                draft=editor.draft(),
                author=user_of(request),
                now=timezone.now(),
                state=SAVES[pressed],
            )
        except ValidationError as error:
            editor.refuse(error)
        else:
            admin.log_addition(request, question, [{"added": {}}])
            messages.success(
                request,
                _("The question is saved, %(state)s.")
                % {"state": VersionState(SAVES[pressed]).label},
            )
            return admin.back_to(question)
    return _form(admin, request, editor)


def change(admin: QuestionAdmin, request: HttpRequest, question: Question) -> HttpResponse:
    newest = question.versions.select_related("author").order_by("-number")[0]
    before = drafts_of([newest.pk])[newest.pk]
    kind, user = registry.get(question.type), user_of(request)
    if request.method != "POST":
        editor = Editor(
            kind=kind, bank=question.bank, user=user, draft=before, based_on=_mark(newest)
        )
        return _form(admin, request, editor, question, newest)
    editor, pressed = _posted(request, kind, question.bank, before)
    if pressed and editor.is_valid() and _is_current(editor, newest):
        try:
            saved = authoring.save_question(
                question=question,
                draft=editor.draft(),
                by=user,
                now=timezone.now(),
                state=SAVES[pressed],
                note=editor.change.cleaned_data["note"],
                new_fact=editor.change.cleaned_data["new_fact"],
            )
        except ValidationError as error:
            editor.refuse(error)
        except ForbiddenState:
            editor.refuse(ValidationError(_("This step is not open to a version in its state.")))
        else:
            _tell(admin, request, question, saved)
            became_ready = (newest.pk, newest.state) != (saved.version.pk, saved.version.state)
            if became_ready and earlier_with_another_key(saved.version):
                url = reverse("quizzes:correct_question", args=[question.pk])
                return redirect(f"{url}?moved={saved.version.pk}")
            return admin.back_to(question)
    return _form(admin, request, editor, question, newest)


def _tell(
    admin: QuestionAdmin, request: HttpRequest, question: Question, saved: authoring.Saved
) -> None:
    number, state = saved.version.number, VersionState(saved.version.state).label
    if saved.is_new_version:
        text = _("Version %(number)d is written, %(state)s. Earlier ones are kept.")
    elif saved.wording_changed:
        text = _("Version %(number)d is saved, %(state)s.")
    else:
        text = _("The wording is as it was: version %(number)d, %(state)s.")
    words = text % {"number": number, "state": state}
    admin.log_change(request, question, words)
    messages.success(request, words)


def _posted(
    request: HttpRequest, kind: QuestionType, bank: QuestionBank, before: Any = None
) -> tuple[Editor, str]:
    """Return the form as posted, and the saving button pressed; "" when another was."""
    user, data = user_of(request), request.POST.copy()
    pressed = next((name for name in SAVES if name in data), "")
    options = 0 if kind.option_texts else kind.max_options
    if not pressed:
        formset_actions.operate(data, {"options": options, "hints": HINTS_LIMIT})
        if data.get(formset_actions.MORE) == "options" and kind.new_options_are_right:
            data.setdefault(f"options-{formset_actions.count(data, 'options') - 1}-worth", RIGHT)
        if ANCHOR in data:
            anchors.add_row(data, str(data[ANCHOR]), user)
        if str(data.get(WAIVE)) in catalogue.WAIVABLE:
            _begin_waiver(data, str(data[WAIVE]))
    anchors.keep_telling(data, user)
    editor = Editor(kind=kind, bank=bank, user=user, data=data, draft=before)
    if not pressed:
        editor.clear_errors()
    return editor, pressed


def _begin_waiver(data: QueryDict, finding: str) -> None:
    """Begin a line for a finding, whose reason is still to be written; once is enough."""
    lines = str(data.get("waive", "")).splitlines()
    if not any(line.partition(":")[0].strip() == finding for line in lines):
        data["waive"] = "\n".join([*filter(str.strip, lines), f"{finding}: "])


def _form(
    admin: QuestionAdmin,
    request: HttpRequest,
    editor: Editor,
    question: Question | None = None,
    newest: QuestionVersion | None = None,
) -> HttpResponse:
    data = request.POST if request.method == "POST" else QueryDict()
    wanted = data.get("find", "")
    user = user_of(request)
    title = _("Write a question: %(type)s") % {"type": editor.kind.label}
    said = _advice(request, editor)
    if newest is not None:
        title = Truncator(markup.plain(newest.stem)).chars(80)
    return admin.page(
        request,
        "question/form.html",
        title=title,
        obj=question,
        editor=editor,
        kind=editor.kind,
        bank=editor.bank,
        newest=newest,
        next_number=newest.number + 1 if newest else 1,
        problems=editor.problems(),
        advice=summary(said),
        advice_elsewhere=put_next_to_fields(editor, said),
        find=wanted,
        find_settles=data.get("find-settles", ""),
        find_role=data.get("find-role", "supports"),
        searched=FIND in data,
        found=anchors.search(user, wanted) if FIND in data else [],
        banks=QuestionBank.objects.editable_by(user).order_by("title") if question else [],
        deletable=question is not None and authoring.is_deletable(question),
    )


def _advice(request: HttpRequest, editor: Editor) -> list[Finding]:
    """Return what the linter says of the question as it stands in the form."""
    draft = editor.draft_before
    if request.method == "POST":
        draft = editor.draft()
    return advice_on(draft, user_of(request), editor.bank) if draft else []


def passages(admin: QuestionAdmin, request: HttpRequest) -> HttpResponse:
    """Search the texts one may read: as data, and as the fragment the form shows."""
    found = anchors.search(user_of(request), request.GET.get("q", ""))
    html = render_to_string(
        "admin/quizzes/question/_found.html", {"found": found, "searched": True}, request
    )
    return JsonResponse({"results": [one.as_json() for one in found], "html": html})


def preview(admin: QuestionAdmin, request: HttpRequest) -> HttpResponse:
    """Show the posted form as a student would meet it; nothing is stored."""
    user = user_of(request)
    banks = QuestionBank.objects.editable_by(user)
    kind, bank = _kind(request.POST.get("type", "")), _bank(banks, request.POST)
    if kind is None or bank is None:
        raise Http404
    data = request.POST.copy()
    anchors.keep_telling(data, user)
    editor = Editor(kind=kind, bank=bank, user=user, data=data)
    problems = []
    if not editor.is_valid():
        problems = [f"{label}: {message}" for _id, label, message in editor.problems()]
    shown = of_draft(editor.draft(), user, data, answered="_try" in data, bank=bank)
    # The draft is checked as a whole, too: what its form says with a field's name is said.
    said = {problem.partition(": ")[2] for problem in problems}
    problems += [problem for problem in shown.problems if problem not in said]
    context = {
        "shown": shown,
        "problems": problems,
        "posted": [
            (name, value)
            for name, values in data.lists()
            for value in values
            if not name.startswith(("try-", "_", "csrf"))
        ],
    }
    if HtmxDetails(request):
        return render(request, "admin/quizzes/question/_preview.html", context)
    return render(request, "admin/quizzes/question/preview.html", context)


def _kind(slug: str) -> QuestionType | None:
    return registry.get(slug) if slug in dict(registry.choices()) else None


def _bank(banks: Any, asked: QueryDict) -> QuestionBank | None:
    """Return the bank named, or the only one there is."""
    if "bank" in asked:
        return next((one for one in banks if one.slug == asked["bank"]), None)
    return banks[0] if len(banks) == 1 else None


def _mark(version: QuestionVersion) -> str:
    """Tell one saved state of a question from the next."""
    return f"{version.number} {version.created_at.isoformat()}"


def _is_current(editor: Editor, newest: QuestionVersion) -> bool:
    """Refuse once to write over what somebody else saved meanwhile; the next save means it."""
    if editor.wording.cleaned_data.get("based_on") in ("", _mark(newest)):
        return True
    who = newest.author or _("somebody")
    text = _(
        "%(who)s saved version %(number)d while you wrote. Your text is kept below; look at "
        "theirs in the list of versions, then save again to write over it."
    )
    editor.wording.data = editor.wording.data.copy()  # type: ignore[attr-defined]
    editor.wording.data["based_on"] = _mark(newest)  # type: ignore[index]
    editor.wording.add_error(None, text % {"who": who, "number": newest.number})
    return False
