"""Where each key of a TOML text stands: `tomllib` gives the values, and their lines to nobody."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]  # ("blocks", 2, "competencies", 0, "wording")


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """The first line of every table, key and item of a text that `tomllib` reads."""
    lines: dict[KeyPath, int] = {}
    sizes: Counter[KeyPath] = Counter()  # of the arrays of tables
    table: KeyPath = ()
    for line, statement, is_header in _statements(text):
        if is_header:
            table = _open_table(statement, sizes)
            for depth in range(1, len(table) + 1):
                lines.setdefault(table[:depth], line)
        else:
            lines |= {path: line for path in _paths(statement, table) if path not in lines}
    return lines


def line_at(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of that key, or of what should have held it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _statements(text: str) -> Iterator[tuple[int, dict[str, Any], bool]]:
    """Each statement with its first line. One that spans lines is whole as soon as it can be read alone."""
    pending, first = "", 1
    for number, line in enumerate(text.split("\n"), start=1):
        pending, first = (f"{pending}\n{line}", first) if pending else (line, number)
        try:
            statement = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        if statement:
            yield first, statement, pending.lstrip().startswith("[")
        pending = ""


def _open_table(header: dict[str, Any], sizes: Counter[KeyPath]) -> KeyPath:
    """`[a.b]` belongs to the last item of each array on its way; `[[a.b]]` adds an item to the array `a.b`."""
    path: KeyPath = ()
    node: Any = header
    while isinstance(node, dict) and node:
        [(name, node)] = node.items()
        path = (*path, name)
        if isinstance(node, list):
            sizes[path] += 1
        if sizes[path]:
            path = (*path, sizes[path] - 1)
    return path


def _paths(node: Any, path: KeyPath) -> Iterator[KeyPath]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, below in items:
        yield (*path, name)
        yield from _paths(below, (*path, name))
