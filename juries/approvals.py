"""Who approves the minutes: rows into what the rulebook reads."""

from rulebook.minutes import ApprovalFacts, judge_approvals
from rulebook.outcomes import CollegeCode
from rulebook.verdict import Verdict

from .enums import HAS_SAT, SessionState
from .models import JurySession, MinutesApproval, MinutesDraft, Seat


def sat_and_declared(seat: Seat) -> bool:
    """Who never declared their conflicts read no dossier: they have nothing to approve."""
    return seat.presence in HAS_SAT and seat.conflicts_declared_at is not None


def approving_seats(session: JurySession) -> list[Seat]:
    seats = session.seats.select_related("session", "member__user", "substitute__user").order_by("number")
    return [seat for seat in seats if sat_and_declared(seat)]


def draft_of(session: JurySession) -> MinutesDraft | None:
    return MinutesDraft.objects.filter(session=session).select_related("session").first()


def awaits_approval_of(seat: Seat) -> bool:
    """The chair's own approval comes with the submission."""
    session = seat.session
    if session.state != SessionState.CLOSED or seat.is_chair or not sat_and_declared(seat):
        return False
    draft = draft_of(session)
    return draft is not None and not MinutesApproval.objects.filter(seat=seat, sha256=draft.sha256).exists()


def approvals_of(session: JurySession, sha256: str) -> list[MinutesApproval]:
    """Of the minutes of that content, in the order of the seats."""
    rows = MinutesApproval.objects.filter(session=session, sha256=sha256)
    return list(rows.select_related("seat", "member__user").order_by("seat__number"))


def judge(session: JurySession, sha256: str) -> Verdict[bool]:
    """May the minutes of that content be sealed?"""
    approved = {approval.seat_id for approval in approvals_of(session, sha256)}
    return judge_approvals(
        [
            ApprovalFacts(CollegeCode(seat.college), is_chair=seat.is_chair, has_approved=seat.pk in approved)
            for seat in approving_seats(session)
        ]
    )
