from .deliberations import Ballot, Deliberation
from .members import MANDATE_MAIL, JuryMember, JuryMemberQuerySet
from .minutes import Minutes, MinutesFile, Ratification, RatificationException
from .sessions import (
    AFTER_SEALING,
    BEFORE_SEALING,
    IN_SITTING,
    Dossier,
    DossierQuerySet,
    JurySession,
    JurySessionQuerySet,
    Recusal,
    Seat,
    SeatQuerySet,
)

__all__ = [
    "AFTER_SEALING",
    "BEFORE_SEALING",
    "IN_SITTING",
    "MANDATE_MAIL",
    "Ballot",
    "Deliberation",
    "Dossier",
    "DossierQuerySet",
    "JuryMember",
    "JuryMemberQuerySet",
    "JurySession",
    "JurySessionQuerySet",
    "Minutes",
    "MinutesFile",
    "Ratification",
    "RatificationException",
    "Recusal",
    "Seat",
    "SeatQuerySet",
]
