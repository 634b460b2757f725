"""The addresses of the API. The pages have their own table."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

import quizzes.converters  # noqa: F401  registers the converter `id`
from quizzes.api import (
    account,
    answers,
    attempts,
    banks,
    corrections,
    coverage,
    decks,
    docs,
    materials,
    questions,
    users,
)
from quizzes.api import quizzes as papers

app_name = "api"


@csrf_exempt
def nothing(request: HttpRequest) -> JsonResponse:
    """Answer programs as JSON where there is nothing, instead of with a page."""
    return JsonResponse({"detail": "Not found."}, status=404)


urlpatterns = [
    # First, since a class calls them more often than all others together.
    path("attempts/<id:pk>/answers/", answers.save_several, name="answers"),
    path("attempts/<id:pk>/answers/<id:slot>/", answers.save_answer, name="answer"),
    path("schema/", docs.schema, name="schema"),
    path("docs/", docs.Docs.as_view(), name="docs"),
    path("auth/token/", account.TokenView.as_view(), name="token"),
    path("session/", account.SessionView.as_view(), name="session"),
    path("me/", account.MeView.as_view(), name="me"),
    path("materials/", materials.MaterialsView.as_view(), name="materials"),
    path("materials/<slug:slug>/", materials.MaterialView.as_view(), name="material"),
    path("decks/", decks.DecksView.as_view(), name="decks"),
    path("decks/<slug:slug>/cards/", decks.DeckCardsView.as_view(), name="deck_cards"),
    path("quizzes/", papers.QuizzesView.as_view(), name="quizzes"),
    path("quizzes/<slug:slug>/", papers.QuizView.as_view(), name="quiz"),
    path(
        "quizzes/<slug:slug>/attempts/", attempts.QuizAttemptsView.as_view(), name="quiz_attempts"
    ),
    path("attempts/", attempts.AttemptsView.as_view(), name="attempts"),
    path("attempts/<id:pk>/", attempts.AttemptView.as_view(), name="attempt"),
    path("attempts/<id:pk>/check/<id:slot>/", attempts.CheckView.as_view(), name="check"),
    path("attempts/<id:pk>/submit/", attempts.SubmitView.as_view(), name="submit"),
    path("attempts/<id:pk>/review/", attempts.ReviewView.as_view(), name="review"),
    path("banks/", banks.BanksView.as_view(), name="banks"),
    path("banks/<slug:slug>/", banks.BankView.as_view(), name="bank"),
    path("banks/<slug:slug>/coverage/", coverage.CoverageView.as_view(), name="coverage"),
    path("questions/", questions.QuestionsView.as_view(), name="questions"),
    path("questions/<id:pk>/", questions.QuestionView.as_view(), name="question"),
    path(
        "questions/<id:pk>/corrections/",
        corrections.CorrectionsView.as_view(),
        name="corrections",
    ),
    path("users/", users.UsersView.as_view(), name="users"),
    path("users/<id:pk>/", users.UserView.as_view(), name="user"),
    re_path("", nothing),
]
