from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from .ownership import owner_of


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every page needs a sign-in but those marked `login_not_required`, whose visitors' sessions are not even read.

    Django looks at the user first and at the mark afterwards: public pages would depend on the session cookie.
    What a page asks by itself is answered 401 rather than led to the sign-in page, and so is a page of somebody else’s.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if _is_another_s_page(request):
            return _sign_in_again()
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        return _sign_in_again() if refusal is not None and _asks_by_itself(request) else refusal


def _is_another_s_page(request: HttpRequest) -> bool:
    seal = request.headers.get("X-Page-Owner")
    return seal is not None and request.user.is_authenticated and owner_of(seal) != request.user.pk


def _asks_by_itself(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers or "application/json" in request.headers.get("Accept", "")


def _sign_in_again() -> JsonResponse:
    return JsonResponse({"sentence": "Votre session a expiré : reconnectez-vous."}, status=401)


class PrivatePagesMiddleware:
    """What a signed-in person was shown is kept by no cache, theirs included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Reading `request.user` would touch the session of a public page, so its cookie is asked instead.
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME) and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
