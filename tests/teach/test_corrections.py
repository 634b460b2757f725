"""An educator corrects a key on its page; students are shown what it did to their marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from quizzes.attempts import services
from quizzes.attempts.models import Attempt, MarkChange
from quizzes.attempts.taking.saving import Change
from quizzes.bank import services as authoring
from quizzes.bank.corrections.models import KeyCorrection
from quizzes.bank.models import QuestionVersion
from quizzes.bank.queries import drafts_of, stored_drafts_of
from tests import make
from tests.admin.conftest import form_shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(cora):
    return make.bank(cora)


@pytest.fixture
def question(bank):
    return make.question(bank)


def answered(user, quiz, position=0, *, slot=1):
    """An attempt that chose the option at an authored position, submitted an hour ago."""
    now = timezone.now() - timedelta(hours=1)
    attempt = make.attempt(user, quiz, now=now)
    one = attempt.questions.get(slot=slot)
    answer = {"choice": "abc"[one.order.index(position)]}
    services.save_answers(
        user_id=user.pk,
        attempt_id=attempt.pk,
        changes=[Change(slot, answer, None, False, one.sequence)],
        now=now,
    )
    return services.finish(attempt_id=attempt.pk, now=now)


def form(**fields):
    values = {
        "kind": "change_key",
        "option-0": "100",
        "option-1": "0",
        "option-2": "0",
        "why": "A misprint in the table.",
        "base": "",
    }
    return values | fields


def test_it_shows_what_changes_before_it_is_done(ada, ben, cora, question, signed_in):
    quiz = make.quiz(cora, [question])
    answered(ada, quiz, 0)
    answered(ben, quiz, 1)
    client, path = signed_in(cora), f"/teach/questions/{question.pk}/correct/"
    page = client.get(path).content.decode()
    assert "B. NMDA receptor" in page
    assert "Correct it" not in page
    shown = client.post(path, form(show="1")).content.decode()
    assert "A. Dopamine reuptake" in shown
    assert "Correct it" in shown
    assert not KeyCorrection.objects.exists()
    done = client.post(path, form(do="1"))
    version = question.versions.get()
    assert done.url == f"{path}?version={version.pk}"
    assert "Corrected: 2 marks change." in client.get(done.url).content.decode()
    assert list(Attempt.objects.order_by("pk").values_list("score", flat=True)) == [1, 0]
    assert "Nothing: this holds already." in client.post(path, form(show="1")).content.decode()


def test_a_page_that_is_out_of_date_corrects_nothing(ada, cora, question, signed_in):
    answered(ada, make.quiz(cora, [question]))
    client, path = signed_in(cora), f"/teach/questions/{question.pk}/correct/"
    client.post(path, form(do="1"))
    stale = client.post(path, form(do="1", **{"option-0": "0", "option-2": "100"}))
    assert stale.status_code == 400
    assert "meanwhile" in stale.content.decode()
    assert KeyCorrection.objects.count() == 1


def test_others_find_no_such_page(ada, dana, question, signed_in):
    path = f"/teach/questions/{question.pk}/correct/"
    for user in (ada, dana):
        assert signed_in(user).get(path).status_code == 404
        assert signed_in(user).post(path, form(do="1")).status_code == 404
    assert not KeyCorrection.objects.exists()


def test_it_drops_a_question_from_the_quiz_chosen(ada, cora, bank, question, signed_in):
    quiz = make.quiz(cora, [question, make.question(bank)])
    answered(ada, quiz, 1)
    client, path = signed_in(cora), f"/teach/questions/{question.pk}/correct/"
    missing = client.post(path, form(do="1", kind="drop"))
    assert "Choose the quiz" in missing.content.decode()
    client.post(path, form(do="1", kind="drop", quiz=quiz.pk))
    attempt = Attempt.objects.get()
    assert (attempt.score, attempt.max_score) == (1, 1)
    page = signed_in(ada).get("/").content.decode()
    assert "question 1 was corrected, 50% → 100%" in page


def test_every_type_can_be_corrected_on_its_page(cora, bank, signed_in):
    client = signed_in(cora)
    for kind in make.DRAFTS:
        question = make.question(bank, type=kind)
        path = f"/teach/questions/{question.pk}/correct/"
        page = client.get(path)
        assert page.status_code == 200
        # What the form shows, posted as it is, changes nothing.
        fields = page.context["form"]
        data = {one.html_name: one.value() for one in fields if one.value() is not None}
        data = {name: _as_posted(fields, name, value) for name, value in data.items()}
        shown = client.post(path, data | {"why": "Nothing.", "show": "1"})
        assert (kind, "holds already" in shown.content.decode()) == (kind, True)


def _as_posted(fields, name, value):
    return fields.fields[name].prepare_value(value)


def save_new_key(client, question, **options):
    """Post the question's editor with A as the key, as its page would."""
    address = f"/admin/quizzes/question/{question.pk}/change/"
    data = form_shown(client, address)
    data |= {"options-0-worth": "right", "options-1-worth": "wrong", "_ready": "1"}
    return client.post(address, data | options)


