"""Rows into what the rulebook reads: who sits, who counts on a dossier, who is tied to its candidate."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from blocks.facts import standard_of
from candidates.models import AcquiredBlock, Enrolment
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
    decide,
    judge_ballot,
    judge_jury,
    judge_quorum,
    judge_recusal,
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
)
from rulebook.resit import ResitFacts, judge_resit
from rulebook.routes import Route
from rulebook.standard import Standard
from rulebook.verdict import Verdict

from .enums import DeliberationState
from .models import Ballot, Deliberation, Dossier, JuryMember, JurySession, Recusal, Seat


@dataclass(frozen=True, slots=True)
class Bench:
    """The seats of a session and what each is recused from, read once for all of its dossiers."""

    standard: Standard
    seats: tuple[Seat, ...]
    recused: Mapping[int, frozenset[int]]  # of each dossier, the seats

    def is_recused(self, seat: Seat, dossier: Dossier) -> bool:
        return seat.pk in self.recused.get(dossier.pk, frozenset())

    def voters(self, dossier: Dossier) -> list[Seat]:
        """Those who count in the dossier's quorum, and vote."""
        return [seat for seat in self.seats if seat.is_present and not self.is_recused(seat, dossier)]

    def quorum(self, dossier: Dossier) -> Verdict[bool]:
        return judge_quorum(self.standard.quorum, [self._facts(seat, dossier) for seat in self.seats])

    def _facts(self, seat: Seat, dossier: Dossier) -> SeatFacts:
        return SeatFacts(seat.number, CollegeCode(seat.college), seat.is_present, self.is_recused(seat, dossier))


def bench_of(session: JurySession) -> Bench:
    seats = session.seats.select_related("session", "member__user", "substitute__user").order_by("number")
    recused: dict[int, set[int]] = defaultdict(set)
    for dossier_id, seat_id in Recusal.objects.filter(dossier__session=session).values_list("dossier", "seat"):
        recused[dossier_id].add(seat_id)
    return Bench(standard_of(session.version), tuple(seats), {pk: frozenset(found) for pk, found in recused.items()})


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
        .exclude(state=DeliberationState.DECIDED)
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


def ballot_verdict(deliberation: Deliberation, seat: Seat, *, is_member: bool) -> Verdict[bool]:
    """May the person who holds, or does not hold, this seat vote on this block now?"""
    dossier = deliberation.dossier
    bench = bench_of(dossier.session)
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


def majority_of(session: JurySession) -> MajorityRule:
    return standard_of(session.version).majority


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
