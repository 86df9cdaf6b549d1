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
    todos = []
    if access.is_admin:
        todos = [_to_decide(user, on), _to_enrol(user, on), _unregistered(user), _to_complete(user)]
    return [*todos, _without_referent(user), _without_deadlines(user, on)] if access.is_training_member else todos


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


def _without_referent(user: User) -> ToDo:
    return _enrolments(
        user,
        EnrolmentState.WITHOUT_REFERENT,
        label="Désigner un référent en entreprise",
        detail="Sans lui, personne n’évalue la voie 2.",
    )


def _unregistered(user: User) -> ToDo:
    return _enrolments(
        user,
        EnrolmentState.UNREGISTERED,
        label="Vérifier les entrées hors enregistrement au RNCP",
        detail="La délivrance demandera votre confirmation : le certificat ne mentionnera pas le RNCP.",
    )


def _to_complete(user: User) -> ToDo:
    return _enrolments(
        user,
        EnrolmentState.TO_COMPLETE,
        label="Compléter les données de la déclaration à la CDC",
        detail="Plus faciles à retrouver maintenant qu’à la délivrance.",
    )


def _enrolments(user: User, state: EnrolmentState, *, label: str, detail: str) -> ToDo:
    count = Enrolment.objects.visible_to(user).in_state(state).count()
    return ToDo(label=label, count=count, url=f"{reverse('candidates:list')}?state={state}", detail=detail)


def _without_deadlines(user: User, on: date) -> ToDo:
    cohorts = Cohort.objects.visible_to(user).without_deadlines().filter(ends_on__gte=on)
    return ToDo(label="Fixer les échéances d’une promotion", count=cohorts.count(), url=reverse("candidates:cohorts"))
