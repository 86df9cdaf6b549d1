"""Evaluation grids on paper: blank to be written on, filled as they were entered.

One paper per candidate and channel, a page per block. Whoever prints sees on paper what their pages show them: all of
their own channel, nothing of another before it is theirs to read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from blocks.enums import ChannelCode, PartsRule
from blocks.french import day
from blocks.models import Block, Channel
from candidates.models import EnrolledBlock, Enrolment, EnrolmentQuerySet
from documents.drawing import Drawing, draw_together
from documents.glyphs import drawable
from organisations.permissions import Access

from .adaptations import GrantedAdjustment, granted_adjustments_of_many
from .content import EvaluationContent, blank_content, content_of, in_order, part_field
from .enums import Attendance, GridContent, PartMode, Rating
from .models import Evaluation
from .permissions import enrolments_of, enterable_channels, readable_channels
from .reading import PartReading

BODY_FACES = ("Inter-Regular", "Inter-Medium")
OBSERVED_LINES = {1: 9, 2: 5, 3: 3}  # by the number of competencies; more have two lines each
GENERAL_LINES = {1: 8, 2: 7, 3: 5}
PARTS_RULES = {PartsRule.ALL: "Épreuves, toutes deux exigées", PartsRule.ANY: "Épreuves, l’une ou l’autre"}
PLACE_LABELS = {
    ChannelCode.TRAINING: "Organisme",
    ChannelCode.COMPANY: "Entreprise",
    ChannelCode.PANEL: "Commission",
}


def printable_channels(access: Access, enrolment: Enrolment, content: str) -> tuple[ChannelCode, ...]:
    """Of the plan of the route, those that this person reads whole; blank, those that they enter, and an admin all."""
    readable = readable_channels(access, enrolment)
    mine = readable if access.is_admin or content == GridContent.FILLED else enterable_channels(access, enrolment)
    planned = {channel.code for channel in enrolment.route.plan.all()}
    return tuple(channel for channel in ChannelCode if channel in mine and channel in planned)


def for_papers(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """With what tells which channels somebody prints, and all that a paper's head says."""
    rows = enrolments.select_related(
        "candidate", "route", "version__certification", "cohort", "training_organisation", "company", "referent",
        "panel_assignment__assessor",
    )  # fmt: skip
    return rows.prefetch_related("route__plan", "cohort__deadlines")


