"""Taking a quiz: its own page, the attempt, submitting, result and review.

Every step is a form that works without JavaScript; the page's scripts only save more often and
replace one question at a time.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.attempts import services
from quizzes.attempts.errors import (
    AskedElsewhere,
    AttemptClosed,
    NoAttemptsLeft,
    NotEnoughQuestions,
    NotOpen,
    OnlyEmbargoedQuestions,
)
from quizzes.attempts.grading.notices import mark_seen
from quizzes.attempts.models import Attempt, AttemptQuestion
from quizzes.attempts.pages import contexts, result_contexts
from quizzes.attempts.pages.forms import BrokenForm, changes_from
from quizzes.attempts.taking.checking import Checked, NothingToCheck
from quizzes.attempts.taking.saving import CLOSED, INVALID, MISSING, STALE, Change, Outcome
from quizzes.attempts.taking.terms import renew_terms
from quizzes.bank.models import Question
from quizzes.db.compiled_queries import compiled_query


@require_GET
@login_required
def quiz(request: HttpRequest, slug: str) -> HttpResponse:
    """A quiz before it is taken: its description, its terms and the student's attempts at it."""
    user = cast(User, request.user)
    found = get_object_or_404(Quiz.objects.visible_to(user), slug=slug)
    return render(request, "quiz/quiz.html", contexts.quiz_page(found, user, now=timezone.now()))


@require_POST
@login_required
def start(request: HttpRequest, slug: str) -> HttpResponse:
    user = cast(User, request.user)
    found = get_object_or_404(Quiz.objects.visible_to(user), slug=slug)
    preview = user.is_staff and Quiz.objects.editable_by(user).filter(pk=found.pk).exists()
    try:
        attempt, _started = services.start_attempt(
            user=user, quiz=found, now=timezone.now(), preview=preview
        )
    except NotOpen:
        messages.warning(request, _("This quiz is not open now."))
    except NoAttemptsLeft:
        messages.warning(request, _("You have used every attempt at this quiz."))
    except OnlyEmbargoedQuestions:
        messages.warning(
            request,
            _(
                "You have another open attempt that asks all of these questions."
                " Submit that one first."
            ),
        )
    except NotEnoughQuestions:
        messages.warning(request, _("This quiz has too few questions that are ready to be asked."))
    else:
        return redirect(attempt)
    return redirect(found)


@require_GET
@login_required
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Taking the quiz. Someone who may see the attempt but not take it is sent to its review."""
    now = timezone.now()
    user = cast(User, request.user)
    found = _visible(user, pk)
    if found.user_id != user.pk or found.finished_at is not None or _closed_by_now(found, now):
        return redirect("quizzes:review" if found.user_id != user.pk else "quizzes:result", pk=pk)
    return render(request, "attempt/attempt.html", contexts.attempt_page(found, now=now))


@require_POST
@login_required
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the whole form, then stay or go on to the summary."""
    now = timezone.now()
    found = _own(cast(User, request.user), pk)
    changes, outcomes = _save(request, found, now)
    if any(outcome.status == CLOSED for outcome in outcomes) and _reload(found).finished_at:
        messages.warning(request, _("This attempt is over. What was saved before has been graded."))
        return redirect("quizzes:result", pk=pk)
    if any(outcome.status in (STALE, INVALID, CLOSED) for outcome in outcomes):
        return _again(request, found, changes, outcomes, now)
    if request.POST.get("next") == "summary":
        return redirect("quizzes:summary", pk=pk)
    if request.POST.get("next") == "leave":
        return redirect(found.quiz)
    messages.success(request, _("Your answers are saved."))
    cleared = next((one.slot for one in changes if request.POST.get("clear") == str(one.slot)), "")
    return redirect(f"{found.get_absolute_url()}#q{cleared}" if cleared else found)


@require_POST
@login_required
def check(request: HttpRequest, pk: int, slot: int) -> HttpResponse:
    """Save the form and grade one question; scripts request only that question's section."""
    now = timezone.now()
    user = cast(User, request.user)
    found = _own(user, pk)
    changes, outcomes = _save(request, found, now)
    if any(outcome.status in (STALE, INVALID) for outcome in outcomes):
        return _again(request, found, changes, outcomes, now)
    try:
        checked: Checked | None = services.check_answer(
            user=user, attempt_id=pk, slot=slot, now=now
        )
    except AttemptQuestion.DoesNotExist as error:
        raise Http404 from error
    except AskedElsewhere:
        checked = None
    except (AttemptClosed, NothingToCheck):
        return redirect(
            "quizzes:result" if _reload(found).finished_at else "quizzes:attempt", pk=pk
        )
    if request.headers.get("X-Fragment") == "question":
        return HttpResponse(contexts.attempt_page(found, now=now, only=slot)["asked"])
    if checked is None:
        messages.warning(
            request, _("You have another attempt that asks this question. Submit that one first.")
        )
    elif checked.state in ("todo", "invalid"):
        messages.warning(request, _("Answer the question before you check it."))
    return redirect(f"{found.get_absolute_url()}#q{slot}")


