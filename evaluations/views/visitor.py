"""Who is asking, and whether the page exists for them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse

from accounts.requests import SignedInRequest
from organisations.permissions import access_of

P = ParamSpec("P")


def for_admins(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[SignedInRequest, P], HttpResponse]:
    """To anybody else the page does not exist."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not access_of(request.user).is_admin:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
