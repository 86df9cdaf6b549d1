"""What may be put on the agenda of a session."""

from django.db.models import Exists, OuterRef, QuerySet

from candidates.models import EnrolledBlock, Enrolment, EnrolmentQuerySet
from evaluations.models import Evaluation
from evaluations.progress import blocks_to_evaluate

from .enums import BlockOutcome, SessionState
from .models import Appeal, Deliberation, Dossier, JurySession


def blocks_to_decide() -> QuerySet[EnrolledBlock]:
    """Not held, and not refused by a published decision since which no evaluation has come in.

    What the CPNEFP has sent back is to be decided again as it stands; so is what was refused, once an appeal is upheld.
    """
    upheld = Appeal.objects.upheld().filter(dossier=OuterRef("dossier"))
    evaluated_again = Evaluation.objects.heard().filter(
        enrolled_block=OuterRef("enrolled_block"), submitted_at__gt=OuterRef("dossier__session__published_at")
    )
    refused = Deliberation.objects.filter(
        ~Exists(evaluated_again),
        ~Exists(upheld),
        enrolled_block=OuterRef("pk"),
        outcome=BlockOutcome.NOT_ACQUIRED,
        dossier__session__state=SessionState.PUBLISHED,
        ratification_exception__isnull=True,
    )
    return blocks_to_evaluate().filter(~Exists(refused))


def unscheduled_enrolments() -> EnrolmentQuerySet:
    """Of people who have not given up, with a block to decide, and on no agenda whose results are still to come."""
    on_an_agenda = Dossier.objects.filter(enrolment=OuterRef("pk")).exclude(session__state=SessionState.PUBLISHED)
    to_decide = blocks_to_decide().filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.active().filter(Exists(to_decide)).exclude(Exists(on_an_agenda))


def convenable_enrolments(session: JurySession) -> EnrolmentQuerySet:
    return unscheduled_enrolments().filter(version=session.version_id)
