"""A referent's way in: invited, let in by a link and a code, shown out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from correspondence.services import post
from journal.services import record
from organisations.enums import Role
from organisations.models import Company, Membership

from ..models import CODE_TRIES, Enrolment, EnrolmentQuerySet, ReferentCode, ReferentLink
from ..ways_in import is_right, mail_key
from .refusals import Refusal

ASK_AGAIN_AFTER = timedelta(minutes=1)
CODES_AN_HOUR = 6  # of one referent, from all browsers
TRIES_AN_HOUR = 10
HOUR = timedelta(hours=1)


class CompaniesDiffer(Refusal):
    message = "Choisissez des candidats d’une même entreprise : un référent y est rattaché."


class CompanyMissing(Refusal):
    message = "Précisez d’abord l’entreprise du candidat."


class NothingLeftToEvaluate(Refusal):
    message = "Ce dossier est terminé ou abandonné : il n’attend plus de référent."


class ReferentNotInvitable(Refusal):
    """The account at this address was closed by the secretariat."""

    message = "Cette adresse ne peut pas être invitée : vérifiez-la, ou écrivez au secrétariat de la CSCA."


class NoReferent(Refusal):
    message = "Ce dossier n’a pas de référent : invitez-le."


class ReferentGone(Refusal):
    message = "Ce référent n’est plus rattaché à l’entreprise : invitez-le à nouveau, ou désignez-en un autre."


class NoAccessToRevoke(Refusal):
    message = "Aucun lien n’est ouvert : il n’y a rien à révoquer."


class LinkNotValid(Exception):
    """Wrong, revoked, or of somebody who has nobody left to follow: which one is not told."""


class TooManyCodes(Exception):
    """Enough codes were asked for, for now."""


class CodeRefused(Exception):
    """Not the code that was sent, or one that no longer stands. `tries_left` is how often it may be typed again."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


# Inviting, and showing out


@transaction.atomic(durable=True)
def invite_referent(
    enrolments: EnrolmentQuerySet, *, email: str, first_name: str, last_name: str, by: User, at: datetime
) -> list[Enrolment]:
    """Make this person the referent of these candidates of one company, and mail them a link. Returns what changed.

    Their account is found or opened, without a password; somebody known keeps their name. The role in the company
    is given if they do not hold it. Raises `CompaniesDiffer`, `CompanyMissing`, `NothingLeftToEvaluate` or
    `ReferentNotInvitable`.
    """
    locked = _locked(enrolments)
    company = _company_of(locked)
    referent = _account_of(email, first_name, last_name)
    membership, is_new_membership = _membership_of(referent, company, at)
    changing = [enrolment for enrolment in locked if enrolment.referent_id != referent.pk]
    for enrolment in changing:
        _refer(enrolment, referent, by=by, at=at)
    link = _send_link(referent, by=by, at=at)
    record(
        "referent.invited",
        subject=referent.reference,
        actor=by.reference,
        at=at,
        after={
            "company": company.reference,
            "membership": membership.reference,
            "is_new_membership": is_new_membership,
            "link": link.reference,
            "enrolments": [enrolment.reference for enrolment in locked],
        },
    )
    return changing


def _locked(enrolments: EnrolmentQuerySet) -> list[Enrolment]:
    chosen = Enrolment.objects.filter(pk__in=enrolments.values("pk"))
    locked = list(chosen.order_by("pk").select_for_update(of=("self",)))
    under_way = set(chosen.under_way().values_list("pk", flat=True))
    if not locked or any(enrolment.pk not in under_way for enrolment in locked):
        raise NothingLeftToEvaluate
    return locked


def _company_of(enrolments: Sequence[Enrolment]) -> Company:
    """Locked: the role is looked for, then given, by one inviter at a time."""
    company_id, *others = {enrolment.company_id for enrolment in enrolments}
    if others:
        raise CompaniesDiffer
    if company_id is None:
        raise CompanyMissing
    return Company.objects.select_for_update(of=("self",)).get(pk=company_id)


def _account_of(email: str, first_name: str, last_name: str) -> User:
    email = email.strip().lower()
    account = User.objects.select_for_update(of=("self",)).filter(email__iexact=email)
    user = account.first() or _open_account(email, first_name, last_name)
    if not user.is_active:
        raise ReferentNotInvitable
    return user


