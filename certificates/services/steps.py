"""What the services about papers share: the holder's lock, the switch, the next number."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from candidates.models import Candidate

from ..enums import PaperKind
from ..models import IssuingStop, NumberCounter
from ..numbers import number_of
from .refusals import IssuingStopped


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number that a paper has just taken."""

    year: int
    sequence: int
    number: str


def lock_holder(candidate_id: int) -> None:
    """Whoever issues, reissues or revokes for one person waits for the others here, and then finds what they did."""
    Candidate.objects.select_for_update(of=("self",)).get(pk=candidate_id)


def refuse_if_stopped() -> None:
    """Raises `IssuingStopped`."""
    if stop := IssuingStop.objects.in_force().first():
        raise IssuingStopped(stop.reason)


def take_number(kind: PaperKind, at: datetime) -> Numbered:
    """Every paper passes here, and stopping locks the counters: what it finds under way ends, all the rest refuses.

    Raises `IssuingStopped`.
    """
    year = timezone.localdate(at).year
    sequence = next_sequence(kind, year)
    return Numbered(year, sequence, number_of(kind, year, sequence))


def next_sequence(kind: PaperKind, year: int) -> int:
    NumberCounter.objects.get_or_create(kind=kind, year=year)
    counter = NumberCounter.objects.select_for_update(of=("self",)).get(kind=kind, year=year)
    refuse_if_stopped()
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
