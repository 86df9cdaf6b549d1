"""Verify the signed register as exported (JSON Lines), without the server that wrote it.

    python verify_register.py --key KEY [--key KEY …] [--part] registre.jsonl

`--key` is a public key that you trust, as the branch publishes it: 43 characters, its own identifier. Of each line: the
signature is by one of these keys, and the paper's words are those that were signed; a supplement or a duplicate, whose
fingerprint alone is signed, is of a paper as it was issued. Of the whole: ranks follow, and so do the numbers of each
year (one still being drawn is told as missing), unless `--part` says that only a part was exported. What does not hold
is told line by line, and the answer is 1; 0 when all holds, 2 when it cannot be told.
Needs Python 3.11 and `cryptography`.
"""

import argparse
import hashlib
import json
import sys
from base64 import urlsafe_b64decode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Doubt = tuple[int, str]  # the line, 0 for the whole file, and what does not hold


def canonical(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def key_of(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(decoded(text))


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Reading:
    """What the lines read so far have said."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self.keys = keys
        self.ranks: dict[str, list[int]] = defaultdict(list)
        self.issued: dict[str, str] = {}  # the file of each paper, as its entries say
        self.files: set[tuple[str, str, int]] = set()
        self.lines = 0

    def read(self, lines: Iterable[str]) -> Iterator[Doubt]:
        for number, line in enumerate(lines, start=1):
            self.lines = number
            try:
                doubt = self._doubt(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                doubt = "is not a line of the register"
            if doubt:
                yield number, doubt

    def _doubt(self, row: Mapping[str, Any]) -> str:
        payload = row["payload"]
        is_file = "document" in payload  # beside a paper: its supplement or a duplicate
        if not is_file:
            self.ranks[payload["number"]].append(payload["rank"])
        key = self.keys.get(row["key"])
        if key is None:
            return f"{payload['number']}: signed by a key that was not given"
        try:
            key.verify(decoded(row["signature"]), canonical(payload))
        except InvalidSignature:
            return f"{payload['number']}: the signature does not hold"
        if is_file:
            return self._doubt_of_file(payload)
        self.issued[payload["number"]] = payload["sha256"]
        if hashlib.sha256(canonical(row["paper"])).hexdigest() != payload["context"]:
            return f"{payload['number']}: the paper’s words are not those that were signed"
        return ""

    def _doubt_of_file(self, payload: Mapping[str, Any]) -> str:
        file = (payload["number"], payload["document"], payload["rank"])
        name = f"{payload['number']}, {payload['document']} {payload['rank']}"
        if file in self.files:
            return f"{name}: comes twice"
        self.files.add(file)
        if self.issued.get(payload["number"]) != payload["paper"]:
            return f"{name}: is not of the paper that was issued"
        return ""

    def missing(self, *, is_part: bool) -> Iterator[Doubt]:
        for number, ranks in self.ranks.items():
            if sorted(ranks) != list(range(1, len(ranks) + 1)):
                yield 0, f"{number}: an entry is missing or comes twice"
        if not is_part:
            yield from self._missing_numbers()

    def _missing_numbers(self) -> Iterator[Doubt]:
        series: dict[str, set[int]] = defaultdict(set)
        for number in self.ranks:
            start, _, sequence = number.rpartition("-")
            series[start].add(int(sequence))
        for start, sequences in sorted(series.items()):
            for missing in sorted(set(range(1, max(sequences) + 1)) - sequences):
                yield 0, f"{start}-{missing:06}: missing"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify the signed register, offline.")
    parser.add_argument("file")
    parser.add_argument("--key", action="append", required=True, help="a public key that you trust")
    parser.add_argument("--part", action="store_true", help="only a part of the register was exported")
    asked = parser.parse_args(arguments)
    try:
        reading = Reading({text: key_of(text) for text in asked.key})
    except ValueError:
        parser.error("a key is 43 characters, as the branch publishes it")
    with Path(asked.file).open(encoding="utf-8") as lines:
        doubts = [*reading.read(lines), *reading.missing(is_part=asked.part)]
    for line, doubt in doubts:
        sys.stdout.write(f"line {line}: {doubt}\n" if line else f"{doubt}\n")
    sys.stdout.write(
        f"{reading.lines} lines, {len(reading.ranks)} papers, {len(reading.files)} files, {len(doubts)} doubts\n"
    )
    return 1 if doubts else 0


if __name__ == "__main__":
    sys.exit(main())
