"""Forms clean input and say what is missing; services decide."""

from .appeals import AppealFilter, AppealForm, SettleForm
from .composition import CompositionForm, composition_initial
from .conflicts import ConflictsForm
from .members import EndMandateForm, MandateFilter, MandateForm
from .minutes import AddendumForm, ApprovalForm, IncidentsForm
from .preparation import AgendaForm, PrepareForm
from .publication import RatificationForm, ResitForm, ScheduleForm
from .sitting import AttendanceForm, DecisionForm, ExtensionForm

__all__ = [
    "AddendumForm",
    "AgendaForm",
    "AppealFilter",
    "AppealForm",
    "ApprovalForm",
    "AttendanceForm",
    "CompositionForm",
    "ConflictsForm",
    "DecisionForm",
    "EndMandateForm",
    "ExtensionForm",
    "IncidentsForm",
    "MandateFilter",
    "MandateForm",
    "PrepareForm",
    "RatificationForm",
    "ResitForm",
    "ScheduleForm",
    "SettleForm",
    "composition_initial",
]
