"""The ways into the organisations, each with how many are there."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from accounts.models import User

from .models import AwardingBody, Company, Invitation, Membership, TrainingOrganisation


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    count: int
    url: str
    is_late: bool = False


def sections_for(user: User, *, at: datetime, on: date) -> list[Section]:
    unanswered = Invitation.objects.visible_to(user).unanswered()
    return [
        Section(
            "organismes de formation",
            TrainingOrganisation.objects.visible_to(user).count(),
            reverse("organisations:list"),
        ),
        Section("entreprises", Company.objects.visible_to(user).count(), reverse("organisations:companies")),
        *_awarding_bodies(user, on),
        Section(
            "invitations sans réponse",
            unanswered.count(),
            reverse("organisations:invitations"),
            is_late=unanswered.expired(at).exists(),
        ),
    ]


def _awarding_bodies(user: User, on: date) -> list[Section]:
    return [
        Section(
            f"personnes à la {body.short_name}",
            Membership.objects.held_in(body).in_force(on).values("user").distinct().count(),
            body.get_absolute_url(),
        )
        for body in AwardingBody.objects.visible_to(user).order_by("short_name")
    ]
