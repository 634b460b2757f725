"""Chromium, driven against a server of our own. Needs no outside network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("No Chromium was found.")
        pytest.skip("no Chromium was found")
    return {
        "executable_path": found,
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    }


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database in a file: one in memory is a single connection, which threads would share."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(path)


@pytest.fixture(scope="session", autouse=True)
def _beside_the_browser() -> None:
    # Playwright runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Static files come from their sources, uncollected.
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    return live_server.url


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[BrowserContext, User], None]:
    def sign_in(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}]
        )

    return sign_in


@pytest.fixture(autouse=True)
def complaints(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What the browser complained about; anything but a failed request fails the test."""
    found: list[str] = []
    if "page" in request.fixturenames:
        listen(request.getfixturevalue("page"), found)
    yield found
    assert not found


def listen(page: Page, found: list[str]) -> None:
    def hear(message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not expected:
            found.append(message.text)

    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", hear)


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Return a check by axe that the page, as it is now, has no findings."""

    def check(page: Page) -> None:
        # A link that has scrolled half under the sticky bar is no small target, but axe takes it
        # for one.
        at = page.evaluate("scrollY")
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        # To look for rules that lock the orientation axe reads style sheets again, and one that
        # imports another, as the admin's forms.css does, as inline style: the policy forbids that.
        imports = page.locator('link[href*="admin/css/forms"]').count() > 0
        options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "preload": not imports}
        report = Axe().run(page, options=options)
        page.evaluate("top => scrollTo({ top, behavior: 'instant' })", at)
        found = [
            f"{one['id']}: {node['html'][:160]}"
            for one in report.response["violations"]
            for node in one["nodes"]
        ]
        assert not found, "\n".join(found)

    return check
