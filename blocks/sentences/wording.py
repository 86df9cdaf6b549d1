"""How a sentence is made from the facts of a check."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from rulebook.verdict import CheckOutcome, Fact

from ..enums import RouteCode
from ..french import day, join

Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence, or one for when the check is met and one for when it is not; facts are named in braces."""

    met: str
    unmet: str = ""
    noted: str = ""

    def __call__(self, facts: Facts, outcome: CheckOutcome) -> str:
        text = (self.unmet if outcome.is_failing else self.noted if outcome == CheckOutcome.NOTED else "") or self.met
        return text.format_map({name: _in_french(name, fact) for name, fact in facts.items()})


Say: TypeAlias = Callable[[Facts, CheckOutcome], str]


def are_acquired(blocks: tuple[str, ...]) -> str:
    """« BC1 et BC2 sont acquis »"""
    return f"{join(blocks)} {'sont acquis' if len(blocks) > 1 else 'est acquis'}"


def _in_french(name: str, fact: Fact) -> str:
    match fact:
        case date():
            return day(fact)
        case tuple():
            return join(fact)
        case str() if name == "route":
            return str(RouteCode(fact).label)
    return str(fact)
