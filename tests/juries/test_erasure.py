"""Once nobody may contest, who voted what is gone: from the rows, and from whatever could be put together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from journal.models import Entry
from juries import services
from juries.enums import BallotChoice, DeliberationState, SessionState
from juries.invariants import INVARIANTS
from juries.models import Ballot, BallotErasure, Deliberation, Remark
from juries.services import refusals
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin
from tests.visitors import undone

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
LAST_DAY = datetime(2021, 9, 2, 23, 59, tzinfo=PARIS)
OVER = datetime(2021, 9, 3, 0, 0, tzinfo=PARIS)
YES, NO = BallotChoice.ACQUIRED, BallotChoice.NOT_ACQUIRED


@pytest.fixture
def session():
    session = build.make_session()
    member = build.seat(session, 4).sitting.user
    services.write_remark(build.dossier_of(session), "Un doute sur l’oral.", by=member, at=build.VOTED_AT)
    return build.published(build.deliberated(session))


def _appeal(session):
    return services.record_appeal(
        build.dossier_of(session),
        received_on=LAST_DAY.date(),
        grounds="La grille.",
        by=make_admin(),
        at=LAST_DAY,
    )


def test_ballots_are_kept_as_long_as_one_may_contest(session):
    assert services.due_for_erasure(LAST_DAY) == []
    with pytest.raises(refusals.ErasureTooSoon):
        services.erase_ballots(session, at=LAST_DAY)
    assert Ballot.objects.count() == 91


def test_the_day_after_they_go_and_the_counts_remain(session):
    assert services.due_for_erasure(OVER) == [session.pk]

    erasure = services.erase_ballots(session, at=OVER)

    assert (erasure.ballots, erasure.remarks) == (91, 1)
    assert (Ballot.objects.count(), Remark.objects.count()) == (0, 0)
    assert set(Deliberation.objects.values_list("acquired_count", flat=True)) == {13}
    assert Entry.objects.get(action="session.ballots_erased").after == {"ballots": 91, "remarks": 1}
    assert services.due_for_erasure(OVER) == []
    with pytest.raises(refusals.WrongMoment):
        services.erase_ballots(session, at=OVER)


def test_a_pending_appeal_keeps_them(session):
    appeal = _appeal(session)
    assert services.due_for_erasure(OVER) == []
    with pytest.raises(refusals.ErasureTooSoon):
        services.erase_ballots(session, at=OVER)
    with pytest.raises(IntegrityError, match="recours"), transaction.atomic():
        BallotErasure.objects.create(session=session, ballots=91, remarks=1, erased_at=OVER)

    services.settle_appeal(
        appeal, outcome="rejected", outcome_on=LAST_DAY.date(), reason="Infondé.", by=make_admin(), at=OVER
    )
    assert services.due_for_erasure(OVER) == [session.pk]


def test_another_session_keeps_its_own(session):
    other = build.make_session(state=SessionState.RATIFIED)

    services.erase_ballots(session, at=OVER)

    assert Ballot.objects.filter(deliberation__dossier__session=other).count() == 91
    with pytest.raises(refusals.WrongMoment):
        services.erase_ballots(other, at=OVER)


def _raw(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


@pytest.mark.parametrize("table", ["juries_ballot", "juries_remark"])
def test_the_database_lets_them_go_only_then(session, table):
    with pytest.raises(IntegrityError, match=r"retire|efface"), transaction.atomic():
        _raw(f"DELETE FROM {table}")

    BallotErasure.objects.create(session=session, ballots=91, remarks=1, erased_at=OVER)
    assert _raw(f"DELETE FROM {table}") > 0


def test_nor_is_an_erasure_written_before_the_publication():
    session = build.make_session(state=SessionState.RATIFIED)

    with pytest.raises(IntegrityError, match="délai de recours"), transaction.atomic():
        BallotErasure.objects.create(session=session, ballots=0, remarks=0, erased_at=OVER)


def _broken():
    found = {invariant.code: list(invariant.find()) for invariant in INVARIANTS}
    return {code: rows for code, rows in found.items() if rows}


def test_everything_still_verifies(session):
    services.erase_ballots(session, at=OVER)

    assert _broken() == {}


def test_a_ballot_left_behind_is_found(session):
    BallotErasure.objects.create(session=session, ballots=91, remarks=1, erased_at=OVER)

    assert _broken() == {"juries.erased": [session.subject]}


def test_the_pages_still_tell_the_counts(session, client):
    enrolment = build.dossier_of(session).enrolment.reference
    pages = ["session", "minutes", "administration"]
    services.erase_ballots(session, at=OVER)
    client.force_login(make_admin())

    told = {name: client.get(reverse(f"juries:{name}", args=[session.reference]), follow=True) for name in pages}
    dossier = client.get(reverse("juries:dossier", args=[session.reference, enrolment]))

    assert {page.status_code for page in [*told.values(), dossier]} == {200}
    assert "Bulletins effacés le 3\u00a0septembre 2021" in told["administration"].content.decode()
    assert "13" in dossier.content.decode()


# What could be put together


def _dump() -> list[str]:
    """Every row of every table, as text."""
    rows: list[str] = []
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)}):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [f"{table} {row!r}" for row in cursor.fetchall()]
    return rows


def _sequences() -> dict[str, tuple[int, bool]]:
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f'SELECT last_value, is_called FROM "{name}"')
            found[name] = cursor.fetchone()
    return found


def _set_back(sequences: dict[str, tuple[int, bool]]) -> None:
    with connection.cursor() as cursor:
        for name, (value, is_called) in sequences.items():
            cursor.execute("SELECT setval(%s, %s, %s)", [f'"{name}"', value, is_called])


def _voted(session, by, no: Iterable[int]) -> None:
    """Everybody votes in the order of the seats, those of `no` against; then all that follows, to the erasure."""
    chair = build.chair_of(session)
    against = set(no)
    for deliberation in Deliberation.objects.filter(dossier__session=session).order_by("pk"):
        for seat in build.seats_of(session):
            choice = NO if seat.number in against else YES
            services.cast_ballot(deliberation, seat, choice, by=seat.sitting.user, at=build.VOTED_AT)
    services.close_votes(build.dossier_of(session), by=chair, at=build.VOTED_AT + timedelta(minutes=5))
    assert not Deliberation.objects.filter(state=DeliberationState.CLOSED).exists()
    build.published(session, by=by)
    services.erase_ballots(session, at=OVER)


def test_two_sessions_that_differ_by_who_voted_what_leave_the_same_database():
    """To the byte, hashes and journal included: whoever reads it all guesses no better than from the counts."""
    admin, enrolment = make_admin(), make_enrolment()
    submit_all(enrolment)
    session = build.make_session([enrolment], by=admin)
    services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=build.VOTED_AT)
    sequences, left = _sequences(), []
    for against in ({2, 5, 9}, {3, 8, 12}):
        with undone():
            _voted(session, admin, against)
            left.append(sorted(_dump()))
        _set_back(sequences)

    assert len(left[0]) > 300
    assert left[0] == left[1]


def test_before_the_erasure_they_do_differ():
    """Or the test above would compare what never told anything."""
    session = build.make_session()
    services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=build.VOTED_AT)
    sequences, left = _sequences(), []
    for against in (NO, YES):
        with undone():
            seat = build.seat(session, 2)
            services.cast_ballot(build.deliberation_on(session), seat, against, by=seat.sitting.user, at=build.VOTED_AT)
            left.append(sorted(_dump()))
        _set_back(sequences)

    assert left[0] != left[1]
