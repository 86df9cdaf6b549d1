"""Whose the evaluations are that a channel has not handed in: counted in SQL, named from the roles in force that day.

An evaluation is in the hands of whoever may enter it, as `permissions` says it: the members of the training
organisation, the enrolment's referent while they are one in its company, the panel assessor while they sit on it.
What is in nobody's hands is told apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import EnrolledBlock, Enrolment
from organisations.enums import Role
from organisations.models import Membership

from .enums import Opinion
from .models import Evaluation, Reopening
from .permissions import NOBODY
from .progress import awaited_blocks, blocks_to_evaluate

ALL_ENROLMENTS: Mapping[ChannelCode, Q] = {channel: Q() for channel in ChannelCode}


@dataclass(frozen=True, slots=True)
class Owed:
    """Evaluations not handed in that are alike in whose they are and by when they are due."""

    channel: ChannelCode
    cohort_id: int | None
    training_organisation_id: int | None
    company_id: int | None
    person_id: int | None  # the referent, or the assessor; of the training channel the organisation answers
    due_on: date
    count: int


def owed(*, on: date, until: date, among: Mapping[ChannelCode, Q] = ALL_ENROLMENTS) -> list[Owed]:
    """What is due by `until` and awaited on the day `on`.

    `among` has, for each channel to look at, a condition on the enrolments. It is what `awaited_blocks` tells of each
    channel, and the tests compare the two; but those that never answered are asked for all at once, twice as fast over
    all enrolments. The few that were reopened have due dates of their own.
    """
    rows = [*_grouped(_never_answered(on, until, among))]
    for channel, enrolments in among.items():
        reopened = Reopening.objects.filter(evaluation__channel__code=channel).values("evaluation__enrolled_block")
        blocks = awaited_blocks(channel, on=on).filter(_within(enrolments), pk__in=reopened, due_on__lte=until)
        rows += _grouped(blocks.annotate(channel=Value(channel.value, output_field=CharField())))
    return [Owed(ChannelCode(channel), *row) for channel, *row in rows]


def _within(enrolments: Q) -> Q:
    return Q(enrolment__in=Enrolment.objects.filter(enrolments)) if enrolments else Q()


def _never_answered(on: date, until: date, among: Mapping[ChannelCode, Q]) -> QuerySet[EnrolledBlock]:
    """A row for each channel that is silent: by its cohort's due date, since nothing was ever reopened."""
    deadlines = "enrolment__cohort__deadlines"
    answers = Evaluation.objects.submitted().filter(enrolled_block=OuterRef("pk"), channel=OuterRef("channel_id"))
    asked = reduce(or_, (Q(channel=code) & _within(enrolments) for code, enrolments in among.items()), NOBODY)
    return (
        blocks_to_evaluate()
        .annotate(channel_id=F("enrolment__route__plan"), channel=F("enrolment__route__plan__code"))
        .filter(
            enrolment__withdrawn_on__isnull=True,
            enrolment__entered_on__lte=on,
            **{f"{deadlines}__channel": F("channel_id"), f"{deadlines}__due_on__lte": until},
        )
        .filter(asked, ~Exists(answers.exclude(opinion=Opinion.EXCUSED, reopening__isnull=True)))
        .annotate(due_on=F(f"{deadlines}__due_on"))
    )


def _grouped(blocks: QuerySet[EnrolledBlock]) -> QuerySet[Any, tuple[Any, ...]]:
    is_company, is_panel = Q(channel=ChannelCode.COMPANY), Q(channel=ChannelCode.PANEL)
    return (
        blocks.order_by()
        .annotate(
            company=Case(When(is_company, then="enrolment__company_id")),
            person=Case(
                When(is_company, then="enrolment__referent_id"),
                When(is_panel, then="enrolment__panel_assignment__assessor_id"),
            ),
        )
        .values_list("channel", "enrolment__cohort", "enrolment__training_organisation", "company", "person", "due_on")
        .annotate(Count("pk"))
    )


@dataclass(frozen=True, slots=True)
class InPlace:
    """Who holds each role that day, of those named in what is owed."""

    members: Mapping[int, tuple[User, ...]]  # by training organisation
    referents: Mapping[tuple[int | None, int], User]  # by company and person
    assessors: Mapping[int, User]

    @classmethod
    def read(cls, rows: Iterable[Owed], *, on: date) -> Self:
        rows = list(rows)
        organisations = {row.training_organisation_id for row in rows if row.channel == ChannelCode.TRAINING}
        named = {row.person_id for row in rows if row.person_id}
        held = (
            Membership.objects.in_force(on)
            .filter(
                Q(role=Role.TRAINING_MEMBER, training_organisation__in=organisations - {None})
                | Q(role__in=[Role.COMPANY_REFERENT, Role.PANEL_ASSESSOR], user__in=named),
                user__is_active=True,
            )
            .select_related("user")
            .order_by("user__last_name", "user__first_name", "user_id", "pk")
        )
        members: defaultdict[int, dict[int, User]] = defaultdict(dict)
        referents, assessors = {}, {}
        for row in held:
            if row.role == Role.TRAINING_MEMBER:
                members[row.training_organisation_id][row.user_id] = row.user
            elif row.role == Role.COMPANY_REFERENT:
                referents[row.company_id, row.user_id] = row.user
            else:
                assessors[row.user_id] = row.user
        return cls({pk: tuple(people.values()) for pk, people in members.items()}, referents, assessors)

    def in_charge_of(self, row: Owed) -> tuple[User, ...]:
        """Those who may enter these evaluations; nobody when no referent or assessor is left, or no member."""
        if row.channel == ChannelCode.TRAINING:
            return self.members.get(row.training_organisation_id or 0, ())
        if row.person_id is None:
            return ()
        if row.channel == ChannelCode.COMPANY:
            person = self.referents.get((row.company_id, row.person_id))
        else:
            person = self.assessors.get(row.person_id)
        return (person,) if person else ()


def by_person(rows: Iterable[Owed], in_place: InPlace) -> dict[User, list[Owed]]:
    """What is in the hands of each, in the order of the accounts; what is in nobody's is left out."""
    held: defaultdict[User, list[Owed]] = defaultdict(list)
    for row in rows:
        for person in in_place.in_charge_of(row):
            held[person].append(row)
    return dict(sorted(held.items(), key=lambda entry: entry[0].pk))
