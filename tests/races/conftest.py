from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.site import Site, new_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with new_site(tmp_path / "data") as made:
        yield made
