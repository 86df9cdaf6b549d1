"""A meeting as its pages follow it: has anything happened that this reader may know of, and where does it stand now?

The journal is the clock, with the ballots, which it does not tell of. A page says up to where it knows; what concerns a
dossier withdrawn from its reader does not count, so that they cannot even tell how much is done there.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from blocks.sentences import Explained, explanation
from journal.models import Entry
from rulebook.verdict import Verdict

from .enums import DeliberationState, Presence, SessionMeans, SessionState
from .facts import Bench, bench_of
from .models import Ballot, Dossier, JurySession, Recusal, Seat, Sitting
from .permissions import may_leave, may_read_dossiers

CALLED = "session.called"  # told to everybody: those who are withdrawn from the dossier learn that it is being heard
MOVES = [f"session.{state}" for state in SessionState]


def last_change(session: JurySession, user: User, seat: Seat | None, *, since: int = 0) -> int | None:
    """Where the clock of this reader stands, if it has moved from `since`. Three queries.

    The last entry and the number of ballots, to whoever may know of all of them. To the others the number of those that
    they may know of: the journal numbers every entry, so that the gaps would count what is done on a dossier withdrawn
    from them. Nothing is ever taken away, so the sum only grows.
    """
    entries = Entry.objects.filter(subject=session.subject).order_by()
    if seat is not None and not may_read_dossiers(seat):
        return _moved(entries.filter(action__in=MOVES).count(), since)
    ballots = Ballot.objects.filter(deliberation__dossier__session=session).order_by()
    if withdrawn := _withdrawn(session, user):
        about = Coalesce(KeyTextTransform("enrolment", "after"), Value(""), output_field=TextField())
        told = entries.annotate(about=about).filter(Q(action=CALLED) | ~Q(about__in=withdrawn.values()))
        seen = ballots.exclude(deliberation__dossier__in=withdrawn)
        return _moved(told.count() + seen.count(), since)
    last: int = entries.aggregate(last=Max("seq"))["last"] or 0
    return _moved(last + ballots.count(), since)


def _withdrawn(session: JurySession, user: User) -> dict[int, str]:
    """The dossiers that this reader does not see, whether or not they still have a seat, and their enrolments."""
    recusals = Recusal.objects.of(user).filter(seat__session=session)
    return dict(recusals.values_list("dossier", "dossier__enrolment__reference"))


def _moved(now: int, since: int) -> int | None:
    return now if now != since else None


@dataclass(frozen=True, slots=True)
class Gathering:
    """Who is there, for the dossier at hand or for all of them."""

    verdict: Verdict[bool]
    present: int
    required: int

    @property
    def is_quorate(self) -> bool:
        return self.verdict.answer

    @property
    def explained(self) -> Explained:
        return explanation(self.verdict.check)


@dataclass(frozen=True, slots=True)
class LiveReading:
    """What the bar of a page says of the meeting, to this reader."""

    session: JurySession
    seat: Seat | None
    seq: int
    now: datetime
    dossier: Dossier | None = None  # on the table, if the reader sees it
    is_hidden: bool = False  # another is, that they do not see
    called_at: datetime | None = None
    minutes: int | None = None
    gathering: Gathering | None = None
    suspended: tuple[Dossier, ...] = ()  # whose votes are open and wait for a quorum

    @property
    def url(self) -> str:
        if self.dossier is None:
            return ""
        return reverse("juries:dossier", args=[self.session.reference, self.dossier.enrolment.reference])

    @property
    def is_under_way(self) -> bool:
        return self.session.is_open and not self.session.is_written

    @property
    def is_signalling(self) -> bool:
        """The reader's page says that it is there: whoever attends from afar is missed when it does not."""
        return self.is_under_way and self.seat is not None

    @property
    def is_following(self) -> bool:
        """Pages follow whoever presides; theirs follows nobody."""
        return self.is_under_way and self.seat is not None and not self.seat.is_chair and may_read_dossiers(self.seat)

    @property
    def may_join(self) -> bool:
        return (
            self.is_under_way
            and self.seat is not None
            and self.session.means in (SessionMeans.REMOTE, SessionMeans.MIXED)
            and self.seat.presence != Presence.PRESENT
        )

    @property
    def may_leave(self) -> bool:
        return self.is_under_way and self.seat is not None and self.seat.is_present and may_leave(self.seat)

    @property
    def is_lost(self) -> bool:
        return self.seat is not None and self.seat.presence == Presence.LOST

    @property
    def answer(self) -> dict[str, Any]:
        """For the page that asks. Whoever has not declared their conflicts learns the session's state, and no more."""
        told: dict[str, Any] = {"seq": self.seq, "state": self.session.state}
        if self.gathering is None:
            return told
        return told | {
            "dossier": self.url or None,
            "hidden": self.is_hidden,
            "called_at": self.called_at.isoformat() if self.called_at else None,
            "minutes": self.minutes,
            "present": self.gathering.present,
            "required": self.gathering.required,
            "is_quorate": self.gathering.is_quorate,
            "is_suspended": bool(self.suspended),
            "presence": self.seat.presence if self.seat else None,
        }


def live_of(
    session: JurySession,
    user: User,
    seat: Seat | None,
    *,
    at: datetime,
    bench: Bench | None = None,
    seq: int | None = None,
) -> LiveReading:
    """Seven queries, however long the agenda. The clock is read first: what happens meanwhile is told the next time."""
    seq = last_change(session, user, seat) or 0 if seq is None else seq
    if seat is not None and not may_read_dossiers(seat):
        return LiveReading(session, seat, seq, at)
    bench = bench or bench_of(session)
    sitting = _sitting(session)
    called = sitting.dossier if sitting and session.is_open else None
    withdrawn = _withdrawn(session, user)
    is_hidden = called is not None and called.pk in withdrawn
    dossier = None if is_hidden else called
    return LiveReading(
        session=session,
        seat=seat,
        seq=seq,
        now=at,
        dossier=dossier,
        is_hidden=is_hidden,
        called_at=sitting.called_at if sitting and called else None,
        minutes=sitting.minutes if sitting else None,
        gathering=gathering_of(bench, dossier),
        suspended=tuple(_suspended(session, withdrawn, bench)),
    )


def _sitting(session: JurySession) -> Sitting | None:
    """None while the session is not open, nor for one opened before members' pages followed anything."""
    rows = Sitting.objects.select_related("dossier__session", "dossier__enrolment__candidate")
    return rows.filter(session=session).first()


def gathering_of(bench: Bench, dossier: Dossier | None) -> Gathering:
    """Of a dossier, only those who are not recused from it count."""
    verdict = bench.quorum(dossier) if dossier else bench.attendance()
    present = len(bench.voters(dossier)) if dossier else sum(seat.is_present for seat in bench.seats)
    return Gathering(verdict, present, bench.standard.quorum.minimum)


def _suspended(session: JurySession, withdrawn: Container[int], bench: Bench) -> Iterable[Dossier]:
    if not session.is_open or session.is_written:
        return ()
    voting = (
        Dossier.objects.filter(session=session, deliberations__state=DeliberationState.OPEN)
        .select_related("enrolment__candidate")
        .distinct()
        .order_by("position")
    )
    return (dossier for dossier in voting if dossier.pk not in withdrawn and not bench.quorum(dossier).answer)
