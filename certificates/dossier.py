"""One enrolment whole, for the secretariat: each block's way to its decision, the papers, and "why not yet"."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from blocks.enums import ChannelCode
from blocks.models import Block
from blocks.sentences import Explained, explanation
from candidates.models import AcquiredBlock, Enrolment
from evaluations.enums import Opinion
from evaluations.facts import opinions_of, proposals_of
from juries.enums import Proposal
from juries.models import Deliberation
from rulebook.outcomes import ChannelCode as Channel
from rulebook.outcomes import Opinion as GivenOpinion
from rulebook.verdict import CheckCode

from .enums import PaperKind
from .explanation import explain
from .models import Certificate


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A block of the standard as this enrolment lives it."""

    block: Block
    is_enrolled: bool
    opinions: tuple[Opinion | None, ...]  # in the order of the channels; None while silent
    proposal: Proposal | None
    deliberation: Deliberation | None
    acquired: AcquiredBlock | None
    statement: Certificate | None

    @property
    def may_be_stated(self) -> bool:
        return self.acquired is not None and self.statement is None


@dataclass(frozen=True, slots=True)
class ExplainedChapter:
    title: str
    tree: Explained


@dataclass(frozen=True, slots=True)
class DossierView:
    lines: list[BlockLine]
    channels: tuple[str, ...]
    chapters: list[ExplainedChapter]
    issuance: Explained
    reasons: list[Explained]  # why the certificate cannot be issued now
    certificate: Certificate | None
    needs_reason: bool
    is_ready: bool
    papers: list[Certificate] = field(default_factory=list)


def dossier_of(enrolment: Enrolment, *, on: date) -> DossierView:
    *chapters, issuance = explain(enrolment, on=on)
    papers = list(Certificate.objects.live().filter(candidate=enrolment.candidate).order_by("issued_at", "pk"))
    reasons = list(issuance.check.failures())
    failures = {check.code for check in reasons}
    return DossierView(
        lines=_lines(enrolment, papers),
        channels=tuple(str(label) for label in ChannelCode.labels),
        chapters=[ExplainedChapter(chapter.title, explanation(chapter.check)) for chapter in chapters],
        issuance=explanation(issuance.check),
        reasons=[explanation(check) for check in reasons],
        certificate=next((paper for paper in papers if paper.kind == PaperKind.CERTIFICATE), None),
        # Only the confirmation is missing: the page asks for it instead of refusing.
        needs_reason=CheckCode.CLAIM_CONFIRMATION in failures,
        is_ready=not failures - {CheckCode.CLAIM_CONFIRMATION, CheckCode.CLAIM_STANDING, CheckCode.CLAIM_LAST_ISSUE},
        papers=papers,
    )


def _lines(enrolment: Enrolment, papers: Iterable[Certificate]) -> list[BlockLine]:
    proposals = proposals_of(enrolment)
    opinions = opinions_of(enrolment)
    acquired = {row.catalogue_block_id: row for row in AcquiredBlock.objects.filter(candidate=enrolment.candidate)}
    statements = {paper.catalogue_block_id: paper for paper in papers if paper.kind == PaperKind.BLOCK_STATEMENT}
    deliberations = {
        deliberation.enrolled_block.block.code: deliberation
        for deliberation in Deliberation.objects.filter(dossier__enrolment=enrolment)
        .select_related("enrolled_block__block", "dossier__session")
        .order_by("pk")
    }
    return [
        BlockLine(
            block=block,
            is_enrolled=block.code in proposals,
            opinions=tuple(_opinion(opinions.get(block.code, {}).get(channel)) for channel in Channel),
            proposal=Proposal(proposals[block.code].answer) if block.code in proposals else None,
            deliberation=deliberations.get(block.code),
            acquired=acquired.get(block.catalogue_block_id),
            statement=statements.get(block.catalogue_block_id),
        )
        for block in Block.objects.filter(version=enrolment.version).order_by("position")
    ]


def _opinion(given: GivenOpinion | None) -> Opinion | None:
    return Opinion(given) if given else None
