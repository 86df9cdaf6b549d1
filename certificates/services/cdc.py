"""Declaring certificates to the Caisse des Dépôts: a file as it is sent, its deposit, and what was answered of it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from journal.services import record
from rulebook.cdc import Access, Passage

from .. import register
from ..cdc.checks import Problem, SchemaError, problems_of, schema_errors
from ..cdc.facts import complement_of, passages_of, technical_id, to_declare, undeclared, with_declaration
from ..cdc.records import DeclaredCertification, Flow
from ..cdc.reports import Answer, read_report
from ..cdc.writer import CURRENT_VERSION, write_flow
from ..enums import FlowState, PassageState
from ..models import CdcFlow, CdcPassage, Certificate
from .refusals import PaperRefusal


class CdcNotConfigured(PaperRefusal):
    message = (
        "Les identifiants de la CSCA auprès de la CDC ne sont pas configurés (CDC_CLIENT_ID et CDC_CONTRACT_ID) : "
        "demandez-les à qui administre le site."
    )


class NothingToDeclare(PaperRefusal):
    message = "Choisissez au moins un certificat à déclarer."


class NoLongerToDeclare(PaperRefusal):
    def __init__(self, numbers: Iterable[str]) -> None:
        self.message = f"Rien n’est écrit : ces certificats ne sont plus à déclarer, {', '.join(sorted(numbers))}."
        super().__init__()


class NotReadyToDeclare(PaperRefusal):
    """`problems`: of each certificate, all that is to put right."""

    message = "Rien n’est écrit : certains de ces certificats ne sont pas prêts."

    def __init__(self, problems: Mapping[str, Sequence[Problem]]) -> None:
        self.problems = problems
        super().__init__()


class NotVouchedFor(PaperRefusal):
    def __init__(self, numbers: Iterable[str]) -> None:
        self.message = f"Rien n’est écrit : le registre ne porte pas la signature de {', '.join(sorted(numbers))}."
        super().__init__()


class SchemaRefuses(PaperRefusal):
    """The official schema finds what our own checks let pass."""

    def __init__(self, errors: Sequence[SchemaError]) -> None:
        self.errors = errors
        told = " ; ".join(f"{each.technical_id or 'fichier'}, {each.element} : {each.message}" for each in errors[:20])
        self.message = f"Rien n’est écrit : le schéma de la CDC refuse le fichier. {told}"
        super().__init__()


class AlreadyDeclared(PaperRefusal):
    message = "Ce certificat est déjà déclaré, ou attend une réponse : sa déclaration ne change plus."


class ExamOutOfOrder(PaperRefusal):
    def __init__(self, number: str) -> None:
        self.message = f"Le dernier jour des épreuves ne précède pas le premier ({number})."
        super().__init__()


class FlowSettled(PaperRefusal):
    message = "Ce fichier n’attend plus cela : la page a été mise à jour."


class DepositDayRefused(PaperRefusal):
    message = "Le dépôt n’est ni antérieur à la création du fichier, ni à venir."


class RefusalWithoutReason(PaperRefusal):
    message = "Dites pourquoi ce fichier ne sera pas traité."


class UnknownFlow(PaperRefusal):
    message = "Ce compte rendu répond à un fichier qui n’a pas été établi ici."


class OtherCertificates(PaperRefusal):
    def __init__(self, identifiers: Iterable[str]) -> None:
        self.message = (
            f"Rien n’est importé : ces passages ne sont pas dans le fichier, {', '.join(sorted(identifiers))}."
        )
        super().__init__()


class ReportIncomplete(PaperRefusal):
    def __init__(self, identifiers: Iterable[str]) -> None:
        self.message = f"Rien n’est importé : ce compte rendu ne dit rien de {', '.join(sorted(identifiers))}."
        super().__init__()


class OtherReport(PaperRefusal):
    message = "Rien n’est importé : un autre compte rendu a déjà été importé pour ce fichier."


@transaction.atomic(durable=True)
def make_flow(numbers: Sequence[str], *, by: User, at: datetime) -> CdcFlow:
    """A file that declares exactly these certificates, kept as it will be sent. All or none of them.

    Raises `CdcNotConfigured`, `NothingToDeclare`, `NoLongerToDeclare`, `NotReadyToDeclare`, `NotVouchedFor` or
    `SchemaRefuses`.
    """
    if not (settings.CDC_CLIENT_ID and settings.CDC_CONTRACT_ID):
        raise CdcNotConfigured
    if not numbers:
        raise NothingToDeclare
    certificates = _taken(numbers, on=timezone.localdate(at))
    passages = passages_of(certificates)
    _check_ready(certificates, passages)
    identifier = uuid4()
    content = _written(identifier, certificates, passages, at=at)
    flow = CdcFlow.objects.create(
        identifier=identifier,
        schema_version=CURRENT_VERSION,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_by=by,
        made_at=at,
    )
    CdcPassage.objects.bulk_create(
        CdcPassage(flow=flow, certificate=certificate, technical_id=technical_id(certificate))
        for certificate in certificates
    )
    record(
        "cdc_flow.made",
        subject=flow.subject,
        actor=by.reference,
        at=at,
        after={
            "schema_version": flow.schema_version,
            "sha256": flow.sha256,
            "certificates": [certificate.number for certificate in certificates],
        },
    )
    return flow


def _taken(numbers: Sequence[str], *, on: date) -> list[Certificate]:
    """Locked, all of them still to be declared; those of one certification together, as the file groups them."""
    _lock_certificates(numbers)
    certificates = list(with_declaration(to_declare(on).filter(number__in=numbers)))
    if gone := set(numbers) - {certificate.number for certificate in certificates}:
        raise NoLongerToDeclare(gone)
    return sorted(certificates, key=lambda certificate: (_code_of(certificate), certificate.pk))


def _code_of(certificate: Certificate) -> str:
    return certificate.certification.rncp_code


def _check_ready(certificates: Iterable[Certificate], passages: Mapping[int, Passage]) -> None:
    found = {each.number: problems_of(each, passages[each.pk]) for each in certificates}
    if problems := {number: problems for number, problems in found.items() if problems}:
        raise NotReadyToDeclare(problems)
    if doubtful := [each.number for each in certificates if register.standing_of(each) is not register.Standing.VALID]:
        raise NotVouchedFor(doubtful)


def _written(
    identifier: UUID, certificates: Iterable[Certificate], passages: Mapping[int, Passage], *, at: datetime
) -> bytes:
    """The file's bytes, which the official schema has accepted when its path is set."""
    flow = Flow(
        identifier=identifier,
        made_at=at,
        client_id=settings.CDC_CLIENT_ID,
        contract_id=settings.CDC_CONTRACT_ID,
        certifications=[
            DeclaredCertification(code, [passages[certificate.pk] for certificate in group])
            for code, group in groupby(certificates, key=_code_of)
        ],
    )
    content = write_flow(CURRENT_VERSION, flow)
    if settings.CDC_SCHEMA and (errors := schema_errors(content, settings.CDC_SCHEMA)):
        raise SchemaRefuses(errors)
    return content


