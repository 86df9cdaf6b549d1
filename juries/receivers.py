"""What a jury has to say before something is decided below it."""

from typing import Any

from candidates.models import EnrolledBlock

from .enums import DeliberationState, SessionState
from .models import Deliberation

DELIBERATED = "Le jury délibère sur ce bloc, ou en a décidé : rien ne se rouvre avant que la décision soit publiée."


def keep_what_is_deliberated(sender: type, enrolled_block: EnrolledBlock, **_: Any) -> str:
    """From the opening of a vote to the publication of what it decided, nothing moves under the jury."""
    under_way = Deliberation.objects.filter(enrolled_block=enrolled_block).exclude(state=DeliberationState.PENDING)
    return DELIBERATED if under_way.exclude(dossier__session__state=SessionState.PUBLISHED).exists() else ""
