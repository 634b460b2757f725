"""The addresses of the pages, subject by subject. The API has its own table in api/urls.py."""

from django.urls import path

import quizzes.converters  # noqa: F401  registers the converter `id`
from quizzes.attempts.pages import views as attempts
from quizzes.attempts.question_reports import views as reporting
from quizzes.cards import views as cards
from quizzes.concordance import views as concordance
from quizzes.reader import views as reader
from quizzes.study import views as study
from quizzes.study.media import media
from quizzes.teach import corrections, coverage_pages
from quizzes.teach import reports as teach_reports
from quizzes.teach import views as teach

app_name = "quizzes"

urlpatterns = [
    path("", study.today, name="today"),
    path("library/", study.library, name="library"),
    path("read/<slug:slug>/", reader.read, name="read"),
    path("read/<slug:slug>/p/<slug:key>/", reader.passage, name="passage"),
    path("read/<slug:slug>/q/<id:pk>/", reader.question, name="reader_question"),
    path("read/<slug:slug>/notes/", reader.notes, name="notes"),
    path("read/<slug:slug>/notes/<id:pk>/", reader.note, name="note"),
    path("changes/<id:pk>/seen/", study.change_seen, name="change_seen"),
    path("progress/", study.progress, name="progress"),
    path("quizzes/<slug:slug>/", attempts.quiz, name="quiz"),
    path("quizzes/<slug:slug>/start/", attempts.start, name="start"),
    path("attempts/<id:pk>/", attempts.attempt, name="attempt"),
    path("attempts/<id:pk>/save/", attempts.save, name="save"),
    path("attempts/<id:pk>/check/<id:slot>/", attempts.check, name="check"),
    path("attempts/<id:pk>/summary/", attempts.summary, name="summary"),
    path("attempts/<id:pk>/submit/", attempts.submit, name="submit"),
    path("attempts/<id:pk>/result/", attempts.result, name="result"),
    path("attempts/<id:pk>/review/", attempts.review, name="review"),
    path("attempts/<id:pk>/report/<id:slot>/", reporting.report, name="report"),
    path("media/<media:name>", media, name="media"),
    path("reports/", reporting.reports, name="reports"),
    path("reports/<id:pk>/", reporting.shown, name="report_shown"),
    path("cards/", cards.decks, name="decks"),
    path("cards/<slug:slug>/", cards.deck, name="deck"),
    path("cards/<slug:slug>/flip/", cards.flip, name="flip"),
    path("concordance/", concordance.concordance, name="concordance"),
    path("teach/", teach.index, name="teach"),
    path("teach/quizzes/<slug:slug>/", teach.attempts, name="teach_attempts"),
    path("teach/coverage/", coverage_pages.texts, name="teach_coverage"),
    path("teach/coverage/<id:pk>/", coverage_pages.text, name="teach_coverage_text"),
    path("teach/reports/", teach_reports.reports, name="teach_reports"),
    path("teach/reports/<id:pk>/", teach_reports.report, name="teach_report"),
    path("teach/questions/<id:pk>/correct/", corrections.correct_question, name="correct_question"),
    path("teach/marking/", teach.marking, name="marking"),
    path("teach/marking/<id:pk>/", teach.mark, name="mark"),
]
