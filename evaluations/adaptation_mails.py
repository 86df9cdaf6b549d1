"""What is written to people about adapted exams: neither need, nor evidence, nor name, nor what was granted."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from candidates.ways_in import way_in_for
from correspondence.composing import Composition
from correspondence.models import Mail
from organisations.permissions import access_of

from .adaptations import requests_in_force
from .models import AdaptationRequest
from .permissions import may_enter


def adaptation_decided(mail: Mail, at: datetime) -> Composition | None:
    request = AdaptationRequest.objects.select_related("enrolment", "requested_by").get(pk=_pk(mail))
    if not AdaptationRequest.objects.visible_to(request.requested_by).filter(pk=request.pk).exists():
        return None  # They have left the organisation for which they asked.
    link = urljoin(settings.SITE_URL, reverse("evaluations:adaptation", args=[request.pk]))
    body = render_to_string("evaluations/mail/adaptation_decided.txt", {"request": request, "link": link})
    return Composition("Votre demande d’aménagement est décidée", body)


def adjustments_granted(mail: Mail, at: datetime) -> Composition | None:
    """To somebody who still enters that channel, of what still holds."""
    request = requests_in_force().select_related("enrolment__panel_assignment").filter(pk=_pk(mail)).first()
    user = User.objects.filter(pk=mail.facts["user"], is_active=True).first()
    if request is None or user is None or request.enrolment.withdrawn_on is not None:
        return None
    if not may_enter(access_of(user), request.enrolment, mail.facts["channel"]):
        return None
    context = {"user": user, "request": request, "link": _way_to(user, request, mail, at)}
    return Composition("Une épreuve à aménager", render_to_string("evaluations/mail/adjustments_granted.txt", context))


def _way_to(user: User, request: AdaptationRequest, mail: Mail, at: datetime) -> str:
    """A referent without a password has a way in of their own."""
    if access_of(user).is_referent and not user.has_usable_password():
        return way_in_for(user, mail=mail, at=at)
    path = f"{reverse('evaluations:matrix')}?search={request.enrolment.reference}"
    return urljoin(settings.SITE_URL, path)


def _pk(mail: Mail) -> int:
    return int(mail.about.partition(":")[2])


COMPOSERS = {
    "evaluations.adaptation_decided": adaptation_decided,
    "evaluations.adjustments_granted": adjustments_granted,
}
LABELS = {
    "evaluations.adaptation_decided": "décision sur un aménagement",
    "evaluations.adjustments_granted": "épreuve à aménager",
}
