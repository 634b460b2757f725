"""A light client: one kept connection, raw bytes, so that the server is what is measured."""

from __future__ import annotations

import gzip
import json
import posixpath
import re
import socket
import time
from typing import Any

CSRF = "c" * 32


class Client:
    """One signed-in browser. `seconds` holds how long each reply took, by step."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port = port
        self.cookies = f"session={session}; csrf={CSRF}"
        self.seconds: dict[str, list[float]] = {}
        self.target = ""  # where this student saves, and the sequence number last seen there
        self.sequence = 0
        self._line = Line(port)

    def send(
        self, step: str, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request; return status, headers and the body as it came over the wire."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookies}\r\n"
            f"X-CSRFToken: {CSRF}\r\nAccept-Encoding: gzip\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        started = time.perf_counter()
        self._line.send(head + body)
        status, headers, content = self._line.read()
        self.seconds.setdefault(step, []).append(time.perf_counter() - started)
        if headers.get("connection") == "close":
            self._line.close()
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {content[:300]!r}")
        return status, headers, content

    def share(self, line: Client) -> None:
        """Use the connection of another client: many students, few connections."""
        self._line = line._line

    def json(self, step: str, method: str, path: str, value: Any = None) -> Any:
        body = b"" if value is None else json.dumps(value).encode()
        _status, headers, content = self.send(step, method, path, body)
        return json.loads(_plain(headers, content))

    def page(self, step: str, path: str) -> tuple[str, int]:
        """Return a page's text and its size over the wire in bytes."""
        _status, headers, content = self.send(step, "GET", path)
        return _plain(headers, content).decode(), len(content)

    def assets(self, html: str) -> int:
        """Return the bytes over the wire of what a page names, and of what its scripts import."""
        waiting = set(re.findall(r'(?:href|src)="(/static/[^"#]+)"', html))
        sizes: dict[str, int] = {}
        while waiting:
            name = waiting.pop()
            _status, headers, content = self.send("asset", "GET", name)
            sizes[name] = len(content)
            if name.endswith(".js"):
                imports = re.findall(
                    r'^import\b.*?"(\..+?)"', _plain(headers, content).decode(), re.M
                )
                waiting |= {posixpath.normpath(posixpath.join(name, "..", one)) for one in imports}
                waiting -= sizes.keys()
        return sum(sizes.values())

    def close(self) -> None:
        self._line.close()


class Line:
    """A connection that is dialled again after the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._file: Any = None
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._file = self._socket.makefile("rb")
        self._socket.sendall(request)

    def read(self) -> tuple[int, dict[str, str], bytes]:
        status = int(self._file.readline().split()[1])
        headers: dict[str, str] = {}
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            chunks = []
            while size := int(self._file.readline(), 16):
                chunks.append(self._file.read(size))
                self._file.readline()
            self._file.readline()
            return status, headers, b"".join(chunks)
        return status, headers, self._file.read(int(headers.get("content-length", 0)))

    def close(self) -> None:
        if self._socket is not None:
            self._file.close()
            self._socket.close()
            self._socket = None


def _plain(headers: dict[str, str], content: bytes) -> bytes:
    return gzip.decompress(content) if headers.get("content-encoding") == "gzip" else content


def changes(
    questions: list[dict[str, object]], answers: dict[str, object]
) -> list[dict[str, object]]:
    """Return a save for every question, by its type."""
    return [
        {
            "slot": question["slot"],
            "answer": answers[str(question["type"])],
            "confidence": 2,
            "flagged": False,
            "sequence": 0,
        }
        for question in questions
    ]
