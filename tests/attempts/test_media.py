"""Pictures and sounds in questions: put there, shown, served to those who meet them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from quizzes.bank.media.models import Media
from quizzes.bank.models import QuestionBank, QuestionVersion
from quizzes.bank.services import retire_question
from tests import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora)


def upload(client: Client, bank: QuestionBank, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("../x.html", content, content_type="text/html")
    where = f"/admin/quizzes/questionbank/{bank.pk}/media/"
    return client.post(where, {"file": file, "name": "brain", **fields})


def test_an_educator_puts_a_picture_there_and_copies_its_line(
    signed_in: SignIn, cora: User, bank: QuestionBank, tmp_path: Path
) -> None:
    client = signed_in(cora)
    assert upload(client, bank, make.picture()).status_code == 302
    media = bank.media.get()
    assert [one.name for one in (tmp_path / "media").iterdir()] == [f"{media.token}.png"]
    page = client.get(f"/admin/quizzes/questionbank/{bank.pk}/media/").content.decode()
    assert "](media:brain)" in page
    assert f"/media/{media.token}.png" in page


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"<svg/>", {}, "neither a picture"),
        (make.picture(), {"name": "a b"}, "valid"),
        (make.picture(), {"name": ""}, "required"),
        (make.picture(), {"name": "taken"}, "a file of this name"),
    ],
)
def test_it_says_at_the_field_what_is_wrong(
    signed_in: SignIn,
    cora: User,
    bank: QuestionBank,
    tmp_path: Path,
    content: bytes,
    fields: dict[str, str],
    words: str,
) -> None:
    make.media(bank, "taken")
    reply = upload(signed_in(cora), bank, content, **fields)
    assert reply.status_code == 200
    assert words in reply.content.decode()
    assert bank.media.count() == len(list((tmp_path / "media").iterdir())) == 1


def test_nobody_reaches_the_media_of_a_foreign_bank(
    signed_in: SignIn, ada: User, dana: User, bank: QuestionBank
) -> None:
    where = f"/admin/quizzes/questionbank/{bank.pk}/media/"
    assert signed_in(dana).get(where).status_code == 404
    assert upload(signed_in(dana), bank, make.picture()).status_code == 404
    assert signed_in(ada).get(where).status_code == 302
    assert not bank.media.exists()


def asking(bank: QuestionBank, media: Media, place: str = "stem") -> Any:
    text = f"Which region is red? ![a red field](media:{media.name})"
    return make.question(bank, **{place: text})


def test_it_is_shown_in_the_question_to_who_takes_it(
    signed_in: SignIn, ada: User, ben: User, cora: User, dana: User, bank: QuestionBank
) -> None:
    media = make.media(bank)
    quiz = make.quiz(cora, [asking(bank, media)])
    url = media.get_absolute_url()
    # Nobody has met the question yet.
    assert [signed_in(user).get(url).status_code for user in (ada, ben, dana)] == [404] * 3
    attempt = make.attempt(ada, quiz)
    page = signed_in(ada).get(f"/attempts/{attempt.pk}/").content.decode()
    assert f'<img src="{url}" alt="a red field" width="40" height="30" loading="lazy">' in page
    reply = signed_in(ada).get(url)
    assert reply.headers["Content-Type"] == "image/png"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "brain.png" in reply.headers["Content-Disposition"]
    assert b"".join(reply.streaming_content).startswith(b"\x89PNG")
    assert signed_in(cora).get(url).status_code == 200
    assert [signed_in(user).get(url).status_code for user in (ben, dana)] == [404] * 2
    assert Client().get(url).status_code == 302


def test_it_is_shown_beside_the_text_to_who_may_answer_there(
    signed_in: SignIn, ada: User, cora: User, bank: QuestionBank
) -> None:
    text, media = make.source(owner=cora), make.media(bank)
    stem = f"Which region is red? ![a red field](media:{media.name})"
    question = make.question(bank, stem=stem, anchored_in=text)
    url = media.get_absolute_url()
    assert url in signed_in(ada).get(f"/read/{text.slug}/q/{question.pk}/").content.decode()
    assert signed_in(ada).get(url).status_code == 200
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("hidden", ["for exams", "not published", "retired"])
def test_it_is_not_shown_where_its_question_stands_beside_no_text(
    hidden: str, signed_in: SignIn, ada: User, cora: User, bank: QuestionBank
) -> None:
    text, media = make.source(owner=cora), make.media(bank)
    stem = f"Which region is red? ![a red field](media:{media.name})"
    question = make.question(bank, stem=stem, anchored_in=text)
    if hidden == "for exams":
        QuestionBank.objects.update(use="exam")
    elif hidden == "not published":
        type(text).objects.update(edition=None)
    else:
        retire_question(question=question, by=None, now=make.NOON)
    assert signed_in(ada).get(media.get_absolute_url()).status_code == 404


def test_a_sound_is_played_by_the_browsers_own_player(cora: User, bank: QuestionBank) -> None:
    media = make.media(bank, "beat", make.sound())
    version = asking(bank, media).versions.get()
    assert "<audio controls" in version.stem_html
    assert f'src="{media.get_absolute_url()}"' in version.stem_html
    assert 'aria-label="a red field"' in version.stem_html


@pytest.mark.parametrize("missing", ["0" * 32 + ".png", "0" * 32 + ".wav"])
def test_a_missing_file_looks_like_a_foreign_one(
    signed_in: SignIn, ada: User, missing: str
) -> None:
    assert signed_in(ada).get(f"/media/{missing}").status_code == 404


def test_it_refuses_what_the_bank_does_not_have_and_what_has_no_words(
    signed_in: SignIn, cora: User, dana: User, bank: QuestionBank
) -> None:
    make.media(make.bank(dana), "foreign")
    make.media(bank, "brain")
    for text, place, words in (
        ("Look: ![a field](media:foreign)", "stem", "no picture or sound called"),
        ("Look: ![](media:brain)", "explanation", "Say in words"),
    ):
        with pytest.raises(ValidationError) as caught:
            make.question(bank, **{place: text})
        assert words in " ".join(caught.value.message_dict[place])
    assert not QuestionVersion.objects.exists()


def test_it_removes_only_what_no_version_names(
    signed_in: SignIn,
    cora: User,
    bank: QuestionBank,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    used, spare = make.media(bank, "used"), make.media(bank, "spare")
    asking(bank, used, "explanation")
    where = f"/admin/quizzes/questionbank/{bank.pk}/media/"
    client = signed_in(cora)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(where, {"remove": "used"})
        client.post(where, {"remove": "spare"})
    assert list(bank.media.all()) == [used]
    assert [one.name for one in (tmp_path / "media").iterdir()] == [used.file_name]
    assert not Media.objects.filter(pk=spare.pk).exists()
    assert client.post(where, {"remove": "nothing"}).status_code == 404
