"""What `manage.py verify` asks of the evaluations: that whatever is submitted could have been."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from blocks.enums import ChannelCode, PartsRule
from journal.invariants import Invariant
from organisations.enums import Role
from organisations.models import Membership
from rulebook.opinions import derive_opinion

from .completeness import Demands, gaps
from .content import content_of
from .facts import sheet_of
from .models import CompetencyRating, Evaluation, PartResult


def _submitted() -> QuerySet[Evaluation]:
    return (
        Evaluation.objects.submitted()
        .select_related("enrolled_block__enrolment", "enrolled_block__block", "channel")
        .prefetch_related("enrolled_block__block__competencies", "channel__parts", "ratings", "parts")
        .order_by("pk")
    )


def _incomplete() -> Iterator[str]:
    for evaluation in _submitted().iterator(chunk_size=1000):
        assert evaluation.submitted_at is not None  # Held by the state's constraint.  # noqa: S101
        demands = Demands(
            PartsRule(evaluation.channel.parts_rule),
            evaluation.enrolled_block.enrolment.entered_on,
            timezone.localdate(evaluation.submitted_at),
        )
        if gaps(content_of(evaluation), demands):
            yield evaluation.subject


def _other_opinions() -> Iterator[str]:
    for evaluation in _submitted().iterator(chunk_size=1000):
        if derive_opinion(sheet_of(content_of(evaluation))).answer != evaluation.opinion:
            yield evaluation.subject


def _outside_plan() -> Iterator[str]:
    planned = Evaluation.objects.filter(pk=OuterRef("pk"), channel__routes=F("enrolled_block__enrolment__route"))
    return _subjects(Evaluation.objects.exclude(Exists(planned)))


def _strange_ratings() -> Iterator[str]:
    strange = CompetencyRating.objects.exclude(competency__block=F("evaluation__enrolled_block__block"))
    return _subjects(Evaluation.objects.filter(pk__in=strange.values("evaluation")))


def _strange_parts() -> Iterator[str]:
    strange = PartResult.objects.exclude(part__channel=F("evaluation__channel"))
    return _subjects(Evaluation.objects.filter(pk__in=strange.values("evaluation")))


def _superseded() -> Iterator[str]:
    """An attempt follows only one at which the candidate was excused."""
    later = Evaluation.objects.filter(
        enrolled_block=OuterRef("enrolled_block"), channel=OuterRef("channel"), attempt__gt=OuterRef("attempt")
    )
    return _subjects(Evaluation.objects.heard().filter(Exists(later)))


def _submitted_without_role() -> Iterator[str]:
    """What the rows can tell: on the day, whoever submitted held the role by which this channel speaks."""
    enrolment = "enrolled_block__enrolment__"
    held = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("submitted_at__date")),
        user=OuterRef("submitted_by"),
        starts_on__lte=OuterRef("submitted_at__date"),
    )
    roles = {
        ChannelCode.TRAINING: held.filter(
            role=Role.TRAINING_MEMBER, training_organisation=OuterRef(f"{enrolment}training_organisation")
        ),
        ChannelCode.COMPANY: held.filter(role=Role.COMPANY_REFERENT),
        ChannelCode.PANEL: held.filter(role=Role.PANEL_ASSESSOR),
    }
    for channel, role in roles.items():
        yield from _subjects(Evaluation.objects.submitted().filter(~Exists(role), channel__code=channel))


def _subjects(evaluations: QuerySet[Evaluation]) -> Iterator[str]:
    return (evaluation.subject for evaluation in evaluations.order_by("pk").iterator())


INVARIANTS = (
    Invariant("evaluations.complete", "A submitted evaluation lacks nothing that its channel asks for.", _incomplete),
    Invariant("evaluations.opinion", "A submitted evaluation's opinion is the rulebook's.", _other_opinions),
    Invariant("evaluations.plan", "Every evaluation is by a channel of the enrolment's route.", _outside_plan),
    Invariant("evaluations.competencies", "Ratings are of the block's own competencies.", _strange_ratings),
    Invariant("evaluations.parts", "Parts are of the channel that held them.", _strange_parts),
    Invariant("evaluations.attempts", "Nothing follows an evaluation that answered for its channel.", _superseded),
    Invariant("evaluations.submitted_by", "Whoever submitted held the role that day.", _submitted_without_role),
)
