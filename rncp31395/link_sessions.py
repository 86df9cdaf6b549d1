"""Sessions that a referent's mail link opened: as long as it is good, and only where a referent has something to do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from candidates.entrance import LINK_SESSION
from candidates.models import ReferentLink
from organisations.access import limit_to_referent

ENDED = "Votre accès a pris fin. Votre saisie reste dans cette page : copiez-la si elle doit servir encore."
# All that such a session opens besides the public pages. Each of these looks for its rows among the reader's own.
REACHABLE = frozenset(
    {
        "home",
        "account_logout",
        "evaluations:matrix",
        "evaluations:enter",
        "evaluations:walk",
        "evaluations:draft",
        "evaluations:review",
        "evaluations:attachments",
        "evaluations:attachment",
        "evaluations:remove_attachment",
        "juries:results",
    }
)


class LinkSessionMiddleware:
    """After Django's own, which says who is signed in; a page that never asks reads no session here either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(partial(_visitor, request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True) or LINK_SESSION not in request.session:
            return None
        if not request.user.is_authenticated:
            request.session.flush()
            return _ended(request)
        if request.resolver_match is None or request.resolver_match.view_name not in REACHABLE:
            raise Http404
        return None


def _ended(request: HttpRequest) -> HttpResponse:
    """In words: in the page that was typed in when it asks by itself, and what was typed stays there."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"sentence": ENDED}, status=403)
    return render(request, "candidates/entrance/ended.html", status=403)


def _visitor(request: HttpRequest) -> User | AnonymousUser:
    """Whoever is signed in; with a link, a referent and nothing else, or nobody once the link is no longer good."""
    user = get_user(request)
    link_id = request.session.get(LINK_SESSION)
    if link_id is None or not isinstance(user, User):
        return user
    if not ReferentLink.objects.in_force(timezone.now()).filter(pk=link_id, user=user).exists():
        return AnonymousUser()
    limit_to_referent(user)
    return user
