"""The open formats, handed out: the issuer's keys and the lists of states to anybody, a credential to its holders.

What verifiers fetch is public by nature and names nobody: other sites may read it, without session or cookie.
"""

from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from accounts.requests import SignedInRequest
from accounts.visitors import View, open_to_visitors, unindexed

from ..credentials import issuer, status
from ..forms import VerificationForm
from ..models import PUBLIC, Certificate, Credential, StatusList
from ..register import Standing
from ..verification import by_key
from .access import require_admin
from .verification import throttled

FORMS = {"json": ("document", "application/vc"), "jwt": ("token", "application/vc+jwt")}
KEYS_CACHED_FOR = 5 * 60
BEING_MADE = "Le justificatif numérique est en cours d’établissement : réessayez dans une minute."
BEING_SIGNED = "La liste d’états est en cours de signature."


def open_to_sites(view: View) -> View:
    """A verifier may be a page of another site: it reads this without any credentials of its visitor."""

    @login_not_required
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = unindexed(view(request, *args, **kwargs))
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return opened


@open_to_sites
@require_safe
@throttled("issuer_documents")
def did_document(request: HttpRequest) -> HttpResponse:
    return _keys(issuer.did_document(), "application/did+json")


@open_to_sites
@require_safe
@throttled("issuer_documents")
def key_set(request: HttpRequest) -> HttpResponse:
    return _keys(issuer.key_set(), "application/jwk-set+json")


def _keys(document: dict[str, Any], content_type: str) -> HttpResponse:
    response = JsonResponse(document, content_type=content_type)
    response["Cache-Control"] = f"public, max-age={KEYS_CACHED_FOR}"
    return response


@open_to_sites
@require_safe
@throttled("issuer_documents")
def status_list(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Never a list that a revocation has overtaken: until a worker has signed the next, there is none to be had."""
    found = get_object_or_404(StatusList, number=number)
    if not status.is_current(found):
        return _later(BEING_SIGNED, seconds=15)
    field, content_type = FORMS[form]
    response = HttpResponse(getattr(found, field), content_type=content_type)
    response["Cache-Control"] = f"public, max-age={int(status.CACHED_FOR.total_seconds())}"
    return response


def _later(sentence: str, *, seconds: int) -> HttpResponse:
    response = HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


@open_to_visitors
@require_safe
def credential_address(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """Where a credential says it lives: the verification form, for each and for none. The address may be anywhere."""
    return render(request, "certificates/verify_form.html", {"form": VerificationForm()})


@open_to_visitors
@require_safe
@throttled("verification")
def verified_credential(request: HttpRequest, number: str, key: str, form: str) -> HttpResponse:
    """With the paper's number and key, which open its whole content anyhow. An ended paper's says so in its list."""
    answer = by_key(number, key, at=timezone.now())
    if answer is None or answer.standing is Standing.ANOMALY:
        return render(request, "certificates/unknown.html", status=404)
    return credential_file(answer.certificate, form)


@require_GET
def credential(request: SignedInRequest, number: str, form: str) -> HttpResponse:
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), number=number, state__in=PUBLIC)
    require_admin(request)
    return credential_file(certificate, form)


def credential_file(certificate: Certificate, form: str) -> HttpResponse:
    """As a file to keep. Whoever calls has seen to the right to it."""
    found = Credential.objects.filter(certificate=certificate).first()
    if found is None:
        return _later(BEING_MADE, seconds=60)
    field, content_type = FORMS[form]
    response = HttpResponse(getattr(found, field), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}.{form}"'
    response["Cache-Control"] = "no-store"
    return response
