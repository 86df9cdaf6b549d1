"""Entering an evaluation: keep a draft, submit it for good.

Every entry on a block begins by locking the enrolled block, so that two people who open the same blank evaluation
cannot both create it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format

from accounts.models import User
from blocks.enums import ChannelCode, PartsRule
from blocks.facts import standard_of
from blocks.models import Channel
from candidates.models import AcquiredBlock, EnrolledBlock, Enrolment
from journal.services import record
from organisations.permissions import access_of
from rulebook.opinions import derive_opinion
from rulebook.outcomes import Opinion as RulebookOpinion
from rulebook.verdict import Check, Verdict

from ..adaptations import first_content
from ..completeness import Demands, Gap, gaps
from ..content import EvaluationContent, content_of
from ..enums import EntryRefusal, EvaluationState, Opinion
from ..facts import sheet_of
from ..models import CompetencyRating, Evaluation, PartResult
from ..models.attachments import fingerprint
from ..permissions import may_enter

TEXT_LIMIT = 20_000  # Five times what a text may hold once submitted: a draft is kept as typed.


class EntryRefused(Exception):
    """Nothing can be entered here any more, whatever is typed."""

    def __init__(self, refusal: EntryRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal

    @property
    def sentence(self) -> str:
        return str(self.refusal.label)


class EvaluationChangedMeanwhile(Exception):
    """Somebody has saved another text since the form was opened. `content` is what the database holds now."""

    def __init__(self, stored: Evaluation | None, content: EvaluationContent) -> None:
        super().__init__(stored.subject if stored else "")
        self.stored = stored
        self.content = content

    @property
    def revision(self) -> int:
        return self.stored.revision if self.stored else 0


class AttachmentsChangedMeanwhile(Exception):
    """A file was joined or taken off since the evaluation was read again."""

    sentence = "Les pièces jointes ont changé depuis votre relecture : relisez."


class TypedTooMuch(Exception):
    """A text is longer than any draft keeps: it is refused rather than cut."""

    @property
    def sentence(self) -> str:
        return f"Un texte dépasse {number_format(TEXT_LIMIT, force_grouping=True)} caractères : raccourcissez-le."


class EvaluationIncomplete(Exception):
    """What is missing before the evaluation can be submitted, and what the rulebook says of its ratings."""

    def __init__(self, gaps: tuple[Gap, ...], reasons: tuple[Check, ...]) -> None:
        super().__init__([gap.code.value for gap in gaps])
        self.gaps = gaps
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one channel is saying of one block, under lock."""

    enrolled_block: EnrolledBlock
    channel: Channel
    draft: Evaluation | None
    attempt: int

    @property
    def enrolment(self) -> Enrolment:
        return self.enrolled_block.enrolment

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0

    @property
    def content(self) -> EvaluationContent:
        return content_of(self.draft) if self.draft else first_content(self.enrolled_block, self.channel)

    def is_last_written_from(self, page: UUID | None, by: User) -> bool:
        draft = self.draft
        return page is not None and draft is not None and (draft.written_from, draft.edited_by_id) == (page, by.pk)

    @property
    def on_behalf_of(self) -> str:
        """The organisation for which this channel speaks; the panel is the certifier's own."""
        if self.channel.code == ChannelCode.TRAINING:
            return f"training_organisation:{self.enrolment.training_organisation_id}"
        return f"company:{self.enrolment.company_id}" if self.channel.code == ChannelCode.COMPANY else ""

    def facts(self, **more: Any) -> dict[str, Any]:
        return {
            "enrolment": self.enrolment.reference,
            "block": self.enrolled_block.block.code,
            "channel": self.channel.code,
            "attempt": self.attempt,
            **more,
        }


