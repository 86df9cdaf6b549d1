"""Rows into what the rulebook reads: who sits, who counts on a dossier, who is tied to its candidate."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from blocks.facts import standard_of
from candidates.models import AcquiredBlock, Enrolment
from candidates.names import search_key
from evaluations.facts import ProposalsByBlock, proposals_of_many
from evaluations.models import Evaluation
from organisations.models import Membership
from rulebook.jury import (
    BallotFacts,
    DossierFacts,
    MajorityRule,
    MemberFacts,
    SeatFacts,
    Tally,
    VotingWindow,
    WrittenBallotFacts,
    appeal_ends_on,
    decide,
    judge_ballot,
    judge_jury,
    judge_quorum,
    judge_recusal,
    judge_vote_quorum,
    judge_written_ballot,
    may_decide,
    tally,
)
from rulebook.opinions import propose
from rulebook.outcomes import (
    BallotChoice,
    BlockOutcome,
    ChannelCode,
    CollegeCode,
    Opinion,
    Proposal,
    RecusalReason,
    RouteCode,
    SuspicionReason,
)
from rulebook.resit import ResitFacts, judge_resit
from rulebook.routes import Route
from rulebook.standard import Standard
from rulebook.suspicion import Traces, domain_of, suspect
from rulebook.verdict import Verdict

from .enums import AttendanceMeans, ConveningAnswer, DeliberationState, SessionMeans
from .mail_domains import shared_domains
from .models import Ballot, ConveningNotice, Deliberation, Dossier, JuryMember, JurySession, Recusal, Seat

USUAL_MEANS = {SessionMeans.REMOTE: AttendanceMeans.REMOTE, SessionMeans.WRITTEN: AttendanceMeans.WRITTEN}


@dataclass(frozen=True, slots=True)
class Bench:
    """The seats of a session and what each is recused from, read once for all of its dossiers."""

    standard: Standard
    seats: tuple[Seat, ...]
    recused: Mapping[int, frozenset[int]]  # of each dossier, the seats
    is_written: bool = False  # Nobody meets: whoever is not recused may come and vote.

    def is_recused(self, seat: Seat, dossier: Dossier) -> bool:
        return seat.pk in self.recused.get(dossier.pk, frozenset())

    def leader(self, dossier: Dossier) -> Seat | None:
        """Who leads this dossier: the chair, or the vice-chair when the chair is recused from it; else nobody yet."""
        officers = sorted((seat for seat in self.seats if seat.presides), key=lambda seat: not seat.is_chair)
        return next((seat for seat in officers if not self.is_recused(seat, dossier)), None)

    @property
    def leaderless(self) -> int:
        """How many dossiers nobody leads: chair and vice-chair are both recused from them."""
        officers = {seat.pk for seat in self.seats if seat.presides}
        return sum(officers <= recused for recused in self.recused.values()) if officers else 0

    def voters(self, dossier: Dossier) -> list[Seat]:
        """Those who count in the dossier's quorum, and vote."""
        return [seat for seat in self.seats if self._attends(seat) and not self.is_recused(seat, dossier)]

    def _attends(self, seat: Seat) -> bool:
        return self.is_written or seat.is_present

    def quorum(self, dossier: Dossier) -> Verdict[bool]:
        """Of those who are there; in writing, of those who may still vote: it is counted at the close."""
        return judge_quorum(self.standard.quorum, [self._facts(seat, dossier) for seat in self.seats])

    def quorum_of_vote(self, dossier: Dossier, voted: Collection[int]) -> Verdict[bool]:
        """When the vote on a block is counted. Who voted was there, even gone since; in writing nobody else was.

        `voted` are seats, by key.
        """
        numbers = {seat.number for seat in self.seats if seat.pk in voted or (seat.is_present and not self.is_written)}
        return judge_vote_quorum(self.standard.quorum, [self._facts(seat, dossier) for seat in self.seats], numbers)

    def attendance(self) -> Verdict[bool]:
        """The quorum of a dossier from which nobody would be recused."""
        return judge_quorum(self.standard.quorum, [self._facts(seat, None) for seat in self.seats])

    def _facts(self, seat: Seat, dossier: Dossier | None) -> SeatFacts:
        recused = dossier is not None and self.is_recused(seat, dossier)
        return SeatFacts(seat.number, CollegeCode(seat.college), self._attends(seat), recused)


