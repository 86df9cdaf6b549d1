"""What a convening notice says, gathered once and frozen: no candidate is named in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from .facts import ties_of
from .models import JuryMember, JurySession, Seat

CHAIR, VICE_CHAIR = "présidence", "vice-présidence"


def notice_context(
    session: JurySession, seat: Seat, member: JuryMember, *, withdrawn: int, dossiers: int
) -> dict[str, Any]:
    """`withdrawn`: from how many dossiers the rows withdraw this member. Plain JSON, moments in ISO form."""
    certification = session.version.certification
    body = certification.awarding_body
    return {
        "session": _session(session),
        "standard": {"title": certification.title},
        "awarding_body": {"name": body.name, "address": body.address, "city": body.city},
        "addressee": {
            "name": member.user.full_name,
            "body": member.body,
            "college": seat.get_college_display(),
            "seat": seat.number,
        },
        "office": _office(seat),
        "stands_in_for": None if member == seat.member else seat.member.user.full_name,
        "dossiers": dossiers,
        "recused": withdrawn,
    }


def _session(session: JurySession) -> dict[str, Any]:
    opens_at, closes_at = session.written_opens_at, session.written_closes_at
    return {
        "reference": session.reference,
        "held_on": session.held_on.isoformat(),
        "starts_at": session.starts_at.isoformat() if session.starts_at else None,
        "duration": session.duration or None,
        "place": session.place,
        "means": session.get_means_display(),
        "window": (
            {"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat()} if opens_at and closes_at else None
        ),
    }


def _office(seat: Seat) -> str | None:
    if seat.is_chair:
        return CHAIR
    return VICE_CHAIR if seat.is_vice_chair else None


def ties_by_member(session: JurySession, people: Mapping[Seat, Iterable[JuryMember]]) -> dict[int, frozenset[int]]:
    """By member, the dossiers to which the rows tie them, whether or not they sit yet."""
    members = {member.pk: (seat, member) for seat, those in people.items() for member in those}
    sitting = [Seat(pk=pk, college=seat.college, member=member) for pk, (seat, member) in members.items()]
    found: dict[int, set[int]] = {pk: set() for pk in members}
    for dossier, seat, _ in ties_of(session, sitting):
        found[seat.pk].add(dossier.pk)
    return {pk: frozenset(dossiers) for pk, dossiers in found.items()}
