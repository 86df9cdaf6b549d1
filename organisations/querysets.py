"""Conditions that several lists share. Prefixes reach them from the other end of a relation."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, Q


class PeriodQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date) -> Self:
        """Rows whose period holds that day, both ends included."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def lasting_beyond(self, day: date) -> Self:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))


class OrganisationQuerySet(models.QuerySet[Any]):
    def matching(self, words: str) -> Self:
        """Every word is in the name or the town, or begins the SIRET."""
        found = self
        for word in words.split():
            found = found.filter(Q(name__icontains=word) | Q(city__icontains=word) | Q(siret__startswith=word))
        return found

    def with_counts(self, at: datetime, *, on: date) -> Self:
        """`member_count`: memberships in force that day; `pending_count`: invitations open at that moment."""
        return self.annotate(
            member_count=Count("membership", filter=membership_in_force(on, "membership__"), distinct=True),
            pending_count=Count("invitation", filter=invitation_pending(at, "invitation__"), distinct=True),
        )


def membership_in_force(on: date, prefix: str = "") -> Q:
    """Held that day. The last day is not included: a role that is ended is held no more, from that moment on."""
    begun = Q(**{f"{prefix}starts_on__lte": on})
    return begun & (Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gt": on}))


def invitation_unanswered(prefix: str = "") -> Q:
    return Q(**{f"{prefix}accepted_at__isnull": True, f"{prefix}superseded_at__isnull": True})


def invitation_pending(at: datetime, prefix: str = "") -> Q:
    return invitation_unanswered(prefix) & Q(**{f"{prefix}expires_at__gt": at})
