"""What is left to do about candidates, for those who enrol them."""

from datetime import date

from django.db.models import Count, Min
from django.urls import reverse

from accounts.models import User
from accounts.todo import ToDo
from organisations.permissions import access_of

from .enums import AdmissibilityStage, EnrolmentState
from .models import AdmissibilityRequest, Cohort, Enrolment


def to_do(user: User, *, on: date) -> list[ToDo]:
    access = access_of(user)
    todos: list[ToDo] = []
    if access.is_admin:
        todos += [_to_decide(user, on), _to_enrol(user, on)]
        todos += [_lacking(user, EnrolmentState.UNREGISTERED), _lacking(user, EnrolmentState.TO_COMPLETE)]
    if access.is_training_member:
        todos += [_lacking(user, EnrolmentState.WITHOUT_REFERENT), _without_deadlines(user, on)]
    return todos


def _to_decide(user: User, on: date) -> ToDo:
    """The earliest deadline leads: the day after, silence accepts."""
    pending = AdmissibilityRequest.objects.visible_to(user).in_stage(AdmissibilityStage.PENDING, on=on)
    found = pending.aggregate(count=Count("pk"), due_on=Min("reply_due_on"))
    return ToDo(
        label="Recevabilités à décider",
        count=found["count"],
        url=_requests_url(AdmissibilityStage.PENDING),
        due_on=found["due_on"],
        detail="Ensuite, le silence vaut acceptation.",
    )


def _to_enrol(user: User, on: date) -> ToDo:
    admitted = AdmissibilityRequest.objects.visible_to(user).in_stage(AdmissibilityStage.ADMISSIBLE, on=on)
    return ToDo(
        label="Inscrire par VAE les candidats recevables",
        count=admitted.count(),
        url=_requests_url(AdmissibilityStage.ADMISSIBLE),
        detail="Par décision, ou parce que le silence a accepté.",
    )


def _requests_url(stage: AdmissibilityStage) -> str:
    return f"{reverse('candidates:admissibility_requests')}?stage={stage}"


# What enrolments lack: as it is asked for, and why.
_LACKING = {
    EnrolmentState.WITHOUT_REFERENT: (
        "Désigner un référent en entreprise",
        "Sans lui, personne n’évalue la voie 2.",
    ),
    EnrolmentState.UNREGISTERED: (
        "Vérifier les entrées hors enregistrement au RNCP",
        "La délivrance demandera votre confirmation : le certificat ne mentionnera pas le RNCP.",
    ),
    EnrolmentState.TO_COMPLETE: (
        "Compléter les données de la déclaration à la CDC",
        "Plus faciles à retrouver maintenant qu’à la délivrance.",
    ),
}


def _lacking(user: User, state: EnrolmentState) -> ToDo:
    label, detail = _LACKING[state]
    count = Enrolment.objects.visible_to(user).in_state(state).count()
    return ToDo(label=label, count=count, url=f"{reverse('candidates:list')}?state={state}", detail=detail)


def _without_deadlines(user: User, on: date) -> ToDo:
    cohorts = Cohort.objects.visible_to(user).without_deadlines().filter(ends_on__gte=on)
    return ToDo(label="Fixer les échéances d’une promotion", count=cohorts.count(), url=reverse("candidates:cohorts"))
