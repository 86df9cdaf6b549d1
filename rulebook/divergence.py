"""Where the channels do not say the same of a block: shown to the jury, never computed to a result."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from rulebook.outcomes import ChannelCode, Divergence, Opinion, Rating

Said_co = TypeVar("Said_co", Rating, Opinion, covariant=True)

# From the best to the worst. An absence says nothing of a level: it diverges from nothing.
RATINGS = {Rating.ACQUIRED: 0, Rating.PARTIALLY_ACQUIRED: 1, Rating.NOT_ACQUIRED: 2}
OPINIONS = {Opinion.FAVOURABLE: 0, Opinion.RESERVED: 1, Opinion.UNFAVOURABLE: 2}
_BY_STEPS = (Divergence.NONE, Divergence.SLIGHT, Divergence.STRONG)


@dataclass(frozen=True, slots=True)
class Spread(Generic[Said_co]):
    """What each channel says of one thing, how far that is apart, and who stands apart from the majority."""

    divergence: Divergence
    said: Mapping[ChannelCode, Said_co]
    apart: tuple[ChannelCode, ...] = ()

    def __bool__(self) -> bool:
        return self.divergence is not Divergence.NONE


@dataclass(frozen=True, slots=True)
class BlockDivergence:
    """Of one block: its opinions, and its competencies one by one, in the order given."""

    opinions: Spread[Opinion]
    competencies: Mapping[str, Spread[Rating]] = field(default_factory=dict)

    @property
    def strongest(self) -> Divergence:
        """At least that of the opinions, which follow from the ratings; more when opposed ratings make one opinion."""
        found = [self.opinions.divergence, *(spread.divergence for spread in self.competencies.values())]
        return max(found, key=_BY_STEPS.index)

    @property
    def divergent(self) -> dict[str, Spread[Rating]]:
        """The competencies on which the channels differ."""
        return {code: spread for code, spread in self.competencies.items() if spread}


def compare_block(
    opinions: Mapping[ChannelCode, Opinion | None],
    ratings: Mapping[ChannelCode, Mapping[str, Rating | None]],
) -> BlockDivergence:
    """`ratings` by channel and competency. Who has said nothing, or was not there to say it, is left out."""
    codes = dict.fromkeys(code for given in ratings.values() for code in given)
    return BlockDivergence(
        _spread({channel: opinion for channel, opinion in opinions.items() if opinion in OPINIONS}, OPINIONS),
        {code: _spread({channel: given.get(code) for channel, given in ratings.items()}, RATINGS) for code in codes},
    )


def _spread(said: Mapping[ChannelCode, Said_co | None], ranks: Mapping[Said_co, int]) -> Spread[Said_co]:
    known = {channel: value for channel in ChannelCode if (value := said.get(channel)) is not None}
    divergence = divergence_of(ranks[value] for value in known.values())
    return Spread(divergence, known, _apart(known) if divergence is not Divergence.NONE else ())


def divergence_of(ranks: Iterable[int]) -> Divergence:
    """One step is slight, from one end to the other is strong; of one voice alone, nothing."""
    steps = sorted(ranks)
    return _BY_STEPS[steps[-1] - steps[0]] if steps else Divergence.NONE


def _apart(said: Mapping[ChannelCode, Said_co]) -> tuple[ChannelCode, ...]:
    """Those who do not say what most say; everybody when no value has a majority."""
    value, times = Counter(said.values()).most_common(1)[0]
    majority = value if times * 2 > len(said) else None
    return tuple(channel for channel in said if said[channel] != majority)
