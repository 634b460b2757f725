"""Sites made of real processes, for what a test inside one process cannot see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.operations.site import Site, new_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A migrated site without users, shared by the tests of one file."""
    with new_site(tmp_path_factory.mktemp("site") / "data") as made:
        yield made
