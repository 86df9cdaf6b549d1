"""Where a referent's access stands, in words, for those who gave it: whether they have a password is not told."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from correspondence.enums import MailState
from correspondence.models import Mail

from .models import Enrolment, ReferentLink
from .ways_in import mail_key


@dataclass(frozen=True, slots=True)
class ReferentAccess:
    referent: User
    kind: str
    words: str
    since: datetime | None = None
    by: User | None = None
    last_used_at: datetime | None = None
    may_send: bool = True
    may_revoke: bool = False


def access_to(enrolment: Enrolment, *, at: datetime) -> ReferentAccess | None:
    """None without a referent. Three queries."""
    referent = enrolment.referent
    if referent is None:
        return None
    links = list(ReferentLink.objects.filter(user=referent).select_related("created_by", "revoked_by").order_by("pk"))
    is_waited_for = Enrolment.objects.under_way().filter(pk=enrolment.pk).exists()
    last_used_at = max((link.last_used_at for link in links if link.last_used_at), default=None)
    if not links:
        return ReferentAccess(referent, "neutral", "aucun lien envoyé", may_send=is_waited_for)
    last = links[-1]
    if last.revoked_at:
        return ReferentAccess(
            referent, "attention", "accès révoqué", last.revoked_at, last.revoked_by, last_used_at, is_waited_for
        )
    kind, words = _state(last, links, at)
    return ReferentAccess(
        referent, kind, words, last.created_at, last.created_by, last_used_at, is_waited_for, may_revoke=True
    )


def _state(last: ReferentLink, links: list[ReferentLink], at: datetime) -> tuple[str, str]:
    if not ReferentLink.objects.in_force(at).filter(pk=last.pk).exists():
        return "neutral", "accès terminé"
    mail = Mail.objects.filter(key=mail_key(last)).first()
    if mail and mail.state == MailState.FAILED:
        return "danger", "le message n’a pas pu partir : vérifiez l’adresse"
    if last.token_hash is None:
        return "pending", "lien en cours d’envoi"
    if any(link.last_used_at for link in links if not link.revoked_at):
        return "ok", "accès ouvert"
    return "pending", "lien envoyé, pas encore ouvert"
