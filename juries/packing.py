"""Dossiers to take away, which workers draw one by one."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.formats import localize

from blocks.french import day
from correspondence.services import post
from documents.drawing import Drawing, DrawingRefused, draw_together
from documents.glyphs import drawable
from documents.press import Press

from .models import PACK_MAIL, Dossier, Pack, PackSheet
from .reading.channels import ChannelReading, EvaluationReading
from .reading.dossiers import BlockReading, read_dossier
from .reading.overview import OverviewRow, overview_of

FACES = ("Inter-Regular", "Inter-Medium")
OUTDATED = "Vos droits ont changé pendant la préparation : demandez-la de nouveau."


class PackPress(Press[Pack, PackSheet]):
    model = Pack
    related = ("session__version__certification", "seat__session", "member__user")

    def check(self, pack: Pack, at: datetime) -> None:
        if not Pack.objects.valid(timezone.localdate(at)).filter(pk=pack.pk).exists():
            raise DrawingRefused([OUTDATED])

    def draw(self, pack: Pack, sheet: PackSheet, at: datetime) -> Drawing:
        """The pack is valid, so each of its dossiers is its member's to read."""
        related = (
            "session__version",
            "enrolment__candidate",
            "enrolment__company",
            "enrolment__training_organisation",
            "enrolment__version",
            "enrolment__route",
        )
        dossier = Dossier.objects.visible_to(pack.member.user).select_related(*related).get(pk=sheet.dossier_id)
        sheet.first_page = 1 + (pack.sheets.aggregate(pages=Sum("pages"))["pages"] or 0)
        drawing, sheet.heading = _drawing(pack, dossier, sheet.first_page, at)
        return drawing

    def cover(self, pack: Pack, sheets: QuerySet[Any], at: datetime) -> Drawing:
        return _cover(pack, sheets, at)

    def title(self, pack: Pack) -> str:
        return _title(pack)

    def announce(self, pack: Pack, at: datetime) -> None:
        if pack.is_announced:
            post(
                PACK_MAIL,
                key=f"{PACK_MAIL}:{pack.pk}",
                to=pack.member.user.email,
                about=pack.subject,
                at=at,
                facts={"pack": pack.pk},
            )


_press = PackPress()
draw_next = _press.draw_next


def discard_stale(*, at: datetime) -> int:
    """What its member may read no longer, or kept too long."""
    return _press.throw_away(Pack.objects.stale(timezone.localdate(at), at).order_by("pk"), at=at)


def _drawing(pack: Pack, dossier: Dossier, first_page: int, at: datetime) -> tuple[Drawing, str]:
    reading = read_dossier(dossier, pack.seat, may_vote=False)
    heading = drawable(reading.heading, FACES)
    context = {
        "reader": _reader(pack),
        "session": pack.session.reference,
        "position": dossier.position,
        "heading": heading,
        "reference": dossier.enrolment.reference,
        "route": dossier.enrolment.route.get_code_display(),
        "whereabouts": drawable(reading.whereabouts, FACES),
        "is_masked": reading.is_masked,
        "channels": [channel.get_code_display() for channel in reading.channels],
        "overview": [_overview(row) for row in overview_of(reading).rows],
        "blocks": [_block(block) for block in reading.blocks],
        "earlier": [
            {
                "on": day(earlier.session.held_on),
                "decisions": ", ".join(f"{row.code} {row.words}" for row in earlier.decisions),
                "upheld": ", ".join(day(upheld) for upheld in earlier.upheld_on),
            }
            for earlier in reading.earlier_sessions
        ],
    }
    title = f"Session {pack.session.reference}, dossier {dossier.position}"
    drawing = draw_together(
        "papers/pack.html", [context], stylesheet="pack.css", title=title, created_at=at, first_page=first_page
    )
    return drawing, heading


def _reader(pack: Pack) -> str:
    return drawable(f"{pack.member.user.full_name}, siège {pack.seat.number}", FACES)


def _overview(row: OverviewRow) -> dict[str, Any]:
    vote = row.reading.vote if row.reading else None
    return {
        "code": row.block.code,
        "title": row.block.title,
        "absence": row.absence,
        "cells": [{"words": cell.words, "is_apart": cell.is_apart} for cell in row.cells],
        "proposal": vote.proposal.label if vote else "",
        "decision": vote.deliberation.get_outcome_display() if vote and vote.deliberation.is_decided else "",
    }


def _block(block: BlockReading) -> dict[str, Any]:
    return {
        "code": block.vote.code,
        "title": block.deliberation.enrolled_block.block.title,
        "proposal": block.vote.proposal.label,
        "why": block.why.sentence,
        "divergence": block.divergence.divergence.label if block.divergence else "",
        "divergent": block.divergence.codes if block.divergence else "",
        "earlier": [f"jury du {day(row.session.held_on)} : {row.words}" for row in block.earlier],
        "channels": [_channel(channel, channel.said) for channel in block.channels if channel.said],
    }


def _channel(channel: ChannelReading, said: EvaluationReading) -> dict[str, Any]:
    evaluation = said.evaluation
    return {
        "name": channel.channel.get_code_display(),
        "opinion": str(channel.opinion.label) if channel.opinion else "",
        "attempt": f"passage {evaluation.attempt}" if evaluation.attempt > 1 else "",
        "author": drawable(said.author, FACES),
        "comment": drawable(said.comment, FACES),
        "ratings": [
            {
                "code": rating.row.competency.code,
                "rating": rating.row.get_rating_display() or evaluation.get_attendance_display(),
                "comment": drawable(rating.comment, FACES),
            }
            for rating in said.ratings
        ],
        "marks": [f"{part.part.title} : {localize(part.mark)} sur 20" for part in said.parts if part.mark is not None],
        "files": len(said.attachments) + said.withheld,
    }


def _title(pack: Pack) -> str:
    return f"Dossiers de la session {pack.session.reference}"


def _cover(pack: Pack, sheets: QuerySet[Any], at: datetime) -> Drawing:
    session = pack.session
    context = {
        "certification": session.version.certification.title,
        "session": session.reference,
        "held_on": day(session.held_on),
        "place": drawable(f"{session.place}, {session.get_means_display()}", FACES),
        "reader": _reader(pack),
        "drawn_on": day(timezone.localdate(at)),
        "is_masked": pack.is_masked,
        "lines": [{"position": sheet.position, "heading": sheet.heading, "page": sheet.first_page} for sheet in sheets],
    }
    return draw_together("papers/pack_cover.html", [context], stylesheet="pack.css", title=_title(pack), created_at=at)
