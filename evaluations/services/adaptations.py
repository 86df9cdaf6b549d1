"""Adapted exams: asking for adjustments, granting them or not. The journal keeps references and states alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocks.enums import ChannelCode
from blocks.models import Channel
from candidates.models import Enrolment
from candidates.permissions import may_follow
from correspondence.services import post
from documents.uploads import StoredFile
from journal.services import record
from organisations.enums import Role
from organisations.models import Membership
from organisations.permissions import access_of

from ..enums import AdaptationState, Adjustment
from ..models import AdaptationAdjustment, AdaptationEvidence, AdaptationRequest
from ..permissions import assigned_assessor_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """One adjustment, and the channels for which it is asked or granted."""

    adjustment: Adjustment
    channels: frozenset[ChannelCode]
    detail: str = ""


class AdaptationRefusal(Exception):
    """Nothing was written; `sentence` tells why."""

    sentence = ""


class NotTheirsToAsk(AdaptationRefusal):
    sentence = "Seuls l’organisme de formation du candidat et le secrétariat demandent un aménagement."


class NotTheirsToDecide(AdaptationRefusal):
    sentence = "Seul le secrétariat décide des aménagements."


class CandidateHasLeft(AdaptationRefusal):
    sentence = "Le candidat a abandonné : plus aucune épreuve n’est à aménager."


class NothingAsked(AdaptationRefusal):
    sentence = "Cochez au moins un aménagement, pour une voie d’évaluation au moins."


class ChannelOutOfPlan(AdaptationRefusal):
    sentence = "La voie d’accès du candidat ne passe pas par cette voie d’évaluation."


class NeedMissing(AdaptationRefusal):
    sentence = "Dites ce qui gêne le candidat pendant l’épreuve."


class AlreadyDecided(AdaptationRefusal):
    sentence = "Cette demande n’attend plus de décision : elle vient d’être décidée ou remplacée."


class ReasonMissing(AdaptationRefusal):
    sentence = "Donnez le motif : tout ce qui est demandé n’est pas accordé."


@transaction.atomic(durable=True)
def request_adaptation(
    enrolment: Enrolment,
    need: str,
    asked: Iterable[Wanted],
    *,
    evidence: StoredFile | None = None,
    by: User,
    at: datetime,
) -> AdaptationRequest:
    """Ask that a candidate's exams be adapted. A request still to be decided is replaced by this one."""
    locked = _lock(enrolment)
    access = access_of(by, on=timezone.localdate(at))
    if not may_follow(access, locked):
        raise NotTheirsToAsk
    if locked.withdrawn_on is not None:
        raise CandidateHasLeft
    if not need.strip():
        raise NeedMissing
    _replace_pending(locked, by=by, at=at)
    is_own = locked.training_organisation_id in access.training_organisation_ids
    request = AdaptationRequest.objects.create(
        enrolment=locked,
        requested_for=locked.training_organisation if is_own else None,
        need=need.strip(),
        requested_by=by,
        requested_at=at,
    )
    if not _write_adjustments(request, asked, is_granted=False):
        raise NothingAsked
    if evidence:
        _keep_evidence(request, evidence, by=by, at=at)
    _record("adaptation.requested", request, by=by, at=at, after=AdaptationState.PENDING)
    return request


@transaction.atomic(durable=True)
def grant_adaptation(
    request: AdaptationRequest, granted: Iterable[Wanted], *, reason: str = "", by: User, at: datetime
) -> AdaptationRequest:
    """Grant these adjustments, which replace whatever was granted before. Less than was asked has its reason."""
    locked = _lock_pending(request, by=by, at=at)
    if not _write_adjustments(locked, granted, is_granted=True):
        raise NothingAsked
    if not reason.strip() and _lacks(locked):
        raise ReasonMissing
    _decide(locked, AdaptationState.GRANTED, reason, by=by, at=at)
    _tell_evaluators(locked, at=at)
    return locked


@transaction.atomic(durable=True)
def refuse_adaptation(request: AdaptationRequest, *, reason: str, by: User, at: datetime) -> AdaptationRequest:
    """What was granted before still holds."""
    locked = _lock_pending(request, by=by, at=at)
    if not reason.strip():
        raise ReasonMissing
    _decide(locked, AdaptationState.REFUSED, reason, by=by, at=at)
    return locked


def _lock(enrolment: Enrolment) -> Enrolment:
    """Two requests for one candidate wait here for one another, and a decision for both."""
    return (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("route", "panel_assignment", "referent", "training_organisation")
        .get(pk=enrolment.pk)
    )


