"""What is written to people about the evaluations waited for: one message a day at most, worded when it leaves."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from blocks.french import count
from candidates.ways_in import way_in_for
from correspondence.composing import Composition
from correspondence.models import Mail
from organisations.permissions import access_of

from . import adaptation_mails
from .digests import Left, WaitingPeople, left_for, waiting_under
from .lateness import DIGEST
from .progress import awaited_from


def digest(mail: Mail, at: datetime) -> Composition | None:
    """What this person has left, and who is late among those for whom they answer; None when nothing is left to say."""
    user = User.objects.filter(pk=mail.facts["user"], is_active=True).first()
    if user is None:
        return None
    on = timezone.localdate(at)
    left = left_for(user, on=on)
    waiting = waiting_under(user, on=on) if mail.facts.get("escalation") else WaitingPeople(())
    if not left.sections and not waiting.sections:
        return None
    link, is_personal = _way_to_enter(user, mail, at) if left.sections else ("", False)
    context = {
        "user": user,
        "left": left,
        "waiting": waiting,
        "link": link,
        "is_personal": is_personal,
        "delays": urljoin(settings.SITE_URL, reverse("evaluations:late")),
    }
    return Composition(subject=_subject(left), body=render_to_string("evaluations/mail/digest.txt", context))


def _subject(left: Left) -> str:
    if not left.sections:
        return "Évaluations attendues depuis une semaine"
    coming = left.total - left.late
    late = f"{count(left.late, 'évaluation')} en retard"
    if not coming:
        return late
    soon = f"{count(coming, 'évaluation')} à rendre bientôt"
    return f"{late}, {coming} à rendre bientôt" if left.late else soon


def _way_to_enter(user: User, mail: Mail, at: datetime) -> tuple[str, bool]:
    """Straight to the first to enter, or the referent's own way in when they have no password."""
    if access_of(user).is_referent and not user.has_usable_password():
        return way_in_for(user, mail=mail, at=at), True
    (first,) = awaited_from(user, on=timezone.localdate(at), limit=1)
    return urljoin(settings.SITE_URL, first.place.url), False


COMPOSERS = {DIGEST: digest, **adaptation_mails.COMPOSERS}
LABELS = {DIGEST: "rappel des évaluations à rendre", **adaptation_mails.LABELS}
