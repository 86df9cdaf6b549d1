"""The minutes as each reader has them: less the dossiers withdrawn from them, without names in an anonymous session."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User

from ..approvals import draft_of
from ..enums import PaperKind
from ..masking import heading_of, masker_of
from ..models import Dossier, JurySession, Seat, SessionPaper
from ..papers import NOT_YET, minutes_content

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MinutesReading:
    content: Content
    withdrawn: int  # dossiers that the reader does not see

    @property
    def left(self) -> int:
        """Blocks of a draft that are still to be decided."""
        decisions = [block["decision"] for dossier in self.content["dossiers"] for block in dossier["blocks"]]
        return sum(decision in NOT_YET.values() for decision in decisions)

    @property
    def movements(self) -> list[tuple[Content, list[Content]]]:
        """Of the seats where somebody came or went; the frozen moments are read again as such."""
        return [
            (seat, [{**movement, "at": datetime.fromisoformat(movement["at"])} for movement in seat["movements"]])
            for seat in self.content["seats"]
            if seat.get("movements")
        ]

    @property
    def signatures(self) -> list[Content]:
        """None under version 1, which the chair alone signed."""
        approvals = self.content.get("approvals", [])
        return [{**row, "approved_at": datetime.fromisoformat(row["approved_at"])} for row in approvals]


def read_minutes(session: JurySession, user: User, seat: Seat | None) -> MinutesReading:
    dossiers = {
        dossier.enrolment.reference: dossier
        for dossier in Dossier.objects.visible_to(user)
        .filter(session=session)
        .select_related("session", "enrolment__candidate", "enrolment__company", "enrolment__training_organisation")
    }
    if session.is_sealed:
        content: Content = _with_extracts(session.minutes.context, session)
    else:
        content = _without_names(_draft(session), dossiers, seat)
    withdrawn = sum(dossier["reference"] not in dossiers for dossier in content["dossiers"])
    return MinutesReading(_less_withdrawn(content, dossiers), withdrawn)


def _draft(session: JurySession) -> Content:
    chair = Seat.objects.select_related("member__user", "substitute__user").get(session=session, is_chair=True)
    draft = draft_of(session)
    return minutes_content(session, chair=chair, incidents=draft.incidents if draft else ())


def _less_withdrawn(content: Content, shown: Collection[str]) -> Content:
    """Without what tells of a dossier that the reader does not see."""
    kept = {part: [row for row in content[part] if row["dossier"] in shown] for part in ("conflicts", "departures")}
    return {**content, **kept, "dossiers": [row for row in content["dossiers"] if row["reference"] in shown]}


def _without_names(content: Content, dossiers: Mapping[str, Dossier], seat: Seat | None) -> Content:
    """What names a candidate, a heading or a free text, as an anonymous session shows it to its members."""
    maskers = {reference: masker_of(dossier, seat) for reference, dossier in dossiers.items()}

    def unnamed(text: str) -> str:
        for mask in maskers.values():
            text = mask(text)
        return text

    return {
        **content,
        "dossiers": [
            {**row, "name": heading_of(dossiers[row["reference"]], seat)} if row["reference"] in dossiers else row
            for row in content["dossiers"]
        ],
        "departures": [{**row, "reason": unnamed(row["reason"])} for row in content["departures"]],
        "incidents": [unnamed(incident) for incident in content["incidents"]],
    }


def addenda_of(session: JurySession, user: User) -> list[SessionPaper]:
    """Those that this reader may know of: not what corrects a dossier withdrawn from their view."""
    papers = SessionPaper.objects.filter(session=session, kind=PaperKind.ADDENDUM).select_related("session", "file")
    visible = Dossier.objects.visible_to(user).filter(session=session)
    shown = {None, *visible.values_list("enrolment__reference", flat=True)}
    return [paper for paper in papers.order_by("number") if paper.context["dossier"] in shown]


def _with_extracts(content: Content, session: JurySession) -> Content:
    """Each dossier with what there is of its extract: nothing, the paper, or its document too."""
    papers = SessionPaper.objects.filter(session=session, kind=PaperKind.EXTRACT)
    found = dict(papers.values_list("dossier__enrolment__reference", "file"))
    states = {reference: "drawn" if file else "waiting" for reference, file in found.items()}
    dossiers = [{**row, "extract": states.get(row["reference"], "")} for row in content["dossiers"]]
    return {**content, "dossiers": dossiers}
