"""Who is there, who presides, who withdraws."""

import pytest

from evaluations.models import Evaluation
from journal.models import Entry
from juries import services
from juries.enums import Presence, RecusalReason, SessionState
from juries.models import Dossier, Recusal
from juries.services import refusals
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import draft, submit
from tests.builders.organisations import make_admin, make_referent, make_user

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT


def _signed(enrolment, user):
    submit(enrolment, "BC1", "panel", by=user)


def _employed(enrolment, user):
    user.jury_mandates.update(company=enrolment.company)


def _referred(enrolment, user):
    enrolment.referent = user
    enrolment.save()


def _referred_before(enrolment, user):
    make_enrolment(candidate=enrolment.candidate, company=enrolment.company, referent=user)


def _worked_with_before(enrolment, user):
    before = make_enrolment(candidate=enrolment.candidate)
    make_referent(before.company)
    user.memberships.create(role="company_referent", company=before.company, starts_on="2015-01-01")


def _trained(enrolment, user):
    draft(enrolment, "BC1", "training", by=user)


TIES = [
    pytest.param(_signed, RecusalReason.SIGNED_EVALUATION, id="signed-an-evaluation"),
    pytest.param(_employed, RecusalReason.EMPLOYER, id="works-for-the-employer"),
    pytest.param(_worked_with_before, RecusalReason.EMPLOYER, id="worked-for-a-former-employer"),
    pytest.param(_referred, RecusalReason.REFERENT, id="is-the-referent"),
    pytest.param(_referred_before, RecusalReason.REFERENT, id="was-the-referent"),
    pytest.param(_trained, RecusalReason.TRAINER, id="is-the-trainer"),
]


@pytest.mark.parametrize(("tie", "reason"), TIES)
def test_a_tie_recuses_without_being_declared(tie, reason):
    tied, free, members = make_enrolment(), make_enrolment(), build.make_members()
    tie(tied, members[1].user)

    session = build.make_session([tied, free], SessionState.CONVENED, members=members)

    recusals = Recusal.objects.filter(dossier__session=session)
    assert [(row.seat.number, row.dossier.enrolment, row.reason) for row in recusals] == [(2, tied, reason)]
    assert [row.enrolment for row in Dossier.objects.to_declare_on(members[1].user)] == [free]
    assert Dossier.objects.to_declare_on(members[2].user).count() == 2
    assert not Dossier.objects.visible_to(members[2].user).exists()


def test_a_training_organisation_does_not_judge_its_own():
    enrolment, members = make_enrolment(), build.make_members(12)
    members.append(build.make_member("training", training_organisation=enrolment.training_organisation))

    session = build.make_session([enrolment], SessionState.CONVENED, members=members)

    recusal = Recusal.objects.get(dossier__session=session)
    assert (recusal.seat.number, recusal.reason) == (13, RecusalReason.OWN_ORGANISATION)


def test_an_evaluation_signed_after_the_convening_recuses_at_the_opening():
    enrolment = make_enrolment()
    session = build.make_session([enrolment], SessionState.CONVENED)
    _signed(enrolment, build.seat(session, 4).sitting.user)
    build.declare_nothing(session, 1)

    services.open_session(session, by=build.chair_of(session), at=build.OPENED_AT)

    assert Recusal.objects.get().seat.number == 4
    assert Entry.objects.filter(action="session.recused").last().after["recusals"][0]["seat"] == 4


def test_the_chair_opens_and_is_there():
    session = build.make_session(state=SessionState.CONVENED)
    build.declare_nothing(session, 1)

    opened = services.open_session(session, by=build.chair_of(session), at=build.OPENED_AT)

    assert opened.opened_at == build.OPENED_AT
    assert build.seat(session, 1).is_present


def test_a_member_who_does_not_preside_opens_nothing():
    session = build.make_session(state=SessionState.CONVENED)

    with pytest.raises(refusals.NotTheChair):
        services.open_session(session, by=build.seat(session, 2).sitting.user, at=build.OPENED_AT)


def test_presence_is_noted_by_the_chair_alone():
    session = build.make_session()

    with pytest.raises(refusals.NotTheChair):
        services.record_presence(
            session, {3: Presence.EXCUSED}, by=build.seat(session, 2).sitting.user, at=build.OPENED_AT
        )


def test_presence_is_journaled_seat_by_seat():
    session = build.make_session()

    services.record_presence(session, {3: Presence.EXCUSED, 4: Presence.PRESENT}, by=build.chair_of(session), at=AT)

    entry = Entry.objects.filter(action="session.attendance").last()
    assert (entry.before, entry.after) == ({"3": "present"}, {"3": "excused"})


