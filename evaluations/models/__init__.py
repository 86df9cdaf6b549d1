from .adaptations import AdaptationAdjustment, AdaptationEvidence, AdaptationRequest
from .assignments import Assignment
from .attachments import Attachment
from .evaluations import MARK_OUT_OF, CompetencyRating, Evaluation, EvaluationQuerySet, PartResult
from .grids import GridJob, GridJobQuerySet, GridSheet
from .reopenings import Reopening

__all__ = [
    "MARK_OUT_OF",
    "AdaptationAdjustment",
    "AdaptationEvidence",
    "AdaptationRequest",
    "Assignment",
    "Attachment",
    "CompetencyRating",
    "Evaluation",
    "EvaluationQuerySet",
    "GridJob",
    "GridJobQuerySet",
    "GridSheet",
    "PartResult",
    "Reopening",
]
