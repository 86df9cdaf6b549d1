"""Who presides: the chair, whoever they hand it to, the vice-chair when they leave."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User

from ..models import BEFORE_SEALING, JurySession, Seat
from ..permissions import may_administer, may_read_dossiers
from .refusals import ChairPresent, MemberAway, MemberSilent, NotTheViceChair, TooSoonToTakeOver, VoteUnderWay
from .steps import a_vote_is_open, has_declared, lock, note, presiding_seat


@transaction.atomic(durable=True)
def hand_over_chair(seat: Seat, *, by: User, at: datetime) -> JurySession:
    """Another member presides: when the chair is away, or withdrawn from the dossier at hand.

    A chair who will not come hands over without having declared anything.
    """
    session = lock(seat.session, *BEFORE_SEALING)
    if not may_administer(by):
        presiding_seat(session, by)
    if a_vote_is_open(session):
        raise VoteUnderWay
    seat = session.seats.select_related("session").get(pk=seat.pk)
    if session.is_open and not seat.is_present:
        raise MemberAway
    if not session.is_sitting and not may_read_dossiers(seat):
        raise MemberSilent
    _move_chair(session, seat, by=by, at=at)
    return session


@transaction.atomic(durable=True)
def take_over_chair(session: JurySession, *, by: User, at: datetime) -> JurySession:
    """The vice-chair presides from now on, when the chair is not there; a vote under way goes on."""
    session = lock(session, *BEFORE_SEALING)
    seat = Seat.objects.of(by).filter(session=session, is_vice_chair=True).first()
    if seat is None:
        raise NotTheViceChair
    if session.seats.get(is_chair=True).is_present:
        raise ChairPresent
    if timezone.localdate(at) < session.called_for:
        raise TooSoonToTakeOver
    if session.is_open and not seat.is_present:
        raise MemberAway
    _move_chair(session, has_declared(seat), by=by, at=at)
    return session


def _move_chair(session: JurySession, seat: Seat, *, by: User, at: datetime) -> None:
    """A vice-chair who takes the chair leaves their office to whoever had it."""
    chair = session.seats.get(is_chair=True)
    if seat.pk == chair.pk:
        return
    session.seats.filter(pk__in=[chair.pk, seat.pk]).update(is_chair=False, is_vice_chair=False)
    session.seats.filter(pk=seat.pk).update(is_chair=True)
    if seat.is_vice_chair:
        session.seats.filter(pk=chair.pk).update(is_vice_chair=True)
    note(session, "chair", by=by, at=at, before={"seat": chair.number}, after={"seat": seat.number})
