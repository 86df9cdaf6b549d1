"""What the letter of each dossier says, gathered once as the results are published, and frozen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from blocks.facts import standard_of
from blocks.french import number_word
from blocks.models import Block
from candidates.models import AcquiredBlock, EnrolledBlock
from rulebook import outcomes
from rulebook.letters import BlockStanding, Letter, LetterFacts, judge_letter
from rulebook.standard import Standard

from .enums import BlockOutcome, LetterKind, SessionState
from .facts import appeal_deadline
from .models import Deliberation, Dossier, JurySession

TO_COME = (SessionState.PREPARED, SessionState.CONVENED)
PARTS = {  # of the letter, in its order
    "acquired": (BlockStanding.ACQUIRED,),
    "held": (BlockStanding.HELD,),
    "refused": (BlockStanding.REFUSED,),
    "deferred": (BlockStanding.DEFERRED,),
    "awaited": (BlockStanding.AWAITED,),
}


def letter_contexts(
    session: JurySession, acquired: Iterable[AcquiredBlock], *, at: datetime
) -> Iterator[tuple[Dossier, dict[str, Any]]]:
    """A handful of queries, however many the dossiers. `acquired` are the blocks that this publication has given."""
    dossiers = _dossiers(session)
    blocks = {block.catalogue_block_id: block for block in session.version.blocks.order_by("position")}
    given = {(row.candidate_id, row.catalogue_block_id) for row in acquired}
    held = _held_before({dossier.enrolment.candidate_id for dossier in dossiers}, given, blocks)
    shared, standard = _shared(session, at=at), standard_of(session.version)
    for dossier in dossiers:
        letter = judge_letter(_facts(dossier, held[dossier.enrolment.candidate_id], standard))
        yield dossier, shared | _own(dossier, letter, blocks.values())


def _dossiers(session: JurySession) -> Sequence[Dossier]:
    deliberations = Deliberation.objects.select_related("enrolled_block__block", "ratification_exception")
    enrolled = EnrolledBlock.objects.select_related("block")
    return list(
        session.dossiers.select_related("enrolment__candidate", "enrolment__training_organisation")
        .prefetch_related(Prefetch("deliberations", deliberations), Prefetch("enrolment__enrolled_blocks", enrolled))
        .order_by("position")
    )


def _held_before(
    people: set[int], given: set[tuple[int, int]], blocks: Mapping[int, Block]
) -> Mapping[int, frozenset[str]]:
    """By person, in the codes of the version; what this session gives is left out."""
    held: defaultdict[int, set[str]] = defaultdict(set)
    rows = AcquiredBlock.objects.filter(candidate__in=people).values_list("candidate", "catalogue_block")
    for holding in rows:
        if holding not in given and holding[1] in blocks:
            held[holding[0]].add(blocks[holding[1]].code)
    return defaultdict(frozenset, {person: frozenset(codes) for person, codes in held.items()})


def _facts(dossier: Dossier, held: frozenset[str], standard: Standard) -> LetterFacts:
    deliberations = dossier.deliberations.all()
    decided = {row.code: outcomes.BlockOutcome(outcome_of(row)) for row in deliberations}
    return LetterFacts(
        composition=standard.composition,
        enrolled=frozenset(row.block.code for row in dossier.enrolment.enrolled_blocks.all()),
        held=held,
        decided=decided,
        heard={row.code: tuple(map(outcomes.Opinion, row.opinions.values())) for row in deliberations},
    )


def outcome_of(deliberation: Deliberation) -> BlockOutcome:
    """The CPNEFP's: what it sent back, and what the jury left undecided, come before a later session."""
    if deliberation.outcome is None or hasattr(deliberation, "ratification_exception"):
        return BlockOutcome.DEFERRED
    return BlockOutcome(deliberation.outcome)


def _shared(session: JurySession, *, at: datetime) -> dict[str, Any]:
    certification = session.version.certification
    body = certification.awarding_body
    months = standard_of(session.version).appeal_months
    return {
        "session": {"reference": session.reference, "held_on": session.held_on.isoformat()},
        "standard": {"title": certification.title},
        "awarding_body": {"name": body.name, "short_name": body.short_name, "address": body.address, "city": body.city},
        "decided_on": session.ratification.decided_on.isoformat(),
        "published_on": timezone.localdate(at).isoformat(),
        "next_session_on": _iso(_next_session(session, on=timezone.localdate(at))),
        "appeal": {"months": number_word(months), "ends_on": appeal_deadline(session).isoformat()},
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _next_session(session: JurySession, *, on: date) -> date | None:
    to_come = JurySession.objects.filter(version=session.version_id, state__in=TO_COME, held_on__gte=on)
    return to_come.order_by("held_on").values_list("held_on", flat=True).first()


def _own(dossier: Dossier, letter: Letter, blocks: Iterable[Block]) -> dict[str, Any]:
    candidate = dossier.enrolment.candidate
    reasons = {
        row.code: row.ratification_exception.reason
        for row in dossier.deliberations.all()
        if hasattr(row, "ratification_exception")
    }
    told = [_block(block, letter.standings[block.code], reasons) for block in blocks if block.code in letter.standings]
    parts = {name: [row for row in told if row["standing"] in standings] for name, standings in PARTS.items()}
    return {
        "kind": letter.kind.value,
        "kind_label": str(LetterKind(letter.kind).label),
        "reference": dossier.enrolment.reference,
        "addressee": {
            "name": candidate.display_name,
            "born_name": candidate.born_name,
            "birth_date": candidate.birth_date.isoformat(),
        },
        "blocks": parts,
        "is_complete": letter.kind == LetterKind.FULL_AWARD,
    }


def _block(block: Block, standing: BlockStanding, reasons: Mapping[str, str]) -> dict[str, str]:
    return {
        "code": block.code,
        "title": block.title,
        "standing": standing.value,
        "reason": reasons.get(block.code, ""),
    }
