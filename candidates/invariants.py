"""What `manage.py verify` asks of candidates and enrolments."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

from blocks.enums import BlockGroup
from blocks.facts import standard_of
from blocks.models import StandardVersion
from journal.invariants import Invariant

from .countries import countries
from .models import Candidate, EnrolledBlock, Enrolment, ReferenceCounter

NAMES = ("birth_name", "usual_name", "first_names", "birth_place")


def _incomplete_plans() -> Iterator[str]:
    """All the mandatory blocks, and as many options as the standard asks for, neither fewer nor more."""
    for version in StandardVersion.objects.filter(enrolments__isnull=False).distinct().order_by("pk"):
        composition = standard_of(version).composition
        expected = (len(composition.mandatory.blocks), composition.optional.minimum)
        mandatory, optional = _counts_of_blocks(version)
        for pk, reference in version.enrolments.order_by("pk").values_list("pk", "reference").iterator():
            if (mandatory[pk], optional[pk]) != expected:
                yield f"enrolment:{reference}"


def _counts_of_blocks(version: StandardVersion) -> tuple[Counter[int], Counter[int]]:
    rows = EnrolledBlock.objects.filter(enrolment__version=version)
    optional = rows.filter(block__group=BlockGroup.OPTIONAL)
    mandatory = rows.exclude(block__group=BlockGroup.OPTIONAL)
    return (
        Counter(mandatory.values_list("enrolment_id", flat=True)),
        Counter(optional.values_list("enrolment_id", flat=True)),
    )


def _decomposed_names() -> Iterator[str]:
    for pk, *names in Candidate.objects.order_by("pk").values_list("pk", *NAMES).iterator():
        if not all(unicodedata.is_normalized("NFC", name) for name in names):
            yield f"candidate:{pk}"


def _stale_keys() -> Iterator[str]:
    """The columns by which people are found again must be those of their names."""
    for candidate in Candidate.objects.order_by("pk").iterator():
        key = candidate.identity.key
        if any(getattr(candidate, name) != value for name, value in key.items()):
            yield candidate.reference


def _unknown_countries() -> Iterator[str]:
    unknown = Candidate.objects.exclude(birth_country__in=list(countries())).order_by("pk")
    return (f"candidate:{pk}" for pk in unknown.values_list("pk", flat=True))


def _reference_gaps() -> Iterator[str]:
    """Each year's references run from 1 to what its counter says."""
    taken: dict[int, set[int]] = {}
    for reference in Enrolment.objects.values_list("reference", flat=True).iterator():
        year, _, number = reference.partition("-")
        taken.setdefault(int(year), set()).add(int(number))
    last = dict(ReferenceCounter.objects.values_list("year", "last"))
    for counted in sorted(taken.keys() | last.keys()):
        if taken.get(counted, set()) != set(range(1, last.get(counted, 0) + 1)):
            yield f"references:{counted}"


def _unmarked_versions() -> Iterator[str]:
    unmarked = StandardVersion.objects.filter(in_use_since=None, enrolments__isnull=False)
    return (f"standard:{label}" for label in unmarked.distinct().order_by("pk").values_list("label", flat=True))


INVARIANTS = (
    Invariant("candidates.plan", "An enrolment has its mandatory blocks and its two options.", _incomplete_plans),
    Invariant("candidates.names", "Names are stored composed (NFC).", _decomposed_names),
    Invariant("candidates.keys", "People are found again by the names they have.", _stale_keys),
    Invariant("candidates.countries", "A country of birth is one of the list.", _unknown_countries),
    Invariant("candidates.references", "References have no gaps.", _reference_gaps),
    Invariant("candidates.version", "A standard with enrolments is marked in use.", _unmarked_versions),
)
