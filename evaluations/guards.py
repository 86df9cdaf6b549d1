"""A submitted evaluation never changes, nor does anything it says (DESIGN §6.4)."""

from journal.guards import Guard, append_only

MESSAGE = "Cette évaluation est rendue : elle ne change plus."
_SUBMITTED = (
    "EXISTS (SELECT 1 FROM evaluations_evaluation e WHERE e.id = {row}.evaluation_id AND e.state = 'submitted')"
)


def _frozen_child(table: str, row: str, events: tuple[str, ...]) -> Guard:
    return Guard(
        name=f"{table}_{row.lower()}", table=table, events=events, message=MESSAGE, condition=_SUBMITTED.format(row=row)
    )


_HEARD = (
    "EXISTS (SELECT 1 FROM evaluations_evaluation e WHERE e.id = NEW.evaluation_id "
    "AND e.state = 'submitted' AND e.opinion <> 'excused')"
)

UPLOAD_MESSAGE = "Un fichier déposé ne change pas : il se retire, puis un autre se dépose."
ASKED_MESSAGE = "Une demande d’aménagement ne change pas : une autre la remplace."
DECIDED_MESSAGE = "Cette demande d’aménagement n’est plus à décider : elle ne change plus."
_EVALUATION = "SELECT 1 FROM evaluations_evaluation e WHERE e.id = {row}.evaluation_id FOR SHARE"
_REQUEST = "EXISTS (SELECT 1 FROM evaluations_adaptationrequest r WHERE r.id = {row}.request_id AND {condition})"
_REQUEST_OF_LINK = (
    "EXISTS (SELECT 1 FROM evaluations_adaptationrequest r JOIN evaluations_adaptationadjustment a "
    "ON a.request_id = r.id WHERE a.id = {row}.adaptationadjustment_id AND r.state <> 'pending')"
)
# Only the precision of what was asked may go, with the need: what was granted stays.
_DETAIL_ERASED = (
    "(NEW.detail = '' AND NOT OLD.is_granted AND NEW.is_granted = OLD.is_granted "
    "AND NEW.adjustment = OLD.adjustment AND NEW.request_id = OLD.request_id)"
)


def _frozen_attachment(row: str, event: str) -> Guard:
    return Guard(
        name=f"evaluations_attachment_{row.lower()}",
        table="evaluations_attachment",
        events=(event,),
        message=MESSAGE,
        condition=_SUBMITTED.format(row=row),
        lock=_EVALUATION.format(row=row),  # It may be under submission.
    )


def _decided_adjustment(row: str, event: str, more: str = "TRUE") -> Guard:
    return Guard(
        name=f"evaluations_adjustment_{event.lower()}",
        table="evaluations_adaptationadjustment",
        events=(event,),
        message=DECIDED_MESSAGE,
        condition=_REQUEST.format(row=row, condition="r.state <> 'pending'") + f" AND {more}",
    )


ADAPTATION_GUARDS = (
    Guard(
        name="evaluations_adaptation_asked",
        table="evaluations_adaptationrequest",
        events=("UPDATE",),
        message=ASKED_MESSAGE,
        condition=(
            "NEW.enrolment_id <> OLD.enrolment_id OR NEW.requested_by_id <> OLD.requested_by_id "
            "OR NEW.requested_at <> OLD.requested_at "
            "OR COALESCE(NEW.requested_for_id, 0) <> COALESCE(OLD.requested_for_id, 0) "
            "OR (NEW.need <> OLD.need AND NEW.need <> '')"
        ),
    ),
    Guard(
        name="evaluations_adaptation_decided",
        table="evaluations_adaptationrequest",
        events=("UPDATE",),
        message=DECIDED_MESSAGE,
        condition=(
            "OLD.state <> 'pending' AND (NEW.state <> OLD.state OR NEW.decision_reason <> OLD.decision_reason "
            "OR NEW.decided_by_id <> OLD.decided_by_id OR NEW.decided_at <> OLD.decided_at "
            "OR NEW.replaced_at <> OLD.replaced_at)"
        ),
    ),
    Guard(
        name="evaluations_adaptation_kept",
        table="evaluations_adaptationrequest",
        events=("DELETE", "TRUNCATE"),
        message=ASKED_MESSAGE,
    ),
    _decided_adjustment("NEW", "INSERT"),
    _decided_adjustment("OLD", "UPDATE", f"NOT {_DETAIL_ERASED}"),
    _decided_adjustment("OLD", "DELETE"),
    *(
        Guard(name=f"{table}_kept", table=table, events=("TRUNCATE",), message=DECIDED_MESSAGE)
        for table in ("evaluations_adaptationadjustment", "evaluations_adaptationadjustment_channels")
    ),
    *(
        Guard(
            name=f"evaluations_adjustment_channels_{event.lower()}",
            table="evaluations_adaptationadjustment_channels",
            events=(event,),
            message=DECIDED_MESSAGE,
            condition=_REQUEST_OF_LINK.format(row=row),
        )
        for row, event in (("NEW", "INSERT"), ("OLD", "UPDATE"), ("OLD", "DELETE"))
    ),
    Guard(
        name="evaluations_evidence_added",
        table="evaluations_adaptationevidence",
        events=("INSERT",),
        message=DECIDED_MESSAGE,
        condition=_REQUEST.format(row="NEW", condition="r.state <> 'pending'"),
    ),
    Guard(
        name="evaluations_evidence",
        table="evaluations_adaptationevidence",
        events=("UPDATE", "TRUNCATE"),
        message=UPLOAD_MESSAGE,
    ),
)

ATTACHMENT_GUARDS = (
    _frozen_attachment("NEW", "INSERT"),
    _frozen_attachment("OLD", "DELETE"),
    Guard(
        name="evaluations_attachment",
        table="evaluations_attachment",
        events=("UPDATE", "TRUNCATE"),
        message=UPLOAD_MESSAGE,
    ),
)

GUARDS = (
    append_only("evaluations_reopening_kept", "evaluations_reopening", "Une réouverture ne se retire pas."),
    Guard(
        name="evaluations_reopening_made",
        table="evaluations_reopening",
        events=("INSERT",),
        message="Seule une évaluation rendue, qui vaut pour sa voie, se rouvre.",
        condition=f"NOT {_HEARD}",
    ),
    Guard(
        name="evaluations_evaluation",
        table="evaluations_evaluation",
        events=("UPDATE", "DELETE", "TRUNCATE"),
        message=MESSAGE,
        condition="OLD.state = 'submitted'",
    ),
    *(
        _frozen_child(table, "OLD", ("UPDATE", "DELETE", "TRUNCATE"))
        for table in ("evaluations_competencyrating", "evaluations_partresult")
    ),
    *(
        _frozen_child(table, "NEW", ("INSERT", "UPDATE"))
        for table in ("evaluations_competencyrating", "evaluations_partresult")
    ),
    *ATTACHMENT_GUARDS,
    *ADAPTATION_GUARDS,
)
