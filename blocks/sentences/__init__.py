"""The French sentence of every check that the rules make: the same on pages, in lists, in refusals, in `explain`."""

from dataclasses import dataclass

from rulebook.verdict import Check, CheckOutcome, Source

from ..french import typeset
from . import admissibility, award, blocks, entry, evaluation, jury, minutes, resit

_SENTENCES = {
    **evaluation.SENTENCES,
    **blocks.SENTENCES,
    **entry.SENTENCES,
    **admissibility.SENTENCES,
    **jury.SENTENCES,
    **minutes.SENTENCES,
    **resit.SENTENCES,
    **award.SENTENCES,
}
_SOURCES = {
    Source.SHEET: "fiche RNCP",
    Source.AGREEMENT: "accord du 26 octobre 2017",
    Source.LAW: "code du travail",
    Source.DEFAULT: "à confirmer par la CSCA",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A check as people read it, with those it rests on; what `components/check.html` shows."""

    sentence: str
    outcome: CheckOutcome
    source: Source
    reference: str
    source_label: str
    checks: tuple["Explained", ...] = ()


def explanation(check: Check) -> Explained:
    return Explained(
        sentence=sentence(check),
        outcome=check.outcome,
        source=check.source,
        reference=check.reference,
        source_label=source_label(check),
        checks=tuple(explanation(below) for below in check.checks),
    )


def sentence(check: Check) -> str:
    """One sentence; when the check is not met, about what is left to do."""
    return typeset(_SENTENCES[check.code](check.facts, check.outcome))


def source_label(check: Check) -> str:
    return label_of(check.source, check.reference)


def label_of(source: str, reference: str = "") -> str:
    """« code du travail, L6113-9 », « à confirmer par la CSCA »; another code is named by the reference itself."""
    if reference.startswith("code "):
        return typeset(reference)
    return ", ".join(filter(None, [_SOURCES[Source(source)], reference]))
