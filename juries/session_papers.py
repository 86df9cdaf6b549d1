"""The papers of a session besides its minutes: frozen by the service that decides, drawn once by a worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from documents.drawing import Drawing, draw
from journal.canonical import sha256_of
from journal.services import SYSTEM, record

from .enums import PaperKind
from .models import Dossier, JuryMember, JurySession, Seat, SessionPaper, SessionPaperFile


@dataclass(frozen=True, slots=True)
class Model:
    """How a kind of paper is drawn: a template of `templates/papers`, a stylesheet of `documents/css`."""

    template: str
    stylesheet: str
    title: str
    version: str = "1"


MODELS: Mapping[PaperKind, Model] = {
    PaperKind.NOTICE: Model("papers/notice.html", "letter.css", "Convocation au jury"),
    PaperKind.LETTER: Model("papers/letter.html", "letter.css", "Résultats du jury"),
    PaperKind.EXTRACT: Model("papers/extract.html", "minutes.css", "Extrait de procès-verbal"),
    PaperKind.ADDENDUM: Model("papers/addendum.html", "minutes.css", "Additif au procès-verbal"),
}


def freeze(
    kind: PaperKind,
    session: JurySession,
    context: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
    dossier: Dossier | None = None,
    seat: Seat | None = None,
    member: JuryMember | None = None,
    number: int | None = None,
) -> SessionPaper:
    """The row of a paper, in the transaction of the decision that it tells of. `context` is plain JSON, in French.

    The caller then lets a worker draw it: `tasks.draw_paper.delay_on_commit(paper_id=…)`.
    """
    frozen = {**context, "specimen": settings.DEMO, "made_at": at.isoformat()}
    return SessionPaper.objects.create(
        kind=kind,
        session=session,
        dossier=dossier,
        seat=seat,
        member=member,
        number=number,
        context=frozen,
        sha256=sha256_of(frozen),
        template_version=MODELS[kind].version,
        made_by=by,
        made_at=at,
    )


def draw_paper(paper: SessionPaper) -> Drawing:
    model = MODELS[PaperKind(paper.kind)]
    return draw(
        model.template,
        paper.context | {"sha256": paper.sha256},
        stylesheet=model.stylesheet,
        title=f"{model.title}, session {paper.session.reference}",
        created_at=paper.made_at,
    )


def keep_drawing(paper_id: int, *, at: datetime) -> SessionPaperFile:
    """Draw the paper and keep the bytes, once: a second call gives the file that is there. For workers alone."""
    paper = SessionPaper.objects.select_related("session").get(pk=paper_id)
    if found := SessionPaperFile.objects.filter(paper=paper).first():
        return found
    drawing = draw_paper(paper)
    with transaction.atomic():
        file, is_new = SessionPaperFile.objects.keep(drawing, at=at, paper=paper)
        if is_new:
            record("session_paper.drawn", subject=paper.subject, actor=SYSTEM, at=at, after={"sha256": file.sha256})
    return file
