"""The letters of results: frozen with the publication, then drawn and sent by workers."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from candidates.models import AcquiredBlock
from correspondence.services import post

from ..enums import PaperKind
from ..letters import letter_contexts
from ..models import RESULT_MAIL, JurySession, SessionPaper
from ..session_papers import freeze
from ..tasks import draw_paper


def write_letters(
    session: JurySession, acquired: Iterable[AcquiredBlock], *, by: User, at: datetime
) -> list[SessionPaper]:
    """One per dossier, mailed to whoever has an address. The publication's own step, in its transaction."""
    letters = []
    for dossier, context in letter_contexts(session, acquired, at=at):
        paper = freeze(PaperKind.LETTER, session, context, by=by, at=at, dossier=dossier)
        draw_paper.delay_on_commit(paper_id=paper.pk)
        if to := dossier.enrolment.candidate.email:
            about = f"enrolment:{dossier.enrolment.reference}"
            post(RESULT_MAIL, key=paper.result_mail_key, to=to, about=about, at=at, facts={"paper": paper.pk})
        letters.append(paper)
    return letters
