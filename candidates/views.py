from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from blocks.sentences import explanation
from organisations.models import Company
from organisations.permissions import access_of

from . import services
from .admissions import Admission, admissions
from .communes import suggestions
from .countries import FRANCE
from .declaration import to_complete
from .enums import AdmissibilityStage, EnrolmentState
from .facts import entry_verdict, option_codes
from .forms import (
    AcquiredBlockForm,
    CohortForm,
    DeadlinesForm,
    EnrolForm,
    EnrolmentFilterForm,
    FollowUpForm,
    IdentityForm,
    OptionsForm,
    WithdrawalForm,
)
from .models import AdmissibilityRequest, Candidate, Cohort, Enrolment
from .pages import attempt, decide, posted, render_form, require, say_to_complete
from .permissions import may_correct, may_decide_admissibility, may_enrol, may_follow, sees_contact
from .plan import plan_of
from .referent_access import access_to

PAGE_SIZE = 50
ADMITTED_SHOWN = 10


@require_safe
def enrolments(request: SignedInRequest) -> HttpResponse:
    access = access_of(request.user)
    form = EnrolmentFilterForm(request.GET, user=request.user)
    found = form.filtered().with_candidate().with_options().with_registration().in_alphabetical_order()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    tells_missing = form.cleaned_data.get("state") == EnrolmentState.TO_COMPLETE
    context = {
        "form": form,
        "page": page,
        "lines": [(enrolment, to_complete(enrolment) if tells_missing else []) for enrolment in page],
        "may_enrol": may_enrol(access),
        "shows_admissibility": may_decide_admissibility(access),
        "shows_organisation": "organisation" in form.fields,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "may_correct": may_correct(access),
    }
    return render(request, "candidates/list.html", context)


def enrol_candidate(request: SignedInRequest) -> HttpResponse:
    access = access_of(request.user)
    require(may_enrol(access))
    form = EnrolForm(
        posted(request),
        initial=_defaults(request),
        user=request.user,
        is_admin=access.is_admin,
        today=timezone.localdate(),
    )
    if form.is_valid() and (enrolment := attempt(request, form, services.enrol, form.identity, **form.enrolment)):
        messages.success(request, f"Dossier {enrolment.reference} : {enrolment.candidate}.")
        if "next" in request.POST:
            say_to_complete(request, enrolment)
            return redirect(f"{reverse('candidates:enrol')}?{urlencode(form.kept)}")
        return _then_referent(enrolment.reference, enrolment.company, enrolment.referent)
    shows_vae = may_decide_admissibility(access)
    admitted = _admitted(request) if shows_vae else []
    return render_form(request, "candidates/enrol.html", form, shows_vae=shows_vae, admitted=admitted)


def _then_referent(reference: str, company: Company | None, referent: User | None) -> HttpResponse:
    """A company without a referent: whoever chose it invites one now, or later."""
    return redirect("candidates:invite_referent" if company and not referent else "candidates:dossier", reference)


def _admitted(request: SignedInRequest) -> list[Admission]:
    """Those whom an enrolment by VAE may be made for, a handful at a time."""
    today = timezone.localdate()
    found = AdmissibilityRequest.objects.visible_to(request.user).in_stage(AdmissibilityStage.ADMISSIBLE, on=today)
    return admissions(found.with_candidate().most_urgent_first(on=today)[:ADMITTED_SHOWN], on=today)


def _defaults(request: SignedInRequest) -> dict[str, Any]:
    """What saves typing: kept from the enrolment just made, else from the last one this person made."""
    given = {name: request.GET[name] for name in EnrolForm.KEPT if name in request.GET}
    if given:
        return given
    last = (
        Enrolment.objects.visible_to(request.user)
        .filter(enrolled_by=request.user)
        .select_related("route")
        .order_by("-enrolled_at", "-pk")
        .first()
    )
    if last is None:
        return {}
    return {
        "route": last.route.code,
        "entered_on": last.entered_on,
        "training_organisation": last.training_organisation_id,
        "cohort": last.cohort_id,
    }


@require_safe
def communes(request: SignedInRequest) -> HttpResponse:
    """A fragment: the communes that what is typed of a place of birth may mean."""
    require(may_enrol(access_of(request.user)))
    is_french = request.GET.get("birth_country", FRANCE) == FRANCE
    found = suggestions(request.GET.get("birth_place", "")) if is_french else []
    return render(request, "candidates/parts/communes.html", {"communes": found})


@require_safe
def dossier(request: SignedInRequest, reference: str) -> HttpResponse:
    return _render_dossier(request, _enrolment_or_404(request, reference), WithdrawalForm())


def _render_dossier(
    request: SignedInRequest, enrolment: Enrolment, withdrawal_form: WithdrawalForm, *, status: int = 200
) -> HttpResponse:
    access = access_of(request.user)
    entry = entry_verdict(enrolment)
    context = {
        "enrolment": enrolment,
        "candidate": enrolment.candidate,
        "plan": plan_of(enrolment),
        "entry": entry.answer,
        "entry_explained": explanation(entry.check),
        "withdrawal_form": withdrawal_form,
        "may_follow": may_follow(access, enrolment),
        "may_correct": may_correct(access),
        "referent_access": access_to(enrolment, at=timezone.now()) if may_follow(access, enrolment) else None,
        "admission": AdmissibilityRequest.objects.filter(enrolment=enrolment).first(),
        "sees_contact": sees_contact(request.user, enrolment.candidate),
        "to_complete": to_complete(enrolment) if may_follow(access, enrolment) else [],
    }
    return render(request, "candidates/dossier.html", context, status=status)


