"""Who may do what in a session. A seat is a right in itself: it does not come from a membership."""

from datetime import datetime

from accounts.models import User
from candidates.models import Enrolment
from evaluations.permissions import enters_panel, enters_training
from organisations.permissions import Access, access_of

from .enums import AttendanceMeans, SessionState
from .models import Dossier, JurySession, Recusal, Seat


def may_administer(user: User) -> bool:
    return access_of(user).is_admin


def seat_of(user: User, session: JurySession) -> Seat | None:
    """The seat in which `user` sits; none while the session is being prepared."""
    if session.state == SessionState.PREPARED:
        return None
    return Seat.objects.of(user).filter(session=session).select_related("session").first()


def is_juror(user: User) -> bool:
    """Whether `user` has, or had, a seat in a convened session."""
    return Seat.objects.of(user).exclude(session__state=SessionState.PREPARED).exists()


def may_chair(seat: Seat | None) -> bool:
    return seat is not None and seat.is_chair


def may_leave(seat: Seat | None) -> bool:
    """Whether they say by themselves that they go: from the room the chair alone does, who notes it of the others."""
    if seat is None:
        return False
    return seat.attends_by == AttendanceMeans.REMOTE or (seat.is_chair and seat.attends_by == AttendanceMeans.ROOM)


def may_declare(seat: Seat | None) -> bool:
    return seat is not None and seat.session.is_sitting


def may_read_dossiers(seat: Seat | None) -> bool:
    """A juror declares conflicts, or that there are none, before opening any dossier."""
    return seat is not None and seat.conflicts_declared_at is not None


def is_recused(seat: Seat, dossier: Dossier) -> bool:
    return Recusal.objects.filter(seat=seat, dossier=dossier).exists()


def awaits_result_unseen(user: User, enrolment: Enrolment) -> bool:
    """Whether `user` is withdrawn from this enrolment’s dossier, and its results are still to come."""
    theirs = Recusal.objects.of(user).filter(dossier__enrolment=enrolment)
    return theirs.exclude(dossier__session__state=SessionState.PUBLISHED).exists()


def may_read_opinions(access: Access, enrolment: Enrolment) -> bool:
    """Once the decision is published, what each channel thought: to the trainers and to the panel's assessor.

    Not to the referent, who speaks for the candidate's employer: they read what was decided.
    """
    return access.is_admin or enters_training(access, enrolment) or enters_panel(access, enrolment)


def may_vote(seat: Seat | None, *, recused: bool, at: datetime) -> bool:
    """On a dossier whose vote is open. The rulebook and the database judge again when the ballot is cast."""
    if seat is None or recused or not may_read_dossiers(seat) or not seat.session.is_open:
        return False
    return seat.session.takes_ballots_at(at) if seat.session.is_written else seat.is_present


def may_approve(seat: Seat | None) -> bool:
    """Whoever sat and declared their conflicts, the session being closed or not: the service knows its moment."""
    return seat is not None and may_read_dossiers(seat)


def may_read_minutes(user: User, session: JurySession) -> bool:
    """The secretariat, and whoever sits once they have declared their conflicts: those who never did read nothing."""
    seat = seat_of(user, session)
    return may_administer(user) if seat is None else may_read_dossiers(seat)


def may_read_whole_minutes(user: User, session: JurySession) -> bool:
    """The sealed paper tells of every dossier: a member recused from one reads the page, less that dossier."""
    return may_read_minutes(user, session) and not Recusal.objects.of(user).filter(seat__session=session).exists()
