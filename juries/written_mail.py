"""What is written to those who vote in writing: that it opens, that days pass, that it lasts longer."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from correspondence.composing import Composition
from correspondence.models import Mail

from .facts import bench_of, votes_left, window_of
from .models import WINDOW_EXTENDED_MAIL, WRITTEN_VOTE_MAIL, Seat
from .reminders import Stage

SUBJECTS = {
    Stage.OPENING: "Le vote par écrit du jury est ouvert",
    Stage.HALFWAY: "Des votes du jury vous attendent",
    Stage.LAST_DAY: "Dernier jour pour voter au jury",
}


def written_vote(mail: Mail, at: datetime) -> Composition | None:
    """Nothing to whoever has voted on everything meanwhile, or when it is too late to vote."""
    seat = _voter(mail, at)
    left = votes_left(seat.session, bench_of(seat.session))[seat.pk] if seat else 0
    if seat is None or not left:
        return None
    stage = Stage(mail.facts["stage"])
    context = _context(seat) | {"left": left, "stage": stage}
    return Composition(subject=SUBJECTS[stage], body=render_to_string("juries/mail/written_vote.txt", context))


def window_extended(mail: Mail, at: datetime) -> Composition | None:
    """Nothing once that close is past, or has moved again."""
    seat = _voter(mail, at)
    if seat is None or window_of(seat.session).closes_at.isoformat() != mail.facts["closes_at"]:
        return None
    left = votes_left(seat.session, bench_of(seat.session))[seat.pk]
    body = render_to_string("juries/mail/window_extended.txt", _context(seat) | {"left": left})
    return Composition(subject="Le vote par écrit du jury est prolongé", body=body)


def _voter(mail: Mail, at: datetime) -> Seat | None:
    """Whoever still sits there, and may still vote."""
    seat = Seat.objects.select_related("session", "member__user", "substitute__user").get(pk=mail.facts["seat"])
    session = seat.session
    is_theirs = seat.sitting.pk == mail.facts["member"]
    return seat if session.is_open and is_theirs and window_of(session).is_open(at) else None


def _context(seat: Seat) -> dict[str, Any]:
    link = urljoin(settings.SITE_URL, reverse("juries:session", args=[seat.session.reference]))
    return {"seat": seat, "session": seat.session, "link": link}


COMPOSERS = {WRITTEN_VOTE_MAIL: written_vote, WINDOW_EXTENDED_MAIL: window_extended}
LABELS = {WRITTEN_VOTE_MAIL: "rappel de vote par écrit", WINDOW_EXTENDED_MAIL: "vote par écrit prolongé"}
