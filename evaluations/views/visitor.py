"""Who is asking, and whether the page exists for them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User
from organisations.permissions import access_of

P = ParamSpec("P")


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # Every page needs a login.  # noqa: S101
    return request.user


def for_admins(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """To anybody else the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not access_of(request.user).is_admin:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
