"""« Qui est en retard de quoi »: each person, channel and cohort with what is overdue, and what they were told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import User
from blocks.enums import ChannelCode
from blocks.french import join
from candidates.models import Cohort
from correspondence.models import Mail
from organisations.enums import Role
from organisations.managers import managers_by_organisation, organisations_managed_by
from organisations.models import Company, Membership, TrainingOrganisation
from organisations.permissions import access_of

from .owed import InPlace, Owed, owed
from .reminders import ESCALATED_AFTER, next_reminder_of

DIGEST = "evaluations.digest"
PLACES = 2  # named beside a person, or where there is nobody


def shortened(names: Sequence[str], *, shown: int) -> Sequence[str]:
    """« Zoé Aubry, Paul Martin, … et 12 autres »"""
    hidden = len(names) - shown
    return [*names[:shown], f"{hidden} autres"] if hidden > 1 else names


@dataclass(frozen=True, slots=True)
class Delay:
    """What one person has not handed in for one cohort by one channel; nobody, when it is in nobody's hands."""

    person: User | None
    channel: ChannelCode
    cohort: Cohort | None
    organisations: tuple[TrainingOrganisation | Company, ...]
    count: int
    due_dates: tuple[date, ...]
    sharing: int  # how many people may hand it in, this one included

    @property
    def due_on(self) -> date:
        """The oldest."""
        return min(self.due_dates)

    @property
    def others(self) -> int:
        return max(0, self.sharing - 1)

    @property
    def place(self) -> str:
        """In the name of whom they answer."""
        return join(shortened([str(place) for place in self.organisations], shown=PLACES))


def delays(
    among: Mapping[ChannelCode, Q], *, on: date, cohort: Cohort | None = None, at_least: date | None = None
) -> list[Delay]:
    """The oldest due date first. `among` is as for `owed`; `at_least` leaves out what is due after that day."""
    if cohort:
        among = {channel: enrolments & Q(cohort=cohort) for channel, enrolments in among.items()}
    rows = owed(on=on, until=at_least or _yesterday(on), among=among)
    in_place = InPlace.read(rows, on=on)
    grouped: defaultdict[tuple[User | None, ChannelCode, int | None], list[Owed]] = defaultdict(list)
    sharing: dict[tuple[User | None, ChannelCode, int | None], int] = {}
    for row in rows:
        people = in_place.in_charge_of(row)
        for person in people or (None,):
            key = (person, row.channel, row.cohort_id)
            grouped[key].append(row)
            sharing[key] = max(sharing.get(key, 0), len(people))
    names = _Names.read(rows)
    found = [_delay(key, held, sharing[key], names) for key, held in grouped.items()]
    return sorted(found, key=_oldest_first)


def _yesterday(on: date) -> date:
    return date.fromordinal(on.toordinal() - 1)


