"""Educators write in the admin site: by hand in Chromium, and every page of theirs looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from quizzes.assessments.models import Quiz
from quizzes.bank.models import Question, QuestionBank
from quizzes.material.models import Source
from quizzes.question_types import registry
from tests import make

ADMIN = "/admin/quizzes/"
TYPES = [one.slug for one in registry.all_types()]


@pytest.fixture
def bank(cora: User) -> QuestionBank:
    return make.bank(cora, slug="ketamine", title="Ketamine")


@pytest.fixture
def text(cora: User) -> Source:
    return make.source(owner=cora, slug="how-it-acts", title="How it acts")


@pytest.fixture
def writing(page: Page, cora: User, sign_in: Callable[[BrowserContext, User], None]) -> Page:
    sign_in(page.context, cora)
    return page


def fill_option(page: Page, index: int, text: str, why: str) -> None:
    page.fill(f"#id_options-{index}-text", text)
    page.fill(f"#id_options-{index}-rationale", why)


def test_an_educator_writes_on_the_text_and_a_student_meets_it(
    writing: Page,
    bank: QuestionBank,
    text: Source,
    ada: User,
    sign_in: Callable[[BrowserContext, User], None],
) -> None:
    page = writing
    page.goto("/admin/")
    page.get_by_role("link", name="Write a question").click()
    page.get_by_role("button", name="Single choice").click()
    page.fill("#id_stem", "Which receptor does ketamine block **first**?")
    fill_option(page, 0, "Dopamine reuptake", "That is another drug.")
    fill_option(page, 1, "The NMDA receptor", "It is the target.")
    page.select_option("#id_options-1-worth", "right")
    fill_option(page, 2, "Serotonin reuptake", "So acts an SSRI.")

    # The panel next to the form is the question as a student meets it.
    panel = page.locator("[data-preview]")
    expect(panel.locator(".stem strong")).to_have_text("first")
    panel.get_by_text("Dopamine reuptake").click()
    panel.get_by_role("button", name="Check answer").click()
    expect(panel.get_by_text("It is B.")).to_be_visible()

    # A row moves up without the page being left, and takes the focus along.
    page.get_by_role("button", name="Move option B up").click()
    expect(page.locator("#id_options-0-text")).to_have_value("The NMDA receptor")
    expect(page.get_by_role("button", name="Move option A down")).to_have_count(1)

    # The sentence that settles it is found by its words.
    page.fill("#id_find", "nmda receptor")
    page.get_by_role("button", name="Ketamine blocks the NMDA receptor.").click()
    expect(page.locator("#id_anchors-0-quote")).to_have_value("Ketamine blocks the NMDA receptor.")
    expect(page.locator("#anchors mark")).to_have_text("Ketamine blocks the NMDA receptor.")
    page.fill("#id_anchors-0-quote", "blocks the NMDA receptor")
    expect(page.locator("#id_stem")).to_have_value("Which receptor does ketamine block **first**?")

    page.get_by_role("button", name="Save and mark ready").click()
    expect(page.get_by_text("Question saved, ready.")).to_be_visible()
    question = Question.objects.get()

    # It goes into a quiz by search, and the quiz is published.
    page.goto(f"{ADMIN}quiz/add/?mode=practice")
    page.fill("#id_title", "First steps")
    page.fill("#id_slug", "first-steps")
    page.fill("#id_find", "receptor")
    page.get_by_role("checkbox", name="Which receptor does ketamine").check()
    page.get_by_role("button", name="Add the ticked questions").click()
    expect(page.locator("#id_places-0-question")).to_have_value(f"ketamine/{question.slug}")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("The quiz is saved, published.")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page.context, ada)
    page.goto("/quizzes/first-steps/")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".stem")).to_contain_text("Which receptor does ketamine block first?")
    page.get_by_text("Serotonin reuptake").click()
    page.get_by_role("button", name="Check answer").click()
    expect(page.get_by_text("So acts an SSRI.")).to_be_visible()
    expect(page.locator("mark")).to_have_text("blocks the NMDA receptor")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_it_is_written_without_scripts(writing: Page, bank: QuestionBank, text: Source) -> None:
    page = writing
    page.goto(f"{ADMIN}question/add/?type=single_choice&bank=ketamine")
    page.fill("#id_stem", "What is blocked?")
    fill_option(page, 0, "A receptor", "It is the target.")
    page.select_option("#id_options-0-worth", "right")
    fill_option(page, 1, "A transporter", "That is another drug.")
    page.get_by_role("button", name="Add an option").click()
    fill_option(page, 4, "An enzyme", "No enzyme is named.")
    page.fill("#id_find", "glutamate")
    page.get_by_role("button", name="Find passages").click()
    page.get_by_role("button", name="Glutamate activity then rises.").click()
    expect(page.locator("#id_options-4-text")).to_have_value("An enzyme")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview in a new tab").click()
    preview = opened.value
    preview.get_by_text("A transporter").click()
    preview.get_by_role("button", name="Check answer").click()
    expect(preview.get_by_text("That is another drug.")).to_be_visible()
    assert not Question.objects.exists()
    page.get_by_role("button", name="Save as draft").click()
    version = Question.objects.get().versions.get()
    assert version.options.count() == 3
    assert version.anchors.get().quote == "Glutamate activity then rises."


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_quiz_is_written_without_scripts(writing: Page, bank: QuestionBank) -> None:
    make.question(bank, slug="about-sleep", stem="What about sleep?")
    make.question(bank, slug="about-pain", stem="What about pain?")
    page = writing
    page.goto(f"{ADMIN}quiz/add/?mode=homework")
    page.fill("#id_title", "Sleep and pain")
    page.fill("#id_find", "sleep")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("checkbox", name="What about sleep?").check()
    page.get_by_role("button", name="Add the ticked questions").click()
    expect(page.locator("#id_places-0-question")).to_have_value("ketamine/about-sleep")
    expect(page.locator("#id_title")).to_have_value("Sleep and pain")
    page.select_option("#id_places-1-draw", "ketamine")
    page.fill("#id_places-1-max_mark", "2")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The quiz is saved, draft.")).to_be_visible()
    slots = Quiz.objects.get().slots.order_by("position")
    found = slots.values_list("question__slug", "draw_bank__slug", "max_mark")
    assert list(found) == [("about-sleep", None, 1), (None, "ketamine", 2)]


def test_rows_of_a_bank_are_added_and_refused_ones_named(
    writing: Page, bank: QuestionBank, accessible: Callable[[Page], None]
) -> None:
    page = writing
    page.goto(f"{ADMIN}questionbank/{bank.pk}/change/")
    page.get_by_role("button", name="Add another Topic").click()
    page.fill("#id_topics-4-title", "Dosing")
    page.fill("#id_topics-4-parent", "nowhere")
    page.get_by_role("button", name="Save").click()
    link = page.get_by_role("link", name="Parent topic: There is no such topic before this one.")
    expect(link).to_be_visible()
    accessible(page)
    link.click()
    expect(page.locator("#id_topics-4-parent")).to_be_focused()
    page.fill("#id_topics-4-parent", "safety")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Bank saved.")).to_be_visible()
    assert bank.topics.get(slug="dosing").parent == bank.topics.get(slug="safety")


@pytest.mark.parametrize("slug", TYPES)
def test_the_form_of_each_type_is_accessible(
    slug: str, writing: Page, bank: QuestionBank, text: Source, accessible: Callable[[Page], None]
) -> None:
    writing.goto(f"{ADMIN}question/add/?type={slug}&bank=ketamine")
    expect(writing.locator("[data-preview] .stem")).to_be_attached()
    expect(writing.locator("[data-state]")).to_have_text("")
    accessible(writing)
    question = make.question(bank, type=slug, anchored_in=text)
    writing.goto(f"{ADMIN}question/{question.pk}/change/")
    words = make.DRAFTS[slug].get("stem", "What is asked").partition(" [[")[0]
    expect(writing.locator("[data-preview] .stem")).to_contain_text(words)
    accessible(writing)


@pytest.fixture
def pages(cora: User, bank: QuestionBank, text: Source) -> list[str]:
    question = make.question(bank, anchored_in=text, tags=("hard",))
    draft = make.question(bank, state="draft")
    quiz: Quiz = make.quiz(cora, [question, draft])
    one = f"question/{question.pk}/"
    return [
        "/admin/",
        *(
            f"{ADMIN}{page}"
            for page in (
                "",
                "question/",
                "question/add/",
                f"{one}versions/",
                f"{one}versions/1/",
                f"{one}history/",
                f"{one}delete/",
                "questionbank/",
                "questionbank/add/",
                f"questionbank/{bank.pk}/change/",
                "source/",
                "source/add/",
                f"source/{text.pk}/change/",
                "quiz/",
                "quiz/add/",
                "quiz/add/?mode=exam",
                f"quiz/{quiz.pk}/change/",
            )
        ),
    ]


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (390, "dark")], ids=["wide-light", "phone-dark"]
)
def test_every_page_is_accessible_and_fits(
    width: int, scheme: str, writing: Page, pages: list[str], accessible: Callable[[Page], None]
) -> None:
    writing.set_viewport_size({"width": width, "height": 900})
    writing.emulate_media(color_scheme=scheme)
    for address in pages:
        response = writing.goto(address)
        assert response is not None
        assert response.status == 200, address
        accessible(writing)
        wider = writing.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{address} is {wider} px wider than the window"


def test_what_is_wrong_is_accessible(
    writing: Page, bank: QuestionBank, accessible: Callable[[Page], None]
) -> None:
    writing.goto(f"{ADMIN}question/add/?type=single_choice&bank=ketamine")
    writing.get_by_role("button", name="Save as draft").click()
    link = writing.get_by_role("link", name="Question: Write the question.")
    expect(link).to_be_visible()
    accessible(writing)
    link.click()
    expect(writing.locator("#id_stem")).to_be_focused()
