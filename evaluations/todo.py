"""What is left for each role to do on evaluations."""

from datetime import date, timedelta

from django.urls import reverse

from accounts.models import User
from accounts.todo import ToDo
from blocks.enums import ChannelCode
from organisations.permissions import access_of

from .assigning import for_panel, without_assessor
from .enums import ProgressFilter
from .models import AdaptationRequest
from .owed import InPlace, by_person, owed
from .permissions import chased_by
from .progress import Workload, workloads_of

ONE_DAY = timedelta(days=1)
LABELS = {
    ChannelCode.TRAINING: "Évaluations de vos candidats à saisir",
    ChannelCode.COMPANY: "Évaluations en entreprise à saisir",
    ChannelCode.PANEL: "Évaluations de la commission à saisir",
}


def to_do(user: User, *, on: date) -> list[ToDo]:
    """What they enter, then the drafts that wait to be submitted, and who is late with what they follow up.

    For the certifier, who has no assessor yet.
    """
    lines = [line for workload in workloads_of(user, on=on) for line in _of(workload)]
    lines += _late(user, on)
    return [*lines, _without_assessor(user, on), _adaptations(user)] if access_of(user).is_admin else lines


def _of(workload: Workload) -> list[ToDo]:
    first = workload.first
    if first is None:
        return []
    drafts = f"{reverse('evaluations:matrix')}?state={ProgressFilter.DRAFT}"
    detail = f"d’abord {first.candidate}, {first.place.block}"
    return [
        ToDo(LABELS[workload.channel], workload.count, first.place.url, due_on=workload.due_on, detail=detail),
        ToDo("Brouillons à relire et à rendre", workload.drafts, drafts, due_on=workload.drafts_due_on),
    ]


def _late(user: User, on: date) -> list[ToDo]:
    """The people who are late with what this person follows up, but for what is their own to enter.

    A set taken out of another over all enrolments: half a second for 20,000 of them, see docs/performance.md.
    """
    chased = chased_by(access_of(user))
    if not access_of(user).is_admin:
        chased.pop(ChannelCode.TRAINING, None)
    if not chased:
        return []
    rows = owed(on=on, until=on - ONE_DAY, among=chased)
    people = by_person(rows, InPlace.read(rows, on=on)) if rows else {}
    if not people:
        return []
    noun = "personne" if len(people) == 1 else "personnes"
    due_on = min(row.due_on for row in rows)
    return [ToDo(f"{noun} en retard, à relancer", len(people), reverse("evaluations:late"), due_on=due_on)]


def _without_assessor(user: User, on: date) -> ToDo:
    waiting = without_assessor(for_panel(user), on=on)
    return ToDo("Candidats à confier à la commission d’évaluation", waiting.count(), reverse("evaluations:assign"))


def _adaptations(user: User) -> ToDo:
    waiting = AdaptationRequest.objects.visible_to(user).to_decide()
    return ToDo("Demandes d’aménagement à décider", waiting.count(), reverse("evaluations:adaptations"))
