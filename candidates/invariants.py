"""What `manage.py verify` asks of candidates and enrolments."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from blocks.enums import BlockGroup, Parameter, RouteCode
from blocks.facts import standard_of
from blocks.models import RuleParameter, StandardVersion
from journal.invariants import Invariant

from .countries import countries
from .facts import admissibility_answers
from .models import AdmissibilityRequest, Candidate, EnrolledBlock, Enrolment, ReferenceCounter

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


def _vae_without_admission() -> Iterator[str]:
    """An enrolment by VAE rests on the request that admitted it, of the same day.

    Those recorded before the standard knew of requests are left as they are.
    """
    came_later = RuleParameter.objects.filter(
        version=OuterRef("version"), key=Parameter.VAE_REPLY_MONTHS, added_at__gt=OuterRef("enrolled_at")
    )
    by_vae = Enrolment.objects.filter(route__code=RouteCode.VAE).exclude(Exists(came_later))
    unfounded = by_vae.filter(Q(admissibility__isnull=True) | ~Q(admissibility__admitted_on=F("entered_on")))
    return (f"enrolment:{reference}" for reference in unfounded.order_by("pk").values_list("reference", flat=True))


def _miscounted_replies() -> Iterator[str]:
    """The clock of a request, and the day that admitted it, are those that the rules count."""
    requests = AdmissibilityRequest.objects.exclude(complete_on=None).select_related("version").order_by("pk")
    for request, answer in admissibility_answers(requests.iterator(), on=date.max):
        if request.reply_due_on != answer.deadline or request.admitted_on not in {None, answer.admitted_on}:
            yield request.subject


INVARIANTS = (
    Invariant("candidates.plan", "An enrolment has its mandatory blocks and its two options.", _incomplete_plans),
    Invariant("candidates.names", "Names are stored composed (NFC).", _decomposed_names),
    Invariant("candidates.keys", "People are found again by the names they have.", _stale_keys),
    Invariant("candidates.countries", "A country of birth is one of the list.", _unknown_countries),
    Invariant("candidates.references", "References have no gaps.", _reference_gaps),
    Invariant("candidates.version", "A standard with enrolments is marked in use.", _unmarked_versions),
    Invariant("candidates.vae", "An enrolment by VAE rests on its admissible request.", _vae_without_admission),
    Invariant("candidates.replies", "The clocks of requests for VAE are those of the rules.", _miscounted_replies),
)
