"""What `manage.py verify` asks of the juries: that what was decided was decided by the rules, and nothing else."""

import hashlib
from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from blocks.facts import standard_of
from blocks.models import StandardVersion
from candidates.enums import AcquisitionOrigin
from candidates.models import AcquiredBlock
from evaluations.enums import ReopeningKind
from evaluations.models import Reopening
from journal.canonical import sha256_of
from journal.invariants import Invariant
from rulebook import outcomes
from rulebook.jury import needs_reason

from .approvals import approvals_of, judge
from .enums import HAS_SAT, BallotChoice, BlockOutcome, DeliberationState, PaperKind, Proposal, SessionState
from .facts import composition_of, decision_verdict
from .models import (
    AFTER_SEALING,
    Ballot,
    BallotErasure,
    ConveningNotice,
    Deliberation,
    Dossier,
    JuryMember,
    JurySession,
    Minutes,
    MinutesFile,
    Recusal,
    Remark,
    Seat,
    SessionPaper,
    SessionPaperFile,
)
from .papers import approved_content

COUNTED = (DeliberationState.CLOSED, DeliberationState.DECIDED)


def _mandates() -> Iterator[str]:
    earlier = (
        JuryMember.objects.filter(user=OuterRef("user"), starts_on__lte=OuterRef("starts_on"))
        .exclude(pk=OuterRef("pk"))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("starts_on")))
    )
    return (member.subject for member in JuryMember.objects.filter(Exists(earlier)).order_by("pk"))


def _unmandated_seats() -> Iterator[str]:
    """A titular's and a substitute's mandates both hold on the day of the session."""
    day = F("session__held_on")
    outside = [
        Q(**{f"{who}__starts_on__gt": day}) | Q(**{f"{who}__ends_on__lt": day}) for who in ("member", "substitute")
    ]
    seats = Seat.objects.filter(outside[0] | outside[1]).select_related("session").order_by("session", "number")
    return (f"{seat.session.subject} seat {seat.number}" for seat in seats)


def _seats() -> Iterator[str]:
    for session in JurySession.objects.exclude(state=SessionState.PREPARED).select_related("version").order_by("pk"):
        if not composition_of(session).answer or session.seats.filter(is_chair=True).count() != 1:
            yield session.subject


def _offices() -> Iterator[str]:
    """Whoever was called by a notice was called to a jury with a vice-chair; earlier ones had none."""
    called = ConveningNotice.objects.filter(seat__session=OuterRef("pk"))
    vice_chair = Seat.objects.filter(session=OuterRef("pk"), is_vice_chair=True)
    sessions = JurySession.objects.filter(Exists(called), ~Exists(vice_chair)).exclude(state=SessionState.PREPARED)
    return (session.subject for session in sessions.order_by("pk"))


def _tallies() -> Iterator[str]:
    """The counts written at the close are those of the ballots, as long as they are kept."""
    votes = {choice: Count("ballots", filter=Q(ballots__choice=choice)) for choice in BallotChoice}
    wrong = (
        Deliberation.objects.filter(state__in=COUNTED, dossier__session__ballot_erasure__isnull=True)
        .annotate(for_=votes[BallotChoice.ACQUIRED], against=votes[BallotChoice.NOT_ACQUIRED])
        .annotate(abstained=votes[BallotChoice.ABSTAIN])
        .exclude(acquired_count=F("for_"), not_acquired_count=F("against"), abstain_count=F("abstained"))
    )
    return _subjects(wrong)


def _erased() -> Iterator[str]:
    """Nothing is left of what was erased, and the counts say that there was as much."""
    for erasure in BallotErasure.objects.select_related("session").order_by("pk"):
        counted = Deliberation.objects.filter(dossier__session=erasure.session, state__in=COUNTED).aggregate(
            total=Sum(F("acquired_count") + F("not_acquired_count") + F("abstain_count"))
        )
        is_left = (
            Ballot.objects.filter(deliberation__dossier__session=erasure.session).exists()
            or Remark.objects.filter(dossier__session=erasure.session).exists()
        )
        if is_left or erasure.ballots < (counted["total"] or 0):
            yield erasure.session.subject


