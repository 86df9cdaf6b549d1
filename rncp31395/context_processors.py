"""What every page needs: where this person may go, and whether this is a demonstration."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from certificates.models import IssuingStop
from certificates.permissions import may_issue
from juries.permissions import is_juror
from organisations.permissions import Access, access_of, may_list_organisations

from .demonstration.accounts import ACCOUNTS, PASSWORD

# Pages of a candidate are reached from the list of candidates, or from the matrix of those who have only that.
REACHED_FROM = {"/dossiers/": "candidates:list", "/candidats/": "evaluations:matrix"}


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    url: str
    is_current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Functions, called by the templates that show them: a public page that does not never reads the session."""
    context: dict[str, Any] = {"navigation": partial(_navigation, request), "demo": settings.DEMO}
    context["issuing_stop"] = partial(_issuing_stop, request)
    if settings.DEMO:
        context |= {"demo_accounts": ACCOUNTS, "demo_password": PASSWORD}
    return context


def _navigation(request: HttpRequest) -> list[NavigationItem]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    items = [(label, reverse(name)) for label, name in places_of(access_of(user), is_juror=is_juror(user))]
    here = place_of(request.path, [url for _, url in items])
    return [NavigationItem(label, url, url == here) for label, url in items]


def _issuing_stop(request: HttpRequest) -> IssuingStop | None:
    """For those who issue, wherever they are."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not may_issue(user):
        return None
    return IssuingStop.objects.in_force().first()


def place_of(path: str, places: list[str]) -> str | None:
    """The place that `path` is within, or the one that leads there when it has no place of its own."""
    own = next((url for url in places if path == url or (url != "/" and path.startswith(url))), None)
    leading = next((reverse(name) for start, name in REACHED_FROM.items() if path.startswith(start)), None)
    return own or (leading if leading in places else None)


def places_of(access: Access, *, is_juror: bool = False) -> list[tuple[str, str]]:
    """The main addresses of each role, as (label, URL name). A jury seat is no membership, hence told apart."""
    if access.is_limited:
        return []  # Their candidates are all there is, and every page leads back to them.
    places = [("Accueil", "home")]
    if access.is_admin:
        places += [("Candidats", "candidates:list"), ("Évaluations", "evaluations:matrix")]
    elif access.is_training_member or access.is_referent or access.is_panel_assessor:
        places += [("Mes candidats", "evaluations:matrix")]
    if access.is_admin or is_juror:
        places += [("Sessions de jury", "juries:sessions")]
    if access.is_admin:
        places += [("Certificats", "certificates:register")]
    if may_list_organisations(access):
        places += [("Organisations", "organisations:list")]
    return [*places, ("Référentiel", "blocks:standard")]
