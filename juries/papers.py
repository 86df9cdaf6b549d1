"""What the minutes say, gathered once and frozen: counts of votes, never a ballot by name."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from documents.drawing import Drawing, draw
from evaluations.enums import Opinion
from evaluations.facts import OpinionsByBlock, opinions_of_many, proposals_of_many
from journal.services import SYSTEM, record
from rulebook.outcomes import ChannelCode

from .enums import HAS_SAT, Proposal
from .facts import Bench, bench_of
from .models import Deliberation, Dossier, JurySession, Minutes, MinutesFile, Recusal, Seat

TEMPLATE_VERSION = "1"
UNDECIDED = "renvoyé à une prochaine session"


def minutes_context(
    session: JurySession, *, chair: Seat, incidents: Sequence[str], sealed_at: datetime
) -> dict[str, Any]:
    """The frozen context of the minutes: plain JSON, words in French, days and moments in ISO form."""
    bench = bench_of(session)
    certification = session.version.certification
    dossiers = [_dossier(*read, chair=chair) for read in _read_dossiers(session)]
    return {
        "session": {
            "reference": session.reference,
            "held_on": session.held_on.isoformat(),
            "opened_at": _iso(session.opened_at),
            "closed_at": _iso(session.closed_at),
            "place": session.place,
            "means": session.get_means_display(),
        },
        "standard": {
            "rncp_code": certification.rncp_code,
            "title": certification.title,
            "version": session.version.label,
        },
        "awarding_body": {"name": certification.awarding_body.name},
        "seats": [_seat(seat) for seat in bench.seats],
        "quorum": _quorum(bench),
        "conflicts": _conflicts(session),
        "dossiers": dossiers,
        "departures": [departure for dossier in dossiers for departure in _departures(dossier)],
        "incidents": list(incidents),
        "chair": chair.sitting.user.full_name,
        "sealed_at": _iso(sealed_at),
        "specimen": settings.DEMO,
        "template_version": TEMPLATE_VERSION,
    }


def fingerprint(context: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(context, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _seat(seat: Seat) -> dict[str, Any]:
    return {
        "number": seat.number,
        "college": seat.get_college_display(),
        "titular": seat.member.user.full_name,
        "substitute": seat.substitute.user.full_name if seat.substitute else None,
        "sitting": seat.sitting.user.full_name,
        "presence": seat.get_presence_display(),
    }


def _quorum(bench: Bench) -> dict[str, int]:
    return {
        "present": sum(seat.presence in HAS_SAT for seat in bench.seats),
        "required": bench.standard.quorum.minimum,
        "seats": bench.standard.quorum.out_of,
    }


def _conflicts(session: JurySession) -> list[dict[str, str]]:
    recusals = (
        Recusal.objects.filter(dossier__session=session)
        .select_related("dossier__enrolment", "member__user")
        .order_by("dossier__position", "seat__number", "pk")
    )
    return [
        {
            "dossier": recusal.dossier.enrolment.reference,
            "member": recusal.member.user.full_name,
            "reason": recusal.get_reason_display(),
        }
        for recusal in recusals
    ]


def _read_dossiers(session: JurySession) -> Iterable[tuple[Dossier, OpinionsByBlock, Mapping[str, str]]]:
    dossiers = list(
        session.dossiers.select_related("enrolment__candidate")
        .prefetch_related("deliberations__enrolled_block__block", "deliberations__presided_by__user")
        .order_by("position")
    )
    enrolments = [dossier.enrolment for dossier in dossiers]
    opinions, proposals = opinions_of_many(enrolments), proposals_of_many(enrolments)
    for dossier in dossiers:
        proposed = {code: str(verdict.answer) for code, verdict in proposals[dossier.enrolment_id].items()}
        yield dossier, opinions.get(dossier.enrolment_id, {}), proposed


def _dossier(
    dossier: Dossier, opinions: OpinionsByBlock, proposals: Mapping[str, str], *, chair: Seat
) -> dict[str, Any]:
    deliberations = sorted(dossier.deliberations.all(), key=lambda row: row.enrolled_block.block.position)
    return {
        "reference": dossier.enrolment.reference,
        "name": dossier.enrolment.candidate.display_name,
        "presided_by": _others_who_presided(deliberations, chair),
        "blocks": [
            _block(deliberation, opinions.get(deliberation.code, {}), proposals[deliberation.code])
            for deliberation in deliberations
        ],
    }


def _others_who_presided(deliberations: Iterable[Deliberation], chair: Seat) -> list[str]:
    """Whoever led a vote in the place of the chair who signs."""
    members = {row.presided_by for row in deliberations if row.presided_by} - {chair.sitting}
    return sorted(member.user.full_name for member in members)


def _block(deliberation: Deliberation, opinions: Mapping[ChannelCode, str], proposal: str) -> dict[str, Any]:
    """As it stood when the vote opened; as it stands now for a block that never came to a vote."""
    heard: Mapping[Any, str] = opinions if deliberation.is_pending else deliberation.opinions
    return {
        "code": deliberation.code,
        "title": deliberation.enrolled_block.block.title,
        "opinions": {channel.value: _opinion(heard.get(channel.value)) for channel in ChannelCode},
        "proposal": Proposal(deliberation.proposal or proposal).label,
        "decision": deliberation.get_outcome_display() or UNDECIDED,
        "for": deliberation.acquired_count,
        "against": deliberation.not_acquired_count,
        "abstain": deliberation.abstain_count,
        "quorum": deliberation.quorum_count,
        "casting": deliberation.get_casting_vote_display(),
        "departure_reason": deliberation.departure_reason,
    }


def _opinion(opinion: str | None) -> str | None:
    return str(Opinion(opinion).label) if opinion else None


def _departures(dossier: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "dossier": dossier["reference"],
            "block": block["code"],
            "proposal": block["proposal"],
            "decision": block["decision"],
            "reason": block["departure_reason"],
        }
        for block in dossier["blocks"]
        if block["departure_reason"]
    ]


def draw_minutes(minutes: Minutes) -> Drawing:
    return draw(
        "papers/minutes.html",
        minutes.context | {"sha256": minutes.sha256},
        stylesheet="minutes.css",
        title=f"Procès-verbal de la session {minutes.session.reference}",
        created_at=minutes.sealed_at,
    )


def keep_drawing(minutes_id: int, *, at: datetime) -> None:
    """Draw the sealed minutes and keep the bytes, once: a second call changes nothing."""
    minutes = Minutes.objects.select_related("session").get(pk=minutes_id)
    if MinutesFile.objects.filter(minutes=minutes).exists():
        return
    drawing = draw_minutes(minutes)
    with transaction.atomic(durable=True):
        sha256 = hashlib.sha256(drawing).hexdigest()
        file, is_new = MinutesFile.objects.get_or_create(
            minutes=minutes, defaults={"content": bytes(drawing), "sha256": sha256, "drawn_at": at}
        )
        if is_new:
            subject = minutes.session.subject
            record("session.minutes_drawn", subject=subject, actor=SYSTEM, at=at, after={"sha256": file.sha256})
