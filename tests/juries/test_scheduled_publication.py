"""Results published at the moment that was set: once, by the clock, on behalf of whoever set it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from candidates.models import AcquiredBlock
from journal.models import Entry
from journal.services import SYSTEM
from juries import periodic, services
from juries.enums import SessionState
from juries.models import JurySession
from juries.services import refusals
from juries.todo import to_do
from tests.builders import juries as build
from tests.builders.organisations import make_admin, make_training_member

pytestmark = pytest.mark.django_db
AT = build.RATIFIED_AT
DUE = AT + timedelta(days=3)


@pytest.fixture
def session():
    return build.make_session(state=SessionState.RATIFIED)


@pytest.fixture
def admin():
    return make_admin()


def _set(session, admin, due_at=DUE):
    return services.schedule_publication(session, due_at=due_at, by=admin, at=AT)


def _is_published(session):
    return JurySession.objects.get(pk=session.pk).is_published


def test_nothing_is_published_before_the_moment(session, admin):
    _set(session, admin)

    assert services.due_for_publication(DUE - timedelta(seconds=1)) == []
    with pytest.raises(refusals.WrongMoment):
        services.publish_scheduled(session, at=DUE - timedelta(seconds=1))
    assert not AcquiredBlock.objects.exists()


def test_the_clock_publishes_on_behalf_of_whoever_set_it(session, admin):
    _set(session, admin)

    assert services.due_for_publication(DUE) == [session.pk]
    acquired = services.publish_scheduled(session, at=DUE)

    assert len(acquired) == 7
    assert {row.recorded_by for row in acquired} == {admin}
    entries = Entry.objects.filter(action__in=["session.published", "enrolment.blocks_acquired"])
    assert {(entry.actor, entry.on_behalf_of) for entry in entries} == {(SYSTEM, admin.reference)}
    assert entries.count() == 2
    assert services.due_for_publication(DUE) == []


def test_a_second_run_finds_nothing(session, admin):
    _set(session, admin)
    services.publish_scheduled(session, at=DUE)

    with pytest.raises(refusals.WrongMoment):
        services.publish_scheduled(session, at=DUE)


def test_a_click_does_not_wait_and_leaves_the_clock_nothing(session, admin):
    _set(session, admin)

    services.publish(session, by=admin, at=DUE - timedelta(days=1))

    assert services.due_for_publication(DUE) == []
    with pytest.raises(refusals.WrongMoment):
        services.publish_scheduled(session, at=DUE)
    assert Entry.objects.get(action="session.published").actor == admin.reference


def test_set_again_the_last_moment_counts(session, admin):
    _set(session, admin)
    _set(session, admin, DUE + timedelta(days=1))

    assert services.due_for_publication(DUE) == []
    with pytest.raises(refusals.WrongMoment):
        services.publish_scheduled(session, at=DUE)
    assert Entry.objects.filter(action="session.publication_scheduled").count() == 2


def test_taken_back_it_is_not_published(session, admin):
    _set(session, admin)
    services.cancel_publication(session, by=admin, at=AT)

    assert services.due_for_publication(DUE) == []
    entry = Entry.objects.get(action="session.publication_cancelled")
    assert entry.after == {"due_at": None}
    with pytest.raises(refusals.WrongMoment):
        services.cancel_publication(session, by=admin, at=AT)


def test_a_moment_that_is_past_is_refused(session, admin):
    with pytest.raises(refusals.PublicationTooSoon):
        _set(session, admin, AT)


@pytest.mark.parametrize("state", [SessionState.SEALED, SessionState.PUBLISHED])
def test_only_what_the_cpnefp_decided_and_nobody_published_is_scheduled(admin, state):
    session = build.make_session(state=state)

    with pytest.raises(refusals.WrongMoment):
        services.schedule_publication(session, due_at=build.PUBLISHED_AT + timedelta(days=9), by=admin, at=AT)


def test_the_clock_takes_up_all_that_is_due(session, admin):
    _set(session, admin)

    periodic.publish_due()
    periodic.publish_due()

    assert _is_published(session)


def test_the_page_says_when(session, admin, client):
    client.force_login(admin)
    page = reverse("juries:administration", args=[session.reference])

    sent = client.post(
        reverse("juries:schedule_publication", args=[session.reference]), {"on": "2099-07-05", "at": "09:30"}
    )

    assert sent.status_code == 302
    session.refresh_from_db()
    assert session.publication_due_at.isoformat() == "2099-07-05T07:30:00+00:00"
    html = client.get(page).content.decode()
    assert "Publication prévue le 5\u00a0juillet 2099" in html
    client.post(reverse("juries:cancel_publication", args=[session.reference]))
    assert "Publication prévue" not in client.get(page).content.decode()


def test_it_is_no_longer_left_to_do(session, admin):
    def left():
        return {todo.label: todo.count for todo in to_do(admin, on=build.HELD_ON)}["Résultats à publier"]

    assert left() == 1
    _set(session, admin)
    assert left() == 0


def test_a_trainer_has_no_say(session, client):
    client.force_login(make_training_member())

    for name in ("schedule_publication", "cancel_publication", "publish"):
        assert client.post(reverse(f"juries:{name}", args=[session.reference])).status_code == 404