def test_changing_the_key_in_the_editor_asks_what_it_was(ada, cora, question, signed_in):
    attempt = answered(ada, make.quiz(cora, [question]))
    client = signed_in(cora)
    saved = save_new_key(client, question)
    new = question.versions.latest("number")
    assert (new.number, new.state) == (2, "ready")
    assert saved.url == f"/teach/questions/{question.pk}/correct/?moved={new.pk}"
    page = client.get(saved.url).content.decode()
    assert "answered 1 time before" in page
    assert "NMDA receptor" in page
    assert "Dopamine reuptake" in page
    wrong = client.post(saved.url, {"what": "wrong"})
    suggested = client.get(wrong.url).context["form"]
    assert [suggested[f"option-{n}"].value() for n in range(3)] == ["100", "0", "0"]
    client.post(wrong.url, form(do="1"))
    attempt.refresh_from_db()
    assert attempt.score == 1
    # The wording that is right already needs no correction of its own.
    assert KeyCorrection.objects.get().version.number == 1


@pytest.mark.parametrize(("what", "new_fact"), [("fact", True), ("wording", False)])
def test_what_else_it_was_is_kept_and_grades_nothing(
    ada, cora, question, signed_in, what, new_fact
):
    attempt = answered(ada, make.quiz(cora, [question]))
    client = signed_in(cora)
    client.post(save_new_key(client, question).url, {"what": what})
    attempt.refresh_from_db()
    assert attempt.score == 0
    assert question.versions.latest("number").new_fact is new_fact
    assert not KeyCorrection.objects.exists()


def test_nobody_is_asked_about_a_question_nobody_answered(cora, question, signed_in):
    client = signed_in(cora)
    asked = save_new_key(client, question)
    assert client.get(asked.url).url == f"/admin/quizzes/question/{question.pk}/change/"


def test_another_explanation_asks_nothing(ada, cora, question, signed_in):
    answered(ada, make.quiz(cora, [question]))
    client = signed_in(cora)
    same = {"options-0-worth": "wrong", "options-1-worth": "right", "explanation": "Otherwise."}
    saved = save_new_key(client, question, **same)
    assert saved.url == f"/admin/quizzes/question/{question.pk}/change/"
    assert question.versions.count() == 2


def test_what_is_ticked_later_is_stored_without_new_wording(cora, question, signed_in):
    client = signed_in(cora)
    same = {"options-0-worth": "wrong", "options-1-worth": "right"}
    save_new_key(client, question, **same, note="The dose changed.", new_fact="on")
    version = QuestionVersion.objects.get()
    assert (version.change_note, version.new_fact) == ("The dose changed.", True)


