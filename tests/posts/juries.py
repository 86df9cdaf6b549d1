from typing import Any

from django.utils import timezone

from juries import services
from juries.enums import DeliberationState
from juries.models import Deliberation, Dossier
from tests.addresses.places import (
    both,
    convened,
    dossier,
    exactly,
    hearing,
    pk,
    prepared,
    sealed,
    sitting,
    vote,
)
from tests.builders import juries as build
from tests.builders.branch import NOTICE_TOKEN, UNDECLARED, Branch

from .sent import ADDRESSEE, Data, Sent, typed, varied

ACQUIRED = typed(choice="acquired")
DEPARTURE = {"ground": "evidence", "reason": "Un motif."}

in_convened = hearing("convened", "enrolment")  # our dossier, in a jury that does not hear it
in_sitting = hearing("sitting", "stranger")  # another jury’s dossier, in this one


# What happens before


def counted(branch: Branch) -> None:
    """The vote is closed against the proposal: the chair has yet to say why."""
    last = build.seat(branch.sitting, UNDECLARED)
    services.declare_conflicts(last, [], by=last.member.user, at=build.OPENED_AT)
    build.vote(build.deliberation_on(branch.sitting), "not_acquired")
    services.close_votes(build.dossier_of(branch.sitting), by=build.chair_of(branch.sitting), at=build.VOTED_AT)


def closed(branch: Branch) -> None:
    counted(branch)
    chair = build.chair_of(branch.sitting)
    services.decide(build.deliberation_on(branch.sitting), by=chair, at=build.VOTED_AT, **DEPARTURE)
    second = build.dossier_of(branch.sitting, 2)
    services.open_votes(second, by=chair, at=build.VOTED_AT)
    build.vote(build.deliberation_on(branch.sitting, position=2), "acquired")
    services.close_votes(second, by=chair, at=build.VOTED_AT)
    services.close_session(branch.sitting, by=chair, at=build.CLOSED_AT)


def submitted(branch: Branch) -> None:
    closed(branch)
    services.submit_minutes(branch.sitting, by=build.chair_of(branch.sitting), at=build.SUBMITTED_AT)


def approved(branch: Branch) -> None:
    closed(branch)
    build.approved(branch.sitting)


def ratified(branch: Branch) -> None:
    build.ratified(branch.sealed, by=branch.people["admin"])


def published(branch: Branch) -> None:
    build.published(branch.sealed, by=branch.people["admin"])


def refused(branch: Branch) -> None:
    """A jury refuses the only block that it could judge, and the decision is published."""
    members = [seat.member for seat in build.seats_of(branch.sealed)]
    session = build.make_session([branch.unheard], members=members, by=branch.people["admin"])
    build.deliberated(session, "not_acquired")
    for departure in Deliberation.objects.filter(dossier__session=session, state=DeliberationState.CLOSED):
        services.decide(departure, by=build.chair_of(session), at=build.VOTED_AT, **DEPARTURE)
    build.published(session, by=branch.people["admin"])


# What is sent


def refused_dossier(branch: Branch) -> Dossier:
    return Dossier.objects.select_related("session").get(enrolment=branch.unheard)


def refusing(branch: Branch) -> dict[str, Any]:
    """The address of the session that `refused` it."""
    return {"reference": refused_dossier(branch).session.reference}


def sitting_on(session: str, seat: int) -> Data:
    """The member of this seat of theirs, in the first one."""
    return lambda branch: {"member_1": getattr(branch, session).seats.get(number=seat).member_id}


def enrolments(of: str) -> Data:
    return lambda branch: {"enrolments": [getattr(branch, of).pk]}


def calling(of: str) -> Data:
    return lambda branch: {"enrolment": getattr(branch, of).reference}


def appealing(branch: Branch) -> dict[str, Any]:
    return {
        "dossier": [refused_dossier(branch).pk],
        "received_on": timezone.localdate().isoformat(),
        "grounds": "La grille.",
    }


def resitting(branch: Branch) -> dict[str, Any]:
    return {"due_on": "2021-09-15", "dossiers": [refused_dossier(branch).pk]}


def declaring(branch: Branch) -> dict[str, Any]:
    return {f"conflict_{branch.sitting.dossiers.get(position=2).pk}": "on"}


def noting_that_one_left(branch: Branch) -> dict[str, Any]:
    present = {f"presence_{seat.number}": seat.presence for seat in build.seats_of(branch.sitting)}
    return present | {"presence_3": "left"}


