"""Warning the secretariat of certificates that nobody has declared to the CDC yet: which days, and in which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Count, Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from blocks.facts import standard_of
from blocks.french import count
from blocks.models import StandardVersion
from correspondence.composing import Composition
from correspondence.models import Mail
from evaluations.reminders import next_working_day
from organisations.permissions import access_of
from rulebook.declaration import DeclarationRule

from .cdc.facts import held_back, undeclared

ALERT = "certificates.declaration_alert"
SHOWN = 20  # days of delivery, in one message


@dataclass(frozen=True, slots=True)
class Delivery:
    """Certificates delivered one day under one version of the standard, that nobody has declared."""

    delivered_on: date
    count: int
    rule: DeclarationRule

    @property
    def due_on(self) -> date:
        return self.rule.due_on(self.delivered_on)

    def last_alert(self, on: date) -> date | None:
        """The last working day, `on` included, on which there was something to say of them."""
        days = (next_working_day(day) for day in self.rule.alerts(self.delivered_on))
        return max((day for day in days if day <= on), default=None)


def deliveries() -> list[Delivery]:
    """Of all that is not declared, the next to fall due first. The versions of the standard are few."""
    rows = (
        undeclared()
        .order_by("delivered_on", "enrolment__version")
        .values_list("delivered_on", "enrolment__version")
        .annotate(Count("pk"))
    )
    rules = {version.pk: standard_of(version).declaration for version in StandardVersion.objects.order_by("pk")}
    return sorted((Delivery(day, total, rules[version]) for day, version, total in rows), key=lambda row: row.due_on)


def is_warned(waiting: Iterable[Delivery], *, told_on: date | None, on: date) -> bool:
    """Whether somebody last told on `told_on` is told on this day: once for each alert that has come."""
    days = [day for delivery in waiting if (day := delivery.last_alert(on))]
    return bool(days) and (told_on is None or told_on < max(days))


def last_told() -> dict[str, date]:
    """When each was last warned, by the person's reference."""
    told = Mail.objects.filter(kind=ALERT).order_by().values_list("about").annotate(Max("queued_at"))
    return {about: timezone.localdate(moment) for about, moment in told}


# When it leaves


@dataclass(frozen=True, slots=True)
class Line:
    """« 12 certificats délivrés le 7 juin 2021, à déclarer avant le 7 septembre 2021 »"""

    count: int
    delivered_on: date
    due_on: date
    days_left: int


def composed(mail: Mail, at: datetime) -> Composition | None:
    """What is left of it when it leaves; None when all is declared, or the person has left the secretariat."""
    on = timezone.localdate(at)
    user = User.objects.filter(pk=mail.facts["user"], is_active=True).first()
    if user is None or not access_of(user, on=on).is_admin:
        return None
    lines = [
        Line(delivery.count, delivery.delivered_on, delivery.due_on, (delivery.due_on - on).days)
        for delivery in deliveries()
        if delivery.last_alert(on)
    ]
    if not lines:
        return None
    context = {
        "user": user,
        "lines": lines[:SHOWN],
        "hidden": sum(line.count for line in lines[SHOWN:]),
        "total": sum(line.count for line in lines),
        "held_back": held_back(on).count(),
        "address": urljoin(settings.SITE_URL, reverse("certificates:cdc_to_declare")),
    }
    return Composition(
        subject=_subject(lines), body=render_to_string("certificates/mail/declaration_alert.txt", context)
    )


def _subject(lines: list[Line]) -> str:
    late = sum(line.count for line in lines if line.days_left < 0)
    if late:
        return f"{count(late, 'certificat')} à déclarer à la CDC, en retard"
    return f"{count(sum(line.count for line in lines), 'certificat')} à déclarer à la CDC"


COMPOSERS = {ALERT: composed}
LABELS = {ALERT: "certificats à déclarer à la CDC"}
