"""One version of the standard: everything the rules need to know about the certification, as dated data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rulebook.admissibility import ReplyRule
from rulebook.composition import Composition
from rulebook.convening import ConveningRule
from rulebook.declaration import DeclarationRule
from rulebook.jury import JuryComposition, MajorityRule, QuorumRule, RecusalRule
from rulebook.outcomes import ChannelCode, RouteCode
from rulebook.registration import Registration
from rulebook.resit import ResitRule
from rulebook.routes import Route
from rulebook.verdict import Source


@dataclass(frozen=True, slots=True)
class Standard:
    composition: Composition
    channels: frozenset[ChannelCode]
    routes: Mapping[RouteCode, Route]
    jury: JuryComposition
    quorum: QuorumRule
    majority: MajorityRule
    recusal: RecusalRule
    registrations: tuple[Registration, ...]
    appeal_months: int
    vae_reply: ReplyRule | None  # None in a version recorded before the rules read it, until it is loaded again
    resit: ResitRule
    appeal_source: Source = Source.DEFAULT
    rating_source: Source = Source.DEFAULT
    convening: ConveningRule | None = None  # None, as `vae_reply`
    declaration: DeclarationRule = field(default_factory=DeclarationRule)

    def __post_init__(self) -> None:
        if self.quorum.out_of != self.jury.total:
            raise ValueError(f"a quorum out of {self.quorum.out_of} for a jury of {self.jury.total}")
        for code, route in self.routes.items():
            if code != route.code:
                raise ValueError(f"{route.code} is filed under {code}")
            if not route.plan <= self.channels:
                raise ValueError(f"{code} plans channels that the standard does not have")
        if not self.resit.channels <= self.channels:
            raise ValueError("resits by channels that the standard does not have")
