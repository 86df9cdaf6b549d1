"""Dossiers to take away, which workers draw one by one: each call draws one, the last makes the file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.formats import localize

from blocks.french import day
from correspondence.services import post
from documents.drawing import Drawing, DrawingRefused, draw_together
from documents.glyphs import drawable
from documents.merging import merged
from documents.uploads import AcceptedUpload, MediaType, discard, kept, stored_names
from evaluations.enums import JobState

from .models import PACK_MAIL, PACKS, Dossier, Pack, PackQuerySet, PackSheet
from .models.packs import LIFETIME
from .reading.channels import ChannelReading, EvaluationReading
from .reading.dossiers import BlockReading, read_dossier
from .reading.overview import OverviewRow, overview_of

ATTEMPTS = 3  # of one dossier: a worker that dies of it is not sent back for ever
FACES = ("Inter-Regular", "Inter-Medium")
INTERRUPTED = "Le dessin s’est interrompu plusieurs fois : demandez-le de nouveau, ou prévenez le secrétariat."
OUTDATED = "Vos droits ont changé pendant la préparation : demandez-la de nouveau."


def draw_next(pack_id: int, *, at: datetime) -> bool:
    """Draw the next dossier, or make the file when there is none. Says whether the work goes on.

    Nothing for a pack that is over, gone, or in the hands of another worker.
    """
    pack = _claim(pack_id, at)
    if pack is None:
        return False
    if not Pack.objects.valid(timezone.localdate(at)).filter(pk=pack.pk).exists():
        return _fail(pack, OUTDATED, at)
    if pack.attempts > ATTEMPTS:
        return _fail(pack, INTERRUPTED, at)
    sheet = pack.sheets.filter(pages__isnull=True).order_by("position").first()
    try:
        if sheet is None:
            return _finish(pack, at)
        _draw(pack, sheet, at)
    except DrawingRefused as refusal:
        return _fail(pack, " ".join(refusal.reasons), at)
    return _mine(pack).update(state=JobState.WAITING, attempts=0, done=F("done") + 1) > 0


def _claim(pack_id: int, at: datetime) -> Pack | None:
    free = Pack.objects.free(at).filter(pk=pack_id)
    if not free.update(state=JobState.RUNNING, claimed_at=at, attempts=F("attempts") + 1):
        return None
    related = ("session__version__certification", "seat__session", "member__user")
    return Pack.objects.select_related(*related).get(pk=pack_id)


def _mine(pack: Pack) -> PackQuerySet:
    """The row, as long as nobody has taken the work over since."""
    return Pack.objects.filter(pk=pack.pk, state=JobState.RUNNING, claimed_at=pack.claimed_at)


def _draw(pack: Pack, sheet: PackSheet, at: datetime) -> None:
    """With the rights that the member has now: the pack is valid, so each of its dossiers is theirs to read."""
    related = (
        "session__version",
        "enrolment__candidate",
        "enrolment__company",
        "enrolment__training_organisation",
        "enrolment__version",
        "enrolment__route",
    )
    dossier = Dossier.objects.visible_to(pack.member.user).select_related(*related).get(pk=sheet.dossier_id)
    first_page = 1 + (pack.sheets.aggregate(pages=Sum("pages"))["pages"] or 0)
    drawing, heading = _drawing(pack, dossier, first_page, at)
    sheet.heading, sheet.first_page, sheet.pages = heading, first_page, drawing.pages
    sheet.content = bytes(drawing)
    sheet.save(update_fields=["heading", "first_page", "pages", "content"])


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


def _finish(pack: Pack, at: datetime) -> bool:
    sheets = pack.sheets.filter(pages__gt=0).order_by("position")
    cover = _cover(pack, sheets, at)
    pages = cover.pages + (sheets.aggregate(pages=Sum("pages"))["pages"] or 0)
    title = f"Dossiers de la session {pack.session.reference}"
    content = merged(_drawings(cover, sheets), title=title)
    upload = AcceptedUpload(pack.file.name, MediaType.PDF, content)
    with kept(upload, folder=PACKS) as file, transaction.atomic(durable=True):
        is_mine = _mine(pack).update(
            state=JobState.DONE,
            finished_at=at,
            stored_name=file.stored_name,
            size=file.size,
            sha256=file.sha256,
            pages=pages,
        )
        pack.sheets.update(content=None)
        if is_mine and pack.is_announced:
            _announce(pack, at)
    if not is_mine:
        discard(file.stored_name)
    return False


def _drawings(cover: Drawing, sheets: Iterable[PackSheet]) -> Iterable[bytes]:
    yield bytes(cover)
    for sheet in sheets:
        if sheet.content:
            yield bytes(sheet.content)


def _cover(pack: Pack, sheets: Iterable[PackSheet], at: datetime) -> Drawing:
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
    title = f"Dossiers de la session {session.reference}"
    return draw_together("papers/pack_cover.html", [context], stylesheet="pack.css", title=title, created_at=at)


def _announce(pack: Pack, at: datetime) -> None:
    post(
        PACK_MAIL,
        key=f"{PACK_MAIL}:{pack.pk}",
        to=pack.member.user.email,
        about=pack.subject,
        at=at,
        facts={"pack": pack.pk},
    )


def _fail(pack: Pack, failure: str, at: datetime) -> bool:
    with transaction.atomic(durable=True):
        _mine(pack).update(state=JobState.FAILED, finished_at=at, failure=failure[:300])
        pack.sheets.update(content=None)
    return False


def discard_stale(*, at: datetime) -> int:
    """What its member may read no longer, or kept too long: the row first, so that nothing leads to a file gone."""
    stale = list(Pack.objects.stale(timezone.localdate(at), at).order_by("pk"))
    for pack in stale:
        pack.delete()
        if pack.stored_name:
            discard(pack.stored_name)
    _discard_orphans(at)
    return len(stale)


def _discard_orphans(at: datetime) -> None:
    """Files that lost their row to a worker killed at the wrong moment."""
    named = set(Pack.objects.values_list("stored_name", flat=True))
    for stored_name in stored_names(PACKS, before=at - LIFETIME):
        if stored_name not in named:
            discard(stored_name)
