"""The gate: what is already known, what is asked, what is answered; and no access to what one is tied to."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candidates.models import Enrolment
from journal.models import Entry
from juries import services
from juries.enums import BallotChoice, RecusalReason, SessionState
from juries.facts import suspicions_of
from juries.mail_domains import shared_domains
from juries.models import Ballot, Dossier, Recusal
from juries.services import refusals
from rulebook.outcomes import SuspicionReason
from tests.builders import juries as build
from tests.builders.candidates import make_candidate, make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_company, make_referent, make_training_member, make_user
from tests.juries.test_sitting import TIES

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT
NAME, DOMAIN = SuspicionReason.FAMILY_NAME, SuspicionReason.EMAIL_DOMAIN


def _page(name, session, *args):
    return reverse(f"juries:{name}", args=[session.reference, *args])


def _told(response):
    return response.content.decode().replace("\xa0", " ")


def _convened(*enrolments, last_name="L’Hénoret-Du Pré", email="anne@courtier-anne.fr", **fields):
    """Seat 3 is this person's."""
    members = build.make_members()
    type(members[2].user).objects.filter(pk=members[2].user_id).update(last_name=last_name, email=email)
    return build.make_session(enrolments or None, SessionState.CONVENED, members=members, **fields)


# What is asked


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        pytest.param({"birth_name": "LHENORET DU PRE"}, (), id="another-spelling-of-the-apostrophe"),
        pytest.param({"birth_name": "L'HENORET DU PRE"}, (NAME,), id="accents-case-hyphens"),
        pytest.param({"birth_name": "Martin", "usual_name": "l’hénoret du-pré"}, (NAME,), id="usual-name"),
        pytest.param({"birth_name": "Martin", "email": "x@COURTIER-ANNE.fr"}, (DOMAIN,), id="the-candidate-s-domain"),
        pytest.param({"birth_name": "Martin", "email": "x@gmail.com"}, (), id="another-domain"),
    ],
)
def test_a_candidate_of_the_same_name_or_domain_is_asked_about(candidate, expected):
    session = _convened(make_enrolment(candidate=make_candidate(**candidate)))

    assert tuple(suspicions_of(build.seat(session, 3)).values()) == ((expected,) if expected else ())
    assert suspicions_of(build.seat(session, 4)) == {}


def test_the_domain_of_whoever_answers_for_the_candidate_counts():
    ours = "anne@courtier-anne.fr"
    company = make_company()
    enrolments = [make_enrolment(company=company), make_enrolment(), make_enrolment(), make_enrolment()]
    make_referent(company, email="contact@courtier-anne.fr")
    Enrolment.objects.filter(pk=enrolments[1].pk).update(referent=make_user(email="referent@courtier-anne.fr"))
    make_training_member(enrolments[2].training_organisation, email="cfa@courtier-anne.fr")

    session = _convened(*enrolments, email=ours)

    asked = Dossier.objects.filter(pk__in=suspicions_of(build.seat(session, 3)))
    assert {row.enrolment for row in asked} == set(enrolments[:3])


def test_an_address_that_anybody_may_have_is_no_suspicion():
    session = _convened(make_enrolment(candidate=make_candidate(email="x@laposte.net")), email="anne@laposte.net")

    assert {"laposte.net", "gmail.com"} <= shared_domains()
    assert suspicions_of(build.seat(session, 3)) == {}


def test_nobody_is_asked_about_what_they_are_already_withdrawn_from():
    enrolment = make_enrolment(candidate=make_candidate(birth_name="L’Hénoret du Pré"))
    session = _convened(enrolment)
    Recusal.objects.create(
        dossier=build.dossier_of(session),
        seat=build.seat(session, 3),
        member=build.seat(session, 3).member,
        reason=RecusalReason.EMPLOYER,
        recorded_at=AT,
    )

    assert suspicions_of(build.seat(session, 3)) == {}


# What is answered


@pytest.fixture
def namesakes():
    """Two candidates have the family name of seat 3; a third has not."""
    names = ["L’Hénoret du Pré", "Lhermitte", "l'henoret-du-pre"]
    people = [make_candidate(birth_name=name, first_names=first) for name, first in zip(names, "ABC", strict=True)]
    return _convened(*(make_enrolment(candidate=person) for person in people))


def _dossiers(session):
    return [build.dossier_of(session, position) for position in (1, 2, 3)]


def test_a_suspicion_is_not_passed_over(namesakes):
    seat, (first, _, _) = build.seat(namesakes, 3), _dossiers(namesakes)

    for conflicts, dismissed in (([], []), ([services.Conflict(first)], []), ([], [first])):
        with pytest.raises(refusals.SuspicionUnanswered):
            services.declare_conflicts(seat, conflicts, dismissed=dismissed, by=seat.sitting.user, at=AT)

    assert build.seat(namesakes, 3).conflicts_declared_at is None
    assert not Recusal.objects.exists()