def test_a_student_is_shown_a_changed_mark_once_as_new_and_for_good_in_the_review(
    ada, ben, cora, question, signed_in
):
    quiz = make.quiz(cora, [question])
    attempt, other = answered(ada, quiz, 0), answered(ben, quiz, 2)
    signed_in(cora).post(f"/teach/questions/{question.pk}/correct/", form(do="1"))
    student = signed_in(ada)
    today = student.get("/").content.decode()
    assert f"{quiz.title}: question 1 was corrected, +1 (0 → 1)" in today
    review = student.get(f"/attempts/{attempt.pk}/review/").content.decode()
    assert "The answer key was wrong and has been corrected. +1 (0 → 1)" in review
    assert "A misprint in the table." in review
    assert "data-new" in review
    assert "was corrected" not in student.get("/").content.decode()
    again = student.get(f"/attempts/{attempt.pk}/review/").content.decode()
    assert "The answer key was wrong" in again
    assert "data-new" not in again
    # Whose mark is what it was finds the correction in the review, and nothing on Today.
    assert "was corrected" not in signed_in(ben).get("/").content.decode()
    page = signed_in(ben).get(f"/attempts/{other.pk}/review/").content.decode()
    assert "The answer key was wrong" in page
    told = signed_in(ada).get(f"/api/v1/attempts/{attempt.pk}/review/").json()["questions"][0]
    assert [(one["kind"], one["old_mark"], one["new_mark"]) for one in told["corrections"]] == [
        ("change_key", 0.0, 1.0)
    ]


def test_nothing_is_shown_before_the_marks_may_be(ada, cora, question, signed_in):
    closes = timezone.now() + timedelta(days=1)
    review = make.quiz(cora, mode="exam").review
    quiz = make.quiz(cora, [question], mode="exam", closes_at=closes, review=review)
    attempt = answered(ada, quiz, 0)
    signed_in(cora).post(f"/teach/questions/{question.pk}/correct/", form(do="1"))
    student = signed_in(ada)
    assert "was corrected" not in student.get("/").content.decode()
    for path in (f"/attempts/{attempt.pk}/review/", f"/attempts/{attempt.pk}/result/"):
        assert "corrected" not in student.get(path).content.decode()
    assert not MarkChange.objects.exists()
    attempt.refresh_from_db()
    assert attempt.score == 1


def test_nothing_is_shown_while_another_exam_asks_the_question(ada, cora, question, signed_in):
    answered(ada, make.quiz(cora, [question]), 0)
    exam = make.quiz(cora, [question], mode="exam")
    make.attempt(ada, exam, now=timezone.now())
    signed_in(cora).post(f"/teach/questions/{question.pk}/correct/", form(do="1"))
    assert MarkChange.objects.count() == 1
    assert "was corrected" not in signed_in(ada).get("/").content.decode()


def test_a_review_leads_those_who_may_to_marking_and_to_the_key(ada, cora, question, signed_in):
    attempt = answered(ada, make.quiz(cora, [question]))
    response = attempt.questions.get().responses.get()
    version = question.versions.get()
    links = (
        f'href="/teach/marking/{response.pk}/"',
        f'href="/teach/questions/{question.pk}/correct/?version={version.pk}"',
    )
    page = signed_in(cora).get(f"/attempts/{attempt.pk}/review/").content.decode()
    own = signed_in(ada).get(f"/attempts/{attempt.pk}/review/").content.decode()
    for link in links:
        assert link in page
        assert link not in own
    assert signed_in(cora).get(f"/teach/marking/{response.pk}/").status_code == 200


def test_an_appeal_shows_what_was_corrected_and_leads_educators_on(ada, cora, question, signed_in):
    attempt = answered(ada, make.quiz(cora, [question]))
    appeal = make.report(attempt)
    page = signed_in(cora).get(f"/teach/reports/{appeal.pk}/").content.decode()
    response = attempt.questions.get().responses.get()
    assert f'href="/teach/marking/{response.pk}/"' in page
    assert f"/teach/questions/{question.pk}/correct/?version=" in page
    assert "What was corrected" not in signed_in(ada).get(f"/reports/{appeal.pk}/").content.decode()
    signed_in(cora).post(f"/teach/questions/{question.pk}/correct/", form(do="1"))
    shown = signed_in(ada).get(f"/reports/{appeal.pk}/").content.decode()
    assert "The answer key was wrong and has been corrected. +1 (0 → 1)" in shown
    assert "A misprint in the table." in shown


