"""What holds on every page that a walk through the site comes to, whoever walks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.conftest import PASSWORD
from tests.security.crawl import crawl
from tests.security.world import World, digest, forget

pytestmark = pytest.mark.django_db

DOORS = (
    "/",
    "/library/",
    "/read/public-text/",
    "/progress/",
    "/cards/",
    "/cards/cora-deck/flip/",
    "/concordance/",
    "/quizzes/open-quiz/",
    "/teach/",
    "/teach/marking/",
    "/admin/",
    "/accounts/settings/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/api/v1/me/",
    "/api/v1/attempts/",
    "/api/v1/quizzes/",
    "/api/v1/nothing/",
    "/no-such-page/",
    "/admin/no-such-page/",
    "/healthz",
)
# Replies that are the same for everybody may be kept.
FOR_EVERYBODY = ("/static/", "/admin/jsi18n/", "/api/v1/schema/")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>\s*\S|<style\b|\sstyle=\""
    r"|\son[a-z]+=\"|javascript:",
    re.IGNORECASE,
)


def policy_of(reply: Any) -> dict[str, str]:
    directives = reply["Content-Security-Policy"].split(";")
    return dict((one.strip() + " ").split(" ", 1) for one in directives)


def complaints(url: str, reply: Any) -> list[str]:
    """What a reply lacks of what every reply has; frame-ancestors stands for X-Frame-Options."""
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
    }
    found = [name for name, value in wanted.items() if reply.get(name) != value]
    policy = policy_of(reply)
    if url.startswith("/media/"):
        # An author's file: nothing may run in it, should a browser ever take it for a page.
        own = reply["Content-Security-Policy"] == "default-src 'none'; sandbox"
        found += [] if own else ["sandbox"]
    else:
        for directive in ("default-src", "object-src", "base-uri", "frame-ancestors"):
            if policy.get(directive, "").strip() != "'none'":
                found.append(directive)
        for directive in ("script-src", "style-src", "connect-src", "form-action"):
            if policy.get(directive, "").strip() != "'self'":
                found.append(directive)
    if "unsafe" in reply["Content-Security-Policy"]:
        found.append("unsafe")
    if "no-store" not in reply.get("Cache-Control", ""):
        found.append("no-store")
    if "ETag" in reply or "Last-Modified" in reply:
        found.append("ETag or Last-Modified")
    if reply.get("Content-Type", "").startswith("text/html"):
        found += INLINE.findall(reply.content.decode())
    return found


def cookie_complaints(reply: Any) -> list[str]:
    found = []
    for name, cookie in reply.cookies.items():
        if not (cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"):
            found.append(name)
        if cookie["domain"]:
            found.append(f"{name} for {cookie['domain']}")
    return found


# An admin's own pages; those of educators are walked through by an educator.
AUTHORING = {"root": ("/admin/quizzes/", "/read/", "/quizzes/", "/attempts/", "/library/")}


@pytest.mark.parametrize("actor", ["anonymous", "ada", "cora", "root"])
def test_every_page_is_guarded_kept_by_nobody_and_changes_nothing(actor: str, made: World) -> None:
    client = made.client(actor)
    before = digest()
    found: dict[str, list[str]] = {}
    forget()
    replies = crawl(client, DOORS, skip=AUTHORING.get(actor, ()))
    for url, reply in replies.items():
        told = complaints(url, reply) + cookie_complaints(reply)
        if told and not url.startswith(FOR_EVERYBODY):
            found[url] = told
        assert reply.status_code < 500, url
    assert found == {}
    after = digest()
    assert {table for table in before if before[table] != after[table]} == set()
    kinds = {reply.status_code for reply in replies.values()}
    assert {200, 404} <= kinds
    assert sum(reply.status_code == 200 for reply in replies.values()) > 8


def test_replies_of_every_other_kind_are_guarded_too(made: World) -> None:
    """Refusals, faults and files, which no walk leads to."""
    ada, strict = made.client("ada"), Client(enforce_csrf_checks=True)
    replies = {
        "403 page": ada.get("/teach/"),
        "403 admin": made.client("cora").get("/admin/accounts/user/"),
        "403 forgery": strict.post("/accounts/login/", {}),
        "405 page": ada.post("/library/"),
        "405 API": ada.delete("/api/v1/me/"),
        "401 API": made.client("anonymous").get("/api/v1/me/"),
        "415 API": ada.patch("/api/v1/me/", "a=1", content_type="text/plain"),
        "400 page": ada.get("/", headers={"Host": "evil.example"}),
        "404 page": ada.get("/read/hidden-text/"),
    }
    assert {name: reply.status_code for name, reply in replies.items()} == {
        name: int(name[:3]) for name in replies
    }
    assert {name: complaints(name, reply) for name, reply in replies.items()} == {
        name: [] for name in replies
    }
    # The gate refuses before anything else is asked, in plain text.
    large = ada.post("/accounts/settings/", "x" * 1_000_001, content_type="text/plain")
    odd = ada.generic("TRACK", "/")
    for refusal, status in ((large, 413), (odd, 405)):
        assert refusal.status_code == status
        assert refusal["X-Content-Type-Options"] == "nosniff"
        assert policy_of(refusal)["default-src"].strip() == "'none'"
        assert "no-store" in refusal["Cache-Control"]


def test_a_fault_tells_nothing_and_is_guarded(made: World, monkeypatch: Any) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr("quizzes.study.views.library_page", fail)
    monkeypatch.setattr("quizzes.api.account.MeView.get", fail)
    for path in ("/library/", "/api/v1/me/"):
        reply = made.client("ada").get(path)
        assert reply.status_code == 500
        assert b"secret" not in reply.content
        assert b"Traceback" not in reply.content
        assert complaints(path, reply) == []


def test_the_way_in_and_out_sets_careful_cookies(made: World) -> None:
    client = Client()
    client.get("/accounts/login/")
    before = client.cookies[settings.CSRF_COOKIE_NAME].value
    reply = client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    assert reply.status_code == 302
    assert cookie_complaints(reply) == []
    session = reply.cookies[settings.SESSION_COOKIE_NAME].value
    assert len(session) >= 32
    assert client.cookies[settings.CSRF_COOKIE_NAME].value != before
    out = client.post("/accounts/logout/")
    assert cookie_complaints(out) == []
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    assert client.get("/progress/").status_code == 302  # the old session is worth nothing


def test_cookies_belong_to_this_host_alone_behind_https(tmp_path: Any) -> None:
    """Settings are read when the program starts, so a program of its own reads them."""
    code = (
        "import django; from django.conf import settings; django.setup();"
        "print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME,"
        " settings.DEVICE_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE,"
        " settings.SECURE_HSTS_SECONDS, settings.SESSION_COOKIE_DOMAIN)"
    )
    environment = os.environ | {
        "BASE_URL": "https://passage.example.org",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    environment.pop("DATABASE_URL", None)
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [
        "__Host-session", "__Host-csrf", "__Host-device", "True", "True", "31536000", "None",
    ]  # fmt: skip
