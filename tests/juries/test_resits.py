"""After a refusal: what is evaluated again, by whom, once; and how the block comes back before a jury."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blocks.facts import standards_in_use
from blocks.models import RuleParameter
from candidates.models import Enrolment
from evaluations.enums import Rating, ReopeningKind
from evaluations.facts import opinions_of, proposals_of
from evaluations.models import Evaluation, Reopening
from evaluations.progress import awaited_blocks, fully_evaluated
from evaluations.services import ReopeningRefused, reopen
from journal.guards import all_guards
from journal.models import Entry
from juries import services
from juries.agenda import blocks_to_decide, unscheduled_enrolments
from juries.enums import BallotChoice, DeliberationState, SessionState
from juries.facts import resits_of
from juries.invariants import INVARIANTS
from juries.models import Deliberation, JurySession
from juries.receivers import DELIBERATED
from juries.services import refusals
from rulebook.outcomes import Proposal
from tests.builders import evaluations as entry
from tests.builders import juries as build
from tests.builders.candidates import make_acquired_block, make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

REFUSED = BallotChoice.NOT_ACQUIRED
AT = build.PUBLISHED_AT + timedelta(days=3)
AGAIN = AT + timedelta(days=20)
DUE = date(2021, 9, 15)


def refusing(*enrolments: Enrolment, blocks: tuple[str, ...] = ("BC1", "BC2"), **fields) -> JurySession:
    """A published session that refused these blocks to the first, and acquired them to the others."""
    for enrolment in enrolments:
        entry.submit_all(enrolment, blocks=["BC1", "BC2", "BC3"])
        entry.submit(enrolment, "BC4", "training")
    session = build.make_session(list(enrolments))
    chair = build.chair_of(session)
    for position in range(1, len(enrolments) + 1):
        dossier = build.dossier_of(session, position)
        services.open_votes(dossier, by=chair, at=build.VOTED_AT)
        for code in ("BC1", "BC2", "BC3"):
            is_refused = position == 1 and code in blocks
            choice = REFUSED if is_refused else BallotChoice.ACQUIRED
            build.vote(build.deliberation_on(session, code, position=position), choice)
        services.close_votes(dossier, by=chair, at=build.VOTED_AT)
        for departure in Deliberation.objects.filter(dossier=dossier, state=DeliberationState.CLOSED):
            services.decide(departure, by=chair, at=build.VOTED_AT, ground="evidence", reason="Travaux non personnels.")
    services.close_session(session, by=chair, at=build.CLOSED_AT)
    build.approved(session)
    services.seal_minutes(session, by=chair, at=build.SEALED_AT)
    session.refresh_from_db()
    exceptions = {build.deliberation_on(session, code): "À revoir." for code in fields.get("sent_back", ())}
    build.ratified(session, exceptions=exceptions)
    return build.published(session)


def open_all(session: JurySession, **fields) -> list[Reopening]:
    fields = {"due_on": DUE, "at": AT} | fields
    return services.open_resits(session, session.dossiers.all(), by=fields.pop("by", None) or make_admin(), **fields)


def answered(enrolment: Enrolment, *blocks: str, channels: tuple[str, ...] = ("training", "company", "panel")) -> None:
    for block in blocks:
        for channel in channels:
            entry.submit(enrolment, block, channel, attempt=2, at=AGAIN)


def marked(reopenings: list[Reopening]) -> set[tuple[str, str]]:
    return {(row.evaluation.enrolled_block.block.code, row.evaluation.channel.code) for row in reopenings}


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


@pytest.fixture
def session(enrolment) -> JurySession:
    return refusing(enrolment)


class TestOpening:
    def test_only_the_refused_blocks_by_every_channel_of_the_plan(self, session):
        opened = open_all(session)

        channels = ("training", "company", "panel")
        assert marked(opened) == {(block, channel) for block in ("BC1", "BC2") for channel in channels}
        assert {(row.kind, row.due_on, row.opened_at) for row in opened} == {(ReopeningKind.RESIT, DUE, AT)}
        assert {row.reason.replace("\N{NO-BREAK SPACE}", " ") for row in opened} == {
            "Bloc refusé par le jury du 15 juin 2021 ; décision de la CPNEFP du 30 juin 2021."
        }

    def test_by_two_channels_in_vae(self):
        vae = make_enrolment(route="vae")
        entry.submit_all(vae, blocks=["BC1"])
        session = build.make_session([vae])
        build.deliberated(session, REFUSED)
        for departure in Deliberation.objects.filter(state=DeliberationState.CLOSED):
            services.decide(
                departure, by=build.chair_of(session), at=build.VOTED_AT, ground="evidence", reason="Incomplet."
            )
        opened = open_all(build.published(session))

        assert marked(opened) == {("BC1", "company"), ("BC1", "panel")}

    def test_by_the_channels_that_the_standard_says(self, session):
        standards_in_use.clear()
        for guard in all_guards():
            if guard.table == "blocks_ruleparameter":
                guard.remove(connection)
        RuleParameter.objects.filter(key="resit_channels").update(value=["panel"])

        opened = open_all(session)
        standards_in_use.clear()

        assert marked(opened) == {("BC1", "panel"), ("BC2", "panel")}
        kept = Evaluation.objects.heard().filter(enrolled_block__block__code="BC1")
        assert set(kept.values_list("channel__code", flat=True)) == {"training", "company"}

    def test_not_what_the_cpnefp_sent_back(self, enrolment):
        session = refusing(enrolment, sent_back=("BC1",))

        assert {block for block, _ in marked(open_all(session))} == {"BC2"}

    def test_not_what_the_person_holds_since(self, enrolment, session):
        make_acquired_block(enrolment.candidate, "BC1")

        assert {block for block, _ in marked(open_all(session))} == {"BC2"}

    def test_not_of_who_has_left(self, enrolment, session):
        Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_on=AT.date())

        assert open_all(session) == []

    def test_of_the_candidates_chosen_alone(self, enrolment):
        session = refusing(enrolment, make_enrolment())

        assert services.open_resits(session, [build.dossier_of(session, 2)], due_on=DUE, by=make_admin(), at=AT) == []
        assert len(services.open_resits(session, [build.dossier_of(session)], due_on=DUE, by=make_admin(), at=AT)) == 6

    def test_a_second_call_changes_nothing(self, enrolment, session):
        open_all(session)
        entries = Entry.objects.count()

        assert open_all(session) == []
        answered(enrolment, "BC1")
        assert open_all(session, at=AGAIN) == []

        assert Reopening.objects.count() == 6
        assert Entry.objects.count() == entries

    def test_the_journal_says_it_of_the_session_and_of_each_evaluation(self, enrolment, session):
        admin = make_admin()
        open_all(session, by=admin)

        whole = Entry.objects.get(action="session.resits_opened")
        assert (whole.subject, whole.actor) == (session.subject, admin.reference)
        channels = ["training", "company", "panel"]
        assert whole.after == {
            "due_on": "2021-09-15",
            "blocks": {enrolment.reference: {"BC1": channels, "BC2": channels}},
        }
        assert Entry.objects.filter(action="evaluation.reopened").count() == 6

    def test_not_before_the_publication(self, enrolment):
        session = build.make_session([enrolment], SessionState.CONVENED)

        with pytest.raises(refusals.WrongMoment):
            open_all(session)

    def test_not_for_a_day_gone(self, session):
        with pytest.raises(refusals.ResitTooSoon):
            open_all(session, due_on=AT.date() - timedelta(days=1))


class TestAfterwards:
    def test_the_block_is_incomplete_until_every_channel_has_answered_again(self, enrolment, session):
        open_all(session)
        assert opinions_of(enrolment).get("BC1") is None
        assert proposals_of(enrolment)["BC1"].answer == Proposal.INCOMPLETE
        owed = awaited_blocks("panel", on=AT.date()).filter(block__code="BC1")
        assert [(row.due_on, row.is_draft) for row in owed] == [(DUE, False)]

        answered(enrolment, "BC1")

        assert proposals_of(enrolment)["BC1"].answer == Proposal.ACQUIRED

    def test_it_comes_back_on_an_agenda_once_evaluated_again(self, enrolment, session):
        def to_decide() -> set[str]:
            return set(blocks_to_decide().filter(enrolment=enrolment).values_list("block__code", flat=True))

        never_judged = {"BC4", "BC5", "BC6", "BC7"}
        open_all(session)
        assert to_decide() == never_judged
        entry.submit(enrolment, "BC1", "panel", attempt=2, attendance="excused", at=AGAIN)
        assert to_decide() == never_judged

        entry.submit(enrolment, "BC1", "training", attempt=2, at=AGAIN)
        assert to_decide() == {*never_judged, "BC1"}
        assert enrolment not in fully_evaluated(unscheduled_enrolments())

    def test_another_jury_hears_the_new_attempts_and_reads_what_was_decided(self, client, enrolment, session):
        open_all(session)
        answered(enrolment, "BC1")
        second = build.make_session([enrolment], SessionState.CONVENED, members=None, held_on=date(2021, 10, 1))
        admin = make_admin()
        client.force_login(admin)

        page = client.get(reverse("juries:dossier", args=[second.reference, enrolment.reference])).content.decode()

        assert "Jury du 15" in page
        assert "passage 2," in page
        assert "attendu de nouveau" not in page  # BC1 has answered; BC2 is not on this agenda

    def test_the_jury_that_refused_still_reads_what_it_heard_and_nothing_since(self, client, enrolment, session):
        open_all(session)
        for channel in ("training", "company", "panel"):
            entry.submit(enrolment, "BC1", channel, attempt=2, comment="Depuis.", at=AGAIN)
        client.force_login(build.seat(session, 2).sitting.user)

        page = client.get(reverse("juries:dossier", args=[session.reference, enrolment.reference])).content.decode()

        assert "Depuis." not in page
        assert "passage 2," not in page
        assert "attendu de nouveau" not in page

    def test_refused_again_it_resits_from_the_new_session(self, enrolment, session):
        open_all(session)
        answered(enrolment, "BC1")
        second = build.make_session([enrolment], held_on=date(2021, 10, 1))
        assert [row.verdict.answer for row in resits_of(session, session.dossiers.all())] == [frozenset()] * 2
        assert second.dossiers.get().deliberations.filter(enrolled_block__block__code="BC1").exists()


class TestUnderAJury:
    """From the opening of a vote to the publication of what it decided, nothing is reopened."""

    def evaluation(self, enrolment: Enrolment, block: str = "BC1") -> Evaluation:
        return Evaluation.objects.heard().get(enrolled_block__block__code=block, channel__code="panel")

    def asked(self, evaluation: Evaluation) -> None:
        reopen(evaluation, reason="Une erreur.", due_on=None, by=make_admin(), at=build.VOTED_AT)

    def test_a_convened_jury_waits_for_another_attempt(self, enrolment):
        entry.submit_all(enrolment)
        session = build.make_session([enrolment])

        self.asked(self.evaluation(enrolment))

        dossier = build.dossier_of(session)
        opened = services.open_votes(dossier, by=build.chair_of(session), at=build.VOTED_AT)
        assert "BC1" not in {row.code for row in opened}
        with pytest.raises(refusals.BlockIncomplete):
            services.open_vote(build.deliberation_on(session), by=build.chair_of(session), at=build.VOTED_AT)

    @pytest.mark.parametrize(
        "state", [SessionState.OPEN, SessionState.CLOSED, SessionState.SEALED, SessionState.RATIFIED]
    )
    def test_a_vote_opened_keeps_its_facts(self, enrolment, state):
        entry.submit_all(enrolment)
        session = build.make_session([enrolment], state)
        if state == SessionState.OPEN:
            services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=build.VOTED_AT)
        evaluation = self.evaluation(enrolment)

        with pytest.raises(ReopeningRefused, match=DELIBERATED[:40]):
            self.asked(evaluation)
        with pytest.raises(IntegrityError, match=DELIBERATED[:40]), transaction.atomic():
            entry.reopen(evaluation)

    def test_a_refused_block_is_corrected_once_published(self, enrolment, session):
        reopen(self.evaluation(enrolment), reason="Une erreur.", due_on=None, by=make_admin(), at=AT)

        assert Reopening.objects.get().kind == ReopeningKind.CORRECTION

    def test_the_database_knows_no_resit_without_its_refusal(self, enrolment, session):
        never_judged = entry.submit(enrolment, "BC5", "panel")
        acquired = Evaluation.objects.get(enrolled_block__block__code="BC3", channel__code="panel")
        since = {"kind": ReopeningKind.RESIT, "due_on": DUE, "at": AT}

        for evaluation in (never_judged, acquired):
            with pytest.raises(IntegrityError, match="Un rattrapage suit un refus"), transaction.atomic():
                entry.reopen(evaluation, **since)
        entry.reopen(self.evaluation(enrolment), **since)

    def test_nor_of_what_was_said_since(self, enrolment, session):
        open_all(session)
        answered(enrolment, "BC1")

        with pytest.raises(IntegrityError, match="Un rattrapage suit un refus"), transaction.atomic():
            entry.reopen(self.evaluation(enrolment), kind=ReopeningKind.RESIT, due_on=DUE, at=AGAIN)


class TestInvariants:
    def broken(self, code: str) -> list[str]:
        (invariant,) = [row for row in INVARIANTS if row.code == code]
        return list(invariant.find())

    def without_guards(self) -> None:
        for guard in all_guards():
            if guard.name.startswith("juries_reopening"):
                guard.remove(connection)

    def test_they_hold_after_a_whole_resit(self, enrolment, session):
        open_all(session)
        answered(enrolment, "BC1")

        assert self.broken("juries.reopenings") == self.broken("juries.resits") == []

    def test_what_moved_under_the_jury_is_found(self, enrolment):
        entry.submit_all(enrolment)
        session = build.make_session([enrolment])
        services.open_votes(build.dossier_of(session), by=build.chair_of(session), at=build.VOTED_AT)
        evaluation = Evaluation.objects.heard().get(enrolled_block__block__code="BC1", channel__code="panel")
        self.without_guards()

        entry.reopen(evaluation, at=build.VOTED_AT + timedelta(minutes=1))

        assert self.broken("juries.reopenings") == [evaluation.subject]

    def test_a_resit_without_a_refusal_is_found(self, enrolment, session):
        evaluation = Evaluation.objects.get(enrolled_block__block__code="BC3", channel__code="panel")
        self.without_guards()

        entry.reopen(evaluation, kind=ReopeningKind.RESIT, due_on=DUE, at=AT)

        assert self.broken("juries.resits") == [evaluation.subject]


class TestThePage:
    @pytest.fixture
    def admin(self, client):
        client.force_login(make_admin())
        return client

    def url(self, session: JurySession) -> str:
        return reverse("juries:open_resits", args=[session.reference])

    def text(self, answer) -> str:
        return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())

    def test_the_secretariat_sees_what_is_refused_and_opens_it(self, admin, enrolment, session):
        home = reverse("juries:administration", args=[session.reference])
        shown = self.text(admin.get(home))
        assert "2 blocs refusés" in shown
        assert shown.count("à ouvrir</span>") == 2
        assert "à confirmer par la CSCA" in shown

        due_on = timezone.localdate() + timedelta(days=30)
        dossier = session.dossiers.get()
        answer = admin.post(self.url(session), {"due_on": due_on, "dossiers": dossier.pk}, follow=True)

        assert "Évaluations attendues : 6." in self.text(answer)
        assert "ouvert, à rendre pour le" in self.text(answer)
        assert "Ouvrir les rattrapages</button>" not in self.text(answer)
        assert "déjà ouverts" in self.text(
            admin.post(self.url(session), {"due_on": due_on, "dossiers": dossier.pk}, follow=True)
        )

    def test_somebody_is_chosen(self, admin, session):
        answer = admin.post(self.url(session), {"due_on": timezone.localdate()})

        assert answer.status_code == 422
        assert "Choisissez au moins un candidat." in self.text(answer)
        assert not Reopening.objects.exists()

    def test_a_day_gone_is_refused_in_words(self, admin, session):
        gone = {"due_on": timezone.localdate() - timedelta(days=1), "dossiers": session.dossiers.get().pk}

        assert "choisissez un autre jour" in self.text(admin.post(self.url(session), gone, follow=True))

    def test_nothing_is_proposed_before_the_publication(self, admin, enrolment):
        entry.submit_all(enrolment)
        session = build.make_session([enrolment], SessionState.RATIFIED)

        assert "Rattrapages" not in self.text(admin.get(reverse("juries:administration", args=[session.reference])))

    def test_as_many_queries_for_one_candidate_as_for_many(self, admin):
        queries = []
        for many in (1, 3):
            enrolments = [make_enrolment() for _ in range(many)]
            for enrolment in enrolments:
                entry.submit_all(enrolment, blocks=["BC1"], rating=Rating.NOT_ACQUIRED)
            session = build.make_session(enrolments)
            build.deliberated(session, REFUSED)
            session = build.published(session)
            with CaptureQueriesContext(connection) as asked:
                resits_of(session, session.dossiers.all())
            queries.append(len(asked))

        assert queries[0] == queries[1] <= 8


class TestResults:
    def url(self, enrolment: Enrolment) -> str:
        return reverse("juries:results", args=[enrolment.reference])

    def read(self, client, user, enrolment: Enrolment) -> str:
        client.force_login(user)
        return " ".join(client.get(self.url(enrolment)).content.decode().replace("\N{NO-BREAK SPACE}", " ").split())

    @pytest.mark.parametrize("channel", ["training", "panel"])
    def test_once_published_they_read_each_channel_s_opinion(self, client, enrolment, session, channel):
        shown = self.read(client, entry.evaluator_of(enrolment, channel), enrolment)

        assert "Jury du 15 juin 2021" in shown
        assert "non acquis" in shown
        assert shown.count("favorable") == 9

    def test_the_referent_reads_the_decision_alone(self, client, enrolment, session):
        shown = self.read(client, entry.evaluator_of(enrolment, "company"), enrolment)

        assert "non acquis" in shown
        assert "favorable" not in shown

    def test_nothing_before(self, client, enrolment):
        entry.submit_all(enrolment)
        build.make_session([enrolment], SessionState.RATIFIED)

        for channel in ("training", "company", "panel"):
            shown = self.read(client, entry.evaluator_of(enrolment, channel), enrolment)
            assert "Aucun résultat n’est encore publié." in shown

    def test_what_was_sent_back_is_no_decision(self, client, enrolment):
        refusing(enrolment, sent_back=("BC1",))

        assert "ajourné" in self.read(client, entry.evaluator_of(enrolment, "training"), enrolment)

    def test_nobody_else_has_it(self, client, enrolment, session):
        stranger = entry.evaluator_of(make_enrolment(), "training")
        client.force_login(stranger)

        assert client.get(self.url(enrolment)).status_code == 404
