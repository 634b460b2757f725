"""What every answer carries, and what no request may do."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from config import middleware

PAGES = ["/healthz", "/accounts/login/", "/no-such-page/", "/api/v1/session/"]


def through(request: HttpRequest, response: HttpResponse | None = None) -> HttpResponse:
    """Pass a request through the gate and return the answer; the request is changed in place."""
    answer: Any = middleware.gate(lambda _: response or HttpResponse("page"))(request)
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_it_sends_every_safeguard_with_every_page(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(
        directive.split(" ", 1) for directive in headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]


def test_it_leaves_a_page_that_may_be_kept_alone(rf: RequestFactory) -> None:
    kept = HttpResponse("page", headers={"Cache-Control": "max-age=60"})
    assert through(rf.get("/"), kept)["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "get"])
def test_it_refuses_methods_that_no_page_answers(rf: RequestFactory, method: str) -> None:
    request = rf.generic("GET", "/")
    request.method = method
    assert through(request).status_code == 405


@pytest.mark.parametrize(
    ("kind", "length", "status"),
    [
        ("application/json", 1_000_000, 200),
        ("application/json", 1_000_001, 413),
        ("multipart/form-data; boundary=x", 50_000_000, 200),
        ("multipart/form-data; boundary=x", 50_000_001, 413),
    ],
)
def test_it_bounds_a_body(rf: RequestFactory, kind: str, length: int, status: int) -> None:
    request = rf.post("/", data=b"x" * length, content_type=kind)
    assert through(request).status_code == status


@pytest.mark.parametrize("length", [70_000, 1_100_000])
def test_it_hears_a_client_out_before_it_answers(rf: RequestFactory, length: int) -> None:
    request = rf.post("/", data=b"x" * length, content_type="application/json")
    through(request)
    assert request.read() == b""


def test_it_does_not_wait_for_a_body_beyond_every_limit(rf: RequestFactory) -> None:
    request = rf.post("/", data=b"x" * 50_200_000, content_type="application/json")
    assert through(request).status_code == 413
    assert request.read() != b""


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "<script>", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_it_believes_as_many_proxies_as_it_was_told(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = rf.get(
        "/",
        HTTP_X_FORWARDED_FOR=forwarded,
        HTTP_X_FORWARDED_HOST="evil.example.org",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_FORWARDED="for=192.0.2.1;host=evil.example.org",
    )
    through(request)
    assert request.META["REMOTE_ADDR"] == address
    assert not [name for name in request.META if "FORWARDED" in name]
    assert request.build_absolute_uri("/x") == "http://testserver/x"


def test_it_takes_the_scheme_from_the_base_url(rf: RequestFactory, settings: Settings) -> None:
    settings.HTTPS = True
    request = rf.get("/")
    through(request)
    assert request.is_secure()


@pytest.mark.django_db
def test_it_refuses_a_forged_host(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["passage.example.org"]
    assert client.get("/accounts/login/", HTTP_HOST="passage.example.org").status_code == 200
    assert client.get("/accounts/login/", HTTP_HOST="evil.example.org").status_code == 400


@pytest.mark.django_db
def test_it_asks_browsers_for_https_only_behind_https(client: Client, settings: Settings) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    settings.HTTPS = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    assert Client().get("/healthz").headers["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains"
    )


@pytest.mark.django_db
def test_it_compresses_pages_to_a_length_that_tells_nothing(client: Client) -> None:
    def compressed() -> bytes:
        answer = client.get("/accounts/login/", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        return answer.content

    pages = [compressed() for _ in range(8)]
    assert len({len(page) for page in pages}) > 1
    assert b"<html" in gzip.decompress(pages[0])


@pytest.mark.django_db
def test_it_sends_no_etag_with_a_personal_page(client: Client) -> None:
    assert "ETag" not in client.get("/accounts/login/").headers


@pytest.mark.django_db
def test_it_masks_the_token_against_forgery_anew(client: Client) -> None:
    tokens = {
        token
        for _ in range(2)
        for token in re.findall(
            r'name="csrfmiddlewaretoken" value="(\w+)"',
            client.get("/accounts/login/").content.decode(),
        )
    }
    assert len(tokens) >= 2
