"""The vote on each block, and its secret ballots."""

from django.db import models
from django.db.models import F, Q

from candidates.models import EnrolledBlock

from ..enums import (
    BallotChoice,
    BlockOutcome,
    DeliberationState,
    DepartureGround,
    Proposal,
)
from .members import JuryMember
from .sessions import Dossier, Seat

_COUNTS = ("acquired_count", "not_acquired_count", "abstain_count")
_COUNTED = {f"{field}__isnull": False for field in ("quorum_count", "closed_at", *_COUNTS)}
_UNCOUNTED = {f"{field}__isnull": True for field in _COUNTS}
# As `rulebook.jury.needs_reason` has it, the other way round.
_FOLLOWS = (
    Q(outcome__isnull=True) | Q(outcome=F("proposal")) | ~Q(proposal__in=[Proposal.ACQUIRED, Proposal.NOT_ACQUIRED])
)


class Deliberation(models.Model):
    """The vote on one block of a dossier, and what was decided.

    What the channels said and what the rules proposed are frozen when the vote opens: a later attempt changes neither.
    `closed` means counted: a tie then waits for the chair's casting vote, a departure from the proposal for its reason.
    """

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", related_name="deliberations", on_delete=models.PROTECT)
    enrolled_block = models.ForeignKey(
        EnrolledBlock, verbose_name="bloc", related_name="deliberations", on_delete=models.PROTECT
    )
    state = models.CharField("état", max_length=10, choices=DeliberationState, default=DeliberationState.PENDING)
    proposal = models.CharField("proposition", max_length=12, choices=Proposal, null=True, blank=True)
    opinions = models.JSONField("avis des voies à l’ouverture du vote", default=dict, blank=True)
    presided_by = models.ForeignKey(
        JuryMember,
        verbose_name="vote conduit par",
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # Not always the chair who signs: one recused from a dossier hands it over.
    )
    quorum_count = models.PositiveSmallIntegerField("membres comptés à l’ouverture du vote", null=True, blank=True)
    opened_at = models.DateTimeField("vote ouvert le", null=True, blank=True)
    closed_at = models.DateTimeField("vote clos le", null=True, blank=True)
    acquired_count = models.PositiveSmallIntegerField("voix pour", null=True, blank=True)
    not_acquired_count = models.PositiveSmallIntegerField("voix contre", null=True, blank=True)
    abstain_count = models.PositiveSmallIntegerField("abstentions", null=True, blank=True)
    casting_vote = models.CharField("voix prépondérante", max_length=12, choices=BlockOutcome, null=True, blank=True)
    outcome = models.CharField("décision", max_length=12, choices=BlockOutcome, null=True, blank=True)
    departure_ground = models.CharField(
        "nature de l’écart", max_length=20, choices=DepartureGround, null=True, blank=True
    )
    departure_reason = models.TextField("motif de l’écart à la proposition", blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)

    class Meta:
        verbose_name = "délibération"
        verbose_name_plural = "délibérations"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "enrolled_block"], name="juries_deliberation_block"),
            models.CheckConstraint(
                condition=Q(state=DeliberationState.PENDING, opened_at__isnull=True, outcome__isnull=True)
                | Q(
                    state=DeliberationState.OPEN,
                    opened_at__isnull=False,
                    proposal__isnull=False,
                    presided_by__isnull=False,
                    quorum_count__isnull=False,
                    closed_at__isnull=True,
                    outcome__isnull=True,
                )
                | Q(state=DeliberationState.CLOSED, outcome__isnull=True, **_COUNTED)
                | Q(state=DeliberationState.DECIDED, outcome__isnull=False, decided_at__isnull=False, **_COUNTED)
                | Q(
                    state=DeliberationState.LAPSED,
                    opened_at__isnull=False,
                    closed_at__isnull=False,
                    outcome__isnull=True,
                    **_UNCOUNTED,
                ),
                name="juries_deliberation_state",
            ),
            models.CheckConstraint(
                condition=Q(casting_vote__isnull=True) | Q(acquired_count=F("not_acquired_count")),
                name="juries_deliberation_casting_vote_on_tie",
            ),
            models.CheckConstraint(
                condition=(_FOLLOWS & Q(departure_reason="", departure_ground__isnull=True))
                | (~_FOLLOWS & ~Q(departure_reason="")),  # Departures older than the list have no ground.
                name="juries_deliberation_departure",
                violation_error_message="Un motif accompagne chaque écart à la proposition, et rien d’autre.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} – {self.enrolled_block.block.code}"

    @property
    def subject(self) -> str:
        return f"deliberation:{self.pk}"

    @property
    def code(self) -> str:
        return self.enrolled_block.block.code

    @property
    def is_pending(self) -> bool:
        return self.state == DeliberationState.PENDING

    @property
    def is_open(self) -> bool:
        return self.state == DeliberationState.OPEN

    @property
    def is_closed(self) -> bool:
        """Counted, and waiting for what the votes alone do not settle."""
        return self.state == DeliberationState.CLOSED

    @property
    def is_decided(self) -> bool:
        return self.state == DeliberationState.DECIDED

    @property
    def is_counted(self) -> bool:
        return self.is_closed or self.is_decided

    @property
    def is_lapsed(self) -> bool:
        """Opened, then given up for want of a quorum: the block waits for another session."""
        return self.state == DeliberationState.LAPSED

    @property
    def is_tie(self) -> bool:
        return bool(self.acquired_count) and self.acquired_count == self.not_acquired_count


class Ballot(models.Model):
    """A member's secret vote on one block. Nobody else reads it before the close, nor by name after it."""

    deliberation = models.ForeignKey(
        Deliberation, verbose_name="délibération", related_name="ballots", on_delete=models.PROTECT
    )
    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="ballots", on_delete=models.PROTECT)
    choice = models.CharField("vote", max_length=12, choices=BallotChoice)

    class Meta:
        verbose_name = "bulletin"
        verbose_name_plural = "bulletins"
        constraints = [models.UniqueConstraint(fields=["deliberation", "seat"], name="juries_ballot_once")]

    def __str__(self) -> str:
        return f"bulletin {self.pk}"
