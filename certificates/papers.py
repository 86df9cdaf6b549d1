"""What a paper says, gathered once and frozen with its row: no template ever reads a name or a date elsewhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings

from blocks.models import Block, Certification, Registration
from candidates.countries import FRANCE, country_name
from candidates.models import AcquiredBlock, Candidate, Enrolment
from organisations.models import Presidency

TEMPLATE_VERSION = "1"


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
    return {
        "kind": kind,
        "number": number,
        "title": certification.title,
        "awarding_body": {"name": certification.awarding_body.name, "address": certification.awarding_body.address},
        "registration": _registration(certification, registration),
        "nsf": {"code": certification.nsf_code, "label": certification.nsf_title},
        "agreement": certification.branch_agreement,
        "holder": _holder(enrolment.candidate),
        "blocks": _blocks(enrolment, acquired),
        "place": certification.awarding_body.city,
        "delivered_on": delivered_on.isoformat(),
        "signatory": _signatory(certification, delivered_on),
        "specimen": settings.DEMO,
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


def _holder(candidate: Candidate) -> dict[str, str]:
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
    acquired_on = {row.catalogue_block_id: row.acquired_on for row in acquired}
    blocks = (
        Block.objects.filter(version=enrolment.version, catalogue_block__in=acquired_on)
        .prefetch_related("competencies")
        .order_by("position")
    )
    return [
        {
            "code": block.code,
            "title": block.title,
            "acquired_on": acquired_on[block.catalogue_block_id].isoformat(),
            "competencies": [
                {"code": competency.code, "wording": competency.wording}
                for competency in sorted(block.competencies.all(), key=lambda competency: competency.position)
            ],
        }
        for block in blocks
    ]


def _signatory(certification: Certification, on: date) -> dict[str, str]:
    presidency = (
        Presidency.objects.filter(awarding_body=certification.awarding_body).in_force(on).order_by("-starts_on").first()
    )
    if presidency is None:
        raise SignatoryMissing(on)
    return {"name": presidency.name, "quality": presidency.quality}