def test_what_is_answered_is_journaled_yes_and_no(namesakes):
    seat, (first, second, third) = build.seat(namesakes, 3), _dossiers(namesakes)

    services.declare_conflicts(
        seat, [services.Conflict(first), services.Conflict(second)], dismissed=[third], by=seat.sitting.user, at=AT
    )

    entry = Entry.objects.get(action="session.conflicts_declared")
    assert entry.after == {
        "seat": 3,
        "enrolments": [first.enrolment.reference, second.enrolment.reference],
        "confirmed": {first.enrolment.reference: ["family_name"]},
        "dismissed": {third.enrolment.reference: ["family_name"]},
    }
    assert [row.dossier for row in Recusal.objects.order_by("dossier__position")] == [first, second]


def test_a_conflict_found_later_asks_nothing_again(namesakes):
    seat, (first, second, third) = build.seat(namesakes, 3), _dossiers(namesakes)
    services.declare_conflicts(seat, [], dismissed=[first, third], by=seat.sitting.user, at=AT)

    services.declare_conflicts(seat, [services.Conflict(second)], by=seat.sitting.user, at=AT)

    assert [row.dossier for row in Recusal.objects.all()] == [second]


def test_what_is_answered_is_of_one_s_own_session(namesakes):
    seat, elsewhere = build.seat(namesakes, 3), build.dossier_of(build.make_session(state=SessionState.CONVENED))
    first, _, third = _dossiers(namesakes)

    with pytest.raises(refusals.OtherSession):
        services.declare_conflicts(
            seat, [services.Conflict(elsewhere)], dismissed=[first, third], by=seat.sitting.user, at=AT
        )
    with pytest.raises(refusals.OtherSession):
        services.declare_conflicts(seat, [], dismissed=[first, third, elsewhere], by=seat.sitting.user, at=AT)

    assert build.seat(namesakes, 3).conflicts_declared_at is None
    assert not Recusal.objects.exists()


# The page


def test_the_page_asks_and_refuses_to_be_skipped(client, namesakes):
    seat, (first, second, third) = build.seat(namesakes, 3), _dossiers(namesakes)
    client.force_login(seat.sitting.user)

    shown = _told(client.get(_page("session", namesakes)))
    assert shown.count("Même nom de famille que vous : êtes-vous lié ?") == 2
    assert shown.count('type="checkbox"') == 1
    assert "0 conflit déclaré" in shown

    refused = client.post(_page("declare", namesakes), {f"conflict_{first.pk}": "no", f"conflict_{second.pk}": "on"})
    assert refused.status_code == 422
    assert "Répondez par oui ou par non." in _told(refused)
    assert "1 conflit déclaré" in _told(refused)
    assert build.seat(namesakes, 3).conflicts_declared_at is None

    client.post(_page("declare", namesakes), {f"conflict_{first.pk}": "no", f"conflict_{third.pk}": "yes"})
    assert [row.dossier for row in Recusal.objects.all()] == [third]
    assert client.get(_page("dossier", namesakes, first.enrolment.reference)).status_code == 200


def test_what_is_withdrawn_already_is_told_by_reason_and_number_without_names(client):
    members = build.make_members(12)
    theirs = [make_enrolment(candidate=make_candidate(birth_name=name)) for name in ("Zzyzxa", "Zzyzxb", "Autre")]
    members.append(build.make_member("training", training_organisation=theirs[0].training_organisation))
    Enrolment.objects.filter(pk=theirs[1].pk).update(training_organisation=theirs[0].training_organisation)
    session = build.make_session(theirs, SessionState.CONVENED, members=members)
    client.force_login(members[-1].user)

    shown = _told(client.get(_page("session", session)))

    assert "2 dossiers vous sont déjà retirés : vous représentez l’organisme de formation du candidat." in shown
    assert "Zzyzx" not in shown
    assert "Autre" in shown


def test_a_substitute_is_told_why_their_seat_is_withdrawn(client):
    session = build.make_session([make_enrolment(), make_enrolment()], substitutes={3: build.make_member()})
    titular = build.seat(session, 3)
    conflict = services.Conflict(build.dossier_of(session))
    services.declare_conflicts(titular, [conflict], by=titular.sitting.user, at=AT)
    services.substitute(titular, by=build.chair_of(session), at=AT)
    client.force_login(build.seat(session, 3).substitute.user)

    shown = _told(client.get(_page("session", session)))

    assert "1 dossier vous est déjà retiré : qui siégeait avant vous est lié au candidat." in shown


