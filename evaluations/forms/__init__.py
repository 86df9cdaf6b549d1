"""Forms clean input and say what is missing; services decide."""

from .adaptations import AdaptationDecisionForm, AdaptationRequestForm
from .assignments import PanelFilter, PanelForm, ReferentForm, ReferentsFilter
from .entry import PART_FIELDS, EvaluationForm, FillForm, ReopeningForm, chosen_field, form_of, values_of
from .filters import DelayFilter, DivergenceFilter, MatrixFilter, RowFilter

__all__ = [
    "PART_FIELDS",
    "AdaptationDecisionForm",
    "AdaptationRequestForm",
    "DelayFilter",
    "DivergenceFilter",
    "EvaluationForm",
    "FillForm",
    "MatrixFilter",
    "PanelFilter",
    "PanelForm",
    "ReferentForm",
    "ReferentsFilter",
    "ReopeningForm",
    "RowFilter",
    "chosen_field",
    "form_of",
    "values_of",
]
