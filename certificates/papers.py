"""What a paper says, gathered once and frozen with its row: no template ever reads a name or a date elsewhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings

from blocks.models import Block, Certification, Competency, Registration
from candidates.countries import FRANCE, country_name
from candidates.models import AcquiredBlock, Candidate, Enrolment
from organisations.models import Presidency

from .enums import PaperKind

TEMPLATE_VERSION = "2"  # 2 adds the annex, from which the supplement is drawn; papers frozen under 1 have none


class SignatoryMissing(Exception):
    """Nobody is recorded as presiding the awarding body on the day of delivery."""

    def __init__(self, on: date) -> None:
        super().__init__(f"Aucune présidence de la CPNEFP n’est enregistrée au {on:%d/%m/%Y}.")
        self.on = on


def paper_context(
    enrolment: Enrolment,
    acquired: Sequence[AcquiredBlock],
    *,
    kind: str,
    number: str,
    delivered_on: date,
    registration: Registration | None,
) -> dict[str, Any]:
    """The frozen context of a certificate or a block statement: plain JSON, the dates in ISO form.

    `acquired` are the blocks it attests. Raises `SignatoryMissing`.
    """
    certification = enrolment.version.certification
    blocks = _blocks(enrolment, acquired)
    return {
        "kind": kind,
        "number": number,
        "title": certification.title,
        "awarding_body": {"name": certification.awarding_body.name, "address": certification.awarding_body.address},
        "registration": _registration(certification, registration),
        "nsf": {"code": certification.nsf_code, "label": certification.nsf_title},
        "agreement": certification.branch_agreement,
        "holder": holder_of(enrolment.candidate),
        "blocks": [block for block in blocks if block["acquired_on"]],
        "place": certification.awarding_body.city,
        "delivered_on": delivered_on.isoformat(),
        "signatory": signatory_of(certification, delivered_on),
        "specimen": settings.DEMO,
        "annex": _annex(enrolment, blocks) if kind == PaperKind.CERTIFICATE else None,
        "template_version": TEMPLATE_VERSION,
    }


def _registration(certification: Certification, registration: Registration | None) -> dict[str, str] | None:
    if registration is None:
        return None
    return {
        "rncp_code": certification.rncp_code,
        "ordered_on": registration.ordered_on.isoformat(),
        "published_on": registration.published_on.isoformat(),
    }


def holder_of(candidate: Candidate) -> dict[str, str]:
    place = candidate.birth_place
    if candidate.birth_country != FRANCE:
        place = f"{place} ({country_name(candidate.birth_country)})"
    return {
        "sex": candidate.sex,
        "birth_name": candidate.birth_name,
        "usual_name": candidate.usual_name,
        "first_names": candidate.first_names,
        "birth_date": candidate.birth_date.isoformat(),
        "birth_place": place,
    }


def _blocks(enrolment: Enrolment, acquired: Sequence[AcquiredBlock]) -> list[dict[str, Any]]:
    """Every block of the standard, in its order; `acquired_on` is None for those that the paper does not attest."""
    acquired_on = {row.catalogue_block_id: row.acquired_on.isoformat() for row in acquired}
    blocks = Block.objects.filter(version=enrolment.version).prefetch_related("competencies").order_by("position")
    return [
        {
            "code": block.code,
            "title": block.title,
            "acquired_on": acquired_on.get(block.catalogue_block_id),
            "competencies": [
                _competency(row) for row in sorted(block.competencies.all(), key=lambda row: row.position)
            ],
        }
        for block in blocks
    ]


def _competency(competency: Competency) -> dict[str, str]:
    return {"code": competency.code, "wording": competency.wording}


def _annex(enrolment: Enrolment, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """All the certification's competencies, and how they were evaluated on this person's route."""
    plan = set(enrolment.route.plan.values_list("pk", flat=True))
    return {
        "route": enrolment.route.get_code_display(),
        "blocks": blocks,
        "channels": [
            {
                "title": channel.title,
                "is_required": channel.pk in plan,
                "parts_rule": channel.parts_rule,
                "parts": [part.title for part in sorted(channel.parts.all(), key=lambda part: part.position)],
            }
            for channel in enrolment.version.channels.prefetch_related("parts").order_by("position")
        ],
        "colleges": list(enrolment.version.jury_colleges.order_by("position").values("title", "seats")),
    }


def signatory_of(certification: Certification, on: date) -> dict[str, str]:
    """Raises `SignatoryMissing`."""
    presidency = (
        Presidency.objects.filter(awarding_body=certification.awarding_body).in_force(on).order_by("-starts_on").first()
    )
    if presidency is None:
        raise SignatoryMissing(on)
    return {"name": presidency.name, "quality": presidency.quality}