def test_a_longer_gate_asks_no_more_queries(client):
    counts = []
    for number in (3, 30):
        session = _convened(*(make_enrolment() for _ in range(number)), email=f"anne.{number}@courtier-anne.fr")
        client.force_login(build.seat(session, 3).sitting.user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(_page("session", session)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_second_declaration_changes_nothing(client, namesakes):
    seat, dossiers = build.seat(namesakes, 3), _dossiers(namesakes)
    services.declare_conflicts(seat, [], dismissed=dossiers, by=seat.sitting.user, at=AT)
    client.force_login(seat.sitting.user)

    response = client.post(_page("declare", namesakes), {f"conflict_{dossiers[1].pk}": "on"})

    assert response.url == _page("session", namesakes)
    assert not Recusal.objects.exists()


# Who has not declared


def test_the_chair_conducts_nothing_before_having_declared():
    session = build.make_session(state=SessionState.CONVENED)
    chair = build.chair_of(session)

    with pytest.raises(refusals.ConflictsNotDeclared):
        services.open_session(session, by=chair, at=build.OPENED_AT)
    build.declare_nothing(session, 1)

    assert services.open_session(session, by=chair, at=build.OPENED_AT).is_open


def test_who_takes_the_chair_conducts_nothing_before_having_declared(client):
    session = build.make_session(declared=False)
    services.hand_over_chair(build.seat(session, 3), by=build.chair_of(session), at=AT)
    chair, dossier = build.chair_of(session), build.dossier_of(session)
    client.force_login(chair)

    for act in (
        lambda: services.open_votes(dossier, by=chair, at=AT),
        lambda: services.open_vote(build.deliberation_on(session), by=chair, at=AT),
        lambda: services.close_session(session, by=chair, at=AT),
    ):
        with pytest.raises(refusals.ConflictsNotDeclared):
            act()
    assert client.get(_page("console", session)).url == _page("session", session)


def test_who_never_declared_reads_neither_dossiers_nor_minutes(client):
    session = build.make_session(declared=False, absent=[13])
    build.declare_nothing(session, *range(2, 13))
    build.deliberated(session)
    session = build.published(session)
    dossier = build.dossier_of(session).enrolment.reference

    answers = {}
    for number in (12, 13):
        client.force_login(build.seat(session, number).sitting.user)
        paths = [_page("minutes", session), _page("dossier", session, dossier), _page("minutes_pdf", session)]
        answers[number] = [client.get(path).status_code for path in paths]

    assert answers == {12: [200, 200, 404], 13: [403, 404, 302]}  # the paper is not drawn here
    client.force_login(build.seat(session, 13).sitting.user)
    assert "Vous n’avez pas déclaré" in client.get(_page("session", session)).content.decode()


# Tied (F14)


def _says_so(session, seat):
    services.declare_conflicts(
        seat, [services.Conflict(build.dossier_of(session))], by=seat.sitting.user, at=build.OPENED_AT
    )


@pytest.mark.parametrize(("tie", "reason"), [*TIES, pytest.param(None, RecusalReason.DECLARED, id="said-so")])
@pytest.mark.parametrize("number", [1, 2, 3], ids=["chair", "vice-chair", "member"])
def test_no_tie_leaves_any_access(client, tie, reason, number):
    tied, free, members = make_enrolment(), make_enrolment(), build.make_members()
    if tie:
        tie(tied, members[number - 1].user)
    submit_all(tied, blocks=["BC2"])
    submit_all(free, blocks=["BC2"])
    session = build.make_session([tied, free], members=members)
    seat = build.seat(session, number)
    if tie is None:
        _says_so(session, seat)
    leader = build.seat(session, 2 if number == 1 else 1).sitting.user
    deliberation = services.open_vote(build.deliberation_on(session, "BC2"), by=leader, at=AT)
    client.force_login(seat.sitting.user)

    dossier = tied.reference
    reads = [client.get(_page(name, session, dossier)).status_code for name in ("dossier", "votes")]
    writes = [
        client.post(_page(name, session, dossier, *args), {"choice": "acquired"}).status_code
        for name, *args in (("vote", "BC2"), ("withdraw",), ("open_votes",), ("close_votes",), ("decide", "BC2"))
    ]
    with pytest.raises(refusals.BallotRefused):
        services.cast_ballot(deliberation, seat, BallotChoice.ACQUIRED, by=seat.sitting.user, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.create(deliberation=deliberation, seat=seat, choice=BallotChoice.ACQUIRED)

    assert reason in set(Recusal.objects.filter(seat=seat).values_list("reason", flat=True))
    # A member who does not preside is refused the presidency's gestures before anything is looked up.
    assert set(reads) == {404}
    assert set(writes) <= {403, 404}
    assert [row.enrolment for row in Dossier.objects.visible_to(seat.sitting.user)] == [free]
    assert tied.reference not in client.get(_page("session", session)).content.decode()
    assert not Ballot.objects.filter(seat=seat).exists()
