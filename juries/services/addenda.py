"""What is made of sealed minutes: an addendum that corrects them, the extract that tells of one dossier."""

from datetime import datetime

from django.db import transaction

from accounts.models import User

from ..enums import PaperKind, SessionState
from ..minutes_papers import addendum_context, extract_context
from ..models import AFTER_SEALING, Dossier, JurySession, SessionPaper
from ..session_papers import freeze
from ..tasks import draw_paper
from .refusals import AddendumEmpty, OtherSession
from .steps import chair_of, conduct, lock, note


@transaction.atomic(durable=True)
def add_addendum(
    session: JurySession, *, corrects: str, text: str, by: User, at: datetime, dossier: Dossier | None = None
) -> SessionPaper:
    """The chair corrects sealed minutes: on the whole session, or on one dossier, whose leader then signs."""
    session = lock(session, *AFTER_SEALING)
    if dossier and dossier.session_id != session.pk:
        raise OtherSession
    seat = conduct(dossier, by) if dossier else chair_of(session, by)
    corrects, text = corrects.strip(), text.strip()
    if not (corrects and text):
        raise AddendumEmpty
    number = SessionPaper.objects.filter(session=session, kind=PaperKind.ADDENDUM).count() + 1
    context = addendum_context(session, seat, number=number, corrects=corrects, text=text, dossier=dossier, at=at)
    paper = freeze(PaperKind.ADDENDUM, session, context, by=by, at=at, number=number)
    after = {"number": number, "sha256": paper.sha256}
    if dossier:
        after["enrolment"] = dossier.enrolment.reference
    note(session, "addendum", by=by, at=at, after=after)
    draw_paper.delay_on_commit(paper_id=paper.pk)
    return paper


@transaction.atomic(durable=True)
def make_extract(dossier: Dossier, *, by: User, at: datetime) -> SessionPaper:
    """One dossier's part of the minutes, once its results are published; a second call finds the first."""
    session = lock(dossier.session, SessionState.PUBLISHED)
    if found := SessionPaper.objects.filter(kind=PaperKind.EXTRACT, dossier=dossier).first():
        return found
    paper = freeze(PaperKind.EXTRACT, session, extract_context(session, dossier), by=by, at=at, dossier=dossier)
    after = {"enrolment": dossier.enrolment.reference, "sha256": paper.sha256}
    note(session, "extract", by=by, at=at, after=after)
    draw_paper.delay_on_commit(paper_id=paper.pk)
    return paper
