"""Whose rows one reaches in the authoring tool: own and shared ones, through no door others."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.bank.models import Question, QuestionBank
from quizzes.material.models import Source
from tests import make
from tests.admin.conftest import OPTIONS, QUESTIONS, SignedIn, form, form_shown, rows

CANARY = "The canary sings"


@pytest.fixture
def question(bank: QuestionBank, text: Source) -> Question:
    return make.question(bank, stem=f"{CANARY} here?", anchored_in=text, tags=("canary-tag",))


@pytest.fixture
def quiz(cora: User, question: Question) -> Quiz:
    return make.quiz(cora, [question], title=CANARY, state="draft")


@pytest.fixture
def things(question: Question, quiz: Quiz, text: Source) -> dict[str, Any]:
    return {
        "question": question,
        "questionbank": question.bank,
        "quiz": quiz,
        "source": text,
    }


def addresses(things: dict[str, Any]) -> list[tuple[str, str]]:
    """Every address of ours below an object, with its method."""
    found = []
    for name, one in things.items():
        base = f"/admin/quizzes/{name}/{one.pk}/"
        found += [("GET", f"{base}{end}/") for end in ("change", "history", "delete")]
        found += [("POST", f"{base}change/"), ("POST", f"{base}delete/"), ("GET", base)]
    base = f"{QUESTIONS}{things['question'].pk}/"
    found += [("GET", f"{base}versions/"), ("GET", f"{base}versions/1/")]
    found += [("POST", f"{base}{end}/") for end in ("versions/1/restore", "duplicate", "retire")]
    found.append(("POST", f"/admin/quizzes/quiz/{things['quiz'].pk}/step/"))
    return found


def test_it_hides_the_objects_of_others(
    things: dict[str, Any], dana: User, signed_in: SignedIn
) -> None:
    client = signed_in(dana)
    make.bank(dana, slug="danas")
    for method, address in addresses(things):
        data = {"bank": "danas", "step": "archive", "post": "yes", **form(type="single_choice")}
        data["bank"] = "danas"
        response = (
            client.generic(method, address) if method == "GET" else client.post(address, data)
        )
        expected = (301, 302, 404, 403) if address.count("/") == 5 else (404, 403)
        assert response.status_code in expected, (method, address, response.status_code)
        assert CANARY not in response.content.decode()
    assert Question.objects.count() == 1
    assert Quiz.objects.get().state == "draft"


def test_it_answers_alike_for_what_is_missing_and_what_is_foreign(
    things: dict[str, Any], dana: User, signed_in: SignedIn
) -> None:
    client = signed_in(dana)
    for name, one in things.items():
        for end in ("change", "history"):
            foreign = client.get(f"/admin/quizzes/{name}/{one.pk}/{end}/")
            missing = client.get(f"/admin/quizzes/{name}/987654/{end}/")
            huge = client.get(f"/admin/quizzes/{name}/{10**30}/{end}/")
            assert (foreign.status_code, missing.status_code, huge.status_code) == (404, 404, 404)


def test_it_lists_and_finds_nothing_of_others(
    things: dict[str, Any], dana: User, signed_in: SignedIn
) -> None:
    client = signed_in(dana)
    make.bank(dana, slug="danas")
    bank, topic = things["questionbank"].pk, things["question"].topic_id
    for address in [
        "/admin/",
        *(f"/admin/quizzes/{name}/" for name in ("question", "questionbank", "quiz")),
        f"{QUESTIONS}?q=canary",
        f"{QUESTIONS}?bank={bank}",
        f"{QUESTIONS}?topic={topic}",
        f"{QUESTIONS}?tag=canary-tag",
        f"{QUESTIONS}add/?type=single_choice&bank=ketamine",
        "/admin/quizzes/quiz/add/?mode=exam",
        "/admin/quizzes/quiz/questions/?q=canary",
    ]:
        shown = client.get(address).content.decode()
        assert CANARY not in shown, address
        assert ">canary-tag<" not in shown, address


@pytest.mark.parametrize(
    "query",
    [
        "bank__owners__login__startswith=c",
        "versions__stem__icontains=canary",
        "author__password__startswith=a",
        "slots__isnull=0",
        "_popup=1",
        "_to_field=slug",
        "_to_field=author",
    ],
)
def test_it_answers_no_lookup_of_ones_own_making(
    query: str, cora: User, question: Question, signed_in: SignedIn
) -> None:
    assert signed_in(cora).get(f"{QUESTIONS}?{query}").status_code in (400, 404)


def test_it_has_no_shortcut_to_the_page_of_any_object(
    quiz: Quiz, dana: User, signed_in: SignedIn
) -> None:
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(Quiz).pk
    response = signed_in(dana).get(f"/admin/r/{kind}/{quiz.pk}/")
    assert response.status_code == 404


def test_it_takes_no_action_on_the_rows_of_others(
    question: Question, quiz: Quiz, dana: User, signed_in: SignedIn
) -> None:
    client = signed_in(dana)
    for action in ("retire", "mark_ready", "delete_selected"):
        client.post(QUESTIONS, {"action": action, "_selected_action": [question.pk]})
    client.post("/admin/quizzes/quiz/", {"action": "publish", "_selected_action": [quiz.pk]})
    question.refresh_from_db()
    quiz.refresh_from_db()
    assert question.retired_at is None
    assert quiz.state == "draft"


def test_it_writes_nothing_into_the_bank_of_another(
    bank: QuestionBank, dana: User, signed_in: SignedIn
) -> None:
    client = signed_in(dana)
    make.bank(dana, slug="danas")
    response = client.post(f"{QUESTIONS}add/?bank=ketamine&type=single_choice", form())
    assert response.status_code == 200
    assert not Question.objects.exists()


def test_it_quotes_no_passage_that_one_may_not_read(
    educator: Client, bank: QuestionBank, dana: User
) -> None:
    hidden = make.source(owner=dana, slug="hidden", title="Hidden title", published=False)
    anchor = {"material": hidden.slug, "passage": "first-act", "quote": "Ketamine"}
    response = educator.post(f"{QUESTIONS}add/", form(anchors=(anchor,)))
    assert response.status_code == 200
    assert "Hidden title" not in response.content.decode()
    fields = form(press="_anchor", _anchor="hidden first-act 0 8")
    picked = educator.post(f"{QUESTIONS}add/", fields)
    assert picked.context["editor"].anchors.forms == []


def test_it_lets_an_editor_write_but_not_share(
    bank: QuestionBank, dana: User, signed_in: SignedIn
) -> None:
    bank.editors.add(dana)
    client = signed_in(dana)
    assert client.post(f"{QUESTIONS}add/", form()).status_code == 302
    address = f"/admin/quizzes/questionbank/{bank.pk}/change/"
    page = client.get(address).content.decode()
    assert "Its owners share and rename it." in page
    fields = {"title": "Mine now", "use": "exam", "owners": "dana", "_save": "1"}
    topic = {"topics-0-title": "How it acts"}
    shown = form_shown(client, address)
    assert client.post(address, shown | fields | topic).status_code == 302
    bank.refresh_from_db()
    assert bank.topics.filter(title="How it acts").exists()
    assert (bank.title, bank.use) == ("Ketamine", "both")
    assert [one.login for one in bank.owners.all()] == ["cora"]


def test_it_shows_an_admin_everything(
    things: dict[str, Any], root: User, signed_in: SignedIn
) -> None:
    client = signed_in(root)
    for name, one in things.items():
        assert client.get(f"/admin/quizzes/{name}/{one.pk}/change/").status_code == 200
    assert CANARY in client.get(QUESTIONS).content.decode()


def test_it_lets_in_neither_students_nor_strangers(
    things: dict[str, Any], ada: User, signed_in: SignedIn
) -> None:
    for client in (Client(), signed_in(ada)):
        pages = ["/admin/", QUESTIONS, f"{QUESTIONS}add/", f"{QUESTIONS}passages/?q=ketamine"]
        for method, address in [*(("GET", one) for one in pages), *addresses(things)]:
            response = client.generic(method, address)
            assert response.status_code in (302, 403, 404), (method, address)
            assert CANARY not in response.content.decode()


def test_it_names_educators_alone_to_share_with(
    educator: Client, ada: User, dana: User, root: User
) -> None:
    found = educator.get("/admin/quizzes/questionbank/people/?q=da").json()["results"]
    assert found == [{"value": "dana", "label": "Dana Roy"}]
    assert educator.get("/admin/quizzes/questionbank/people/?q=d").json()["results"] == []
    assert educator.get("/admin/quizzes/questionbank/people/?q=%00x").json()["results"] == []


HOSTILE = ["\0", "x\0y", "9" * 5000, "-1", "NaN", "1e400", "٣", "x" * 100_000, "<script>", "../.."]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_it_refuses_hostile_values_without_falling(
    value: str, educator: Client, question: Question, quiz: Quiz, text: Source
) -> None:
    posts: list[tuple[str, dict[str, Any]]] = []
    fields = form(
        options=({"text": value, "worth": value, "share": value, "rationale": value}, *OPTIONS),
        anchors=({"material": value, "passage": value, "quote": value, "settles": value},),
        hints=({"text": value},),
    )
    for name in (
        "stem",
        "explanation",
        "caution",
        "learning_objective",
        "penalty",
        "topic",
        "level",
        "tags",
        "slug",
        "waive",
    ):
        posts.append((f"{QUESTIONS}add/", {**form(), name: value}))
    posts.append((f"{QUESTIONS}add/", fields))
    posts.append((f"{QUESTIONS}advice/", fields))
    posts.append((f"{QUESTIONS}advice/", fields | {"stem": value, "waive": f"clang: {value}"}))
    posts.append((f"{QUESTIONS}preview/", fields | {"try-choice": value, "_try": "1"}))
    for name in ("_more", "_up", "_down", "_find", "_anchor", "find", "find-settles"):
        posts.append((f"{QUESTIONS}add/", {**form(press="_again"), "_find": "1", name: value}))
    for name in (
        "options-TOTAL_FORMS",
        "anchors-TOTAL_FORMS",
        "hints-INITIAL_FORMS",
        "type",
        "bank",
    ):
        posts.append((f"{QUESTIONS}add/", {**form(), name: value}))
    posts.append(
        (f"{QUESTIONS}{question.pk}/change/", {**form(), "based_on": value, "note": value})
    )
    posts.append((f"{QUESTIONS}{question.pk}/duplicate/", {"bank": value}))
    posts.append((QUESTIONS, {"action": value, "_selected_action": [question.pk]}))
    posts.append((QUESTIONS, {"action": "retire", "_selected_action": [value]}))
    posts.append(
        (QUESTIONS, {"action": "add_tag", "apply": 1, "value": value, "_selected_action": [1]})
    )
    bank = {"title": value, "slug": value, "use": value, "owners": value, "_save": "1"}
    topic = {"title": value, "slug": value, "parent": value}
    posts.append(("/admin/quizzes/questionbank/add/", bank | rows("topics", topic)))
    posts.append(
        ("/admin/quizzes/source/add/", {"slug": value, "document": value, "editors": value})
    )
    place = {"question": value, "draw": value, "level": value, "times": value, "max_mark": value}
    terms = dict.fromkeys(("title", "slug", "opens_at", "minutes", "pass_mark", "mode"), value)
    posts.append(
        ("/admin/quizzes/quiz/add/?mode=exam", terms | {"_save": "1"} | rows("places", place))
    )
    posts.append(
        (
            f"/admin/quizzes/quiz/{quiz.pk}/change/",
            terms
            | {"_find": "1", "find": value, "_add": "1", "found": value}
            | rows("places", place),
        )
    )
    posts.append((f"/admin/quizzes/quiz/{quiz.pk}/step/", {"step": value}))
    for address, data in posts:
        response = educator.post(address, data)
        assert response.status_code < 500, (address, data)
    for query in (
        "q",
        "bank",
        "state",
        "type",
        "topic",
        "level",
        "tag",
        "anchors",
        "p",
        "o",
        "all",
    ):
        assert educator.get(QUESTIONS, {query: value[:2000]}).status_code < 500
    for address in ("question/passages", "quiz/questions", "quiz/people"):
        assert educator.get(f"/admin/quizzes/{address}/", {"q": value[:2000]}).status_code == 200
