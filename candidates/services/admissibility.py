"""Requests to be admitted to VAE: received, complete, decided. Silence is nobody's gesture: it is read, not written."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocks.enums import RouteCode
from blocks.french import day
from blocks.services import mark_in_use
from correspondence.services import post
from journal.services import record

from ..enums import AdmissibilityDecision
from ..facts import admissibility_verdict, reply_rule, version_for
from ..identity import Identity
from ..models import AdmissibilityRequest, Candidate, Enrolment
from .refusals import (
    AdmissibilityMissing,
    AdmissibilityNotGranted,
    AlreadyAnswered,
    AlreadyComplete,
    DecisionOutOfTime,
    EntryNotAdmission,
    NotComplete,
    ReasonMissing,
    RequestOutOfTime,
    RequestUnderWay,
    VaeClosed,
)
from .steps import candidate_of

MORNING = time(8)  # when a mail that waits for a day leaves


@transaction.atomic(durable=True)
def record_admissibility_request(
    identity: Identity,
    *,
    received_on: date,
    complete_on: date | None = None,
    email: str = "",
    by: User,
    at: datetime,
) -> AdmissibilityRequest:
    """Record that somebody asks to be admitted to VAE, found again by exact identity as an enrolment finds them.

    With `complete_on` the clock runs from that day. Freezes the version that says for how long.
    """
    today = timezone.localdate(at)
    if not received_on <= (complete_on or received_on) <= today:
        raise RequestOutOfTime
    version = version_for(received_on)
    if not version.routes.filter(code=RouteCode.VAE, is_open=True).exists():
        raise VaeClosed
    candidate = candidate_of(identity, email)
    if candidate.admissibility_requests.live().filter(version=version).exists():
        raise RequestUnderWay
    mark_in_use(version, at=at)
    request = AdmissibilityRequest.objects.create(
        candidate=candidate, version=version, received_on=received_on, recorded_by=by, recorded_at=at
    )
    record(
        "admissibility.recorded",
        subject=request.subject,
        actor=by.reference,
        at=at,
        after={"candidate": candidate.reference, "version": version.label, "received_on": received_on},
    )
    if complete_on:
        _start_clock(request, complete_on, by=by, at=at)
    return request


@transaction.atomic(durable=True)
def mark_complete(request: AdmissibilityRequest, *, on: date, by: User, at: datetime) -> AdmissibilityRequest:
    """The last piece has come: the months of the reply are counted from that day, which never changes afterwards."""
    request = _locked(request)
    if request.complete_on:
        raise AlreadyComplete
    if not request.received_on <= on <= timezone.localdate(at):
        raise RequestOutOfTime
    _start_clock(request, on, by=by, at=at)
    return request


def _start_clock(request: AdmissibilityRequest, on: date, *, by: User, at: datetime) -> None:
    request.complete_on = on
    request.reply_due_on = reply_rule(request.version).deadline(on)
    request.save(update_fields=["complete_on", "reply_due_on"])
    record(
        "admissibility.complete",
        subject=request.subject,
        actor=by.reference,
        at=at,
        after={"complete_on": on, "reply_due_on": request.reply_due_on},
    )
    _tell(request, "complete", at=at)
    accepted_at = datetime.combine(request.reply_due_on + timedelta(days=1), MORNING, timezone.get_default_timezone())
    _tell(request, "silence", at=at, send_after=max(accepted_at, at))


@transaction.atomic(durable=True)
def decide_admissibility(
    request: AdmissibilityRequest,
    decision: AdmissibilityDecision | str,
    *,
    on: date,
    reason: str = "",
    by: User,
    at: datetime,
) -> AdmissibilityRequest:
    """Answer the request, once, within the months that the law gives: what the silence has accepted stays accepted.

    `on` is the day of the decision, which may be recorded some days later; an admissible request counts from it.
    """
    request = _locked(request)
    if request.complete_on is None:
        raise NotComplete
    _check_unanswered(request)
    if not request.complete_on <= on <= timezone.localdate(at):
        raise DecisionOutOfTime
    accepted_on = admissibility_verdict(request, on=on).answer.admitted_on
    if accepted_on:
        message = f"Le silence a accepté cette demande le {day(accepted_on)} : il reste à inscrire le candidat."
        raise AlreadyAnswered(message)
    reason = reason.strip()
    if decision == AdmissibilityDecision.INADMISSIBLE and not reason:
        raise ReasonMissing
    request.decision, request.decided_on, request.reason = AdmissibilityDecision(decision), on, reason
    request.decided_by, request.decided_at = by, at
    request.save(update_fields=["decision", "decided_on", "reason", "decided_by", "decided_at"])
    record(
        "admissibility.decided",
        subject=request.subject,
        actor=by.reference,
        at=at,
        after={"decision": request.decision, "decided_on": on, "reply_due_on": request.reply_due_on},
    )
    _tell(request, "decided", at=at)
    return request


def _check_unanswered(request: AdmissibilityRequest) -> None:
    if request.decision and request.decided_on:
        raise AlreadyAnswered(f"Cette demande est décidée depuis le {day(request.decided_on)}.")
    if request.admitted_on:
        raise AlreadyAnswered(f"Le silence a accepté cette demande : l’inscription part du {day(request.admitted_on)}.")


def _tell(request: AdmissibilityRequest, event: str, *, at: datetime, send_after: datetime | None = None) -> None:
    """By mail, where an address is known. The row holds nothing of the answer, which is read when the mail leaves."""
    if request.candidate.email:
        post(
            f"candidates.admissibility_{event}",
            key=f"{request.subject}:{event}",
            to=request.candidate.email,
            about=request.subject,
            at=at,
            facts={"request": request.pk},
            send_after=send_after,
        )


def _locked(request: AdmissibilityRequest) -> AdmissibilityRequest:
    rows = AdmissibilityRequest.objects.select_for_update(of=("self",)).select_related("candidate", "version")
    return rows.get(pk=request.pk)


# Steps of enrolling, inside its transaction


def locked_admission(
    request: AdmissibilityRequest | None, candidate: Candidate, *, entered_on: date, at: datetime
) -> AdmissibilityRequest:
    """The admitted request that an enrolment by VAE rests on, or the reason why there is none."""
    if request is None:
        raise AdmissibilityMissing
    request = _locked(request)
    if request.candidate_id != candidate.pk or request.enrolment_id is not None:
        raise AdmissibilityMissing
    verdict = admissibility_verdict(request, on=timezone.localdate(at))
    admitted_on = verdict.answer.admitted_on
    if admitted_on is None:
        raise AdmissibilityNotGranted(verdict.reasons)
    if entered_on != admitted_on:
        raise EntryNotAdmission(admitted_on)
    request.admitted_on = admitted_on
    return request


def use_admission(request: AdmissibilityRequest, enrolment: Enrolment) -> None:
    """Freeze what the request gave: silence, if it was that, is written here and nowhere else."""
    request.enrolment = enrolment
    request.save(update_fields=["enrolment", "admitted_on"])
