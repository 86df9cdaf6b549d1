"""What a file of the feed says before its passages: whose it is, and of which certification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rulebook.cdc import Passage

DEPOSITOR = "CERTIFICATEUR"


@dataclass(frozen=True, slots=True)
class DeclaredCertification:
    code: str  # RNCP31395, never 31395
    passages: Sequence[Passage]
    type: str = "RNCP"
    depositor: str = DEPOSITOR


@dataclass(frozen=True, slots=True)
class Flow:
    identifier: UUID
    made_at: datetime
    client_id: str
    contract_id: str
    certifications: Sequence[DeclaredCertification]
