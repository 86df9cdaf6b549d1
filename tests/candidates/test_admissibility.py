"""Asking to be admitted by VAE: received, complete, decided or silently accepted, then enrolled once."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from blocks.models import AccessRoute, StandardVersion
from candidates.enums import AdmissibilityStage
from candidates.facts import admissibility_verdict
from candidates.models import AdmissibilityRequest, Candidate, Enrolment
from candidates.services import (
    AdmissibilityMissing,
    AdmissibilityNotGranted,
    AlreadyAnswered,
    AlreadyComplete,
    DecisionOutOfTime,
    EntryNotAdmission,
    NotComplete,
    ReasonMissing,
    RequestOutOfTime,
    RequestUnderWay,
    VaeClosed,
    decide_admissibility,
    enrol,
    mark_complete,
    record_admissibility_request,
)
from correspondence.models import Mail
from correspondence.sending import send
from journal.models import Entry
from rulebook.verdict import CheckCode
from tests.builders.candidates import make_admissibility, make_candidate, make_enrolment, make_identity
from tests.builders.organisations import (
    make_admin,
    make_panel_assessor,
    make_training_member,
    make_training_organisation,
)
from tests.builders.standard import load

pytestmark = pytest.mark.django_db
NOW = datetime(2021, 1, 20, 9, tzinfo=UTC)
TODAY = date(2021, 1, 20)
COMPLETE, DEADLINE, SILENCE = date(2020, 12, 31), date(2021, 2, 28), date(2021, 3, 1)
LATER = datetime(2021, 3, 5, 9, tzinfo=UTC)
ADDRESS = "candidate@example.org"


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def pending():
    return make_admissibility(complete_on=COMPLETE)


def entries(action):
    return list(Entry.objects.filter(action=action).order_by("pk"))


# Recording


def test_a_request_is_recorded_and_awaits_its_last_piece(admin):
    load()
    identity = make_identity(birth_name="Ormesson")

    request = record_admissibility_request(identity, received_on=TODAY, by=admin, at=NOW)

    assert (request.candidate.birth_name, request.received_on, request.complete_on) == ("Ormesson", TODAY, None)
    assert StandardVersion.objects.get().in_use_since == NOW
    (entry,) = entries("admissibility.recorded")
    assert (entry.subject, entry.actor, entry.at) == (request.subject, admin.reference, NOW)
    assert entry.after == {
        "candidate": request.candidate.reference,
        "version": "2018",
        "received_on": "2021-01-20",
    }


def test_a_complete_file_starts_the_clock_at_once(admin):
    load()

    request = record_admissibility_request(
        make_identity(), received_on=date(2020, 12, 18), complete_on=COMPLETE, by=admin, at=NOW
    )

    request.refresh_from_db()
    assert (request.complete_on, request.reply_due_on) == (COMPLETE, DEADLINE)
    assert [entry.action for entry in Entry.objects.filter(subject=request.subject).order_by("pk")] == [
        "admissibility.recorded",
        "admissibility.complete",
    ]


def test_the_person_is_found_again_by_identity(admin):
    known = make_candidate()
    load()

    request = record_admissibility_request(known.identity, received_on=TODAY, email=ADDRESS, by=admin, at=NOW)

    assert request.candidate == known
    assert Candidate.objects.get().email == ADDRESS


@pytest.mark.parametrize(
    ("received_on", "complete_on"),
    [
        pytest.param(TODAY + timedelta(days=1), None, id="received-tomorrow"),
        pytest.param(TODAY, TODAY + timedelta(days=1), id="complete-tomorrow"),
        pytest.param(TODAY, TODAY - timedelta(days=1), id="complete-before-received"),
    ],
)
def test_a_request_is_not_of_the_future(admin, received_on, complete_on):
    load()

    with pytest.raises(RequestOutOfTime):
        record_admissibility_request(
            make_identity(), received_on=received_on, complete_on=complete_on, by=admin, at=NOW
        )

    assert not AdmissibilityRequest.objects.exists()


def test_one_request_at_a_time(admin, pending):
    with pytest.raises(RequestUnderWay):
        record_admissibility_request(pending.candidate.identity, received_on=TODAY, by=admin, at=NOW)


def test_another_may_follow_a_refusal_or_an_enrolment(admin):
    refused = make_admissibility(decided_on=date(2021, 1, 4), decision="inadmissible")
    enrolled = make_enrolment("vae")

    for candidate in (refused.candidate, enrolled.candidate):
        record_admissibility_request(candidate.identity, received_on=TODAY, by=admin, at=NOW)

    assert AdmissibilityRequest.objects.count() == 4


def test_a_closed_route_takes_no_request(admin):
    load()
    AccessRoute.objects.filter(code="vae").update(is_open=False)

    with pytest.raises(VaeClosed):
        record_admissibility_request(make_identity(), received_on=TODAY, by=admin, at=NOW)


# The clock


def test_the_last_piece_starts_the_clock(admin):
    request = make_admissibility(received_on=date(2020, 12, 1))

    mark_complete(request, on=COMPLETE, by=admin, at=NOW)

    request.refresh_from_db()
    assert (request.complete_on, request.reply_due_on) == (COMPLETE, DEADLINE)
    (entry,) = entries("admissibility.complete")
    assert entry.after == {"complete_on": "2020-12-31", "reply_due_on": "2021-02-28"}


def test_the_clock_starts_once(admin, pending):
    with pytest.raises(AlreadyComplete):
        mark_complete(pending, on=TODAY, by=admin, at=NOW)


@pytest.mark.parametrize("on", [date(2020, 11, 30), TODAY + timedelta(days=1)])
def test_a_file_is_complete_between_its_reception_and_today(admin, on):
    request = make_admissibility(received_on=date(2020, 12, 1))

    with pytest.raises(RequestOutOfTime):
        mark_complete(request, on=on, by=admin, at=NOW)


# The decision


@pytest.mark.parametrize(("decision", "reason"), [("admissible", ""), ("inadmissible", "Trop peu d’expérience.")])
def test_a_decision_answers_the_request(admin, pending, decision, reason):
    decide_admissibility(pending, decision, on=date(2021, 1, 18), reason=f" {reason}\n", by=admin, at=NOW)

    pending.refresh_from_db()
    assert (pending.decision, pending.decided_on, pending.reason) == (decision, date(2021, 1, 18), reason)
    assert (pending.decided_by, pending.decided_at) == (admin, NOW)
    (entry,) = entries("admissibility.decided")
    assert entry.after == {"decision": decision, "decided_on": "2021-01-18", "reply_due_on": "2021-02-28"}
    assert "expérience" not in str(entry.after)


def test_a_decision_in_time_may_be_recorded_later(admin, pending):
    decide_admissibility(pending, "inadmissible", on=DEADLINE, reason="Un motif.", by=admin, at=LATER)

    assert admissibility_verdict(AdmissibilityRequest.objects.get(), on=SILENCE).answer.admitted_on is None


@pytest.mark.parametrize("decision", ["admissible", "inadmissible"])
def test_what_the_silence_accepted_is_decided_no_more(admin, pending, decision):
    with pytest.raises(AlreadyAnswered, match=r"silence a accepté cette demande le 1er\smars 2021"):
        decide_admissibility(pending, decision, on=SILENCE, reason="Un motif.", by=admin, at=LATER)

    pending.refresh_from_db()
    assert pending.decision == ""


def test_a_decision_is_taken_once(admin, pending):
    decide_admissibility(pending, "admissible", on=TODAY, by=admin, at=NOW)

    with pytest.raises(AlreadyAnswered, match=r"décidée depuis le 20\sjanvier 2021"):
        decide_admissibility(pending, "inadmissible", on=TODAY, reason="Un motif.", by=admin, at=NOW)


def test_what_an_enrolment_used_is_decided_no_more(admin):
    request = _silently_enrolled()

    with pytest.raises(AlreadyAnswered, match=r"l’inscription part du"):
        decide_admissibility(request, "inadmissible", on=DEADLINE, reason="Un motif.", by=admin, at=LATER)


def test_an_incomplete_file_is_not_decided(admin):
    with pytest.raises(NotComplete):
        decide_admissibility(make_admissibility(), "admissible", on=TODAY, by=admin, at=NOW)


@pytest.mark.parametrize("on", [COMPLETE - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_decision_lies_between_the_complete_file_and_today(admin, pending, on):
    with pytest.raises(DecisionOutOfTime):
        decide_admissibility(pending, "admissible", on=on, by=admin, at=NOW)


def test_a_refusal_says_why(admin, pending):
    with pytest.raises(ReasonMissing):
        decide_admissibility(pending, "inadmissible", on=TODAY, reason=" \n", by=admin, at=NOW)


# Enrolling


def enrolling(request, *, at=LATER, by=None, **changes):
    facts = {"route": "vae", "entered_on": SILENCE, "options": ["BC6", "BC7"], "admissibility": request} | changes
    identity = request.candidate.identity if request else make_identity()
    return enrol(facts.pop("identity", identity), **facts, by=by or make_admin(), at=at)


def _silently_enrolled():
    request = make_admissibility(complete_on=COMPLETE)
    enrolling(request)
    request.refresh_from_db()
    return request


def test_silence_is_written_when_it_serves():
    request = _silently_enrolled()

    assert (request.enrolment, request.admitted_on, request.decision) == (Enrolment.objects.get(), SILENCE, "")
    (entry,) = entries("enrolment.recorded")
    assert (entry.after["admissibility"], entry.after["by_silence"]) == (request.subject, True)
    assert entry.after["entered_on"] == "2021-03-01"


def test_a_decision_dates_the_entry():
    request = make_admissibility(complete_on=COMPLETE, decided_on=date(2021, 1, 4))

    enrolment = enrolling(request, entered_on=date(2021, 1, 4), at=NOW)

    request.refresh_from_db()
    assert (request.enrolment, request.admitted_on) == (enrolment, date(2021, 1, 4))
    assert entries("enrolment.recorded")[0].after["by_silence"] is False


def test_a_request_serves_once():
    request = _silently_enrolled()

    with pytest.raises(AdmissibilityMissing):
        enrolling(request, options=["BC6", "BC8"])

    assert Enrolment.objects.count() == 1


def test_no_enrolment_by_vae_without_a_request():
    load()

    with pytest.raises(AdmissibilityMissing):
        enrolling(None)


def test_another_s_request_admits_nobody():
    with pytest.raises(AdmissibilityMissing):
        enrolling(make_admissibility(complete_on=COMPLETE), identity=make_identity())


@pytest.mark.parametrize(
    ("fields", "at", "code"),
    [
        pytest.param({}, LATER, CheckCode.ADMISSIBILITY_COMPLETE, id="incomplete"),
        pytest.param({"complete_on": COMPLETE}, NOW, CheckCode.ADMISSIBILITY_CLOCK, id="pending"),
        pytest.param(
            {"complete_on": COMPLETE, "decided_on": TODAY, "decision": "inadmissible"},
            LATER,
            CheckCode.ADMISSIBILITY_DECISION,
            id="refused",
        ),
    ],
)
def test_only_an_admissible_request_leads_to_an_enrolment(fields, at, code):
    with pytest.raises(AdmissibilityNotGranted) as refusal:
        enrolling(make_admissibility(**fields), at=at)

    assert [reason.code for reason in refusal.value.reasons] == [code]


@pytest.mark.parametrize("days", [-1, 1])
def test_the_entry_is_the_day_of_the_admission(days):
    with pytest.raises(EntryNotAdmission) as refusal:
        enrolling(make_admissibility(complete_on=COMPLETE), entered_on=SILENCE + timedelta(days=days))

    assert refusal.value.message.endswith("est celle de la recevabilité : le 1er\xa0mars 2021.")


def test_other_routes_leave_requests_alone():
    request = make_admissibility(complete_on=COMPLETE)
    enrolment = make_enrolment(candidate=request.candidate)

    request.refresh_from_db()

    assert (enrolment.route.code, request.enrolment) == ("apprenticeship", None)


# Mails


def told(kind):
    [row] = Mail.objects.filter(kind=f"candidates.admissibility_{kind}")
    return row


def complete_with_address(admin):
    request = make_admissibility(make_candidate(email=ADDRESS), received_on=date(2020, 12, 1))
    return mark_complete(request, on=COMPLETE, by=admin, at=NOW)


def test_the_candidate_learns_until_when_and_what_silence_means(admin):
    complete_with_address(admin)

    send(told("complete").pk, at=NOW)

    [message] = mail.outbox
    assert message.to == [ADDRESS]
    assert "28\xa0février 2021" in message.body
    assert "silence vaut acceptation (code de l’éducation, R335-7)" in message.body


@pytest.mark.parametrize(
    ("decision", "reason", "words"),
    [
        ("admissible", "", "recevable, par décision du 20\xa0janvier 2021"),
        ("inadmissible", "Huit mois d’expérience.", "Huit mois d’expérience."),
    ],
)
def test_the_candidate_is_told_the_decision(admin, decision, reason, words):
    request = complete_with_address(admin)
    decide_admissibility(request, decision, on=TODAY, reason=reason, by=admin, at=NOW)

    send(told("decided").pk, at=NOW)

    assert words in mail.outbox[-1].body


def test_silence_is_told_the_morning_after(admin):
    complete_with_address(admin)
    row = told("silence")

    send(row.pk, at=datetime(2021, 3, 1, 6, 59, tzinfo=UTC))
    assert mail.outbox == []
    send(row.pk, at=datetime(2021, 3, 1, 7, 0, tzinfo=UTC))

    assert "recevable depuis le 1er\xa0mars 2021" in mail.outbox[-1].body


def test_who_was_answered_hears_nothing_of_silence(admin):
    request = complete_with_address(admin)
    decide_admissibility(request, "inadmissible", on=TODAY, reason="Un motif.", by=admin, at=NOW)

    for kind in ("complete", "silence"):
        send(told(kind).pk, at=LATER)

    assert mail.outbox == []
    assert {told("complete").state, told("silence").state} == {"dropped"}


def test_without_an_address_nobody_is_written_to(admin, pending):
    decide_admissibility(pending, "admissible", on=TODAY, by=admin, at=NOW)

    assert not Mail.objects.exists()


# Lists


def test_each_stage_of_a_list_is_what_the_rules_say():
    draw, on = random.Random(335), date(2021, 3, 2)  # noqa: S311
    for _ in range(60):
        received_on = date(2020, 10, 1) + timedelta(days=draw.randrange(120))
        fields = {"received_on": received_on}
        if draw.random() < 0.8:
            fields["complete_on"] = received_on + timedelta(days=draw.randrange(30))
            if draw.random() < 0.5:
                fields["decided_on"] = min(on, fields["complete_on"] + timedelta(days=draw.randrange(55)))
                fields["decision"] = draw.choice(["admissible", "inadmissible"])
        make_admissibility(**fields)
    make_enrolment("vae")
    _silently_enrolled()
    rows = AdmissibilityRequest.objects.select_related("version")

    for stage in AdmissibilityStage:
        found = set(AdmissibilityRequest.objects.in_stage(stage, on=on).values_list("pk", flat=True))
        expected = {row.pk for row in rows if _stage(row, on) == stage}

        assert found == expected
        assert found


def _stage(request, on):
    if request.enrolment_id:
        return AdmissibilityStage.ENROLLED
    return AdmissibilityStage(admissibility_verdict(request, on=on).answer.standing)


def test_the_most_urgent_come_first():
    refused = make_admissibility(decided_on=TODAY, decision="inadmissible")
    incomplete = make_admissibility(received_on=date(2020, 12, 1))
    silent = make_admissibility(complete_on=date(2020, 10, 1))
    later = make_admissibility(complete_on=date(2021, 1, 10))
    sooner = make_admissibility(complete_on=COMPLETE)

    assert list(AdmissibilityRequest.objects.most_urgent_first(on=TODAY)) == [
        sooner,
        later,
        silent,
        incomplete,
        refused,
    ]


def test_requests_are_the_secretariat_s_alone(admin):
    make_admissibility()
    organisation = make_training_organisation()
    others = [make_training_member(organisation), make_enrolment().referent, make_panel_assessor()]

    assert AdmissibilityRequest.objects.visible_to(admin).count() == 1
    assert not any(AdmissibilityRequest.objects.visible_to(other).exists() for other in others)


def test_an_identity_in_another_spelling_is_the_same_person():
    request = make_admissibility(make_candidate(birth_name="Lefèvre"), complete_on=COMPLETE)
    spelt = replace(request.candidate.identity, birth_name="LEFEVRE")

    enrolment = enrolling(request, identity=spelt)

    assert enrolment.candidate == request.candidate