def bench_of(session: JurySession) -> Bench:
    seats = session.seats.select_related("session", "member__user", "substitute__user").order_by("number")
    recused: dict[int, set[int]] = defaultdict(set)
    for dossier_id, seat_id in Recusal.objects.filter(dossier__session=session).values_list("dossier", "seat"):
        recused[dossier_id].add(seat_id)
    withdrawn = {pk: frozenset(found) for pk, found in recused.items()}
    return Bench(standard_of(session.version), tuple(seats), withdrawn, session.is_written)


def usual_means(session: JurySession) -> dict[int, AttendanceMeans]:
    """By seat, how whoever sits there attends until somebody says otherwise: as announced, if they had the choice."""
    usual = USUAL_MEANS.get(SessionMeans(session.means), AttendanceMeans.ROOM)
    means = dict.fromkeys(session.seats.values_list("pk", flat=True), usual)
    if session.means == SessionMeans.MIXED:
        announced = ConveningNotice.objects.of_those_sitting().filter(seat__session=session)
        from_afar = announced.filter(answer=ConveningAnswer.REMOTE).values_list("seat", flat=True)
        means |= dict.fromkeys(from_afar, AttendanceMeans.REMOTE)
    return means


def window_of(session: JurySession) -> VotingWindow:
    """Of a session that votes in writing."""
    assert session.written_opens_at is not None  # Held by the window's constraint.  # noqa: S101
    assert session.written_closes_at is not None  # noqa: S101
    return VotingWindow(session.written_opens_at, session.written_closes_at)


def leads(seat: Seat | None, dossier: Dossier, bench: Bench | None = None) -> bool:
    """Whether this dossier's votes are this seat's to open, close and settle."""
    if seat is None or not seat.presides:
        return False
    leader = (bench or bench_of(dossier.session)).leader(dossier)
    return leader is not None and leader.pk == seat.pk


def may_take_over(seat: Seat | None, bench: Bench, *, on: date) -> bool:
    """The vice-chair, from the day of the session, as long as it goes on without its chair."""
    if seat is None or not seat.is_vice_chair or not seat.session.is_before_sealing or on < seat.session.called_for:
        return False
    return not any(other.is_chair and other.is_present for other in bench.seats)


def votes_left(session: JurySession, bench: Bench) -> dict[int, int]:
    """By seat, on how many open votes it has no ballot, of dossiers that it is not recused from."""
    open_ones = list(
        Deliberation.objects.filter(dossier__session=session, state=DeliberationState.OPEN).select_related("dossier")
    )
    votes = Ballot.objects.filter(deliberation__in=[row.pk for row in open_ones])
    cast = set(votes.values_list("deliberation", "seat"))
    return {
        seat.pk: sum((row.pk, seat.pk) not in cast and not bench.is_recused(seat, row.dossier) for row in open_ones)
        for seat in bench.seats
    }


def composition_of(session: JurySession) -> Verdict[bool]:
    return judge_seats(session, session.seats.values_list("college", flat=True))


def judge_seats(session: JurySession, colleges: Iterable[str]) -> Verdict[bool]:
    """What the standard says of these seats, whether or not they are kept yet."""
    return judge_jury(standard_of(session.version).jury, [CollegeCode(college) for college in colleges])


def quorum_of(dossier: Dossier) -> Verdict[bool]:
    return bench_of(dossier.session).quorum(dossier)


