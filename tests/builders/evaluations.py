"""Assignments and evaluations: the smallest valid rows, written directly, without service nor journal."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from blocks.enums import ChannelCode
from blocks.models import Channel
from candidates.models import EnrolledBlock, Enrolment
from documents.uploads import StoredFile
from evaluations.enums import Attendance, EvaluationState, PartMode, Rating, ReopeningKind
from evaluations.models import Assignment, Attachment, CompetencyRating, Evaluation, PartResult, Reopening
from organisations.models import Membership
from rulebook import outcomes
from rulebook.opinions import RatingSheet, derive_opinion

from .organisations import make_admin, make_panel_assessor, make_training_member

EDITED_AT = datetime(2021, 5, 17, 9, 0, tzinfo=UTC)
REOPENED_AT = datetime(2021, 5, 18, 9, 0, tzinfo=UTC)
HELD_AFTER = timedelta(days=200)


def enrolled_block(enrolment: Enrolment, block: str = "BC1") -> EnrolledBlock:
    return enrolment.enrolled_blocks.select_related("block").get(block__code=block)


def channel_of(enrolment: Enrolment, channel: str = "training") -> Channel:
    return enrolment.version.channels.get(code=channel)


def assign(enrolment: Enrolment, assessor: User | None = None) -> User:
    """Put the enrolment in the hands of this panel assessor, or of a new one."""
    assessor = assessor or make_panel_assessor()
    Assignment.objects.create(
        enrolment=enrolment, assessor=assessor, assigned_by=make_admin(), assigned_at=EDITED_AT - timedelta(days=90)
    )
    return assessor


def evaluator_of(enrolment: Enrolment, channel: str) -> User:
    """Whoever enters this channel: the people already in charge, or new ones."""
    if channel == ChannelCode.COMPANY:
        assert enrolment.referent, "make the enrolment with a referent"
        return enrolment.referent
    if channel == ChannelCode.PANEL:
        assignment = Assignment.objects.filter(enrolment=enrolment).first()
        return assignment.assessor if assignment else assign(enrolment)
    organisation = enrolment.training_organisation
    assert organisation, "this route has no training organisation"
    member = Membership.objects.filter(training_organisation=organisation).order_by("pk").first()
    return member.user if member else make_training_member(organisation)


def draft(
    enrolment: Enrolment,
    block: str = "BC1",
    channel: str = "training",
    rating: str | None = "acquired",
    *,
    by: User | None = None,
    ratings: dict[str, str | None] | None = None,
    comment: str = "",
    held: bool = True,
    file: StoredFile | None = None,
    **fields: Any,
) -> Evaluation:
    """Every competency rated alike but those of `ratings`; every part held two hundred days after the entry.

    `file` is joined to it.
    """
    enrolled, way = enrolled_block(enrolment, block), channel_of(enrolment, channel)
    fields = {"edited_at": EDITED_AT, "edited_by": by or evaluator_of(enrolment, channel)} | fields
    evaluation = Evaluation.objects.create(enrolled_block=enrolled, channel=way, **fields)
    if file:
        join(evaluation, file)
    is_present = evaluation.attendance == Attendance.PRESENT
    given = ratings or {}
    CompetencyRating.objects.bulk_create(
        CompetencyRating(
            evaluation=evaluation,
            competency=competency,
            rating=given.get(competency.code, rating) if is_present else None,
            comment=comment,
        )
        for competency in enrolled.block.competencies.all()
    )
    if held and is_present:
        held_on = enrolment.entered_on + HELD_AFTER
        PartResult.objects.bulk_create(
            PartResult(evaluation=evaluation, part=part, held_on=held_on, mode=PartMode.ON_SITE)
            for part in way.parts.all()
        )
    return evaluation


def attributes_of(file: StoredFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in ("stored_name", "name", "media_type", "size", "sha256")}


def join(evaluation: Evaluation, file: StoredFile) -> Attachment:
    return Attachment.objects.create(
        evaluation=evaluation, uploaded_by=evaluation.edited_by, uploaded_at=EDITED_AT, **attributes_of(file)
    )


def submit(
    enrolment: Enrolment,
    block: str = "BC1",
    channel: str = "training",
    rating: str = Rating.ACQUIRED,
    *,
    by: User | None = None,
    at: datetime = EDITED_AT,
    **fields: Any,
) -> Evaluation:
    """A submitted evaluation, its opinion derived by the rulebook. `attendance="excused"` and the like are traits."""
    evaluation = draft(enrolment, block, channel, rating, by=by, edited_at=at, **fields)
    given = evaluation.ratings.values_list("competency__code", "rating")
    sheet = RatingSheet(outcomes.Attendance(evaluation.attendance), dict(given))
    evaluation.state = EvaluationState.SUBMITTED
    evaluation.opinion = derive_opinion(sheet).answer
    evaluation.submitted_by, evaluation.submitted_at = evaluation.edited_by, at
    evaluation.save(update_fields=["state", "opinion", "submitted_by", "submitted_at"])
    return evaluation


def reopen(evaluation: Evaluation, *, at: datetime = REOPENED_AT, **fields: Any) -> Reopening:
    """Its channel answers again; by the cohort's deadline, unless `due_on` says another day."""
    fields = {"kind": ReopeningKind.CORRECTION, "reason": "Une date est fausse."} | fields
    opened_by = fields.pop("by", None) or make_admin()
    return Reopening.objects.create(evaluation=evaluation, opened_by=opened_by, opened_at=at, **fields)


def submit_all(
    enrolment: Enrolment,
    *,
    blocks: Iterable[str] | None = None,
    channels: Iterable[str] | None = None,
    rating: str = Rating.ACQUIRED,
    **fields: Any,
) -> list[Evaluation]:
    """Every enrolled block by every channel of the route's plan, unless `blocks` or `channels` say which."""
    blocks = blocks or enrolment.enrolled_blocks.order_by("block__position").values_list("block__code", flat=True)
    channels = channels or enrolment.route.plan.order_by("position").values_list("code", flat=True)
    by = fields.pop("by", None)
    evaluators = {channel: by or evaluator_of(enrolment, channel) for channel in channels}
    return [
        submit(enrolment, block, channel, rating, by=evaluator, **fields)
        for block in blocks
        for channel, evaluator in evaluators.items()
    ]