def _lock_certificates(numbers: Sequence[str]) -> None:
    """Two files made at once wait for each other here; the second then finds that the first has taken its own."""
    locked = Certificate.objects.select_for_update(of=("self",), no_key=True)
    list(locked.filter(number__in=numbers).order_by("pk").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def mark_deposited(flow: CdcFlow, *, on: date, by: User, at: datetime) -> CdcFlow:
    """Somebody gave the file to the CDC that day. Raises `FlowSettled` or `DepositDayRefused`."""
    flow = _locked(flow)
    if flow.state != FlowState.MADE:
        raise FlowSettled
    if not timezone.localdate(flow.made_at) <= on <= timezone.localdate(at):
        raise DepositDayRefused
    flow.state, flow.deposited_on = FlowState.DEPOSITED, on
    flow.save(update_fields=["state", "deposited_on"])
    record("cdc_flow.deposited", subject=flow.subject, actor=by.reference, at=at, after={"deposited_on": on})
    return flow


@transaction.atomic(durable=True)
def refuse_flow(flow: CdcFlow, *, reason: str, by: User, at: datetime) -> CdcFlow:
    """The CDC refused the file as a whole, or nobody will give it to them: its certificates are to be declared again.

    Raises `FlowSettled` or `RefusalWithoutReason`.
    """
    flow, reason = _locked(flow), reason.strip()
    if flow.state not in {FlowState.MADE, FlowState.DEPOSITED}:
        raise FlowSettled
    if not reason:
        raise RefusalWithoutReason
    flow.state, flow.answered_at, flow.refusal = FlowState.REFUSED, at, reason
    flow.save(update_fields=["state", "answered_at", "refusal"])
    flow.passages.update(state=PassageState.REJECTED)
    record(
        "cdc_flow.refused", subject=flow.subject, actor=by.reference, at=at, after={"passages": flow.passages.count()}
    )
    return flow


@transaction.atomic(durable=True)
def import_report(content: bytes, *, by: User, at: datetime) -> CdcFlow:
    """What the CDC answered of each certificate of a file, whole or not at all. The same report again changes nothing.

    Raises `cdc.reports.ReportUnreadable`, `UnknownFlow`, `FlowSettled`, `OtherReport`, `OtherCertificates` or
    `ReportIncomplete`.
    """
    report = read_report(content)
    sha256 = hashlib.sha256(content).hexdigest()
    flow = CdcFlow.objects.select_for_update(of=("self",), no_key=True).filter(identifier=report.flow).first()
    if flow is None:
        raise UnknownFlow
    if flow.state == FlowState.REFUSED:
        raise FlowSettled
    if flow.state == FlowState.ANSWERED:
        if flow.report_sha256 != sha256:
            raise OtherReport
        return flow
    _answer(list(flow.passages.order_by("pk")), {answer.technical_id: answer for answer in report.answers})
    flow.state, flow.answered_at = FlowState.ANSWERED, at
    flow.report, flow.report_sha256 = content, sha256
    flow.save(update_fields=["state", "answered_at", "report", "report_sha256"])
    accepted = sum(answer.is_accepted for answer in report.answers)
    facts = {"report_sha256": sha256, "accepted": accepted, "rejected": len(report.answers) - accepted}
    record("cdc_flow.answered", subject=flow.subject, actor=by.reference, at=at, after=facts)
    return flow


def _answer(passages: Sequence[CdcPassage], answers: Mapping[str, Answer]) -> None:
    sent = {passage.technical_id for passage in passages}
    if strangers := set(answers) - sent:
        raise OtherCertificates(strangers)
    if silent := sent - set(answers):
        raise ReportIncomplete(silent)
    for passage in passages:
        answer = answers[passage.technical_id]
        passage.state = PassageState.ACCEPTED if answer.is_accepted else PassageState.REJECTED
        passage.message = answer.message
    CdcPassage.objects.bulk_update(passages, ["state", "message"], batch_size=500)


@transaction.atomic(durable=True)
def complete_declarations(
    numbers: Sequence[str], values: Mapping[str, Any], *, by: User, at: datetime
) -> list[Certificate]:
    """Say of these certificates what the CDC asks and the house does not know; `values` by field of `CdcComplement`.

    The frame of a VAE is said of those alone. Raises `NothingToDeclare`, `AlreadyDeclared` or `ExamOutOfOrder`.
    """
    if not numbers:
        raise NothingToDeclare
    _lock_certificates(numbers)
    certificates = list(with_declaration(undeclared().filter(number__in=numbers)))
    if len(certificates) < len(set(numbers)):
        raise AlreadyDeclared
    for certificate in certificates:
        is_vae = certificate.enrolment.route.cdc_code == Access.VAE
        own = {field: value for field, value in values.items() if field != "vae_way" or is_vae}
        complement = complement_of(certificate)
        for field, value in own.items():
            setattr(complement, field, value)
        if not complement.has_exam_in_order:
            raise ExamOutOfOrder(certificate.number)
        complement.save()
        record(
            "cdc_complement.said",
            subject=certificate.subject,
            actor=by.reference,
            at=at,
            after={"fields": sorted(own)},
        )
    return certificates


def _locked(flow: CdcFlow) -> CdcFlow:
    return CdcFlow.objects.select_for_update(of=("self",), no_key=True).get(pk=flow.pk)
