"""The documentation and the program say the same: what one names, the other has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
OPERATORS = (ROOT / "docs" / "operators.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
# Named in prose as examples of a kind of address.
ELSEWHERE = ("/etc/", "/srv/", "/tmp/", "/path/")


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE))


def own_commands() -> set[str]:
    """Return the commands of this project, not those of its libraries."""
    return {name for name, app in get_commands().items() if str(app) in {"accounts", "quizzes"}}


def variables_read() -> set[str]:
    """Return the names of the environment variables that the settings read."""
    found: set[str] = set()
    for path in (ROOT / "config").glob("*.py"):
        found |= set(
            re.findall(
                r"(?:environ\.get|read\.flag|read\.number|names)\(\s*\"([A-Z_]+)\"",
                path.read_text(),
            )
        )
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_it_names_only_commands_that_exist(page: Path) -> None:
    text = page.read_text()
    named = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert named <= set(get_commands()), named - set(get_commands())
    made = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", text, re.MULTILINE))
    assert made <= targets(), made - targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_it_names_only_addresses_and_files_that_exist(page: Path) -> None:
    text = page.read_text()
    for address in re.findall(r"`(/[a-z0-9_/.-]*)`", text):
        if address.startswith(ELSEWHERE):
            continue
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{address} leads nowhere")
    for target in re.findall(r"\]\((?!https?:|media:|#)([^)#]+)", text):
        if "screenshots/" not in target:
            assert (page.parent / target).exists(), target
    for path in re.findall(
        r"`((?:quizzes|fixtures|deploy|docs|scripts|tests|\.ci)/[\w./-]+)`", text
    ):
        assert (ROOT / path).exists(), path


def test_it_tells_operators_every_variable() -> None:
    told = set(re.findall(r"^\| `([A-Z_]+)`", OPERATORS, re.MULTILINE))
    assert told == variables_read()


def test_it_tells_operators_every_command() -> None:
    told = set(re.findall(r"`(?:manage\.py )?([a-z_]+)`", OPERATORS.partition("## Commands")[2]))
    assert own_commands() <= told, own_commands() - told


def test_it_explains_every_command_in_its_help() -> None:
    for name in own_commands():
        assert len(load_command_class(get_commands()[name], name).help) > 20, name


def test_it_puts_the_two_commands_first() -> None:
    text = (ROOT / "README.md").read_text()
    assert text.index("make run") < text.index("make test") < 900


@pytest.mark.parametrize(
    "address",
    ["/", "/library/", "/progress/", "/teach/", "/admin/", "/api/v1/schema/", "/api/v1/docs/",
     "/healthz", "/readyz", "/accounts/settings/", "/accounts/login/", "/accounts/signup/"],
)  # fmt: skip
def test_it_answers_at_the_addresses_of_the_contract(address: str) -> None:
    resolve(address)