FORMS = [
    Sent(
        "admin",
        "juries:mandate",
        data=typed(**ADDRESSEE, college="union", body="Confédération", starts_on="2021-07-01"),
        optional="training_organisation company ends_on",
    ),
    Sent("admin", "juries:end_mandate", pk("mandate"), typed(on="2021-07-31")),
    Sent(
        "admin",
        "juries:prepare",
        data=varied(
            typed(held_on="2021-09-01", starts="09:30", means="on_site", place="Paris"),
            version=lambda branch: branch.enrolment.version_id,
        ),
        optional="expected_minutes written_opens_at written_closes_at masks_identity",
    ),
    Sent("admin", "juries:compose", prepared, varied(sitting_on("prepared", 1), chair=lambda _: 1)),
    Sent("elsewhere", "juries:convocation", convened, typed(answer="room")),
    Sent("admin", "convening:answer", exactly(token=NOTICE_TOKEN), typed(answer="excused")),
    Sent("admin", "juries:resend_notice", both(convened, pk("notice"))),
    Sent("admin", "juries:add_dossiers", prepared, enrolments("unheard")),
    Sent("admin", "juries:open_resits", refusing, resitting, given=refused),
    Sent("admin", "juries:schedule_publication", sealed, typed(on="2099-01-04", at="09:00"), given=ratified),
    Sent("admin", "juries:record_appeal", refusing, appealing, given=refused),
    Sent(
        "admin",
        "juries:ratify",
        sealed,
        typed(decided_on="2021-06-30", chaired_by="Camille Fontenay"),
        optional="note",
    ),
    Sent("undeclared", "juries:declare", sitting, declaring),
    Sent("juror", "juries:vote", vote, ACQUIRED),
    Sent("juror", "juries:write_remark", dossier, typed(text="À revoir ensemble.")),
    Sent("juror", "juries:pack", sitting),
    Sent("juror", "juries:withdraw", dossier, typed(detail="Un cousin.")),
    Sent("chair", "juries:attendance", sitting, noting_that_one_left),
    Sent("chair", "juries:open_votes", hearing("sitting", "another"), typed(block="BC1")),
    Sent("chair", "juries:hand_over", sitting, typed(seat=3), given=counted),
    Sent("chair", "juries:call", sitting, calling("another"), optional="enrolment"),
    Sent("chair", "juries:give_minutes", sitting, typed(minutes="10")),
    Sent("chair", "juries:decide", vote, typed(**DEPARTURE), optional="casting", given=counted),
    Sent("chair", "juries:submit_minutes", sitting, typed(incidents="Une pause."), given=closed),
    Sent(
        "juror",
        "juries:approve_minutes",
        sitting,
        typed(submitted_at=build.SUBMITTED_AT.isoformat()),
        given=submitted,
    ),
    Sent("chair", "juries:seal", sitting, given=approved),
    Sent(
        "chair",
        "juries:add_addendum",
        sealed,
        typed(corrects="Sept voix pour.", text="Huit voix pour."),
        optional="dossier",
    ),
    Sent("admin", "juries:make_extract", hearing("sealed", "judged"), given=published),
]

REFUSED = {
    "correct another jury’s dossier": Sent(
        "chair",
        "juries:add_addendum",
        sealed,
        varied(typed(corrects="Un.", text="Deux."), dossier=lambda branch: build.dossier_of(branch.sitting).pk),
    ),
    "hear what another jury hears": Sent("admin", "juries:add_dossiers", prepared, enrolments("stranger")),
    "seat somebody in another college": Sent("admin", "juries:compose", prepared, sitting_on("prepared", 7)),
    "record an appeal against another jury": Sent(
        "admin",
        "juries:record_appeal",
        refusing,
        varied(appealing, dossier=lambda branch: branch.sitting.dossiers.first().pk),
        given=refused,
    ),
    "answer for another jury": Sent("elsewhere", "juries:convocation", sitting, typed(answer="room")),
    "answer what is no answer": Sent("elsewhere", "juries:convocation", convened, typed(answer="perhaps")),
    "send another jury’s notice again": Sent("admin", "juries:resend_notice", both(sitting, pk("notice"))),
    "seat a substitute who is not there": Sent(
        "admin", "juries:name_substitute", both(sitting, number=4), typed(member="²")
    ),
    "remove another jury’s dossier": Sent("admin", "juries:remove_dossier", hearing("prepared", "stranger")),
    "appoint a seat that is not there": Sent("admin", "juries:appoint_chair", both(sitting, number=14)),
    "call another jury’s dossier": Sent("chair", "juries:call", sitting, calling("stranger")),
    "give minutes that are not offered": Sent("chair", "juries:give_minutes", sitting, typed(minutes="-3")),
    "hand over to a seat that is not there": Sent("chair", "juries:hand_over", sitting, typed(seat=14)),
    "hand over to no number": Sent("chair", "juries:hand_over", sitting, typed(seat="²")),
    "vote on a block that is not heard": Sent("juror", "juries:vote", both(dossier, block="BC3"), ACQUIRED),
    "vote on another jury’s dossier": Sent("juror", "juries:vote", both(in_sitting, block="BC1"), ACQUIRED),
    "vote on a dossier through another jury": Sent("juror", "juries:vote", both(in_convened, block="BC1"), ACQUIRED),
    "vote something else": Sent("juror", "juries:vote", vote, typed(choice="deferred")),
    "adopt a motion that is not there": Sent("juror", "juries:adopt_motion", both(sitting, pk=0)),
    "pull another jury’s dossier out": Sent("juror", "juries:pull_out", both(in_sitting, pk=0)),
    "write on another jury’s dossier": Sent("juror", "juries:write_remark", in_sitting, typed(text="Bonjour.")),
    "withdraw through another jury": Sent("juror", "juries:withdraw", in_convened),
    "open a vote on a block that is not heard": Sent("chair", "juries:open_votes", dossier, typed(block="BC8")),
    "open another jury’s votes": Sent("chair", "juries:open_votes", in_sitting),
    "close votes through another jury": Sent("chair", "juries:close_votes", in_convened, typed(block="BC1")),
    "decide a vote that is still open": Sent("chair", "juries:decide", vote, typed(casting="acquired")),
}
