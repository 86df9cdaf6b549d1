"""The call of a session: a personal notice to each member, and the answer."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from organisations.tokens import hash_token

from ..enums import ConveningAnswer, SessionMeans, SessionState
from .members import JuryMember
from .papers import SessionPaper
from .sessions import Seat, SeatQuerySet

CONVENING_MAIL = "juries.convening"  # the kind of its mail
COMING = (ConveningAnswer.ROOM, ConveningAnswer.REMOTE)
ANSWERS = {
    SessionMeans.ON_SITE: (ConveningAnswer.ROOM, ConveningAnswer.EXCUSED),
    SessionMeans.REMOTE: (ConveningAnswer.REMOTE, ConveningAnswer.EXCUSED),
    SessionMeans.MIXED: (ConveningAnswer.ROOM, ConveningAnswer.REMOTE, ConveningAnswer.EXCUSED),
    SessionMeans.WRITTEN: (ConveningAnswer.REMOTE, ConveningAnswer.EXCUSED),
}


class ConveningNoticeQuerySet(models.QuerySet["ConveningNotice"]):
    def standing(self) -> Self:
        """Those that await an answer, or let it change: a titular's until the session opens, a substitute's while
        the titular is excused. None of an account that was closed."""
        titular = Q(member=F("seat__member"))
        excused = ConveningNotice.objects.filter(
            seat=OuterRef("seat"), member=OuterRef("seat__member"), answer=ConveningAnswer.EXCUSED
        )
        substitute = Q(member=F("seat__substitute")) & (Q(seat__is_substituted=True) | Q(Exists(excused)))
        return self.filter(
            titular | substitute, seat__session__state=SessionState.CONVENED, member__user__is_active=True
        )

    def of_those_sitting(self) -> Self:
        """Of whoever has the seat now, titular or substitute."""
        substitute = Q(seat__is_substituted=True, member=F("seat__substitute"))
        return self.filter(Q(seat__is_substituted=False, member=F("seat__member")) | substitute)

    def open_with(self, token: str) -> Self:
        return self.standing().filter(token_hash=hash_token(token)) if token else self.none()

    def visible_to(self, user: User) -> Self:
        """Each their own."""
        return self.standing().filter(member__user=user)


class ConveningNotice(models.Model):
    """What a member was called with, by mail with its paper and a link to answer; the substitute has one once called.

    An answer may change until the session opens: the journal keeps each.
    """

    seat = models.ForeignKey(Seat, verbose_name="siège", related_name="notices", on_delete=models.PROTECT)
    member = models.ForeignKey(JuryMember, verbose_name="membre", related_name="notices", on_delete=models.PROTECT)
    paper = models.OneToOneField(
        SessionPaper, verbose_name="convocation", related_name="notice", on_delete=models.PROTECT
    )
    token_hash = models.CharField("empreinte du lien", max_length=64, blank=True)
    called_by = models.ForeignKey(User, verbose_name="convoqué par", related_name="+", on_delete=models.PROTECT)
    called_at = models.DateTimeField("convoqué le")
    answer = models.CharField("réponse", max_length=10, choices=ConveningAnswer, null=True, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    objects = ConveningNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "convocation"
        verbose_name_plural = "convocations"
        constraints = [
            models.UniqueConstraint(fields=["seat", "member"], name="juries_conveningnotice_once"),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="juries_conveningnotice_token"
            ),
            models.CheckConstraint(
                condition=Q(answer__isnull=True, answered_at__isnull=True)
                | Q(answer__isnull=False, answered_at__isnull=False),
                name="juries_conveningnotice_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"convocation {self.seat_id}"

    @property
    def subject(self) -> str:
        return f"convening_notice:{self.pk}"

    @property
    def has_accepted(self) -> bool:
        return self.answer in COMING

    @property
    def is_excused(self) -> bool:
        return self.answer == ConveningAnswer.EXCUSED


def vacant_seats() -> SeatQuerySet:
    """Of convened sessions, those whose titular declined, and whose substitute did too, if there is one."""
    excused = ConveningNotice.objects.filter(seat=OuterRef("pk"), answer=ConveningAnswer.EXCUSED)
    return Seat.objects.filter(
        Exists(excused.filter(member=OuterRef("member"))),
        Q(substitute__isnull=True) | Q(Exists(excused.filter(member=OuterRef("substitute")))),
        session__state=SessionState.CONVENED,
        is_substituted=False,
    )
