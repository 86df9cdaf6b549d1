"""After the minutes: the CPNEFP decides, what was acquired is published, at once or at the moment that was set."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock, Candidate
from journal.services import record

from ..enums import BlockOutcome, DeliberationState, SessionState
from ..models import Deliberation, JurySession, Ratification, RatificationException
from .letters import write_letters
from .refusals import PublicationTooSoon, RatificationRefused, WrongMoment
from .steps import author, lock, lock_for, move
from .steps import note as note_in_journal

DUE = ["publication_due_at", "publication_set_by"]


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
def schedule_publication(session: JurySession, *, due_at: datetime, by: User, at: datetime) -> JurySession:
    """Publish at this moment, by the clock and on behalf of whoever sets it; set again, the last one counts."""
    session = lock(session, SessionState.RATIFIED)
    if due_at <= at:
        raise PublicationTooSoon
    before = session.publication_due_at
    session.publication_due_at, session.publication_set_by = due_at, by
    session.save(update_fields=DUE)
    note_in_journal(session, "publication_scheduled", by=by, at=at, before={"due_at": before}, after={"due_at": due_at})
    return session


@transaction.atomic(durable=True)
def cancel_publication(session: JurySession, *, by: User, at: datetime) -> JurySession:
    session = lock(session, SessionState.RATIFIED)
    if session.publication_due_at is None:
        raise WrongMoment
    _unschedule(session, "publication_cancelled", by=by, at=at)
    return session


def _unschedule(session: JurySession, action: str, *, by: User, at: datetime) -> None:
    before = session.publication_due_at
    session.publication_due_at, session.publication_set_by = None, None
    session.save(update_fields=DUE)
    note_in_journal(session, action, by=by, at=at, before={"due_at": before}, after={"due_at": None})


@transaction.atomic(durable=True)
def publish(session: JurySession, *, by: User, at: datetime) -> list[AcquiredBlock]:
    """From now on the results are known, and each acquired block belongs to its person, for life.

    A block that the person holds already, by an earlier session or a record, is not acquired twice. Whoever publishes
    now does not wait for the moment that was set.
    """
    session = lock_for(session, SessionState.PUBLISHED)
    if session.publication_due_at:
        _unschedule(session, "publication_cancelled", by=by, at=at)
    return _publish(session, by=by, at=at)


@transaction.atomic(durable=True)
def publish_scheduled(session: JurySession, *, at: datetime) -> list[AcquiredBlock]:
    """What was set to be published by now. Refused if a click came first, or the moment was moved or taken back."""
    session = lock_for(session, SessionState.PUBLISHED)
    if session.publication_due_at is None or session.publication_due_at > at or session.publication_set_by is None:
        raise WrongMoment
    return _publish(session, by=session.publication_set_by, at=at, by_the_clock=True)


def due_for_publication(at: datetime) -> list[int]:
    due = JurySession.objects.filter(state=SessionState.RATIFIED, publication_due_at__lte=at)
    return list(due.order_by("publication_due_at", "pk").values_list("pk", flat=True))


def _publish(session: JurySession, *, by: User, at: datetime, by_the_clock: bool = False) -> list[AcquiredBlock]:
    decided_on = session.ratification.decided_on
    move(session, SessionState.PUBLISHED, by=by, at=at, by_the_clock=by_the_clock)
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
    _note_acquisitions(acquired, session, by, at=at, by_the_clock=by_the_clock)
    write_letters(session, acquired, by=by, at=at)
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


def _note_acquisitions(
    acquired: Sequence[AcquiredBlock], session: JurySession, by: User, *, at: datetime, by_the_clock: bool
) -> None:
    blocks: dict[str, list[str]] = {}
    for row in acquired:
        enrolled = row.enrolled_block
        assert enrolled is not None  # Acquired by a jury.  # noqa: S101
        blocks.setdefault(enrolled.enrolment.reference, []).append(enrolled.block.code)
    actor, on_behalf_of = author(by, by_the_clock=by_the_clock)
    for reference, codes in blocks.items():
        record(
            "enrolment.blocks_acquired",
            subject=f"enrolment:{reference}",
            actor=actor,
            on_behalf_of=on_behalf_of,
            at=at,
            after={"session": session.reference, "blocks": codes},
        )
