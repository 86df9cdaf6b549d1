"""What may be put on the agenda of a session."""

from django.db.models import Exists, OuterRef, QuerySet

from candidates.models import AcquiredBlock, EnrolledBlock, Enrolment, EnrolmentQuerySet

from .enums import SessionState
from .models import Dossier, JurySession


def undecided_blocks() -> QuerySet[EnrolledBlock]:
    """The enrolled blocks that the person does not hold yet, by whatever enrolment."""
    held = AcquiredBlock.objects.filter(
        candidate=OuterRef("enrolment__candidate"), catalogue_block=OuterRef("block__catalogue_block")
    )
    return EnrolledBlock.objects.exclude(Exists(held))


def unscheduled_enrolments() -> EnrolmentQuerySet:
    """Of people who have not given up, with a block to decide, and on no agenda whose results are still to come."""
    on_an_agenda = Dossier.objects.filter(enrolment=OuterRef("pk")).exclude(session__state=SessionState.PUBLISHED)
    to_decide = undecided_blocks().filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.active().filter(Exists(to_decide)).exclude(Exists(on_an_agenda))


def convenable_enrolments(session: JurySession) -> EnrolmentQuerySet:
    return unscheduled_enrolments().filter(version=session.version_id)
