from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest

from .. import services
from ..enums import OrganisationKind, Role
from ..forms import InvitationForm
from ..models import Invitation
from ..permissions import Access, access_of, may_invite, may_withdraw
from .access import require, visible_organisation

ALREADY_MEMBER = "Cette personne exerce déjà ce rôle ici."
ACCOUNT_CLOSED = "Le compte de cette personne est fermé : le secrétariat de la CSCA peut le rouvrir."
NOT_WAITING = "Cette invitation n’attend plus de réponse."


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: SignedInRequest, kind: OrganisationKind, pk: int) -> HttpResponse:
    organisation = visible_organisation(request, kind, pk)
    access = access_of(request.user)
    roles = tuple(role for role in organisation.roles if may_invite(access, role))
    if not roles:
        raise PermissionDenied
    form = InvitationForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(organisation, **form.cleaned_data, by=request.user, at=timezone.now())
        except services.AlreadyMember:
            form.add_error("email", ALREADY_MEMBER)
        except services.AccountClosed:
            form.add_error("email", ACCOUNT_CLOSED)
        else:
            messages.success(request, f"L’invitation part à {form.cleaned_data['email']}, valable sept jours.")
            return redirect(organisation)
    return render(request, "organisations/invite.html", {"organisation": organisation, "form": form})


@require_POST
def resend(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same offer again: its new link replaces the old one."""
    invitation = _load(request, pk, may_invite)
    organisation = invitation.organisation
    try:
        services.invite(
            organisation,
            role=Role(invitation.role),
            email=invitation.email,
            first_name=invitation.first_name,
            last_name=invitation.last_name,
            by=request.user,
            at=timezone.now(),
        )
    except services.AlreadyMember:
        messages.warning(request, ALREADY_MEMBER)
    except services.AccountClosed:
        messages.warning(request, ACCOUNT_CLOSED)
    else:
        messages.success(request, f"Un nouveau lien part à {invitation.email} ; l’ancien ne sert plus.")
    return redirect(organisation)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    invitation = _load(request, pk, may_withdraw)
    try:
        services.withdraw_invitation(invitation, by=request.user, at=timezone.now())
    except services.InvitationAnswered:
        messages.warning(request, NOT_WAITING)
    else:
        messages.success(request, f"L’invitation de {invitation.full_name} est retirée : son lien ne sert plus.")
    return redirect(invitation.organisation)


def _load(request: SignedInRequest, pk: int, may: Callable[[Access, Role], bool]) -> Invitation:
    visible = Invitation.objects.visible_to(request.user).with_organisation()
    invitation: Invitation = get_object_or_404(visible, pk=pk)
    require(request, may, Role(invitation.role))
    return invitation


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. Opening it changes nothing: mail filters open links too."""
    at = timezone.now()
    invitation = Invitation.objects.open_with(token, at=at).with_organisation().first()
    if invitation is None:
        return _not_valid(request)
    account = User.objects.filter(email__iexact=invitation.email).first()
    if account is None or services.lacks_password(account):
        return _open_account(request, invitation, token, at)
    return _join(request, invitation, token, at)


def _not_valid(request: HttpRequest) -> HttpResponse:
    """One answer for a wrong link, one that was answered, one replaced and one too old."""
    return render(request, "organisations/invitation_not_valid.html", status=404)


def _open_account(request: HttpRequest, invitation: Invitation, token: str, at: datetime) -> HttpResponse:
    person = User(email=invitation.email, first_name=invitation.first_name, last_name=invitation.last_name)
    form = SetPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_invitation(token, password=form.cleaned_data["new_password1"], at=at)
        except services.InvitationNotValid:
            return _not_valid(request)
        except services.AccountExists:
            return redirect(request.path)
        messages.success(
            request, "Votre compte est ouvert. Connectez-vous avec le mot de passe que vous venez de choisir."
        )
        return redirect("account_login")
    return render(request, "organisations/accept_with_password.html", {"invitation": invitation, "form": form})


def _join(request: HttpRequest, invitation: Invitation, token: str, at: datetime) -> HttpResponse:
    invited = _signed_in_as(request, invitation.email)
    if request.method == "POST" and invited is not None:
        try:
            services.join(token, by=invited, at=at)
        except services.InvitationNotValid:
            return _not_valid(request)
        messages.success(request, f"Vous êtes maintenant rattaché à {invitation.organisation}.")
        return redirect("home")
    return render(request, "organisations/join.html", {"invitation": invitation, "is_invited": invited is not None})


def _signed_in_as(request: HttpRequest, email: str) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.email.lower() == email.lower() else None
