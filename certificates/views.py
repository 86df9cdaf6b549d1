from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.requests import SignedInRequest
from blocks.models import Block
from blocks.sentences import sentence
from candidates.models import Enrolment

from . import keys, pipeline
from .dossier import dossier_of
from .forms import IssueForm, RegisterFilterForm, VerificationForm
from .models import PUBLIC, Certificate
from .papers import SignatoryMissing
from .permissions import may_issue, may_issue_to
from .services import CertificateRefused, issue_block_statement, issue_certificate

PAGE_SIZE = 50


@login_not_required
@require_safe
@never_cache
def verify_form(request: HttpRequest) -> HttpResponse:
    form = VerificationForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("certificates:verify", form.cleaned_data["number"], form.cleaned_data["key"])
    return render(request, "certificates/verify_form.html", {"form": form})


@login_not_required
@require_safe
@never_cache
def verify(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The paper's whole content and its present state; wrong and unknown get one and the same answer."""
    certificate = Certificate.objects.filter(
        number=number, key_hash=keys.hash_of(keys.as_typed(key)), state__in=PUBLIC
    ).first()
    response = render(
        request,
        "certificates/verified.html" if certificate else "certificates/unknown.html",
        {"certificate": certificate, "paper": certificate.context if certificate else None},
        status=200 if certificate else 404,
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
def register(request: SignedInRequest) -> HttpResponse:
    _require_admin(request)
    form = RegisterFilterForm(request.GET)
    certificates = (
        form.filter(Certificate.objects.visible_to(request.user))
        .select_related("candidate", "catalogue_block")
        .order_by("-issued_at", "-pk")
    )
    page = Paginator(certificates, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "certificates/register.html", {"form": form, "page": page})


def to_issue(request: SignedInRequest) -> HttpResponse:
    """Everybody who holds all it takes: one click for those selected, each judged again in its own transaction."""
    _require_admin(request)
    if request.method == "POST":
        return _issue_selected(request)
    page = Paginator(pipeline.to_issue(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "certificates/to_issue.html", {"page": page})


def _issue_selected(request: SignedInRequest) -> HttpResponse:
    references = request.POST.getlist("enrolment")
    issued = []
    for enrolment in pipeline.to_issue().filter(reference__in=references):
        try:
            issued.append(issue_certificate(enrolment, by=request.user, at=timezone.now()).number)
        except CertificateRefused as refusal:
            messages.error(request, f"{enrolment.reference} : {_in_words(refusal)}")
        except SignatoryMissing as refusal:
            messages.error(request, f"{enrolment.reference} : {refusal}")
    if issued:
        messages.success(request, f"Numéros pris : {', '.join(issued)}. Les documents se dessinent.")
    return redirect("certificates:to_issue")


@require_GET
def certificate(request: SignedInRequest, number: str) -> HttpResponse:
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related(
            "candidate", "enrolment", "registration", "issued_by", "catalogue_block"
        ),
        number=number,
    )
    context = {"certificate": certificate, "paper": certificate.context, "may_issue": may_issue(request.user)}
    return render(request, "certificates/certificate.html", context)


@require_GET
def paper(request: SignedInRequest, number: str) -> HttpResponse:
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related("file"), number=number, state__in=PUBLIC
    )
    _require_admin(request)
    response = HttpResponse(bytes(certificate.file.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{certificate.number}.pdf"'
    return response


@require_GET
def dossier(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = _administered_enrolment(request, reference)
    return _render_dossier(request, enrolment, IssueForm())


@require_POST
def issue(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = _administered_enrolment(request, reference)
    form = IssueForm(request.POST)
    form.full_clean()
    try:
        issued = issue_certificate(
            enrolment, by=request.user, at=timezone.now(), confirmed_reason=form.cleaned_data["confirmed_reason"]
        )
    except CertificateRefused as refusal:
        form.add_error("confirmed_reason" if form.cleaned_data["confirmed_reason"] else None, _in_words(refusal))
        return _render_dossier(request, enrolment, form, status=409)
    except SignatoryMissing as refusal:
        form.add_error(None, str(refusal))
        return _render_dossier(request, enrolment, form, status=409)
    return redirect("certificates:certificate", issued.number)


@require_POST
def issue_statement(request: SignedInRequest, reference: str, code: str) -> HttpResponse:
    enrolment = _administered_enrolment(request, reference)
    block = get_object_or_404(Block, version=enrolment.version, code=code)
    try:
        issued = issue_block_statement(enrolment, block, by=request.user, at=timezone.now())
    except (CertificateRefused, SignatoryMissing) as refusal:
        messages.error(request, _in_words(refusal) if isinstance(refusal, CertificateRefused) else str(refusal))
        return redirect("certificates:dossier", enrolment.reference)
    return redirect("certificates:certificate", issued.number)


def _require_admin(request: SignedInRequest) -> None:
    if not may_issue(request.user):
        raise PermissionDenied


def _administered_enrolment(request: SignedInRequest, reference: str) -> Enrolment:
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


def _render_dossier(request: SignedInRequest, enrolment: Enrolment, form: IssueForm, status: int = 200) -> HttpResponse:
    context = {"dossier": dossier_of(enrolment, on=timezone.localdate()), "enrolment": enrolment, "form": form}
    return render(request, "certificates/dossier.html", context, status=status)


def _in_words(refusal: CertificateRefused) -> str:
    return " ".join(sentence(check) for check in refusal.reasons)