def test_owners_of_other_quizzes_are_shown_what_was_corrected(ada, cora, dana, question, signed_in):
    answered(ada, make.quiz(dana, [question]))
    assert "corrected by others" not in signed_in(dana).get("/teach/").content.decode()
    signed_in(cora).post(f"/teach/questions/{question.pk}/correct/", form(do="1"))
    page = signed_in(dana).get("/teach/").content.decode()
    assert "corrected by others" in page
    assert "A misprint in the table." in page
    assert "corrected by others" not in signed_in(cora).get("/teach/").content.decode()


def test_drafts_exports_and_the_editor_give_the_key_in_force(cora, question, signed_in):
    signed_in(cora).post(f"/teach/questions/{question.pk}/correct/", form(do="1"))
    version = question.versions.get()
    assert [one.fraction for one in drafts_of([version.pk])[version.pk].options] == [1, 0, 0]
    stored = stored_drafts_of([version.pk])[version.pk]
    assert [one.fraction for one in stored.options] == [0, 1, 0]
    shown = signed_in(cora).get(f"/api/v1/questions/{question.pk}/").json()
    assert [one["fraction"] for one in shown["options"]] == [1, 0, 0]
    # The old key on purpose is a new version.
    authoring.add_version(
        question=question, draft=replace(stored, slug=""), by=cora, now=make.NOON, state="ready"
    )
    assert question.versions.count() == 2


def test_a_corrected_order_is_exported_in_the_order_that_is_right(cora, bank, signed_in):
    question = make.question(bank, type="ordering")
    places = {"option-0": "2", "option-1": "1", "option-2": "3"}
    data = form(do="1", **places)
    signed_in(cora).post(f"/teach/questions/{question.pk}/correct/", data)
    version = question.versions.get()
    draft = drafts_of([version.pk])[version.pk]
    assert [one.text for one in draft.options] == ["Glutamate rises", "Infusion", "Mood lifts"]
    assert draft.params == {}


def test_a_wrong_key_after_two_hundred_answers_is_put_right_at_once(
    cora, bank, question, signed_in
):
    """Some are finished, some open, some in an exam that is not released."""
    closes = timezone.now() + timedelta(days=1)
    practice = make.quiz(cora, [question, make.question(bank)])
    exam = make.quiz(cora, [question], mode="exam", closes_at=closes)
    students = [User.objects.create_user(f"student-{n}", None) for n in range(240)]
    finished = [answered(user, practice, n % 3) for n, user in enumerate(students[:160])]
    unreleased = [answered(user, exam, n % 3) for n, user in enumerate(students[160:200])]
    opened = []
    for number, user in enumerate(students[200:]):
        attempt = make.attempt(user, practice, now=timezone.now())
        one = attempt.questions.get(slot=1)
        answer = {"choice": "abc"[one.order.index(number % 3)]}
        services.save_answers(
            user_id=user.pk,
            attempt_id=attempt.pk,
            changes=[Change(1, answer, None, False, one.sequence)],
            now=timezone.now(),
        )
        opened.append(attempt)
    began = timezone.now()
    client, path = signed_in(cora), f"/teach/questions/{question.pk}/correct/"
    client.post(path, form(show="1"))
    client.post(path, form(do="1"))
    assert timezone.now() - began < timedelta(seconds=30)
    for number, attempt in enumerate(opened):
        score = services.finish(attempt_id=attempt.pk, now=timezone.now()).score
        assert score == (number % 3 == 0)
    for attempts in (finished, unreleased):
        for number, attempt in enumerate(attempts):
            attempt.refresh_from_db()
            assert attempt.score == (number % 3 == 0)
    # Two in three of those who could see their mark see that it is another.
    assert MarkChange.objects.count() == MarkChange.objects.values("user").distinct().count()
    assert set(MarkChange.objects.values_list("user", flat=True)) == {
        user.pk for n, user in enumerate(students[:160]) if n % 3 != 2
    }
    early = signed_in(students[160])
    for path in ("/", f"/attempts/{unreleased[0].pk}/review/", f"/quizzes/{exam.slug}/"):
        page = early.get(path).content.decode()
        assert "corrected" not in page
        assert "misprint" not in page
