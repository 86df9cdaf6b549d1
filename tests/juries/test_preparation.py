"""Seats, agenda and convening."""

from datetime import date

import pytest

from candidates.models import AcquiredBlock
from journal.models import Entry
from juries import services
from juries.enums import SessionMeans, SessionState
from juries.models import Deliberation, JuryMember
from juries.services import refusals
from rulebook.verdict import CheckCode
from tests.builders import juries as build
from tests.builders.candidates import current_version, make_acquired_block, make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
AT = build.PREPARED_AT


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def prepared(admin):
    return _prepare(admin)


def _prepare(admin, held_on=build.HELD_ON):
    return services.prepare_session(
        version=current_version(), held_on=held_on, place="Paris", means=SessionMeans.REMOTE, by=admin, at=AT
    )


def _seatings(members):
    return [services.Seating(member, is_chair=number == 0) for number, member in enumerate(members)]


def test_a_session_is_named_by_its_day_and_its_rank(admin):
    references = [_prepare(admin).reference, _prepare(admin).reference, _prepare(admin, date(2021, 7, 1)).reference]

    assert references == ["JURY-2021-06-15", "JURY-2021-06-15-2", "JURY-2021-07-01"]


def test_seats_are_numbered_college_by_college(admin, prepared):
    members = build.make_members()

    seats = services.compose(prepared, _seatings(list(reversed(members))), by=admin, at=AT)

    assert [seat.number for seat in seats] == list(range(1, 14))
    assert [seat.college for seat in seats] == ["union"] * 5 + ["employer"] * 5 + ["expert"] * 2 + ["training"]


def test_composing_again_replaces_the_seats(admin, prepared):
    services.compose(prepared, _seatings(build.make_members(3)), by=admin, at=AT)
    services.compose(prepared, _seatings(build.make_members(2)), by=admin, at=AT)

    assert prepared.seats.count() == 2


def test_nobody_is_seated_twice_even_as_a_substitute(admin, prepared):
    first, second = build.make_members(2)
    seatings = [services.Seating(first, substitute=second), services.Seating(second)]

    with pytest.raises(refusals.SeatingRefused):
        services.compose(prepared, seatings, by=admin, at=AT)


def test_a_person_with_two_mandates_is_seated_once(admin, prepared):
    union = build.make_member("union")
    expert = build.make_member("expert", union.user)

    with pytest.raises(refusals.SeatingRefused):
        services.compose(prepared, _seatings([union, expert]), by=admin, at=AT)


@pytest.mark.parametrize(
    "period",
    [
        pytest.param({"ends_on": date(2021, 6, 14)}, id="ended-the-day-before"),
        pytest.param({"starts_on": date(2021, 6, 16)}, id="begins-the-day-after"),
    ],
)
def test_a_mandate_holds_on_the_day_of_the_session(admin, prepared, period):
    member = build.make_member("union", **period)

    with pytest.raises(refusals.SeatingRefused):
        services.compose(prepared, _seatings([member]), by=admin, at=AT)


def test_a_substitute_is_of_the_same_college(admin, prepared):
    seating = services.Seating(build.make_member("union"), substitute=build.make_member("expert"))

    with pytest.raises(refusals.SeatingRefused):
        services.compose(prepared, [seating], by=admin, at=AT)


def test_one_member_presides(admin, prepared):
    first, second = build.make_members(2)
    seatings = [services.Seating(first, is_chair=True), services.Seating(second, is_chair=True)]

    with pytest.raises(refusals.SeatingRefused):
        services.compose(prepared, seatings, by=admin, at=AT)


def test_a_jury_has_no_fourteenth_seat(admin, prepared):
    members = [*build.make_members(), build.make_member("union")]

    with pytest.raises(refusals.TooManySeats):
        services.compose(prepared, _seatings(members), by=admin, at=AT)


def test_a_dossier_deliberates_on_the_blocks_not_acquired_yet(admin, prepared):
    enrolment = make_enrolment(options=("BC6", "BC7"))
    make_acquired_block(enrolment.candidate, "BC2")

    services.add_dossiers(prepared, [enrolment], by=admin, at=AT)

    deliberations = Deliberation.objects.filter(dossier__session=prepared).order_by("enrolled_block__block__position")
    assert [row.code for row in deliberations] == ["BC1", "BC3", "BC4", "BC5", "BC6", "BC7"]


