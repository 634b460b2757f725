"""Backups taken while people write: every one of them opens and holds all that was acknowledged."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from quizzes import backups
from tests.operations.site import Site, new_site

pytestmark = pytest.mark.race

WRITE = """
from accounts.models import User
import sys
number = 0
while True:
    User.objects.create(login=f"{name}-{number}")
    print(number, file=acks, flush=True)
    number += 1
"""
BACKUPS = 15
# Backs up again and again, and says what had been acknowledged before each one began.
BACK_UP = """
import json
from pathlib import Path
from django.core.management import call_command
from io import StringIO
folder = Path({folder!r})
for number in range({backups}):
    acked = {{p.stem: len(p.read_text().split()) for p in folder.glob("*.acks")}}
    call_command("backup", output=folder / f"{{number}}.zip", stdout=StringIO())
    print(json.dumps(acked))
"""
# Opens each backup and says how many rows of each writer it holds.
OPEN = """
import json
from pathlib import Path
from quizzes import backups
for number in range({backups}):
    with backups.opened(Path({folder!r}) / f"{{number}}.zip", tell=lambda what: None) as backup:
        logins = backup.database.execute("SELECT login FROM accounts_user").fetchall()
        held = [login.split("-")[0] for (login,) in logins]
        print(json.dumps({{"ada": held.count("ada"), "ben": held.count("ben")}}))
"""


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


def test_it_holds_all_that_was_acknowledged_before_it_began(site: Site, tmp_path: Path) -> None:
    def writer(name: str) -> list[str]:
        head = f"name = {name!r}\nacks = open({str(tmp_path / name)!r} + '.acks', 'w')\n"
        return ["manage.py", "shell", "--no-imports", "-c", head + WRITE]

    with site.running(*writer("ada")), site.running(*writer("ben")):
        told = site.python(BACK_UP.format(folder=str(tmp_path), backups=BACKUPS))
    promised = [json.loads(line) for line in told.splitlines()]
    held = [
        json.loads(line)
        for line in site.python(OPEN.format(folder=str(tmp_path), backups=BACKUPS)).splitlines()
    ]
    assert len(held) == len(promised) == BACKUPS
    assert sum(promised[-1].values()) > BACKUPS, "the writers hardly wrote: the test would be blind"
    for kept, acked in zip(held, promised, strict=True):
        assert all(kept[name] >= count for name, count in acked.items()), (kept, acked)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with two users and a picture."""
    with new_site(tmp_path_factory.mktemp("used") / "data") as made:
        made.python(
            "from accounts.models import User\n"
            "User.objects.create_user('ada'); User.objects.create_user('ben')"
        )
        media = made.data_dir / "media" / "pictures"
        media.mkdir(parents=True)
        (media / "synapse.txt").write_text("a picture")
        yield made


def logins(site: Site) -> str:
    return site.python(
        "from accounts.models import User\n"
        "print(*User.objects.order_by('login').values_list('login', flat=True))"
    )


