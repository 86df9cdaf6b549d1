"""A submitted evaluation never changes, nor does anything it says (DESIGN §6.4)."""

from journal.guards import Guard

MESSAGE = "Cette évaluation est rendue : elle ne change plus."
_SUBMITTED = (
    "EXISTS (SELECT 1 FROM evaluations_evaluation e WHERE e.id = {row}.evaluation_id AND e.state = 'submitted')"
)


def _frozen_child(table: str, row: str, events: tuple[str, ...]) -> Guard:
    return Guard(
        name=f"{table}_{row.lower()}", table=table, events=events, message=MESSAGE, condition=_SUBMITTED.format(row=row)
    )


GUARDS = (
    Guard(
        name="evaluations_evaluation",
        table="evaluations_evaluation",
        events=("UPDATE", "DELETE"),
        message=MESSAGE,
        condition="OLD.state = 'submitted'",
    ),
    *(
        _frozen_child(table, "OLD", ("UPDATE", "DELETE"))
        for table in ("evaluations_competencyrating", "evaluations_partresult")
    ),
    *(
        _frozen_child(table, "NEW", ("INSERT", "UPDATE"))
        for table in ("evaluations_competencyrating", "evaluations_partresult")
    ),
)
