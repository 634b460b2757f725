"""Every commit reaches the disk before it is acknowledged, with the settings the site runs with."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from quizzes import checks
from tests.operations.site import ROOT, Site

pytestmark = pytest.mark.race

COMMITS = 50
SAVE = f"""
from django.core.cache import caches
from quizzes import heartbeat
heartbeat.beat("warm")
print("begin", flush=True)
for number in range({COMMITS}):
    heartbeat.beat(f"row {{number}}")
"""


def on_sqlite() -> bool:
    return bool(connection.vendor == "sqlite")


def test_it_opens_the_database_with_durable_settings(site: Site) -> None:
    names = checks.DURABLE_SQLITE if on_sqlite() else checks.DURABLE_POSTGRESQL
    form = "PRAGMA {}" if on_sqlite() else "SHOW {}"
    told = site.python(
        "import json\nfrom django.db import connection\n"
        f"cursor = connection.cursor()\nnames = {list(names)}\n"
        f"print(json.dumps({{n: cursor.execute('{form}'.format(n)).fetchone()[0] for n in names}}))"
    )
    values = json.loads(told)
    assert all(values[name] in good for name, good in names.items()), values


def test_it_waits_for_the_write_lock_from_the_start(site: Site) -> None:
    told = site.python(
        "from django.db import connection\nconnection.ensure_connection()\n"
        "print(getattr(connection, 'transaction_mode', 'IMMEDIATE'),"
        " connection.settings_dict['ATOMIC_REQUESTS'],"
        " connection.settings_dict['OPTIONS'].get('timeout', 20) >= 20)"
    )
    assert told == "IMMEDIATE False True"


def test_it_syncs_every_commit(site: Site, tmp_path: Path) -> None:
    """SQLite syncs in our own process, where strace sees it; PostgreSQL is asked for its word."""
    if not on_sqlite():
        assert site.manage("check", "--database", "default").returncode == 0
        return
    strace = shutil.which("strace")
    assert strace, "strace is not installed"
    trace = tmp_path / "trace"
    done = subprocess.run(
        [strace, "-f", "-qq", "-e", "trace=fsync,fdatasync,write", "-o", str(trace),
         sys.executable, "manage.py", "shell", "--no-imports", "-c", SAVE],
        cwd=ROOT, env=site.variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    after = trace.read_text().partition('"begin')[2]
    assert len(re.findall(r"\bf(?:data)?sync\(", after)) >= COMMITS


@pytest.mark.parametrize("wrong", ["PRAGMA synchronous=NORMAL", "PRAGMA journal_mode=DELETE"])
def test_it_refuses_to_start_when_power_loss_could_take_answers(site: Site, wrong: str) -> None:
    wrongly = {}
    if on_sqlite():
        code = (
            "from django.conf import settings\nfrom django.core.management import call_command\n"
            f"settings.DATABASES['default']['OPTIONS']['init_command'] += '{wrong};'\n"
            "call_command('check', databases=['default'])"
        )
    else:
        url = site.environment["DATABASE_URL"]
        wrongly["DATABASE_URL"] = f"{url}?options=-c%20synchronous_commit%3Doff"
        code = (
            "from django.core.management import call_command\n"
            "call_command('check', databases=['default'])"
        )
    done = site.manage("shell", "--no-imports", "-c", code, **wrongly)
    assert done.returncode != 0
    assert "quizzes.E001" in done.stderr


@pytest.mark.django_db
def test_it_finds_nothing_wrong_with_the_settings_as_shipped() -> None:
    assert [problem for problem in run_checks(databases=["default"]) if problem.is_serious()] == []


def test_it_refuses_a_data_folder_that_others_can_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    tmp_path.chmod(0o755)
    assert [problem.id for problem in checks.data_is_private(None)] == ["quizzes.E004"]
    tmp_path.chmod(0o700)
    assert checks.data_is_private(None) == []


def test_it_wants_the_proxies_counted_behind_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HTTPS", True)
    assert [problem.id for problem in checks.proxies_are_counted(None)] == ["quizzes.W005"]
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", 1)
    assert checks.proxies_are_counted(None) == []