def test_it_writes_one_private_file_and_never_over_another(used: Site, tmp_path: Path) -> None:
    file = tmp_path / "site.zip"
    assert used.manage("backup", "--output", str(file)).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(zipfile.ZipFile(file).namelist()) == {
        "database", "media/pictures/synapse.txt", "manifest.json",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["site.zip"]
    before = file.read_bytes()
    refused = used.manage("backup", "--output", str(file))
    assert refused.returncode != 0
    assert "exists already" in refused.stderr
    assert file.read_bytes() == before


def test_it_tells_a_program_in_one_object(used: Site, tmp_path: Path) -> None:
    file = tmp_path / "site.zip"
    told = json.loads(used.manage("backup", "--output", str(file), "--json").stdout)
    assert told["file"] == str(file)
    assert told["media_files"] == 1
    manifest = json.loads(used.manage("verify_backup", str(file), "--json").stdout)
    assert manifest["rows"]["accounts_user"] == 2
    assert manifest["version"] == settings.VERSION
    assert manifest["engine"] == connection.vendor
    assert sum(manifest["rows"].values()) == told["rows"]


def damaged(source: Path, target: Path, part: str) -> None:
    """Copy a backup with one part changed, as a failing disk or a meddler would."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part == "manifest.json":
                content = content.replace(b'"accounts_user": 2', b'"accounts_user": 3')
            elif name == part:
                content = content[:-1] + bytes([content[-1] ^ 1])
            new.writestr(name, content)


def test_it_finds_a_damaged_backup(used: Site, tmp_path: Path) -> None:
    good = tmp_path / "good.zip"
    assert used.manage("backup", "--output", str(good)).returncode == 0
    for part in ("database", "media/pictures/synapse.txt", "manifest.json"):
        bad = tmp_path / "bad.zip"
        damaged(good, bad, part)
        done = used.manage("verify_backup", str(bad))
        assert done.returncode != 0, part
        assert "Traceback" not in done.stderr, part
        bad.unlink()
    torn = bytearray(good.read_bytes())
    for place, length in ((len(torn) // 3, 512), (len(torn) // 2, 1)):
        torn[place : place + length] = bytes(byte ^ 0x55 for byte in torn[place : place + length])
        bad.write_bytes(torn)
        done = used.manage("verify_backup", str(bad))
        assert done.returncode != 0, place
        assert "is not a whole backup" in done.stderr or "is damaged" in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
        torn = bytearray(good.read_bytes())
    half = tmp_path / "half.zip"
    half.write_bytes(good.read_bytes()[:-200])
    for file in (half, tmp_path / "missing.zip"):
        done = used.manage("restore", str(file), "--yes")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
    assert logins(used) == "ada ben"


def test_it_removes_what_a_killed_process_left_behind(used: Site) -> None:
    folder = used.data_dir / "backups"
    folder.mkdir(exist_ok=True)
    old, young = folder / ".scratch-old", folder / ".scratch-young"
    for left in (old, young):
        left.mkdir()
        (left / "database").write_text("answers and marks")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    assert used.manage("backup", "--verify").returncode == 0
    assert not old.exists()
    assert young.exists(), "another backup may be at work in it"
    shutil.rmtree(young)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite verifies in a folder")
def test_it_drops_its_scratch_database_and_one_left_behind(used: Site, tmp_path: Path) -> None:
    file = tmp_path / "site.zip"
    assert used.manage("backup", "--output", str(file)).returncode == 0
    names = (
        "from django.db import connection\n"
        "from hashlib import sha256\n"
        "own = sha256(connection.settings_dict['NAME'].encode()).hexdigest()[:8]\n"
        "with connection.cursor() as cursor:\n"
        "    {}\n"
        "    cursor.execute('SELECT datname FROM pg_database')\n"
        "    print('passage_verify_' + own in {{name for (name,) in cursor.fetchall()}})"
    )
    left = "cursor.execute(f'CREATE DATABASE passage_verify_{own}')"
    assert used.python(names.format(left)) == "True"
    done = used.manage("verify_backup", str(file))
    assert done.returncode == 0, done.stderr
    assert used.python(names.format("pass")) == "False"


def test_it_blames_the_disk_and_not_the_file(
    used: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    file = tmp_path / "site.zip"
    assert used.manage("backup", "--output", str(file)).returncode == 0

    def full(source: object, target: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups, "_copy", full)
    with (
        pytest.raises(backups.BackupError, match=r"cannot be unpacked: No space left on device\."),
        backups.opened(file, tell=lambda what: None),
    ):
        pass


def test_it_leaves_the_site_alone_when_the_media_find_no_room(used: Site, tmp_path: Path) -> None:
    file = tmp_path / "site.zip"
    assert used.manage("backup", "--output", str(file)).returncode == 0
    used.python("from accounts.models import User\nUser.objects.create_user('eve')")
    done = used.python(
        "import shutil\n"
        "from pathlib import Path\n"
        "from quizzes import backups\n"
        "def full(*paths): raise OSError(28, 'No space left on device')\n"
        "shutil.copytree = full\n"
        f"with backups.opened(Path({str(file)!r}), tell=lambda what: None) as backup:\n"
        "    try: backups.restore(backup)\n"
        "    except OSError as error: print(error.strerror)"
    )
    assert done == "No space left on device"
    assert logins(used) == "ada ben eve"
    assert (used.data_dir / "media" / "pictures" / "synapse.txt").read_text() == "a picture"
    used.python("from accounts.models import User\nUser.objects.get(login='eve').delete()")


def test_it_names_what_is_lost_and_can_be_undone(used: Site, tmp_path: Path) -> None:
    file = tmp_path / "site.zip"
    assert used.manage("backup", "--output", str(file)).returncode == 0
    used.python("from accounts.models import User\nUser.objects.create_user('eve')")
    (used.data_dir / "media" / "later.txt").write_text("later")

    refused = used.manage("restore", str(file))
    assert refused.returncode != 0
    assert "Lost: 1 users." in refused.stderr
    assert logins(used) == "ada ben eve"

    done = used.manage("restore", str(file), "--yes", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["lost"] == {"users": 1}
    assert logins(used) == "ada ben"
    assert not (used.data_dir / "media" / "later.txt").exists()

    assert used.manage("restore", told["undo"], "--yes").returncode == 0
    assert logins(used) == "ada ben eve"
    assert (used.data_dir / "media" / "later.txt").read_text() == "later"
    assert used.manage("check", "--database", "default").returncode == 0
    used.python("from accounts.models import User\nUser.objects.get(login='eve').delete()")
    (used.data_dir / "media" / "later.txt").unlink()


def test_it_restores_into_an_empty_site_without_asking(used: Site, tmp_path: Path) -> None:
    file = tmp_path / "site.zip"
    assert used.manage("backup", "--output", str(file)).returncode == 0
    with new_site(tmp_path / "new") as empty:
        done = empty.manage("restore", str(file))
        assert done.returncode == 0, done.stderr
        assert logins(empty) == "ada ben"
        assert (empty.data_dir / "media" / "pictures" / "synapse.txt").read_text() == "a picture"


def test_it_refuses_the_backup_of_a_newer_version(used: Site, tmp_path: Path) -> None:
    newer = (
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('accounts', '9999_next', '2026-01-01')"
    )
    used.python(f"from django.db import connection\nconnection.cursor().execute({newer!r})")
    file = tmp_path / "newer.zip"
    assert used.manage("backup", "--output", str(file)).returncode == 0
    used.python(
        "from django.db import connection\n"
        "connection.cursor().execute(\"DELETE FROM django_migrations WHERE name = '9999_next'\")"
    )
    done = used.manage("restore", str(file), "--yes")
    assert done.returncode != 0
    assert "newer version" in done.stderr
