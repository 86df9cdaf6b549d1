"""Adapted exams: asked for, decided, shown to those who hold the exam, kept from everybody else, then erased."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from correspondence.models import Mail
from evaluations import retention, tasks
from evaluations.adaptations import first_content, granted_adjustments, granted_adjustments_of_many
from evaluations.diagnoses import diagnosis_words
from evaluations.enums import AdaptationState, Adjustment
from evaluations.invariants import INVARIANTS
from evaluations.models import AdaptationEvidence, AdaptationRequest, Evaluation
from evaluations.services import (
    AlreadyDecided,
    CandidateHasLeft,
    ChannelOutOfPlan,
    NeedMissing,
    NothingAsked,
    NotTheirsToAsk,
    NotTheirsToDecide,
    ReasonMissing,
    Wanted,
    grant_adaptation,
    refuse_adaptation,
    request_adaptation,
)
from journal.guards import all_guards
from journal.models import Entry
from organisations.models import Membership
from tests.builders import evaluations as build
from tests.builders.adaptations import DECIDED_AT, NEED, REQUESTED_AT, make_adaptation
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin, make_panel_assessor, make_referent, make_training_member, make_user
from tests.builders.uploads import sent, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
AT = datetime(2021, 3, 17, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
CANARY = "Vélasquez"
TRAINING, COMPANY, PANEL = ChannelCode.TRAINING, ChannelCode.COMPANY, ChannelCode.PANEL
MORE_TIME = Wanted(Adjustment.EXTRA_TIME, frozenset({TRAINING, PANEL}), "un tiers")
A_ROOM = Wanted(Adjustment.SEPARATE_ROOM, frozenset({PANEL}))


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def ask(enrolment: Enrolment, *asked: Wanted, by=None, need=NEED, **fields) -> AdaptationRequest:
    by = by or build.evaluator_of(enrolment, "training")
    return request_adaptation(enrolment, need, asked or [MORE_TIME, A_ROOM], by=by, at=AT, **fields)


def grant(request: AdaptationRequest, *granted: Wanted, by=None, **fields) -> AdaptationRequest:
    return grant_adaptation(request, granted or [MORE_TIME, A_ROOM], by=by or make_admin(), at=AT, **fields)


def words(enrolment: Enrolment, channel: str) -> list[str]:
    return [row.words for row in granted_adjustments(enrolment, channel)]


class TestAsking:
    def test_by_the_organisation_that_prepares_the_candidate(self, enrolment):
        request = ask(enrolment, evidence=stored())

        assert (request.state, request.need) == (AdaptationState.PENDING, NEED)
        assert request.requested_for == enrolment.training_organisation
        assert request.evidence.file.name == "entretien.png"
        assert {row.adjustment for row in request.adjustments.all()} == {"extra_time", "separate_room"}

    def test_by_the_secretariat_for_itself(self, enrolment):
        assert ask(enrolment, by=make_admin()).requested_for is None

    @pytest.mark.parametrize("stranger", [make_user, make_training_member, make_referent, make_panel_assessor])
    def test_by_nobody_else(self, enrolment, stranger):
        with pytest.raises(NotTheirsToAsk):
            ask(enrolment, by=stranger())

    def test_nor_by_the_candidate_s_referent(self, enrolment):
        with pytest.raises(NotTheirsToAsk):
            ask(enrolment, by=enrolment.referent)

    def test_not_for_who_has_left(self):
        with pytest.raises(CandidateHasLeft):
            ask(make_enrolment(withdrawn_on=AT.date()))

    def test_not_without_a_need_nor_an_adjustment(self, enrolment):
        with pytest.raises(NeedMissing):
            ask(enrolment, need=" ")
        with pytest.raises(NothingAsked):
            ask(enrolment, Wanted(Adjustment.BREAKS, frozenset()))

        assert not AdaptationRequest.objects.exists()

    def test_not_for_a_channel_that_the_route_does_not_go_by(self):
        vae = make_enrolment(route="vae")

        with pytest.raises(ChannelOutOfPlan):
            ask(vae, by=make_admin())

    def test_a_later_request_replaces_the_one_that_waits(self, enrolment):
        first = ask(enrolment)

        second = ask(enrolment, A_ROOM)

        first.refresh_from_db()
        assert (first.state, first.replaced_at) == (AdaptationState.REPLACED, AT)
        assert second.is_pending

    def test_the_journal_keeps_references_and_states(self, enrolment):
        ask(enrolment, need=CANARY, evidence=stored(CANARY))
        grant(ask(enrolment, need=CANARY), reason=CANARY)

        entries = list(
            Entry.objects.filter(action__startswith="adaptation.").order_by("seq").values("action", "before", "after")
        )
        assert [(row["action"], row["after"]) for row in entries] == [
            ("adaptation.requested", {"state": "pending"}),
            ("adaptation.replaced", {"state": "replaced"}),
            ("adaptation.requested", {"state": "pending"}),
            ("adaptation.decided", {"state": "granted"}),
        ]
        assert CANARY not in str(entries)


class TestDeciding:
    def test_channel_by_channel(self, enrolment):
        grant(ask(enrolment))

        assert words(enrolment, TRAINING) == ["temps majoré : un tiers"]
        assert words(enrolment, COMPANY) == []
        assert words(enrolment, PANEL) == ["temps majoré : un tiers", "salle à part"]

    def test_what_is_asked_is_not_what_is_granted(self, enrolment):
        request = ask(enrolment)

        assert words(enrolment, PANEL) == []
        grant(request, A_ROOM, reason="Le temps suffit.")

        assert words(enrolment, PANEL) == ["salle à part"]
        assert request.adjustments.filter(is_granted=False).count() == 2

    @pytest.mark.parametrize("granted", [[A_ROOM], [A_ROOM, Wanted(Adjustment.EXTRA_TIME, frozenset({TRAINING}))]])
    def test_less_than_was_asked_has_its_reason(self, enrolment, granted):
        request = ask(enrolment)

        with pytest.raises(ReasonMissing):
            grant(request, *granted, reason=" ")

        assert words(enrolment, PANEL) == []

    def test_more_needs_none(self, enrolment):
        grant(ask(enrolment, A_ROOM), A_ROOM, MORE_TIME)

        assert len(words(enrolment, PANEL)) == 2

    def test_a_grant_grants_something(self, enrolment):
        with pytest.raises(NothingAsked):
            grant_adaptation(ask(enrolment), [], reason="Rien.", by=make_admin(), at=AT)

    def test_a_refusal_has_its_reason_and_leaves_what_was_granted(self, enrolment):
        grant(ask(enrolment))
        request = ask(enrolment, Wanted(Adjustment.READER, frozenset({PANEL})))
        with pytest.raises(ReasonMissing):
            refuse_adaptation(request, reason="", by=make_admin(), at=AT)

        refused = refuse_adaptation(request, reason="Pas nécessaire.", by=make_admin(), at=AT)

        assert refused.state == AdaptationState.REFUSED
        assert words(enrolment, PANEL) == ["temps majoré : un tiers", "salle à part"]

    def test_a_later_grant_replaces_the_one_before(self, enrolment):
        grant(ask(enrolment))

        grant(ask(enrolment, A_ROOM), A_ROOM)

        assert words(enrolment, TRAINING) == []
        assert words(enrolment, PANEL) == ["salle à part"]

    def test_by_the_secretariat_alone(self, enrolment):
        request = ask(enrolment)

        with pytest.raises(NotTheirsToDecide):
            grant(request, by=request.requested_by)

    def test_once(self, enrolment):
        request = ask(enrolment)
        grant(request)

        with pytest.raises(AlreadyDecided):
            refuse_adaptation(request, reason="Non.", by=make_admin(), at=AT)

    def test_not_what_was_replaced(self, enrolment):
        first = ask(enrolment)
        ask(enrolment)

        with pytest.raises(AlreadyDecided):
            grant(first)

    def test_not_for_who_has_left_since(self, enrolment):
        request = ask(enrolment)
        Enrolment.objects.update(withdrawn_on=AT.date())

        with pytest.raises(CandidateHasLeft):
            grant(request)


class TestReadingWhatIsGranted:
    def test_for_many_in_one_query(self, django_assert_num_queries):
        one, other = make_enrolment(), make_enrolment()
        make_adaptation(one, AdaptationState.GRANTED, channels=["training", "panel"])
        make_adaptation(other, AdaptationState.REFUSED)

        with django_assert_num_queries(1):
            found = granted_adjustments_of_many(Enrolment.objects.all())

        assert found.keys() == {one.pk}
        assert found[one.pk].keys() == {TRAINING, PANEL}

    def test_a_new_draft_is_adapted_as_it_was_granted(self, enrolment):
        make_adaptation(enrolment, AdaptationState.GRANTED, channels=["panel"])
        block = build.enrolled_block(enrolment)

        adapted = {code: first_content(block, build.channel_of(enrolment, code)).is_adapted for code in ChannelCode}

        assert adapted == {TRAINING: False, COMPANY: False, PANEL: True}


class TestTheEntryPage:
    def page(self, client, enrolment, channel) -> str:
        client.force_login(build.evaluator_of(enrolment, channel))
        return client.get(reverse("evaluations:enter", args=[enrolment.reference, "BC1", channel])).content.decode()

    def test_it_begins_with_what_is_granted_and_the_box_is_ticked(self, client, enrolment):
        make_adaptation(enrolment, AdaptationState.GRANTED, channels=["company"])

        page = self.page(client, enrolment, "company")

        assert "temps majoré : un tiers" in page
        assert 'name="is_adapted" class="checkboxinput form-check-input" id="id_is_adapted" checked' in page
        assert NEED not in page

    @pytest.mark.parametrize("channel", ["training", "panel"])
    def test_the_other_channels_learn_nothing(self, client, enrolment, channel):
        build.evaluator_of(enrolment, "panel")
        make_adaptation(enrolment, AdaptationState.GRANTED, channels=["company"], by=make_admin())

        page = self.page(client, enrolment, channel)

        assert "temps majoré" not in page
        assert "checked" not in page.split("id_is_adapted")[1][:40]

    def test_a_file_joined_first_begins_an_adapted_draft(self, client, enrolment):
        make_adaptation(enrolment, AdaptationState.GRANTED)
        client.force_login(build.evaluator_of(enrolment, "training"))

        client.post(reverse("evaluations:attachments", args=[enrolment.reference, "BC1", "training"]), {"file": sent()})

        assert Evaluation.objects.get().is_adapted


class TestPages:
    def typed(self, **more) -> dict[str, object]:
        return {"need": NEED, "channels_extra_time": ["training", "panel"], "detail_extra_time": "un tiers"} | more

    def url(self, enrolment: Enrolment) -> str:
        return reverse("evaluations:ask_adaptation", args=[enrolment.reference])

    @pytest.fixture
    def member(self, client, enrolment):
        member = build.evaluator_of(enrolment, "training")
        client.force_login(member)
        return member

    def test_a_member_asks(self, client, enrolment, member):
        answer = client.post(self.url(enrolment), self.typed(evidence=sent("certificat.png")), follow=True)

        page = answer.content.decode()
        assert AdaptationRequest.objects.get().is_pending
        assert "envoyé ; le secrétariat seul l’ouvre" in page
        assert "certificat.png" not in page
        assert NEED in page

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"need": ""}, "obligatoire"),
            ({"channels_extra_time": [], "detail_extra_time": ""}, "Cochez au moins un aménagement"),
            ({"channels_extra_time": []}, "Cochez la voie d’évaluation concernée."),
            ({"channels_other": ["training"]}, "Précisez l’aménagement."),
            ({"channels_extra_time": ["jury"]}, "jury"),
        ],
    )
    def test_what_is_missing_is_said(self, client, enrolment, member, changed, said):
        answer = client.post(self.url(enrolment), self.typed(**changed))

        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not AdaptationRequest.objects.exists()

    def test_a_file_that_is_refused_stops_the_request(self, client, enrolment, member, folder):
        answer = client.post(self.url(enrolment), self.typed(evidence=sent("page.pdf", b"<html>")))

        assert answer.status_code == 422
        assert not AdaptationRequest.objects.exists()
        assert [path for path in folder.rglob("*") if path.is_file()] == []

    def test_a_diagnosis_is_pointed_at_and_taken(self, client, enrolment, member):
        answer = client.post(self.url(enrolment), self.typed(need="Dyslexie sévère."), follow=True)

        assert "« Dyslexie » : est-ce un diagnostic" in answer.content.decode().replace("\xa0", " ")
        assert AdaptationRequest.objects.get().need == "Dyslexie sévère."

    def test_the_certifier_decides(self, client, enrolment):
        request = make_adaptation(enrolment, evidence="certificat.png")
        client.force_login(make_admin())
        url = reverse("evaluations:adaptation", args=[request.pk])
        page = client.get(url).content.decode()
        assert "certificat.png" in page
        assert 'value="training" id="id_channels_extra_time_training"' in page

        answer = client.post(url, {"channels_extra_time": ["training"], "detail_extra_time": "un quart"})

        assert answer["Location"] == reverse("evaluations:adaptations")
        assert words(enrolment, TRAINING) == ["temps majoré : un quart"]

    def test_the_certifier_refuses_with_a_reason(self, client, enrolment):
        request = make_adaptation(enrolment)
        client.force_login(make_admin())
        url = reverse("evaluations:adaptation", args=[request.pk])

        assert client.post(url, {"action": "refuse"}).status_code == 422
        assert client.post(url, {"action": "refuse", "reason": "Pas nécessaire."}).status_code == 302

        request.refresh_from_db()
        assert (request.state, request.decision_reason) == (AdaptationState.REFUSED, "Pas nécessaire.")

    def test_an_organisation_sees_its_own_requests_and_not_the_secretariat_s(self, client, enrolment, member):
        theirs = make_adaptation(enrolment, AdaptationState.REFUSED)
        client.force_login(make_admin())
        client.post(self.url(enrolment), self.typed(need="Demandé par le secrétariat."))
        hidden = AdaptationRequest.objects.latest("pk")
        client.force_login(member)

        page = client.get(reverse("evaluations:adaptations")).content.decode()

        assert reverse("evaluations:adaptation", args=[theirs.pk]) in page
        assert reverse("evaluations:adaptation", args=[hidden.pk]) not in page
        assert client.get(reverse("evaluations:adaptation", args=[hidden.pk])).status_code == 404

    def test_evidence_is_the_certifier_s_alone(self, client, enrolment, member):
        request = make_adaptation(enrolment, by=member, evidence="certificat.png")
        url = reverse("evaluations:adaptation_evidence", args=[request.pk])
        people = [member, enrolment.referent, build.evaluator_of(enrolment, "panel"), make_user()]

        def status(user) -> int:
            client.force_login(user)
            return client.get(url).status_code

        assert [status(user) for user in people] == [404] * 4
        assert status(make_admin()) == 200

    @pytest.mark.parametrize("who", [make_admin, None], ids=["admin", "member"])
    def test_the_list_costs_the_same_for_one_and_for_three(self, client, enrolment, who):
        organisation = enrolment.training_organisation
        member = build.evaluator_of(enrolment, "training")
        client.force_login(who() if who else member)

        def queries() -> int:
            for state in (AdaptationState.GRANTED, AdaptationState.PENDING):
                make_adaptation(make_enrolment(organisation=organisation), state, by=member)
            with CaptureQueriesContext(connection) as counted:
                client.get(reverse("evaluations:adaptations"))
            return len(counted)

        assert len({queries() for _ in range(3)}) == 1


class TestMails:
    @pytest.fixture(autouse=True)
    def at_once(self, django_capture_on_commit_callbacks):
        self.committing = django_capture_on_commit_callbacks

    def decide(self, enrolment: Enrolment, *granted: Wanted) -> None:
        request = ask(enrolment, *granted, need=CANARY, evidence=stored(CANARY))
        with self.committing(execute=True):
            grant(request, *granted)

    def test_the_requester_and_the_evaluators_concerned_hear_of_it(self, enrolment):
        panel = build.evaluator_of(enrolment, "panel")
        member = build.evaluator_of(enrolment, "training")
        colleague = make_training_member(enrolment.training_organisation)

        self.decide(enrolment, MORE_TIME)

        assert sorted((message.to[0], message.subject) for message in mail.outbox) == sorted(
            [
                (member.email, "Votre demande d’aménagement est décidée"),
                (colleague.email, "Une épreuve à aménager"),
                (panel.email, "Une épreuve à aménager"),
            ]
        )

    def test_they_hold_neither_the_need_nor_the_adjustments_nor_a_name(self, enrolment):
        build.evaluator_of(enrolment, "panel")

        self.decide(enrolment, MORE_TIME)

        told = " ".join(message.subject + message.body for message in mail.outbox)
        assert enrolment.reference in told
        assert CANARY not in told
        assert "temps" not in told
        assert enrolment.candidate.birth_name not in told

    def test_nobody_else_has_one(self, enrolment):
        build.evaluator_of(enrolment, "panel")

        self.decide(enrolment, Wanted(Adjustment.BREAKS, frozenset({COMPANY})))

        assert {message.to[0] for message in mail.outbox} == {
            enrolment.referent.email,
            build.evaluator_of(enrolment, "training").email,
        }

    def test_what_no_longer_holds_is_not_sent(self, enrolment):
        panel = build.evaluator_of(enrolment, "panel")
        with self.committing() as waiting:
            grant(ask(enrolment, A_ROOM), A_ROOM)
        Membership.objects.filter(user=panel).update(ends_on=AT.date())

        for callback in waiting:
            callback()

        assert Mail.objects.get(to=panel.email).state == "dropped"

    def test_a_refusal_is_told_to_the_requester_alone(self, enrolment):
        request = ask(enrolment)
        with self.committing(execute=True):
            refuse_adaptation(request, reason=CANARY, by=make_admin(), at=AT)

        (message,) = mail.outbox
        assert message.to == [request.requested_by.email]
        assert CANARY not in message.body


class TestErasing:
    LATER = DECIDED_AT + retention.KEPT + timedelta(days=1)

    @pytest.fixture
    def kept(self, folder) -> Callable[[], int]:
        return lambda: len([path for path in folder.rglob("*") if path.is_file()])

    @pytest.mark.parametrize("state", [AdaptationState.GRANTED, AdaptationState.REFUSED, AdaptationState.REPLACED])
    def test_two_months_after_need_and_evidence_go_and_the_decision_stays(
        self, enrolment, kept, state, django_capture_on_commit_callbacks
    ):
        request = make_adaptation(enrolment, state, evidence="certificat.png")
        reason = request.decision_reason

        with django_capture_on_commit_callbacks(execute=True):
            assert retention.erase_needs(at=self.LATER) == 1
            assert retention.erase_needs(at=self.LATER) == 0

        request.refresh_from_db()
        assert (request.need, request.erased_at, request.state) == ("", self.LATER, state)
        assert request.decision_reason == reason
        assert (AdaptationEvidence.objects.count(), kept()) == (0, 0)
        details = dict(request.adjustments.values_list("is_granted", "detail"))
        assert details == ({False: "", True: "un tiers"} if state == AdaptationState.GRANTED else {False: ""})
        assert Entry.objects.filter(action="adaptation.need_erased", actor="system").count() == 1

    def test_not_before(self, enrolment, kept):
        make_adaptation(enrolment, AdaptationState.GRANTED, evidence="certificat.png")

        assert retention.erase_needs(at=DECIDED_AT + retention.KEPT) == 0
        assert kept() == 1

    def test_not_while_it_waits_unless_the_candidate_has_left(self, enrolment):
        make_adaptation(enrolment, evidence="certificat.png")
        assert retention.erase_needs(at=self.LATER) == 0

        Enrolment.objects.update(withdrawn_on=DECIDED_AT.date())
        assert retention.erase_needs(at=self.LATER) == 1

    def test_the_sweep_does_it(self, enrolment):
        make_adaptation(enrolment, AdaptationState.GRANTED)

        tasks.erase_needs()

        assert AdaptationRequest.objects.get().need == ""

    def test_the_page_says_so(self, client, enrolment):
        request = make_adaptation(enrolment, AdaptationState.GRANTED)
        retention.erase_needs(at=self.LATER)
        client.force_login(make_admin())

        page = client.get(reverse("evaluations:adaptation", args=[request.pk])).content.decode()

        assert "effacé le" in page
        assert "temps majoré : un tiers" in page.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lit lentement un texte long.", ()),
        ("Il est dyslexique et TDAH.", ("dyslexique", "TDAH")),
        ("Sclérose en plaques, DIABÈTE.", ("Sclérose", "DIABÈTE")),
        ("Ne tient pas deux heures assis ; pauses.", ()),
        ("En séparation, dépositaire, toccata", ()),
    ],
)
def test_words_that_name_an_illness(text, found):
    assert diagnosis_words(text) == found


# What the database refuses, and what verify finds


def refused(write: Callable[[], object], match: str | None = None) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        write()


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


class TestGuards:
    DECIDED = "n’est plus à décider"
    ASKED = "une autre la remplace"
    WRITES = {
        "the state": "UPDATE evaluations_adaptationrequest SET state = 'refused', decision_reason = 'x'",
        "the reason": "UPDATE evaluations_adaptationrequest SET decision_reason = 'autre'",
        "the day": "UPDATE evaluations_adaptationrequest SET decided_at = requested_at",
        "an adjustment": "UPDATE evaluations_adaptationadjustment SET adjustment = 'breaks'",
        "what was granted, erased": "UPDATE evaluations_adaptationadjustment SET detail = '' WHERE is_granted",
        "a precision": "UPDATE evaluations_adaptationadjustment SET detail = 'x' WHERE NOT is_granted",
        "a channel": "UPDATE evaluations_adaptationadjustment_channels SET channel_id = channel_id",
        "a channel removed": "DELETE FROM evaluations_adaptationadjustment_channels",
    }

    @pytest.mark.parametrize("statement", WRITES.values(), ids=WRITES)
    def test_a_decided_request_never_changes(self, enrolment, statement):
        make_adaptation(enrolment, AdaptationState.GRANTED)

        refused(lambda: sql(statement), self.DECIDED)

    @pytest.mark.parametrize(
        "statement",
        [statement for name, statement in WRITES.items() if name not in {"the state", "the day"}],
    )
    def test_controls_on_one_that_waits(self, enrolment, statement):
        make_adaptation(enrolment)

        sql(statement)

    @pytest.mark.parametrize(
        ("table", "said"),
        [
            ("adaptationadjustment_channels", DECIDED),
            ("adaptationadjustment CASCADE", DECIDED),  # Its channels are emptied with it.
            ("adaptationevidence", "ne change pas"),
        ],
    )
    def test_nor_are_they_emptied_all_at_once(self, enrolment, postgresql, table, said):
        make_adaptation(enrolment, evidence="certificat.png")
        connection.check_constraints()  # Else PostgreSQL refuses for what the transaction has yet to check.

        refused(lambda: sql(f"TRUNCATE evaluations_{table}"), said)

    def test_nothing_is_added_to_it(self, enrolment):
        request = make_adaptation(enrolment, AdaptationState.GRANTED)
        row, channel = request.adjustments.first(), build.channel_of(enrolment, "panel")

        refused(lambda: request.adjustments.create(adjustment="breaks"), self.DECIDED)
        refused(lambda: row.channels.add(channel), self.DECIDED)
        refused(
            lambda: AdaptationEvidence.objects.create(
                request=request, uploaded_by=request.requested_by, uploaded_at=AT, **build.attributes_of(stored())
            ),
            self.DECIDED,
        )

    @pytest.mark.parametrize("state", list(AdaptationState))
    def test_what_was_asked_never_changes(self, enrolment, state):
        make_adaptation(enrolment, state)
        other = make_enrolment()

        refused(lambda: sql("UPDATE evaluations_adaptationrequest SET need = 'autre'"), self.ASKED)
        refused(lambda: sql("UPDATE evaluations_adaptationrequest SET enrolment_id = %s", other.pk), self.ASKED)
        refused(lambda: sql("UPDATE evaluations_adaptationrequest SET requested_for_id = NULL"), self.ASKED)
        refused(lambda: sql("DELETE FROM evaluations_adaptationrequest"), self.ASKED)

    def test_evidence_is_erased_and_never_changed(self, enrolment):
        make_adaptation(enrolment, AdaptationState.GRANTED, evidence="certificat.png")

        refused(lambda: sql("UPDATE evaluations_adaptationevidence SET sha256 = 'x'"), "ne change pas")
        sql("DELETE FROM evaluations_adaptationevidence")

    @pytest.mark.parametrize(
        "changes",
        [
            {"state": AdaptationState.GRANTED},
            {"state": AdaptationState.REPLACED},
            {"replaced_at": AT},
            {"decided_at": AT},
            {"need": ""},
            {"erased_at": AT},
        ],
    )
    def test_a_state_has_its_dates(self, enrolment, changes):
        make_adaptation(enrolment)

        refused(lambda: AdaptationRequest.objects.update(**changes))

    def test_one_request_at_a_time_waits(self, enrolment):
        make_adaptation(enrolment)

        refused(lambda: make_adaptation(enrolment, at=REQUESTED_AT + timedelta(days=1)))

    def test_a_refusal_has_its_reason(self, enrolment):
        request = make_adaptation(enrolment)

        refused(
            lambda: AdaptationRequest.objects.filter(pk=request.pk).update(
                state=AdaptationState.REFUSED, decided_by=make_admin(), decided_at=AT
            )
        )

    def test_an_adjustment_is_asked_once(self, enrolment):
        request = make_adaptation(enrolment)

        refused(lambda: request.adjustments.create(adjustment=Adjustment.EXTRA_TIME))


def broken() -> dict[str, list[str]]:
    return {invariant.code: found for invariant in INVARIANTS if (found := list(invariant.find()))}


class TestVerifying:
    @pytest.fixture
    def request_granted(self, enrolment) -> AdaptationRequest:
        return make_adaptation(enrolment, AdaptationState.GRANTED, evidence="certificat.png", decided_at=AT)

    @pytest.fixture(autouse=True)
    def soon_after(self):
        with time_machine.travel(AT + timedelta(days=1), tick=False):
            yield

    def test_it_holds(self, request_granted):
        assert broken() == {}

    def test_evidence_that_is_not_the_one_sent(self, request_granted, folder):
        (folder / request_granted.evidence.stored_name).write_bytes(b"autre")

        assert broken() == {"evaluations.evidence": [request_granted.subject]}

    def test_a_grant_that_grants_nothing(self, request_granted):
        for guard in all_guards():
            if guard.table == "evaluations_adaptationadjustment":
                guard.remove(connection)

        sql("UPDATE evaluations_adaptationadjustment SET is_granted = FALSE, adjustment = 'breaks' WHERE is_granted")

        assert broken() == {"evaluations.grants": [request_granted.subject]}

    def test_a_need_that_nobody_erased(self, request_granted):
        with time_machine.travel(AT + retention.KEPT + timedelta(days=10), tick=False):
            assert broken() == {"evaluations.needs": [request_granted.subject]}
