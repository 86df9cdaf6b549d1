"""Declaring: what is chosen, what is refused, what a file keeps, what an answer changes."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from certificates.cdc.facts import held_back, passages_of, technical_id, to_declare, with_declaration
from certificates.cdc.reports import ReportUnreadable
from certificates.cdc.waiting import waiting
from certificates.enums import CertificateState, FlowState, PassageState
from certificates.models import CdcComplement, CdcFlow, CdcPassage, Certificate
from certificates.services import cdc as declaring
from certificates.services import issue_block_statement, request_revocation
from journal.models import Entry
from juries.enums import AppealOutcome, SessionState
from juries.models import Dossier, JurySession
from juries.services import record_appeal, settle_appeal
from rulebook.cdc import judge_passage
from tests.builders.certificates import ISSUED_AT, make_certificate, make_holder, make_revoked
from tests.builders.declarations import COMPLEMENT, MADE_AT, make_declarable, make_declared, publish
from tests.builders.juries import make_session
from tests.builders.organisations import make_admin
from tests.certificates.test_guards import lifted

from .reports import make_report
from .schema import PATH, errors_of, needs_schema
from .test_writer import written

pytestmark = pytest.mark.django_db

ON = MADE_AT.date()


@pytest.fixture(autouse=True)
def _configured(settings):
    settings.CDC_CLIENT_ID, settings.CDC_CONTRACT_ID, settings.CDC_SCHEMA = "AB123CDE", "MCFCER000123", ""


@pytest.fixture
def admin():
    return make_admin()


def declared(*certificates, by):
    return declaring.make_flow([each.number for each in certificates], by=by, at=MADE_AT)


def answered(flow, by, *, accepted=(), rejected=None):
    report = make_report(flow.identifier, accepted=map(technical_id, accepted), rejected=rejected)
    return declaring.import_report(report, by=by, at=MADE_AT)


def numbers(certificates):
    return {certificate.number for certificate in certificates}


# Which


def test_a_published_certificate_that_claims_the_register_is_to_be_declared():
    certificate = make_declarable()

    assert numbers(to_declare(ON)) == {certificate.number}


def test_not_before_it_is_drawn_nor_outside_the_register_nor_before_july_2021():
    before = publish(make_certificate())  # delivered on 30 June 2021
    unclaimed = make_declarable(
        entered_on=date(2021, 9, 1), delivered_on=date(2021, 9, 10), confirmed_reason="Décidé en bureau."
    )
    reserved = make_certificate()

    assert before.delivered_on == date(2021, 6, 30)
    assert unclaimed.registration is None
    assert reserved.state == CertificateState.RESERVED
    assert not to_declare(ON).exists()


def test_one_whose_revocation_is_asked_is_held_back(admin):
    certificate = make_declarable()
    request_revocation(certificate, reason="Fausse pièce.", by=admin, at=MADE_AT)

    assert not to_declare(ON).exists()
    assert numbers(held_back(ON)) == {certificate.number}


PUBLISHED_AT = datetime(2021, 7, 2, 10, 0, tzinfo=UTC)


def _heard(certificate):
    """Their dossier, in a session whose results were published on 2 July."""
    session = make_session([], SessionState.PREPARED)
    dossier = Dossier.objects.create(session=session, enrolment=certificate.enrolment, position=1)
    moments = ("convened_at", "opened_at", "closed_at", "sealed_at", "ratified_at", "published_at")
    JurySession.objects.filter(pk=session.pk).update(
        state=SessionState.PUBLISHED, **dict.fromkeys(moments, PUBLISHED_AT)
    )
    return dossier


@pytest.mark.parametrize(
    ("day", "is_settled"),
    [(date(2021, 9, 2), False), (date(2021, 9, 3), True)],
    ids=["the last day of appeal", "the day after"],
)
def test_one_is_declared_once_no_appeal_may_come(day, is_settled):
    _heard(make_declarable())

    assert to_declare(day).exists() is is_settled
    assert held_back(day).exists() is not is_settled


def test_one_whose_result_is_contested_is_held_back_until_the_outcome(admin):
    dossier = _heard(make_declarable())
    received_on = date(2021, 8, 30)
    appeal = record_appeal(dossier, received_on=received_on, grounds="La note.", by=admin, at=MADE_AT)
    declared_before = to_declare(ON).exists()

    settle_appeal(
        appeal, outcome=AppealOutcome.REJECTED, outcome_on=received_on, reason="Sans effet.", by=admin, at=MADE_AT
    )

    assert not declared_before
    assert to_declare(ON).exists()


@pytest.mark.parametrize("state", [PassageState.PENDING, PassageState.ACCEPTED])
def test_one_in_a_live_passage_is_not_offered_again(state):
    certificate = make_declarable()
    make_declared(certificate).passages.update(state=state)

    assert not to_declare(ON).exists()


def test_a_rejected_one_is_offered_again_with_what_was_said():
    certificate = make_declarable()
    make_declared(certificate).passages.update(
        state=PassageState.REJECTED, message="Aucun titulaire ne correspond aux critères obligatoires"
    )

    (line,) = waiting(ON).lines

    assert line.certificate == certificate
    assert "traits d’union" in line.explanation.sentence


# What stands in the way


def test_everything_that_is_missing_is_told_with_its_page():
    certificate = make_declarable(complement={})

    (line,) = waiting(ON).lines

    assert {problem.field for problem in line.problems} == {
        "initiative",
        "exam_starts_on",
        "exam_ends_on",
        "exam_mode",
        "exam_postcode",
    }
    assert {problem.url for problem in line.problems} == {f"/certificats/{certificate.number}/cdc/"}


def test_an_identity_corrected_since_asks_for_a_reissue():
    certificate = make_declarable()
    certificate.candidate.birth_name = "Autrement"
    certificate.candidate.save()

    (line,) = waiting(ON).lines

    assert [problem.field for problem in line.problems] == ["holder"]


def test_what_is_not_ready_is_refused_whole(admin):
    ready, not_ready = make_declarable(), make_declarable(complement={})

    with pytest.raises(declaring.NotReadyToDeclare) as refused:
        declared(ready, not_ready, by=admin)

    assert set(refused.value.problems) == {not_ready.number}
    assert not CdcFlow.objects.exists()


def test_other_refusals(admin, settings):
    certificate = make_declarable()
    with pytest.raises(declaring.NothingToDeclare):
        declared(by=admin)
    with pytest.raises(declaring.NoLongerToDeclare):
        declaring.make_flow([certificate.number, "CQP-2021-999999"], by=admin, at=MADE_AT)
    settings.CDC_CLIENT_ID = ""
    with pytest.raises(declaring.CdcNotConfigured):
        declared(certificate, by=admin)
    assert not CdcFlow.objects.exists()


def test_what_the_register_does_not_vouch_for_is_not_declared(admin):
    certificate = make_declarable()
    context = certificate.context | {"title": "Autre titre"}
    with lifted("certificates_certificate_frozen"):
        Certificate.objects.filter(pk=certificate.pk).update(context=context)

    with pytest.raises(declaring.NotVouchedFor):
        declared(certificate, by=admin)


# The file


@needs_schema
def test_a_file_is_valid_and_kept_as_it_is_sent(admin, settings):
    settings.CDC_SCHEMA = str(PATH)
    first, second = make_declarable(), make_declarable()

    flow = declared(first, second, by=admin)

    content = bytes(CdcFlow.objects.get().content)
    assert errors_of(content) == []
    assert hashlib.sha256(content).hexdigest() == flow.sha256
    assert str(flow.identifier).encode() in content
    assert set(flow.passages.values_list("technical_id", flat=True)) == {technical_id(first), technical_id(second)}


@needs_schema
def test_what_the_official_schema_refuses_is_told_by_certificate_and_field(admin, settings, monkeypatch):
    settings.CDC_SCHEMA = str(PATH)
    certificate = make_declarable()
    CdcComplement.objects.update(exam_mode="DISTANCE")
    monkeypatch.setattr(declaring, "problems_of", lambda certificate, passage: [])

    with pytest.raises(declaring.SchemaRefuses) as refused:
        declared(certificate, by=admin)

    assert {(error.technical_id, error.element) for error in refused.value.errors} == {
        (technical_id(certificate), "modalitePassageExamen")
    }
    assert not CdcFlow.objects.exists()


def test_its_journal_entry_names_no_person(admin):
    certificate = make_declarable()

    flow = declared(certificate, by=admin)

    entry = Entry.objects.get(action="cdc_flow.made")
    assert entry.subject == f"cdc_flow:{flow.identifier}"
    assert entry.after["certificates"] == [certificate.number]
    assert certificate.candidate.birth_name not in str(entry.after)


def test_a_certificate_keeps_its_identifier_from_file_to_file(admin):
    certificate = make_declarable()
    first = declared(certificate, by=admin)
    answered(first, admin, rejected={technical_id(certificate): "Nom"})

    second = declared(certificate, by=admin)

    assert {passage.technical_id for passage in CdcPassage.objects.all()} == {technical_id(certificate)}
    assert first.identifier != second.identifier


# Deposit


def test_a_deposit_has_its_day(admin):
    flow = declared(make_declarable(), by=admin)
    late = datetime(2021, 9, 20, 8, 0, tzinfo=UTC)

    for day in (ON - timedelta(days=1), date(2021, 9, 21)):
        with pytest.raises(declaring.DepositDayRefused):
            declaring.mark_deposited(flow, on=day, by=admin, at=late)
    declaring.mark_deposited(flow, on=date(2021, 9, 18), by=admin, at=late)

    flow.refresh_from_db()
    assert (flow.state, flow.deposited_on) == (FlowState.DEPOSITED, date(2021, 9, 18))
    assert Entry.objects.filter(action="cdc_flow.deposited").count() == 1
    with pytest.raises(declaring.FlowSettled):
        declaring.mark_deposited(flow, on=ON, by=admin, at=late)


def test_a_file_refused_as_a_whole_offers_all_of_it_again(admin):
    certificate = make_declarable()
    flow = declared(certificate, by=admin)

    with pytest.raises(declaring.RefusalWithoutReason):
        declaring.refuse_flow(flow, reason=" ", by=admin, at=MADE_AT)
    declaring.refuse_flow(flow, reason="Le portail refuse le fichier.", by=admin, at=MADE_AT)

    assert numbers(to_declare(ON)) == {certificate.number}
    with pytest.raises(declaring.FlowSettled):
        declaring.refuse_flow(flow, reason="Encore.", by=admin, at=MADE_AT)
    with pytest.raises(declaring.FlowSettled):
        answered(flow, admin, accepted=[certificate])


# Answers


def test_each_certificate_takes_its_answer(admin):
    taken, left = make_declarable(), make_declarable()
    flow = declared(taken, left, by=admin)

    answered(flow, admin, accepted=[taken], rejected={technical_id(left): "Plusieurs titulaires ont été identifiés"})

    states = dict(CdcPassage.objects.values_list("certificate__number", "state"))
    assert states == {taken.number: PassageState.ACCEPTED, left.number: PassageState.REJECTED}
    assert numbers(to_declare(ON)) == {left.number}
    assert Entry.objects.get(action="cdc_flow.answered").after | {"report_sha256": ""} == {
        "report_sha256": "",
        "accepted": 1,
        "rejected": 1,
    }


def test_the_same_report_again_changes_nothing(admin):
    certificate = make_declarable()
    flow = declared(certificate, by=admin)
    answered(flow, admin, accepted=[certificate])
    before = (Entry.objects.count(), CdcFlow.objects.values().get())

    answered(flow, admin, accepted=[certificate])

    assert (Entry.objects.count(), CdcFlow.objects.values().get()) == before
    with pytest.raises(declaring.OtherReport):
        answered(flow, admin, rejected={technical_id(certificate): "Nom"})


def test_a_report_is_imported_whole_or_not_at_all(admin):
    first, second = make_declarable(), make_declarable()
    flow = declared(first, second, by=admin)
    stranger = make_declarable()

    with pytest.raises(declaring.ReportIncomplete, match=second.number):
        answered(flow, admin, accepted=[first])
    with pytest.raises(declaring.OtherCertificates, match=stranger.number):
        answered(flow, admin, accepted=[first, second, stranger])
    with pytest.raises(declaring.UnknownFlow):
        answered(CdcFlow(identifier="6e3c7378-bda4-497a-9bd6-dc203f903ed9"), admin, accepted=[first])
    with pytest.raises(ReportUnreadable):
        declaring.import_report(b"<rapport/>", by=admin, at=MADE_AT)

    assert set(CdcPassage.objects.values_list("state", flat=True)) == {PassageState.PENDING}
    assert not Entry.objects.filter(action="cdc_flow.answered").exists()


# What only the secretariat knows


def test_several_are_completed_at_once_and_the_rest_stays(admin):
    first, second = make_declarable(complement={}), make_declarable(complement={"initiative": "EMPLOYEUR"})

    declaring.complete_declarations(
        [first.number, second.number],
        {key: value for key, value in COMPLEMENT.items() if key != "initiative"} | {"vae_way": "VAE_CLASSIQUE"},
        by=admin,
        at=MADE_AT,
    )

    said = dict(CdcComplement.objects.values_list("certificate", "initiative"))
    assert said == {first.pk: "", second.pk: "EMPLOYEUR"}
    assert set(CdcComplement.objects.values_list("vae_way", flat=True)) == {""}
    assert [line.certificate for line in waiting(ON).ready] == [second]


def test_what_is_declared_is_no_longer_completed(admin):
    certificate = make_declarable()
    make_declared(certificate)

    with pytest.raises(declaring.AlreadyDeclared):
        declaring.complete_declarations([certificate.number], {"initiative": "OF"}, by=admin, at=MADE_AT)
    with pytest.raises(declaring.NothingToDeclare):
        declaring.complete_declarations([], {"initiative": "OF"}, by=admin, at=MADE_AT)


def test_days_said_in_two_gestures_stay_in_order(admin):
    certificate = make_declarable()

    with pytest.raises(declaring.ExamOutOfOrder):
        declaring.complete_declarations(
            [certificate.number], {"exam_starts_on": date(2021, 6, 30)}, by=admin, at=MADE_AT
        )


# The database


def test_it_refuses_a_certificate_in_two_live_passages():
    certificate = make_declarable()
    make_declared(certificate)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_declared(certificate)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificates_cdcflow SET content = content || content",
        "UPDATE certificates_cdcflow SET sha256 = 'x'",
        "UPDATE certificates_cdcflow SET identifier = '6e3c7378bda4497a9bd6dc203f903ed9'",
        "DELETE FROM certificates_cdcflow",
        "UPDATE certificates_cdcpassage SET technical_id = 'x'",
        "DELETE FROM certificates_cdcpassage",
        "UPDATE certificates_cdcpassage SET state = 'rejected' WHERE state = 'accepted'",
    ],
)
def test_it_refuses_to_change_what_was_sent(statement):
    make_declared(make_declarable()).passages.update(state=PassageState.ACCEPTED)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def _undeclarable(kind):
    """A paper, and the identifier under which somebody tries to declare it."""
    if kind == "another's identifier":
        first, second = make_declarable(), make_declarable()
        make_declared(first)
        return second, technical_id(first)
    if kind == "a block statement":
        enrolment = make_holder()
        block = enrolment.version.blocks.get(code="BC1")
        paper = publish(issue_block_statement(enrolment, block, by=make_admin(), at=ISSUED_AT))
    elif kind == "not published":
        paper = make_certificate()
    elif kind == "revoked":
        paper = make_revoked(make_declarable(), at=MADE_AT)
    else:
        paper = make_declarable(
            entered_on=date(2021, 9, 1), delivered_on=date(2021, 9, 10), confirmed_reason="Décidé en bureau."
        )
    return paper, technical_id(paper)


@pytest.mark.parametrize(
    "kind", ["another's identifier", "a block statement", "not published", "revoked", "outside the register"]
)
def test_it_refuses_what_is_not_to_be_declared_and_takes_it_without_its_guard(kind):
    paper, identifier = _undeclarable(kind)
    passage = CdcPassage(flow=make_declared(), certificate=paper, technical_id=identifier)

    with pytest.raises(IntegrityError, match="Seul un certificat entier et publié"), transaction.atomic():
        passage.save()
    with lifted("certificates_cdcpassage_declared"):
        passage.save()

    assert CdcPassage.objects.filter(certificate=paper).count() == 1


# What is declared


DIFFICULT = [
    f"{start}{middle}{end}"
    for start in ["Ø", "É", "D’", "Mac ", "O'", "van der ", "Łu", "Ş", "Nguyễn ", "Þ", "ʻĀ", "Đ", "Œ", "Ž", "Ļ"]
    for middle in ["Abé", "ñan", "ôte", "ğan"]
    for end in ["", "-Lefèvre", "\u2010Öztürk", " y Núñez", "ß"]
]


@needs_schema
def test_three_hundred_difficult_names_are_declared_or_refused_and_never_changed_beyond_hyphens():
    assert len(DIFFICULT) == 300
    make_declarable()
    certificate = with_declaration(Certificate.objects.all()).get()
    passages = []
    for rank, name in enumerate(DIFFICULT):
        certificate.candidate.birth_name = name
        (passage,) = passages_of([certificate]).values()
        assert judge_passage(passage) == ()
        assert passage.holder.birth_name.replace("'", "’").replace("-", "\u2010") == name.replace("'", "’").replace(
            "-", "\u2010"
        )
        passages.append(replace(passage, technical_id=f"x{rank}"))

    assert errors_of(written(*passages)) == []
