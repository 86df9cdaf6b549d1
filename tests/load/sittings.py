"""Sessions held over HTTP by thirteen people at once, and what their logs say against what was counted."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import product
from random import Random
from threading import Event

from django.db import connection

from candidates.models import Enrolment
from journal.models import Entry
from juries.enums import BallotChoice, DeliberationState, SessionState
from juries.models import Ballot, Deliberation, Dossier, JurySession, Seat, Sitting
from tests.builders import juries as build
from tests.builders.candidates import make_enrolment
from tests.builders.evaluations import submit_all

from .people import Answer, NotAnswered, Person, Sent

BLOCK = "BC1"
CHOICES, WEIGHTS = tuple(BallotChoice), (5, 4, 1)
SETTLES_WITHIN = 60.0
Count = tuple[int, int, int]


# Preparing: one agenda of evaluated enrolments, and fresh rows for each session


def make_agenda(size: int) -> list[Enrolment]:
    """Enrolments on which one block can be decided, by the three channels that have heard the candidate."""
    enrolments = [make_enrolment() for _ in range(size)]
    for enrolment in enrolments:
        submit_all(enrolment, blocks=[BLOCK])
    return enrolments


def open_sessions(number: int, agenda: Sequence[Enrolment]) -> list[JurySession]:
    """The first by the services; the others are copies of its rows, for speed. The guards watch both."""
    model = build.make_session(agenda)
    return [model, *(_copy(model, rank) for rank in range(2, number + 1))]


def _copy(model: JurySession, rank: int) -> JurySession:
    seats, dossiers = list(build.seats_of(model)), list(model.dossiers.order_by("position"))
    session = JurySession.objects.get(pk=model.pk)
    session.pk, session.reference = None, f"{model.reference}-{rank}"
    session.state, session.convened_at, session.opened_at = SessionState.PREPARED, None, None
    session.save(force_insert=True)
    for row in [*seats, *dossiers]:
        row.pk, row.session = None, session
    Seat.objects.bulk_create(seats)
    Dossier.objects.bulk_create(dossiers)
    enrolled = {dossier.enrolment_id: dossier for dossier in dossiers}
    Deliberation.objects.bulk_create(
        Deliberation(dossier=enrolled[row.dossier.enrolment_id], enrolled_block=row.enrolled_block)
        for row in Deliberation.objects.filter(dossier__session=model).select_related("dossier")
    )
    session.state, session.convened_at, session.opened_at = SessionState.OPEN, model.convened_at, model.opened_at
    session.save()
    Sitting.objects.create(session=session)
    return session


def seated(session: JurySession, port: int, clients: int = 13) -> list[Person]:
    """The first presides. Whoever has no client stays silent."""
    people = [
        Person(user=seat.sitting.user, seat=seat.pk, number=seat.number, port=port)
        for seat in build.seats_of(session)[:clients]
    ]
    for person in people:
        person.sign_in()
    return people


# Voting


@dataclass(frozen=True)
class Pace:
    """In seconds, at random between the two."""

    closes_after: tuple[float, float] = (0.1, 1.2)
    between_ballots: tuple[float, float] = (0.02, 0.5)


def hold(session: JurySession, people: Sequence[Person], chance: Random, pace: Pace = Pace()) -> None:
    """Every dossier called, voted on by everybody at once, and closed at a random instant."""
    votes = Deliberation.objects.filter(dossier__session=session, enrolled_block__block__code=BLOCK)
    with ThreadPoolExecutor(len(people) + 1) as pool:
        for vote in votes.select_related("dossier__enrolment").order_by("dossier__position"):
            path = f"/jurys/{session.reference}/dossiers/{vote.dossier.enrolment.reference}"
            _insist(people[0], f"{path}/ouvrir/", vote, until=lambda state: state != DeliberationState.PENDING)
            closed = Event()
            seeds = [chance.random() for _ in people]
            voters = [
                pool.submit(_vote, person, f"{path}/voter/{BLOCK}/", vote.pk, closed, Random(seed), pace)  # noqa: S311
                for person, seed in zip(people, seeds, strict=True)
            ]
            time.sleep(chance.uniform(*pace.closes_after))
            _insist(people[0], f"{path}/clore/", vote, until=lambda state: state != DeliberationState.OPEN)
            closed.set()
            for voter in voters:
                voter.result()


def _insist(chair: Person, path: str, vote: Deliberation, *, until) -> None:
    """As the chair would: press again until the page shows it done, for a page that died has answered nothing."""
    deadline = time.monotonic() + SETTLES_WITHIN
    answer: object = None
    while time.monotonic() < deadline:
        try:
            answer = chair.post(path, {"block": BLOCK})
        except NotAnswered:
            continue
        if until(Deliberation.objects.values_list("state", flat=True).get(pk=vote.pk)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"{path}: {answer}")


def _vote(person: Person, path: str, vote: int, closed: Event, chance: Random, pace: Pace) -> None:
    """Votes, changes their mind, votes again, until refused; once more after the close, if they have not met it."""
    try:
        while True:
            is_late = closed.is_set()
            (choice,) = chance.choices(CHOICES, WEIGHTS)
            answer = person.cast(path, vote, choice, is_late=is_late)
            if (is_late and answer != Answer.UNKNOWN) or answer == Answer.REFUSED:
                return
            closed.wait(chance.uniform(*pace.between_ballots))
    finally:
        connection.close()


# Comparing


@dataclass
class Findings:
    """What was sent, what was counted; a difference is a broken promise."""

    votes: int = 0
    ballots: int = 0
    acknowledged: int = 0
    refused: int = 0
    overtaken: int = 0  # of those refused, sent before anybody was told of the close
    unknown: int = 0
    counted: int = 0
    miscounted: int = 0  # tallies that no reading of the logs gives
    lost: int = 0  # members whose ballot kept is not the last that they were told
    invented: int = 0  # ballots of members who were never told that they had voted
    late: int = 0  # taken after the close
    double: int = 0  # more than one ballot of a member on a vote
    tallies_wrong: int = 0  # votes counted never or twice
    kills: int = 0
    restarts: int = 0
    seconds: float = 0.0
    details: list[str] = field(default_factory=list)

    @property
    def differences(self) -> int:
        return self.miscounted + self.lost + self.invented + self.late + self.double + self.tallies_wrong

    def as_row(self) -> dict[str, object]:
        row = asdict(self) | {"differences": self.differences, "seconds": round(self.seconds, 1)}
        return row | {"details": self.details[:5]}


def compare(session: JurySession, people: Sequence[Person], into: Findings) -> None:
    """The clients' logs against the tallies, the ballots kept and the journal."""
    votes = Deliberation.objects.filter(dossier__session=session, enrolled_block__block__code=BLOCK)
    closes = _closes(session)
    for vote in votes.select_related("dossier__enrolment"):
        kept: dict[int, list[str]] = {}
        for seat, choice in Ballot.objects.filter(deliberation=vote).values_list("seat", "choice"):
            kept.setdefault(seat, []).append(choice)
        readings = []
        for person in people:
            sent = [row for row in person.log if row.vote == vote.pk]
            possible = possible_ballots(sent)
            readings.append(possible)
            _compare_member(person, sent, possible, kept.get(person.seat, []), into)
        tally = (vote.acquired_count or 0, vote.not_acquired_count or 0, vote.abstain_count or 0)
        into.votes += 1
        into.counted += sum(tally)
        if tally not in possible_tallies(readings):
            into.miscounted += 1
            into.details.append(f"{vote.dossier.enrolment.reference}: counted {tally}")
        into.tallies_wrong += closes[vote.dossier.enrolment.reference] != 1


