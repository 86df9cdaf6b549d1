"""Rows into what the rulebook reads: on what each block stands, and what the papers would say."""

from collections.abc import Iterable
from datetime import date

from blocks.facts import standard_of
from blocks.models import Block, Registration, StandardVersion
from candidates.enums import AcquisitionOrigin
from candidates.facts import entry_of
from candidates.models import AcquiredBlock, Candidate, Enrolment
from juries.enums import DeliberationState
from juries.models import AFTER_SEALING, Deliberation
from rulebook.award import BlockGround, DecidedBlock, IssuanceFacts, RecordedBlock, StatementFacts
from rulebook.outcomes import BlockOutcome
from rulebook.registration import EntryAnswer

from .enums import PaperKind
from .models import Certificate


def grounds_of(candidate: Candidate, version: StandardVersion) -> tuple[BlockGround, ...]:
    """Every decision and record on the person's blocks, in the codes of `version`. Three queries."""
    codes = dict(Block.objects.filter(version=version).values_list("catalogue_block_id", "code"))
    return (*_decided(candidate, codes), *_recorded(candidate, codes))


def _decided(candidate: Candidate, codes: dict[int, str]) -> Iterable[DecidedBlock]:
    deliberations = (
        Deliberation.objects.filter(dossier__enrolment__candidate=candidate, state=DeliberationState.DECIDED)
        .select_related("dossier__session__ratification", "enrolled_block__block", "ratification_exception")
        .order_by("pk")
    )
    for deliberation in deliberations:
        code = codes.get(deliberation.enrolled_block.block.catalogue_block_id)
        if code:
            yield _decided_block(code, deliberation)


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


def _recorded(candidate: Candidate, codes: dict[int, str]) -> Iterable[RecordedBlock]:
    recorded = AcquiredBlock.objects.filter(candidate=candidate, origin=AcquisitionOrigin.RECORDED).order_by("pk")
    for acquired in recorded:
        code = codes.get(acquired.catalogue_block_id)
        if code:
            yield RecordedBlock(block=code, evidence=acquired.evidence)


def issuance_facts(enrolment: Enrolment, *, on: date, confirmed_reason: str = "") -> IssuanceFacts:
    live = Certificate.objects.live().filter(
        kind=PaperKind.CERTIFICATE, candidate=enrolment.candidate, certification=enrolment.version.certification_id
    )
    return IssuanceFacts(
        composition=standard_of(enrolment.version).composition,
        grounds=grounds_of(enrolment.candidate, enrolment.version),
        entry=entry_of(enrolment),
        issued_on=on,
        live_certificate=live.values_list("number", flat=True).first(),
        confirmed_reason=confirmed_reason,
    )


def statement_facts(enrolment: Enrolment, block: Block, *, on: date) -> StatementFacts:
    live = Certificate.objects.live().filter(
        kind=PaperKind.BLOCK_STATEMENT, candidate=enrolment.candidate, catalogue_block=block.catalogue_block_id
    )
    return StatementFacts(
        block=block.code,
        grounds=grounds_of(enrolment.candidate, enrolment.version),
        issued_on=on,
        live_statement=live.values_list("number", flat=True).first(),
    )


def registration_of(enrolment: Enrolment, entry: EntryAnswer) -> Registration | None:
    """The row of the registration that counts for this entry."""
    if entry.registration is None:
        return None
    return enrolment.version.certification.registrations.get(ordered_on=entry.registration.ordered_on)
