"""The minutes: put to the members, approved, sealed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from correspondence.services import post
from journal.canonical import sha256_of

from ..approvals import approvals_of, approving_seats, judge, sat_and_declared
from ..enums import SessionState
from ..models import MINUTES_MAIL, JurySession, Minutes, MinutesApproval, MinutesDraft, Seat
from ..papers import TEMPLATE_VERSION, minutes_content, minutes_context
from ..tasks import draw_minutes
from .refusals import MinutesChanged, MinutesNotApproved, MinutesNotSubmitted, MinutesOutdated, NotOfTheSitting
from .steps import chair_of, lock_for, move, note


@transaction.atomic(durable=True)
def submit_minutes(session: JurySession, *, by: User, at: datetime, incidents: Sequence[str] = ()) -> MinutesDraft:
    """The chair puts the minutes to the members, and approves them thereby.

    After a correction they are other minutes: they wait for other approvals. Unchanged, they stay as they are.
    """
    session = lock_for(session, SessionState.SEALED)
    chair = chair_of(session, by)
    sha256 = sha256_of(minutes_content(session, chair=chair, incidents=incidents))
    draft = MinutesDraft.objects.filter(session=session).first()
    if draft is None or draft.sha256 != sha256:
        fields = {"incidents": list(incidents), "sha256": sha256, "submitted_by": by, "submitted_at": at}
        draft, _ = MinutesDraft.objects.update_or_create(session=session, defaults=fields)
        note(session, "minutes_submitted", by=by, at=at, after={"sha256": sha256})
        _call_for_approvals(draft, at=at)
    _approve(draft, chair, by=by, at=at)
    return draft


def _call_for_approvals(draft: MinutesDraft, *, at: datetime) -> None:
    session = draft.session
    for seat in approving_seats(session):
        if seat.is_chair:
            continue
        post(
            MINUTES_MAIL,
            key=f"{MINUTES_MAIL}:{session.pk}:{seat.number}:{at.isoformat()}",
            to=seat.sitting.user.email,
            about=session.subject,
            at=at,
            facts={"seat": seat.pk, "submitted_at": at.isoformat()},
        )


@transaction.atomic(durable=True)
def approve_minutes(session: JurySession, *, submitted_at: datetime, by: User, at: datetime) -> MinutesApproval:
    """A member approves the minutes that were put to them at that moment; a second call finds the first.

    The moment stands for the hash, which would tell a recused member of the dossier that they do not see.
    """
    session = lock_for(session, SessionState.SEALED)
    draft = _draft_of(session)
    seat = Seat.objects.of(by).filter(session=session).select_related("member__user", "substitute__user").first()
    if seat is None or not sat_and_declared(seat):
        raise NotOfTheSitting
    if draft.submitted_at != submitted_at or not _is_still(draft):
        raise MinutesChanged
    return _approve(draft, seat, by=by, at=at)


def _approve(draft: MinutesDraft, seat: Seat, *, by: User, at: datetime) -> MinutesApproval:
    approval, is_new = MinutesApproval.objects.get_or_create(
        session=draft.session,
        seat=seat,
        sha256=draft.sha256,
        defaults={"member": seat.sitting, "approved_at": at},
    )
    if is_new:
        note(draft.session, "minutes_approved", by=by, at=at, after={"seat": seat.number, "sha256": draft.sha256})
    return approval


@transaction.atomic(durable=True)
def seal_minutes(session: JurySession, *, by: User, at: datetime) -> Minutes:
    """The chair signs what the members approved: frozen with its hash and their approvals, drawn afterwards."""
    session = lock_for(session, SessionState.SEALED)
    chair = chair_of(session, by)
    draft = _draft_of(session)
    if not _is_still(draft):
        raise MinutesOutdated
    verdict = judge(session, draft.sha256)
    if not verdict.answer:
        raise MinutesNotApproved(verdict.reasons)
    context = minutes_context(
        session, chair=chair, incidents=draft.incidents, approvals=approvals_of(session, draft.sha256), sealed_at=at
    )
    minutes = Minutes.objects.create(
        session=session,
        context=context,
        sha256=sha256_of(context),
        template_version=TEMPLATE_VERSION,
        sealed_by=by,
        sealed_at=at,
    )
    move(session, SessionState.SEALED, by=by, at=at, sha256=minutes.sha256)
    draw_minutes.delay_on_commit(minutes_id=minutes.pk)
    return minutes


def _draft_of(session: JurySession) -> MinutesDraft:
    draft = MinutesDraft.objects.filter(session=session).select_related("session__version").first()
    if draft is None:
        raise MinutesNotSubmitted
    return draft


def _is_still(draft: MinutesDraft) -> bool:
    """Whether what would be sealed now is what was put to the members."""
    chair = Seat.objects.select_related("member__user", "substitute__user").get(session=draft.session, is_chair=True)
    return sha256_of(minutes_content(draft.session, chair=chair, incidents=draft.incidents)) == draft.sha256
