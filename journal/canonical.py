"""One spelling of facts, so that whoever hashes or signs them again finds the same bytes."""

import hashlib
import json
from collections.abc import Callable
from typing import Any


def canonical(facts: Any, *, default: Callable[[Any], str] | None = None) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8. `default` spells what JSON has no word for."""
    return json.dumps(facts, default=default, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256_of(facts: Any, *, default: Callable[[Any], str] | None = None) -> str:
    """In hexadecimal, of the canonical form."""
    return hashlib.sha256(canonical(facts, default=default)).hexdigest()