@require_GET
@login_required
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Which questions are answered, unanswered and flagged, before submitting."""
    now = timezone.now()
    user = cast(User, request.user)
    found = _own(user, pk)
    if found.finished_at is not None or _closed_by_now(found, now):
        return redirect("quizzes:result", pk=pk)
    return render(request, "attempt/summary.html", contexts.summary_page(found, now=now))


@require_POST
@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit, saving the form first. Submitting again leads to the same result."""
    now = timezone.now()
    found = _own(cast(User, request.user), pk)
    if found.finished_at is None:
        changes, outcomes = _save(request, found, now)
        if any(outcome.status in (STALE, INVALID) for outcome in outcomes):
            return _again(request, found, changes, outcomes, now)
        services.finish(attempt_id=pk, now=now)
    return redirect("quizzes:result", pk=pk)


@require_GET
@login_required
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The score by topic and time, as far as the review options allow."""
    now = timezone.now()
    user = cast(User, request.user)
    found = _visible(user, pk)
    if found.finished_at is None:
        return redirect(found)
    page = result_contexts.result_page(found, user, now=now)
    return render(request, "attempt/result.html", page)


@require_GET
@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Every question with what may be shown of it."""
    now = timezone.now()
    user = cast(User, request.user)
    found = _visible(user, pk)
    if found.finished_at is None and found.user_id == user.pk:
        return redirect(found)
    corrects = _corrects(found, user) if user.is_staff and found.finished_at else ()
    page = result_contexts.review_page(found, user, now=now, corrects=corrects)
    response = render(request, "attempt/review.html", page)
    if found.user_id == user.pk and page["has_news"]:
        mark_seen(found, now=now)
    return response


def _corrects(attempt: Attempt, user: User) -> set[int]:
    """Return the questions of an attempt whose key the user may correct."""
    asked = Question.objects.editable_by(user).filter(
        versions__in=attempt.questions.values("version")
    )
    return set(asked.values_list("pk", flat=True))


_own_attempt = compiled_query(
    lambda pk, user: Attempt.objects.filter(pk=pk, user=user).select_related("quiz")
)


def _visible(user: User, pk: int) -> Attempt:
    if not user.is_staff:
        return _own(user, pk)
    return get_object_or_404(Attempt.objects.visible_to(user).select_related("quiz", "user"), pk=pk)


def _own(user: User, pk: int) -> Attempt:
    for attempt in _own_attempt(pk, user.pk):
        attempt.user = user
        return attempt
    raise Http404


def _reload(attempt: Attempt) -> Attempt:
    attempt.refresh_from_db(fields=["finished_at", "state"])
    return attempt


def _closed_by_now(attempt: Attempt, now: datetime) -> bool:
    """Finish the attempt if its time has run out, after resolving its terms again."""
    if attempt.deadline is None or now < attempt.deadline:
        return False
    for renewed in renew_terms(Attempt.objects.filter(pk=attempt.pk)):
        attempt.deadline = renewed.deadline
    if attempt.deadline is None or now < attempt.deadline:
        return False
    services.finish(attempt_id=attempt.pk, now=now)
    return True


def _save(
    request: HttpRequest, attempt: Attempt, now: datetime
) -> tuple[list[Change], list[Outcome]]:
    """Save what the form contains; an empty form is not an error."""
    try:
        changes = changes_from(request.POST)
    except BrokenForm as error:
        raise Http404 from error
    if not changes:
        return [], []
    outcomes = services.save_answers(
        user_id=attempt.user_id, attempt_id=attempt.pk, changes=changes, now=now
    )
    return changes, [one for one in outcomes or [] if one.status != MISSING]


def _again(
    request: HttpRequest,
    attempt: Attempt,
    changes: list[Change],
    outcomes: list[Outcome],
    now: datetime,
) -> HttpResponse:
    """Show the form again with what was typed, saying what was not saved and why."""
    typed = {change.slot: change for change in changes}
    refused = [one for one in outcomes if one.status in (STALE, INVALID, CLOSED)]
    page = contexts.attempt_page(attempt, now=now, refused=refused, typed=typed)
    stale = [str(one.slot) for one in refused if one.status == STALE]
    if stale:
        messages.warning(
            request,
            ngettext(
                "Question %(slots)s was changed in another window. Your text is kept here; "
                "save again to replace the other.",
                "Questions %(slots)s were changed in another window. Your text is kept here; "
                "save again to replace the other.",
                len(stale),
            )
            % {"slots": ", ".join(stale)},
        )
    return render(request, "attempt/attempt.html", page, status=409 if stale else 400)
