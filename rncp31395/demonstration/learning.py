"""What the three channels of the demonstration write about its candidates."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from accounts.models import User
from blocks.enums import ChannelCode
from blocks.models import Channel
from candidates.models import EnrolledBlock, Enrolment
from documents.uploads import AcceptedUpload, kept
from evaluations.content import EvaluationContent, PartContent, RatingContent, blank_content
from evaluations.enums import PartMode, Rating
from evaluations.models.attachments import ATTACHMENTS
from evaluations.progress import blocks_to_evaluate
from evaluations.services import attach, save_draft, submit

from .branch import Branch

COMMENTS = {
    Rating.ACQUIRED: (
        "Autonome, y compris sur un dossier inhabituel.",
        "Reformule le besoin du client avant de proposer, et le vérifie.",
        "S’appuie sur la réglementation sans qu’on le lui rappelle.",
    ),
    Rating.PARTIALLY_ACQUIRED: (
        "Juste dans les cas simples ; hésite dès que deux assureurs interviennent.",
        "Le conseil est bon, sa trace écrite est incomplète.",
    ),
    Rating.NOT_ACQUIRED: (
        "Confond l’obligation d’information et le devoir de conseil.",
        "N’a pas su traiter la réclamation sans aide.",
    ),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an enrolment has come. Blocks and channels not named are acquired."""

    silent: frozenset[tuple[str, ChannelCode]] = frozenset()  # nothing entered yet
    drafts: frozenset[tuple[str, ChannelCode]] = frozenset()
    weak: Mapping[tuple[str, ChannelCode], Rating] = field(default_factory=dict)  # on the block's last competency
    files: Mapping[tuple[str, ChannelCode], AcceptedUpload] = field(default_factory=dict)  # joined to the draft


def cells(blocks: Iterable[str], *channels: ChannelCode) -> frozenset[tuple[str, ChannelCode]]:
    return frozenset((block, channel) for block in blocks for channel in channels or tuple(ChannelCode))


class Assessors:
    """Enters the evaluations, each as the person to whom its channel belongs."""

    def __init__(self, branch: Branch, draw: random.Random) -> None:
        self._branch = branch
        self._draw = draw

    def evaluate(self, enrolment: Enrolment, progress: Progress, *, on: date) -> None:
        blocks = blocks_to_evaluate().filter(enrolment=enrolment).select_related("block").order_by("block__position")
        channels = list(enrolment.route.plan.prefetch_related("parts").order_by("position"))
        for enrolled_block in blocks.prefetch_related("block__competencies"):
            for channel in channels:
                cell = (enrolled_block.block.code, ChannelCode(channel.code))
                if cell not in progress.silent:
                    self._enter(enrolled_block, channel, progress, cell, on=on)

    def _enter(
        self,
        enrolled_block: EnrolledBlock,
        channel: Channel,
        progress: Progress,
        cell: tuple[str, ChannelCode],
        *,
        on: date,
    ) -> None:
        content = self._content(enrolled_block, channel, progress.weak.get(cell), on=on)
        by = self._assessor(enrolled_block.enrolment, channel)
        at = datetime.combine(on, time(14, self._draw.randrange(60)), UTC)
        draft = save_draft(enrolled_block, channel, content, expected_revision=0, by=by, at=at)
        if cell in progress.files:
            with kept(progress.files[cell], folder=ATTACHMENTS) as file:
                attach(enrolled_block, channel, file, by=by, at=at + timedelta(minutes=2))
        if cell not in progress.drafts:
            submit(enrolled_block, channel, expected_revision=draft.revision, by=by, at=at + timedelta(minutes=5))

    def _assessor(self, enrolment: Enrolment, channel: Channel) -> User:
        if channel.code == ChannelCode.TRAINING:
            is_lyon = enrolment.training_organisation == self._branch.lyon
            return self._branch.people["of.lyon" if is_lyon else "of.paris"]
        if channel.code == ChannelCode.COMPANY and enrolment.referent:
            return enrolment.referent
        return enrolment.panel_assignment.assessor

    def _content(
        self, enrolled_block: EnrolledBlock, channel: Channel, weakness: Rating | None, *, on: date
    ) -> EvaluationContent:
        blank = blank_content(enrolled_block.block, channel)
        codes = list(blank.ratings)
        given = dict.fromkeys(codes, Rating.ACQUIRED)
        if weakness:
            given[codes[-1]] = weakness
        ratings = {code: RatingContent(rating, self._comment(rating)) for code, rating in given.items()}
        return EvaluationContent(ratings=ratings, parts=self._parts(blank.parts, channel, weakness, on=on))

    def _comment(self, rating: Rating) -> str:
        is_commented = rating != Rating.ACQUIRED or self._draw.random() < 0.3
        return self._draw.choice(COMMENTS[rating]) if is_commented else ""

    def _parts(
        self, blank: Mapping[str, PartContent], channel: Channel, weakness: Rating | None, *, on: date
    ) -> dict[str, PartContent]:
        """The company observes at the workplace; the two others hold both of their parts."""
        held = list(blank)[:1] if channel.code == ChannelCode.COMPANY else list(blank)
        mark = (
            None
            if channel.code == ChannelCode.COMPANY
            else Decimal(self._draw.randrange(16 if weakness else 24, 38)) / 2
        )
        day = on - timedelta(days=self._draw.randrange(1, 8))
        return {
            code: PartContent(day, PartMode.ON_SITE, min(mark, Decimal(19)) if mark else None)
            if code in held
            else PartContent()
            for code in blank
        }