def _enrolment_or_404(request: SignedInRequest, reference: str) -> Enrolment:
    visible = Enrolment.objects.visible_to(request.user).with_candidate()
    return get_object_or_404(visible, reference=reference)


def _followed_enrolment(request: SignedInRequest, reference: str) -> Enrolment:
    enrolment = _enrolment_or_404(request, reference)
    require(may_follow(access_of(request.user), enrolment))
    return enrolment


def _corrected_enrolment(request: SignedInRequest, reference: str) -> Enrolment:
    enrolment = _enrolment_or_404(request, reference)
    require(may_correct(access_of(request.user)))
    return enrolment


def options(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = _followed_enrolment(request, reference)
    form = OptionsForm(posted(request), version=enrolment.version, initial={"options": option_codes(enrolment)})
    if form.is_valid() and decide(
        request, form, services.change_options, enrolment, form.cleaned_data["options"], said="Options enregistrées."
    ):
        return redirect("candidates:dossier", reference)
    return render_form(request, "candidates/options.html", form, enrolment=enrolment)


def follow_up(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = _followed_enrolment(request, reference)
    form = FollowUpForm(posted(request), enrolment=enrolment, user=request.user, today=timezone.localdate())
    if form.is_valid() and decide(
        request, form, services.change_follow_up, enrolment, **form.follow_up, said="Suivi enregistré."
    ):
        return _then_referent(reference, form.follow_up["company"], form.follow_up["referent"])
    return render_form(request, "candidates/follow_up.html", form, enrolment=enrolment)


@require_POST
def withdrawal(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = _followed_enrolment(request, reference)
    form = WithdrawalForm(request.POST)
    if form.is_valid() and decide(
        request, form, services.withdraw, enrolment, on=form.cleaned_data["withdrawn_on"], said="Abandon enregistré."
    ):
        return redirect("candidates:dossier", reference)
    return _render_dossier(request, enrolment, form, status=422)


def acquired_block(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = _corrected_enrolment(request, reference)
    form = AcquiredBlockForm(posted(request), enrolment=enrolment)
    if form.is_valid() and decide(
        request,
        form,
        services.record_acquired_block,
        enrolment.candidate,
        form.cleaned_data["block"].catalogue_block,
        acquired_on=form.cleaned_data["acquired_on"],
        evidence=form.cleaned_data["evidence"],
        said=f"{form.cleaned_data['block'].code} est acquis.",
    ):
        return redirect("candidates:dossier", reference)
    return render_form(request, "candidates/acquired_block.html", form, enrolment=enrolment)


def identity(request: SignedInRequest, reference: str) -> HttpResponse:
    enrolment = _corrected_enrolment(request, reference)
    candidate = enrolment.candidate
    form = IdentityForm(posted(request), initial=_identity_of(candidate), today=timezone.localdate())
    if form.is_valid() and decide(
        request,
        form,
        services.correct_identity,
        candidate,
        form.identity,
        email=form.cleaned_data["email"],
        said="Identité corrigée. Les documents déjà délivrés ne changent pas.",
    ):
        return redirect("candidates:dossier", reference)
    return render_form(request, "candidates/identity.html", form, enrolment=enrolment)


def _identity_of(candidate: Candidate) -> dict[str, Any]:
    return asdict(candidate.identity) | {"email": candidate.email}


@require_safe
def cohorts(request: SignedInRequest) -> HttpResponse:
    require(may_enrol(access_of(request.user)))
    found = (
        Cohort.objects.visible_to(request.user)
        .select_related("training_organisation")
        .prefetch_related("deadlines__channel")
        .with_counts()
        .order_by("-starts_on", "name", "pk")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "candidates/cohorts.html", {"page": page})


def open_cohort(request: SignedInRequest) -> HttpResponse:
    access = access_of(request.user)
    require(may_enrol(access))
    form = CohortForm(posted(request), user=request.user, is_admin=access.is_admin)
    if form.is_valid() and decide(
        request, form, services.create_cohort, **form.cohort, said=f"Promotion « {form.cleaned_data['name']} » ouverte."
    ):
        return redirect("candidates:cohorts")
    return render_form(request, "candidates/open_cohort.html", form)


def deadlines(request: SignedInRequest, pk: int) -> HttpResponse:
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).prefetch_related("deadlines__channel"), pk=pk)
    form = DeadlinesForm(posted(request), cohort=cohort)
    if form.is_valid() and decide(
        request,
        form,
        services.change_deadlines,
        cohort,
        form.deadlines,
        exam_postcode=form.cleaned_data["exam_postcode"],
        said="Échéances enregistrées.",
    ):
        return redirect("candidates:cohorts")
    return render_form(request, "candidates/deadlines.html", form, cohort=cohort)
