from .appeals import Appeal, AppealQuerySet, BallotErasure
from .convening import ANSWERS, COMING, CONVENING_MAIL, ConveningNotice, vacant_seats
from .deliberations import Ballot, Deliberation
from .members import MANDATE_MAIL, JuryMember, JuryMemberQuerySet
from .minutes import (
    MINUTES_MAIL,
    Minutes,
    MinutesApproval,
    MinutesDraft,
    MinutesFile,
    Ratification,
    RatificationException,
)
from .motions import Motion, MotionItem
from .packs import PACK_MAIL, Pack, PackQuerySet, PackSheet
from .papers import RESULT_MAIL, SessionPaper, SessionPaperFile
from .sessions import (
    AFTER_SEALING,
    BEFORE_SEALING,
    IN_SITTING,
    WINDOW_EXTENDED_MAIL,
    WRITTEN_VOTE_MAIL,
    Dossier,
    DossierQuerySet,
    JurySession,
    JurySessionQuerySet,
    Recusal,
    Seat,
    SeatQuerySet,
)
from .sittings import PresenceEvent, Remark, Sitting

__all__ = [
    "AFTER_SEALING",
    "ANSWERS",
    "BEFORE_SEALING",
    "COMING",
    "CONVENING_MAIL",
    "IN_SITTING",
    "MANDATE_MAIL",
    "MINUTES_MAIL",
    "PACK_MAIL",
    "RESULT_MAIL",
    "WINDOW_EXTENDED_MAIL",
    "WRITTEN_VOTE_MAIL",
    "Appeal",
    "AppealQuerySet",
    "Ballot",
    "BallotErasure",
    "ConveningNotice",
    "Deliberation",
    "Dossier",
    "DossierQuerySet",
    "JuryMember",
    "JuryMemberQuerySet",
    "JurySession",
    "JurySessionQuerySet",
    "Minutes",
    "MinutesApproval",
    "MinutesDraft",
    "MinutesFile",
    "Motion",
    "MotionItem",
    "Pack",
    "PackQuerySet",
    "PackSheet",
    "PresenceEvent",
    "Ratification",
    "RatificationException",
    "Recusal",
    "Remark",
    "Seat",
    "SeatQuerySet",
    "SessionPaper",
    "SessionPaperFile",
    "Sitting",
    "vacant_seats",
]
