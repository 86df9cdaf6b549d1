"""Communes of birth: INSEE's codes, found by name without accents or by code, the former communes among them.

The table is INSEE's official geography (data/communes.json says which). It stays one block of text, searched as it is:
nothing is built before somebody asks, and it costs a process a few megabytes. It does not hold everything: communes
that merged without leaving a trace and the overseas collectivities are missing, so that an unknown code proves nothing.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .names import NAME_LENGTH, search_key

_FILE = Path(__file__).parent / "data" / "communes.tsv.gz"
_DEPARTMENT = re.compile(r"\d{2,3}|2[ab]")
_SPELT_OUT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
OFFERED, SHORTEST = 8, 2


@dataclass(frozen=True, slots=True)
class Commune:
    code: str
    name: str
    kind: str = ""  # empty for a commune of today; else what it is, or was, within another
    within: str = ""  # the code of that other

    @property
    def department(self) -> str:
        return self.code[:3] if self.code.startswith(("97", "98")) else self.code[:2]

    @property
    def label(self) -> str:
        """« Vienne (38) », « Marcq-en-Ostrevant (59), commune déléguée »"""
        return f"{self.name} ({self.department}){_KINDS[self.kind]}"


_KINDS = {
    "": "",
    "arrondissement": "",
    "deleguee": ", commune déléguée",
    "associee": ", commune associée",
}


@cache
def _table() -> bytes:
    return b"\n" + gzip.decompress(_FILE.read_bytes())


def communes_of(code: str) -> list[Commune]:
    """What this code names; two names when a commune took the code of one that lives on within it."""
    return [_read(line) for line in _lines_holding(b"\t" + code.encode() + b"\t")] if code else []


def named(name: str, department: str = "") -> list[Commune]:
    """Those that bear exactly this name, whatever its accents, hyphens and capitals."""
    return list(_matching(_pattern(re.escape(_key(name).encode()), department)))


def suggestions(words: str, *, limit: int = OFFERED) -> list[Commune]:
    """For what is typed of a name, and a department's number anywhere in it: « vienne », « st denis 974 ».

    First the very name, then those that begin so, then those with a word that does; the most populous first.
    """
    typed = search_key(words[:NAME_LENGTH]).split()
    *_, department = ["", *(word for word in typed if _DEPARTMENT.fullmatch(word))]
    found = _beginning(" ".join(word for word in typed if not _DEPARTMENT.fullmatch(word)), department, limit)
    return found or _beginning(" ".join(typed), "", limit)  # « paris 15 » is no commune of the Cantal


def _beginning(words: str, department: str, limit: int) -> list[Commune]:
    key = re.escape(_key(words).encode())
    if len(key) < SHORTEST:
        return []
    found: dict[tuple[str, str], Commune] = {}
    for name in (key, key + rb"[^\t\n]*", rb"[^\t\n]* " + key + rb"[^\t\n]*"):
        for commune in _matching(_pattern(name, department)):
            found.setdefault((commune.code, commune.name), commune)
            if len(found) == limit:
                return list(found.values())
    return list(found.values())


def agree(name: str, code: str) -> bool:
    """Whether the code may be that place's: its own name or the beginning of it, or that of the commune it belongs to.

    « Lyon » agrees with the code of its first arrondissement; « Paris » does not.
    """
    key = _key(name)
    communes = communes_of(code)
    names = [commune.name for commune in communes]
    names += [whole.name for commune in communes if commune.within for whole in communes_of(commune.within)]
    names += [_read(line).name for line in _lines_holding(b"\t" + code.encode() + b"\n")]
    return any(_begins(key, _key(known)) or _begins(_key(known), key) for known in names)


def _begins(whole: str, beginning: str) -> bool:
    return f"{whole} ".startswith(f"{beginning} ")


def _key(name: str) -> str:
    return " ".join(_SPELT_OUT.get(word, word) for word in search_key(name).split())


def _pattern(key: bytes, department: str) -> re.Pattern[bytes]:
    return re.compile(rb"\n " + key + rb"\t" + re.escape(department.upper().encode()) + rb"[^\n]*")


def _matching(pattern: re.Pattern[bytes]) -> Iterator[Commune]:
    for match in pattern.finditer(_table()):
        yield _read(match[0])


def _lines_holding(part: bytes) -> Iterator[bytes]:
    table, at = _table(), 0
    while (at := table.find(part, at)) >= 0:
        start, end = table.rindex(b"\n", 0, at + 1) + 1, table.index(b"\n", at)
        yield table[start:end]
        at = end


def _read(line: bytes) -> Commune:
    _, code, name, kind, within = line.decode().strip("\n").split("\t")
    return Commune(code, name, kind, within)
