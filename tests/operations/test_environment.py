"""The settings read from the environment: right values are taken, wrong ones stop the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import environment as read

WRONG = {
    "PORT": ["abc", "0", "65536", "-1", "80a"],
    "DEBUG": ["yes", "2"],
    "DEMO": ["true"],
    "WEB_CONCURRENCY": ["0", "many"],
    "TRUSTED_PROXIES": ["-1"],
    "DATABASE_URL": ["mysql://root@localhost/passage", "postgres://passage@localhost"],
    "CACHE_URL": ["memcached://localhost"],
    "EMAIL_URL": ["mail.example.org"],
    "BASE_URL": ["passage.example.org", "ftp://passage.example.org", "https://example.org/passage"],
    "ALLOWED_HOSTS": ["*", "passage.example.org,*"],
    "SECRET_KEY": ["short", "a" * 60],
}


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "diffsettings"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


READERS = {
    "PORT": lambda: read.number("PORT", 8000, 1, 65535),
    "DEBUG": lambda: read.flag("DEBUG", False),
    "DEMO": lambda: read.flag("DEMO", False),
    "WEB_CONCURRENCY": lambda: read.number("WEB_CONCURRENCY", 2, 1, 64),
    "TRUSTED_PROXIES": lambda: read.number("TRUSTED_PROXIES", 0, 0, 10),
    "DATABASE_URL": lambda: read.database(Path("/nowhere")),
    "CACHE_URL": read.cache,
    "EMAIL_URL": read.email,
    "BASE_URL": lambda: read.base_url("127.0.0.1", 8000),
    "ALLOWED_HOSTS": lambda: read.allowed_hosts("http://127.0.0.1:8000"),
    "SECRET_KEY": lambda: read.secret_key(Path("/nowhere")),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_it_refuses_a_wrong_value_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=rf"^{name}\b.*\.$"):
        READERS[name]()


@pytest.mark.parametrize(
    "environment",
    [{"PORT": "abc"}, {"DEBUG": "1", "HOST": "0.0.0.0"}, {"DATA_DIR": "/proc/passage"}],
    ids=lambda environment: next(iter(environment)),
)
def test_it_stops_the_start_without_a_traceback(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    done = start(tmp_path, **environment)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_it_starts_with_nothing_set(tmp_path: Path) -> None:
    done = start(tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_it_makes_a_secret_once_and_keeps_it_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = read.secret_key(tmp_path)
    assert len(first) >= 50
    assert read.secret_key(tmp_path) == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_it_takes_a_given_secret_and_writes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = "correct-horse-battery-staple-0123456789-abcdef"
    monkeypatch.setenv("SECRET_KEY", given)
    assert read.secret_key(tmp_path) == given
    assert list(tmp_path.iterdir()) == []


def test_it_trusts_only_its_own_name_behind_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert read.allowed_hosts("https://passage.example.org") == ["passage.example.org"]
    assert "localhost" in read.allowed_hosts("http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.0.0.2", True), ("localhost", True), ("[::1]", True),
     ("0.0.0.0", False), ("192.0.2.1", False), ("passage.example.org", False)],
)  # fmt: skip
def test_it_knows_a_loopback_address(host: str, expected: bool) -> None:
    assert read.is_loopback(host) is expected


def test_it_passes_the_check_for_deployment_behind_https(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path / "data"),
            "BASE_URL": "https://passage.example.org",
            "TRUSTED_PROXIES": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