def undecided_deliberations(session: JurySession) -> list[Deliberation]:
    """What keeps a session open: a vote under way, or one that could be held.

    A block that lacks an evaluation, or a dossier that lacks a quorum, waits for another session.
    """
    bench = bench_of(session)
    undecided = (
        Deliberation.objects.filter(dossier__session=session)
        .exclude(state__in=(DeliberationState.DECIDED, DeliberationState.LAPSED))
        .select_related("dossier__enrolment", "dossier__session", "enrolled_block__block")
        .order_by("dossier__position", "enrolled_block__block__position")
    )
    proposals = proposals_of_many({deliberation.dossier.enrolment for deliberation in undecided})
    return [
        deliberation
        for deliberation in undecided
        if not deliberation.is_pending or _could_be_held(deliberation, bench, proposals)
    ]


def _could_be_held(deliberation: Deliberation, bench: Bench, proposals: Mapping[int, ProposalsByBlock]) -> bool:
    dossier = deliberation.dossier
    proposal = proposals[dossier.enrolment_id][deliberation.code]
    return may_decide(proposal.answer) and bench.quorum(dossier).answer


def route_of(enrolment: Enrolment) -> Route:
    return standard_of(enrolment.version).routes[RouteCode(enrolment.route.code)]


def proposal_verdict(deliberation: Deliberation, proposals: ProposalsByBlock, route: Route) -> Verdict[Proposal]:
    """On what the channels had said when the vote opened; on what they say now, before that."""
    if deliberation.is_pending:
        return proposals[deliberation.code]
    heard = {ChannelCode(channel): Opinion(opinion) for channel, opinion in deliberation.opinions.items()}
    return propose(route.plan, heard, source=route.source)


def ballot_verdict(
    deliberation: Deliberation, seat: Seat, *, is_member: bool, at: datetime, bench: Bench | None = None
) -> Verdict[bool]:
    """May the person who holds, or does not hold, this seat vote on this block at this moment?"""
    dossier = deliberation.dossier
    bench = bench or bench_of(dossier.session)
    if bench.is_written:
        recused = bench.is_recused(seat, dossier)
        written = WrittenBallotFacts(deliberation.is_open, is_member, recused, arrived_at=at)
        return judge_written_ballot(written, window_of(dossier.session))
    facts = BallotFacts(
        deliberation_open=deliberation.is_open,
        is_member=is_member,
        present=seat.is_present,
        recused=bench.is_recused(seat, dossier),
        quorate=bench.quorum(dossier).answer,
    )
    return judge_ballot(facts)


def count_ballots(deliberation: Deliberation) -> Tally:
    choices = Ballot.objects.filter(deliberation=deliberation).values_list("choice", flat=True)
    return tally(BallotChoice(choice) for choice in choices)


def counted(deliberation: Deliberation) -> Tally:
    """The tally as it was written when the vote was closed."""
    return Tally(
        deliberation.acquired_count or 0, deliberation.not_acquired_count or 0, deliberation.abstain_count or 0
    )


def appeal_deadline(session: JurySession) -> date:
    """The last day to contest what this session published."""
    assert session.published_at is not None  # Nothing is contested before.  # noqa: S101
    return appeal_ends_on(timezone.localdate(session.published_at), standard_of(session.version).appeal_months)


def decision_verdict(deliberation: Deliberation, rule: MajorityRule) -> Verdict[BlockOutcome | None]:
    """Why a vote that is closed decided what it did, or what it still waits for."""
    casting = BallotChoice(deliberation.casting_vote) if deliberation.casting_vote else None
    return decide(counted(deliberation), rule, casting)


def ties_of(session: JurySession, seats: Sequence[Seat]) -> Iterator[tuple[Dossier, Seat, tuple[RecusalReason, ...]]]:
    """The ties that the rows tell between whoever sits and each candidate; what a member declares comes besides."""
    rule = standard_of(session.version).recusal
    dossiers = list(session.dossiers.select_related("enrolment").order_by("position"))
    members, candidates = _member_facts(seats), _dossier_facts(dossiers)
    for dossier in dossiers:
        for seat in seats:
            if reasons := judge_recusal(members[seat.pk], candidates[dossier.pk], rule).answer:
                yield dossier, seat, reasons


