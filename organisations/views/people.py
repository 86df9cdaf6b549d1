from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest

from .. import services
from ..models import Membership
from ..permissions import may_administer
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
