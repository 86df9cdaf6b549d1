"""Dossiers to take away: asked for by a member, or prepared for everybody on the eve of the session."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from documents.uploads import discard
from journal.services import SYSTEM, record

from ..enums import SessionState
from ..models import Dossier, JurySession, Pack, PackSheet, Seat
from ..permissions import may_read_dossiers
from ..tasks import draw_pack
from .refusals import ConflictsNotDeclared, NothingToTake, NotYourSeat, WrongMoment


@transaction.atomic(durable=True)
def ask_pack(seat: Seat, *, by: User, at: datetime) -> Pack:
    """All the dossiers that the member sees, as they stand. The same pack while it is under way; else a new one."""
    seat = _lock(seat)
    if seat.sitting.user_id != by.pk:
        raise NotYourSeat
    if not seat.session.is_sitting:
        raise WrongMoment
    if not may_read_dossiers(seat):
        raise ConflictsNotDeclared
    valid = Pack.objects.valid(timezone.localdate(at)).filter(seat=seat)
    return valid.under_way().first() or _make(seat, by.reference, at)


@transaction.atomic(durable=True)
def prepare_pack(seat: Seat, *, at: datetime) -> Pack | None:
    """On the eve, for a member who has declared: told by mail once it is drawn. Nothing when today's is there."""
    seat = _lock(seat)
    if not seat.session.is_sitting or not may_read_dossiers(seat):
        return None
    today = timezone.localdate(at)
    midnight = timezone.make_aware(datetime.combine(today, time()))
    if Pack.objects.valid(today).filter(seat=seat, requested_at__gte=midnight).exists():
        return None
    if not _dossiers(seat):
        return None
    return _make(seat, SYSTEM, at, is_announced=True)


def seats_to_prepare(at: datetime) -> list[Seat]:
    """Of the sessions that meet tomorrow, or whose written vote opens."""
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    convened = JurySession.objects.filter(state=SessionState.CONVENED)
    meeting = [session.pk for session in convened.order_by("pk") if session.called_for == tomorrow]
    seats = Seat.objects.filter(session__in=meeting, conflicts_declared_at__isnull=False)
    return list(seats.select_related("session").order_by("session", "number"))


def _lock(seat: Seat) -> Seat:
    """Two clicks are one request: the second waits here for the first, and finds its pack."""
    rows = Seat.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("session", "member__user", "substitute__user").get(pk=seat.pk)


def _dossiers(seat: Seat) -> list[Dossier]:
    visible = Dossier.objects.visible_to(seat.sitting.user).filter(session=seat.session)
    return list(visible.select_related("enrolment").order_by("position"))


def _make(seat: Seat, actor: str, at: datetime, *, is_announced: bool = False) -> Pack:
    dossiers = _dossiers(seat)
    if not dossiers:
        raise NothingToTake
    _throw_away(seat)
    pack = Pack.objects.create(
        session=seat.session,
        seat=seat,
        member=seat.sitting,
        is_masked=seat.session.masks_identity,
        is_announced=is_announced,
        requested_at=at,
        total=len(dossiers),
    )
    PackSheet.objects.bulk_create(
        PackSheet(pack=pack, dossier=dossier, position=dossier.position) for dossier in dossiers
    )
    after = {"session": seat.session.reference, "seat": seat.number, "dossiers": len(dossiers)}
    record("pack.requested", subject=pack.subject, actor=actor, at=at, after=after)
    draw_pack.delay_on_commit(pack_id=pack.pk)
    return pack


def _throw_away(seat: Seat) -> None:
    """The packs of this seat that the new one replaces, a former occupant's with them."""
    for former in Pack.objects.filter(seat=seat):
        stored_name = former.stored_name
        former.delete()
        if stored_name:
            transaction.on_commit(lambda name=stored_name: discard(name))  # type: ignore[misc]
