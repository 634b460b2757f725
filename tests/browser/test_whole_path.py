"""The whole path on the real site: prepared, served and used as by somebody new to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.operations.site import Site, new_site
from tests.races.school import served


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a site as `make run` leaves it."""
    with new_site(tmp_path / "data") as site:
        yield from _served(site)


def _served(site: Site) -> Iterator[str]:
    site.environment["DEMO"] = "1"
    done = site.manage("prepare")
    assert done.returncode == 0, done.stdout + done.stderr
    with served(site) as (port, _kill):
        yield f"http://127.0.0.1:{port}"


def sign_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Username or e-mail").fill(f"{who}@example.org")
    page.get_by_label("Password", exact=True).fill("passage-demo")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def answer_shown(page: Page) -> None:
    """Answer the question on the screen, whatever its type."""
    section = page.locator("section.q:visible")
    if section.locator("input.sr, .opts input").count():
        section.locator(".opts label").first.click()
    else:
        field = section.locator("textarea, input[type=text]").first
        field.fill("30 %" if field.get_attribute("inputmode") else "serotonin")


def test_a_student_reads_takes_a_quiz_and_learns_why(page: Page, address: str) -> None:
    sign_in(page, address, "student")
    page.goto(f"{address}/library/")
    page.get_by_role("link", name=re.compile("Ketamine for depression")).first.click()
    expect(page.locator(".psg").first).to_be_visible()
    expect(page.get_by_text("For study, not treatment advice.")).to_be_visible()
    page.goto(f"{address}/quizzes/practice-ketamine-as-treatment/")
    page.get_by_role("button", name=re.compile("^Start")).click()
    page.wait_for_url(re.compile(r"/attempts/\d+/"))
    attempt = re.search(r"/attempts/\d+/", page.url)
    assert attempt
    answer_shown(page)
    page.get_by_role("button", name="Check answer").locator("visible=true").click()
    expect(page.locator("[data-verdict]:visible .verdict")).to_be_visible()
    expect(page.locator("blockquote.cite mark:visible").first).to_be_visible()
    page.goto(f"{address}{attempt[0]}summary/")
    page.get_by_role("button", name=re.compile("^Submit")).click()
    page.wait_for_url(re.compile("/result/"))
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{address}{attempt[0]}review/")
    expect(page.locator("article.reviewed")).to_have_count(30)
    rationales = page.locator("article.reviewed .opt .why > div:nth-child(2)")
    assert rationales.count() > 40
    page.locator("article.reviewed blockquote.cite a").first.click()
    page.wait_for_url(re.compile("/read/"))
    expect(page.locator("mark").first).to_be_visible()
    page.goto(f"{address}/progress/")
    expect(page.get_by_role("main")).to_contain_text("Ketamine")


def test_an_admin_creates_disables_and_re_roles_a_user(
    page: Page, browser: Browser, address: str
) -> None:
    sign_in(page, address, "admin")
    page.goto(f"{address}/admin/accounts/user/add/")
    page.get_by_label("Login:").fill("nora")
    page.get_by_label("E-mail:").fill("nora@example.org")
    page.get_by_label("Name:").fill("Nora New")
    page.locator("input[name=_save]").click()
    page.goto(f"{address}/admin/accounts/user/?q=nora")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.locator("#result_list tbody th a").click()
    page.get_by_label("educator", exact=False).first.check()
    page.locator("input[name=_save]").click()
    page.goto(f"{address}/admin/accounts/user/?q=nora")
    expect(page.locator("#result_list tbody tr")).to_contain_text("educator")
    page.locator("#result_list tbody input[type=checkbox]").check()
    page.locator("select[name=action]").select_option(
        page.locator("select[name=action] option", has_text=re.compile("isable")).get_attribute(
            "value"
        )
    )
    page.get_by_role("button", name=re.compile("Go|Run")).click()
    page.goto(f"{address}/admin/accounts/user/?q=nora")
    expect(page.locator("#result_list tbody tr img[alt=False]").first).to_be_visible()
    stranger = browser.new_page()
    stranger.goto(f"{address}/admin/accounts/user/")
    expect(stranger).to_have_url(re.compile("/accounts/login/"))


@pytest.mark.parametrize("choice", ["Use Europe/Vienna", "Keep UTC"])
def test_it_offers_the_browsers_time_zone_once(
    browser, live_server, sign_in, accessible, ada, choice
):
    context = browser.new_context(timezone_id="Europe/Vienna", base_url=live_server.url)
    sign_in(context, ada)
    page = context.new_page()
    page.goto("/")
    notice = page.get_by_text("Your browser is in Europe/Vienna; times here are shown in UTC.")
    expect(notice).to_be_visible()
    accessible(page)
    page.get_by_role("button", name=choice).click()
    expect(page.get_by_text("Settings saved.")).to_be_visible()
    expect(notice).to_have_count(0)
    ada.refresh_from_db()
    assert ada.time_zone == ("UTC" if choice == "Keep UTC" else "Europe/Vienna")
    context.close()


def test_it_tells_its_time_zone_when_signing_up(browser, live_server, settings, db):
    settings.SIGN_UP = True
    context = browser.new_context(timezone_id="Europe/Vienna", base_url=live_server.url)
    page = context.new_page()
    page.goto("/accounts/signup/")
    expect(page.locator("[name=time_zone]")).to_have_value("Europe/Vienna")
    context.close()
