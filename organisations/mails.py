"""A mail of the outbox, as its list and its page show it."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from correspondence.composing import labels
from correspondence.enums import MailState
from correspondence.models import Mail
from correspondence.sentences import error_in_words

from .sections import Section

KINDS = {
    MailState.WAITING: "pending",
    MailState.SENDING: "pending",
    MailState.SENT: "ok",
    MailState.DROPPED: "neutral",
    MailState.FAILED: "danger",
}
COUNTED = {
    MailState.FAILED: ("message non parti", "messages non partis"),
    MailState.WAITING: ("message en attente", "messages en attente"),
    MailState.SENT: ("message envoyé", "messages envoyés"),
    MailState.DROPPED: ("message sans objet", "messages sans objet"),
}


@dataclass(frozen=True, slots=True)
class MailLine:
    mail: Mail

    @property
    def label(self) -> str:
        return labels().get(self.mail.kind, "autre")

    @property
    def state_kind(self) -> str:
        return KINDS[MailState(self.mail.state)]

    @property
    def is_failed(self) -> bool:
        return self.mail.state == MailState.FAILED

    @property
    def addressee(self) -> str:
        return self.mail.to or "adresse effacée"

    @property
    def error(self) -> str:
        return error_in_words(self.mail)

    @property
    def is_retried(self) -> bool:
        return self.mail.attempts > 1

    @property
    def is_postponed(self) -> bool:
        """It waits for its time: a reminder's, or that of another attempt."""
        return self.mail.state == MailState.WAITING and self.mail.send_after > self.mail.queued_at


def counts_by_state() -> list[Section]:
    found = dict(Mail.objects.order_by().values_list("state").annotate(Count("pk")))
    found[MailState.WAITING] = found.get(MailState.WAITING, 0) + found.pop(MailState.SENDING, 0)
    here = reverse("organisations:mails")
    return [Section.counting(found.get(state, 0), *words, f"{here}?state={state}") for state, words in COUNTED.items()]
