from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.models import User
from accounts.todo import ToDo

from .after import out_of_reach
from .cdc.facts import to_declare
from .cdc.waiting import due_on
from .enums import FlowState
from .models import CdcFlow, Certificate, FileRefusal, Revocation
from .permissions import may_issue
from .pipeline import to_issue


def to_do(user: User, *, on: date) -> Iterator[ToDo]:
    if not may_issue(user):
        return
    yield ToDo("Délivrer les certificats attendus", to_issue().count(), reverse("certificates:to_issue"))
    yield ToDo(
        "Corriger ce qui empêche un document d’être dessiné",
        Certificate.objects.waiting().exclude(last_error="").count(),
        reverse("certificates:register") + "?state=reserved",
    )
    refused = FileRefusal.objects.standing()
    if oldest := refused.select_related("certificate").order_by("certificate__published_at", "pk").first():
        page = reverse("certificates:certificate", args=[oldest.certificate.number])
        yield ToDo("Corriger ce qui empêche un supplément ou un duplicata d’être dessiné", refused.count(), page)
    asked = Revocation.objects.pending().exclude(requested_by=user).select_related("certificate")
    first = asked.order_by("requested_at", "pk").first()
    if first is not None:
        decision = reverse("certificates:revocation", args=[first.certificate.number])
        yield ToDo("Décider des retraits de documents demandés", asked.count(), decision)
    yield ToDo("Joindre les titulaires sans lien", out_of_reach().count(), reverse("certificates:unreached"))
    yield from _to_declare(on)


def _to_declare(on: date) -> Iterator[ToDo]:
    first = to_declare(on).select_related("enrolment__version").order_by("delivered_on", "pk").first()
    declare, files = reverse("certificates:cdc_to_declare"), reverse("certificates:cdc_flows")
    if first is not None:
        yield ToDo("Déclarer les certificats à la CDC", to_declare(on).count(), declare, due_on(first))
    flows = CdcFlow.objects.order_by()
    yield ToDo("Déposer les fichiers préparés pour la CDC", flows.filter(state=FlowState.MADE).count(), files)
    yield ToDo("Importer les réponses de la CDC", flows.filter(state=FlowState.DEPOSITED).count(), files)
