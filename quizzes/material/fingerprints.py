"""One hash for one value, to tell whether texts and questions are the same."""

from __future__ import annotations

import hashlib
import json


def fingerprint(value: object) -> str:
    """Return a hash of a JSON value that does not depend on the order of names."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
