from .assignments import NotAPanelAssessor, assign_panel
from .entry import (
    EntryRefused,
    EvaluationChangedMeanwhile,
    EvaluationIncomplete,
    TypedTooMuch,
    demands_of,
    opinion_of,
    refusal_of,
    save_draft,
    submit,
)

__all__ = [
    "EntryRefused",
    "EvaluationChangedMeanwhile",
    "EvaluationIncomplete",
    "NotAPanelAssessor",
    "TypedTooMuch",
    "assign_panel",
    "demands_of",
    "opinion_of",
    "refusal_of",
    "save_draft",
    "submit",
]
