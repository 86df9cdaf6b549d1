"""What the minutes say, gathered once and frozen: counts of votes, never a ballot by name."""

from collections import defaultdict
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

from .enums import HAS_SAT, DeliberationState, Proposal
from .facts import Bench, bench_of
from .models import (
    Deliberation,
    Dossier,
    JurySession,
    Minutes,
    MinutesApproval,
    MinutesFile,
    MotionItem,
    PresenceEvent,
    Recusal,
    Seat,
)

TEMPLATE_VERSION = "2"
UNDECIDED = "renvoyé à une prochaine session"
NOT_YET = {  # as long as the session is not closed
    DeliberationState.PENDING: "à décider",
    DeliberationState.OPEN: "vote ouvert",
    DeliberationState.CLOSED: "à trancher",
}


def minutes_context(
    session: JurySession,
    *,
    chair: Seat,
    incidents: Sequence[str],
    approvals: Iterable[MinutesApproval],
    sealed_at: datetime,
) -> dict[str, Any]:
    """The frozen context of the minutes: what was approved, by whom, and when it was sealed."""
    content = minutes_content(session, chair=chair, incidents=incidents)
    return content | {"approvals": [_approval(row) for row in approvals], "sealed_at": _iso(sealed_at)}


SEAL_FACTS = ("approvals", "sealed_at")


def approved_content(context: Mapping[str, Any]) -> dict[str, Any]:
    """Of sealed minutes, what their members approved."""
    return {part: value for part, value in context.items() if part not in SEAL_FACTS}


def _approval(approval: MinutesApproval) -> dict[str, Any]:
    return {
        "name": approval.member.user.full_name,
        "college": approval.seat.get_college_display(),
        "is_chair": approval.seat.is_chair,
        "approved_at": _iso(approval.approved_at),
    }


