from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.todo import ToDo
from correspondence.enums import MailState
from correspondence.models import Mail

from .enums import AccreditationState, InvitationState
from .models import ENDING_SOON, Accreditation, Invitation, TrainingOrganisation
from .permissions import access_of, may_administer, may_follow_mails, may_list_organisations


def to_do(user: User, *, on: date) -> list[ToDo]:
    access = access_of(user, on=on)
    todos = [_expired_invitations(user, on)] if may_list_organisations(access) else []
    if may_follow_mails(access):
        todos.append(_failed_mails())
    return [*todos, _ending_accreditations(user, on)] if may_administer(access) else todos


def _expired_invitations(user: User, on: date) -> ToDo:
    """Those that died before this day began: whoever invited asks again, or gives up."""
    midnight = timezone.make_aware(datetime.combine(on, time.min))
    return ToDo(
        label="Invitations restées sans réponse",
        detail="Renvoyez-les, ou retirez-les.",
        count=Invitation.objects.visible_to(user).expired(midnight).count(),
        url=f"{reverse('organisations:invitations')}?state={InvitationState.EXPIRED}",
    )


def _failed_mails() -> ToDo:
    return ToDo(
        label="Messages non partis",
        detail="Voyez pourquoi, puis renvoyez-les.",
        count=Mail.objects.failed().count(),
        url=f"{reverse('organisations:mails')}?state={MailState.FAILED}",
    )


def _ending_accreditations(user: User, on: date) -> ToDo:
    ending = (
        TrainingOrganisation.objects.visible_to(user)
        .with_accreditation(on)
        .filter(accreditation_state=AccreditationState.ENDING)
    )
    last_days = Accreditation.objects.filter(training_organisation__in=ending.values("pk")).in_force(on)
    first = last_days.order_by("ends_on").values_list("ends_on", flat=True).first()
    return ToDo(
        label="Habilitations bientôt échues",
        detail=f"Dans les {ENDING_SOON.days} jours ; sans elles, plus d’inscription.",
        count=ending.count(),
        url=f"{reverse('organisations:list')}?state={AccreditationState.ENDING}",
        due_on=first,
    )
