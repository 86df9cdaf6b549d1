"""The declarations to the CDC: what is to be declared, the files, what was answered."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest

from ..cdc.facts import complement_of, exam_of, with_declaration
from ..cdc.messages import explanation_of
from ..cdc.reports import MAX_BYTES, ReportUnreadable
from ..cdc.waiting import due_on, waiting
from ..enums import FlowState, PassageState
from ..forms import ComplementForm, DepositForm, FlowRefusalForm, SharedComplementForm
from ..models import CdcFlow, Certificate
from ..services.cdc import complete_declarations, import_report, make_flow, mark_deposited, refuse_flow
from ..services.refusals import PaperRefusal
from .access import require_admin

PAGE_SIZE = 100


def to_declare(request: SignedInRequest) -> HttpResponse:
    """What is to be declared and what stands in the way; a file of those chosen, or of all that are ready."""
    require_admin(request)
    if request.method == "POST":
        return _make_flow(request)
    return _render_to_declare(request, SharedComplementForm())


def _make_flow(request: SignedInRequest) -> HttpResponse:
    numbers = request.POST.getlist("certificate")
    if "all" in request.POST:
        numbers = [line.certificate.number for line in waiting(timezone.localdate()).ready]
    try:
        flow = make_flow(numbers, by=request.user, at=timezone.now())
    except PaperRefusal as refusal:
        messages.error(request, refusal.message)
        return redirect("certificates:cdc_to_declare")
    messages.success(
        request, "Le fichier est prêt : téléchargez-le, puis déposez-le sur le portail des certificateurs."
    )
    return redirect("certificates:cdc_flow", flow.pk)


def _render_to_declare(request: SignedInRequest, form: SharedComplementForm, status: int = 200) -> HttpResponse:
    found = waiting(timezone.localdate())
    show = request.GET.get("show", "")
    lines = {"ready": found.ready, "to_mend": found.to_mend}.get(show, found.lines)
    page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "waiting": found,
        "page": page,
        "show": show,
        "form": form,
        "chosen": request.POST.getlist("certificate"),
        "today": timezone.localdate(),
    }
    return render(request, "certificates/cdc_to_declare.html", context, status=status)


@require_POST
def complete(request: SignedInRequest) -> HttpResponse:
    """The same answers for several certificates."""
    require_admin(request)
    form = SharedComplementForm(request.POST)
    if not form.is_valid():
        return _render_to_declare(request, form, status=422)
    try:
        done = complete_declarations(request.POST.getlist("certificate"), form.said, by=request.user, at=timezone.now())
    except PaperRefusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Complété : {len(done)}.")
    return redirect("certificates:cdc_to_declare")


def complement(request: SignedInRequest, number: str) -> HttpResponse:
    require_admin(request)
    certificate = get_object_or_404(with_declaration(Certificate.objects.visible_to(request.user)), number=number)
    form = ComplementForm(
        request.POST or None,
        instance=complement_of(certificate),
        certificate=certificate,
        exam=exam_of(certificate),
    )
    if request.method == "POST" and form.is_valid():
        try:
            complete_declarations([number], form.cleaned_data, by=request.user, at=timezone.now())
        except PaperRefusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("certificates:cdc_to_declare")
    context = {"certificate": certificate, "form": form, "due_on": due_on(certificate)}
    return render(request, "certificates/cdc_complement.html", context, status=422 if form.errors else 200)


@require_GET
def flows(request: SignedInRequest) -> HttpResponse:
    require_admin(request)
    found = (
        CdcFlow.objects.visible_to(request.user)
        .defer("content", "report")
        .select_related("made_by")
        .annotate(
            total=Count("passages"),
            accepted=Count("passages", filter=Q(passages__state=PassageState.ACCEPTED)),
            rejected=Count("passages", filter=Q(passages__state=PassageState.REJECTED)),
        )
        .order_by("-made_at", "-pk")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "certificates/cdc_flows.html", {"page": page})


@require_GET
def flow(request: SignedInRequest, pk: int) -> HttpResponse:
    return _render_flow(request, _flow(request, pk), DepositForm(), FlowRefusalForm())


def _render_flow(
    request: SignedInRequest, flow: CdcFlow, deposit: DepositForm, refusal: FlowRefusalForm, status: int = 200
) -> HttpResponse:
    passages = flow.passages.select_related("certificate__candidate", "certificate__enrolment").order_by("pk")
    lines = [(passage, explanation_of(passage.message)) for passage in passages]
    states = {state: sum(passage.state == state for passage, _ in lines) for state in PassageState}
    context = {
        "flow": flow,
        "lines": lines,
        "rejected": states[PassageState.REJECTED],
        "accepted": states[PassageState.ACCEPTED],
        "deposit_form": deposit,
        "refusal_form": refusal,
        "is_awaited": flow.state in {FlowState.MADE, FlowState.DEPOSITED},
    }
    return render(request, "certificates/cdc_flow.html", context, status=status)


@require_GET
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file as it was made, byte for byte."""
    flow = _flow(request, pk)
    response = HttpResponse(bytes(flow.content), content_type="application/xml")
    day = timezone.localtime(flow.made_at).strftime("%Y%m%d")
    response["Content-Disposition"] = f'attachment; filename="cdc-{day}-{str(flow.identifier)[:8]}.xml"'
    return response


@require_POST
def deposit(request: SignedInRequest, pk: int) -> HttpResponse:
    flow = _flow(request, pk)
    form = DepositForm(request.POST)
    if form.is_valid():
        try:
            mark_deposited(flow, on=form.cleaned_data["deposited_on"], by=request.user, at=timezone.now())
        except PaperRefusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("certificates:cdc_flow", flow.pk)
    return _render_flow(request, flow, form, FlowRefusalForm(), status=409)


@require_POST
def refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    flow = _flow(request, pk)
    form = FlowRefusalForm(request.POST)
    if form.is_valid():
        try:
            refuse_flow(flow, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except PaperRefusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("certificates:cdc_flow", flow.pk)
    return _render_flow(request, flow, DepositForm(), form, status=409)


@require_POST
def report(request: SignedInRequest) -> HttpResponse:
    """A processing report: it says itself to which file it answers."""
    require_admin(request)
    received = request.FILES.get("report")
    if received is None:
        messages.error(request, "Choisissez le compte rendu de traitement, un fichier XML de moins de 5 Mo.")
        return redirect("certificates:cdc_flows")
    try:
        answered = import_report(received.read(MAX_BYTES + 1), by=request.user, at=timezone.now())
    except ReportUnreadable as refusal:
        messages.error(request, str(refusal))
    except PaperRefusal as refusal:
        messages.error(request, refusal.message)
    else:
        return redirect("certificates:cdc_flow", answered.pk)
    return redirect("certificates:cdc_flows")


def _flow(request: SignedInRequest, pk: int) -> CdcFlow:
    require_admin(request)
    return get_object_or_404(CdcFlow.objects.visible_to(request.user).select_related("made_by"), pk=pk)
