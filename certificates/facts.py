"""Rows into what the rulebook reads: on what each block stands, and what the papers would say."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from blocks.facts import standard_of
from blocks.models import Block, Registration
from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock, Enrolment
from juries.enums import DeliberationState
from juries.models import AFTER_SEALING, Deliberation
from rulebook.award import BlockGround, DecidedBlock, IssuanceFacts, RecordedBlock, StatementFacts
from rulebook.outcomes import BlockOutcome
from rulebook.registration import EntryAnswer, judge_entry

from .enums import PaperKind
from .models import Certificate

Row = TypeVar("Row", Deliberation, AcquiredBlock)


def issuance_facts_of(
    enrolments: Sequence[Enrolment], *, on: date, confirmed_reason: str = ""
) -> dict[int, IssuanceFacts]:
    """By the enrolment's key, in as many queries for a hundred as for one."""
    standards = {enrolment.version_id: enrolment.version for enrolment in enrolments}
    known = {key: standard_of(version) for key, version in standards.items()}
    grounds = _grounds_of(enrolments, _codes_of(enrolments))
    live = _live(PaperKind.CERTIFICATE, enrolments, "certification")
    return {
        enrolment.pk: IssuanceFacts(
            composition=known[enrolment.version_id].composition,
            grounds=grounds[enrolment.pk],
            entry=judge_entry(known[enrolment.version_id].registrations, enrolment.entered_on).answer,
            issued_on=on,
            live_certificate=live.get((enrolment.candidate_id, enrolment.version.certification_id)),
            confirmed_reason=confirmed_reason,
        )
        for enrolment in enrolments
    }


def issuance_facts(enrolment: Enrolment, *, on: date, confirmed_reason: str = "") -> IssuanceFacts:
    return issuance_facts_of([enrolment], on=on, confirmed_reason=confirmed_reason)[enrolment.pk]


def statement_facts_of(enrolments: Sequence[Enrolment], *, on: date) -> dict[int, dict[str, StatementFacts]]:
    """By the enrolment's key, of every block of its version by its code. Four queries."""
    codes = _codes_of(enrolments)
    grounds = _grounds_of(enrolments, codes)
    live = _live(PaperKind.BLOCK_STATEMENT, enrolments, "catalogue_block")
    return {
        enrolment.pk: {
            code: StatementFacts(
                block=code,
                grounds=grounds[enrolment.pk],
                issued_on=on,
                live_statement=live.get((enrolment.candidate_id, catalogue_block)),
            )
            for catalogue_block, code in codes[enrolment.version_id].items()
        }
        for enrolment in enrolments
    }


def statement_facts(enrolment: Enrolment, block: Block, *, on: date) -> StatementFacts:
    return statement_facts_of([enrolment], on=on)[enrolment.pk][block.code]


def _codes_of(enrolments: Sequence[Enrolment]) -> dict[int, dict[int, str]]:
    """Of each version, the codes of its blocks by their entry in the catalogue."""
    codes: dict[int, dict[int, str]] = defaultdict(dict)
    blocks = Block.objects.filter(version__in={enrolment.version_id for enrolment in enrolments})
    for version, catalogue_block, code in blocks.values_list("version", "catalogue_block", "code"):
        codes[version][catalogue_block] = code
    return codes


def _live(kind: PaperKind, enrolments: Sequence[Enrolment], of: str) -> dict[tuple[int, int], str]:
    """The numbers of the live papers of these people, by the person and what the paper is of."""
    papers = Certificate.objects.live().filter(kind=kind, candidate__in=_people(enrolments))
    return {(candidate, key): number for candidate, key, number in papers.values_list("candidate", of, "number")}


def _people(enrolments: Sequence[Enrolment]) -> set[int]:
    return {enrolment.candidate_id for enrolment in enrolments}


def _grounds_of(
    enrolments: Sequence[Enrolment], codes: Mapping[int, Mapping[int, str]]
) -> dict[int, tuple[BlockGround, ...]]:
    """Every decision and record on each person's blocks, in the codes of the enrolment's version."""
    decided, recorded = _decided(enrolments), _recorded(enrolments)
    return {
        enrolment.pk: (
            *_told(decided[enrolment.candidate_id], codes[enrolment.version_id], _decided_block),
            *_told(recorded[enrolment.candidate_id], codes[enrolment.version_id], _recorded_block),
        )
        for enrolment in enrolments
    }


def _told(
    rows: Iterable[tuple[int, Row]], codes: Mapping[int, str], ground: Callable[[str, Row], BlockGround]
) -> Iterator[BlockGround]:
    return (ground(codes[catalogue_block], row) for catalogue_block, row in rows if catalogue_block in codes)


def _decided(enrolments: Sequence[Enrolment]) -> dict[int, list[tuple[int, Deliberation]]]:
    """By the person, each with its block of the catalogue."""
    found: dict[int, list[tuple[int, Deliberation]]] = defaultdict(list)
    deliberations = Deliberation.objects.filter(
        dossier__enrolment__candidate__in=_people(enrolments), state=DeliberationState.DECIDED
    ).select_related(
        "dossier__session__ratification", "dossier__enrolment", "enrolled_block__block", "ratification_exception"
    )
    for row in deliberations.order_by("pk"):
        found[row.dossier.enrolment.candidate_id].append((row.enrolled_block.block.catalogue_block_id, row))
    return found


def _recorded(enrolments: Sequence[Enrolment]) -> dict[int, list[tuple[int, AcquiredBlock]]]:
    found: dict[int, list[tuple[int, AcquiredBlock]]] = defaultdict(list)
    recorded = AcquiredBlock.objects.filter(candidate__in=_people(enrolments), origin=AcquisitionOrigin.RECORDED)
    for row in recorded.order_by("pk"):
        found[row.candidate_id].append((row.catalogue_block_id, row))
    return found


def _decided_block(code: str, deliberation: Deliberation) -> DecidedBlock:
    session = deliberation.dossier.session
    ratification = getattr(session, "ratification", None)
    is_sent_back = hasattr(deliberation, "ratification_exception")
    return DecidedBlock(
        block=code,
        outcome=BlockOutcome.DEFERRED if is_sent_back else BlockOutcome(str(deliberation.outcome)),
        session_sealed=session.state in AFTER_SEALING,
        ratified_on=ratification.decided_on if ratification else None,
        published=session.is_published,
    )


def _recorded_block(code: str, acquired: AcquiredBlock) -> RecordedBlock:
    return RecordedBlock(block=code, evidence=acquired.evidence)


def registration_of(enrolment: Enrolment, entry: EntryAnswer) -> Registration | None:
    """The row of the registration that counts for this entry."""
    if entry.registration is None:
        return None
    return enrolment.version.certification.registrations.get(ordered_on=entry.registration.ordered_on)
