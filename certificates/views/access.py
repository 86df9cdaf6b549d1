"""Loading what a page is about, with the right to it: 404 to whoever may not know that it exists."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.requests import SignedInRequest
from blocks.sentences import sentence
from candidates.models import Enrolment

from ..permissions import may_issue, may_issue_to
from ..services import CertificateRefused


def require_admin(request: SignedInRequest) -> None:
    if not may_issue(request.user):
        raise PermissionDenied


def administered_enrolment(request: SignedInRequest, reference: str) -> Enrolment:
    """Refused to whoever only follows the enrolment; to anybody else it does not exist."""
    enrolment = get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related(
            "candidate", "route", "version__certification__awarding_body", "training_organisation", "company"
        ),
        reference=reference,
    )
    if not may_issue_to(request.user, enrolment):
        raise PermissionDenied
    return enrolment


def in_words(refusal: CertificateRefused) -> str:
    return " ".join(sentence(check) for check in refusal.reasons)
