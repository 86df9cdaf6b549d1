"""What members who deliberate on a dossier write to each other about it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..models import IN_SITTING, Dossier, JurySession, Remark, Seat
from ..permissions import is_recused, may_read_dossiers
from .refusals import ConflictsNotDeclared, DiscussionClosed, RemarkEmpty, RemarkRefused, RemarkTooLong, WrongMoment
from .steps import lock, note

LONGEST = 2000  # characters


@transaction.atomic(durable=True)
def write_remark(dossier: Dossier, text: str, *, by: User, at: datetime) -> Remark:
    """From the convening until the session closes. The journal keeps that the seat wrote, never what."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise RemarkEmpty
    if len(text) > LONGEST:
        raise RemarkTooLong
    session = _lock_session(dossier)
    seat = _lock_seat(dossier, by)
    remark = Remark.objects.create(dossier=dossier, seat=seat, member=seat.sitting, text=text, written_at=at)
    after = {"enrolment": dossier.enrolment.reference, "seat": seat.number}
    note(session, "remark_written", by=by, at=at, after=after)
    return remark


def _lock_session(dossier: Dossier) -> JurySession:
    try:
        return lock(dossier.session, *IN_SITTING)
    except WrongMoment as refused:
        raise DiscussionClosed from refused


def _lock_seat(dossier: Dossier, user: User) -> Seat:
    """Locked as for a ballot: a recusal comes before the remark, or after it."""
    rows = Seat.objects.select_for_update(of=("self",), no_key=True).select_related("member", "substitute")
    seat = rows.filter(pk__in=Seat.objects.of(user).filter(session=dossier.session_id).values("pk")).first()
    if seat is None or is_recused(seat, dossier):
        raise RemarkRefused
    if not may_read_dossiers(seat):
        raise ConflictsNotDeclared
    return seat