def _open_account(email: str, first_name: str, last_name: str) -> User:
    """Without a password: the link is the way in. Invited by two people at once, somebody has one account."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email, None, first_name=first_name, last_name=last_name)
    except IntegrityError:
        return User.objects.get(email__iexact=email)


def _membership_of(user: User, company: Company, at: datetime) -> tuple[Membership, bool]:
    on = timezone.localdate(at)
    held = Membership.objects.held_in(company).in_force(on).filter(user=user, role=Role.COMPANY_REFERENT).first()
    if held:
        return held, False
    return Membership.objects.create(user=user, role=Role.COMPANY_REFERENT, company=company, starts_on=on), True


def _refer(enrolment: Enrolment, referent: User, *, by: User, at: datetime) -> None:
    """Journalled as any change of the follow-up."""
    before = {"referent": f"user:{enrolment.referent_id}" if enrolment.referent_id else None}
    enrolment.referent = referent
    enrolment.save(update_fields=["referent"])
    record(
        "enrolment.follow_up_changed",
        subject=enrolment.subject,
        actor=by.reference,
        at=at,
        before=before,
        after={"referent": referent.reference},
    )


def _send_link(user: User, *, by: User, at: datetime) -> ReferentLink:
    link = ReferentLink.objects.create(user=user, created_at=at, created_by=by)
    post(
        "candidates.referent_link",
        key=mail_key(link),
        to=user.email,
        about=user.reference,
        at=at,
        facts={"link": link.pk},
    )
    return link


@transaction.atomic(durable=True)
def send_link_again(enrolment: Enrolment, *, by: User, at: datetime) -> ReferentLink:
    """Another link for the enrolment's referent; the earlier ones stay good, but after a revocation.

    Raises `NoReferent`, `ReferentGone` or `NothingLeftToEvaluate`.
    """
    [locked] = _locked(Enrolment.objects.filter(pk=enrolment.pk))
    if locked.referent is None:
        raise NoReferent
    is_referred = Enrolment.objects.filter(pk=locked.pk).referred(timezone.localdate(at)).exists()
    if not is_referred or not locked.referent.is_active:
        raise ReferentGone
    link = _send_link(locked.referent, by=by, at=at)
    record(
        "referent_access.sent_again",
        subject=locked.referent.reference,
        actor=by.reference,
        at=at,
        after={"link": link.reference, "enrolment": locked.reference},
    )
    return link


@transaction.atomic(durable=True)
def revoke_access(enrolment: Enrolment, *, by: User, at: datetime) -> User:
    """None of the referent's links works any more, for whichever candidate it was sent, and what one opened closes.

    Raises `NoReferent` or `NoAccessToRevoke`.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if enrolment.referent_id is None:
        raise NoReferent
    referent = User.objects.select_for_update(of=("self",)).get(pk=enrolment.referent_id)
    links = ReferentLink.objects.filter(user=referent, revoked_at__isnull=True)
    references = [link.reference for link in links.order_by("pk")]
    if not links.update(revoked_at=at, revoked_by=by):
        raise NoAccessToRevoke
    record(
        "referent_access.revoked",
        subject=referent.reference,
        actor=by.reference,
        at=at,
        after={"links": references, "enrolment": enrolment.reference},
    )
    return referent


# Coming in. Nobody has signed in yet: these write no journal, the rows themselves tell who came and when.


@transaction.atomic(durable=True)
def ask_code(link: ReferentLink, *, at: datetime) -> ReferentCode:
    """Mail a code to the link's referent; the codes that were sent before no longer work.

    Raises `LinkNotValid` or `TooManyCodes`.
    """
    referent = User.objects.select_for_update(of=("self",)).get(pk=link.user_id)
    if not ReferentLink.objects.in_force(at).filter(pk=link.pk).exists():
        raise LinkNotValid
    codes = ReferentCode.objects.of(referent)
    if codes.asked_since(at - HOUR).count() >= CODES_AN_HOUR:
        raise TooManyCodes
    codes.standing().update(superseded_at=at)
    code = ReferentCode.objects.create(link=link, asked_at=at, expires_at=at + ReferentCode.LIFE)
    post(
        "candidates.referent_code",
        key=f"referent-code:{code.pk}",
        to=referent.email,
        about=referent.reference,
        at=at,
        facts={"code": code.pk},
    )
    return code


def come_in(code: ReferentCode, typed: str, *, at: datetime) -> ReferentLink:
    """The link that the right code opens: once. Raises `CodeRefused`, whatever the reason.

    The try is counted before the code is looked at, and stays counted: hence no transaction around the two.
    """
    _count_try(code, at)
    code = ReferentCode.objects.select_related("link__user").get(pk=code.pk)
    if not is_right(code, typed):
        raise CodeRefused(CODE_TRIES - code.tries)
    return _use(code, at)


def _count_try(code: ReferentCode, at: datetime) -> None:
    recent = ReferentCode.objects.filter(link__user__referent_links__codes=code.pk).asked_since(at - HOUR)
    tried = sum(recent.values_list("tries", flat=True))
    to_try = ReferentCode.objects.to_try(at).filter(pk=code.pk)
    if tried >= TRIES_AN_HOUR or not to_try.update(tries=F("tries") + 1):
        raise CodeRefused(0)


@transaction.atomic(durable=True)
def _use(code: ReferentCode, at: datetime) -> ReferentLink:
    """Of two browsers that type it at once, one comes in."""
    still_open = ReferentCode.objects.standing().filter(pk=code.pk, expires_at__gt=at)
    is_valid = ReferentLink.objects.in_force(at).filter(pk=code.link_id).exists()
    if not is_valid or not still_open.update(used_at=at):
        raise CodeRefused(0)
    ReferentLink.objects.filter(pk=code.link_id).update(last_used_at=at)
    return code.link