def _closes(session: JurySession) -> Counter[str]:
    entries = Entry.objects.filter(subject=session.subject, action="session.vote_closed")
    return Counter(entry.after["enrolment"] for entry in entries)


def _compare_member(
    person: Person, sent: Sequence[Sent], possible: set[BallotChoice | None], kept: list[str], into: Findings
) -> None:
    answers = Counter(row.answer for row in sent)
    into.ballots += len(sent)
    into.acknowledged += answers[Answer.ACKNOWLEDGED]
    into.refused += answers[Answer.REFUSED]
    into.unknown += answers[Answer.UNKNOWN]
    into.overtaken += sum(not row.is_late and row.answer == Answer.REFUSED for row in sent)
    into.late += sum(row.is_late and row.answer == Answer.ACKNOWLEDGED for row in sent)
    into.double += len(kept) > 1
    ballot = kept[0] if kept else None
    if ballot not in possible:
        into.details.append(f"seat {person.number}: kept {ballot}, possible {sorted(map(str, possible))}")
        into.lost += answers[Answer.ACKNOWLEDGED] > 0
        into.invented += answers[Answer.ACKNOWLEDGED] == 0


def possible_ballots(sent: Iterable[Sent]) -> set[BallotChoice | None]:
    """What may be kept of a member: the last acknowledged, or what was sent since and never answered."""
    possible: set[BallotChoice | None] = {None}
    for row in sent:
        if row.answer == Answer.ACKNOWLEDGED:
            possible = {row.choice}
        elif row.answer == Answer.UNKNOWN:
            possible = possible | {row.choice}
    return possible


def possible_tallies(readings: Iterable[set[BallotChoice | None]]) -> set[Count]:
    found: set[Count] = {(0, 0, 0)}
    for possible in readings:
        found = {_plus(count, choice) for count, choice in product(found, possible)}
    return found


def _plus(count: Count, choice: BallotChoice | None) -> Count:
    acquired, not_acquired, abstain = (
        number + (choice == one) for number, one in zip(count, (CHOICES[0], CHOICES[1], CHOICES[2]), strict=True)
    )
    return acquired, not_acquired, abstain
