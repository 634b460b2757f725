"""Reading the environment: a wrong value stops the start with one clear sentence."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def flag(name: str, default: bool) -> bool:
    """Read 0/1; anything else is refused, since a typo must not switch a safeguard off."""
    raw = os.environ.get(name, "")
    if raw == "":
        return default
    if raw not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not “{raw}”.")
    return raw == "1"


def number(name: str, default: int, low: int, high: int) -> int:
    """Read a whole number between `low` and `high`, both included."""
    raw = os.environ.get(name, "")
    if raw == "":
        return default
    if not (raw.isascii() and raw.isdigit() and low <= int(raw) <= high):
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {low} to {high}, not “{raw}”."
        )
    return int(raw)


def names(name: str) -> list[str]:
    """Read a comma-separated list."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def data_dir(default: Path) -> Path:
    """Return DATA_DIR, made for its owner alone: it holds answers, marks and the secret key."""
    path = Path(os.environ.get("DATA_DIR") or default).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR {path} cannot be made: {error.strerror}.") from error
    return path


def allowed_hosts(base_url: str) -> list[str]:
    """Return ALLOWED_HOSTS: unset, the name in BASE_URL, and on plain http this machine's too."""
    given = names("ALLOWED_HOSTS")
    if any(name.strip(".") in {"*", ""} for name in given):
        raise ImproperlyConfigured("ALLOWED_HOSTS must name hosts; * would trust forged links.")
    if given:
        return given
    own = [urlsplit(base_url).hostname or "localhost"]
    return own if base_url.startswith("https://") else [*own, "localhost", "127.0.0.1", "[::1]"]


def is_loopback(host: str) -> bool:
    """Return whether only programs on this machine can reach a server bound to `host`."""
    return host in {"localhost", "::1", "[::1]"} or host.startswith("127.")


def database(data_dir: Path) -> dict[str, Any]:
    """Return Django's entry for DATABASE_URL: SQLite in the data directory, or PostgreSQL."""
    raw = os.environ.get("DATABASE_URL", "")
    if raw == "":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": data_dir / "passage.sqlite3"}
    if urlsplit(raw).scheme not in {"postgres", "postgresql", "sqlite"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must start with postgres:// or sqlite:///, or be left unset."
        )
    config = env.db_url_config(raw)
    if not config.get("NAME"):
        raise ImproperlyConfigured("DATABASE_URL names no database: postgres://user@host/NAME.")
    return config


def email() -> dict[str, Any]:
    """Return Django's entries for EMAIL_URL; unset, mail is written to the log of the worker."""
    raw = os.environ.get("EMAIL_URL", "") or "consolemail://"
    if urlsplit(raw).scheme not in env.EMAIL_SCHEMES:
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@host:587, or be left unset."
        )
    return env.email_url_config(raw)


def cache() -> dict[str, Any]:
    """Return Django's entry for CACHE_URL: a table of the database, or Redis."""
    raw = os.environ.get("CACHE_URL", "")
    if raw == "":
        return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    if urlsplit(raw).scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("CACHE_URL must start with redis://, or be left unset.")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": raw}


def base_url(host: str, port: int) -> str:
    """Return BASE_URL without a trailing slash; links in mail and cookies depend on it."""
    raw = os.environ.get("BASE_URL", "") or f"http://{host}:{port}"
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ImproperlyConfigured(
            f"BASE_URL must look like https://passage.example.org, not “{raw}”."
        )
    return raw.rstrip("/")


def secret_key(data_dir: Path) -> str:
    """Return SECRET_KEY, or the one made on the first start and kept readable by its owner only."""
    raw = os.environ.get("SECRET_KEY", "")
    if raw:
        if len(raw) < 40 or len(set(raw)) < 8:
            raise ImproperlyConfigured(
                "SECRET_KEY must have at least 40 varied characters; unset, one is made."
            )
        return raw
    path = data_dir / "secret_key"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR {data_dir} cannot be written: {error}.") from error
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