def _letters() -> Iterator[str]:
    """Sessions published before letters were written have none: of the others, every dossier has its own."""
    letters = SessionPaper.objects.filter(kind=PaperKind.LETTER)
    told = Dossier.objects.filter(session__state=SessionState.PUBLISHED, session__papers__in=letters).distinct()
    unwritten = told.filter(~Exists(letters.filter(dossier=OuterRef("pk")))).select_related("session", "enrolment")
    yield from (f"{row.session.subject} {row.enrolment.reference}" for row in unwritten.order_by("pk"))
    early = letters.exclude(session__state=SessionState.PUBLISHED)
    yield from (paper.subject for paper in early.order_by("pk"))


def _ballots() -> Iterator[str]:
    """A ballot comes from a seat of the session, that sat, and was not withdrawn from the dossier when it opened."""
    recused = Recusal.objects.filter(
        dossier=OuterRef("deliberation__dossier"),
        seat=OuterRef("seat"),
        recorded_at__lte=OuterRef("deliberation__opened_at"),
    )
    wrong = Ballot.objects.filter(
        ~Q(seat__session=F("deliberation__dossier__session"))
        | ~Q(seat__presence__in=HAS_SAT)
        | Q(deliberation__state=DeliberationState.PENDING)
        | Exists(recused)
    )
    return (f"ballot:{pk}" for pk in wrong.order_by("pk").values_list("pk", flat=True).iterator())


def _quorums() -> Iterator[str]:
    for version in StandardVersion.objects.order_by("pk"):
        minimum = standard_of(version).quorum.minimum
        opened = Deliberation.objects.filter(dossier__session__version=version, opened_at__isnull=False)
        yield from _subjects(opened.filter(Q(quorum_count__lt=minimum) | Q(proposal=Proposal.INCOMPLETE)))


def _decisions() -> Iterator[str]:
    """What the counts and the casting vote decide is what was written, with its reason when it departs."""
    for version in StandardVersion.objects.order_by("pk"):
        rule = standard_of(version).majority
        decided = Deliberation.objects.filter(dossier__session__version=version, state=DeliberationState.DECIDED)
        for row in decided.order_by("pk").iterator():
            outcome = decision_verdict(row, rule).answer
            departs = outcome is not None and needs_reason(outcomes.Proposal(str(row.proposal)), outcome)
            is_grounded = departs or row.departure_ground is None  # Decisions older than the list have none.
            if outcome != row.outcome or departs != bool(row.departure_reason) or not is_grounded:
                yield row.subject


def _unfinished() -> Iterator[str]:
    left = Deliberation.objects.filter(state__in=(DeliberationState.OPEN, DeliberationState.CLOSED))
    return _subjects(left.exclude(dossier__session__state=SessionState.OPEN))


def _minutes() -> Iterator[str]:
    unsealed = JurySession.objects.filter(state__in=AFTER_SEALING, minutes__isnull=True)
    yield from (session.subject for session in unsealed.order_by("pk"))
    for minutes in Minutes.objects.select_related("session").order_by("pk").iterator():
        if sha256_of(minutes.context) != minutes.sha256:
            yield minutes.session.subject
    for file in MinutesFile.objects.select_related("minutes__session").order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            yield file.minutes.session.subject


def _approvals() -> Iterator[str]:
    """Those of version 1 were signed by the chair alone."""
    for minutes in Minutes.objects.exclude(template_version="1").select_related("session").order_by("pk").iterator():
        approved = sha256_of(approved_content(minutes.context))
        approvals = approvals_of(minutes.session, approved)
        if len(approvals) != len(minutes.context.get("approvals", [])) or not judge(minutes.session, approved).answer:
            yield minutes.session.subject


def _papers() -> Iterator[str]:
    for paper in SessionPaper.objects.order_by("pk").iterator():
        if sha256_of(paper.context) != paper.sha256:
            yield paper.subject
    for file in SessionPaperFile.objects.select_related("paper").order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            yield file.paper.subject


