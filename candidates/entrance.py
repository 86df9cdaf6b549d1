"""The door of referents: the page of the link, then the code. Both are public, and what is wrong is not told apart."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from . import services
from .models import CODE_TRIES, ReferentCode, ReferentLink
from .ways_in import followed_by, inviting

LINK_SESSION = "referent_link"  # in a session that a link opened: which
CODE_ASKED = "referent_code"  # in the session of a browser that waits for a code: which


@login_not_required
@never_cache
@csrf_exempt  # A token would take a cookie, which opening the link must not leave: see `_refuse_other_sites`.
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it changes nothing, as mail filters open links too; going on mails the code."""
    at = timezone.now()
    found = ReferentLink.objects.opened_with(token, at=at).select_related("user").first()
    if request.method == "POST":
        _refuse_other_sites(request)
    if found is None:
        return closed(request)
    if request.method == "POST":
        return _go_on(request, found, at)
    enrolments = followed_by(found.user, at=at)
    context = {"referent": found.user, "inviting": inviting(enrolments), "count": len(enrolments)}
    return render(request, "candidates/entrance/link.html", context)


def closed(request: HttpRequest) -> HttpResponse:
    """One answer for a link that is wrong, revoked, or of somebody who has nobody left to follow."""
    return render(request, "candidates/entrance/closed.html", status=404)


def _not_asked(request: HttpRequest) -> HttpResponse:
    """This browser waits for no code: it never asked, or the code has served."""
    status = 422 if request.method == "POST" else 200
    return render(request, "candidates/entrance/reopen.html", status=status)


def _refuse_other_sites(request: HttpRequest) -> None:
    """A page elsewhere must not leave a session in this browser; browsers say where a form comes from."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.get_host():
        raise PermissionDenied


def _go_on(request: HttpRequest, found: ReferentLink, at: datetime) -> HttpResponse:
    if request.user == found.user:
        return redirect("home")
    asked = _asked(request)
    if asked and asked.link_id == found.pk and _seconds_to_wait(asked, at) and asked.may_be_tried(at):
        return redirect("referents:code")
    return _ask(request, found, at)


def _ask(request: HttpRequest, found: ReferentLink, at: datetime) -> HttpResponse:
    if not ratelimit.consume(request, action="referent_code_asked"):
        return _too_many(request)
    try:
        code = services.ask_code(found, at=at)
    except services.LinkNotValid:
        return closed(request)
    except services.TooManyCodes:
        return _too_many(request)
    request.session[CODE_ASKED] = code.pk
    return redirect("referents:code")


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "candidates/entrance/too_many.html", status=429)
    response.headers["Retry-After"] = str(int(services.HOUR.total_seconds()))
    return response


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Where the code is typed, in the browser that asked for it."""
    at = timezone.now()
    asked = _asked(request)
    if asked is None:
        return _not_asked(request)
    if request.method == "POST":
        return _try(request, asked, at)
    return _code_page(request, asked, at)


def _try(request: HttpRequest, asked: ReferentCode, at: datetime) -> HttpResponse:
    if not ratelimit.consume(request, action="referent_code_tried"):
        return _too_many(request)
    try:
        found = services.come_in(asked, request.POST.get("code", ""), at=at)
    except services.CodeRefused as refusal:
        return _code_page(request, asked, at, refusal=refusal, status=422)
    _open_session(request, found)
    return redirect("home")


def _open_session(request: HttpRequest, found: ReferentLink) -> None:
    """A session of its own: nothing of the one before stays, neither its name nor whoever was signed in."""
    request.session.flush()
    login(request, found.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[LINK_SESSION] = found.pk
    request.session.set_expiry(0)  # With the browser, as after a password; and after twelve hours anyway.


def forget_link(request: HttpRequest, **_: Any) -> None:
    """Somebody signs in with their password in a session that a link had opened: it is a session as any other."""
    request.session.pop(LINK_SESSION, None)


@login_not_required
@never_cache
@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """Another code, a minute after the last: the last no longer works."""
    at = timezone.now()
    asked = _asked(request)
    if asked is None:
        return _not_asked(request)
    if _seconds_to_wait(asked, at) and asked.may_be_tried(at):
        return _code_page(request, asked, at, is_too_soon=True, status=429)
    return _ask(request, asked.link, at)


def _asked(request: HttpRequest) -> ReferentCode | None:
    pk = request.session.get(CODE_ASKED)
    return ReferentCode.objects.select_related("link__user").filter(pk=pk).first() if pk else None


def _seconds_to_wait(asked: ReferentCode, at: datetime) -> int:
    left = asked.asked_at + services.ASK_AGAIN_AFTER - at
    return max(0, -(-left // timedelta(seconds=1)))


def _code_page(
    request: HttpRequest,
    asked: ReferentCode,
    at: datetime,
    *,
    refusal: services.CodeRefused | None = None,
    is_too_soon: bool = False,
    status: int = 200,
) -> HttpResponse:
    asked.refresh_from_db(fields=["tries", "used_at", "superseded_at"])
    is_open = asked.may_be_tried(at) and (refusal is None or refusal.tries_left > 0)
    context = {
        "address": _masked(asked.link.user.email),
        "until": asked.expires_at,
        "is_open": is_open,
        "refusal": refusal,
        "tries": CODE_TRIES,
        "wait": _seconds_to_wait(asked, at) if is_open else 0,
        "is_too_soon": is_too_soon,
    }
    response = render(request, "candidates/entrance/code.html", context, status=status)
    if is_too_soon:
        response.headers["Retry-After"] = str(context["wait"])
    return response


def _masked(email: str) -> str:
    """Enough to know one's own address by: « s…@cabinet-martin.fr »."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"
