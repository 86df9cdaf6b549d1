"""Two candidates ask that their exams be adapted: one has been answered, the other waits for the secretariat."""

from datetime import UTC, date, datetime, time, timedelta

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from documents.uploads import kept
from evaluations.enums import Adjustment
from evaluations.models.adaptations import EVIDENCE
from evaluations.services import Wanted, grant_adaptation, request_adaptation

from .branch import Branch
from .files import printed

PANEL = frozenset({ChannelCode.PANEL})
MORE_TIME = Wanted(Adjustment.EXTRA_TIME, PANEL, "un tiers de temps en plus pour préparer le cas")
A_COMPUTER = Wanted(Adjustment.COMPUTER, PANEL)
A_ROOM = Wanted(Adjustment.SEPARATE_ROOM, frozenset({ChannelCode.TRAINING, ChannelCode.PANEL}))
SLOW_WRITING = "Écrit lentement à la main et se fatigue quand la préparation est courte."
NOISE = "Perd le fil dès que d’autres personnes parlent dans la pièce."
LESS_THAN_ASKED = (
    "Le tiers de temps suffit : le cas se prépare sur les postes de la commission, où tous tapent au clavier."
)


def granted(branch: Branch, enrolment: Enrolment, *, today: date) -> None:
    """Less than was asked, three weeks ago: the evidence is still there for the secretariat to read."""
    asked_on, decided_on = today - timedelta(days=27), today - timedelta(days=20)
    paper = printed(
        "avis-amenagement.pdf",
        "Avis sur l’aménagement des épreuves",
        "Un tiers de temps en plus et le recours à un ordinateur sont préconisés.",
        "Document fictif, fait pour la démonstration.",
    )
    with kept(paper, folder=EVIDENCE) as evidence:
        request = request_adaptation(
            enrolment,
            SLOW_WRITING,
            [MORE_TIME, A_COMPUTER],
            evidence=evidence,
            by=branch.secretary_of(enrolment.training_organisation),
            at=_morning(asked_on),
        )
    grant_adaptation(request, [MORE_TIME], reason=LESS_THAN_ASKED, by=branch.admin, at=_morning(decided_on))


def to_decide(branch: Branch, enrolment: Enrolment, *, today: date) -> None:
    request_adaptation(
        enrolment,
        NOISE,
        [A_ROOM],
        by=branch.secretary_of(enrolment.training_organisation),
        at=_morning(today - timedelta(days=3)),
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 30), UTC)
