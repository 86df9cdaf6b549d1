"""Who is expected at a session, from what each has answered, and whether the jury could decide."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from blocks.enums import CollegeCode
from blocks.facts import standard_of
from blocks.sentences import Explained, explanation
from correspondence.enums import MailState
from correspondence.models import Mail
from rulebook.jury import SeatFacts, judge_quorum
from rulebook.outcomes import CollegeCode as College
from rulebook.verdict import Verdict

from .models import (
    CONVENING_MAIL,
    ConveningNotice,
    Dossier,
    JuryMember,
    JuryMemberQuerySet,
    JurySession,
    Recusal,
    Seat,
)
from .notices import ties_by_member
from .roster import available_substitutes


@dataclass(frozen=True, slots=True)
class Called:
    """A notice as the secretariat follows it."""

    notice: ConveningNotice
    mail: Mail | None  # the last one
    is_awaited: bool  # may still be answered, and sent again

    @property
    def has_failed(self) -> bool:
        return self.mail is not None and self.mail.state == MailState.FAILED


@dataclass(frozen=True, slots=True)
class SeatForecast:
    seat: Seat
    calls: tuple[Called, ...]  # the titular's first
    available: tuple[JuryMember, ...]  # who could be named as its substitute

    @property
    def expected(self) -> ConveningNotice | None:
        """The notice of whoever sits there."""
        return next((call.notice for call in self.calls if call.notice.member_id == self.seat.sitting.pk), None)

    @property
    def is_coming(self) -> bool:
        return self.expected is not None and self.expected.has_accepted

    @property
    def is_vacant(self) -> bool:
        """Whoever sits there declined, and no substitute may still come."""
        return _is_vacant(self.seat, {call.notice.member_id: call.notice for call in self.calls})


def _is_vacant(seat: Seat, notices: Mapping[int, ConveningNotice]) -> bool:
    titular = notices.get(seat.member_id)
    if seat.is_substituted or titular is None or not titular.is_excused:
        return False
    substitute = notices.get(seat.substitute_id) if seat.substitute_id else None
    return seat.substitute_id is None or (substitute is not None and substitute.is_excused)


@dataclass(frozen=True, slots=True)
class CollegeForecast:
    label: str
    coming: int
    seats: int
    is_required: bool  # at the quorum, by one member at least

    @property
    def is_short(self) -> bool:
        return self.is_required and not self.coming


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A dossier on which the jury, as it is announced or composed, could not decide or would have nobody to lead it."""

    dossier: Dossier
    lacks_quorum: bool
    lacks_leader: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    seats: tuple[SeatForecast, ...]
    colleges: tuple[CollegeForecast, ...]
    quorum: Verdict[bool]
    minimum: int
    at_risk: tuple[AtRisk, ...]

    @property
    def coming(self) -> int:
        return sum(line.is_coming for line in self.seats)

    @property
    def silent(self) -> int:
        return sum(line.expected is not None and line.expected.answer is None for line in self.seats)

    @property
    def vacant(self) -> list[SeatForecast]:
        return [line for line in self.seats if line.is_vacant]

    @property
    def reasons(self) -> list[Explained]:
        return [explanation(reason) for reason in self.quorum.reasons]


def forecast_of(session: JurySession, visible: Collection[int]) -> Forecast:
    """`visible`: the dossiers of which this reader may be told."""
    seats = list(session.seats.select_related("member__user", "substitute__user").order_by("number"))
    calls = _calls(seats)
    lines = tuple(
        SeatForecast(seat, tuple(calls[seat.pk]), available)
        for seat, available in _with_available(session, seats, calls)
    )
    standard = standard_of(session.version)
    coming = {line.seat.pk for line in lines if line.is_coming}
    recused: dict[int, set[int]] = defaultdict(set)
    for dossier, seat in Recusal.objects.filter(dossier__session=session).values_list("dossier", "seat"):
        recused[dossier].add(seat)
    return Forecast(
        seats=lines,
        colleges=tuple(
            CollegeForecast(
                str(CollegeCode(code).label),
                sum(seat.college == code and seat.pk in coming for seat in seats),
                count,
                code in standard.quorum.colleges,
            )
            for code, count in standard.jury.seats.items()
        ),
        quorum=judge_quorum(standard.quorum, [SeatFacts(s.number, College(s.college), s.pk in coming) for s in seats]),
        minimum=standard.quorum.minimum,
        at_risk=_at_risk(session, seats, visible, lambda seat: seat.pk in coming, recused),
    )


