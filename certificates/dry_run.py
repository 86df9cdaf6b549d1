"""What issuing a selection would give today, without writing anything: who, which numbers, who not and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from blocks.models import Block
from blocks.sentences import sentence
from candidates.models import AcquiredBlock, Enrolment
from documents.glyphs import missing_glyphs
from juries.enums import SessionState
from juries.models import JurySession
from rulebook.award import judge_block_statement, judge_issuance
from rulebook.verdict import CheckCode, Verdict

from .enums import PaperKind
from .facts import issuance_facts, statement_facts
from .models import NumberCounter
from .numbers import number_of
from .papers import SignatoryMissing, paper_context
from .pipeline import to_issue

OUTSIDE_FONTS = "Nos polices de caractères ne dessinent pas : {}. Corrigez l’identité avant de délivrer."


@dataclass(frozen=True, slots=True)
class Line:
    """One paper that was asked for. `reasons` are the verdict's, `lacks` what would stop the drawing."""

    enrolment: Enrolment
    block: Block | None
    reasons: tuple[str, ...]
    lacks: tuple[str, ...]
    asks_reason: bool  # outside of every registration: somebody has to say why the branch awards it all the same

    @property
    def is_ready(self) -> bool:
        return not self.reasons and not self.lacks

    @property
    def value(self) -> str:
        """What a form sends back of this line."""
        return f"{self.enrolment.reference}/{self.block.code}" if self.block else self.enrolment.reference


@dataclass(frozen=True, slots=True)
class DryRun:
    kind: PaperKind
    ready: tuple[Line, ...]
    refused: tuple[Line, ...]
    lacking: tuple[Line, ...]
    after: int  # the last number taken so far this year
    year: int

    @property
    def asks_reason(self) -> bool:
        return any(line.asks_reason for line in self.refused)

    @property
    def first_number(self) -> str:
        return self._number(1)

    @property
    def last_number(self) -> str:
        return self._number(len(self.ready))

    def _number(self, rank: int) -> str:
        return number_of(self.kind, self.year, self.after + rank)


def dry_run(enrolments: Iterable[Enrolment], kind: PaperKind, *, on: date, confirmed_reason: str = "") -> DryRun:
    """Of one kind of paper: the certificates, or the statements of the blocks of those who have not the whole."""
    lines = [line for enrolment in enrolments for line in _lines(enrolment, kind, on, confirmed_reason)]
    counter = NumberCounter.objects.filter(kind=kind, year=on.year).first()
    return DryRun(
        kind=kind,
        ready=tuple(line for line in lines if line.is_ready),
        refused=tuple(line for line in lines if line.reasons),
        lacking=tuple(line for line in lines if line.lacks and not line.reasons),
        after=counter.last if counter else 0,
        year=on.year,
    )


def of_session(session: JurySession) -> list[Enrolment]:
    """Everybody on its agenda, in its order."""
    return list(
        Enrolment.objects.filter(dossiers__session=session)
        .select_related("candidate", "training_organisation", "version__certification__awarding_body", "route")
        .order_by("dossiers__position", "pk")
    )


@dataclass(frozen=True, slots=True)
class SessionToIssue:
    session: JurySession
    due: int  # how many await a certificate


def sessions_to_issue() -> list[SessionToIssue]:
    """Published sessions of which somebody awaits a certificate. The latest first."""
    due = set(to_issue().values_list("pk", flat=True))
    sessions = JurySession.objects.filter(state=SessionState.PUBLISHED, dossiers__enrolment__in=due).distinct()
    return [
        SessionToIssue(session, sum(dossier.enrolment_id in due for dossier in session.dossiers.all()))
        for session in sessions.prefetch_related("dossiers").order_by("-held_on", "-pk")
    ]


def _lines(enrolment: Enrolment, kind: PaperKind, on: date, confirmed_reason: str) -> Iterator[Line]:
    held = _held(enrolment)
    if kind == PaperKind.CERTIFICATE:
        verdict = judge_issuance(issuance_facts(enrolment, on=on, confirmed_reason=confirmed_reason))
        yield _line(enrolment, None, verdict, held)
        return
    for block in Block.objects.filter(version=enrolment.version, catalogue_block__in=held).order_by("position"):
        facts = statement_facts(enrolment, block, on=on)
        if facts.live_statement is None:  # stated already: there is nothing to tell
            stated = {block.catalogue_block_id: held[block.catalogue_block_id]}
            yield _line(enrolment, block, judge_block_statement(facts), stated)


def _held(enrolment: Enrolment) -> dict[int, AcquiredBlock]:
    used = Block.objects.filter(version=enrolment.version).values("catalogue_block")
    rows = AcquiredBlock.objects.filter(candidate=enrolment.candidate, catalogue_block__in=used)
    return {row.catalogue_block_id: row for row in rows}


def _line(enrolment: Enrolment, block: Block | None, verdict: Verdict[bool], held: dict[int, AcquiredBlock]) -> Line:
    checks = () if verdict.answer else verdict.reasons
    return Line(
        enrolment=enrolment,
        block=block,
        reasons=tuple(sentence(check) for check in checks),
        lacks=() if checks else tuple(_lacks(enrolment, block, list(held.values()))),
        asks_reason=CheckCode.CLAIM_CONFIRMATION in {check.code for check in checks},
    )


def _lacks(enrolment: Enrolment, block: Block | None, acquired: Sequence[AcquiredBlock]) -> Iterator[str]:
    """By making the very context that would be frozen, short of its number."""
    try:
        context = paper_context(
            enrolment,
            acquired,
            kind=PaperKind.BLOCK_STATEMENT if block else PaperKind.CERTIFICATE,
            number="",
            delivered_on=max(row.acquired_on for row in acquired),
            registration=None,
        )
    except SignatoryMissing as missing:
        yield str(missing)
        return
    if characters := missing_glyphs("".join([*context["holder"].values(), context["signatory"]["name"]])):
        yield OUTSIDE_FONTS.format(" ".join(sorted(characters)))
