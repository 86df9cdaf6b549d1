"""What may be put on the agenda of a session."""

from django.db.models import Exists, F, OuterRef

from candidates.models import Enrolment, EnrolmentQuerySet
from evaluations.progress import blocks_to_evaluate, with_progress

from .enums import SessionState
from .models import Dossier, JurySession


def unscheduled_enrolments() -> EnrolmentQuerySet:
    """Of people who have not given up, with a block to decide, and on no agenda whose results are still to come."""
    on_an_agenda = Dossier.objects.filter(enrolment=OuterRef("pk")).exclude(session__state=SessionState.PUBLISHED)
    to_decide = blocks_to_evaluate().filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.active().filter(Exists(to_decide)).exclude(Exists(on_an_agenda))


def convenable_enrolments(session: JurySession) -> EnrolmentQuerySet:
    return unscheduled_enrolments().filter(version=session.version_id)


def ready(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Those whose every evaluation is in."""
    return with_progress(enrolments).alias(missing=F("evaluations_expected") - F("evaluations_heard")).filter(missing=0)