def test_who_gave_up_is_on_no_agenda(admin, prepared):
    enrolment = make_enrolment(withdrawn_on=date(2021, 1, 5))

    with pytest.raises(refusals.EnrolmentNotConvenable) as refused:
        services.add_dossiers(prepared, [enrolment], by=admin, at=AT)

    assert refused.value.details == (enrolment.reference,)


def test_who_holds_everything_is_on_no_agenda(admin, prepared):
    enrolment = make_enrolment()
    for code in enrolment.enrolled_blocks.values_list("block__code", flat=True):
        make_acquired_block(enrolment.candidate, code)

    with pytest.raises(refusals.EnrolmentNotConvenable):
        services.add_dossiers(prepared, [enrolment], by=admin, at=AT)


def test_an_enrolment_is_on_one_agenda_at_a_time(admin, prepared):
    enrolment = make_enrolment()
    services.add_dossiers(_prepare(admin), [enrolment], by=admin, at=AT)

    with pytest.raises(refusals.EnrolmentNotConvenable):
        services.add_dossiers(prepared, [enrolment], by=admin, at=AT)


def test_a_dossier_can_be_taken_off_the_agenda(admin, prepared):
    enrolment = make_enrolment()
    (dossier,) = services.add_dossiers(prepared, [enrolment], by=admin, at=AT)

    services.remove_dossier(dossier, by=admin, at=AT)

    assert not prepared.dossiers.exists()
    assert services.add_dossiers(prepared, [enrolment], by=admin, at=AT)


def test_thirteen_seats_a_chair_and_an_agenda_are_convened():
    session = build.make_session(state=SessionState.CONVENED)

    assert session.state == SessionState.CONVENED
    assert session.convened_at == build.CONVENED_AT
    entry = Entry.objects.get(action="session.convened")
    assert entry.subject == "session:JURY-2021-06-15"
    assert entry.before == {"state": "prepared"}


def test_twelve_seats_are_refused_with_the_college_that_lacks_one(admin):
    session = build.make_session(state=SessionState.PREPARED, members=build.make_members(12))

    with pytest.raises(refusals.JuryNotComplete) as refused:
        services.convene(session, by=admin, at=build.CONVENED_AT)

    (reason,) = refused.value.reasons
    assert reason.code == CheckCode.JURY_COLLEGE
    assert reason.facts == {"college": "training", "seated": 0, "expected": 1}


def test_a_jury_without_chair_is_refused(admin):
    session = build.make_session(state=SessionState.PREPARED)
    services.compose(session, [services.Seating(m) for m in JuryMember.objects.all()], by=admin, at=AT)

    with pytest.raises(refusals.ChairMissing):
        services.convene(session, by=admin, at=build.CONVENED_AT)


def test_an_empty_agenda_is_refused(admin):
    session = build.make_session([], state=SessionState.PREPARED)

    with pytest.raises(refusals.AgendaEmpty):
        services.convene(session, by=admin, at=build.CONVENED_AT)


def test_nothing_changes_once_convened(admin):
    session = build.make_session(state=SessionState.CONVENED)

    for change in (
        lambda: services.convene(session, by=admin, at=build.CONVENED_AT),
        lambda: services.compose(session, [], by=admin, at=AT),
        lambda: services.add_dossiers(session, [make_enrolment()], by=admin, at=AT),
        lambda: services.remove_dossier(build.dossier_of(session), by=admin, at=AT),
    ):
        with pytest.raises(refusals.WrongMoment):
            change()


def test_a_block_sent_back_returns_to_a_later_agenda(admin):
    session = build.make_session(state=SessionState.SEALED)
    sent_back = build.deliberation_on(session, "BC3")
    build.ratified(session, exceptions={sent_back: "Le dossier de ce bloc est à compléter."})
    build.published(session)

    later = _prepare(admin, date(2021, 12, 1))
    services.add_dossiers(later, [build.dossier_of(session).enrolment], by=admin, at=AT)

    assert AcquiredBlock.objects.count() == 6
    assert [row.code for row in Deliberation.objects.filter(dossier__session=later)] == ["BC3"]
