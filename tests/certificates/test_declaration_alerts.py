"""The secretariat is warned of what it has not declared to the CDC, thirty, sixty and eighty days after delivery."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox

from certificates.alerts import ALERT, Delivery, composed, deliveries, is_warned
from certificates.services import queue_declaration_alerts
from correspondence import sending
from correspondence.models import Mail
from organisations.enums import Role
from organisations.models import Membership
from rulebook.declaration import DeclarationRule
from tests.builders.declarations import make_declarable, make_declared
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
DELIVERED = date(2021, 7, 7)  # a Wednesday: 30 days lead to a Friday, 60 to a Sunday, 80 to a Saturday
FRIDAY_30, MONDAY_61, MONDAY_82 = date(2021, 8, 6), date(2021, 9, 6), date(2021, 9, 27)


def morning(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=PARIS)


def queued(day: date, hour: int = 9) -> int:
    return queue_declaration_alerts(at=morning(day, hour))


def composed_for(admin, day: date):
    return composed(Mail(kind=ALERT, facts={"user": admin.pk}), morning(day))


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def certificate():
    return make_declarable(delivered_on=DELIVERED)


# Which days


@pytest.mark.parametrize(
    ("days", "last"),
    [
        (29, None),
        (30, FRIDAY_30),
        (59, FRIDAY_30),
        (60, FRIDAY_30),
        (61, MONDAY_61),
        (80, MONDAY_61),
        (82, MONDAY_82),
        (200, MONDAY_82),
    ],
)
def test_an_alert_that_falls_on_a_week_end_comes_on_the_monday(days, last):
    delivery = Delivery(DELIVERED, 1, DeclarationRule())

    assert delivery.last_alert(DELIVERED + timedelta(days)) == last


@pytest.mark.parametrize(
    ("told_on", "on", "is_told"),
    [
        (None, FRIDAY_30 - timedelta(1), False),
        (None, FRIDAY_30, True),
        (FRIDAY_30, FRIDAY_30, False),
        (FRIDAY_30, MONDAY_61 - timedelta(1), False),
        (FRIDAY_30, MONDAY_61, True),
        (FRIDAY_30, MONDAY_61 + timedelta(3), True),
        (MONDAY_82, MONDAY_82 + timedelta(100), False),
    ],
)
def test_one_is_told_once_for_each_alert_and_what_slept_is_made_up_for(told_on, on, is_told):
    assert is_warned([Delivery(DELIVERED, 1, DeclarationRule())], told_on=told_on, on=on) is is_told


# Who is told


def test_every_admin_is_told_once_that_day_and_nobody_else(admin, certificate):
    make_training_member()
    admins = set(Membership.objects.filter(role=Role.ADMIN).values_list("user__email", flat=True))

    assert queued(FRIDAY_30 - timedelta(1)) == 0
    assert queued(FRIDAY_30) == len(admins)
    assert queued(FRIDAY_30, hour=15) == 0
    assert queued(FRIDAY_30 + timedelta(3)) == 0
    assert queued(MONDAY_61) == len(admins)
    assert set(Mail.objects.filter(kind=ALERT).values_list("to", flat=True)) == admins


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2021, 8, 7), 9), (date(2021, 8, 8), 9), (FRIDAY_30, 6), (FRIDAY_30, 20)]
)
def test_nobody_is_told_at_week_ends_nor_at_night(admin, certificate, day, hour):
    assert queued(day, hour) == 0


def test_several_deliveries_make_one_message(admin, certificate):
    make_declarable(delivered_on=DELIVERED)
    make_declarable(delivered_on=DELIVERED - timedelta(1))

    queued(FRIDAY_30)

    assert Mail.objects.filter(kind=ALERT, to=admin.email).count() == 1
    assert [(row.delivered_on, row.count) for row in deliveries()] == [(DELIVERED - timedelta(1), 1), (DELIVERED, 2)]


def test_what_is_declared_warns_nobody(admin):
    make_declared(make_declarable(delivered_on=DELIVERED), by=admin)

    assert queued(FRIDAY_30) == 0


def test_nothing_delivered_warns_nobody(admin):
    assert queued(FRIDAY_30) == 0


# What is said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (FRIDAY_30, "à déclarer au plus tard le 7 octobre 2021"),
        (date(2021, 10, 7), "à déclarer aujourd’hui"),
        (date(2021, 10, 8), "en retard depuis le 7 octobre 2021"),
    ],
)
def test_it_says_how_many_and_by_when(admin, certificate, day, said):
    message = composed_for(admin, day)

    body = message.body.replace("\N{NO-BREAK SPACE}", " ")
    assert "1 certificat" in body
    assert said in body
    assert "/certificats/cdc/" in body
    assert certificate.candidate.birth_name not in body
    assert ("en retard" in message.subject) is (day > date(2021, 10, 7))


def test_nothing_is_said_to_who_has_left_the_secretariat_nor_once_all_is_declared(admin, certificate):
    assert composed_for(admin, FRIDAY_30) is not None

    Membership.objects.filter(user=admin).update(ends_on=FRIDAY_30 - timedelta(1))
    assert composed_for(admin, FRIDAY_30) is None

    other = make_admin()
    make_declared(certificate, by=other)
    assert composed_for(other, FRIDAY_30) is None


def test_it_leaves_by_the_outbox(admin, certificate):
    queued(FRIDAY_30)

    sending.send(Mail.objects.get(kind=ALERT, to=admin.email).pk, at=morning(FRIDAY_30))

    (sent,) = outbox.outbox
    assert sent.to == [admin.email]
    assert "à déclarer à la CDC" in sent.subject
