"""The page of what was submitted: its history, its divergence, its reopening, each to whom it concerns."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates.models import Enrolment
from evaluations.enums import Rating, ReopeningKind
from evaluations.models import Reopening
from tests.builders import evaluations as build
from tests.builders.candidates import make_cohort, make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
REASON = "La date de l’épreuve est fausse."


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment(cohort=make_cohort(due_on=timezone.localdate() - timedelta(days=3)))


@pytest.fixture
def admin(client):
    client.force_login(make_admin())
    return client


def page(enrolment: Enrolment, channel: str = "training") -> str:
    return reverse("evaluations:enter", args=[enrolment.reference, "BC1", channel])


def reopening(enrolment: Enrolment, channel: str = "training") -> str:
    return reverse("evaluations:reopen", args=[enrolment.reference, "BC1", channel])


def text(response) -> str:
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_secretariat_reopens_with_a_reason(admin, enrolment):
    build.submit(enrolment)
    due_on = timezone.localdate() + timedelta(days=10)

    answer = admin.post(reopening(enrolment), {"reason": REASON, "due_on": due_on.isoformat()}, follow=True)

    assert "un nouveau passage est attendu" in text(answer)
    assert "ne compte plus" in text(answer)
    assert REASON in text(answer)
    made = Reopening.objects.get()
    assert (made.reason, made.due_on, made.kind) == (REASON, due_on, ReopeningKind.CORRECTION)


def test_a_reason_is_asked_for(admin, enrolment):
    build.submit(enrolment)

    answer = admin.post(reopening(enrolment), {"reason": ""})

    assert answer.status_code == 422
    assert "Écrivez la raison de la réouverture." in text(answer)
    assert not Reopening.objects.exists()


def test_a_refusal_is_told(admin, enrolment):
    build.reopen(build.submit(enrolment))

    answer = admin.post(reopening(enrolment), {"reason": REASON}, follow=True)

    assert "un autre passage est déjà attendu" in text(answer)
    assert Reopening.objects.count() == 1


def test_nothing_to_reopen_is_no_page(admin, enrolment):
    assert admin.post(reopening(enrolment), {"reason": REASON}).status_code == 404


def test_a_day_is_proposed_once_the_deadline_has_passed(admin, enrolment):
    build.submit(enrolment)

    proposed = timezone.localdate() + timedelta(days=14)
    assert f'value="{proposed.isoformat()}"' in admin.get(page(enrolment)).content.decode()


def test_whoever_enters_again_reads_why_and_what_was_said(client, enrolment):
    build.reopen(build.submit(enrolment, comment="Dossier solide."), reason=REASON)
    client.force_login(build.evaluator_of(enrolment, "training"))

    shown = text(client.get(page(enrolment)))

    assert REASON in shown
    assert "1 passage précédent" in shown
    assert "Dossier solide." in shown
    assert 'name="rating_C1"' in shown


def test_every_attempt_stays_in_the_page(client, enrolment):
    build.reopen(build.submit(enrolment, rating=Rating.NOT_ACQUIRED, comment="Premier."), reason=REASON)
    build.submit(enrolment, attempt=2, comment="Second.", at=build.REOPENED_AT)
    client.force_login(build.evaluator_of(enrolment, "training"))

    shown = text(client.get(page(enrolment)))

    assert shown.index("Passage 2") < shown.index("Passage 1")
    assert "Premier." in shown
    assert "Second." in shown
    assert REASON in shown


@pytest.mark.parametrize("channel", ["training", "company", "panel"])
def test_only_the_secretariat_reopens_and_reads_the_divergence(client, enrolment, channel):
    build.submit(enrolment, "BC1", "training", Rating.ACQUIRED)
    build.submit(enrolment, "BC1", "company", Rating.NOT_ACQUIRED)
    build.submit(enrolment, "BC1", "panel", Rating.ACQUIRED)

    client.force_login(build.evaluator_of(enrolment, channel))
    shown = text(client.get(page(enrolment, channel)))
    assert "Rouvrir" not in shown
    assert "divergence" not in shown.lower()
    assert client.post(reopening(enrolment, channel), {"reason": REASON}).status_code == 404

    client.force_login(make_admin())
    shown = text(client.get(page(enrolment, channel)))
    assert "Rouvrir" in shown
    assert "divergence forte" in shown


@pytest.mark.parametrize("reader", ["company", "panel"])
def test_the_others_see_only_that_it_is_awaited_again(client, enrolment, reader):
    """Neither why, nor since when, nor how many times, nor by when."""
    person = build.evaluator_of(enrolment, reader)
    build.reopen(build.submit(enrolment, comment="Un mot."), reason=REASON, due_on=timezone.localdate())
    client.force_login(person)

    shown = client.get(page(enrolment, reader)).content.decode()

    assert "attendue" in shown
    assert REASON not in shown
    assert "Un mot." not in shown
