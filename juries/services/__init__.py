"""The decisions of a jury, from its preparation to the publication of what it decided."""

from .mandates import end_mandate, mandate
from .preparation import Seating, add_dossiers, compose, convene, prepare_session, remove_dossier
from .publication import publish, record_ratification, seal_minutes
from .refusals import JuryRefusal
from .resits import open_resits
from .sitting import (
    Conflict,
    close_session,
    declare_conflicts,
    hand_over_chair,
    open_session,
    record_presence,
    substitute,
)
from .votes import cast_ballot, close_vote, close_votes, decide, open_vote, open_votes

__all__ = [
    "Conflict",
    "JuryRefusal",
    "Seating",
    "add_dossiers",
    "cast_ballot",
    "close_session",
    "close_vote",
    "close_votes",
    "compose",
    "convene",
    "decide",
    "declare_conflicts",
    "end_mandate",
    "hand_over_chair",
    "mandate",
    "open_resits",
    "open_session",
    "open_vote",
    "open_votes",
    "prepare_session",
    "publish",
    "record_presence",
    "record_ratification",
    "remove_dossier",
    "seal_minutes",
    "substitute",
]
