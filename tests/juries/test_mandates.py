"""Mandating somebody, telling them, ending the mandate: the services, the mail and what the database holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import User
from blocks.enums import CollegeCode
from correspondence.enums import MailState
from correspondence.models import Mail
from correspondence.sending import send
from journal.models import Entry
from juries import services
from juries.enums import SessionState
from juries.models import JuryMember
from juries.services import refusals
from tests.builders import juries as build
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_training_member,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db

AT = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=30)
FIRST, LAST = date(2021, 3, 1), date(2023, 2, 28)
UNION, TRAINING = CollegeCode.UNION, CollegeCode.TRAINING


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def mandate(admin, django_capture_on_commit_callbacks, time_machine):
    """Mandate Maëlle for her union, or as told otherwise, and let what follows the commit happen."""

    time_machine.move_to(AT, tick=False)

    def record(**fields) -> JuryMember:
        given = {
            "email": "maelle@example.org",
            "first_name": "Maëlle",
            "last_name": "Kervella",
            "college": UNION,
            "body": "Syndicat & Cie",
            "starts_on": FIRST,
            "by": admin,
            "at": AT,
        }
        with django_capture_on_commit_callbacks(execute=True):
            return services.mandate(**given | fields)

    return record


def last_entry() -> Entry:
    return Entry.objects.latest("seq")


class TestMandate:
    def test_it_opens_the_account_of_an_unknown_address_without_a_password(self, mandate):
        member = mandate(email=" Maelle@Example.org ", ends_on=LAST)

        user = User.objects.get(email="maelle@example.org")
        assert (user.first_name, user.last_name) == ("Maëlle", "Kervella")
        assert not user.has_usable_password()
        member.refresh_from_db()
        assert (member.user, member.college, member.body) == (user, UNION, "Syndicat & Cie")
        assert (member.starts_on, member.ends_on) == (FIRST, LAST)

    def test_it_finds_the_account_of_a_known_address_and_leaves_its_name(self, mandate):
        person = make_training_member(email="maelle@example.org", last_name="Le Goff")

        member = mandate(email="MAELLE@example.org")

        assert member.user == person
        assert User.objects.get(pk=person.pk).last_name == "Le Goff"

    def test_it_says_what_ties_the_member_to_candidates(self, mandate):
        company, organisation = make_company(), make_training_organisation()

        member = mandate(college=TRAINING, company=company, training_organisation=organisation)

        assert (member.company, member.training_organisation) == (company, organisation)

    def test_the_journal_says_who_and_what_without_naming_the_person_nor_the_union(self, mandate, admin):
        member = mandate(company=(company := make_company()))

        entry = last_entry()
        assert (entry.action, entry.subject) == ("jury_member.mandated", f"jury_member:{member.pk}")
        assert (entry.actor, entry.at) == (admin.reference, AT)
        assert entry.after == {
            "account": member.user.reference,
            "account_opened": True,
            "college": "union",
            "company": f"company:{company.pk}",
            "training_organisation": None,
            "starts_on": "2021-03-01",
            "ends_on": None,
        }

    @pytest.mark.parametrize(
        ("terms", "refusal"),
        [
            pytest.param({"ends_on": date(2021, 2, 28)}, refusals.MandatePeriodInverted, id="inverted"),
            pytest.param({"college": TRAINING}, refusals.TrainingOrganisationMisplaced, id="no-organisation"),
        ],
    )
    def test_terms_that_do_not_hold_are_refused_before_any_account_is_opened(self, mandate, terms, refusal):
        with pytest.raises(refusal):
            mandate(**terms)

        assert not User.objects.filter(email="maelle@example.org").exists()
        assert not Entry.objects.exists()

    def test_another_college_represents_no_training_organisation(self, mandate):
        with pytest.raises(refusals.TrainingOrganisationMisplaced):
            mandate(training_organisation=make_training_organisation())

    def test_a_closed_account_is_not_mandated(self, mandate):
        make_user(email="maelle@example.org", is_active=False)

        with pytest.raises(refusals.AccountClosed):
            mandate()

        assert not JuryMember.objects.exists()

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"),
        [
            pytest.param(date(2022, 1, 1), date(2022, 6, 30), id="within"),
            pytest.param(date(2020, 1, 1), FIRST, id="until-its-first-day"),
            pytest.param(LAST, None, id="from-its-last-day"),
            pytest.param(date(2020, 1, 1), None, id="around"),
        ],
    )
    def test_two_mandates_of_a_person_share_no_day(self, mandate, starts_on, ends_on):
        mandate(ends_on=LAST)

        with pytest.raises(refusals.MandateOverlaps) as refusal:
            mandate(college=CollegeCode.EXPERT, starts_on=starts_on, ends_on=ends_on)

        assert refusal.value.details == ("collège « organisations syndicales », du 01/03/2021 au 28/02/2023.",)
        assert JuryMember.objects.count() == 1

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"),
        [(date(2023, 3, 1), None), (date(2019, 1, 1), date(2021, 2, 28))],
        ids=["the-day-after", "until-the-day-before"],
    )
    def test_one_mandate_follows_another(self, mandate, starts_on, ends_on):
        mandate(ends_on=LAST)

        assert mandate(starts_on=starts_on, ends_on=ends_on).pk

    def test_the_second_call_is_refused(self, mandate):
        mandate()

        with pytest.raises(refusals.MandateOverlaps):
            mandate()

        assert len(mail.outbox) == 1


class TestTelling:
    def test_a_new_member_is_told_how_to_choose_a_password(self, mandate, settings):
        settings.SITE_URL = "https://cqp.example.org"

        member = mandate(ends_on=LAST)

        (message,) = mail.outbox
        body = message.body.replace("\xa0", " ")
        assert message.to == ["maelle@example.org"]
        assert "Bonjour Maëlle Kervella" in body
        assert "collège « organisations syndicales » (Syndicat & Cie)" in body
        assert "à partir du 1er mars 2021 et jusqu’au 28 février 2023" in body
        assert "https://cqp.example.org/compte/mot-de-passe/oublie/" in body
        assert Mail.objects.get().about == member.subject

    def test_whoever_has_a_password_is_sent_none(self, mandate):
        make_user(email="maelle@example.org")

        mandate()

        assert not Mail.objects.exists()

    def test_whoever_never_chose_one_is_told_again_with_the_next_mandate(self, mandate):
        mandate(ends_on=LAST)
        mandate(starts_on=LAST + timedelta(days=1))

        assert len(mail.outbox) == 2

    def test_whoever_chose_a_password_in_the_meantime_is_not_written_to(self, queued):
        queued.user.set_password("une-phrase-assez-longue")
        queued.user.save()

        self.dropped()

    def test_an_account_closed_in_the_meantime_is_not_written_to(self, queued):
        User.objects.filter(pk=queued.user_id).update(is_active=False)

        self.dropped()

    def test_a_mandate_that_ended_is_not_told(self, queued, admin):
        services.end_mandate(queued, on=FIRST, by=admin, at=AT)

        self.dropped()

    @pytest.fixture
    def queued(self, admin):
        """Mandated, and the mail still in the outbox."""
        person = {"email": "maelle@example.org", "first_name": "Maëlle", "last_name": "Kervella"}
        return services.mandate(**person, college=UNION, body="Syndicat", starts_on=FIRST, by=admin, at=AT)

    def dropped(self):
        send(Mail.objects.get().pk, at=LATER)

        assert Mail.objects.get().state == MailState.DROPPED
        assert mail.outbox == []


class TestEnd:
    def test_its_last_day_is_recorded_and_journaled(self, mandate, admin):
        member = mandate(ends_on=LAST)

        services.end_mandate(member, on=date(2021, 12, 31), by=admin, at=LATER)

        member.refresh_from_db()
        assert member.ends_on == date(2021, 12, 31)
        entry = last_entry()
        assert (entry.action, entry.subject) == ("jury_member.mandate_ended", member.subject)
        assert (entry.actor, entry.at) == (admin.reference, LATER)
        assert (entry.before, entry.after) == ({"ends_on": "2023-02-28"}, {"ends_on": "2021-12-31"})

    def test_the_account_stays_open(self, mandate, admin):
        member = mandate()

        services.end_mandate(member, on=FIRST, by=admin, at=LATER)

        member.user.refresh_from_db()
        assert member.user.is_active

    @pytest.mark.parametrize("on", [LAST, LAST + timedelta(days=1)], ids=["that-day", "later"])
    def test_a_mandate_that_ends_already_is_not_prolonged(self, mandate, admin, on):
        member = mandate(ends_on=LAST)

        with pytest.raises(refusals.MandateEnded):
            services.end_mandate(member, on=on, by=admin, at=LATER)

    def test_the_second_call_is_refused(self, mandate, admin):
        member = mandate()
        services.end_mandate(member, on=LAST, by=admin, at=LATER)

        with pytest.raises(refusals.MandateEnded):
            services.end_mandate(member, on=LAST, by=admin, at=LATER)

        assert Entry.objects.filter(action="jury_member.mandate_ended").count() == 1

    def test_it_does_not_end_before_it_began(self, mandate, admin):
        member = mandate()

        with pytest.raises(refusals.MandatePeriodInverted):
            services.end_mandate(member, on=FIRST - timedelta(days=1), by=admin, at=LATER)

    @pytest.mark.parametrize("state", [SessionState.PREPARED, SessionState.CONVENED])
    def test_whoever_has_a_seat_is_mandated_until_that_day(self, admin, state):
        members, substitute = build.make_members(), build.make_member("union")
        session = build.make_session([], SessionState.PREPARED, members=members, substitutes={2: substitute})
        if state == SessionState.CONVENED:
            session = build.make_session(members=members, substitutes={2: substitute}, state=state)
        day_before = build.HELD_ON - timedelta(days=1)

        for member in (members[1], substitute):
            with pytest.raises(refusals.MemberSeated) as refusal:
                services.end_mandate(member, on=day_before, by=admin, at=AT)
            assert session.reference in refusal.value.details[0]

            ended = services.end_mandate(member, on=build.HELD_ON, by=admin, at=AT)
            assert ended.ends_on == build.HELD_ON


class TestConstraints:
    @pytest.mark.parametrize(
        ("write", "constraint"),
        [
            pytest.param({"ends_on": date(2018, 12, 31)}, "juries_jurymember_mandate", id="period"),
            pytest.param({"college": TRAINING}, "juries_jurymember_training", id="training-college-without-one"),
        ],
    )
    def test_what_no_row_may_be(self, write, constraint):
        member = build.make_member()

        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            JuryMember.objects.filter(pk=member.pk).update(**write)

    def test_another_college_with_a_training_organisation(self):
        organisation = make_training_organisation()

        with pytest.raises(IntegrityError, match="juries_jurymember_training"), transaction.atomic():
            build.make_member("expert", training_organisation=organisation)
