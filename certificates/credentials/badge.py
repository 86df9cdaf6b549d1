"""What a credential says of a paper, from its frozen context alone: neither row nor clock.

The holder's name is in clear, as on the paper: the holder decides whom to give the file to, and without a name it would
prove nothing of anybody. Birth date and place stay on the paper: a credential is put on public pages, and a hash of a
birth date with its salt beside is read in a second. Two people of one name are told apart by the paper itself, which
the credential names by its digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from ..enums import PaperKind
from ..signatures import encoded
from .multibase import sha256_digest

W3C = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"  # defines the type of the schema below
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
RNCP = "https://www.francecompetences.fr/recherche/rncp/{number}/"
PARIS = ZoneInfo("Europe/Paris")

ACHIEVEMENT_TYPES = {PaperKind.CERTIFICATE: "Certificate", PaperKind.BLOCK_STATEMENT: "ext:BlocDeCompetences"}
BLOCK_ONLY = "Cette attestation porte sur ce seul bloc : elle ne vaut pas le certificat entier."
SPECIMEN = "SPÉCIMEN, sans valeur : "


@dataclass(frozen=True, slots=True)
class Place:
    """Where a credential stands: who issues it, how it is called, where its state is told."""

    issuer: str
    website: str
    address: str  # the credential's own
    status_list: str  # the address of its list, in the form that goes with its signature
    status_index: int


def badge_of(context: Mapping[str, Any], *, sha256: str, place: Place) -> dict[str, Any]:
    """The unsigned credential of a paper whose file has this SHA-256."""
    delivered_at = _midnight(context["delivered_on"])
    return {
        "@context": [W3C, OPEN_BADGES, EXTENSIONS],
        "id": place.address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _name(context),
        "description": _description(context),
        "issuer": _issuer(context, place),
        "validFrom": delivered_at,
        "awardedDate": delivered_at,
        "credentialSubject": _subject(context, place),
        "evidence": [_evidence(context, sha256, place)],
        "relatedResource": [
            {
                "id": f"ni:///sha-256;{encoded(bytes.fromhex(sha256))}",
                "mediaType": "application/pdf",
                "digestMultibase": sha256_digest(sha256),
            }
        ],
        "credentialStatus": {
            "id": f"{place.status_list}#{place.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(place.status_index),
            "statusListCredential": place.status_list,
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def _midnight(day: str) -> str:
    return datetime.combine(date.fromisoformat(day), time.min, PARIS).isoformat()


def _name(context: Mapping[str, Any]) -> str:
    name = context["title"]
    if context["kind"] == PaperKind.BLOCK_STATEMENT:
        name = f"{_block_name(context['blocks'][0])} ({name})"
    return (SPECIMEN if context["specimen"] else "") + name


def _block_name(block: Mapping[str, Any]) -> str:
    return f"{block['code']} – {block['title']}"


def _description(context: Mapping[str, Any]) -> str:
    body = context["awarding_body"]["name"]
    if context["kind"] == PaperKind.BLOCK_STATEMENT:
        return f"Attestation d’acquisition d’un bloc de compétences, délivrée par : {body}. {BLOCK_ONLY}"
    return f"Certificat de qualification professionnelle, délivré par : {body}."


def _issuer(context: Mapping[str, Any], place: Place) -> dict[str, Any]:
    body = context["awarding_body"]
    profile: dict[str, Any] = {"id": place.issuer, "type": ["Profile"], "name": body["name"], "url": place.website}
    if body["address"]:
        profile["address"] = {"type": ["Address"], "streetAddress": body["address"]}
    return profile


def _subject(context: Mapping[str, Any], place: Place) -> dict[str, Any]:
    holder = context["holder"]
    name = f"{holder['first_names']} {holder['birth_name']}".strip()
    if holder["usual_name"]:
        name = f"{name}, nom d’usage {holder['usual_name']}"
    achievement = _achievement(context, place)
    return {
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}],
        "licenseNumber": context["number"],
        "achievement": achievement,
        "result": [
            {
                "type": ["Result"],
                "resultDescription": described["id"],
                "status": "Completed",
                "value": f"acquis le {block['acquired_on']}",
            }
            for block, described in zip(context["blocks"], achievement["resultDescription"], strict=True)
        ],
    }


def _achievement(context: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The same for all who hold the same: its identifier is made of what it says."""
    kind = PaperKind(context["kind"])
    criteria = _criteria(context)
    registration = context["registration"]
    told = f"{place.issuer} {_name(context)} {criteria} {registration}"
    identifier = uuid5(NAMESPACE_URL, told)
    achievement: dict[str, Any] = {
        "id": identifier.urn,
        "type": ["Achievement"],
        "achievementType": ACHIEVEMENT_TYPES[kind],
        "name": _name(context),
        "description": _description(context),
        "inLanguage": "fr",
        "fieldOfStudy": f"NSF {context['nsf']['code']} – {context['nsf']['label']}",
        "criteria": {"narrative": criteria},
        "resultDescription": [_result_description(identifier, block) for block in context["blocks"]],
    }
    if registration:
        achievement["humanCode"] = registration["rncp_code"]
        achievement["alignment"] = [_alignment(context, registration["rncp_code"])]
    return achievement


def _criteria(context: Mapping[str, Any]) -> str:
    """Markdown, as the format has it; the words are the standard's own."""
    lines = [BLOCK_ONLY] if context["kind"] == PaperKind.BLOCK_STATEMENT else ["Détenir les blocs de compétences :"]
    for block in context["blocks"]:
        lines += ["", f"**{_block_name(block)}**", ""]
        lines += [f"- {competency['code']} : {competency['wording']}" for competency in block["competencies"]]
    return "\n".join(lines)


def _result_description(achievement: UUID, block: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": uuid5(achievement, block["code"]).urn,
        "type": ["ResultDescription"],
        "name": _block_name(block),
        "resultType": "Status",
    }


def _alignment(context: Mapping[str, Any], rncp_code: str) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetType": "ceterms:Credential",
        "targetFramework": "Répertoire national des certifications professionnelles",
        "targetCode": rncp_code,
        "targetName": context["title"],
        "targetUrl": RNCP.format(number=rncp_code.removeprefix("RNCP")),
    }


def _evidence(context: Mapping[str, Any], sha256: str, place: Place) -> dict[str, Any]:
    kind = PaperKind(context["kind"]).label
    return {
        "type": ["Evidence"],
        "name": f"{kind.capitalize()} {context['number']} (PDF)",
        "description": f"Le document lui-même, d’empreinte SHA-256 {sha256}. "
        f"Son état, s’il est valide, remplacé ou retiré, se vérifie avec son numéro et sa clé sur {place.website}.",
        "genre": "PDF",
    }