def _calls(seats: Sequence[Seat]) -> dict[int, list[Called]]:
    notices = list(
        ConveningNotice.objects.filter(seat__in=seats)
        .select_related("member__user", "seat")
        .order_by("called_at", "pk")
    )
    awaited = set(ConveningNotice.objects.standing().filter(seat__in=seats).values_list("pk", flat=True))
    subjects = [notice.subject for notice in notices]
    mails = {
        mail.about: mail
        for mail in Mail.objects.filter(kind=CONVENING_MAIL, about__in=subjects).order_by("queued_at", "pk")
    }
    calls: dict[int, list[Called]] = defaultdict(list)
    for notice in notices:
        calls[notice.seat_id].append(Called(notice, mails.get(notice.subject), notice.pk in awaited))
    return calls


def _with_available(
    session: JurySession, seats: Iterable[Seat], calls: Mapping[int, Sequence[Called]]
) -> Iterable[tuple[Seat, tuple[JuryMember, ...]]]:
    """Those that somebody could be named to: vacant, or without substitute. Read once for each college."""
    found: dict[str, tuple[JuryMember, ...]] = {}
    for seat in seats:
        notices = {call.notice.member_id: call.notice for call in calls[seat.pk]}
        if not _is_vacant(seat, notices):
            yield seat, ()
            continue
        if seat.college not in found:
            found[seat.college] = tuple(_named(available_substitutes(session, seat)))
        yield seat, tuple(member for member in found[seat.college] if member.pk not in notices)


def _named(members: JuryMemberQuerySet) -> Iterable[JuryMember]:
    return members.select_related("user").order_by("user__last_name", "user__first_name", "pk")


def _at_risk(
    session: JurySession,
    seats: Sequence[Seat],
    visible: Collection[int],
    is_coming: Callable[[Seat], bool],
    recused: Mapping[int, Collection[int]],
) -> tuple[AtRisk, ...]:
    """Only what recusals make of it: when the whole jury lacks its quorum, that is said once, elsewhere."""
    rule = standard_of(session.version).quorum
    everybody = [SeatFacts(seat.number, College(seat.college), is_coming(seat)) for seat in seats]
    is_quorate = judge_quorum(rule, everybody).answer
    found = []
    rows = session.dossiers.filter(pk__in=[pk for pk in recused if pk in visible]).select_related("enrolment")
    for dossier in rows.order_by("position"):
        left = recused[dossier.pk]
        facts = [SeatFacts(s.number, College(s.college), is_coming(s), s.pk in left) for s in seats]
        lacks_quorum = is_quorate and not judge_quorum(rule, facts).answer
        officers = [seat for seat in seats if seat.presides]
        lacks_leader = bool(officers) and all(seat.pk in left for seat in officers)
        if lacks_quorum or lacks_leader:
            found.append(AtRisk(dossier, lacks_quorum, lacks_leader))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    member: JuryMember
    is_substitute: bool
    count: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What recusals would make of a jury that is being composed."""

    dossiers: int
    withdrawn: tuple[Withdrawn, ...]
    at_risk: tuple[AtRisk, ...]
    without_substitute: int


def outlook_of(session: JurySession, seats: Sequence[Seat], visible: Collection[int]) -> Outlook:
    """Of these seats, kept or not, each with a `pk`: what the rows tell of ties to the dossiers of the agenda.

    Everybody is taken to come: what is said of a dossier is the best that it may hope for.
    """
    people = {seat: [seat.member, *([seat.substitute] if seat.substitute else [])] for seat in seats}
    ties = ties_by_member(session, people)
    recused: dict[int, set[int]] = defaultdict(set)
    for seat in seats:
        for dossier in ties[seat.member_id]:
            recused[dossier].add(seat.pk)
    withdrawn = [
        Withdrawn(member, member.pk != seat.member_id, len(ties[member.pk]))
        for seat, members in people.items()
        for member in members
        if ties[member.pk]
    ]
    return Outlook(
        dossiers=session.dossiers.count(),
        withdrawn=tuple(withdrawn),
        at_risk=_at_risk(session, seats, visible, lambda _: True, recused),
        without_substitute=sum(seat.substitute is None for seat in seats),
    )
