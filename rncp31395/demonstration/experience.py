"""Those who ask to be admitted by VAE: answered in time, accepted by silence, refused, waiting."""

from datetime import UTC, date, datetime, time, timedelta

from candidates.enums import AdmissibilityDecision
from candidates.facts import admissibility_verdict
from candidates.identity import Identity
from candidates.models import AdmissibilityRequest
from candidates.services import decide_admissibility, record_admissibility_request

from .branch import Branch
from .fiction import People

TO_ANSWER, TO_BE_SILENT = timedelta(days=24), timedelta(days=62)  # within two months, and after
ADMISSIBLE, INADMISSIBLE = AdmissibilityDecision
REFUSAL = (
    "L’expérience présentée, huit mois d’accueil en cabinet, n’atteint pas un an "
    "en rapport direct avec la certification."
)


def admitted(branch: Branch, identity: Identity, *, on: date, by_silence: bool) -> AdmissibilityRequest:
    """By a decision of that day; by a silence that ends about then."""
    request = _complete(branch, identity, on=on - (TO_BE_SILENT if by_silence else TO_ANSWER))
    return request if by_silence else _decided(branch, request, ADMISSIBLE, on=on)


def admission_day(request: AdmissibilityRequest) -> date:
    day = admissibility_verdict(request, on=date.max).answer.admitted_on
    assert day is not None  # noqa: S101  (those of the story are admissible)
    return day


def under_way(branch: Branch, people: People, *, today: date) -> None:
    """One waits for its last piece, two for a decision, one of them urgently; one is silently accepted, one refused."""
    waiting = today - timedelta(days=9)
    record_admissibility_request(people.next(), received_on=waiting, by=branch.admin, at=_morning(waiting))
    for days in (56, 12):
        _complete(branch, people.next(), on=today - timedelta(days=days), email=f"vae.{days}@example.org")
    _complete(branch, people.next(), on=today - timedelta(days=66), email="vae.66@example.org")
    refused = _complete(branch, people.next(), on=today - timedelta(days=40), email="vae.40@example.org")
    _decided(branch, refused, INADMISSIBLE, on=today - timedelta(days=15), reason=REFUSAL)


def _complete(branch: Branch, identity: Identity, *, on: date, email: str = "") -> AdmissibilityRequest:
    received_on = on - timedelta(days=6)
    return record_admissibility_request(
        identity, received_on=received_on, complete_on=on, email=email, by=branch.admin, at=_morning(on)
    )


def _decided(
    branch: Branch, request: AdmissibilityRequest, decision: AdmissibilityDecision, *, on: date, reason: str = ""
) -> AdmissibilityRequest:
    return decide_admissibility(request, decision, on=on, reason=reason, by=branch.admin, at=_morning(on))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 30), UTC)
