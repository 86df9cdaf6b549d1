"""The mails, for the secretariat: what waits, what left, what did not and why."""

import re

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from correspondence.mailbox import text_of
from correspondence.models import Mail
from correspondence.services import MailNotFailed, send_again

from ..forms import MailFilter
from ..mails import MailLine, counts_by_state
from ..permissions import may_follow_mails
from .access import require

ROWS = 50


@require_safe
def mails(request: SignedInRequest) -> HttpResponse:
    require(request, may_follow_mails)
    filters = MailFilter(request.GET)
    page = Paginator(filters.apply(Mail.objects.all()).order_by("-pk"), ROWS).get_page(request.GET.get("page"))
    lines = [MailLine(mail) for mail in page]
    context = {
        "counts": counts_by_state(),
        "filters": filters,
        "page": page,
        "lines": lines,
        "may_resend": any(line.is_failed for line in lines),
    }
    return render(request, "organisations/mails.html", context)


@require_safe
def mail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its row; in the demonstration, which has no mail server, its text as well."""
    require(request, may_follow_mails)
    row = get_object_or_404(Mail, pk=pk)
    context = {"line": MailLine(row), "text": text_of(row) if settings.DEMO else ""}
    return render(request, "organisations/mail.html", context)


@require_POST
def resend_mails(request: SignedInRequest) -> HttpResponse:
    """Those ticked, or the one whose button it was."""
    require(request, may_follow_mails)
    failed = list(Mail.objects.failed().filter(pk__in=_asked_for(request)).order_by("pk"))
    sent = sum(_is_sent_again(request, row) for row in failed)
    if sent:
        messages.success(request, _on_their_way(sent))
    else:
        messages.warning(request, "Rien à renvoyer : choisissez un message non parti.")
    return redirect(_back(request))


def _asked_for(request: SignedInRequest) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("mail") if re.fullmatch(r"[0-9]{1,18}", pk)]


def _is_sent_again(request: SignedInRequest, row: Mail) -> bool:
    try:
        send_again(row, by=request.user, at=timezone.now())
    except MailNotFailed:
        return False
    return True


def _on_their_way(number: int) -> str:
    return "Le message repart." if number == 1 else f"{number} messages repartent."


def _back(request: SignedInRequest) -> str:
    """To the list as it was filtered."""
    back = request.POST.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "organisations:mails"