def printed_by(user: User, *, withdrawn: bool = False) -> EnrolmentQuerySet:
    """The candidates whose grids somebody may print, in the order of their names; those who left when asked for."""
    enrolments = enrolments_of(user)
    return for_papers(enrolments if withdrawn else enrolments.active()).in_alphabetical_order()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One block by one channel; `evaluation` is None on a blank one."""

    enrolled: EnrolledBlock
    channel: Channel
    evaluation: Evaluation | None


def draw_grids(enrolment: Enrolment, channels: Sequence[ChannelCode], content: str, *, at: datetime) -> Drawing | None:
    """All the grids of these channels, each channel numbering its own pages; None when there is nothing to print."""
    papers = [
        _paper(enrolment, sheets, adjustments)
        for sheets, adjustments in _sheets_by_channel(enrolment, channels, content)
        if sheets
    ]
    if not papers:
        return None
    title = f"Grilles d’évaluation {GridContent(content).label}, dossier {enrolment.reference}"
    return draw_together("papers/grid.html", papers, stylesheet="grid.css", title=title, created_at=at)


def _sheets_by_channel(
    enrolment: Enrolment, channels: Sequence[ChannelCode], content: str
) -> Iterable[tuple[list[Sheet], tuple[GrantedAdjustment, ...]]]:
    enrolled = _enrolled_blocks(enrolment, content)
    written = _written(enrolled, channels) if content == GridContent.FILLED else {}
    adjustments = granted_adjustments_of_many([enrolment]).get(enrolment.pk, {})
    for channel in enrolment.version.channels.filter(code__in=channels).prefetch_related("parts").order_by("position"):
        sheets = [Sheet(row, channel, written.get((row.pk, channel.pk))) for row in enrolled]
        if content == GridContent.FILLED:
            sheets = [sheet for sheet in sheets if sheet.evaluation]
        yield sheets, adjustments.get(ChannelCode(channel.code), ())


def _enrolled_blocks(enrolment: Enrolment, content: str) -> list[EnrolledBlock]:
    """Those of the plan; a block that is held already has nothing left to be written."""
    rows = enrolment.enrolled_blocks.select_related("block").prefetch_related("block__competencies")
    if content == GridContent.BLANK:
        held = enrolment.candidate.acquired_blocks.values("catalogue_block")
        rows = rows.exclude(block__catalogue_block__in=held)
    return list(rows.order_by("block__position", "pk"))


def _written(
    enrolled: Iterable[EnrolledBlock], channels: Sequence[ChannelCode]
) -> Mapping[tuple[int, int], Evaluation]:
    """The last attempt of each block and channel."""
    rows = (
        Evaluation.objects.latest_attempts()
        .filter(enrolled_block__in=[row.pk for row in enrolled], channel__code__in=channels)
        .select_related("submitted_by", "channel", "enrolled_block__block")
        .prefetch_related("ratings", "parts", "channel__parts", "enrolled_block__block__competencies")
    )
    return {(row.enrolled_block_id, row.channel_id): row for row in rows}


def _paper(enrolment: Enrolment, sheets: Sequence[Sheet], adjustments: Sequence[GrantedAdjustment]) -> dict[str, Any]:
    candidate, channel = enrolment.candidate, sheets[0].channel
    return {
        "certification": enrolment.version.certification.title,
        "candidate": {
            "name": drawable(candidate.display_name, BODY_FACES),
            "born_name": drawable(candidate.born_name, BODY_FACES),
            "reference": enrolment.reference,
            "route": enrolment.route.get_code_display(),
        },
        "channel": {
            "number": channel.position,
            "name": channel.get_code_display(),
            "place_label": PLACE_LABELS[ChannelCode(channel.code)],
            "place": drawable(_place(enrolment, channel), BODY_FACES),
            "assessor": drawable(_assessor(enrolment, channel), BODY_FACES),
            "parts_rule": PARTS_RULES[PartsRule(channel.parts_rule)],
            "due_on": _due_on(enrolment, channel),
        },
        "adjustments": [drawable(row.words, BODY_FACES) for row in adjustments],
        "levels": [rating.label for rating in Rating],
        "grids": [_grid(sheet) for sheet in sheets],
    }


def _place(enrolment: Enrolment, channel: Channel) -> str:
    match channel.code:
        case ChannelCode.TRAINING:
            return str(enrolment.training_organisation or "")
        case ChannelCode.COMPANY:
            return str(enrolment.company or "")
    return str(enrolment.version.certification.awarding_body.short_name)


def _assessor(enrolment: Enrolment, channel: Channel) -> str:
    """Whoever is expected to write; an organisation chooses among its members."""
    match channel.code:
        case ChannelCode.COMPANY:
            return enrolment.referent.full_name if enrolment.referent else ""
        case ChannelCode.PANEL:
            assignment = getattr(enrolment, "panel_assignment", None)
            return assignment.assessor.full_name if assignment else ""
    return ""


def _due_on(enrolment: Enrolment, channel: Channel) -> date | None:
    deadlines = enrolment.cohort.deadlines.all() if enrolment.cohort else []
    return next((row.due_on for row in deadlines if row.channel_id == channel.pk), None)


def _grid(sheet: Sheet) -> dict[str, Any]:
    block, evaluation = sheet.enrolled.block, sheet.evaluation
    content = content_of(evaluation) if evaluation else blank_content(block, sheet.channel)
    is_replaced = any(drawable(text, BODY_FACES) != text for text in content.texts)
    return {
        "code": block.code,
        "title": block.title,
        "is_filled": evaluation is not None,
        "is_draft": evaluation is not None and not evaluation.is_submitted,
        "attempt": _attempt(evaluation),
        "state": _state(evaluation),
        "attendance": _choices(Attendance, content.attendance if evaluation else None),
        "is_adapted": content.is_adapted,
        "parts": _parts(content, sheet.channel),
        "competencies": _competencies(content, block, is_blank=evaluation is None),
        "comment": drawable(content.general_comment, BODY_FACES),
        "comment_lines": 0 if evaluation else _lines(GENERAL_LINES, block, least=2),
        "opinion": evaluation.get_opinion_display() if evaluation and evaluation.is_submitted else "",
        **_signature(evaluation),
        "has_replacement": is_replaced,
    }


def _attempt(evaluation: Evaluation | None) -> str:
    return f"{evaluation.attempt}e" if evaluation and evaluation.attempt > 1 else ""


def _state(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return ""
    return "" if evaluation.is_submitted else "Brouillon, non rendu"


def _signature(evaluation: Evaluation | None) -> dict[str, str]:
    """Who handed it in, and when: the platform's word, beside which a hand may sign."""
    if evaluation is None or evaluation.submitted_by is None or evaluation.submitted_at is None:
        return {"signed_by": "", "signed_on": ""}
    return {
        "signed_by": drawable(evaluation.submitted_by.full_name, BODY_FACES),
        "signed_on": f"rendue le {day(timezone.localdate(evaluation.submitted_at))}",
    }


def _choices(labels: Any, chosen: str | None) -> list[dict[str, Any]]:
    return [{"label": choice.label, "is_chosen": choice == chosen} for choice in labels]


def _parts(content: EvaluationContent, channel: Channel) -> list[dict[str, Any]]:
    """What could not be read is printed as it was typed."""
    rows = []
    for part in in_order(channel.parts):
        reading = PartReading(part, content.parts[part.code])
        held_on = day(reading.held.held_on) if reading.held.held_on else ""
        rows.append(
            {
                "title": part.title,
                "held_on": _typed(content, part.code, "held_on", held_on),
                "modes": _choices(PartMode, reading.held.mode),
                "mark": _typed(content, part.code, "mark", reading.mark),
            }
        )
    return rows


def _typed(content: EvaluationContent, part: str, name: str, read: str) -> str:
    return drawable(content.unread.get(part_field(part, name), read), BODY_FACES)


def _competencies(content: EvaluationContent, block: Block, *, is_blank: bool) -> list[dict[str, Any]]:
    lines = _lines(OBSERVED_LINES, block, least=2) if is_blank else 0
    return [
        {
            "code": row.code,
            "wording": row.wording,
            "levels": _choices(Rating, content.ratings[row.code].rating),
            "comment": drawable(content.ratings[row.code].comment, BODY_FACES),
            "lines": lines,
        }
        for row in in_order(block.competencies)
    ]


def _lines(numbers: Mapping[int, int], block: Block, *, least: int) -> int:
    return numbers.get(len(block.competencies.all()), least)
