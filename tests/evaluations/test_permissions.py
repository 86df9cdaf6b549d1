"""Who enters and who reads which channel, asked of one enrolment and of many."""

from datetime import date

import pytest

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.models import Evaluation
from evaluations.permissions import (
    assigned_enrolments,
    enrolments_of,
    enterable_by,
    enterable_channels,
    entered_by,
    may_enter,
    read_by,
    readable_channels,
)
from organisations.enums import Role
from organisations.models import Membership
from organisations.permissions import Access, access_of
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_membership,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_user,
)

TRAINING, COMPANY, PANEL = ChannelCode.TRAINING, ChannelCode.COMPANY, ChannelCode.PANEL


class TestOnOneEnrolment:
    """Without a database: an enrolment of organisation 1, company 2 and referent 3."""

    ENROLMENT = Enrolment(training_organisation_id=1, company_id=2, referent_id=3)

    @pytest.mark.parametrize(
        ("access", "channels"),
        [
            (Access(user_id=9, training_organisation_ids=frozenset({1})), {TRAINING}),
            (Access(user_id=9, training_organisation_ids=frozenset({8})), set()),
            (Access(user_id=3, company_ids=frozenset({2})), {COMPANY}),
            (Access(user_id=3), set()),
            (Access(user_id=9, company_ids=frozenset({2})), set()),
            (Access(user_id=3, company_ids=frozenset({8})), set()),
            (Access(user_id=9, is_panel_assessor=True), set()),
            (Access(user_id=9, is_admin=True), set()),
            (Access(), set()),
        ],
        ids=[
            "member of its organisation",
            "member of another",
            "its referent",
            "its referent, whose membership has ended",
            "colleague of its referent",
            "its referent, gone to another company",
            "assessor to whom it is not assigned",
            "admin",
            "anonymous",
        ],
    )
    def test_each_enters_their_own_channel(self, access, channels):
        assert enterable_channels(access, self.ENROLMENT) == channels

    def test_nobody_enters_for_a_missing_organisation_or_referent(self):
        alone = Enrolment()

        assert not any(
            may_enter(Access(user_id=None, is_panel_assessor=True), alone, way) for way in (TRAINING, COMPANY)
        )

    def test_an_admin_reads_every_channel_and_enters_none(self):
        admin = Access(user_id=9, is_admin=True)

        assert readable_channels(admin, self.ENROLMENT) == set(ChannelCode)
        assert enterable_channels(admin, self.ENROLMENT) == set()


@pytest.mark.django_db
class TestOnMany:
    def test_both_ways_of_asking_agree(self):
        member, assessor, admin = make_training_member(), make_panel_assessor(), make_admin()
        organisation = member.memberships.get().training_organisation
        referent = make_referent()
        company = referent.memberships.get().company
        make_membership(member, Role.COMPANY_REFERENT, company)
        stranger = make_user()
        make_enrolment()
        make_enrolment(referred=False)
        make_enrolment(organisation=organisation)
        make_enrolment(company=company, referent=referent)
        make_enrolment(organisation=organisation, company=company, referent=member)
        build.assign(make_enrolment(organisation=organisation), assessor)
        build.assign(make_enrolment(route="vae", company=company, referent=referent), assessor)
        build.assign(make_enrolment(), member)

        for user in (member, referent, assessor, admin, stranger):
            access = access_of(user)
            for enrolment in Enrolment.objects.all():
                for channel in ChannelCode:
                    one = Enrolment.objects.filter(pk=enrolment.pk)
                    assert one.filter(entered_by(access, channel)).exists() == may_enter(access, enrolment, channel)
                    reads = channel in readable_channels(access, enrolment)
                    assert one.filter(read_by(access, channel)).exists() == reads
                is_enterable = enterable_by(user).filter(pk=enrolment.pk).exists()
                assert is_enterable == bool(enterable_channels(access, enrolment))
                if not access.is_admin:
                    assert enrolments_of(user).filter(pk=enrolment.pk).exists() == is_enterable

    def test_an_assessor_reaches_what_is_assigned_while_they_sit_on_the_panel(self):
        assessor = make_panel_assessor()
        mine = make_enrolment()
        build.assign(mine, assessor)
        build.assign(make_enrolment())

        assert list(assigned_enrolments(assessor)) == [mine]
        Membership.objects.filter(user=assessor).update(ends_on=date(2020, 1, 1))
        del assessor._access
        assert not assigned_enrolments(assessor).exists()
        assert not enrolments_of(assessor).exists()

    def test_nobody_sees_twice_what_reaches_them_twice(self):
        member = make_training_member()
        make_membership(member, Role.PANEL_ASSESSOR, make_admin().memberships.get().awarding_body)
        enrolment = make_enrolment(organisation=member.memberships.get(role=Role.TRAINING_MEMBER).training_organisation)
        build.assign(enrolment, member)

        assert list(enrolments_of(member)) == [enrolment]

    def test_evaluations_are_seen_by_their_own_channel_and_the_admins(self):
        enrolment = make_enrolment()
        rows = {evaluation.channel.code: evaluation for evaluation in build.submit_all(enrolment, blocks=["BC1"])}

        for channel, evaluation in rows.items():
            assert list(Evaluation.objects.visible_to(build.evaluator_of(enrolment, channel))) == [evaluation]
        assert set(Evaluation.objects.visible_to(make_admin())) == set(rows.values())

    @pytest.mark.parametrize("stranger", [make_user, make_training_member, make_referent, make_panel_assessor])
    def test_strangers_see_none(self, stranger):
        enrolment = make_enrolment()
        build.submit_all(enrolment, blocks=["BC1"])
        enrolment.panel_assignment.delete()

        assert not Evaluation.objects.visible_to(stranger()).exists()
