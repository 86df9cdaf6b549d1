"""The decisions of a jury, from its preparation to the publication of what it decided."""

from .addenda import add_addendum, make_extract
from .appeals import record_appeal, settle_appeal
from .chairing import hand_over_chair, take_over_chair
from .conflicts import Conflict, declare_conflicts
from .convening import answer_convening, convene, judge_earliness, name_substitute, resend_notice
from .erasure import due_for_erasure, erase_ballots
from .floor import call_dossier, give_minutes
from .mandates import end_mandate, mandate
from .minutes import approve_minutes, seal_minutes, submit_minutes
from .motions import adopt_motion, close_motion, propose_motion, pull_out
from .packs import ask_pack, prepare_pack, seats_to_prepare
from .preparation import Seating, add_dossiers, compose, prepare_session, remove_dossier
from .presence import join_session, leave_session, record_presence, signal, substitute
from .publication import (
    cancel_publication,
    due_for_publication,
    publish,
    publish_scheduled,
    record_ratification,
    schedule_publication,
)
from .refusals import JuryRefusal
from .remarks import write_remark
from .resits import open_resits
from .sitting import close_session, open_session
from .votes import cast_ballot, close_vote, close_votes, decide, lapse_vote, lapse_votes, open_vote, open_votes
from .written import (
    count_written_votes,
    extend_window,
    open_at_its_hour,
    remind_voters,
    written_to_open,
    written_to_remind,
)

__all__ = [
    "Conflict",
    "JuryRefusal",
    "Seating",
    "add_addendum",
    "add_dossiers",
    "adopt_motion",
    "answer_convening",
    "approve_minutes",
    "ask_pack",
    "call_dossier",
    "cancel_publication",
    "cast_ballot",
    "close_motion",
    "close_session",
    "close_vote",
    "close_votes",
    "compose",
    "convene",
    "count_written_votes",
    "decide",
    "declare_conflicts",
    "due_for_erasure",
    "due_for_publication",
    "end_mandate",
    "erase_ballots",
    "extend_window",
    "give_minutes",
    "hand_over_chair",
    "join_session",
    "judge_earliness",
    "lapse_vote",
    "lapse_votes",
    "leave_session",
    "make_extract",
    "mandate",
    "name_substitute",
    "open_at_its_hour",
    "open_resits",
    "open_session",
    "open_vote",
    "open_votes",
    "prepare_pack",
    "prepare_session",
    "propose_motion",
    "publish",
    "publish_scheduled",
    "pull_out",
    "record_appeal",
    "record_presence",
    "record_ratification",
    "remind_voters",
    "remove_dossier",
    "resend_notice",
    "schedule_publication",
    "seal_minutes",
    "seats_to_prepare",
    "settle_appeal",
    "signal",
    "submit_minutes",
    "substitute",
    "take_over_chair",
    "write_remark",
    "written_to_open",
    "written_to_remind",
]
