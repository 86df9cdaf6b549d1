"""What issuing a selection would give today, without writing anything: who, which numbers, who not and why."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from blocks.models import Block, Certification
from blocks.sentences import sentence
from candidates.models import AcquiredBlock, Enrolment
from documents.glyphs import missing_glyphs
from juries.enums import SessionState
from juries.models import JurySession
from rulebook.award import judge_block_statement, judge_issuance
from rulebook.verdict import CheckCode, Verdict

from .enums import PaperKind
from .facts import issuance_facts_of, statement_facts_of
from .models import NumberCounter
from .numbers import number_of
from .papers import SignatoryMissing, holder_of, signatory_of
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
    """Of one kind of paper: the certificates, or the statements of the blocks that people hold.

    In as many queries for a hundred enrolments as for one.
    """
    rows = list(enrolments)
    signatory = cache(_signatory)
    found = _certificates(rows, on, confirmed_reason) if kind == PaperKind.CERTIFICATE else _statements(rows, on)
    lines = [_line(each, signatory) for each in found]
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


@dataclass(frozen=True, slots=True)
class _Judged:
    enrolment: Enrolment
    block: Block | None
    verdict: Verdict[bool]
    acquired: Sequence[AcquiredBlock]  # what the paper would attest


def _certificates(enrolments: Sequence[Enrolment], on: date, confirmed_reason: str) -> Iterator[_Judged]:
    facts = issuance_facts_of(enrolments, on=on, confirmed_reason=confirmed_reason)
    held, blocks = _held(enrolments), _blocks(enrolments)
    for enrolment in enrolments:
        used = {block.catalogue_block_id for block in blocks[enrolment.version_id]}
        acquired = [row for row in held[enrolment.candidate_id] if row.catalogue_block_id in used]
        yield _Judged(enrolment, None, judge_issuance(facts[enrolment.pk]), acquired)


def _statements(enrolments: Sequence[Enrolment], on: date) -> Iterator[_Judged]:
    """Of what is held and not stated already: of the rest there is nothing to tell."""
    facts = statement_facts_of(enrolments, on=on)
    held, blocks = _held(enrolments), _blocks(enrolments)
    for enrolment in enrolments:
        acquired = {row.catalogue_block_id: row for row in held[enrolment.candidate_id]}
        for block in blocks[enrolment.version_id]:
            asked = facts[enrolment.pk][block.code]
            if block.catalogue_block_id in acquired and asked.live_statement is None:
                yield _Judged(enrolment, block, judge_block_statement(asked), [acquired[block.catalogue_block_id]])


def _held(enrolments: Sequence[Enrolment]) -> dict[int, list[AcquiredBlock]]:
    held: dict[int, list[AcquiredBlock]] = defaultdict(list)
    for row in AcquiredBlock.objects.filter(candidate__in={enrolment.candidate_id for enrolment in enrolments}):
        held[row.candidate_id].append(row)
    return held


def _blocks(enrolments: Sequence[Enrolment]) -> dict[int, list[Block]]:
    blocks: dict[int, list[Block]] = defaultdict(list)
    versions = {enrolment.version_id for enrolment in enrolments}
    for block in Block.objects.filter(version__in=versions).order_by("version", "position"):
        blocks[block.version_id].append(block)
    return blocks


def _line(judged: _Judged, signatory: Callable[[Certification, date], tuple[str, str]]) -> Line:
    checks = () if judged.verdict.answer else judged.verdict.reasons
    return Line(
        enrolment=judged.enrolment,
        block=judged.block,
        reasons=tuple(sentence(check) for check in checks),
        lacks=() if checks else tuple(_lacks(judged, signatory)),
        asks_reason=CheckCode.CLAIM_CONFIRMATION in {check.code for check in checks},
    )


def _signatory(certification: Certification, on: date) -> tuple[str, str]:
    """Who would sign, or why nobody."""
    try:
        return signatory_of(certification, on)["name"], ""
    except SignatoryMissing as missing:
        return "", str(missing)


def _lacks(judged: _Judged, signatory: Callable[[Certification, date], tuple[str, str]]) -> Iterator[str]:
    """Of what changes from one paper to the next: who holds it, and who signs it that day."""
    delivered_on = max(row.acquired_on for row in judged.acquired)
    name, lack = signatory(judged.enrolment.version.certification, delivered_on)
    if lack:
        yield lack
        return
    if characters := missing_glyphs("".join([*holder_of(judged.enrolment.candidate).values(), name])):
        yield OUTSIDE_FONTS.format(" ".join(sorted(characters)))
