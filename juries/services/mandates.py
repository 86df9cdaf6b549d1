"""Who may sit: the mandates that the colleges give, and their end."""

from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from blocks.enums import CollegeCode
from correspondence.services import post
from journal.services import record
from organisations.models import Company, TrainingOrganisation

from ..models import MANDATE_MAIL, JuryMember, JurySession
from .refusals import (
    AccountClosed,
    MandateEnded,
    MandateOverlaps,
    MandatePeriodInverted,
    MemberSeated,
    TrainingOrganisationMisplaced,
)


@transaction.atomic(durable=True)
def mandate(
    *,
    email: str,
    first_name: str,
    last_name: str,
    college: CollegeCode,
    body: str,
    company: Company | None = None,
    training_organisation: TrainingOrganisation | None = None,
    starts_on: date,
    ends_on: date | None = None,
    by: User,
    at: datetime,
) -> JuryMember:
    """Record that a college mandates somebody. An address without an account gets one; another's keeps its name.

    Whoever has no password yet is told how to choose it, by a mail that waits in the outbox.
    """
    member = JuryMember(
        college=college,
        body=body,
        company=company,
        training_organisation=training_organisation,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _check_terms(member)
    member.user, is_opened = _lock_or_open_account(email, first_name, last_name)
    _check_person(member)
    member.save(force_insert=True)
    _note_mandate(member, is_opened=is_opened, by=by, at=at)
    if not member.user.has_usable_password():
        _tell(member, at)
    return member


def _tell(member: JuryMember, at: datetime) -> None:
    post(
        MANDATE_MAIL,
        key=f"{MANDATE_MAIL}:{member.pk}",
        to=member.user.email,
        about=member.subject,
        at=at,
        facts={"member": member.pk},
    )


def _check_terms(member: JuryMember) -> None:
    if member.ends_on and member.ends_on < member.starts_on:
        raise MandatePeriodInverted
    if (member.training_organisation is not None) != (member.college == CollegeCode.TRAINING):
        raise TrainingOrganisationMisplaced


def _lock_or_open_account(email: str, first_name: str, last_name: str) -> tuple[User, bool]:
    """Locked, so that two mandates of one person are judged one after the other."""
    email = email.strip().lower()
    return User.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        email__iexact=email,
        defaults={
            "email": email,
            "first_name": first_name,
            "last_name": last_name,
            "password": make_password(None),  # unusable until one is chosen
        },
    )


def _check_person(member: JuryMember) -> None:
    if not member.user.is_active:
        raise AccountClosed
    others = JuryMember.objects.filter(user=member.user).overlapping(member.starts_on, member.ends_on)
    if other := others.order_by("starts_on").first():
        raise MandateOverlaps(details=[f"collège « {other.get_college_display()} », {other.period}."])


def _note_mandate(member: JuryMember, *, is_opened: bool, by: User, at: datetime) -> None:
    """Without the body that mandates: to tell of which union somebody is would be personal."""
    company, organisation = member.company, member.training_organisation
    after = {
        "account": member.user.reference,
        "account_opened": is_opened,
        "college": member.college,
        "company": company.reference if company else None,
        "training_organisation": organisation.reference if organisation else None,
        "starts_on": member.starts_on,
        "ends_on": member.ends_on,
    }
    record("jury_member.mandated", subject=member.subject, actor=by.reference, at=at, after=after)


@transaction.atomic(durable=True)
def end_mandate(member: JuryMember, *, on: date, by: User, at: datetime) -> JuryMember:
    """`on` is its last day. Not before a session where the member has a seat: whoever sits is mandated that day."""
    member = JuryMember.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    if on < member.starts_on:
        raise MandatePeriodInverted
    if member.ends_on and member.ends_on <= on:
        raise MandateEnded
    if references := _sessions_after(member, on):
        raise MemberSeated(details=[f"{', '.join(references)}."])
    before, member.ends_on = member.ends_on, on
    member.save(update_fields=["ends_on"])
    record(
        "jury_member.mandate_ended",
        subject=member.subject,
        actor=by.reference,
        at=at,
        before={"ends_on": before},
        after={"ends_on": on},
    )
    return member


def _sessions_after(member: JuryMember, on: date) -> list[str]:
    seated = Q(seats__member=member) | Q(seats__substitute=member)
    sessions = JurySession.objects.filter(seated, held_on__gt=on).order_by("held_on", "pk")
    return list(sessions.values_list("reference", flat=True))
