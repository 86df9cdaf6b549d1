"""Who is reminded, of what, and in which words: read again when the message leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext

from candidates.models import ReferentLink
from correspondence import sending
from correspondence.enums import MailState
from correspondence.models import Mail
from evaluations import services
from evaluations.models import Reopening
from evaluations.notifications import digest
from journal.models import Entry
from organisations.models import Membership
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_referent,
    make_training_member,
    make_training_organisation,
    make_user,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
WEDNESDAY = date(2021, 6, 16)


def morning(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def told() -> set[str]:
    return set(Mail.objects.filter(kind="evaluations.digest").values_list("to", flat=True))


def compose(person, on: date, **facts):
    row = Mail(kind="evaluations.digest", key=f"evaluations.digest:{person.pk}:{on}", facts={"user": person.pk} | facts)
    found = digest(row, morning(on))
    return found and replace(found, **{name: plain(getattr(found, name)) for name in ("subject", "body")})


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def organisation():
    return make_training_organisation()


@pytest.fixture
def member(organisation):
    return make_training_member(organisation)


@pytest.fixture
def enrolment(organisation, member):
    """Seven evaluations for each channel, due on a Wednesday."""
    return make_enrolment(cohort=make_cohort(organisation=organisation, due_on=WEDNESDAY, name="Lyon 2020"))


class TestWhoIsTold:
    @pytest.mark.parametrize(
        ("offset", "is_told"),
        [(-8, False), (-7, True), (-1, True), (0, True), (1, True), (8, True)],
    )
    def test_each_channel_by_the_table_of_days(self, enrolment, member, offset, is_told):
        build.assign(enrolment)

        services.queue_digests(at=morning(WEDNESDAY + offset * DAY))

        people = {member.email, enrolment.referent.email, enrolment.panel_assignment.assessor.email}
        assert (told() & people) == (people if is_told else set())

    def test_nobody_before_seven_nor_in_the_evening_nor_at_the_week_end(self, enrolment):
        for at in (morning(WEDNESDAY, 6), morning(WEDNESDAY, 20), morning(date(2021, 6, 19), 9)):
            assert services.queue_digests(at=at) == 0
        assert told() == set()

    def test_run_every_hour_it_tells_once(self, enrolment):
        first = services.queue_digests(at=morning(WEDNESDAY))

        assert first == 2
        assert [services.queue_digests(at=morning(WEDNESDAY, hour)) for hour in range(8, 20)] == [0] * 12

    def test_a_day_on_which_nothing_ran_is_made_up_for(self, enrolment):
        services.queue_digests(at=morning(WEDNESDAY - 7 * DAY))

        assert services.queue_digests(at=morning(WEDNESDAY - 2 * DAY)) == 0
        assert services.queue_digests(at=morning(WEDNESDAY + DAY, 15)) == 2

    @pytest.mark.parametrize("change", [date(2021, 3, 28), date(2021, 10, 31)], ids=["forward", "back"])
    def test_when_the_clocks_change_too(self, organisation, member, change):
        """Hour by hour from the Thursday to the Tuesday: one message a day that has one, at seven in Paris."""
        make_enrolment(cohort=make_cohort(organisation=organisation, due_on=change), referred=False)

        at = datetime(change.year, change.month, change.day, tzinfo=UTC) - 3 * DAY
        for _ in range(24 * 6):
            services.queue_digests(at=at)
            at += timedelta(hours=1)

        days = [row.queued_at.astimezone(PARIS) for row in Mail.objects.filter(to=member.email).order_by("queued_at")]
        assert [moment.hour for moment in days] == [7] * len(days)
        assert [(moment.date() - change).days for moment in days] == [-3, -2, 1]

    def test_not_somebody_who_has_handed_everything_in(self, enrolment, member):
        build.submit_all(enrolment, channels=["training"])

        services.queue_digests(at=morning(WEDNESDAY))

        assert told() == {enrolment.referent.email}

    def test_not_for_who_has_left_nor_for_a_block_held_already(self, organisation, member):
        cohort = make_cohort(organisation=organisation, due_on=WEDNESDAY)
        make_enrolment(cohort=cohort, withdrawn_on=WEDNESDAY - DAY)
        held = make_enrolment(cohort=cohort)
        for block in ["BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC7"]:
            make_acquired_block(held.candidate, block)

        assert services.queue_digests(at=morning(WEDNESDAY)) == 0

    def test_a_reopened_evaluation_by_its_own_date(self, enrolment):
        build.submit_all(enrolment)
        again = enrolment.enrolled_blocks.first().evaluations.get(channel__code="company")
        due_on = WEDNESDAY + 28 * DAY
        Reopening.objects.create(
            evaluation=again,
            kind="correction",
            reason="Un motif.",
            due_on=due_on,
            opened_by=make_admin(),
            opened_at=again.edited_at,
        )

        assert services.queue_digests(at=morning(WEDNESDAY + DAY)) == 0
        assert services.queue_digests(at=morning(due_on - 7 * DAY)) == 1
        assert told() == {enrolment.referent.email}

    def test_many_people_cost_as_many_queries_as_messages_and_no_more(self, organisation):
        def queries(at) -> int:
            with CaptureQueriesContext(connection) as captured:
                services.queue_digests(at=at)
            return len(captured)

        cohort = make_cohort(organisation=organisation, due_on=WEDNESDAY)
        make_enrolment(cohort=cohort)
        services.queue_digests(at=morning(WEDNESDAY))
        for_one = queries(morning(WEDNESDAY, 8))
        for _ in range(6):
            make_enrolment(cohort=cohort)
        services.queue_digests(at=morning(WEDNESDAY, 9))

        assert queries(morning(WEDNESDAY, 10)) == for_one


class TestWords:
    def test_by_cohort_and_channel_with_one_way_to_begin(self, enrolment, member):
        other = make_cohort(
            organisation=enrolment.training_organisation, due_on=WEDNESDAY + 10 * DAY, name="Paris 2020"
        )
        make_enrolment(cohort=other, candidate=make_candidate(birth_name="Zyskind", first_names="Paul"))
        build.submit(enrolment, "BC1")

        found = compose(member, WEDNESDAY + 5 * DAY)

        assert found.subject == "6 évaluations en retard, 7 à rendre bientôt"
        assert "Lyon 2020, organisme de formation\n  - 6 évaluations attendues depuis le 16 juin 2021" in found.body
        assert "7 évaluations à rendre avant le 26 juin 2021 : Paul Zyskind" in found.body
        assert "dont 6 en retard" in found.body
        assert found.body.count("http") == 1
        assert f"/evaluations/{enrolment.reference}/BC2/training/" in found.body

    def test_of_one_s_own_candidates_and_channel_alone(self, enrolment):
        elsewhere = make_enrolment(
            cohort=make_cohort(due_on=WEDNESDAY),
            candidate=make_candidate(birth_name="Ailleurs"),
            company=enrolment.company,
        )

        found = compose(enrolment.referent, WEDNESDAY)

        assert enrolment.candidate.birth_name in found.body
        assert "Ailleurs" not in found.body
        assert "Ailleurs" in compose(elsewhere.referent, WEDNESDAY).body
        assert "organisme de formation" not in found.body

    def test_no_result_is_in_it(self, enrolment, member):
        build.submit(enrolment, "BC1", "training", "not_acquired", comment="CANARI")
        build.draft(enrolment, "BC2", "training", "not_acquired", comment="CANARI")
        build.submit(enrolment, "BC1", "company", "not_acquired", comment="CANARI")

        body = compose(member, WEDNESDAY, escalation=True).body

        for word in ("CANARI", "favorable", "acquis", "brouillon"):
            assert word not in body

    def test_many_names_are_cut_short(self, organisation, member):
        cohort = make_cohort(organisation=organisation, due_on=WEDNESDAY)
        for number in range(9):
            make_enrolment(cohort=cohort, candidate=make_candidate(birth_name=f"Nom{number}", first_names=""))

        assert "Nom0, Nom1, Nom2, Nom3, Nom4 et 4 autres" in compose(member, WEDNESDAY).body

    def test_far_work_is_not_named(self, enrolment, member):
        assert compose(member, WEDNESDAY - 15 * DAY) is None

    def test_nothing_to_who_has_nothing_left_or_no_right_any_more(self, enrolment, member):
        Membership.objects.filter(user=enrolment.referent).update(ends_on=WEDNESDAY)
        build.submit_all(enrolment, channels=["training"])

        assert compose(member, WEDNESDAY) is None
        assert compose(enrolment.referent, WEDNESDAY) is None
        assert compose(make_user(), WEDNESDAY) is None
        closed = make_training_member(enrolment.training_organisation, is_active=False)
        assert compose(closed, WEDNESDAY) is None

    def test_a_referent_without_a_password_is_given_a_way_in(self):
        company = make_company()
        referent = make_referent(company)
        referent.set_unusable_password()
        referent.save()
        make_enrolment(cohort=make_cohort(due_on=WEDNESDAY), company=company, referent=referent)
        services.queue_digests(at=morning(WEDNESDAY))

        (row,) = Mail.objects.all()
        body = digest(row, morning(WEDNESDAY)).body

        assert ReferentLink.objects.filter(user=referent).count() == 1
        assert "sans mot de passe" in body
        assert "/evaluations/" not in body
        assert digest(row, morning(WEDNESDAY)).body == body


class TestSending:
    def test_it_is_worded_when_it_leaves(self, enrolment, member):
        services.queue_digests(at=morning(WEDNESDAY))
        build.submit_all(enrolment, channels=["training"])

        for row in Mail.objects.all():
            sending.send(row.pk, at=morning(WEDNESDAY, 8))

        states = dict(Mail.objects.values_list("to", "state"))
        assert states == {member.email: MailState.DROPPED, enrolment.referent.email: MailState.SENT}
        assert [message.to for message in outbox.outbox] == [[enrolment.referent.email]]


class TestEscalation:
    late = WEDNESDAY + 7 * DAY

    def team(self, organisation, *managers) -> None:
        Membership.objects.filter(user__in=managers).update(is_manager=True)

    def test_after_a_week_those_named_are_told_and_the_others_not(self, enrolment, organisation, member):
        manager = make_training_member(organisation)
        self.team(organisation, manager)
        build.submit_all(enrolment, channels=["panel"])

        services.queue_digests(at=morning(self.late - DAY))
        before = Mail.objects.filter(facts__escalation=True).count()
        services.queue_digests(at=morning(self.late))

        assert before == 0
        assert [row.to for row in Mail.objects.filter(facts__escalation=True)] == [manager.email]

    def test_every_member_while_nobody_is_named(self, enrolment, organisation, member):
        colleague = make_training_member(organisation)
        build.submit_all(enrolment, channels=["panel"])

        services.queue_digests(at=morning(self.late))

        assert {row.to for row in Mail.objects.filter(facts__escalation=True)} == {member.email, colleague.email}

    def test_it_says_who_is_late_on_what(self, enrolment, organisation, member):
        manager = make_training_member(organisation)
        self.team(organisation, manager)
        build.draft(enrolment, "BC1", "company")

        body = compose(manager, self.late, escalation=True).body

        company = f"{enrolment.referent} ({enrolment.company}) : 7 évaluations attendues depuis le 16 juin 2021"
        assert "Lyon 2020, référent en entreprise" in body
        assert company in body
        assert f"{member} et {manager} ({organisation}) : 7 évaluations" in body or (
            f"{manager} et {member} ({organisation}) : 7 évaluations" in body
        )
        assert "commission" not in body
        assert "/evaluations/retards/" in body

    def test_the_panel_and_those_without_organisation_are_told_to_the_certifier(self, enrolment, organisation, member):
        assessor = build.assign(enrolment)
        alone = make_enrolment("vae", cohort=make_cohort(due_on=WEDNESDAY, name="VAE"))
        admin = make_admin()

        body = compose(admin, self.late, escalation=True).body

        assert f"{assessor} : 7 évaluations" in body
        assert f"{alone.referent} ({alone.company}) : 7 évaluations" in body
        assert "Sans évaluateur : 7 évaluations" in body
        assert str(enrolment.referent) not in body
        assert str(member) not in body

    def test_an_organisation_without_members_is_the_certifier_s_business(self, organisation):
        make_enrolment(cohort=make_cohort(organisation=organisation, due_on=WEDNESDAY))
        admin = make_admin()

        services.queue_digests(at=morning(self.late))

        assert Mail.objects.filter(to=admin.email, facts__escalation=True).exists()
        assert f"Organisme sans membre ({organisation}) : 7" in compose(admin, self.late, escalation=True).body

    def test_once_a_week(self, enrolment, organisation, member):
        for offset in range(28):
            services.queue_digests(at=morning(self.late + offset * DAY, 9))

        weeks = [
            row.queued_at.isocalendar()[:2] for row in Mail.objects.filter(to=member.email, facts__escalation=True)
        ]
        assert len(weeks) == len(set(weeks)) == 5

    def test_one_message_holds_both(self, enrolment, organisation, member):
        services.queue_digests(at=morning(self.late + DAY))

        assert Mail.objects.filter(to=member.email).count() == 1
        body = compose(member, self.late + DAY, escalation=True).body
        assert "Il vous reste 7 évaluations" in body
        assert "Par ailleurs" in body

    def test_what_is_one_s_own_alone_is_not_told_twice(self, enrolment, member):
        body = compose(member, self.late, escalation=True).body

        assert f"{member} (" not in body

    def test_a_message_sent_by_hand_that_day_puts_it_off_to_the_next(self, enrolment, member):
        services.nudge([member], by=make_admin(), at=morning(self.late, 6))
        services.queue_digests(at=morning(self.late, 9))
        services.queue_digests(at=morning(self.late + DAY, 9))

        days = Mail.objects.filter(to=member.email).order_by("queued_at").values_list("facts__escalation", flat=True)
        assert list(days) == [False, True]

    def test_many_lines_are_cut_short(self, organisation, member):
        cohort = make_cohort(organisation=organisation, due_on=WEDNESDAY)
        for _ in range(42):
            make_enrolment(cohort=cohort)

        assert "2 autres lignes sont" in compose(member, self.late, escalation=True).body


class TestNudge:
    at = morning(WEDNESDAY, 15)

    def test_each_is_told_once_that_day_and_the_journal_knows(self, enrolment, member):
        admin = make_admin()

        nudged = services.nudge([member, enrolment.referent, member], by=admin, at=self.at)
        again = services.nudge([member], by=admin, at=self.at + timedelta(hours=1))

        assert set(nudged.told) == {member, enrolment.referent}
        assert (again.told, again.already) == ((), (member,))
        assert Mail.objects.count() == 2
        entries = Entry.objects.filter(action="person.nudged")
        assert {entry.subject for entry in entries} == {member.reference, enrolment.referent.reference}
        assert {entry.actor for entry in entries} == {admin.reference}
        assert entries.first().after == {"on": "2021-06-16"}

    def test_not_after_the_morning_s_message_and_that_not_after_it(self, enrolment, member):
        services.queue_digests(at=morning(WEDNESDAY))

        assert services.nudge([member], by=make_admin(), at=self.at).already == (member,)
        assert services.queue_digests(at=morning(WEDNESDAY, 16)) == 0

    def test_even_on_a_sunday(self, enrolment, member):
        assert services.nudge([member], by=make_admin(), at=morning(date(2021, 6, 20), 21)).told == (member,)


@pytest.mark.usefixtures("committed", "postgresql")
class TestAtOnce:
    def test_two_beats_leave_one_message(self):
        enrolment = make_enrolment(cohort=make_cohort(due_on=WEDNESDAY))
        at = morning(WEDNESDAY)

        counts = at_once(
            *[lambda shift=shift: services.queue_digests(at=at + shift * DAY / 86400) for shift in range(6)]
        )

        assert sorted(counts) == [0, 0, 0, 0, 0, 1]
        assert Mail.objects.get().to == enrolment.referent.email

    def test_without_the_key_there_would_be_several(self, monkeypatch):
        """The race is there: what keeps it from two messages is the key that both write."""
        make_enrolment(cohort=make_cohort(due_on=WEDNESDAY))
        at = morning(WEDNESDAY)
        real = services.reminders.post
        monkeypatch.setattr(
            services.reminders, "post", lambda kind, *, key, at, **rest: real(kind, key=f"{key}:{at}", at=at, **rest)
        )

        at_once(*[lambda shift=shift: services.queue_digests(at=at + shift * DAY / 86400) for shift in range(6)])

        assert Mail.objects.count() > 1

    def test_two_people_who_nudge_the_same_are_told_who_did(self):
        people = [make_user() for _ in range(5)]
        admins = [make_admin() for _ in range(4)]
        at = morning(WEDNESDAY)

        nudged = at_once(
            *[
                lambda rank=rank: services.nudge(
                    people[rank:] + people[:rank], by=admins[rank], at=at + rank * DAY / 86400
                )
                for rank in range(4)
            ]
        )

        assert sorted(person.pk for each in nudged for person in each.told) == [person.pk for person in people]
        assert Mail.objects.count() == Entry.objects.filter(action="person.nudged").count() == 5
