"""A flow as XML, written as it goes: one function of the schema's version and of the records."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.utils import timezone
from lxml import etree

from rulebook.cdc import Holder, Passage

from .records import DeclaredCertification, Flow

NAMESPACE = "urn:cdc:cpf:pc5:schema:1.0.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CURRENT_VERSION = "1.1.2"
Value = str | int | bool | date | None


class SchemaUnavailable(Exception):
    """No file can be written in this version of the schema."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(
            f"Le schéma {version} de la CDC n’est pas disponible ici : aucun fichier n’est écrit sous cette version. "
            f"Les fichiers s’écrivent sous la version {CURRENT_VERSION}."
        )


def write_flow(version: str, flow: Flow) -> bytes:
    """The file's bytes. Raises `SchemaUnavailable`."""
    profile = PROFILES.get(version)
    if profile is None:
        raise SchemaUnavailable(version)
    written = BytesIO()
    with etree.xmlfile(written, encoding="UTF-8") as file:
        file.write_declaration()
        profile(_Elements(file), flow)
    return written.getvalue()


class _Elements:
    """The file under way. An absent text leaves its element out; an absent nillable one says that it is nil."""

    def __init__(self, file: Any) -> None:
        self._file = file

    @contextmanager
    def within(self, name: str, **attributes: Any) -> Iterator[None]:
        with self._file.element(etree.QName(NAMESPACE, name), **attributes):
            yield

    def put(self, name: str, value: Value) -> None:
        if value is None or value == "":
            return
        with self.within(name):
            self._file.write(_text(value))

    def put_or_nil(self, name: str, value: Value) -> None:
        if value is None or value == "":
            with self.within(name, attrib={etree.QName(XSI, "nil"): "true"}):
                return
        self.put(name, value)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _stamp(moment: datetime) -> str:
    """To the second, with Paris's offset in figures: the schema refuses fractions and « Z »."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


def _write_1_1_2(to: _Elements, flow: Flow) -> None:
    with to.within("flux", nsmap={"cpf": NAMESPACE, "xsi": XSI}):
        to.put("idFlux", str(flow.identifier))
        to.put("horodatage", _stamp(flow.made_at))
        with to.within("emetteur"):
            to.put("idClient", flow.client_id)
            with to.within("certificateurs"), to.within("certificateur"):
                to.put("idClient", flow.client_id)
                to.put("idContrat", flow.contract_id)
                with to.within("certifications"):
                    for certification in flow.certifications:
                        _write_certification(to, certification)


def _write_certification(to: _Elements, certification: DeclaredCertification) -> None:
    with to.within("certification"):
        to.put("type", certification.type)
        to.put("code", certification.code)
        to.put("natureDeposant", certification.depositor)
        with to.within("passageCertifications"):
            for passage in certification.passages:
                _write_passage(to, passage)


def _write_passage(to: _Elements, passage: Passage) -> None:
    with to.within("passageCertification"):
        to.put("idTechnique", passage.technical_id)
        to.put("urlPreuve", passage.proof_url)
        to.put("libelleOption", passage.option_label)
        to.put("obtentionCertification", "PAR_ADMISSION")
        to.put("donneeCertifiee", passage.is_final)
        to.put("dateDebutExamen", passage.exam_starts_on)
        to.put("dateFinExamen", passage.exam_ends_on)
        to.put("modalitePassageExamen", passage.exam_mode)
        to.put("codePostalCentreExamen", passage.exam_postcode)
        to.put("dateDebutValidite", passage.valid_from)
        to.put_or_nil("dateFinValidite", passage.valid_until)
        to.put("presenceNiveauLangueEuro", False)
        to.put("presenceNiveauNumeriqueEuro", False)
        to.put_or_nil("scoring", None)
        to.put_or_nil("mentionValidee", None)
        with to.within("modalitesInscription"):
            to.put_or_nil("modaliteAcces", passage.access)
            to.put("voieAccessVAE", passage.vae_way)  # with two s: the schema's own name
            to.put("initiativeInscription", passage.initiative)
            to.put("dateInscription", passage.enrolled_on)
        with to.within("identificationTitulaire"):
            _write_holder(to, passage.holder)


def _write_holder(to: _Elements, holder: Holder) -> None:
    with to.within("titulaire"):
        to.put("nomNaissance", holder.birth_name)
        to.put_or_nil("nomUsage", holder.usual_name)
        to.put("prenom1", holder.first_name)
        to.put("prenom2", holder.second_name)
        to.put("prenom3", holder.third_name)
        to.put("anneeNaissance", holder.birth_year)
        to.put_or_nil("moisNaissance", holder.birth_month)
        to.put_or_nil("jourNaissance", holder.birth_day)
        to.put("sexe", holder.sex)
        with to.within("codeCommuneNaissance"), to.within("codeInseeNaissance"):
            to.put("codeInsee", holder.insee_code)
        to.put("libelleCommuneNaissance", holder.birth_place)
        to.put("codePaysNaissance", holder.country_code)
        to.put("libellePaysNaissance", holder.country_name)


# 1.1.5 (March 2026: an action per flow, the NIR) is named and stays off until its schema is at hand.
PROFILES: Mapping[str, Callable[[_Elements, Flow], None] | None] = {CURRENT_VERSION: _write_1_1_2, "1.1.5": None}
