"""The register of what was issued, for the secretariat, and each paper in it."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from blocks.models import Certification

from ..after import aftermath_of
from ..enums import Document, PaperKind
from ..exports import EXPORTS
from ..forms import RegisterFilterForm
from ..holders_list import holders_of, years_of
from ..models import PUBLIC, Certificate, CertificateFile, CertificateQuerySet, FileRefusal
from ..permissions import may_issue
from ..register import standing_of
from ..register_files import files_of, known_by
from ..register_reading import acts_on, anomalies_among, examine, signed_states
from ..services import register_export
from .access import require_admin

PAGE_SIZE = 50


@require_GET
def register(request: SignedInRequest) -> HttpResponse:
    require_admin(request)
    form = RegisterFilterForm(request.GET)
    found = _found(request, form)
    examined = examine(found) if form.wants_anomalies else None
    page = Paginator(examined.anomalies if examined else found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "examined": examined,
        "anomalies": anomalies_among(list(page.object_list)),
        "exports": EXPORTS,
    }
    return render(request, "certificates/register.html", context)


def _found(request: SignedInRequest, form: RegisterFilterForm) -> CertificateQuerySet:
    certificates = Certificate.objects.visible_to(request.user)
    return form.filter(certificates.select_related("candidate", "catalogue_block", "replaces"))


@require_POST
def export(request: SignedInRequest) -> StreamingHttpResponse:
    """The register, or what the address narrows it to, written as it is read: a hundred thousand papers fit."""
    require_admin(request)
    chosen = EXPORTS.get(request.POST.get("format", ""))
    if chosen is None:
        raise Http404
    form = RegisterFilterForm(request.GET)
    found = _found(request, form)
    at = timezone.now()
    register_export(
        chosen.extension, papers=found.count(), narrowed_by=set(form.asked) - {"sort"}, by=request.user, at=at
    )
    response = StreamingHttpResponse(chosen.lines(found), content_type=chosen.content_type)
    name = f"registre-{timezone.localdate(at).isoformat()}.{chosen.extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def holders(request: SignedInRequest) -> HttpResponse:
    """The permanent list, a year at a time: what is printed and kept."""
    require_admin(request)
    certifications = list(Certification.objects.order_by("pk"))
    wanted = request.GET.get("certification")
    certification = next((each for each in certifications if str(each.pk) == wanted), next(iter(certifications), None))
    years = years_of(certification) if certification else []
    asked = next((each for each in years if str(each.year) == request.GET.get("year")), years[0] if years else None)
    context = {
        "certification": certification,
        "certifications": certifications,
        "years": years,
        "listed": asked,
        "export_query": urlencode({"kind": PaperKind.CERTIFICATE, "sort": "number"}),
        "holders": holders_of(certification, asked.year) if certification and asked else (),
        "exports": EXPORTS,
    }
    return render(request, "certificates/holders_list.html", context)


@require_GET
def certificate(request: SignedInRequest, number: str) -> HttpResponse:
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related(
            "candidate", "enrolment", "registration", "issued_by", "catalogue_block", "replaces", "replaced_by"
        ),
        number=number,
    )
    is_admin = may_issue(request.user)
    files = files_of([certificate]) if is_admin else []
    refusals = list(FileRefusal.objects.standing().filter(certificate=certificate)) if is_admin else []
    context = {
        "certificate": certificate,
        "paper": certificate.context,
        "may_issue": is_admin,
        "aftermath": aftermath_of(certificate) if is_admin else None,
        "standing": standing_of(certificate) if is_admin and certificate.is_public else None,
        "signed_states": signed_states(certificate) if is_admin else (),
        "acts": acts_on(certificate) if is_admin else (),
        "file": CertificateFile.objects.filter(certificate=certificate).defer("content").first(),
        "signed_files": files,
        "unsigned_files": [file for file in files if not file.holds],
        "file_refusals": refusals,
        "may_draw_again": is_admin and bool(certificate.last_error or refusals),
        "has_supplement": any(file.document == Document.SUPPLEMENT and file.holds for file in files),
    }
    return render(request, "certificates/certificate.html", context)


@require_GET
def paper(request: SignedInRequest, number: str) -> HttpResponse:
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related("file"), number=number, state__in=PUBLIC
    )
    require_admin(request)
    return _inline(certificate.file.content, f"{certificate.number}.pdf")


@require_GET
def supplement(request: SignedInRequest, number: str) -> HttpResponse:
    """The annex of a certificate, once a worker has drawn it and the register vouches for it."""
    certificates = Certificate.objects.visible_to(request.user).filter(supplement__isnull=False, state__in=PUBLIC)
    certificate = get_object_or_404(certificates.select_related("supplement"), number=number)
    require_admin(request)
    if not known_by(certificate, certificate.supplement.sha256):
        raise Http404
    return _inline(certificate.supplement.content, f"{certificate.number}-supplement.pdf")


def _inline(content: bytes | memoryview, name: str) -> HttpResponse:
    response = HttpResponse(bytes(content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