def minutes_content(session: JurySession, *, chair: Seat, incidents: Sequence[str]) -> dict[str, Any]:
    """What members approve: plain JSON, words in French, days and moments in ISO form."""
    bench = bench_of(session)
    certification = session.version.certification
    en_bloc = _adopted_en_bloc(session)
    dossiers = [_dossier(*read, en_bloc=en_bloc.get(read[0].pk)) for read in _read_dossiers(session)]
    return {
        "session": {
            "reference": session.reference,
            "held_on": session.held_on.isoformat(),
            "opened_at": _iso(session.opened_at),
            "closed_at": _iso(session.closed_at),
            "place": session.place,
            "means": session.get_means_display(),
            "window": _window(session),
            "is_anonymous": session.masks_identity,
        },
        "standard": {
            "rncp_code": certification.rncp_code,
            "title": certification.title,
            "version": session.version.label,
        },
        "awarding_body": {"name": certification.awarding_body.name},
        "seats": _seats(session, bench),
        "quorum": _quorum(bench),
        "conflicts": _conflicts(session),
        "dossiers": dossiers,
        "departures": [departure for dossier in dossiers for departure in _departures(dossier)],
        "incidents": list(incidents),
        "chair": chair.sitting.user.full_name,
        "specimen": settings.DEMO,
        "template_version": TEMPLATE_VERSION,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _window(session: JurySession) -> dict[str, str | None] | None:
    """Of a vote in writing: the days during which it was open."""
    if not session.is_written:
        return None
    return {"opens_at": _iso(session.written_opens_at), "closes_at": _iso(session.written_closes_at)}


def _seats(session: JurySession, bench: Bench) -> list[dict[str, Any]]:
    movements: defaultdict[int, list[PresenceEvent]] = defaultdict(list)
    for event in (
        PresenceEvent.objects.filter(seat__session=session).select_related("member__user").order_by("at", "pk")
    ):
        if session.closed_at is None or event.at <= session.closed_at:
            movements[event.seat_id].append(event)
    return [_seat(seat, movements[seat.pk]) for seat in bench.seats]


def _seat(seat: Seat, movements: Iterable[PresenceEvent]) -> dict[str, Any]:
    return {
        "number": seat.number,
        "college": seat.get_college_display(),
        "titular": seat.member.user.full_name,
        "substitute": seat.substitute.user.full_name if seat.substitute else None,
        "sitting": seat.sitting.user.full_name,
        "office": _office(seat),
        "presence": seat.get_presence_display(),
        "attends_by": seat.get_attends_by_display(),
        "movements": [_movement(event, seat) for event in movements],
    }


def _office(seat: Seat) -> str:
    if seat.is_chair:
        return "présidence"
    return "vice-présidence" if seat.is_vice_chair else ""


def _movement(event: PresenceEvent, seat: Seat) -> dict[str, Any]:
    """Of whom, when it is not who sits there at the end."""
    return {
        "change": event.get_change_display(),
        "means": event.get_means_display(),
        "at": _iso(event.at),
        "member": "" if event.member_id == seat.sitting.pk else event.member.user.full_name,
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
        session.dossiers.select_related("session", "enrolment__candidate")
        .prefetch_related("deliberations__enrolled_block__block", "deliberations__presided_by__user")
        .order_by("position")
    )
    enrolments = [dossier.enrolment for dossier in dossiers]
    opinions, proposals = opinions_of_many(enrolments), proposals_of_many(enrolments)
    for dossier in dossiers:
        proposed = {code: str(verdict.answer) for code, verdict in proposals[dossier.enrolment_id].items()}
        yield dossier, opinions.get(dossier.enrolment_id, {}), proposed


def _adopted_en_bloc(session: JurySession) -> dict[int, dict[str, Any]]:
    """By dossier: the motion under which it was put to the vote, and whether somebody pulled it out."""
    items = (
        MotionItem.objects.filter(motion__session=session).select_related("motion").order_by("motion__opened_at", "pk")
    )
    return {item.dossier_id: {"opened_at": _iso(item.motion.opened_at), "is_pulled": item.is_pulled} for item in items}


def _dossier(
    dossier: Dossier, opinions: OpinionsByBlock, proposals: Mapping[str, str], *, en_bloc: dict[str, Any] | None
) -> dict[str, Any]:
    deliberations = sorted(dossier.deliberations.all(), key=lambda row: row.enrolled_block.block.position)
    return {
        "reference": dossier.enrolment.reference,
        "name": dossier.enrolment.candidate.display_name,
        "presided_by": sorted({row.presided_by.user.full_name for row in deliberations if row.presided_by}),
        "en_bloc": en_bloc,
        "blocks": [
            _block(deliberation, opinions.get(deliberation.code, {}), proposals[deliberation.code], dossier.session)
            for deliberation in deliberations
        ],
    }


def _block(
    deliberation: Deliberation, opinions: Mapping[ChannelCode, str], proposal: str, session: JurySession
) -> dict[str, Any]:
    """As it stood when the vote opened; as it stands now for a block that never came to a vote."""
    heard: Mapping[Any, str] = opinions if deliberation.is_pending else deliberation.opinions
    return {
        "code": deliberation.code,
        "title": deliberation.enrolled_block.block.title,
        "opinions": {channel.value: _opinion(heard.get(channel.value)) for channel in ChannelCode},
        "proposal": Proposal(deliberation.proposal or proposal).label,
        "decision": _decision(deliberation, session),
        "for": deliberation.acquired_count,
        "against": deliberation.not_acquired_count,
        "abstain": deliberation.abstain_count,
        "quorum": deliberation.quorum_count,
        "casting": deliberation.get_casting_vote_display(),
        "departure_ground": deliberation.get_departure_ground_display(),
        "departure_reason": deliberation.departure_reason,
    }


def _decision(deliberation: Deliberation, session: JurySession) -> str:
    if deliberation.outcome:
        return deliberation.get_outcome_display()
    if deliberation.is_lapsed:
        return deliberation.get_state_display()
    return UNDECIDED if session.closed_at else NOT_YET[DeliberationState(deliberation.state)]


def _opinion(opinion: str | None) -> str | None:
    return str(Opinion(opinion).label) if opinion else None


def _departures(dossier: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "dossier": dossier["reference"],
            "block": block["code"],
            "proposal": block["proposal"],
            "decision": block["decision"],
            "ground": block["departure_ground"],
            "reason": block["departure_reason"],
        }
        for block in dossier["blocks"]
        if block["departure_reason"] or block["departure_ground"]
    ]


def _has_movements(context: Mapping[str, Any]) -> bool:
    return any(seat.get("movements") for seat in context["seats"])


def draw_minutes(minutes: Minutes) -> Drawing:
    return draw(
        "papers/minutes.html",
        minutes.context | {"sha256": minutes.sha256, "has_movements": _has_movements(minutes.context)},
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
        file, is_new = MinutesFile.objects.keep(drawing, at=at, minutes=minutes)
        if is_new:
            subject = minutes.session.subject
            record("session.minutes_drawn", subject=subject, actor=SYSTEM, at=at, after={"sha256": file.sha256})