def test_who_has_voted_may_leave_but_was_not_absent():
    session = build.make_session()
    chair = build.chair_of(session)
    deliberation = services.open_vote(build.deliberation_on(session), by=chair, at=AT)
    build.vote(deliberation, "acquired")

    with pytest.raises(refusals.HasVoted):
        services.record_presence(session, {3: Presence.ABSENT}, by=chair, at=AT)
    services.record_presence(session, {3: Presence.LEFT}, by=chair, at=AT)

    assert services.close_vote(deliberation, by=chair, at=AT).acquired_count == 13


def test_a_substitute_sits_and_declares_for_themselves():
    substitute = build.make_member("union")
    enrolment = make_enrolment()
    _signed(enrolment, substitute.user)
    session = build.make_session([enrolment], substitutes={2: substitute})
    titular = build.seat(session, 2).sitting.user

    seat = services.substitute(build.seat(session, 2), by=build.chair_of(session), at=AT)

    assert seat.sitting == substitute
    assert seat.is_present
    assert seat.conflicts_declared_at is None
    assert Recusal.objects.get().member == substitute
    assert not Dossier.objects.visible_to(titular).exists()


def test_nobody_is_substituted_in_the_middle_of_a_vote():
    session = build.make_session(substitutes={2: build.make_member("union")})
    services.open_vote(build.deliberation_on(session), by=build.chair_of(session), at=AT)

    with pytest.raises(refusals.VoteUnderWay):
        services.substitute(build.seat(session, 2), by=build.chair_of(session), at=AT)


def test_a_seat_without_substitute_keeps_its_titular():
    session = build.make_session()

    with pytest.raises(refusals.NoSubstitute):
        services.substitute(build.seat(session, 2), by=build.chair_of(session), at=AT)


def test_the_chair_is_handed_over_to_somebody_present():
    session = build.make_session(absent=[3])
    chair = build.chair_of(session)

    with pytest.raises(refusals.MemberAway):
        services.hand_over_chair(build.seat(session, 3), by=chair, at=AT)
    services.hand_over_chair(build.seat(session, 2), by=chair, at=AT)

    assert build.chair_of(session) == build.seat(session, 2).sitting.user
    with pytest.raises(refusals.NotTheChair):
        services.hand_over_chair(build.seat(session, 1), by=chair, at=AT)


def test_the_secretariat_names_another_chair_when_the_chair_is_away():
    session = build.make_session(state=SessionState.CONVENED)

    services.hand_over_chair(build.seat(session, 5), by=make_admin(), at=AT)

    assert build.chair_of(session) == build.seat(session, 5).sitting.user


def test_declaring_nothing_is_a_declaration():
    session = build.make_session(state=SessionState.CONVENED)
    seat = build.seat(session, 3)

    services.declare_conflicts(seat, [], by=seat.sitting.user, at=AT)

    assert build.seat(session, 3).conflicts_declared_at == AT
    assert not Recusal.objects.exists()


def test_a_declared_conflict_withdraws_the_dossier_at_once():
    session = build.make_session(state=SessionState.CONVENED)
    seat, dossier = build.seat(session, 3), build.dossier_of(session)

    services.declare_conflicts(seat, [services.Conflict(dossier, " voisine ")], by=seat.sitting.user, at=AT)

    recusal = Recusal.objects.get()
    assert (recusal.reason, recusal.detail) == (RecusalReason.DECLARED, "voisine")
    assert not Dossier.objects.visible_to(seat.sitting.user).exists()
    assert "voisine" not in str(list(Entry.objects.values_list("after", flat=True)))


def test_nobody_declares_for_another():
    session = build.make_session(state=SessionState.CONVENED)

    with pytest.raises(refusals.NotYourSeat):
        services.declare_conflicts(build.seat(session, 3), [], by=build.chair_of(session), at=AT)


def test_conflicts_are_not_declared_once_the_session_is_closed():
    session = build.make_session(state=SessionState.CLOSED)
    seat = build.seat(session, 3)

    with pytest.raises(refusals.WrongMoment):
        services.declare_conflicts(seat, [], by=seat.sitting.user, at=AT)


def test_a_session_stays_open_while_a_block_could_be_decided():
    session = build.make_session()

    with pytest.raises(refusals.SessionUndecided) as refused:
        services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)

    assert refused.value.count == 7


def test_blocks_without_all_their_evaluations_wait_for_another_session():
    enrolment = make_enrolment()
    submit(enrolment, "BC1", "training")
    session = build.make_session([enrolment])

    closed = services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)

    assert closed.state == SessionState.CLOSED
    assert Evaluation.objects.count() == 1


def test_a_dossier_without_quorum_does_not_keep_the_session_open():
    session = build.make_session(absent=range(7, 14))

    assert services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT).closed_at


def test_a_stranger_sees_no_session():
    session = build.make_session(state=SessionState.CONVENED)

    assert not Dossier.objects.visible_to(make_user()).exists()
    assert type(session).objects.visible_to(make_user()).count() == 0
