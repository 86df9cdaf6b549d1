"""What the entry pages are about, loaded for whoever may read it and for nobody else."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from accounts.requests import SignedInRequest
from blocks.enums import ChannelCode, PartsRule
from blocks.models import Channel
from candidates.models import EnrolledBlock, Enrolment
from organisations.permissions import Access, access_of

from ..adaptations import GrantedAdjustment, first_content, granted_adjustments
from ..completeness import Gap, gaps
from ..content import EvaluationContent, content_of
from ..enums import EntryRefusal, EvaluationState, Mark, Opinion
from ..forms import EvaluationForm, form_of
from ..history import Attempt, history_of
from ..matrix import MatrixRow, for_matrix, matrix_of
from ..models import Attachment, Evaluation, EvaluationQuerySet, Reopening
from ..models.attachments import fingerprint
from ..permissions import enrolments_of, may_enter, readable_channels
from ..progress import Awaited, Place, awaited_from, next_after
from ..rail import Rail, rail_of
from ..reading import Reading, reading_of
from ..services import demands_of, opinion_of, refusal_of

PARTS_HINTS = {
    PartsRule.ALL: "Toutes ces épreuves sont à passer : date et modalité de chacune.",
    PartsRule.ANY: "L’une ou l’autre de ces épreuves suffit : date et modalité.",
}


@dataclass(frozen=True, slots=True)
class ChannelLink:
    """The way to what another channel says of the same block, or only whether it has answered."""

    channel: Channel
    organisation: str
    mark: Mark
    url: str
    is_current: bool

    @property
    def word(self) -> str:
        return str(self.mark.label)


@dataclass(frozen=True)
class Desk:
    """What the entry pages are about: one block of one enrolment, one channel, and what it has said so far."""

    user: User
    now: datetime
    enrolled_block: EnrolledBlock
    channel: Channel
    attempts: tuple[Evaluation, ...]  # the latest first
    may_enter: bool
    refusal: EntryRefusal | None

    @property
    def enrolment(self) -> Enrolment:
        return self.enrolled_block.enrolment

    @cached_property
    def row(self) -> MatrixRow:
        return _row(self.enrolment, access_of(self.user), self.now)

    @property
    def latest(self) -> Evaluation | None:
        return self.attempts[0] if self.attempts else None

    @property
    def draft(self) -> Evaluation | None:
        return self.latest if self.latest and not self.latest.is_submitted else None

    @property
    def excused(self) -> Evaluation | None:
        """The attempt before this one, when the candidate was excused from it."""
        last = self.last_submitted
        return last if last and last.opinion == Opinion.EXCUSED else None

    @property
    def is_awaited(self) -> bool:
        """Nobody has answered yet by this channel, or not since."""
        return self.refusal is None

    @property
    def last_submitted(self) -> Evaluation | None:
        return next((row for row in self.attempts if row.is_submitted), None)

    @property
    def reopening(self) -> Reopening | None:
        """Why another attempt is awaited, when the last one submitted was reopened."""
        last = self.last_submitted
        return last.reopening if last and last.is_reopened else None

    @property
    def history(self) -> tuple[Attempt, ...]:
        return history_of(self.attempts, self.enrolled_block.block, self.channel)

    @property
    def earlier(self) -> tuple[Attempt, ...]:
        """What was submitted before the attempt under way."""
        submitted = [row for row in self.attempts if row.is_submitted]
        return history_of(submitted, self.enrolled_block.block, self.channel)

    @property
    def is_open(self) -> bool:
        return self.may_enter and self.refusal is None

    @property
    def place(self) -> Place:
        return Place(self.enrolment.reference, self.enrolled_block.block.code, ChannelCode(self.channel.code))

    @property
    def content(self) -> EvaluationContent:
        return content_of(self.draft) if self.draft else first_content(self.enrolled_block, self.channel)

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0

    @property
    def parts_hint(self) -> str:
        return PARTS_HINTS[PartsRule(self.channel.parts_rule)]

    @property
    def closed_because(self) -> str:
        """Why nothing more is entered here; a submitted evaluation speaks for itself."""
        return str(self.refusal.label) if self.refusal and self.refusal != EntryRefusal.SUBMITTED else ""

    @property
    def adjustments(self) -> tuple[GrantedAdjustment, ...]:
        """How this channel's exams are to be held for this candidate."""
        return granted_adjustments(self.enrolment, self.channel.code)

    @property
    def attachments(self) -> list[Attachment]:
        """What is joined to the attempt under way."""
        return list(self.draft.attachments.in_order()) if self.draft else []

    @property
    def attachments_read(self) -> str:
        """What the re-read page sends back of them."""
        return fingerprint(self.attachments)

    @property
    def due_on(self) -> date | None:
        """The day given when the evaluation was last reopened, if one was, else the cohort's."""
        reopened = next((row.reopening for row in self.attempts if row.is_reopened), None)
        if reopened and reopened.due_on:
            return reopened.due_on
        deadlines = self.enrolment.cohort.deadlines if self.enrolment.cohort else None
        deadline = deadlines.filter(channel=self.channel).first() if deadlines else None
        return deadline.due_on if deadline else None

    def read(self, content: EvaluationContent) -> Reading:
        return reading_of(content, self.enrolled_block.block, self.channel)

    def opinion_on(self, content: EvaluationContent) -> Opinion | None:
        """What these ratings come to, once they come to something."""
        answer = opinion_of(self.enrolment, content).answer
        return Opinion(answer) if answer else None

    def form(self, *args: Any, **kwargs: Any) -> EvaluationForm:
        return EvaluationForm(*args, block=self.enrolled_block.block, channel=self.channel, **kwargs)

    @property
    def form_shown(self) -> EvaluationForm:
        return form_of(self.content, self.revision, block=self.enrolled_block.block, channel=self.channel)

    def following(self) -> Awaited | None:
        return next_after(awaited_from(self.user, on=timezone.localdate(self.now)), self.place)

    @property
    def rail(self) -> Rail:
        return rail_of(self.row, self.place.channel, _drafts(self.user), self.place)

    def _organisation(self, channel: ChannelCode) -> str:
        organisations = {
            ChannelCode.TRAINING: self.enrolment.training_organisation,
            ChannelCode.COMPANY: self.enrolment.company,
        }
        return str(organisations.get(channel) or "")

    def channels(self) -> list[ChannelLink]:
        readable = readable_channels(access_of(self.user), self.enrolment)
        square = next(square for square in self.row.squares if square and square.code == self.place.block)
        marks = dict(zip(ChannelCode, square.marks, strict=True))
        return [
            ChannelLink(
                channel,
                organisation=self._organisation(code),
                mark=marks[code],
                url=Place(self.place.reference, self.place.block, code).url if code in readable else "",
                is_current=channel == self.channel,
            )
            for channel in self.enrolment.version.channels.order_by("position", "pk")
            if marks[code := ChannelCode(channel.code)] != Mark.NOT_REQUIRED or channel == self.channel
        ]


