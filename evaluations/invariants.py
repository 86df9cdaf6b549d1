"""What `manage.py verify` asks of the evaluations: that whatever is submitted could have been."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from blocks.enums import ChannelCode, PartsRule
from documents.uploads import is_intact, stored_names
from journal.invariants import Invariant
from organisations.enums import Role
from organisations.models import Membership
from rulebook.opinions import derive_opinion

from .completeness import Demands, gaps
from .content import content_of
from .enums import AdaptationState, Attendance, EvaluationState, Opinion
from .facts import sheet_of
from .models import (
    AdaptationAdjustment,
    AdaptationEvidence,
    AdaptationRequest,
    Attachment,
    CompetencyRating,
    Evaluation,
    PartResult,
    Reopening,
)
from .models.adaptations import EVIDENCE
from .models.attachments import ATTACHMENTS
from .retention import to_erase

ROW_FOLLOWS = timedelta(hours=1)  # A file is kept before the row that names it.
ERASED_WITHIN = timedelta(days=7)


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


def _rated_absences() -> Iterator[str]:
    absent = Evaluation.objects.submitted().exclude(attendance=Attendance.PRESENT)
    said = Q(ratings__rating__isnull=False) | Q(parts__mark__isnull=False)
    return _subjects(absent.filter(said).distinct())


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
    """An attempt follows only one at which the candidate was excused, or that was reopened."""
    later = Evaluation.objects.filter(
        enrolled_block=OuterRef("enrolled_block"), channel=OuterRef("channel"), attempt__gt=OuterRef("attempt")
    )
    return _subjects(Evaluation.objects.heard().filter(Exists(later)))


def _wrongly_reopened() -> Iterator[str]:
    """Only what answered for its channel is reopened, once it did; what follows was typed afterwards."""
    wrong = Reopening.objects.filter(
        ~Q(evaluation__state=EvaluationState.SUBMITTED)
        | Q(evaluation__opinion=Opinion.EXCUSED)
        | Q(opened_at__lt=F("evaluation__submitted_at"))
    )
    early = Evaluation.objects.filter(
        enrolled_block=OuterRef("enrolled_block"),
        channel=OuterRef("channel"),
        attempt__gt=OuterRef("attempt"),
        edited_at__lt=OuterRef("reopening__opened_at"),
    )
    reopened = Evaluation.objects.filter(reopening__isnull=False)
    return _subjects(reopened.filter(Q(pk__in=wrong.values("evaluation")) | Q(Exists(early))))


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


def _altered_attachments() -> Iterator[str]:
    for attachment in Attachment.objects.order_by("pk").iterator():
        if not is_intact(attachment.file):
            yield attachment.subject


def _altered_evidence() -> Iterator[str]:
    for evidence in AdaptationEvidence.objects.select_related("request").order_by("pk").iterator():
        if not is_intact(evidence.file):
            yield evidence.request.subject


def _orphans() -> Iterator[str]:
    """Files that no row names: left by a process that died, or by rows that came back from an older backup."""
    before = timezone.now() - ROW_FOLLOWS
    for folder, rows in ((ATTACHMENTS, Attachment.objects), (EVIDENCE, AdaptationEvidence.objects)):
        known = set(rows.values_list("stored_name", flat=True))
        yield from (name for name in stored_names(folder, before=before) if name not in known)


def _strange_grants() -> Iterator[str]:
    granting = AdaptationAdjustment.objects.filter(request=OuterRef("pk"), is_granted=True)
    wrong = AdaptationRequest.objects.annotate(grants=Exists(granting)).filter(
        Q(state=AdaptationState.GRANTED, grants=False) | ~Q(state=AdaptationState.GRANTED) & Q(grants=True)
    )
    return (request.subject for request in wrong.order_by("pk").iterator())


def _needs_kept() -> Iterator[str]:
    late = to_erase(at=timezone.now() - ERASED_WITHIN)
    return (request.subject for request in late.order_by("pk").iterator())


def _subjects(evaluations: QuerySet[Evaluation]) -> Iterator[str]:
    return (evaluation.subject for evaluation in evaluations.order_by("pk").iterator())


INVARIANTS = (
    Invariant("evaluations.complete", "A submitted evaluation lacks nothing that its channel asks for.", _incomplete),
    Invariant("evaluations.opinion", "A submitted evaluation's opinion is the rulebook's.", _other_opinions),
    Invariant("evaluations.absent", "An absent candidate has neither levels nor marks.", _rated_absences),
    Invariant("evaluations.plan", "Every evaluation is by a channel of the enrolment's route.", _outside_plan),
    Invariant("evaluations.competencies", "Ratings are of the block's own competencies.", _strange_ratings),
    Invariant("evaluations.parts", "Parts are of the channel that held them.", _strange_parts),
    Invariant("evaluations.attempts", "Nothing follows an evaluation that answered for its channel.", _superseded),
    Invariant(
        "evaluations.attachments", "Every file joined to an evaluation is the one that was sent.", _altered_attachments
    ),
    Invariant(
        "evaluations.evidence", "Every file that supports a request is the one that was sent.", _altered_evidence
    ),
    Invariant("evaluations.orphans", "Every file kept is named by a row.", _orphans),
    Invariant(
        "evaluations.grants", "A request grants something when it is granted, and else nothing.", _strange_grants
    ),
    Invariant("evaluations.needs", "Needs and their evidence are erased once they have served.", _needs_kept),
    Invariant("evaluations.reopenings", "Only what answered is reopened, before what follows it.", _wrongly_reopened),
    Invariant("evaluations.submitted_by", "Whoever submitted held the role that day.", _submitted_without_role),
)
