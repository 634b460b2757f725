"""Questions and notes keep the names that other systems know them by, through files and the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from rest_framework.test import APIClient

from accounts.models import User
from quizzes.bank.models import Question, QuestionBank
from quizzes.cards import services
from quizzes.cards.models import Note
from quizzes.cards.stored_drafts import note_drafts
from quizzes.interchange.bank_yaml import read_path, write_path
from quizzes.interchange.queries import collection_of
from quizzes.interchange.services import import_bank
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return QuestionBank.objects.get(pk=make.bank(cora).pk)


def test_files_bring_them_back(bank: QuestionBank, tmp_path: Path) -> None:
    make.question(bank, title="The first act", external_id="qst:17/a")
    make.note(bank, guid="Hk$]=2 xy", external_id="1502298033753")
    write_path(collection_of(bank), tmp_path)
    Question.objects.update(title="", external_id="")
    Note.objects.update(guid="other", external_id="")
    import_bank(collection=read_path(tmp_path), now=make.NOON, overwrite=True)
    question, note = Question.objects.get(), Note.objects.get()
    assert (question.title, question.external_id) == ("The first act", "qst:17/a")
    assert (note.guid, note.external_id) == ("Hk$]=2 xy", "1502298033753")
    report = import_bank(collection=read_path(tmp_path), now=make.NOON)
    assert {line.status for line in report.lines} == {"unchanged"}


def test_a_lasting_name_is_the_first_slug_and_stays(bank: QuestionBank) -> None:
    note = make.note(bank, slug="first-name")
    assert note.guid == "first-name"
    draft = note_drafts([note.pk])[note.pk]
    assert draft.guid == ""
    renamed = type(draft)(draft.kind, draft.fields, slug="second-name")
    note = services.change_note(note=note, draft=renamed, by=None, now=make.NOON)
    assert (note.slug, note.guid) == ("second-name", "first-name")
    with pytest.raises(ValidationError) as refused:
        make.note(bank, slug="first-name")
    assert list(refused.value.message_dict) == ["guid"]


def test_the_api_shows_a_title_and_changes_it(bank: QuestionBank, api, cora: User) -> None:
    question = make.question(bank, stem="Which receptor does *ketamine* block?")
    client: APIClient = api(cora)
    url = f"/api/v1/questions/{question.pk}/"
    assert client.get(url).data["title"] == "Which receptor does ketamine block?"
    sent = {"title": "The receptor", "external_id": "r-1"}
    assert client.patch(url, sent, format="json").status_code == 200
    line = client.get("/api/v1/questions/").data["results"][0]
    assert (line["title"], line["external_id"]) == ("The receptor", "r-1")
    assert client.patch(url, {"title": "x" * 201}, format="json").status_code == 400


def test_authors_find_a_question_by_them(bank: QuestionBank, signed_in, cora: User) -> None:
    make.question(bank, title="The gatekeeper", external_id="r-1", stem="Which one?")
    make.question(bank, stem="And what else?")
    client = signed_in(cora)
    for words in ("gatekeeper", "R-1"):
        page = client.get(f"/admin/quizzes/question/?q={words}").content.decode()
        assert "The gatekeeper" in page
        assert "And what else?" not in page