@transaction.atomic(durable=True)
def save_draft(
    enrolled_block: EnrolledBlock,
    channel: Channel,
    content: EvaluationContent,
    *,
    expected_revision: int,
    by: User,
    at: datetime,
    page: UUID | None = None,
    sequence: int = 0,
) -> Evaluation:
    """Keep what was typed, complete or not, readable or not; the same text again writes nothing.

    `expected_revision` is that of the draft shown, 0 when there was none. A page that numbers what it sends may write
    over what it wrote itself, whatever revision it knows of: the answer may have been lost. What it sent before, and
    arrives after, is left aside.
    """
    entry = _open_entry(enrolled_block, channel, by=by, at=at)
    if max(map(len, content.texts)) > TEXT_LIMIT:
        raise TypedTooMuch
    is_own = entry.is_last_written_from(page, by)
    if entry.draft and is_own and sequence <= entry.draft.written_sequence:
        return entry.draft
    if entry.draft and content == entry.content:
        return _note_sequence(entry.draft, sequence) if is_own else entry.draft
    if not is_own:
        _check_revision(entry, expected_revision)
    return _write_draft(entry, content, by=by, at=at, page=page, sequence=sequence)


@transaction.atomic(durable=True)
def submit(
    enrolled_block: EnrolledBlock,
    channel: Channel,
    *,
    expected_revision: int,
    expected_attachments: str | None = None,
    by: User,
    at: datetime,
) -> Evaluation:
    """Submit the draft just read again: it never changes after. Its opinion is the rulebook's.

    A page that shows the files joined to it gives their `fingerprint`: joining a file leaves the revision as it is.
    What an absent candidate had been rated and marked is cleared: only the absence is said.
    """
    entry = _open_entry(enrolled_block, channel, by=by, at=at)
    _check_revision(entry, expected_revision)
    content = entry.content.as_submitted
    verdict = opinion_of(entry.enrolment, content)
    missing = gaps(content, demands_of(entry.enrolment, channel, at=at))
    if missing or verdict.answer is None or entry.draft is None:
        raise EvaluationIncomplete(missing, verdict.reasons)
    if expected_attachments is not None and fingerprint(entry.draft.attachments.all()) != expected_attachments:
        raise AttachmentsChangedMeanwhile
    return _write_submission(entry, entry.draft, content, Opinion(verdict.answer), by=by, at=at)


def opinion_of(enrolment: Enrolment, content: EvaluationContent) -> Verdict[RulebookOpinion | None]:
    source = standard_of(enrolment.version).rating_source
    return derive_opinion(sheet_of(content), source=source)


def demands_of(enrolment: Enrolment, channel: Channel, *, at: datetime) -> Demands:
    return Demands(PartsRule(channel.parts_rule), enrolment.entered_on, timezone.localdate(at))


def refusal_of(enrolled_block: EnrolledBlock, channel: Channel, latest: Evaluation | None) -> EntryRefusal | None:
    """Why nothing can be entered on this block by this channel, for pages to say before anything is typed."""
    enrolment = enrolled_block.enrolment
    if enrolment.withdrawn_on is not None:
        return EntryRefusal.WITHDRAWN
    if not enrolment.route.plan.filter(pk=channel.pk).exists():
        return EntryRefusal.NOT_IN_PLAN
    if latest is not None and latest.is_heard:
        return EntryRefusal.SUBMITTED
    held = AcquiredBlock.objects.filter(
        candidate=enrolment.candidate_id, catalogue_block=enrolled_block.block.catalogue_block_id
    )
    return EntryRefusal.ACQUIRED if held.exists() else None