@dataclass(frozen=True, slots=True)
class Resit:
    """A block that a session decided, the channels that the rules open to it again, and what they had said."""

    deliberation: Deliberation
    verdict: Verdict[frozenset[ChannelCode]]
    evaluations: tuple[Evaluation, ...]  # to reopen

    @property
    def enrolment(self) -> Enrolment:
        return self.deliberation.dossier.enrolment


def resits_of(session: JurySession, dossiers: Iterable[Dossier]) -> list[Resit]:
    """Of each block that the session refused in these dossiers, what a resit would open now."""
    refused = list(
        Deliberation.objects.filter(dossier__in=list(dossiers), outcome=BlockOutcome.NOT_ACQUIRED)
        .select_related(
            "dossier__enrolment__candidate",
            "dossier__enrolment__route",
            "enrolled_block__block",
            "ratification_exception",
        )
        .prefetch_related("dossier__enrolment__route__plan")
        .order_by("dossier__position", "enrolled_block__block__position")
    )
    standard = standard_of(session.version)
    heard = _heard_by(refused)
    people = {deliberation.dossier.enrolment.candidate_id for deliberation in refused}
    held = set(AcquiredBlock.objects.filter(candidate__in=people).values_list("candidate", "catalogue_block"))
    return [_resit(deliberation, session, standard, heard[deliberation.pk], held) for deliberation in refused]


def _resit(
    deliberation: Deliberation,
    session: JurySession,
    standard: Standard,
    heard: Mapping[ChannelCode, Evaluation],
    held: Collection[tuple[int, int]],
) -> Resit:
    enrolment, block = deliberation.dossier.enrolment, deliberation.enrolled_block.block
    is_sent_back = hasattr(deliberation, "ratification_exception")
    facts = ResitFacts(
        block=block.code,
        outcome=BlockOutcome.DEFERRED if is_sent_back else BlockOutcome(str(deliberation.outcome)),
        is_published=session.is_published,
        is_held=(enrolment.candidate_id, block.catalogue_block_id) in held,
        has_withdrawn=enrolment.withdrawn_on is not None,
        plan=standard.routes[RouteCode(enrolment.route.code)].plan,
        answering=frozenset(heard),
    )
    verdict = judge_resit(facts, standard.resit)
    return Resit(deliberation, verdict, tuple(heard[channel] for channel in ChannelCode if channel in verdict.answer))


def _heard_by(deliberations: Sequence[Deliberation]) -> dict[int, dict[ChannelCode, Evaluation]]:
    """Of each deliberation, the evaluations that it heard and that still answer for their channels."""
    blocks = {deliberation.enrolled_block_id for deliberation in deliberations}
    rows = Evaluation.objects.heard().filter(enrolled_block__in=blocks).select_related("channel").order_by("attempt")
    answering: dict[int, list[Evaluation]] = defaultdict(list)
    for row in rows:
        answering[row.enrolled_block_id].append(row)
    return {
        deliberation.pk: {
            ChannelCode(row.channel.code): row
            for row in answering[deliberation.enrolled_block_id]
            if row.submitted_at and deliberation.opened_at and row.submitted_at <= deliberation.opened_at
        }
        for deliberation in deliberations
    }


def _member_facts(seats: Sequence[Seat]) -> dict[int, MemberFacts]:
    users = {seat.sitting.user_id for seat in seats}
    companies: dict[int, set[int]] = defaultdict(set)
    organisations: dict[int, set[int]] = defaultdict(set)
    for affiliations in (JuryMember.objects.filter(user__in=users), Membership.objects.filter(user__in=users)):
        for user_id, company_id, organisation_id in affiliations.values_list(
            "user", "company", "training_organisation"
        ):
            companies[user_id].update({company_id} - {None})
            organisations[user_id].update({organisation_id} - {None})
    return {
        seat.pk: MemberFacts(
            user=(user := seat.sitting.user_id),
            college=CollegeCode(seat.college),
            companies=frozenset(companies[user]),
            organisations=frozenset(organisations[user]),
        )
        for seat in seats
    }


