"""What a jury leaves to do: to its members, to its chair, to the secretariat."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from accounts.todo import ToDo
from evaluations.progress import fully_evaluated
from organisations.permissions import access_of

from .agenda import unscheduled_enrolments
from .enums import DeliberationState, Presence, SessionState
from .models import IN_SITTING, Ballot, Deliberation, Dossier, JurySession, Seat


def to_do(user: User, *, on: date) -> list[ToDo]:
    seats = list(
        Seat.objects.of(user)
        .filter(session__state__in=(*IN_SITTING, SessionState.CLOSED))
        .select_related("session")
        .order_by("session__held_on", "pk")
    )
    todos = [todo for seat in seats for todo in _of_juror(user, seat)]
    return [*todos, *_of_secretariat()] if access_of(user).is_admin else todos


def _of_juror(user: User, seat: Seat) -> list[ToDo]:
    session, url = seat.session, reverse("juries:session", args=[seat.session.reference])
    if session.is_sitting and seat.conflicts_declared_at is None:
        dossiers = Dossier.objects.visible_to(user).filter(session=session).count()
        return [ToDo("Déclarer vos conflits d’intérêts", dossiers, url, session.held_on, "candidat par candidat")]
    votes = ToDo("Votes qui vous attendent", _votes_awaited(user, seat), url, session.held_on)
    return [votes, *_of_chair(user, session)] if seat.is_chair else [votes]


def _votes_awaited(user: User, seat: Seat) -> int:
    if seat.presence != Presence.PRESENT:
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
        return [ToDo("Procès-verbal à signer", 1, url, session.held_on)]
    dossiers = Dossier.objects.visible_to(user).filter(session=session)
    open_votes = Deliberation.objects.filter(dossier__in=dossiers, state=DeliberationState.OPEN).count()
    closed = Deliberation.objects.filter(dossier__in=dossiers, state=DeliberationState.CLOSED).count()
    return [
        ToDo("Votes à clore", open_votes, url, session.held_on),
        ToDo("Blocs à trancher", closed, url, session.held_on, "égalité des voix, ou écart à la proposition"),
    ]


def _of_secretariat() -> list[ToDo]:
    return [
        _sessions("Sessions de jury à convoquer", SessionState.PREPARED),
        _sessions("Décisions de la CPNEFP à enregistrer", SessionState.SEALED),
        _sessions("Résultats à publier", SessionState.RATIFIED),
        ToDo(
            "Candidats évalués, à présenter à un jury",
            fully_evaluated(unscheduled_enrolments()).count(),
            _administration(SessionState.PREPARED) or reverse("juries:prepare"),
        ),
    ]


def _sessions(label: str, state: SessionState) -> ToDo:
    """The earliest first: its page is where the click leads."""
    sessions = JurySession.objects.filter(state=state)
    first = sessions.order_by("held_on", "pk").first()
    due_on = first.held_on if first and state == SessionState.PREPARED else None
    url = _administration(state) or reverse("juries:sessions")
    return ToDo(label, sessions.count(), url, due_on, first.reference if first else "")


def _administration(state: SessionState) -> str:
    first = JurySession.objects.filter(state=state).order_by("held_on", "pk").first()
    return reverse("juries:administration", args=[first.reference]) if first else ""
