"""Where the candidates stand on their way to the certificate, in SQL: the secretariat's counts, each a link."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from blocks.enums import BlockGroup
from blocks.facts import standard_of
from blocks.models import Block, StandardVersion
from candidates.models import AcquiredBlock, Enrolment, EnrolmentQuerySet
from evaluations.progress import fully_evaluated
from juries.agenda import unscheduled_enrolments
from juries.enums import SessionState
from juries.models import Dossier

from .cdc.facts import to_declare
from .enums import CertificateState, PaperKind
from .models import Certificate

SITTING = (SessionState.PREPARED, SessionState.CONVENED, SessionState.OPEN, SessionState.CLOSED)


@dataclass(frozen=True, slots=True)
class Stage:
    label: str
    count: int
    url: str


def pipeline_of(*, on: date) -> list[Stage]:
    """Enrolled, evaluated, in session, to ratify, to publish, to issue, issued, to declare that day."""
    waiting = unscheduled_enrolments()
    complete = fully_evaluated(waiting).count()
    in_session = Dossier.objects.aggregate(
        sitting=Count("pk", filter=Q(session__state__in=SITTING)),
        sealed=Count("pk", filter=Q(session__state=SessionState.SEALED)),
        ratified=Count("pk", filter=Q(session__state=SessionState.RATIFIED)),
    )
    issued = Certificate.objects.filter(kind=PaperKind.CERTIFICATE, state=CertificateState.PUBLISHED).count()
    sessions = reverse("juries:sessions")
    return [
        Stage("en évaluation", waiting.count() - complete, reverse("evaluations:matrix")),
        Stage("à présenter au jury", complete, sessions),
        Stage("devant le jury", in_session["sitting"], sessions),
        Stage("à ratifier", in_session["sealed"], sessions),
        Stage("à publier", in_session["ratified"], sessions),
        Stage("à délivrer", to_issue().count(), reverse("certificates:to_issue")),
        Stage("délivrés", issued, reverse("certificates:register")),
        Stage("à déclarer", to_declare(on).count(), reverse("certificates:cdc_to_declare")),
    ]


def to_issue() -> EnrolmentQuerySet:
    """Each person's last enrolment, when they hold every block it takes and no certificate yet.

    The tests hold it to `rulebook.award.judge_award`; issuing judges again.
    """
    held = AcquiredBlock.objects.filter(
        candidate=OuterRef(OuterRef("candidate")), catalogue_block=OuterRef("catalogue_block")
    )
    blocks = Block.objects.filter(version=OuterRef("version"))
    missing = blocks.exclude(group=BlockGroup.OPTIONAL).filter(~Exists(held))
    options_held = _count_of(blocks.filter(Exists(held), group=BlockGroup.OPTIONAL))
    newer = Enrolment.objects.filter(
        candidate=OuterRef("candidate"),
        version__certification=OuterRef("version__certification"),
        entered_on__gt=OuterRef("entered_on"),
    )
    certified = Certificate.objects.live().filter(
        kind=PaperKind.CERTIFICATE,
        candidate=OuterRef("candidate"),
        certification=OuterRef("version__certification"),
    )
    return (
        Enrolment.objects.annotate(options_held=options_held)
        .filter(_enough_options(), ~Exists(missing), ~Exists(newer), ~Exists(certified))
        .select_related("candidate", "training_organisation", "version__certification__awarding_body", "route")
        .order_by("entered_on", "pk")
    )


def _count_of(rows: QuerySet) -> Coalesce:
    """How many rows a correlated query finds; zero when none."""
    grouped = rows.order_by().values("version").annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def _enough_options() -> Q:
    """Versions are few, and each says how many options it takes."""
    enough = Q(pk__in=[])
    for version in StandardVersion.objects.all():
        enough |= Q(version=version, options_held__gte=standard_of(version).composition.optional.minimum)
    return enough
