"""After the session: the minutes are sealed, the CPNEFP decides, what was acquired is published."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock, Candidate
from journal.services import record

from ..enums import BlockOutcome, DeliberationState, SessionState
from ..models import Deliberation, JurySession, Minutes, Ratification, RatificationException
from ..papers import TEMPLATE_VERSION, fingerprint, minutes_context
from ..tasks import draw_minutes
from .refusals import RatificationRefused
from .steps import chair_of, lock_for, move


@transaction.atomic(durable=True)
def seal_minutes(session: JurySession, *, by: User, at: datetime, incidents: Sequence[str] = ()) -> Minutes:
    """The chair signs: what the minutes say is frozen with its hash, and drawn afterwards."""
    session = lock_for(session, SessionState.SEALED)
    chair = chair_of(session, by)
    context = minutes_context(session, chair=chair, incidents=incidents, sealed_at=at)
    minutes = Minutes.objects.create(
        session=session,
        context=context,
        sha256=fingerprint(context),
        template_version=TEMPLATE_VERSION,
        sealed_by=by,
        sealed_at=at,
    )
    move(session, SessionState.SEALED, by=by, at=at, sha256=minutes.sha256)
    draw_minutes.delay_on_commit(minutes_id=minutes.pk)
    return minutes


@transaction.atomic(durable=True)
def record_ratification(
    session: JurySession,
    *,
    decided_on: date,
    chaired_by: str,
    by: User,
    at: datetime,
    exceptions: Mapping[Deliberation, str] | None = None,
    note: str = "",
) -> Ratification:
    """The jury deliberates, the CPNEFP decides [accord, art. 9]: all of it, but what it sends back with a reason."""
    session = lock_for(session, SessionState.RATIFIED)
    sent_back = {deliberation: reason.strip() for deliberation, reason in (exceptions or {}).items()}
    _check_ratification(session, decided_on, chaired_by, sent_back, on=timezone.localdate(at))
    ratification = Ratification.objects.create(
        session=session,
        decided_on=decided_on,
        chaired_by=chaired_by.strip(),
        note=note.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    RatificationException.objects.bulk_create(
        RatificationException(ratification=ratification, deliberation=deliberation, reason=reason)
        for deliberation, reason in sent_back.items()
    )
    returned = [str(deliberation) for deliberation in sent_back]
    move(session, SessionState.RATIFIED, by=by, at=at, decided_on=decided_on, sent_back=returned)
    return ratification


def _check_ratification(
    session: JurySession, decided_on: date, chaired_by: str, sent_back: Mapping[Deliberation, str], *, on: date
) -> None:
    decided = Deliberation.objects.filter(
        dossier__session=session, state=DeliberationState.DECIDED, pk__in=[row.pk for row in sent_back]
    )
    is_of_what_was_decided = decided.count() == len(sent_back) and all(sent_back.values())
    if not (session.held_on <= decided_on <= on and chaired_by.strip() and is_of_what_was_decided):
        raise RatificationRefused


@transaction.atomic(durable=True)
def publish(session: JurySession, *, by: User, at: datetime) -> list[AcquiredBlock]:
    """From now on the results are known, and each acquired block belongs to its person, for life.

    A block that the person holds already, by an earlier session or a record, is not acquired twice.
    """
    session = lock_for(session, SessionState.PUBLISHED)
    decided_on = session.ratification.decided_on
    move(session, SessionState.PUBLISHED, by=by, at=at)
    acquired = [
        AcquiredBlock(
            candidate=deliberation.dossier.enrolment.candidate,
            catalogue_block_id=deliberation.enrolled_block.block.catalogue_block_id,
            acquired_on=decided_on,
            origin=AcquisitionOrigin.JURY,
            enrolled_block=deliberation.enrolled_block,
            recorded_by=by,
            recorded_at=at,
        )
        for deliberation in _to_acquire(session)
    ]
    AcquiredBlock.objects.bulk_create(acquired)
    _note_acquisitions(acquired, session, by=by, at=at)
    return acquired


def _to_acquire(session: JurySession) -> list[Deliberation]:
    deliberations = list(
        Deliberation.objects.filter(
            dossier__session=session, outcome=BlockOutcome.ACQUIRED, ratification_exception__isnull=True
        )
        .select_related("dossier__enrolment__candidate", "enrolled_block__block")
        .order_by("dossier__position", "enrolled_block__block__position")
    )
    people = {deliberation.dossier.enrolment.candidate_id for deliberation in deliberations}
    list(Candidate.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=people).order_by("pk"))
    held = set(AcquiredBlock.objects.filter(candidate__in=people).values_list("candidate", "catalogue_block"))
    to_acquire = {_holding(deliberation): deliberation for deliberation in deliberations}
    return [deliberation for holding, deliberation in to_acquire.items() if holding not in held]


def _holding(deliberation: Deliberation) -> tuple[int, int]:
    return deliberation.dossier.enrolment.candidate_id, deliberation.enrolled_block.block.catalogue_block_id


def _note_acquisitions(acquired: Sequence[AcquiredBlock], session: JurySession, *, by: User, at: datetime) -> None:
    blocks: dict[str, list[str]] = {}
    for row in acquired:
        enrolled = row.enrolled_block
        assert enrolled is not None  # Acquired by a jury.  # noqa: S101
        blocks.setdefault(enrolled.enrolment.reference, []).append(enrolled.block.code)
    for reference, codes in blocks.items():
        record(
            "enrolment.blocks_acquired",
            subject=f"enrolment:{reference}",
            actor=by.reference,
            at=at,
            after={"session": session.reference, "blocks": codes},
        )
