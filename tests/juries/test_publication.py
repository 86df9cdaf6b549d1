"""After the session: minutes, the CPNEFP's decision, blocks acquired."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock
from journal.canonical import sha256_of
from journal.models import Entry
from juries import services
from juries.enums import BallotChoice, SessionState
from juries.models import Minutes, MinutesFile
from juries.papers import keep_drawing
from juries.services import refusals
from juries.tasks import draw_waiting
from tests.builders import juries as build
from tests.builders.candidates import make_acquired_block, make_enrolment
from tests.builders.evaluations import submit, submit_all
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT


@pytest.fixture
def eventful():
    """Twelve voters, a block without its evaluations, a departure, a tie, a conflict."""
    first, second = make_enrolment(), make_enrolment()
    submit_all(first, blocks=["BC1", "BC2", "BC3"])
    submit(first, "BC4", "training")
    submit_all(second)
    session = build.make_session([first, second], absent=[13])
    chair, seat = build.chair_of(session), build.seat(session, 4)
    conflict = services.Conflict(build.dossier_of(session, 2))
    services.declare_conflicts(seat, [conflict], by=seat.sitting.user, at=AT)
    dossier = build.dossier_of(session)
    services.open_votes(dossier, by=chair, at=AT)
    build.vote(build.deliberation_on(session, "BC1"), BallotChoice.NOT_ACQUIRED)
    build.vote(build.deliberation_on(session, "BC2"), *["acquired"] * 6, "not_acquired")
    build.vote(build.deliberation_on(session, "BC3"), BallotChoice.ACQUIRED)
    services.close_votes(dossier, by=chair, at=AT)
    services.decide(
        build.deliberation_on(session, "BC1"), by=chair, at=AT, ground="evidence", reason="Travaux non personnels."
    )
    services.decide(build.deliberation_on(session, "BC2"), by=chair, at=AT, casting=BallotChoice.ACQUIRED)
    dossier = build.dossier_of(session, 2)
    for deliberation in services.open_votes(dossier, by=chair, at=AT):
        build.vote(deliberation, BallotChoice.ACQUIRED)
    services.close_votes(dossier, by=chair, at=AT)
    return services.close_session(session, by=chair, at=build.CLOSED_AT)


def _seal(session, **fields):
    build.approved(session, **fields)
    return services.seal_minutes(session, by=build.chair_of(session), at=build.SEALED_AT)


def test_the_minutes_say_everything_and_no_ballot_by_name(eventful):
    context = _seal(eventful, incidents=["Coupure de dix minutes."]).context

    blocks = {block["code"]: block for block in context["dossiers"][0]["blocks"]}
    assert blocks["BC1"] | {"title": ""} == {
        "code": "BC1",
        "title": "",
        "opinions": {"training": "favorable", "company": "favorable", "panel": "favorable"},
        "proposal": "acquis",
        "decision": "non acquis",
        "for": 0,
        "against": 12,
        "abstain": 0,
        "quorum": 12,
        "casting": None,
        "departure_ground": "éléments apportés en séance",
        "departure_reason": "Travaux non personnels.",
    }
    assert (blocks["BC2"]["for"], blocks["BC2"]["against"], blocks["BC2"]["casting"]) == (6, 6, "acquis")
    assert blocks["BC4"]["decision"] == "renvoyé à une prochaine session"
    assert blocks["BC4"]["opinions"] == {"training": "favorable", "company": None, "panel": None}
    assert context["quorum"] == {"present": 12, "required": 7, "seats": 13}
    assert len(context["seats"]) == 13
    assert context["seats"][12]["presence"] == "absent"
    assert context["incidents"] == ["Coupure de dix minutes."]
    assert [departure["block"] for departure in context["departures"]] == ["BC1"]
    conflicting = build.seat(eventful, 4).sitting.user.full_name
    second = build.dossier_of(eventful, 2).enrolment.reference
    assert context["conflicts"] == [{"dossier": second, "member": conflicting, "reason": "conflit d’intérêts déclaré"}]
    assert "ballot" not in str(context)


def test_sealing_keeps_the_hash_of_what_is_said(eventful):
    minutes = _seal(eventful)

    assert minutes.sha256 == sha256_of(Minutes.objects.get().context)
    assert Entry.objects.get(action="session.sealed").after["sha256"] == minutes.sha256


def test_the_minutes_are_signed_by_the_chair_once(eventful):
    with pytest.raises(refusals.NotTheChair):
        services.seal_minutes(eventful, by=build.seat(eventful, 2).sitting.user, at=build.SEALED_AT)
    _seal(eventful)
    with pytest.raises(refusals.WrongMoment):
        _seal(eventful)


def test_the_paper_is_drawn_once_the_minutes_are_sealed(eventful, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        minutes = _seal(eventful, incidents=["Coupure de dix minutes."])

    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(MinutesFile.objects.get().content)).pages)
    assert minutes.sha256 in text.replace("\n", "").replace(" ", "")
    assert "Travaux non personnels." in text
    assert "Coupure de dix minutes." in text


def test_what_a_lost_message_left_behind_is_drawn(eventful, django_capture_on_commit_callbacks):
    _seal(eventful)
    assert not MinutesFile.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        draw_waiting()

    assert MinutesFile.objects.count() == 1


def test_the_minutes_name_all_who_led_a_dossier_that_the_chair_did_not_lead_alone():
    first, second = make_enrolment(), make_enrolment()
    submit_all(first)
    submit_all(second)
    session = build.make_session([first, second])
    services.hand_over_chair(build.seat(session, 2), by=build.chair_of(session), at=AT)
    build.vote(services.open_vote(build.deliberation_on(session), by=build.chair_of(session), at=AT), "acquired")
    services.close_votes(build.dossier_of(session), by=build.chair_of(session), at=AT)
    services.hand_over_chair(build.seat(session, 1), by=build.chair_of(session), at=AT)
    build.deliberated(session)
    session = services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)

    context = _seal(session).context

    chair, other = (build.seat(session, number).sitting.user.full_name for number in (1, 2))
    assert [dossier["presided_by"] for dossier in context["dossiers"]] == [sorted([chair, other]), [chair]]


def test_drawing_again_changes_nothing(eventful, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        minutes = _seal(eventful)
    drawn = MinutesFile.objects.get()

    keep_drawing(minutes.pk, at=build.RATIFIED_AT)

    assert MinutesFile.objects.get().drawn_at == drawn.drawn_at


def test_the_cpnefp_decides_after_the_seal_only(eventful):
    with pytest.raises(refusals.WrongMoment):
        build.ratified(eventful)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"decided_on": build.HELD_ON - timedelta(days=1)}, id="before-the-session"),
        pytest.param({"decided_on": date(2021, 7, 2)}, id="after-today"),
        pytest.param({"chaired_by": "  "}, id="chaired-by-nobody"),
    ],
)
def test_a_decision_has_a_plausible_day_and_a_chair(fields):
    session = build.make_session(state=SessionState.SEALED)

    with pytest.raises(refusals.RatificationRefused):
        build.ratified(session, **fields)


def test_what_is_sent_back_has_a_reason_and_was_decided_there(eventful):
    _seal(eventful)
    undecided = build.deliberation_on(eventful, "BC4")
    decided = build.deliberation_on(eventful, "BC3")

    for exceptions in ({undecided: "Incomplet."}, {decided: " "}):
        with pytest.raises(refusals.RatificationRefused):
            build.ratified(eventful, exceptions=exceptions)


def test_nothing_is_acquired_before_the_publication():
    build.make_session(state=SessionState.RATIFIED)

    assert not AcquiredBlock.objects.exists()


def test_publishing_gives_the_blocks_decided_and_not_sent_back(eventful):
    _seal(eventful)
    sent_back = build.deliberation_on(eventful, "BC5", position=2)
    build.ratified(eventful, exceptions={sent_back: "À revoir."})

    services.publish(eventful, by=make_admin(), at=build.PUBLISHED_AT)

    first, second = (build.dossier_of(eventful, position).enrolment for position in (1, 2))
    assert _held(first) == ["BC2", "BC3"]
    assert _held(second) == ["BC1", "BC2", "BC3", "BC4", "BC6", "BC7"]
    assert set(AcquiredBlock.objects.values_list("acquired_on", "origin")) == {
        (build.DECIDED_ON, AcquisitionOrigin.JURY)
    }
    entry = Entry.objects.get(subject=f"enrolment:{first.reference}", action="enrolment.blocks_acquired")
    assert entry.after == {"session": eventful.reference, "blocks": ["BC2", "BC3"]}


def _held(enrolment):
    blocks = AcquiredBlock.objects.filter(candidate=enrolment.candidate).values_list(
        "enrolled_block__block__code", flat=True
    )
    return sorted(blocks)


def test_a_block_held_already_is_not_acquired_twice():
    session = build.make_session(state=SessionState.RATIFIED)
    candidate = build.dossier_of(session).enrolment.candidate
    record = make_acquired_block(candidate, "BC1")

    services.publish(session, by=make_admin(), at=build.PUBLISHED_AT)

    assert AcquiredBlock.objects.filter(candidate=candidate).count() == 7
    assert AcquiredBlock.objects.get(catalogue_block=record.catalogue_block) == record


def test_one_person_with_two_dossiers_acquires_each_block_once():
    first = make_enrolment()
    second = make_enrolment(candidate=first.candidate, options=["BC6", "BC8"])
    submit_all(first)
    submit_all(second)

    build.make_session([first, second], SessionState.PUBLISHED)

    assert AcquiredBlock.objects.filter(candidate=first.candidate).count() == 8


def test_results_are_published_once():
    session = build.make_session(state=SessionState.PUBLISHED)

    with pytest.raises(refusals.WrongMoment):
        services.publish(session, by=make_admin(), at=build.PUBLISHED_AT)
