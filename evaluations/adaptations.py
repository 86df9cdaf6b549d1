"""The adjustments granted to a candidate, channel by channel: what evaluators see of a request, and all they see.

The jury sees none of it: nothing above this app reads these rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from django.db.models import Exists, OuterRef, QuerySet

from blocks.enums import ChannelCode
from blocks.models import Channel
from candidates.models import EnrolledBlock, Enrolment

from .content import EvaluationContent, blank_content
from .enums import AdaptationState, Adjustment
from .models import AdaptationAdjustment, AdaptationRequest


@dataclass(frozen=True, slots=True)
class GrantedAdjustment:
    adjustment: Adjustment
    detail: str = ""

    @property
    def label(self) -> str:
        return str(self.adjustment.label)

    @property
    def words(self) -> str:
        """« temps majoré : un tiers »"""
        return f"{self.label} : {self.detail}" if self.detail else self.label


AdjustmentsByChannel: TypeAlias = Mapping[ChannelCode, tuple[GrantedAdjustment, ...]]
_ORDER = {adjustment: rank for rank, adjustment in enumerate(Adjustment)}


def granted_adjustments(enrolment: Enrolment, channel: str) -> tuple[GrantedAdjustment, ...]:
    """What is granted for this channel of this enrolment, in one query; nothing when nothing is."""
    return granted_adjustments_of_many([enrolment]).get(enrolment.pk, {}).get(ChannelCode(channel), ())


def granted_adjustments_of_many(
    enrolments: QuerySet[Enrolment] | Iterable[Enrolment],
) -> dict[int, AdjustmentsByChannel]:
    """The same by the enrolment's id and the channel, in one query however many they are."""
    links = AdaptationAdjustment.channels.through.objects
    rows = links.filter(
        adaptationadjustment__is_granted=True,
        adaptationadjustment__request__in=requests_in_force().filter(enrolment__in=enrolments),
    ).values_list(
        "adaptationadjustment__request__enrolment_id",
        "channel__code",
        "adaptationadjustment__adjustment",
        "adaptationadjustment__detail",
    )
    found: defaultdict[int, defaultdict[ChannelCode, list[GrantedAdjustment]]] = defaultdict(lambda: defaultdict(list))
    for enrolment_id, channel, adjustment, detail in rows:
        found[enrolment_id][ChannelCode(channel)].append(GrantedAdjustment(Adjustment(adjustment), detail))
    return {pk: {channel: _in_order(rows) for channel, rows in channels.items()} for pk, channels in found.items()}


def requests_in_force() -> QuerySet[AdaptationRequest]:
    """Of each enrolment the last request that was granted: a refusal leaves standing what was granted before it."""
    granted = AdaptationRequest.objects.filter(state=AdaptationState.GRANTED)
    later = granted.filter(enrolment=OuterRef("enrolment"), pk__gt=OuterRef("pk"))
    return granted.exclude(Exists(later))


def first_content(enrolled_block: EnrolledBlock, channel: Channel) -> EvaluationContent:
    """What a form shows where nothing was entered yet: all blank, but for the exam adapted as it was granted."""
    blank = blank_content(enrolled_block.block, channel)
    return replace(blank, is_adapted=bool(granted_adjustments(enrolled_block.enrolment, channel.code)))


def _in_order(adjustments: Iterable[GrantedAdjustment]) -> tuple[GrantedAdjustment, ...]:
    return tuple(sorted(adjustments, key=lambda row: _ORDER[row.adjustment]))
