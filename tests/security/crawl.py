"""Walking a site as one user: every page that its own pages and the API's lists lead to."""

from __future__ import annotations

import base64
import html
import json
import re
from collections import Counter, deque
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from django.test import Client

_LINK = re.compile(r"""(?:href|src|action|formaction)=["']([^"'#][^"']*)["']""")
_DATA_LINK = re.compile(r"""data-[a-z-]+=["'](/[^"']*)["']""")
QUERIES_A_PATH = 2
_SKIPPED = (
    "/static/",
    "/accounts/logout",
    "/admin/logout",
    "/admin/jsi18n",
    "/api/v1/docs",
    "/api/v1/schema",
)


def crawl(
    client: Client, start: Iterable[str], *, skip: tuple[str, ...] = (), limit: int = 400
) -> dict[str, Any]:
    """Return the reply to GET of every address reached from `start`, by address.

    Args:
        skip: beginnings of addresses that are left out.
    """
    start = list(start)
    waiting = deque(start)
    seen: dict[str, Any] = {}
    queries: Counter[str] = Counter()
    while waiting and len(seen) < limit:
        url = urldefrag(waiting.popleft())[0]
        if url in seen or not url.startswith("/") or url.startswith(_SKIPPED + skip):
            continue
        # Filters and orders of a list can be combined without end.
        path, _mark, query = url.partition("?")
        queries[path] += bool(query)
        if queries[path] > QUERIES_A_PATH and url not in start:
            continue
        reply = client.get(url)
        seen[url] = reply
        waiting.extend(_links(url, reply))
    assert len(seen) < limit, "the crawl does not end"
    return seen


def _links(url: str, reply: Any) -> list[str]:
    found = [reply["Location"]] if "Location" in reply else []
    text = _text(reply)
    if reply.get("Content-Type", "").startswith("application/json"):
        found += re.findall(r'"(/[a-z][^"\s]*)"', text)
    else:
        found += map(html.unescape, _LINK.findall(text) + _DATA_LINK.findall(text))
    return [urljoin(url, link) for link in found if urlsplit(link).netloc in ("", "testserver")]


def _text(reply: Any) -> str:
    content = b"".join(reply.streaming_content) if reply.streaming else reply.content
    return str(content.decode(errors="replace"))


def leaks(reply: Any, tokens: Iterable[str]) -> list[str]:
    """Return the tokens found in a reply: plain, escaped, in addresses, in base64, in headers."""
    body = reply.content.decode(errors="replace")
    headers = "\n".join(f"{name}: {value}" for name, value in reply.items())
    cookies = "\n".join(str(one) for one in reply.cookies.values())
    whole = f"{body}\n{headers}\n{cookies}"
    readings = "\n".join((whole, html.unescape(whole), unquote(whole), _unescaped(body)))
    readings = "\n".join((readings, *_decoded(whole))).casefold()
    return [token for token in tokens if token.casefold() in readings]


def _unescaped(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return ""


def _decoded(text: str) -> Iterable[str]:
    for run in re.findall(r"[A-Za-z0-9+/_-]{24,}={0,2}", text):
        padded = run.replace("-", "+").replace("_", "/") + "=" * (-len(run) % 4)
        try:
            yield base64.b64decode(padded).decode(errors="replace")
        except ValueError:
            continue
