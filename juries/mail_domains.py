"""Domains of mail addresses that strangers share, so that a member is asked about none of them."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "shared_mail_domains.toml"


@cache
def shared_domains() -> frozenset[str]:
    groups = tomllib.loads(_FILE.read_text(encoding="utf-8"))["domains"]
    return frozenset(name for group in groups for name in group["names"])
