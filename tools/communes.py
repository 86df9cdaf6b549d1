"""Makes candidates/data/communes.tsv.gz, the communes of birth that the CDC's declaration names by INSEE's code.

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-decoupage-administratif-6.0.0.tgz
    python tools/communes.py package

Writes candidates/data/communes.json beside it: source, licence, and the SHA-256 of both sides; a test hashes again.
The same package makes the same bytes.
"""

import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from candidates.names import search_key  # noqa: E402  the path comes first

DATA = ROOT / "candidates" / "data"
SOURCE = "@etalab/decoupage-administratif (INSEE, code officiel géographique)"
LICENCE = "Licence Ouverte 2.0 (Etalab)"
DATED = "2026-01-01"  # the geography of the package's version 6, which follows INSEE's of that day
# In the order in which a name is offered: the communes of today, then those that live on within another.
KINDS = {"commune-actuelle": "", "arrondissement-municipal": "arrondissement", "commune-deleguee": "deleguee",
         "commune-associee": "associee"}  # fmt: skip


def _lines(communes: list[dict[str, Any]]) -> Iterator[str]:
    """`key, code, name, kind, code of the commune it now belongs to`, the most populous first among its kind."""
    kinds = list(KINDS)
    for commune in sorted(
        communes,
        key=lambda commune: (kinds.index(commune["type"]), -commune.get("population", 0), commune["code"]),
    ):
        name = commune["nom"].replace("'", "’")
        within = commune.get("chefLieu") or commune.get("commune") or ""
        yield "\t".join([f" {search_key(name)}", commune["code"], name, KINDS[commune["type"]], within])


def main(package: Path) -> None:
    raw = (package / "data" / "communes.json").read_bytes()
    version = json.loads((package / "package.json").read_bytes())["version"]
    communes = json.loads(raw)
    table = gzip.compress("".join(f"{line}\n" for line in _lines(communes)).encode(), compresslevel=9, mtime=0)
    (DATA / "communes.tsv.gz").write_bytes(table)
    manifest = {
        "source": SOURCE,
        "version": version,
        "licence": LICENCE,
        "dated": DATED,
        "rows": len(communes),
        "source_sha256": hashlib.sha256(raw).hexdigest(),
        "sha256": hashlib.sha256(table).hexdigest(),
    }
    (DATA / "communes.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
