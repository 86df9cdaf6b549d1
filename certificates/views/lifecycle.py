"""What follows a published paper, for the secretariat: reissue, duplicates, revocation, the holder's link."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest

from .. import services
from ..after import identity_changes, out_of_reach
from ..enums import Document
from ..forms import DuplicateForm, RevocationForm
from ..models import Certificate, Revocation
from ..papers import SignatoryMissing
from ..register_files import KeptFile, files_of
from .access import require_admin

PAGE_SIZE = 50


def _administered(request: SignedInRequest, number: str) -> Certificate:
    related = ("candidate", "enrolment", "registration", "catalogue_block")
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related(*related), number=number
    )
    require_admin(request)
    return certificate


def _answered(request: SignedInRequest, template: str, form: Form | None, *, status: int = 200, **context: Any) -> Any:
    return render(request, template, {"form": form, **context}, status=status)


@require_http_methods(["GET", "POST"])
def reissue(request: SignedInRequest, number: str) -> HttpResponse:
    certificate = _administered(request, number)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            successor = services.reissue(certificate, by=request.user, at=timezone.now())
        except (services.PaperRefusal, SignatoryMissing) as refused:
            refusal, status = str(refused), 409
        else:
            messages.success(request, f"{successor.number} remplace {certificate.number} : le document se dessine.")
            return redirect("certificates:certificate", successor.number)
    return _answered(
        request,
        "certificates/reissue.html",
        None,
        status=status,
        certificate=certificate,
        changes=identity_changes(certificate),
        refusal=refusal,
    )


@require_http_methods(["GET", "POST"])
def duplicate(request: SignedInRequest, number: str) -> HttpResponse:
    certificate = _administered(request, number)
    form, status = DuplicateForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.make_duplicate(
                    certificate, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
                )
            except services.PaperRefusal as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                messages.success(request, f"Le duplicata n° {made.rank} se dessine.")
                return redirect("certificates:duplicate", number)
    duplicates = certificate.duplicates.defer("content").select_related("made_by").order_by("-rank")
    return _answered(
        request,
        "certificates/duplicate.html",
        form,
        status=status,
        certificate=certificate,
        duplicates=duplicates,
        refused=certificate.file_refusals.filter(document=Document.DUPLICATE).values_list("rank", flat=True),
        unsigned=[file.rank for file in _duplicates(certificate) if not file.holds],
    )


def _duplicates(certificate: Certificate) -> list[KeptFile]:
    return [file for file in files_of([certificate]) if file.document == Document.DUPLICATE]


@require_GET
def duplicate_paper(request: SignedInRequest, number: str, rank: int) -> HttpResponse:
    """Not of a paper that has ended since: its copy would be as false as it. Nor one that the register did not sign."""
    certificate = _administered(request, number)
    found = get_object_or_404(certificate.duplicates, rank=rank, drawn_at__isnull=False)
    if certificate.has_ended:
        messages.error(request, "Ce document a été remplacé ou retiré : ses duplicatas ne se remettent plus.")
        return redirect("certificates:duplicate", number)
    if not any(file.rank == rank and file.holds for file in _duplicates(certificate)):
        messages.error(request, f"Le registre n’a pas signé le duplicata {rank} : ne le remettez à personne.")
        return redirect("certificates:duplicate", number)
    response = HttpResponse(bytes(found.content or b""), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{certificate.number}-duplicata-{rank}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def revocation(request: SignedInRequest, number: str) -> HttpResponse:
    """The request, then the second person's decision on it."""
    certificate = _administered(request, number)
    form, status = RevocationForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.request_revocation(
                    certificate, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
                )
            except services.PaperRefusal as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                messages.success(request, "Le retrait est demandé : il attend l’approbation d’une autre personne.")
                return redirect("certificates:revocation", number)
    asked = list(certificate.revocations.select_related("requested_by", "decided_by").order_by("-requested_at", "-pk"))
    pending = next((row for row in asked if row.is_pending), None)
    return _answered(
        request,
        "certificates/revocation.html",
        form,
        status=status,
        certificate=certificate,
        pending=pending,
        is_mine=pending is not None and pending.requested_by_id == request.user.pk,
        decided=[row for row in asked if not row.is_pending],
    )


@require_POST
def approve_revocation(request: SignedInRequest, number: str) -> HttpResponse:
    revocation = _requested(request, number)
    try:
        services.approve_revocation(revocation, by=request.user, at=timezone.now())
    except services.PaperRefusal as refused:
        messages.error(request, str(refused))
        return redirect("certificates:revocation", number)
    messages.success(request, f"{number} est retiré : sa page de vérification le dit dès maintenant.")
    return redirect("certificates:certificate", number)


@require_POST
def decline_revocation(request: SignedInRequest, number: str) -> HttpResponse:
    revocation = _requested(request, number)
    try:
        services.decline_revocation(revocation, by=request.user, at=timezone.now())
    except services.PaperRefusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Le retrait est écarté : {number} reste valide.")
    return redirect("certificates:revocation", number)


def _requested(request: SignedInRequest, number: str) -> Revocation:
    """The last request: decided a moment ago by somebody else, it is refused in words."""
    certificate = _administered(request, number)
    return get_object_or_404(certificate.revocations.order_by("-requested_at", "-pk")[:1])


@require_POST
def draw_again(request: SignedInRequest, number: str) -> HttpResponse:
    certificate = _administered(request, number)
    try:
        services.draw_again(certificate, by=request.user, at=timezone.now())
    except services.PaperRefusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Un nouvel essai commence : rechargez la page dans quelques secondes.")
    return redirect("certificates:certificate", number)


@require_POST
def send_link(request: SignedInRequest, number: str) -> HttpResponse:
    certificate = _administered(request, number)
    try:
        services.send_holder_link(certificate.candidate, by=request.user, at=timezone.now())
    except services.PaperRefusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, f"Un nouveau lien part à {certificate.candidate.email} ; les précédents ne servent plus."
        )
    return redirect("certificates:certificate", number)


@require_GET
def unreached(request: SignedInRequest) -> HttpResponse:
    """Holders who have no way to their documents yet."""
    require_admin(request)
    page = Paginator(out_of_reach(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "certificates/holders_unreached.html", {"page": page})
