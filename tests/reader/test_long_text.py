"""The reader on 20,000 words with 1,000 questions: it costs what is shown, not what is stored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from benchmarks import longtext
from tests import make


@pytest.mark.django_db
def test_a_long_text_with_a_thousand_questions_takes_no_more_queries_than_a_short_one(
    signed_in: Any, django_assert_num_queries: Any
) -> None:
    longtext.open_text()
    author = User.objects.get(login="reads-as-author")
    short = make.source(owner=author, slug="short-text")
    reader = User.objects.get(login="reads-as-student")
    quiz = make.quiz(author, [make.question(make.bank(author), anchored_in=short)])
    make.finished(reader, quiz)
    student: Client = signed_in(reader)
    for slug in ("short-text", longtext.SLUG):
        student.get(f"/read/{slug}/")  # remembers the text read last
        with django_assert_num_queries(13):
            shown = student.get(f"/read/{slug}/", {"q": "ke"}).content.decode()
        key = "first-act" if slug == "short-text" else "p7"
        with django_assert_num_queries(19):
            student.get(f"/read/{slug}/p/{key}/", headers={"HX-Request": "true"})
    assert shown.count('<section class="psg') == longtext.PASSAGES
    assert len(re.findall(r'class="anc', shown)) >= longtext.QUESTIONS
    assert "Statement" not in shown  # what is asked is fetched passage by passage
    teacher: Client = signed_in(author)
    for view, count in (("coverage", 20), ("difficulty", 16)):
        teacher.get(f"/read/{longtext.SLUG}/")
        with django_assert_num_queries(count):
            teacher.get(f"/read/{longtext.SLUG}/", {"view": view})
