"""What the database itself refuses of requests for VAE, each rule broken once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from candidates.models import AdmissibilityRequest
from journal.guards import guards_of
from tests.builders.candidates import current_version, make_admissibility, make_candidate, make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
COMPLETE, DEADLINE, SILENCE = date(2020, 12, 31), date(2021, 2, 28), date(2021, 3, 1)
DECIDED = date(2021, 1, 20)
A_DAY = timedelta(days=1)


def written(**fields):
    """A request with a clock, decided when a decision is given, as these fields say otherwise."""
    clock = {"received_on": date(2020, 12, 1), "complete_on": COMPLETE, "reply_due_on": DEADLINE}
    decided = {"decided_on": DECIDED, "decided_by": make_admin(), "decided_at": datetime(2021, 1, 21, tzinfo=UTC)}
    return AdmissibilityRequest.objects.create(
        candidate=make_candidate(),
        version=current_version(),
        recorded_by=make_admin(),
        recorded_at=datetime(2020, 12, 1, tzinfo=UTC),
        **clock | (decided if fields.get("decision") else {}) | fields,
    )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        pytest.param({"received_on": COMPLETE + A_DAY}, "complete", id="complete-before-received"),
        pytest.param({"complete_on": None}, "complete", id="a-deadline-alone"),
        pytest.param({"reply_due_on": None}, "complete", id="no-deadline"),
        pytest.param({"reply_due_on": COMPLETE}, "complete", id="no-time-to-reply"),
        pytest.param({"decision": "admissible", "decided_on": None}, "decision", id="a-decision-without-its-day"),
        pytest.param({"decided_on": DECIDED}, "decision", id="a-day-without-its-decision"),
        pytest.param({"reason": "Un motif."}, "decision", id="a-reason-without-its-decision"),
        pytest.param({"decision": "admissible", "decided_by": None}, "decision", id="decided-by-nobody"),
        pytest.param({"decision": "admissible", "decided_at": None}, "decision", id="recorded-at-no-moment"),
        pytest.param({"decision": "inadmissible"}, "decision", id="a-refusal-without-reason"),
        pytest.param({"decision": "perhaps"}, "decision", id="another-word"),
        pytest.param({"decision": "admissible", "decided_on": SILENCE}, "in_time", id="decided-too-late"),
        pytest.param({"decision": "admissible", "decided_on": COMPLETE - A_DAY}, "in_time", id="decided-too-early"),
        pytest.param(
            {"decision": "admissible", "complete_on": None, "reply_due_on": None}, "in_time", id="decided-incomplete"
        ),
        pytest.param({"admitted_on": SILENCE}, "used", id="admitted-without-enrolment"),
    ],
)
def test_a_request_says_one_thing(fields, constraint):
    with pytest.raises(IntegrityError, match=f"candidates_admissibility_{constraint}"):
        written(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"admitted_on": None}, id="no-day"),
        pytest.param({"admitted_on": DEADLINE}, id="before-silence"),
        pytest.param({"admitted_on": SILENCE, "decision": "admissible"}, id="not-the-day-decided"),
        pytest.param({"admitted_on": SILENCE, "decision": "inadmissible", "reason": "Un motif."}, id="refused"),
        pytest.param({"admitted_on": SILENCE, "complete_on": None, "reply_due_on": None}, id="incomplete"),
    ],
)
def test_an_enrolment_starts_from_an_admission(fields):
    enrolment = make_enrolment(entered_on=SILENCE)
    for guard in guards_of(apps.get_app_config("candidates")):  # they would refuse it first
        guard.remove(connection)

    with pytest.raises(IntegrityError, match="candidates_admissibility_used"):
        written(enrolment=enrolment, **fields)


@pytest.mark.parametrize("fields", [{}, {"decided_on": DECIDED}])
def test_one_live_request_for_one_person(fields):
    live = make_admissibility(complete_on=COMPLETE, **fields)

    with pytest.raises(IntegrityError, match=r"admissibility_once|candidate_id"):
        make_admissibility(live.candidate)


def test_a_refusal_or_an_enrolment_leaves_room_for_another():
    make_admissibility(make_admissibility(decided_on=DECIDED, decision="inadmissible").candidate)
    make_admissibility(make_enrolment("vae").candidate)

    assert AdmissibilityRequest.objects.count() == 4


def change(request, **fields):
    return AdmissibilityRequest.objects.filter(pk=request.pk).update(**fields)


def test_a_request_is_never_deleted():
    request = make_admissibility()

    with pytest.raises(IntegrityError, match="ne s’efface pas"):
        request.delete()


@pytest.mark.parametrize(
    "fields",
    [
        {"received_on": date(2020, 12, 2)},
        {"complete_on": COMPLETE + A_DAY},
        {"reply_due_on": DEADLINE + A_DAY},
        {"complete_on": None, "reply_due_on": None},
    ],
)
def test_a_clock_that_runs_does_not_change(fields):
    request = make_admissibility(received_on=date(2020, 12, 1), complete_on=COMPLETE)

    with pytest.raises(IntegrityError, match="ni de date"):
        change(request, **fields)


def test_a_request_is_of_one_person():
    request, other = make_admissibility(), make_candidate()

    with pytest.raises(IntegrityError, match="ni de candidat"):
        change(request, candidate=other)


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "admissible"},
        {"decided_on": DECIDED + A_DAY},
        {"reason": "Un autre motif."},
        {"decided_at": datetime(2021, 2, 1, tzinfo=UTC)},
        {"decision": "", "decided_on": None, "decided_by": None, "decided_at": None, "reason": ""},
    ],
)
def test_a_decided_request_does_not_change(fields):
    request = make_admissibility(complete_on=COMPLETE, decided_on=DECIDED, decision="inadmissible")

    with pytest.raises(IntegrityError, match="décidée ne change plus"):
        change(request, **fields)


@pytest.mark.parametrize(
    "fields", [{"enrolment": None, "admitted_on": None}, {"recorded_at": datetime(2021, 2, 1, tzinfo=UTC)}]
)
def test_a_request_that_has_served_does_not_change(fields):
    request = make_enrolment("vae").admissibility

    with pytest.raises(IntegrityError, match="a servi à une inscription"):
        change(request, **fields)


@pytest.mark.parametrize("kind", ["another-person", "another-day", "another-route"])
def test_a_request_serves_its_own_enrolment(kind):
    request = make_admissibility(complete_on=COMPLETE, decided_on=DECIDED)
    served = make_enrolment("vae", entered_on=DECIDED, candidate=None if kind == "another-person" else make_candidate())
    free = make_enrolment(
        candidate=make_candidate() if kind == "another-person" else request.candidate,
        entered_on=DECIDED + A_DAY if kind == "another-day" else DECIDED,
    )

    assert served.admissibility
    with pytest.raises(IntegrityError, match="est celle d’un autre"):
        change(request, enrolment=free, admitted_on=DECIDED)
