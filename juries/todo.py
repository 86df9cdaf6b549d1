"""What a jury leaves to do: to its members, to its chair, to the secretariat."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from accounts.todo import ToDo
from evaluations.progress import fully_evaluated
from organisations.permissions import access_of

from .agenda import unscheduled_enrolments
from .approvals import awaits_approval_of, draft_of, judge
from .enums import DeliberationState, Presence, SessionState
from .models import (
    IN_SITTING,
    Appeal,
    Ballot,
    ConveningNotice,
    Deliberation,
    Dossier,
    JurySession,
    Recusal,
    Seat,
    vacant_seats,
)
from .models.sessions import DossierQuerySet


def to_do(user: User, *, on: date) -> list[ToDo]:
    seats = list(
        Seat.objects.of(user)
        .filter(session__state__in=(*IN_SITTING, SessionState.CLOSED))
        .select_related("session")
        .order_by("session__held_on", "pk")
    )
    todos = [*_of_convened(user), *(todo for seat in seats for todo in _of_juror(user, seat))]
    return [*todos, *_of_secretariat(user)] if access_of(user).is_admin else todos


def _of_convened(user: User) -> list[ToDo]:
    """A substitute who is called has no seat yet: their notice alone tells of it."""
    notices = ConveningNotice.objects.visible_to(user).filter(answer__isnull=True).select_related("seat__session")
    return [
        ToDo(
            "Répondre à la convocation",
            1,
            reverse("juries:convocation", args=[session.reference]),
            session.called_for,
            session.place,
        )
        for session in (notice.seat.session for notice in notices.order_by("seat__session__held_on", "pk"))
    ]


def _of_juror(user: User, seat: Seat) -> list[ToDo]:
    session, url = seat.session, reverse("juries:session", args=[seat.session.reference])
    if session.is_sitting and seat.conflicts_declared_at is None:
        dossiers = Dossier.objects.to_declare_on(user).filter(session=session).count()
        return [ToDo("Déclarer vos conflits d’intérêts", dossiers, url, session.held_on, "candidat par candidat")]
    if awaits_approval_of(seat):
        return [ToDo("Procès-verbal à approuver", 1, reverse("juries:minutes", args=[session.reference]))]
    votes = ToDo("Votes qui vous attendent", _votes_awaited(user, seat), url, session.held_on)
    if seat.is_chair:
        return [votes, *_of_chair(user, session)]
    return [votes, *_of_vice_chair(user, session)] if seat.is_vice_chair else [votes]


def _votes_awaited(user: User, seat: Seat) -> int:
    if not seat.session.is_written and seat.presence != Presence.PRESENT:
        return 0
    cast = Ballot.objects.filter(deliberation=OuterRef("pk"), seat=seat)
    open_votes = Deliberation.objects.filter(
        dossier__in=Dossier.objects.visible_to(user).filter(session=seat.session), state=DeliberationState.OPEN
    )
    return open_votes.exclude(Exists(cast)).count()


def _of_chair(user: User, session: JurySession) -> list[ToDo]:
    url = reverse("juries:console", args=[session.reference])
    if session.state == SessionState.CONVENED:
        return [ToDo("Session de jury à ouvrir", 1, url, session.held_on, session.place)]
    if session.state == SessionState.CLOSED:
        return _of_signatory(session)
    return _of_leader(session, Dossier.objects.visible_to(user).filter(session=session))


def _of_vice_chair(user: User, session: JurySession) -> list[ToDo]:
    """What the chair is recused from."""
    if not session.is_open:
        return []
    left_to_them = Recusal.objects.filter(dossier=OuterRef("pk"), seat__is_chair=True)
    return _of_leader(session, Dossier.objects.visible_to(user).filter(Exists(left_to_them), session=session))


def _of_leader(session: JurySession, dossiers: DossierQuerySet) -> list[ToDo]:
    url = reverse("juries:console", args=[session.reference])
    open_votes = Deliberation.objects.filter(dossier__in=dossiers, state=DeliberationState.OPEN).count()
    closed = Deliberation.objects.filter(dossier__in=dossiers, state=DeliberationState.CLOSED).count()
    return [
        ToDo("Votes à clore", open_votes, url, session.held_on),
        ToDo("Blocs à trancher", closed, url, session.held_on, "égalité des voix, ou écart à la proposition"),
    ]


def _of_signatory(session: JurySession) -> list[ToDo]:
    url, draft = reverse("juries:minutes", args=[session.reference]), draft_of(session)
    if draft is None:
        return [ToDo("Procès-verbal à relire et à soumettre", 1, url, session.held_on)]
    return [ToDo("Procès-verbal à sceller", int(judge(session, draft.sha256).answer), url, session.held_on)]


def _of_secretariat(user: User) -> list[ToDo]:
    return [
        _sessions("Sessions de jury à convoquer", SessionState.PREPARED),
        _vacant(),
        _sessions("Décisions de la CPNEFP à enregistrer", SessionState.SEALED),
        _sessions("Résultats à publier", SessionState.RATIFIED, publication_due_at__isnull=True),
        _appeals(user),
        ToDo(
            "Candidats évalués, à présenter à un jury",
            fully_evaluated(unscheduled_enrolments()).count(),
            _administration(SessionState.PREPARED) or reverse("juries:prepare"),
        ),
    ]


def _appeals(user: User) -> ToDo:
    pending = Appeal.objects.visible_to(user).pending()
    return ToDo("Recours à trancher", pending.count(), f"{reverse('juries:appeals')}?state=pending")


def _vacant() -> ToDo:
    seats = vacant_seats()
    first = seats.select_related("session").order_by("session__held_on", "number").first()
    url = reverse("juries:administration", args=[first.session.reference]) if first else reverse("juries:sessions")
    due_on, detail = (first.session.called_for, first.session.reference) if first else (None, "")
    return ToDo("Sièges sans remplaçant", seats.count(), url, due_on, detail)


def _sessions(label: str, state: SessionState, **conditions: object) -> ToDo:
    """The earliest first: its page is where the click leads."""
    sessions = JurySession.objects.filter(state=state, **conditions)
    first = sessions.order_by("held_on", "pk").first()
    due_on = first.held_on if first and state == SessionState.PREPARED else None
    url = reverse("juries:administration", args=[first.reference]) if first else reverse("juries:sessions")
    return ToDo(label, sessions.count(), url, due_on, first.reference if first else "")


def _administration(state: SessionState) -> str:
    first = JurySession.objects.filter(state=state).order_by("held_on", "pk").first()
    return reverse("juries:administration", args=[first.reference]) if first else ""
