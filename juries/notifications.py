"""What is written to the members of the jury, and to the candidates on whom it decided."""

from datetime import date, datetime
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from blocks.french import day
from correspondence.composing import Attachment, Composition
from correspondence.models import Mail
from correspondence.tokens import token_of
from organisations.tokens import hash_token

from . import written_mail
from .calendar import calendar_of
from .models import (
    CONVENING_MAIL,
    MANDATE_MAIL,
    MINUTES_MAIL,
    PACK_MAIL,
    RESULT_MAIL,
    ConveningNotice,
    JuryMember,
    MinutesApproval,
    MinutesDraft,
    Pack,
    Seat,
    SessionPaper,
)
from .session_papers import keep_drawing


def _mandate(mail: Mail, at: datetime) -> Composition | None:
    """Without a secret: the link that sets a password is asked for on our page, and goes to the same address.

    Nothing for a mandate that ended, an account that was closed, or who chose a password in the meantime.
    """
    mandated = JuryMember.objects.in_force_or_to_come(timezone.localdate(at)).filter(user__is_active=True)
    member = mandated.filter(pk=mail.facts["member"]).select_related("user").first()
    if member is None or member.user.has_usable_password():
        return None
    link = urljoin(settings.SITE_URL, reverse("account_reset_password"))
    return Composition(
        subject="Votre mandat au jury du CQP Chargé de clientèle en courtage d’assurances",
        body=render_to_string("juries/mail/mandate.txt", {"member": member, "link": link}),
    )


def _minutes(mail: Mail, at: datetime) -> Composition | None:
    """Nothing once the minutes are sealed, put again, approved by this member, or the seat somebody else's."""
    seat = Seat.objects.select_related("session", "member__user", "substitute__user").get(pk=mail.facts["seat"])
    draft = MinutesDraft.objects.filter(session=seat.session, submitted_at=mail.facts["submitted_at"]).first()
    if draft is None or seat.session.is_sealed or seat.sitting.user.email != mail.to:
        return None
    if MinutesApproval.objects.filter(seat=seat, sha256=draft.sha256).exists():
        return None
    link = urljoin(settings.SITE_URL, reverse("juries:minutes", args=[seat.session.reference]))
    return Composition(
        subject=f"Procès-verbal à approuver : session {seat.session.reference}",
        body=render_to_string("juries/mail/minutes.txt", {"seat": seat, "session": seat.session, "link": link}),
    )


def _result(mail: Mail, at: datetime) -> Composition:
    """The letter as it was frozen, drawn now if no worker has yet."""
    paper = SessionPaper.objects.get(pk=mail.facts["paper"])
    letter = paper.context
    days = {
        "held_on": date.fromisoformat(letter["session"]["held_on"]),
        "ends_on": date.fromisoformat(letter["appeal"]["ends_on"]),
    }
    pdf = bytes(keep_drawing(paper.pk, at=at).content)
    return Composition(
        subject="Vos résultats au CQP Chargé de clientèle en courtage d’assurances",
        body=render_to_string("juries/mail/result.txt", {"letter": letter, **days}),
        attachments=(Attachment(f"resultats-{letter['reference']}.pdf", pdf, "application/pdf"),),
    )


def _convening(mail: Mail, at: datetime) -> Composition | None:
    """With the paper, drawn now if it is not yet, and a file for the calendar. Its link works from now on.

    Nothing once the session opens, nor to a substitute whose titular comes after all, nor when it was sent again since.
    """
    standing = ConveningNotice.objects.standing().filter(pk=mail.facts["notice"])
    notice = standing.select_related("seat__session", "seat__member__user", "member__user").first()
    later = Mail.objects.filter(kind=CONVENING_MAIL, about=mail.about, queued_at__gt=mail.queued_at)
    if notice is None or later.exists():
        return None
    token = token_of(mail)
    standing.update(token_hash=hash_token(token))
    session = notice.seat.session
    link = urljoin(settings.SITE_URL, reverse("convening:answer", args=[token]))
    paper = keep_drawing(notice.paper_id, at=at)
    context = {"notice": notice, "session": session, "seat": notice.seat, "link": link}
    return Composition(
        subject=f"Convocation au jury du {day(session.called_for)}",
        body=render_to_string("juries/mail/convening.txt", context),
        attachments=(
            Attachment(f"convocation-{session.reference}.pdf", bytes(paper.content), "application/pdf"),
            Attachment(f"{session.reference}.ics", calendar_of(notice), "text/calendar"),
        ),
    )


def _pack(mail: Mail, at: datetime) -> Composition | None:
    """A link, never the file: it is theirs as long as they may read it, which a mailbox does not ask."""
    packs = Pack.objects.valid(timezone.localdate(at)).select_related("session", "member__user", "seat")
    pack = packs.filter(pk=mail.facts["pack"]).first()
    if pack is None or not pack.is_done or pack.member.user.email != mail.to:
        return None
    link = urljoin(settings.SITE_URL, reverse("juries:session", args=[pack.session.reference]))
    return Composition(
        subject=f"Vos dossiers sont prêts : jury du {day(pack.session.called_for)}",
        body=render_to_string("juries/mail/pack.txt", {"pack": pack, "session": pack.session, "link": link}),
    )


COMPOSERS = {
    CONVENING_MAIL: _convening,
    MANDATE_MAIL: _mandate,
    MINUTES_MAIL: _minutes,
    PACK_MAIL: _pack,
    RESULT_MAIL: _result,
    **written_mail.COMPOSERS,
}
LABELS = {
    CONVENING_MAIL: "convocation au jury",
    MANDATE_MAIL: "mandat au jury",
    MINUTES_MAIL: "procès-verbal à approuver",
    PACK_MAIL: "dossiers à emporter",
    RESULT_MAIL: "lettre de résultats",
    **written_mail.LABELS,
}
