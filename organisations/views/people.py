from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest

from .. import services
from ..enums import Role
from ..models import Membership
from ..permissions import access_of, may_administer, may_name_managers
from .access import require

LAST_ADMIN = "C’est la dernière personne du secrétariat : invitez-en une autre avant."


@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    require(request, may_administer)
    account = get_object_or_404(User, pk=pk)
    today = timezone.localdate()
    held = account.memberships.with_organisation().order_by("-starts_on", "-pk")
    context = {"account": account, "memberships": held.lasting_beyond(today), "former_memberships": held.ended(today)}
    return render(request, "organisations/person.html", context)


@require_POST
def end_membership(request: SignedInRequest, pk: int) -> HttpResponse:
    visible = Membership.objects.visible_to(request.user).with_organisation().select_related("user")
    membership: Membership = get_object_or_404(visible, pk=pk)
    require(request, may_administer)
    try:
        services.end_membership(membership, by=request.user, at=timezone.now())
    except services.LastAdmin:
        messages.error(request, LAST_ADMIN)
    except services.MembershipAlreadyEnded:
        messages.warning(request, "Ce rattachement était déjà terminé.")
    else:
        messages.success(request, f"{membership.user} n’a plus accès à {membership.organisation}.")
    return redirect(membership.organisation)


@require_POST
def name_manager(request: SignedInRequest, pk: int) -> HttpResponse:
    said = "{0.user} recevra désormais les retards de {0.organisation}."
    return _change_manager(request, pk, services.name_manager, said)


@require_POST
def release_manager(request: SignedInRequest, pk: int) -> HttpResponse:
    said = "{0.user} ne recevra plus les retards de {0.organisation}."
    return _change_manager(request, pk, services.release_manager, said)


def _change_manager(request: SignedInRequest, pk: int, change: Callable[..., Membership], said: str) -> HttpResponse:
    at = timezone.now()
    visible = Membership.objects.visible_to(request.user).filter(role=Role.TRAINING_MEMBER)
    members = visible.lasting_beyond(timezone.localdate(at)).with_organisation().select_related("user")
    membership: Membership = get_object_or_404(members, pk=pk)
    if not may_name_managers(access_of(request.user), membership.training_organisation_id):
        raise PermissionDenied
    try:
        change(membership, by=request.user, at=at)
    except services.AlreadyManager:
        messages.warning(request, f"{membership.user} est déjà responsable.")
    except services.NotAManager:
        messages.warning(request, f"{membership.user} n’était plus responsable.")
    except services.MembershipAlreadyEnded:
        messages.error(request, f"{membership.user} n’est plus membre de {membership.organisation}.")
    else:
        messages.success(request, said.format(membership))
    return redirect(membership.organisation)


@require_POST
def close_account(request: SignedInRequest, pk: int) -> HttpResponse:
    require(request, may_administer)
    account = get_object_or_404(User, pk=pk)
    try:
        services.close_account(account, by=request.user, at=timezone.now())
    except services.LastAdmin:
        messages.error(request, LAST_ADMIN)
    except services.AccountAlreadyClosed:
        messages.warning(request, "Ce compte était déjà fermé.")
    else:
        messages.success(request, f"Le compte de {account} est fermé et ses rattachements sont terminés.")
    return redirect("organisations:person", pk)


@require_POST
def reopen_account(request: SignedInRequest, pk: int) -> HttpResponse:
    require(request, may_administer)
    account = get_object_or_404(User, pk=pk)
    try:
        services.reopen_account(account, by=request.user, at=timezone.now())
    except services.AccountNotClosed:
        messages.warning(request, "Ce compte était déjà ouvert.")
    else:
        messages.success(request, f"Le compte de {account} est rouvert. Invitez cette personne à son rôle.")
    return redirect("organisations:person", pk)
