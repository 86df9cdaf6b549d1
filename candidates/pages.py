"""What the pages of this app do alike: read what was posted, call one service, explain its refusal in the form."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import SignedInRequest
from blocks.sentences import sentence
from rulebook.verdict import CheckCode

from . import services
from .declaration import to_complete
from .models import Enrolment

Made = TypeVar("Made")

# Beside which field of the form a failing check is shown; elsewhere at its head.
CHECK_FIELDS: Mapping[CheckCode, str] = {
    CheckCode.ENROLMENT_ROUTE: "route",
    CheckCode.ENROLMENT_ACCREDITATION: "training_organisation",
    CheckCode.ENROLMENT_BLOCKS: "options",
    CheckCode.ENTRY_TITLE: "entered_on",
    CheckCode.OPTIONS_COUNT: "options",
    CheckCode.OPTIONS_DISTINCT: "options",
    CheckCode.OPTIONS_OFFERED: "options",
    CheckCode.OPTIONS_UNDECIDED: "options",
}
REFUSAL_FIELDS: Mapping[type[services.Refusal], str] = {
    services.AcquisitionInFuture: "acquired_on",
    services.BlockAlreadyHeld: "block",
    services.CohortNameTaken: "name",
    services.CohortOutside: "cohort",
    services.DecisionOutOfTime: "decided_on",
    services.EvidenceMissing: "evidence",
    services.OptionEngaged: "options",
    services.ReasonMissing: "reason",
    services.ReferentOutsideCompany: "followed_by",
    services.RequestOutOfTime: "complete_on",
    services.WithdrawalOutOfTime: "withdrawn_on",
}


def posted(request: SignedInRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def require(allowed: bool) -> None:
    """403 to whoever may know of the page and lacks the right to it."""
    if not allowed:
        raise PermissionDenied


def attempt(
    request: SignedInRequest, form: BaseForm, service: Callable[..., Made], *args: Any, **facts: Any
) -> Made | None:
    """Call one service on what the form holds; a refusal is explained in the form, and nothing was made."""
    try:
        return service(*args, **facts, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        _explain(form, refusal)
        return None


def decide(
    request: SignedInRequest, form: BaseForm, service: Callable[..., object], *args: Any, said: str, **facts: Any
) -> bool:
    """The same, for what is told in a sentence and needs nothing more of what was made."""
    if attempt(request, form, service, *args, **facts) is None:
        return False
    messages.success(request, said)
    return True


def _explain(form: BaseForm, refusal: services.Refusal) -> None:
    """Put each reason beside the field it is about, and what was typed stays."""
    if not isinstance(refusal, services.RefusedByRules):
        _add(form, REFUSAL_FIELDS.get(type(refusal)), refusal.message)
        return
    for reason in refusal.reasons:
        _add(form, CHECK_FIELDS.get(reason.code), sentence(reason))


def _add(form: BaseForm, field: str | None, message: str) -> None:
    form.add_error(field if field in form.fields else None, message)


def say_to_complete(request: SignedInRequest, enrolment: Enrolment) -> None:
    """What the declaration to the CDC will lack, to whoever goes on to the next. It bars nothing."""
    if missing := to_complete(enrolment):
        said = "Inscription faite. À compléter avant la déclaration à la Caisse des Dépôts : "
        messages.warning(request, f"{said}{' ; '.join(item.sentence for item in missing)}.")


def render_form(request: SignedInRequest, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    _focus(form)
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)


def _focus(form: BaseForm) -> None:
    """Typing starts at the first field, or at the first that needs correcting."""
    names = [name for name in form.fields if name in form.errors] or list(form.fields)
    form.fields[names[0]].widget.attrs["autofocus"] = True
