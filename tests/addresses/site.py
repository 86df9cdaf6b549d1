"""The addresses that the site answers at, as its own routes tell them."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

TECHNICAL = "admin"  # Django’s own administration: one rule for all of it, hence no lines.
SAMPLE = {"int": "1", "slug": "x", "str": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def walk(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "/", namespace: str = ""
) -> Iterator[tuple[str, str]]:
    """(name, a path that leads there) of every address that the site knows."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace]))
            yield from walk(pattern.url_patterns, route, inner)
        else:
            yield ":".join(filter(None, [namespace, pattern.name])), _sample(route)


def _sample(route: str) -> str:
    if "(?P<" in route:
        return re.sub(r"\^|\$|\(\?P<[^>]+>[^)]*\)", lambda match: "" if match[0] in "^$" else "x", route)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLE.get(match[1] or "str", "entreprises"), route)


def technical_paths() -> list[str]:
    return [path for name, path in walk() if name.split(":")[0] == TECHNICAL]
