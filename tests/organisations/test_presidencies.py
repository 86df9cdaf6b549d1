from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from journal.models import Entry
from organisations.models import Presidency
from organisations.services import PresidencyOverlaps, record_presidency
from tests.builders.organisations import make_admin, make_awarding_body, make_training_member

pytestmark = pytest.mark.django_db

AT = datetime(2021, 12, 20, 9, 0, tzinfo=UTC)


def preside(name: str, starts_on: date) -> Presidency:
    return record_presidency(
        make_awarding_body(), name=name, quality="Président", starts_on=starts_on, by=make_admin(), at=AT
    )


def test_the_running_presidency_ends_the_day_before():
    first = preside("Camille Fontenay", date(2020, 1, 1))

    second = preside("Dominique Astier", date(2022, 1, 1))

    first.refresh_from_db()
    assert first.ends_on == date(2021, 12, 31)
    assert second.ends_on is None
    assert Entry.objects.filter(action="presidency.recorded").count() == 2


@pytest.mark.parametrize("starts_on", [date(2020, 1, 1), date(2019, 6, 1)], ids=["the same day", "before another"])
def test_two_people_never_preside_the_same_day(starts_on):
    preside("Camille Fontenay", date(2020, 1, 1))

    with pytest.raises(PresidencyOverlaps):
        preside("Dominique Astier", starts_on)

    assert Presidency.objects.count() == 1


def test_an_ended_presidency_is_not_cut_short():
    ended = preside("Camille Fontenay", date(2020, 1, 1))
    Presidency.objects.filter(pk=ended.pk).update(ends_on=date(2021, 12, 31))

    with pytest.raises(PresidencyOverlaps):
        preside("Dominique Astier", date(2021, 6, 1))


def test_an_admin_records_it_from_the_certifier_s_page(client):
    body = make_awarding_body()
    client.force_login(make_admin())
    address = reverse("organisations:record_presidency", args=[body.pk])

    assert address in client.get(body.get_absolute_url()).content.decode()
    response = client.post(address, {"name": "Camille Fontenay", "quality": "Présidente", "starts_on": "2022-01-01"})

    assert response.status_code == 302
    assert Presidency.objects.get().quality == "Présidente"


def test_an_overlap_is_told_beside_the_date(client):
    preside("Camille Fontenay", date(2022, 1, 1))
    client.force_login(make_admin())

    response = client.post(
        reverse("organisations:record_presidency", args=[make_awarding_body().pk]),
        {"name": "Dominique Astier", "quality": "Président", "starts_on": "2021-01-01"},
    )

    assert "Camille Fontenay préside déjà depuis le 01/01/2022" in response.content.decode()


def test_others_do_not(client):
    client.force_login(make_training_member())

    response = client.get(reverse("organisations:record_presidency", args=[make_awarding_body().pk]))

    assert response.status_code in {403, 404}
