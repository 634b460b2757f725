"""The API's docs: shown and tried out under the site's own policy, asking no other host."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer


def test_it_shows_and_tries_every_operation(page: Page, live_server: LiveServer) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto("/api/v1/docs/")
    expect(page.locator(".opblock").first).to_be_visible(timeout=30_000)
    assert page.locator(".opblock").count() > 30
    page.locator(".opblock").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response").first).to_contain_text("401")
    assert hosts - {""} == {urlsplit(live_server.url).netloc}
