"""Signing in again without leaving the page, when its session has ended while somebody was typing."""

from allauth.account.forms import LoginForm
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .models import User
from .ownership import owner_of

UNKNOWN_PAGE = "Cette page n’est plus reconnue : copiez ce que vous avez saisi, puis rechargez-la."
CLOSED = "Ce compte est fermé : copiez ce que vous avez saisi, et adressez-vous au secrétariat."


@rate_limit(action="login")
@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> JsonResponse:
    """GET: is the page's owner signed in, and with which token? POST: signs its owner in, and nobody else."""
    owner_id = owner_of(request.headers.get("X-Page-Owner", ""))
    owner = User.objects.filter(pk=owner_id).first() if owner_id else None
    if request.method != "POST":
        return _state(request, owner)
    if owner is None:
        return JsonResponse({"sentence": UNKNOWN_PAGE}, status=422)
    # Its owner's address, whatever the page sent: this door opens to one person.
    form = LoginForm({"login": owner.email, "password": request.POST.get("password", "")}, request=request)
    if not form.is_valid():
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        return JsonResponse({"sentence": sentences[0]}, status=422)
    return _signed_in(request, form, owner)


def _signed_in(request: HttpRequest, form: LoginForm, owner: User) -> JsonResponse:
    try:
        form.login(request)
    except ImmediateHttpResponse:
        return JsonResponse({"sentence": CLOSED}, status=422)
    list(messages.get_messages(request))  # The page goes on: nothing is to be said on the next one.
    if request.user != owner:
        return JsonResponse({"sentence": CLOSED}, status=422)
    return _state(request, owner)


def _state(request: HttpRequest, owner: User | None) -> JsonResponse:
    is_owner = owner is not None and request.user == owner
    is_another = request.user.is_authenticated and not is_owner
    return JsonResponse({"is_owner": is_owner, "is_another": is_another, "token": get_token(request)})
