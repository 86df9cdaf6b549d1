"""Why dossiers were withdrawn from a member before they said anything: by reason and number, and no name."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from blocks.french import join

from .enums import RecusalReason
from .models import JurySession, Recusal, Seat

TIES = {
    RecusalReason.SIGNED_EVALUATION: "vous avez signé une évaluation du candidat",
    RecusalReason.EMPLOYER: "vous appartenez à l’entreprise du candidat",
    RecusalReason.REFERENT: "vous êtes ou avez été le référent du candidat",
    RecusalReason.TRAINER: "vous êtes ou avez été le formateur du candidat",
    RecusalReason.OWN_ORGANISATION: "vous représentez l’organisme de formation du candidat",
    RecusalReason.DECLARED: "vous avez déclaré un lien avec le candidat",
}
TITULAR = "qui siégeait avant vous est lié au candidat"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    number: int
    words: str


def withdrawals_of(session: JurySession, seat: Seat) -> list[Withdrawal]:
    """The most numerous first. A dossier tied in two ways is told once, with both."""
    reasons: defaultdict[int, set[str]] = defaultdict(set)
    rows = Recusal.objects.filter(dossier__session=session, seat=seat)
    for dossier, member, reason in rows.values_list("dossier", "member", "reason"):
        reasons[dossier].add(TIES[RecusalReason(reason)] if member == seat.sitting.pk else TITULAR)
    order = [*TIES.values(), TITULAR]
    counted = Counter(join(sorted(found, key=order.index)) for found in reasons.values())
    return [Withdrawal(number, words) for words, number in counted.most_common()]