def _dossier_facts(dossiers: Sequence[Dossier]) -> dict[int, DossierFacts]:
    """A candidate's other enrolments tell who was their employer, referent or trainer before."""
    people = {dossier.enrolment.candidate_id for dossier in dossiers}
    enrolments: dict[int, list[Enrolment]] = defaultdict(list)
    for enrolment in Enrolment.objects.filter(candidate__in=people):
        enrolments[enrolment.candidate_id].append(enrolment)
    assessors, trainers = _signatories(people), _trainers(people)
    return {dossier.pk: _facts_of(dossier.enrolment, enrolments, assessors, trainers) for dossier in dossiers}


def _facts_of(
    enrolment: Enrolment,
    enrolments: Mapping[int, Sequence[Enrolment]],
    assessors: Mapping[int, set[int]],
    trainers: Mapping[int, set[int]],
) -> DossierFacts:
    person = enrolment.candidate_id
    others = [other for other in enrolments[person] if other.pk != enrolment.pk]
    return DossierFacts(
        assessors=frozenset(assessors[person]),
        company=enrolment.company_id,
        referent=enrolment.referent_id,
        trainers=frozenset(trainers[person]),
        organisation=enrolment.training_organisation_id,
        former_companies=frozenset(other.company_id for other in others if other.company_id),
        former_referents=frozenset(other.referent_id for other in others if other.referent_id),
    )


def _signatories(people: set[int]) -> Mapping[int, set[int]]:
    rows = Evaluation.objects.submitted().filter(enrolled_block__enrolment__candidate__in=people)
    return _by_candidate(rows.values_list("enrolled_block__enrolment__candidate", "submitted_by").distinct())


def _trainers(people: set[int]) -> Mapping[int, set[int]]:
    """Whoever wrote in the training organisation's channel, submitted or not."""
    rows = Evaluation.objects.filter(
        enrolled_block__enrolment__candidate__in=people, channel__code=ChannelCode.TRAINING
    )
    return _by_candidate(rows.values_list("enrolled_block__enrolment__candidate", "edited_by").distinct())


def _by_candidate(pairs: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for candidate_id, user_id in pairs:
        found[candidate_id].add(user_id)
    return found


def suspicions_of(seat: Seat) -> dict[int, tuple[SuspicionReason, ...]]:
    """By dossier, why whoever sits here is asked whether they know the candidate; without those they left already."""
    withdrawn = Recusal.objects.filter(seat=seat).values("dossier")
    dossiers = (
        Dossier.objects.filter(session=seat.session_id)
        .exclude(pk__in=withdrawn)
        .select_related("enrolment__candidate", "enrolment__referent")
        .order_by("position")
    )
    user = seat.sitting.user
    member = Traces(frozenset({search_key(user.last_name)}), frozenset({domain_of(user.email)}))
    found = {dossier.pk: suspect(member, traces, shared=shared_domains()) for dossier, traces in _traces(dossiers)}
    return {pk: reasons for pk, reasons in found.items() if reasons}


def _traces(dossiers: Iterable[Dossier]) -> Iterator[tuple[Dossier, Traces]]:
    rows = list(dossiers)
    contacts: dict[tuple[str, int | None], set[str]] = defaultdict(set)
    for kind in ("company", "training_organisation"):
        places = {getattr(row.enrolment, f"{kind}_id") for row in rows} - {None}
        members = Membership.objects.filter(**{f"{kind}__in": places}).values_list(kind, "user__email")
        for place, email in members:
            contacts[kind, place].add(domain_of(email))
    for row in rows:
        enrolment, candidate = row.enrolment, row.enrolment.candidate
        addresses = [candidate.email, enrolment.referent.email if enrolment.referent else ""]
        domains = {
            *map(domain_of, addresses),
            *contacts["company", enrolment.company_id],
            *contacts["training_organisation", enrolment.training_organisation_id],
        }
        names = {search_key(candidate.birth_name), candidate.usual_name_key}
        yield row, Traces(frozenset(names), frozenset(domains))
