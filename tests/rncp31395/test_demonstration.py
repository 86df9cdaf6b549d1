"""The demonstration, told once: every situation it promises is there, and every promise of the product holds in it."""

import json
from io import StringIO
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.utils import timezone

from accounts.models import User
from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock, Enrolment, ReferentLink
from certificates import drawing
from certificates.enums import PaperKind
from certificates.models import Certificate
from correspondence.tasks import send_waiting
from documents.pdf_structure import fault_of
from documents.uploads import download
from evaluations.enums import AdaptationState
from evaluations.models import AdaptationRequest, Attachment, Evaluation, Reopening
from juries.enums import DeliberationState, MotionState, Presence, SessionMeans, SessionState
from juries.forecast import forecast_of
from juries.models import Deliberation, JurySession, Seat
from organisations.models import Membership, TrainingOrganisation
from rncp31395.demonstration.accounts import ACCOUNTS, PASSWORD
from tests.builders.certificates import ISSUED_AT


def call(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def failures(reference: str) -> dict[str, set[str]]:
    """By chapter of `explain`, the codes of the checks that are not met."""
    verdicts = json.loads(call("explain", reference, "--json"))["verdicts"]
    return {verdict["title"]: set(_unmet(verdict)) for verdict in verdicts}


def _unmet(check: dict) -> list[str]:
    own = [check["code"]] if check["outcome"] in {"unmet", "unknown"} else []
    return own + [code for below in check["checks"] for code in _unmet(below)]


@override_settings(DEMO=True)
class TestDemonstration(TestCase):
    @classmethod
    def setUpTestData(cls):
        location = cls.enterClassContext(TemporaryDirectory())
        uploads = settings.STORAGES["uploads"] | {"OPTIONS": {"location": location}}
        cls.enterClassContext(override_settings(STORAGES=settings.STORAGES | {"uploads": uploads}))
        call("load_standard")
        call("demo")

    def test_each_account_of_the_sign_in_page_opens(self):
        for account in ACCOUNTS:
            assert self.client.login(email=account.email, password=PASSWORD), account.email
        (by_link,) = User.objects.exclude(email__in=[account.email for account in ACCOUNTS])
        assert not by_link.has_usable_password()
        assert ReferentLink.objects.get().user == by_link

    def test_a_second_telling_is_refused(self):
        with pytest.raises(CommandError, match="already has enrolments"):
            call("demo")

    def test_one_session_sits_with_its_thirteen_members_and_one_is_published(self):
        states = list(JurySession.objects.order_by("held_on").values_list("state", flat=True))

        assert states == [
            SessionState.PUBLISHED,
            SessionState.OPEN,
            SessionState.OPEN,
            SessionState.OPEN,
            SessionState.CONVENED,
        ]
        sitting = JurySession.objects.filter(state=SessionState.OPEN).earliest("held_on")
        assert Seat.objects.filter(session=sitting, presence=Presence.PRESENT).count() == 13

    def test_a_session_to_come_waits_for_answers_and_its_quorum_is_forecast(self):
        session = JurySession.objects.get(state=SessionState.CONVENED)
        forecast = forecast_of(session, session.dossiers.values_list("pk", flat=True))

        assert session.held_on > timezone.localdate()
        assert (forecast.coming, forecast.silent, len(forecast.vacant)) == (9, 3, 1)
        assert forecast.quorum.answer

    def test_a_vote_in_writing_is_open_and_awaits_most_members(self):
        session = JurySession.objects.get(means=SessionMeans.WRITTEN)
        votes = Deliberation.objects.filter(dossier__session=session, state=DeliberationState.OPEN)

        assert session.takes_ballots_at(timezone.now())
        assert session.motions.filter(state=MotionState.OPEN).exists()
        assert {vote.ballots.count() for vote in votes} == {5}

    def test_every_open_route_and_both_kinds_of_paper_are_there(self):
        assert set(Enrolment.objects.values_list("route__code", flat=True)) == {
            "apprenticeship",
            "professionalisation_contract",
            "continuing_training",
            "vae",
        }
        assert Certificate.objects.filter(kind=PaperKind.CERTIFICATE).count() >= 5
        assert Certificate.objects.filter(kind=PaperKind.BLOCK_STATEMENT).exists()
        assert AcquiredBlock.objects.filter(origin=AcquisitionOrigin.RECORDED).exists()

    def test_explain_tells_each_situation_apart(self):
        certified = Certificate.objects.filter(kind=PaperKind.CERTIFICATE).first().enrolment.reference
        seven_blocks = self._reference(position=8, session=0)
        missing_channel = self._reference(position=6, session=1)
        without_quorum = self._reference(position=1, session=2)
        too_late = Enrolment.objects.filter(entered_on__gt="2021-08-07").first().reference

        assert failures(certified)["Délivrance du certificat"] == {"issuance", "issuance.live"}
        assert "composition.mandatory" in failures(seven_blocks)["Délivrance du certificat"]
        assert len(self._held(seven_blocks)) == 7
        assert "proposal.channel" in failures(missing_channel)["Proposition pour BC5"]
        assert "quorum.count" in failures(without_quorum)["Quorum de la session JURY-2021-11-17"]
        assert "claim.standing" in failures(too_late)["Délivrance du certificat"]

    def test_one_adapted_exam_is_granted_with_its_evidence_and_one_waits(self):
        granted, waiting = AdaptationRequest.objects.order_by("requested_at")

        assert (granted.state, waiting.state) == (AdaptationState.GRANTED, AdaptationState.PENDING)
        assert fault_of(download(granted.evidence.file).content) is None
        assert granted.enrolment.panel_assignment
        assert not Evaluation.objects.filter(
            enrolled_block__enrolment=granted.enrolment, channel__code="panel"
        ).exists()  # Still to be held.

    def test_files_are_joined_to_a_draft_and_to_what_the_sitting_jury_reads(self):
        draft, submitted = Attachment.objects.order_by("evaluation__state")
        sitting = JurySession.objects.filter(state=SessionState.OPEN).earliest("held_on")

        assert not draft.evaluation.is_submitted
        assert submitted.evaluation.is_submitted
        assert sitting.dossiers.filter(enrolment=submitted.evaluation.enrolled_block.enrolment).exists()
        assert [fault_of(download(file.file).content) for file in (draft, submitted)] == [None, None]

    def test_one_evaluation_is_reopened_and_awaited_on_a_day_to_come(self):
        reopening = Reopening.objects.get()

        assert reopening.reason
        assert reopening.due_on > timezone.localdate()
        assert not reopening.evaluation.enrolled_block.enrolment.dossiers.exists()

    def test_each_organisation_has_its_manager(self):
        managed = Membership.objects.filter(is_manager=True).values_list("training_organisation", flat=True)

        assert sorted(managed) == sorted(TrainingOrganisation.objects.values_list("pk", flat=True))

    def test_one_candidate_waits_for_a_panel_assessor(self):
        Enrolment.objects.get(panel_assignment=None, withdrawn_on=None)

    def test_every_promise_holds_once_the_papers_are_drawn_and_the_mails_sent(self):
        for certificate in Certificate.objects.waiting():
            drawing.draw_certificate(certificate.pk, at=ISSUED_AT)
        send_waiting()  # Publishing a paper tells its holder.

        report = call("verify")

        assert "BROKEN" not in report

    def _reference(self, *, session: int, position: int) -> str:
        sitting = JurySession.objects.order_by("held_on")[session]
        return sitting.dossiers.get(position=position).enrolment.reference

    def _held(self, reference: str) -> list[AcquiredBlock]:
        return list(AcquiredBlock.objects.filter(candidate__enrolments__reference=reference))


def test_without_demo_it_is_refused(db):
    with pytest.raises(CommandError, match="DEMO=1"):
        call("demo")
