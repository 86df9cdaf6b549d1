"""The call of a jury: thirteen notices, what each answers, and the substitutes who then take a seat."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocks.facts import standard_of
from correspondence.services import post
from rulebook.convening import judge_notice
from rulebook.verdict import Verdict

from ..enums import ConveningAnswer, PaperKind, SessionMeans, SessionState
from ..facts import composition_of
from ..models import ANSWERS, CONVENING_MAIL, ConveningNotice, JuryMember, JurySession, Seat, SeatQuerySet
from ..notices import notice_context, ties_by_member
from ..roster import available_substitutes
from ..session_papers import freeze
from ..tasks import draw_paper
from .refusals import (
    AgendaEmpty,
    AnswerNotOffered,
    ChairMissing,
    JuryNotComplete,
    NotYourSeat,
    SeatTakenOver,
    SubstituteKept,
    SubstituteRefused,
    ViceChairMissing,
    WrongMoment,
)
from .steps import lock, lock_for, move, note, record_ties


@transaction.atomic(durable=True)
def convene(session: JurySession, *, by: User, at: datetime) -> JurySession:
    """Call thirteen people, 5/5/2/1, to a settled agenda, each by a notice that they answer.

    A short notice is written in the journal, and refuses nothing. The database refuses any other number of seats.
    """
    session = lock_for(session, SessionState.CONVENED)
    _check_callable(session)
    seats = list(_locked_seats(session))
    early = judge_earliness(session, at)
    facts: dict[str, Any] = {}
    if early:
        facts = {"days_ahead": early.check.facts["days"], "short_notice": not early.answer}
    move(session, SessionState.CONVENED, by=by, at=at, **facts)
    record_ties(session, seats, by=by, at=at)
    _call(session, {seat: seat.member for seat in seats}, by=by, at=at)
    return session


def judge_earliness(session: JurySession, at: datetime) -> Verdict[bool] | None:
    """Whether a call made now leaves the days that the standard asks for; None when it does not say."""
    rule = standard_of(session.version).convening
    if rule is None:
        return None
    return judge_notice(rule, convened_on=timezone.localdate(at), held_on=session.called_for)


def _check_callable(session: JurySession) -> None:
    composed = composition_of(session)
    if not composed.answer:
        raise JuryNotComplete(composed.reasons)
    if not session.seats.filter(is_chair=True).exists():
        raise ChairMissing
    if not session.seats.filter(is_vice_chair=True).exists():
        raise ViceChairMissing
    if not session.dossiers.exists():
        raise AgendaEmpty


def _locked_seats(session: JurySession) -> SeatQuerySet:
    rows = Seat.objects.filter(session=session).select_for_update(of=("self",), no_key=True)
    return rows.select_related("member__user", "substitute__user").order_by("pk")


def _call(session: JurySession, called: dict[Seat, JuryMember], *, by: User, at: datetime) -> None:
    """A paper, a notice and a mail for each; who was called before to the same seat is written to again."""
    ties = ties_by_member(session, {seat: [member] for seat, member in called.items()})
    dossiers = session.dossiers.count()
    for seat, member in called.items():
        context = notice_context(session, seat, member, withdrawn=len(ties[member.pk]), dossiers=dossiers)
        paper = freeze(PaperKind.NOTICE, session, context, seat=seat, member=member, by=by, at=at)
        notice = ConveningNotice.objects.create(seat=seat, member=member, paper=paper, called_by=by, called_at=at)
        draw_paper.delay_on_commit(paper_id=paper.pk)
        _write_to(notice, at)


def _write_to(notice: ConveningNotice, at: datetime) -> None:
    post(
        CONVENING_MAIL,
        key=f"{CONVENING_MAIL}:{notice.pk}:{at:%Y%m%dT%H%M%S}",
        to=notice.member.user.email,
        about=notice.subject,
        at=at,
        facts={"notice": notice.pk},
    )


@transaction.atomic(durable=True)
def resend_notice(notice: ConveningNotice, *, by: User, at: datetime) -> ConveningNotice:
    """The same notice by another mail, whose link replaces the one before. A second click in the second adds none."""
    session = lock(notice.seat.session, SessionState.CONVENED)
    standing = ConveningNotice.objects.standing().select_related("seat", "member__user").filter(pk=notice.pk).first()
    if standing is None:
        raise WrongMoment
    _write_to(standing, at)
    note(session, "notice_resent", by=by, at=at, after={"seat": standing.seat.number, "member": standing.member_id})
    return standing


@transaction.atomic(durable=True)
def answer_convening(
    notice: ConveningNotice, answer: ConveningAnswer, *, by: User, at: datetime, by_link: bool = False
) -> ConveningNotice:
    """What a member says of their coming, until the session opens.

    A titular who declines calls the substitute, who sits once they accept: from then on the seat is no longer the
    titular's to take back. A substitute who then declines gives it back. The same answer again writes nothing.
    """
    session = lock(notice.seat.session, SessionState.CONVENED)
    seat = _locked_seats(session).get(pk=notice.seat_id)
    found = ConveningNotice.objects.standing().select_for_update(of=("self",), no_key=True).filter(pk=notice.pk)
    locked = found.select_related("member__user").first()
    if locked is None:
        raise WrongMoment
    if locked.member.user_id != by.pk:
        raise NotYourSeat
    if answer not in ANSWERS[SessionMeans(session.means)]:
        raise AnswerNotOffered
    is_titular = locked.member_id == seat.member_id
    if is_titular and seat.is_substituted:
        raise SeatTakenOver
    if answer == locked.answer:
        return locked
    _write_answer(session, seat, locked, answer, by=by, at=at, by_link=by_link)
    if is_titular:
        _call_substitute_if_needed(session, seat, by=by, at=at)
    else:
        _seat_or_unseat(session, seat, is_coming=locked.has_accepted, by=by, at=at)
    return locked


def _write_answer(
    session: JurySession,
    seat: Seat,
    notice: ConveningNotice,
    answer: ConveningAnswer,
    *,
    by: User,
    at: datetime,
    by_link: bool,
) -> None:
    before = notice.answer
    notice.answer, notice.answered_at = answer, at
    notice.save(update_fields=["answer", "answered_at"])
    after = {"seat": seat.number, "member": notice.member_id, "answer": answer, "by_link": by_link}
    note(session, "convening_answered", by=by, at=at, before={"answer": before}, after=after)


def _call_substitute_if_needed(session: JurySession, seat: Seat, *, by: User, at: datetime) -> None:
    """Once: a titular who declines again after having come back does not write to their substitute twice."""
    notices = {row.member_id: row for row in seat.notices.all()}
    declined = notices[seat.member_id].is_excused
    if declined and seat.substitute and seat.substitute_id not in notices:
        _call(session, {seat: seat.substitute}, by=by, at=at)
        note(session, "substitute_called", by=by, at=at, after={"seat": seat.number, "member": seat.substitute_id})


def _seat_or_unseat(session: JurySession, seat: Seat, *, is_coming: bool, by: User, at: datetime) -> None:
    if is_coming == seat.is_substituted:
        return
    seat.is_substituted, seat.conflicts_declared_at = is_coming, None
    seat.save(update_fields=["is_substituted", "conflicts_declared_at"])
    action = "substituted" if is_coming else "substitute_withdrew"
    note(session, action, by=by, at=at, after={"seat": seat.number, "member": seat.substitute_id})
    if is_coming:
        record_ties(session, [seat], by=by, at=at)


@transaction.atomic(durable=True)
def name_substitute(seat: Seat, member: JuryMember, *, by: User, at: datetime) -> Seat:
    """Somebody else of the college for a seat without substitute, or whose substitute declined; called at once when
    the titular has declined."""
    session = lock(seat.session, SessionState.CONVENED)
    seat = _locked_seats(session).get(pk=seat.pk)
    notices = {row.member_id: row for row in seat.notices.all()}
    current = notices.get(seat.substitute_id) if seat.substitute_id else None
    if seat.is_substituted or (seat.substitute_id and not (current and current.is_excused)):
        raise SubstituteKept
    available = available_substitutes(session, seat).select_for_update(of=("self",), no_key=True)
    if not available.filter(pk=member.pk).exists():
        raise SubstituteRefused
    seat.substitute = member
    seat.save(update_fields=["substitute"])
    note(session, "substitute_named", by=by, at=at, after={"seat": seat.number, "member": member.pk})
    _call_substitute_if_needed(session, seat, by=by, at=at)
    return seat
