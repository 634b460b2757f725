"""What every request passes through first and last, whoever answers it."""

from __future__ import annotations

import gzip
import re
import secrets
from collections.abc import Callable
from contextlib import suppress

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

Answer = Callable[[HttpRequest], HttpResponseBase]

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
FORM_LIMIT = 1_000_000
UPLOAD_LIMIT = 50_000_000
CHUNK = 1 << 16
FORWARDED = ("HTTP_X_FORWARDED", "HTTP_FORWARDED")
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(),"
        " gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}
# What the gate itself answers does not pass through those that guard a page.
GUARDS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def gate(get_response: Answer) -> Answer:
    """Refuse what no page expects, believe no forwarded header, and label every answer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.error_id = secrets.token_hex(4)  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request.error_id)  # type: ignore[attr-defined]
        _place_behind_proxy(request)
        response = _refusal(request) or get_response(request)
        _hear_out(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # Nearly every page is somebody's: a page says when it may be kept, not when it may not.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.method not in METHODS:
        return HttpResponse(status=405, headers={**GUARDS, "Allow": ", ".join(sorted(METHODS))})
    length = request.META.get("CONTENT_LENGTH") or "0"
    upload = request.content_type == "multipart/form-data"
    # The parsers of JSON read the body themselves, past Django's own limit.
    if length.isdigit() and int(length) > (UPLOAD_LIMIT if upload else FORM_LIMIT):
        return HttpResponse("Too large.\n", status=413, content_type="text/plain", headers=GUARDS)
    return None


def _hear_out(request: HttpRequest) -> None:
    """Read a body that nobody read, as after a refusal, within the limit.

    A server that answers and closes while the client still sends resets the connection; the answer
    is lost on the way, and the proxy tells of a broken server (502) instead.
    """
    length = request.META.get("CONTENT_LENGTH")
    if getattr(request, "_read_started", False) or length in {None, "", "0"}:
        return
    with suppress(OSError):  # the client went away
        for _ in range(UPLOAD_LIMIT // CHUNK + 1):
            if not request.read(CHUNK):
                return


def _place_behind_proxy(request: HttpRequest) -> None:
    """Take the client's address from the proxies we count, and the scheme from BASE_URL."""
    addresses = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(addresses):
        client = addresses[-settings.TRUSTED_PROXIES].strip()
        if re.fullmatch(r"[0-9a-fA-F.:]{2,45}", client):
            request.META["REMOTE_ADDR"] = client
    for name in [name for name in request.META if name.startswith(FORWARDED)]:
        del request.META[name]
    request.META["wsgi.url_scheme"] = "https" if settings.HTTPS else "http"


class QuickGZip(GZipMiddleware):
    """Gzip at level 1: half the time of Django's level 6 for pages hardly larger.

    Like Django's, it adds a random number of bytes, so that a page's length tells nothing about the
    secrets in it (BREACH); tokens against forgery are masked again on every page besides.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if (
            not isinstance(response, HttpResponse)
            or len(response.content) < 200
            or response.has_header("Content-Encoding")
            or "gzip" not in request.headers.get("Accept-Encoding", "")
        ):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        body = gzip.compress(response.content, compresslevel=1, mtime=0)
        header = bytearray(body[:10])
        header[3] = gzip.FNAME
        padding = b"a" * secrets.randbelow(self.max_random_bytes) + b"\x00"
        response.content = bytes(header) + padding + body[10:]
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "gzip"
        etag = response.headers.get("ETag", "")
        if etag.startswith('"'):
            response.headers["ETag"] = "W/" + etag
        return response
