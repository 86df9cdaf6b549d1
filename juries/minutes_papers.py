"""What is made of sealed minutes, as it is frozen: their addenda, the extract of one dossier."""

from datetime import datetime
from typing import Any

from .enums import PaperKind
from .models import Dossier, JurySession, Seat, SessionPaper

SHARED = ("session", "standard", "awarding_body", "quorum", "chair", "sealed_at", "approvals", "template_version")
"""The parts of the minutes that tell of no dossier: those of an extract beside its own."""


def addendum_context(
    session: JurySession, seat: Seat, *, number: int, corrects: str, text: str, dossier: Dossier | None, at: datetime
) -> dict[str, Any]:
    """`dossier` is what its reading filters: an addendum tells of the whole session, or of that dossier alone."""
    minutes = session.minutes
    return {
        "session": minutes.context["session"],
        "standard": minutes.context["standard"],
        "awarding_body": minutes.context.get("awarding_body"),
        "minutes": {"sha256": minutes.sha256, "sealed_at": minutes.sealed_at.isoformat()},
        "number": number,
        "dossier": dossier.enrolment.reference if dossier else None,
        "name": dossier.enrolment.candidate.display_name if dossier else None,
        "corrects": corrects,
        "text": text,
        "signatory": {
            "name": seat.sitting.user.full_name,
            "college": seat.get_college_display(),
            "office": "présidence" if seat.is_chair else "vice-présidence",
        },
        "sealed_at": at.isoformat(),
    }


def extract_context(session: JurySession, dossier: Dossier) -> dict[str, Any]:
    """Of the minutes, what tells of this dossier and of nobody else's, and what corrected it since."""
    minutes, reference = session.minutes, dossier.enrolment.reference
    context = minutes.context
    (part,) = (part for part in context["dossiers"] if part["reference"] == reference)
    addenda = SessionPaper.objects.filter(session=session, kind=PaperKind.ADDENDUM).order_by("number")
    return {name: context[name] for name in SHARED if name in context} | {
        "minutes": {"sha256": minutes.sha256, "sealed_at": minutes.sealed_at.isoformat()},
        "dossier": part,
        "recused": [row["member"] for row in context["conflicts"] if row["dossier"] == reference],
        "departures": [row for row in context["departures"] if row["dossier"] == reference],
        "addenda": [
            {name: paper.context[name] for name in ("number", "corrects", "text", "sealed_at")}
            for paper in addenda
            if paper.context["dossier"] == reference
        ],
    }
