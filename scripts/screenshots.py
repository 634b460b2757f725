"""Takes pictures of the pages for the README and for looking at: wide and narrow, light and dark.

    python scripts/screenshots.py http://127.0.0.1:8000 docs/screenshots [--all]

The site must be one that `make run` prepared. Without --all only the README's own four are taken.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
README = ("library", "reader", "question", "feedback")
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}


def sign_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Username or e-mail").fill(f"{who}@example.org")
    page.get_by_label("Password", exact=True).fill("passage-demo")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


def attempt(page: Page, address: str, quiz: str) -> str:
    """Start or go on with a quiz; return the attempt's address."""
    page.goto(f"{address}/quizzes/{quiz}/")
    page.locator("main form button, main a.btn.pri").first.click()
    page.wait_for_url(re.compile(r"/attempts/\d+/"))
    return page.url.split("#")[0]


def answer(page: Page) -> None:
    section = page.locator("section.q:visible")
    if section.locator(".opts input").count():
        section.locator(".opts label").nth(1).click()
    else:
        section.locator("textarea, input[type=text]").first.fill("30 %")
    page.wait_for_timeout(900)


def pictures(page: Page, address: str, take: Callable[[str], None]) -> None:
    """Walk the pages of a student and of staff and take a picture of each."""
    page.goto(f"{address}/")
    take("front")
    page.goto(f"{address}/accounts/login/")
    take("sign-in")
    sign_in(page, address, "student")
    practice = attempt(page, address, "practice-ketamine-as-treatment")
    answer(page)
    take("question")
    page.get_by_role("button", name="Check answer").locator("visible=true").click()
    page.locator("[data-verdict]:visible").first.wait_for()
    take("feedback")
    page.goto(f"{practice}summary/")
    take("summary")
    page.get_by_role("button", name=re.compile("^Submit")).click()
    page.wait_for_url(re.compile("/result/"))
    take("result")
    page.goto(f"{practice}review/")
    take("review")
    for name, path in (
        ("today", "/"),
        ("library", "/library/"),
        ("reader", "/read/ketamine-as-treatment/"),
        ("quiz", "/quizzes/practice-ketamine-as-treatment/"),
        ("history", "/progress/"),
    ):
        page.goto(address + path)
        take(name)
    page.context.clear_cookies()
    sign_in(page, address, "educator")
    for name, path in (
        ("teach", "/teach/"),
        ("admin", "/admin/"),
        ("admin-questions", "/admin/quizzes/question/"),
    ):
        page.goto(address + path)
        take(name)
    page.locator("#result_list tbody th a").first.click()
    take("admin-question")


def walk(
    browser: Browser, address: str, folder: Path, *, size: str, theme: Theme, every: bool
) -> None:
    width, height = SIZES[size]
    page = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
    ).new_page()

    def take(name: str) -> None:
        if every or name in README:
            suffix = f"-{size}-{theme}" if every else ""
            page.screenshot(path=str(folder / f"{name}{suffix}.png"))

    pictures(page, address, take)
    page.context.close()


def main() -> None:
    arguments = [one for one in sys.argv[1:] if one != "--all"]
    address, folder = arguments[0].rstrip("/"), Path(arguments[1])
    every = "--all" in sys.argv
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        for size in SIZES if every else ["wide"]:
            for theme in THEMES if every else THEMES[:1]:
                walk(browser, address, folder, size=size, theme=theme, every=every)
        browser.close()


if __name__ == "__main__":
    main()
