"""What each channel says of a block, as the jury hears it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch

from blocks.models import Channel
from evaluations.enums import Opinion
from evaluations.models import Attachment, CompetencyRating, Evaluation, PartResult, Reopening

from ..masking import Masker
from ..models import Deliberation, Dossier


@dataclass(frozen=True, slots=True)
class RatingReading:
    row: CompetencyRating
    comment: str


@dataclass(frozen=True, slots=True)
class EvaluationReading:
    """What one channel rated, wrote and joined; in an anonymous session less who, and less every name in it."""

    evaluation: Evaluation
    author: str
    comment: str
    ratings: tuple[RatingReading, ...]
    parts: tuple[PartResult, ...]
    attachments: tuple[Attachment, ...]
    withheld: int  # attachments that an anonymous session keeps back: a file may name the candidate


@dataclass(frozen=True, slots=True)
class ChannelReading:
    channel: Channel
    is_required: bool
    opinion: Opinion | None
    evaluation: Evaluation | None
    reopening: Reopening | None = None  # why it has to answer again, while it has not
    said: EvaluationReading | None = None

    @property
    def has_details(self) -> bool:
        return self.said is not None


def channels_of(
    dossier: Dossier,
    deliberations: Iterable[Deliberation],
    channels: Sequence[Channel],
    plan: frozenset[int],
    mask: Masker,
    *,
    masked: bool,
) -> dict[int, tuple[ChannelReading, ...]]:
    """By deliberation. `plan`: the channels that the route requires."""
    evaluations = _evaluations(dossier)
    return {
        row.pk: tuple(_said(_channel(channel, row, evaluations, plan), mask, masked=masked) for channel in channels)
        for row in deliberations
    }


def _said(reading: ChannelReading, mask: Masker, *, masked: bool) -> ChannelReading:
    evaluation = reading.evaluation
    if evaluation is None:
        return reading
    attachments = tuple(evaluation.attachments.all())
    said = EvaluationReading(
        evaluation=evaluation,
        author="" if masked else str(evaluation.submitted_by),
        comment=mask(evaluation.general_comment),
        ratings=tuple(RatingReading(row, mask(row.comment)) for row in evaluation.ratings.all()),
        parts=tuple(part for part in evaluation.parts.all() if part.held_on),
        attachments=() if masked else attachments,
        withheld=len(attachments) if masked else 0,
    )
    return replace(reading, said=said)


def _channel(
    channel: Channel,
    deliberation: Deliberation,
    evaluations: Mapping[tuple[int, str], Sequence[Evaluation]],
    plan: frozenset[int],
) -> ChannelReading:
    """As it was when the vote opened, or when the session closed without one; as it is now before that."""
    until = deliberation.opened_at or deliberation.dossier.session.closed_at
    attempts = evaluations.get((deliberation.enrolled_block_id, channel.code), ())
    latest = next((row for row in reversed(attempts) if until is None or _submitted_at(row) <= until), None)
    reopening = latest.reopening if latest and latest.is_reopened else None
    if reopening and (until is None or reopening.opened_at <= until):
        return ChannelReading(channel, channel.pk in plan, opinion=None, evaluation=None, reopening=reopening)
    heard = deliberation.opinions.get(channel.code) if deliberation.opened_at else latest and latest.opinion
    return ChannelReading(channel, channel.pk in plan, Opinion(heard) if heard else None, latest)


def _submitted_at(evaluation: Evaluation) -> datetime:
    assert evaluation.submitted_at is not None  # Held by the state's constraint.  # noqa: S101
    return evaluation.submitted_at


def _evaluations(dossier: Dossier) -> dict[tuple[int, str], list[Evaluation]]:
    """All that each channel submitted on each block, in order, with what it rated and wrote."""
    rows = (
        Evaluation.objects.submitted()
        .filter(enrolled_block__enrolment=dossier.enrolment)
        .select_related("channel", "submitted_by", "reopening")
        .prefetch_related(
            Prefetch("ratings", CompetencyRating.objects.select_related("competency").order_by("competency__position")),
            Prefetch("parts", PartResult.objects.select_related("part").order_by("part__position")),
            Prefetch("attachments", Attachment.objects.in_order()),
        )
        .order_by("attempt")
    )
    found: defaultdict[tuple[int, str], list[Evaluation]] = defaultdict(list)
    for row in rows:
        found[row.enrolled_block_id, row.channel.code].append(row)
    return found