def _acquired() -> QuerySet[Deliberation]:
    """The decisions by which a block is acquired: published, and not sent back by the CPNEFP."""
    return Deliberation.objects.filter(
        outcome=BlockOutcome.ACQUIRED,
        dossier__session__state=SessionState.PUBLISHED,
        dossier__session__ratification__isnull=False,
        ratification_exception__isnull=True,
    )


def _groundless() -> Iterator[str]:
    decision = _acquired().filter(
        enrolled_block=OuterRef("enrolled_block"),
        dossier__session__ratification__decided_on__lte=OuterRef("acquired_on"),
    )
    groundless = AcquiredBlock.objects.filter(~Exists(decision), origin=AcquisitionOrigin.JURY)
    return (f"acquired-block:{pk}" for pk in groundless.order_by("pk").values_list("pk", flat=True).iterator())


def _forgotten() -> Iterator[str]:
    held = AcquiredBlock.objects.filter(
        candidate=OuterRef("dossier__enrolment__candidate"),
        catalogue_block=OuterRef("enrolled_block__block__catalogue_block"),
    )
    return _subjects(_acquired().filter(~Exists(held)))


def _moved_under() -> Iterator[str]:
    """Between the opening of a vote and the publication of what it decided."""
    deliberations = Deliberation.objects.filter(
        enrolled_block=OuterRef("evaluation__enrolled_block"), opened_at__lte=OuterRef("opened_at")
    ).exclude(dossier__session__published_at__lte=OuterRef("opened_at"))
    moved = Reopening.objects.filter(Exists(deliberations)).select_related("evaluation")
    return (row.evaluation.subject for row in moved.order_by("pk").iterator())


def _groundless_resits() -> Iterator[str]:
    refusals = Deliberation.objects.filter(
        enrolled_block=OuterRef("evaluation__enrolled_block"),
        outcome=BlockOutcome.NOT_ACQUIRED,
        ratification_exception__isnull=True,
        opened_at__gte=OuterRef("evaluation__submitted_at"),
        dossier__session__published_at__lte=OuterRef("opened_at"),
    )
    groundless = Reopening.objects.filter(~Exists(refusals), kind=ReopeningKind.RESIT).select_related("evaluation")
    return (row.evaluation.subject for row in groundless.order_by("pk").iterator())


def _subjects(deliberations: QuerySet[Deliberation]) -> Iterator[str]:
    return (row.subject for row in deliberations.order_by("pk").iterator())


INVARIANTS = (
    Invariant("juries.mandates", "A person's mandates do not overlap.", _mandates),
    Invariant("juries.mandated", "Whoever has a seat is mandated that day.", _unmandated_seats),
    Invariant("juries.seats", "A convened jury has its thirteen seats, 5/5/2/1, and one chair.", _seats),
    Invariant("juries.offices", "A jury that was called has a vice-chair besides its chair.", _offices),
    Invariant("juries.tally", "A tally is that of the ballots.", _tallies),
    Invariant("juries.erased", "What is erased is gone, and was counted.", _erased),
    Invariant("juries.letters", "Once published, every dossier has its letter, and none before.", _letters),
    Invariant("juries.ballots", "Whoever voted sat there, and was not recused.", _ballots),
    Invariant("juries.quorum", "A vote opens on a quorum and a complete block.", _quorums),
    Invariant("juries.decisions", "What was decided is what the votes decide.", _decisions),
    Invariant("juries.finished", "A closed session leaves no vote unsettled.", _unfinished),
    Invariant("juries.minutes", "Sealed minutes are there, and are those that were sealed.", _minutes),
    Invariant("juries.approvals", "Sealed minutes were approved, as they were sealed.", _approvals),
    Invariant("juries.papers", "The papers of a session are those that were made.", _papers),
    Invariant("juries.acquired", "A block acquired by a jury rests on a published decision.", _groundless),
    Invariant("juries.published", "A published decision in favour has given its block.", _forgotten),
    Invariant(
        "juries.reopenings", "Nothing was reopened under a jury, from its vote to the publication.", _moved_under
    ),
    Invariant("juries.resits", "A resit follows a published refusal of what it reopens.", _groundless_resits),
)