def missing_from(desk: Desk, content: EvaluationContent) -> tuple[Gap, ...]:
    """What keeps this from being submitted now."""
    return gaps(content, demands_of(desk.enrolment, desk.channel, at=desk.now))


def desk_or_404(request: SignedInRequest, reference: str, block: str, channel: str) -> Desk:
    """Only to whoever reads this channel of this enrolment whole."""
    user, now = request.user, timezone.now()
    access = access_of(user)
    enrolment = _enrolment_or_404(user, access, reference, channel)
    enrolled_block = get_object_or_404(
        EnrolledBlock.objects.select_related("block").prefetch_related("block__competencies"),
        enrolment=enrolment,
        block__code=block,
    )
    enrolled_block.enrolment = enrolment
    ways = Channel.objects.prefetch_related("parts")
    way = get_object_or_404(ways, version=enrolment.version_id, code=channel)
    attempts = Evaluation.objects.visible_to(user).filter(enrolled_block=enrolled_block, channel=way)
    rows = tuple(attempts.select_related("edited_by", "submitted_by", "reopening__opened_by").order_by("-attempt"))
    for row in rows:
        row.enrolled_block, row.channel = enrolled_block, way
    return Desk(
        user=user,
        now=now,
        enrolled_block=enrolled_block,
        channel=way,
        attempts=rows,
        may_enter=may_enter(access, enrolment, channel),
        refusal=refusal_of(enrolled_block, way, rows[0] if rows else None),
    )


def rail_or_404(request: SignedInRequest, reference: str, channel: str) -> Rail:
    """The blocks of this channel of this enrolment, to whoever reads it whole."""
    access = access_of(request.user)
    enrolment = _enrolment_or_404(request.user, access, reference, channel)
    return rail_of(_row(enrolment, access, timezone.now()), ChannelCode(channel), _drafts(request.user))


def _enrolment_or_404(user: User, access: Access, reference: str, channel: str) -> Enrolment:
    enrolments = for_matrix(enrolments_of(user)).select_related("version")
    enrolment: Enrolment = get_object_or_404(enrolments, reference=reference)
    if channel not in readable_channels(access, enrolment):
        raise Http404
    return enrolment


def _row(enrolment: Enrolment, access: Access, now: datetime) -> MatrixRow:
    return matrix_of([enrolment], access, on=timezone.localdate(now)).rows[0]


def _drafts(user: User) -> EvaluationQuerySet:
    return Evaluation.objects.visible_to(user).filter(state=EvaluationState.DRAFT)