def _oldest_first(delay: Delay) -> tuple[object, ...]:
    person = delay.person
    return (
        delay.due_on,
        str(delay.cohort or ""),
        list(ChannelCode).index(delay.channel),
        (person.last_name, person.first_name, person.pk) if person else ("", "", 0),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """What the rows name, each kind read once."""

    cohorts: Mapping[int, Cohort]
    organisations: Mapping[int, TrainingOrganisation]
    companies: Mapping[int, Company]

    @classmethod
    def read(cls, rows: Iterable[Owed]) -> "_Names":
        rows = list(rows)
        return cls(
            Cohort.objects.in_bulk({row.cohort_id for row in rows if row.cohort_id}),
            TrainingOrganisation.objects.in_bulk(
                {row.training_organisation_id for row in rows if row.training_organisation_id}
            ),
            Company.objects.in_bulk({row.company_id for row in rows if row.company_id}),
        )

    def places(self, channel: ChannelCode, rows: Iterable[Owed]) -> tuple[TrainingOrganisation | Company, ...]:
        if channel == ChannelCode.COMPANY:
            ids = dict.fromkeys(row.company_id for row in rows if row.company_id)
            return tuple(sorted((self.companies[pk] for pk in ids), key=str))
        if channel == ChannelCode.TRAINING:
            ids = dict.fromkeys(row.training_organisation_id for row in rows if row.training_organisation_id)
            return tuple(sorted((self.organisations[pk] for pk in ids), key=str))
        return ()


def _delay(key: tuple[User | None, ChannelCode, int | None], rows: list[Owed], sharing: int, names: _Names) -> Delay:
    person, channel, cohort = key
    return Delay(
        person,
        channel,
        names.cohorts[cohort] if cohort else None,
        names.places(channel, rows),
        count=sum(row.count for row in rows),
        due_dates=tuple(sorted({row.due_on for row in rows})),
        sharing=sharing,
    )


# What they were told


def last_digests(people: Iterable[User]) -> dict[str, Mail]:
    """The last message to each, by the person's reference."""
    told = Mail.objects.filter(kind=DIGEST, about__in=[person.reference for person in people])
    last = told.order_by().values("about").annotate(last=Max("pk")).values("last")
    return {mail.about: mail for mail in Mail.objects.filter(pk__in=last)}


def last_escalations(people: Iterable[User]) -> dict[str, datetime]:
    """When each was last told of those for whom they answer."""
    told = Mail.objects.filter(kind=DIGEST, about__in=[person.reference for person in people], facts__escalation=True)
    return dict(told.order_by().values_list("about").annotate(Max("queued_at")))


def told_on(mail: Mail | None) -> date | None:
    return timezone.localdate(mail.queued_at) if mail else None


def next_on(delays_of_one: Iterable[Delay], mail: Mail | None, *, on: date) -> date | None:
    """When this person will be reminded, if nothing changes."""
    due_dates = [due_on for delay in delays_of_one for due_on in delay.due_dates]
    return next_reminder_of(due_dates, told_on=told_on(mail), on=on)


# Those who answer for others


def answered_for_by(user: User, *, on: date) -> dict[ChannelCode, Q]:
    """Whose delays are told to this person once they have lasted a week: by channel, a condition on the enrolments."""
    conditions: dict[ChannelCode, Q] = {}
    if managed := organisations_managed_by(user, on=on):
        own = Q(training_organisation__in=managed)
        conditions = {ChannelCode.TRAINING: own, ChannelCode.COMPANY: own}
    if access_of(user, on=on).is_admin:
        unmanaged = ~Q(training_organisation__in=_staffed(on))
        for channel in (ChannelCode.TRAINING, ChannelCode.COMPANY):
            conditions[channel] = conditions[channel] | unmanaged if channel in conditions else unmanaged
        conditions[ChannelCode.PANEL] = Q()
    return conditions


def _staffed(on: date) -> list[int]:
    """The organisations where somebody is left to be told."""
    members = Membership.objects.in_force(on).filter(role=Role.TRAINING_MEMBER, user__is_active=True)
    return list(members.order_by().values_list("training_organisation", flat=True).distinct())


def told_of(rows: Iterable[Owed], *, on: date) -> dict[User, list[Owed]]:
    """The same from the other end: who is told of each delay, in the order of the accounts."""
    rows = [row for row in rows if row.due_on <= on - ESCALATED_AFTER]
    organisations = {row.training_organisation_id for row in rows if row.channel != ChannelCode.PANEL} - {None}
    managers = managers_by_organisation([pk for pk in organisations if pk], on=on)
    admins = _admins(on) if rows else ()
    told: defaultdict[User, list[Owed]] = defaultdict(list)
    for row in rows:
        own = managers.get(row.training_organisation_id or 0, ()) if row.channel != ChannelCode.PANEL else ()
        for person in own or admins:
            told[person].append(row)
    return dict(sorted(told.items(), key=lambda entry: entry[0].pk))


def _admins(on: date) -> tuple[User, ...]:
    held = Membership.objects.in_force(on).filter(role=Role.ADMIN, user__is_active=True).select_related("user")
    return tuple(dict.fromkeys(membership.user for membership in held.order_by("user_id")))
