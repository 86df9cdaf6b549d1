"""The ways into the organisations, each with how many are there."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.urls import reverse

from accounts.models import User
from correspondence.models import Mail

from .models import AwardingBody, Company, Invitation, Membership, TrainingOrganisation
from .permissions import access_of, may_follow_mails


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    count: int
    url: str
    is_late: bool = False

    @classmethod
    def counting(cls, count: int, singular: str, plural: str, url: str, *, is_late: bool = False) -> Self:
        return cls(singular if count < 2 else plural, count, url, is_late)


def sections_for(user: User, *, at: datetime, on: date) -> list[Section]:
    unanswered = Invitation.objects.visible_to(user).unanswered()
    return [
        Section.counting(
            TrainingOrganisation.objects.visible_to(user).count(),
            "organisme de formation",
            "organismes de formation",
            reverse("organisations:list"),
        ),
        Section.counting(
            Company.objects.visible_to(user).count(), "entreprise", "entreprises", reverse("organisations:companies")
        ),
        *_awarding_bodies(user, on),
        Section.counting(
            unanswered.count(),
            "invitation sans réponse",
            "invitations sans réponse",
            reverse("organisations:invitations"),
            is_late=unanswered.expired(at).exists(),
        ),
        *([_mails()] if may_follow_mails(access_of(user)) else []),
    ]


def _mails() -> Section:
    failed = Mail.objects.failed().count()
    return Section.counting(failed, "message non parti", "messages non partis", reverse("organisations:mails"))


def _awarding_bodies(user: User, on: date) -> list[Section]:
    return [
        Section.counting(
            Membership.objects.held_in(body).in_force(on).values("user").distinct().count(),
            f"personne à la {body.short_name}",
            f"personnes à la {body.short_name}",
            body.get_absolute_url(),
        )
        for body in AwardingBody.objects.visible_to(user).order_by("short_name")
    ]
