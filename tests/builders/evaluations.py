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
    file: StoredFile | None = None,
    **said: Any,
) -> Evaluation:
    """One channel's answer on one block, as `_written` words it. `file` is joined to it."""
    place = enrolled_block(enrolment, block), channel_of(enrolment, channel), by or evaluator_of(enrolment, channel)
    (evaluation,) = _written(enrolment, [place], rating, **said)
    if file:
        join(evaluation, file)
    return evaluation


def _written(
    enrolment: Enrolment,
    places: Iterable[tuple[EnrolledBlock, Channel, User]],
    rating: str | None,
    *,
    ratings: dict[str, str | None] | None = None,
    comment: str = "",
    held: bool = True,
    **fields: Any,
) -> list[Evaluation]:
    """Every competency rated alike but those of `ratings`; every part held two hundred days after the entry."""
    fields = {"edited_at": EDITED_AT} | fields
    evaluations = Evaluation.objects.bulk_create(
        Evaluation(enrolled_block=block, channel=channel, **{"edited_by": by} | fields) for block, channel, by in places
    )
    is_present = fields.get("attendance", Attendance.PRESENT) == Attendance.PRESENT
    given = ratings or {}
    CompetencyRating.objects.bulk_create(
        CompetencyRating(
            evaluation=evaluation,
            competency=competency,
            rating=given.get(competency.code, rating) if is_present else None,
            comment=comment,
        )
        for evaluation in evaluations
        for competency in evaluation.enrolled_block.block.competencies.all()
    )
    if held and is_present:
        held_on = enrolment.entered_on + HELD_AFTER
        PartResult.objects.bulk_create(
            PartResult(evaluation=evaluation, part=part, held_on=held_on, mode=PartMode.ON_SITE)
            for evaluation in evaluations
            for part in evaluation.channel.parts.all()
        )
    return evaluations


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
    at: datetime = EDITED_AT,
    **said: Any,
) -> Evaluation:
    """A submitted evaluation, its opinion derived by the rulebook. `attendance="excused"` and the like are traits."""
    (evaluation,) = _handed_in([draft(enrolment, block, channel, rating, edited_at=at, **said)], at)
    return evaluation


def _handed_in(evaluations: list[Evaluation], at: datetime) -> list[Evaluation]:
    for evaluation in evaluations:
        given = {row.competency.code: row.rating for row in evaluation.ratings.select_related("competency")}
        evaluation.opinion = derive_opinion(RatingSheet(outcomes.Attendance(evaluation.attendance), given)).answer
        evaluation.state = EvaluationState.SUBMITTED
        evaluation.submitted_by, evaluation.submitted_at = evaluation.edited_by, at
    Evaluation.objects.bulk_update(evaluations, ["state", "opinion", "submitted_by", "submitted_at"])
    return evaluations


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
    at: datetime = EDITED_AT,
    by: User | None = None,
    **said: Any,
) -> list[Evaluation]:
    """Every enrolled block by every channel of the route's plan, unless `blocks` or `channels` say which."""
    enrolled = enrolment.enrolled_blocks.select_related("block").prefetch_related("block__competencies")
    enrolled = enrolled.order_by("block__position") if blocks is None else enrolled.filter(block__code__in=list(blocks))
    ways = (enrolment.route.plan if channels is None else enrolment.version.channels).order_by("position")
    ways = ways if channels is None else ways.filter(code__in=list(channels))
    people = [(way, by or evaluator_of(enrolment, way.code)) for way in ways.prefetch_related("parts")]
    places = [(block, way, evaluator) for block in enrolled for way, evaluator in people]
    return _handed_in(_written(enrolment, places, rating, edited_at=at, **said), at)
