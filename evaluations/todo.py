"""What is left for each role to do on evaluations."""

from datetime import date

from django.urls import reverse

from accounts.models import User
from accounts.todo import ToDo
from blocks.enums import ChannelCode
from organisations.permissions import access_of

from .enums import ProgressFilter
from .permissions import enrolments_of
from .progress import Workload, workloads_of

LABELS = {
    ChannelCode.TRAINING: "Évaluations de vos candidats à saisir",
    ChannelCode.COMPANY: "Évaluations en entreprise à saisir",
    ChannelCode.PANEL: "Évaluations de la commission à saisir",
}


def to_do(user: User, *, on: date) -> list[ToDo]:
    """What they enter, then the drafts that wait to be submitted; for the certifier, who has no assessor yet."""
    lines = [line for workload in workloads_of(user, on=on) for line in _of(workload)]
    return [*lines, _without_assessor(user)] if access_of(user).is_admin else lines


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


def _without_assessor(user: User) -> ToDo:
    waiting = enrolments_of(user).active().filter(route__plan__code=ChannelCode.PANEL, panel_assignment__isnull=True)
    return ToDo("Candidats à confier à la commission d’évaluation", waiting.count(), reverse("evaluations:assign"))