def _open_entry(enrolled_block: EnrolledBlock, channel: Channel, *, by: User, at: datetime) -> _Entry:
    locked = (
        EnrolledBlock.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment__route", "enrolment__version", "enrolment__panel_assignment")
        .get(pk=enrolled_block.pk)
    )
    locked.block = enrolled_block.block  # No text of the standard changes: what the caller has read of it is read once.
    if not may_enter(access_of(by, on=timezone.localdate(at)), locked.enrolment, channel.code):
        raise EntryRefused(EntryRefusal.NOT_YOURS)
    attempts = Evaluation.objects.filter(enrolled_block=locked, channel=channel).select_related("reopening")
    latest = attempts.order_by("-attempt").first()
    if latest:
        latest.enrolled_block, latest.channel = locked, channel
    refusal = refusal_of(locked, channel, latest)
    if refusal:
        raise EntryRefused(refusal)
    if latest is None:
        return _Entry(locked, channel, draft=None, attempt=1)
    if latest.is_submitted:  # The candidate was excused, or the evaluation reopened: another attempt.
        return _Entry(locked, channel, draft=None, attempt=latest.attempt + 1)
    return _Entry(locked, channel, draft=latest, attempt=latest.attempt)


def _check_revision(entry: _Entry, expected_revision: int) -> None:
    if entry.revision != expected_revision:
        raise EvaluationChangedMeanwhile(entry.draft, entry.content)


def _note_sequence(draft: Evaluation, sequence: int) -> Evaluation:
    """Nothing new is written, yet what this page sent before is not to be written either."""
    draft.written_sequence = sequence
    draft.save(update_fields=["written_sequence"])
    return draft


def _write_draft(
    entry: _Entry, content: EvaluationContent, *, by: User, at: datetime, page: UUID | None, sequence: int
) -> Evaluation:
    draft = entry.draft or Evaluation(
        enrolled_block=entry.enrolled_block, channel=entry.channel, attempt=entry.attempt, revision=0
    )
    draft.attendance = content.attendance
    draft.is_adapted = content.is_adapted
    draft.general_comment = content.general_comment
    draft.unread = dict(content.unread)
    draft.revision += 1
    draft.written_from, draft.written_sequence = page, sequence if page else 0
    draft.edited_by, draft.edited_at = by, at
    draft.save()
    _write_ratings(draft, content)
    _write_parts(draft, content)
    return draft


def _write_ratings(draft: Evaluation, content: EvaluationContent) -> None:
    CompetencyRating.objects.bulk_create(
        [
            CompetencyRating(evaluation=draft, competency=competency, rating=given.rating, comment=given.comment)
            for competency in draft.enrolled_block.block.competencies.all()
            if (given := content.ratings.get(competency.code))
        ],
        update_conflicts=True,
        unique_fields=["evaluation", "competency"],
        update_fields=["rating", "comment"],
    )


def _write_parts(draft: Evaluation, content: EvaluationContent) -> None:
    PartResult.objects.bulk_create(
        [
            PartResult(evaluation=draft, part=part, held_on=held.held_on, mode=held.mode or "", mark=held.mark)
            for part in draft.channel.parts.all()
            if (held := content.parts.get(part.code))
        ],
        update_conflicts=True,
        unique_fields=["evaluation", "part"],
        update_fields=["held_on", "mode", "mark"],
    )


def _write_submission(
    entry: _Entry, draft: Evaluation, content: EvaluationContent, opinion: Opinion, *, by: User, at: datetime
) -> Evaluation:
    if not content.is_present:
        draft.ratings.update(rating=None)
        draft.parts.update(mark=None)
    draft.state, draft.opinion, draft.unread = EvaluationState.SUBMITTED, opinion, {}
    draft.submitted_by, draft.submitted_at = by, at
    draft.save(update_fields=["state", "opinion", "unread", "submitted_by", "submitted_at"])
    record(
        "evaluation.submitted",
        subject=draft.subject,
        actor=by.reference,
        at=at,
        on_behalf_of=entry.on_behalf_of,
        before=entry.facts(revision=draft.revision, state=EvaluationState.DRAFT),
        after=entry.facts(
            revision=draft.revision,
            state=EvaluationState.SUBMITTED,
            opinion=opinion,
            attendance=content.attendance,
            ratings={code: given.rating for code, given in content.ratings.items()},
            parts={code: part.held_on for code, part in content.parts.items()},
            attachments=sorted(draft.attachments.values_list("sha256", flat=True)),
        ),
    )
    return draft