def _lock_pending(request: AdaptationRequest, *, by: User, at: datetime) -> AdaptationRequest:
    if not access_of(by, on=timezone.localdate(at)).is_admin:
        raise NotTheirsToDecide
    enrolment = _lock(request.enrolment)
    locked = AdaptationRequest.objects.select_related("requested_by").get(pk=request.pk)
    locked.enrolment = enrolment
    if not locked.is_pending:
        raise AlreadyDecided
    if enrolment.withdrawn_on is not None:
        raise CandidateHasLeft
    return locked


def _replace_pending(enrolment: Enrolment, *, by: User, at: datetime) -> None:
    pending = enrolment.adaptation_requests.filter(state=AdaptationState.PENDING).first()
    if pending is None:
        return
    pending.state, pending.replaced_at = AdaptationState.REPLACED, at
    pending.save(update_fields=["state", "replaced_at"])
    _record(
        "adaptation.replaced",
        pending,
        by=by,
        at=at,
        before=AdaptationState.PENDING,
        after=AdaptationState.REPLACED,
    )


def _write_adjustments(request: AdaptationRequest, wanted: Iterable[Wanted], *, is_granted: bool) -> int:
    plan = {channel.code: channel for channel in Channel.objects.filter(routes=request.enrolment.route)}
    written = 0
    for row in wanted:
        if not row.channels:
            continue
        if not row.channels <= plan.keys():
            raise ChannelOutOfPlan
        adjustment = AdaptationAdjustment.objects.create(
            request=request, adjustment=row.adjustment, detail=row.detail.strip(), is_granted=is_granted
        )
        adjustment.channels.set([plan[code] for code in row.channels])
        written += 1
    return written


def _lacks(request: AdaptationRequest) -> bool:
    """Whether something that was asked for is not granted."""
    links = AdaptationAdjustment.channels.through.objects.filter(adaptationadjustment__request=request)
    rows = links.values_list("adaptationadjustment__is_granted", "adaptationadjustment__adjustment", "channel__code")
    asked: set[tuple[str, str]] = set()
    granted: set[tuple[str, str]] = set()
    for is_granted, adjustment, channel in rows:
        (granted if is_granted else asked).add((adjustment, channel))
    return not asked <= granted


def _keep_evidence(request: AdaptationRequest, file: StoredFile, *, by: User, at: datetime) -> None:
    AdaptationEvidence.objects.create(
        request=request,
        stored_name=file.stored_name,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_by=by,
        uploaded_at=at,
    )


def _decide(request: AdaptationRequest, state: AdaptationState, reason: str, *, by: User, at: datetime) -> None:
    request.state, request.decision_reason = state, reason.strip()
    request.decided_by, request.decided_at = by, at
    request.save(update_fields=["state", "decision_reason", "decided_by", "decided_at"])
    _record("adaptation.decided", request, by=by, at=at, before=AdaptationState.PENDING, after=state)
    post(
        "evaluations.adaptation_decided",
        key=f"{request.subject}:decided",
        to=request.requested_by.email,
        about=request.subject,
        at=at,
    )


def _tell_evaluators(request: AdaptationRequest, *, at: datetime) -> None:
    """Those who enter a channel for which something is granted, but for who asked: they hear of the decision."""
    channels = Channel.objects.filter(
        pk__in=AdaptationAdjustment.channels.through.objects.filter(
            adaptationadjustment__request=request, adaptationadjustment__is_granted=True
        ).values("channel")
    )
    for channel in channels.order_by("position", "pk"):
        for user in _evaluators(request.enrolment, ChannelCode(channel.code), at=at):
            if user.pk != request.requested_by_id:
                post(
                    "evaluations.adjustments_granted",
                    key=f"{request.subject}:granted:{channel.code}:{user.reference}",
                    to=user.email,
                    about=request.subject,
                    at=at,
                    facts={"channel": channel.code, "user": user.pk},
                )


def _evaluators(enrolment: Enrolment, channel: ChannelCode, *, at: datetime) -> list[User]:
    if channel == ChannelCode.COMPANY:
        people = User.objects.filter(pk__in=[enrolment.referent_id])
    elif channel == ChannelCode.PANEL:
        people = User.objects.filter(pk__in=[assigned_assessor_id(enrolment)])
    else:
        members = Membership.objects.in_force(timezone.localdate(at)).filter(
            role=Role.TRAINING_MEMBER, training_organisation=enrolment.training_organisation_id
        )
        people = User.objects.filter(pk__in=members.values("user"))
    return list(people.filter(is_active=True).order_by("pk"))


def _record(
    action: str,
    request: AdaptationRequest,
    *,
    by: User,
    at: datetime,
    before: AdaptationState | None = None,
    after: AdaptationState,
) -> None:
    organisation = request.requested_for_id
    asks = action != "adaptation.decided"
    record(
        action,
        subject=request.subject,
        actor=by.reference,
        at=at,
        on_behalf_of=f"training_organisation:{organisation}" if organisation and asks else "",
        before={"state": before} if before else None,
        after={"state": after},
    )
