"""The questions that `manage.py verify` puts to the database, each answered by the rows that contradict it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .guards import missing_guards
from .models import Entry, Head
from .services import GENESIS, hash_of


@dataclass(frozen=True, slots=True)
class Invariant:
    """`find` yields a short reference of each row that breaks the promise; none when it holds."""

    code: str
    promise: str
    find: Callable[[], Iterable[str]]


def _broken_links() -> Iterator[str]:
    previous_hash, seq = GENESIS, 0
    for entry in Entry.objects.order_by("seq").iterator():
        seq += 1
        if entry.seq != seq or entry.previous_hash != previous_hash or hash_of(entry) != entry.hash:
            yield f"journal:{entry.seq}"
            return  # Nothing after the first broken link can be told from it.
        previous_hash = entry.hash
    if _head() != (seq, previous_hash):
        yield "journal:head"


def _head() -> tuple[int, str]:
    head = Head.objects.filter(id=1).first()
    return (head.seq, head.hash) if head else (0, GENESIS)


INVARIANTS = (
    Invariant("journal.chain", "The journal's chain is whole, up to its head.", _broken_links),
    Invariant("database.guards", "Every guard is installed in the database.", missing_guards),
)
