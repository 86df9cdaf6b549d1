"""What stands in the way of declaring a certificate, in words, each with the page where it is put right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from lxml import etree

from candidates.declaration import IDENTITY_LABELS, NO_FIRST_NAME
from rulebook.cdc import Fault, FaultCode, Passage, judge_passage

from ..models import Certificate
from .facts import identity_differs
from .writer import NAMESPACE

LABELS = IDENTITY_LABELS | {
    "technical_id": "identifiant du certificat",
    "valid_from": "date de délivrance",
    "valid_until": "fin de validité",
    "access": "voie d’accès",
    "exam_starts_on": "premier jour des épreuves",
    "exam_ends_on": "dernier jour des épreuves",
    "exam_mode": "modalité des épreuves",
    "exam_postcode": "code postal du centre d’examen",
    "vae_way": "cadre de la VAE",
    "initiative": "initiative de l’inscription",
    "enrolled_on": "date d’entrée",
    "proof_url": "adresse de preuve",
    "option_label": "option",
}
_COMPLEMENT = {"exam_starts_on", "exam_ends_on", "exam_mode", "exam_postcode", "vae_way", "initiative"}
_ENROLMENT = {"enrolled_on", "access"}
_SENTENCES = {
    FaultCode.MISSING: "{label} à renseigner",
    FaultCode.TOO_LONG: "{label} de plus de {limit} caractères, que la CDC n’accepte pas",
    FaultCode.CHARACTERS: "{label} avec un caractère qu’un fichier XML n’accepte pas",
    FaultCode.UNKNOWN: "{label} que la CDC ne connaît pas",
    FaultCode.FORMAT: "{label} mal formé",
    FaultCode.OUT_OF_RANGE: "{label} hors de ce que la CDC accepte",
    FaultCode.NOT_FOR_THIS_ROUTE: "{label} réservé à la VAE",
    FaultCode.ORDER: "{label} avant {other}",
    FaultCode.NO_SUCH_DAY: "{label} qui n’existe pas dans ce mois",
    FaultCode.COUNTRY_IN_FRANCE: "{label} donné pour une naissance en France",
    FaultCode.COUNTRY_DIFFERS: "{label} différent du code INSEE",
}
_REISSUE = "l’identité a été corrigée depuis la délivrance : rééditez le certificat, puis déclarez le nouveau"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right before the certificate may be declared."""

    field: str
    sentence: str
    url: str


def problems_of(certificate: Certificate, passage: Passage) -> list[Problem]:
    problems = [_in_words(certificate, fault) for fault in judge_passage(passage)]
    if identity_differs(certificate):
        problems.append(Problem("holder", _REISSUE, reverse("certificates:certificate", args=[certificate.number])))
    return problems


def _in_words(certificate: Certificate, fault: Fault) -> Problem:
    if (fault.field, fault.code) == ("first_name", FaultCode.MISSING):
        sentence = NO_FIRST_NAME
    else:
        sentence = _SENTENCES[fault.code].format(
            label=LABELS[fault.field], limit=fault.limit, other=LABELS.get(fault.other, "")
        )
    return Problem(fault.field, sentence, _where(certificate, fault.field))


def _where(certificate: Certificate, field: str) -> str:
    if field in IDENTITY_LABELS:
        return reverse("candidates:identity", args=[certificate.enrolment.reference])
    if field in _COMPLEMENT:
        return reverse("certificates:cdc_complement", args=[certificate.number])
    if field in _ENROLMENT:
        return reverse("candidates:dossier", args=[certificate.enrolment.reference])
    return reverse("certificates:certificate", args=[certificate.number])


# The official schema, when its path is set


@dataclass(frozen=True, slots=True)
class SchemaError:
    """What the schema says against a file: of which certificate, when it is about one, and of which element."""

    technical_id: str
    element: str
    message: str


def schema_errors(content: bytes, schema_path: str) -> Sequence[SchemaError]:
    """Empty when the file is valid. All errors at once."""
    schema = etree.XMLSchema(etree.parse(schema_path))
    document = etree.fromstring(content).getroottree()
    if schema.validate(document):
        return []
    return list(_located(document, schema.error_log))


def _located(document: etree._ElementTree, log: Iterable[etree._LogEntry]) -> Iterable[SchemaError]:
    for entry in log:
        found = document.xpath(entry.path, namespaces={"cpf": NAMESPACE}) if entry.path else []
        element = found[0] if found else document.getroot()
        yield SchemaError(_passage_holding(element), etree.QName(element).localname, entry.message)


def _passage_holding(element: etree._Element) -> str:
    passage = f"{{{NAMESPACE}}}passageCertification"
    for holder in (element, *element.iterancestors()):
        if holder.tag == passage:
            return holder.findtext(f"{{{NAMESPACE}}}idTechnique", default="")
    return ""
