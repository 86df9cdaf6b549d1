"""Everything the rules say of one enrolment, in the order in which it is lived: what `explain` and the dossier show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from blocks.facts import standard_of
from candidates.facts import acquired_codes, entry_verdict
from candidates.models import Enrolment
from evaluations.facts import proposals_of
from juries.facts import quorum_of
from juries.models import Dossier
from rulebook.award import judge_award, judge_issuance
from rulebook.outcomes import Proposal
from rulebook.verdict import Check

from .facts import issuance_facts


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    check: Check


def explain(enrolment: Enrolment, *, on: date) -> list[Chapter]:
    """Entry, what the channels propose for each block, the quorum of its sessions, the award, the certificate."""
    return [
        Chapter("Enregistrement au RNCP", entry_verdict(enrolment).check),
        *_proposals(enrolment),
        *_quorums(enrolment),
        Chapter("Blocs acquis", _award(enrolment)),
        Chapter("Délivrance du certificat", judge_issuance(issuance_facts(enrolment, on=on)).check),
    ]


def _proposals(enrolment: Enrolment) -> Iterator[Chapter]:
    """A block that the person held already is not evaluated again: nothing is proposed for it."""
    acquired = acquired_codes(enrolment.candidate, enrolment.version)
    for code, verdict in proposals_of(enrolment).items():
        if verdict.answer is not Proposal.INCOMPLETE or code not in acquired:
            yield Chapter(f"Proposition pour {code}", verdict.check)


def _quorums(enrolment: Enrolment) -> Iterator[Chapter]:
    dossiers = Dossier.objects.filter(enrolment=enrolment).select_related("session__version").order_by("pk")
    for dossier in dossiers:
        yield Chapter(f"Quorum de la session {dossier.session.reference}", quorum_of(dossier).check)


def _award(enrolment: Enrolment) -> Check:
    acquired = acquired_codes(enrolment.candidate, enrolment.version)
    return judge_award(standard_of(enrolment.version).composition, acquired).check
