"""Loading what a page is about, with the right to it, in one step: 404 to whoever may not know that it exists."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from blocks.sentences import sentence

from ..models import Dossier, JurySession, Seat
from ..permissions import may_administer, seat_of
from ..services import JuryRefusal


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware has seen to it.  # noqa: S101
    return request.user


def require_admin(request: HttpRequest) -> User:
    user = signed_in(request)
    if not may_administer(user):
        raise PermissionDenied
    return user


def load_session(request: HttpRequest, reference: str) -> JurySession:
    sessions = JurySession.objects.visible_to(signed_in(request)).select_related("version__certification")
    return get_object_or_404(sessions, reference=reference)


def load_administered(request: HttpRequest, reference: str) -> JurySession:
    session = load_session(request, reference)
    if not may_administer(signed_in(request)):
        raise PermissionDenied
    return session


def load_chaired(request: HttpRequest, reference: str) -> tuple[JurySession, Seat]:
    """For whoever presides or vice-presides: the services tell which of the two may do what."""
    session = load_session(request, reference)
    seat = seat_of(signed_in(request), session)
    if seat is None or not seat.presides:
        raise PermissionDenied
    return session, seat


def load_dossier(request: HttpRequest, reference: str, enrolment: str) -> tuple[Dossier, Seat | None]:
    user = signed_in(request)
    dossiers = Dossier.objects.visible_to(user).select_related(
        "session__version",
        "enrolment__candidate",
        "enrolment__company",
        "enrolment__training_organisation",
        "enrolment__version",
        "enrolment__route",
    )
    dossier = get_object_or_404(dossiers, session__reference=reference, enrolment__reference=enrolment)
    return dossier, seat_of(user, dossier.session)


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """What is refused is said on the page that follows, with the reasons of the rules."""
    try:
        yield
    except JuryRefusal as refusal:
        messages.error(request, told(refusal))


def told(refusal: JuryRefusal) -> str:
    return " ".join([refusal.message, *(sentence(reason) for reason in refusal.reasons), *refusal.details])
