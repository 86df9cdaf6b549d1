"""Pages for whoever has not signed in, by the address alone: kept and found by nobody, and asked only so often."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def open_to_visitors(view: View) -> View:
    """The page may hold a secret, in its address or its content: kept by no cache, found by no search engine."""

    @login_not_required
    @wraps(view)
    def kept_by_nobody(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = unindexed(view(request, *args, **kwargs))
        response["Cache-Control"] = "no-store"
        return response

    return kept_by_nobody


def unindexed(response: HttpResponse) -> HttpResponse:
    """Found by no search engine, and its address told to no other site."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def may_ask(request: HttpRequest, action: str) -> bool:
    """So many of one kind from one address (`ACCOUNT_RATE_LIMITS`). Reading counts too: that is how a key is guessed.

    For keys that are too long to be guessed: when nobody counts (the cache is down), the page answers all the same.
    """
    try:
        return ratelimit.consume_or_429(request, action=action, limit_get=True) is None
    except Exception:
        logger.exception("visitors are not counted")
        return True
