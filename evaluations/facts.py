"""From the rows of evaluations to what the rulebook reads: rating sheets, opinions by block, proposals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from django.db.models import QuerySet

from blocks.models import AccessRoute
from candidates.models import EnrolledBlock, Enrolment
from rulebook.divergence import BlockDivergence, compare_block
from rulebook.opinions import RatingSheet, propose
from rulebook.outcomes import Attendance, ChannelCode, Opinion, Proposal, Rating
from rulebook.verdict import Source, Verdict

from .content import EvaluationContent, content_of
from .models import CompetencyRating, Evaluation

OpinionsByBlock: TypeAlias = Mapping[str, Mapping[ChannelCode, Opinion]]
DivergencesByBlock: TypeAlias = Mapping[str, BlockDivergence]
ProposalsByBlock: TypeAlias = Mapping[str, Verdict[Proposal]]
Enrolments: TypeAlias = QuerySet[Enrolment] | Iterable[Enrolment]


def sheet_of(content: EvaluationContent) -> RatingSheet:
    return RatingSheet(
        Attendance(content.attendance),
        {code: Rating(given.rating) if given.rating else None for code, given in content.ratings.items()},
    )


def rating_sheet(evaluation: Evaluation) -> RatingSheet:
    return sheet_of(content_of(evaluation))


def opinions_of(enrolment: Enrolment) -> OpinionsByBlock:
    """By block code, what each channel last submitted, unless it was reopened since.

    A block on which nobody has answered is not there.
    """
    return opinions_of_many([enrolment]).get(enrolment.pk, {})


def opinions_of_many(enrolments: Enrolments) -> dict[int, OpinionsByBlock]:
    """The same by the enrolment's id, in one query."""
    rows = (
        Evaluation.objects.submitted()
        .filter(enrolled_block__enrolment__in=enrolments)
        .order_by("attempt")  # The latest attempt is read last, and stays.
        .values_list(
            "enrolled_block__enrolment_id", "enrolled_block__block__code", "channel__code", "opinion", "reopening"
        )
    )
    found: defaultdict[int, defaultdict[str, dict[ChannelCode, Opinion]]] = defaultdict(lambda: defaultdict(dict))
    for enrolment_id, block, channel, opinion, reopening in rows.iterator():
        if reopening is None:
            found[enrolment_id][block][ChannelCode(channel)] = Opinion(opinion or "")
        else:
            found[enrolment_id][block].pop(ChannelCode(channel), None)
    return {
        enrolment_id: {code: said for code, said in blocks.items() if said} for enrolment_id, blocks in found.items()
    }


def proposals_of(enrolment: Enrolment) -> ProposalsByBlock:
    """For every enrolled block, what the channels of the route's plan put before the jury, with the reasons."""
    return proposals_of_many([enrolment]).get(enrolment.pk, {})


def proposals_of_many(enrolments: Enrolments) -> dict[int, ProposalsByBlock]:
    """The same by the enrolment's id, in four queries."""
    opinions = opinions_of_many(enrolments)
    rows = list(
        EnrolledBlock.objects.filter(enrolment__in=enrolments)
        .order_by("enrolment_id", "block__position", "pk")
        .values_list("enrolment_id", "block__code", "enrolment__route_id")
    )
    plans = _plans({route_id for _, _, route_id in rows})
    proposals: defaultdict[int, dict[str, Verdict[Proposal]]] = defaultdict(dict)
    for enrolment_id, block, route_id in rows:
        plan, source = plans[route_id]
        heard = opinions.get(enrolment_id, {}).get(block, {})
        proposals[enrolment_id][block] = propose(plan, heard, source=source)
    return dict(proposals)


def divergences_of(enrolment: Enrolment) -> DivergencesByBlock:
    """By block code, how far apart the channels of the plan are that have answered; of all the enrolled blocks."""
    return divergences_of_many([enrolment]).get(enrolment.pk, {})


def divergences_of_many(enrolments: Enrolments) -> dict[int, DivergencesByBlock]:
    """The same by the enrolment's id, in five queries."""
    opinions = opinions_of_many(enrolments)
    rows = list(
        EnrolledBlock.objects.filter(enrolment__in=enrolments)
        .order_by("enrolment_id", "block__position", "pk")
        .values_list("pk", "enrolment_id", "block__code", "enrolment__route_id")
    )
    plans = _plans({route_id for *_, route_id in rows})
    ratings = _ratings_heard(enrolments)
    divergences: defaultdict[int, dict[str, BlockDivergence]] = defaultdict(dict)
    for pk, enrolment_id, block, route_id in rows:
        plan, _ = plans[route_id]
        said = opinions.get(enrolment_id, {}).get(block, {})
        divergences[enrolment_id][block] = compare_block(
            {channel: opinion for channel, opinion in said.items() if channel in plan},
            {channel: given for channel, given in ratings.get(pk, {}).items() if channel in plan},
        )
    return dict(divergences)


def _ratings_heard(enrolments: Enrolments) -> dict[int, dict[ChannelCode, dict[str, Rating]]]:
    """By enrolled block, channel and competency; of the evaluations that answer for their channel."""
    rows = (
        CompetencyRating.objects.filter(
            evaluation__in=Evaluation.objects.heard().filter(enrolled_block__enrolment__in=enrolments),
            rating__isnull=False,
        )
        .order_by("competency__position", "pk")
        .values_list("evaluation__enrolled_block_id", "evaluation__channel__code", "competency__code", "rating")
    )
    found: defaultdict[int, dict[ChannelCode, dict[str, Rating]]] = defaultdict(dict)
    for enrolled_block, channel, competency, rating in rows.iterator():
        found[enrolled_block].setdefault(ChannelCode(channel), {})[competency] = Rating(rating or "")
    return dict(found)


def _plans(route_ids: Iterable[int]) -> dict[int, tuple[frozenset[ChannelCode], Source]]:
    routes = AccessRoute.objects.filter(pk__in=route_ids).prefetch_related("plan")
    return {
        route.pk: (frozenset(ChannelCode(channel.code) for channel in route.plan.all()), Source(route.plan_source))
        for route in routes
    }
