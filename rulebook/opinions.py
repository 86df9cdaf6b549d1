"""From the ratings of one channel to its opinion, from the channels' opinions to what the jury is proposed."""

from collections.abc import Mapping
from dataclasses import dataclass

from rulebook.outcomes import Attendance, ChannelCode, Opinion, Proposal, Rating
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, branch, leaf, noted

_SILENT = frozenset({None, Opinion.EXCUSED})  # An excused candidate is evaluated another day.


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """One channel's ratings of the competencies of one block. An adapted exam is rated like any other."""

    attendance: Attendance
    ratings: Mapping[str, Rating | None]  # None until rated

    def rated(self, rating: Rating | None) -> tuple[str, ...]:
        return tuple(competency for competency, given in self.ratings.items() if given == rating)

    @property
    def is_complete(self) -> bool:
        return bool(self.ratings) and not self.rated(None)


def derive_opinion(sheet: RatingSheet, *, source: Source = Source.DEFAULT) -> Verdict[Opinion | None]:
    """All acquired is favourable, one not acquired is unfavourable, anything else is reserved; None until all rated."""
    opinion = _opinion(sheet)
    return Verdict(opinion, branch(CheckCode.OPINION, source, _opinion_checks(sheet, source), opinion=opinion))


def _opinion(sheet: RatingSheet) -> Opinion | None:
    if sheet.attendance != Attendance.PRESENT:
        return Opinion.ABSENT if sheet.attendance == Attendance.ABSENT else Opinion.EXCUSED
    if not sheet.is_complete:
        return None
    if sheet.rated(Rating.NOT_ACQUIRED):
        return Opinion.UNFAVOURABLE
    return Opinion.RESERVED if sheet.rated(Rating.PARTIALLY_ACQUIRED) else Opinion.FAVOURABLE


def _opinion_checks(sheet: RatingSheet, source: Source) -> list[Check]:
    is_present = sheet.attendance == Attendance.PRESENT
    missed = CheckOutcome.UNKNOWN if sheet.attendance == Attendance.EXCUSED else CheckOutcome.UNMET
    checks = [leaf(CheckCode.OPINION_ATTENDANCE, source, is_present, otherwise=missed, attendance=sheet.attendance)]
    if is_present:
        checks.append(_rated_check(sheet, source))
    if is_present and sheet.is_complete:
        checks.append(_ratings_check(sheet, source))
    return checks


def _rated_check(sheet: RatingSheet, source: Source) -> Check:
    missing = sheet.rated(None)
    return leaf(
        CheckCode.OPINION_RATED,
        source,
        sheet.is_complete,
        otherwise=CheckOutcome.UNKNOWN,
        rated=len(sheet.ratings) - len(missing),
        expected=len(sheet.ratings),
        missing=missing,
    )


def _ratings_check(sheet: RatingSheet, source: Source) -> Check:
    acquired = sheet.rated(Rating.ACQUIRED)
    return leaf(
        CheckCode.OPINION_RATINGS,
        source,
        len(acquired) == len(sheet.ratings),
        acquired=acquired,
        partially_acquired=sheet.rated(Rating.PARTIALLY_ACQUIRED),
        not_acquired=sheet.rated(Rating.NOT_ACQUIRED),
    )


def propose(
    plan: frozenset[ChannelCode], opinions: Mapping[ChannelCode, Opinion], *, source: Source = Source.DEFAULT
) -> Verdict[Proposal]:
    """Only unanimity proposes a result: a divergence is for the jury, never for a computation."""
    heard = {channel: opinions.get(channel) for channel in ChannelCode if channel in plan}
    ignored = {channel: opinion for channel, opinion in opinions.items() if channel not in plan}
    proposal = _proposal(set(heard.values()))
    settled = {Proposal.ACQUIRED: CheckOutcome.MET, Proposal.NOT_ACQUIRED: CheckOutcome.UNMET}
    checks = [_channel_check(channel, opinion, source) for channel, opinion in heard.items()] + [
        noted(CheckCode.PROPOSAL_OUTSIDE_PLAN, source, channel=channel, opinion=opinion)
        for channel, opinion in ignored.items()
    ]
    outcome = settled.get(proposal, CheckOutcome.UNKNOWN)
    return Verdict(proposal, branch(CheckCode.PROPOSAL, source, checks, outcome=outcome, proposal=proposal))


def _proposal(opinions: set[Opinion | None]) -> Proposal:
    if not opinions or opinions & _SILENT:
        return Proposal.INCOMPLETE
    if opinions == {Opinion.FAVOURABLE}:
        return Proposal.ACQUIRED
    return Proposal.NOT_ACQUIRED if opinions == {Opinion.UNFAVOURABLE} else Proposal.TO_DISCUSS


def _channel_check(channel: ChannelCode, opinion: Opinion | None, source: Source) -> Check:
    against = CheckOutcome.UNKNOWN if opinion in _SILENT else CheckOutcome.UNMET
    is_favourable = opinion == Opinion.FAVOURABLE
    return leaf(CheckCode.PROPOSAL_CHANNEL, source, is_favourable, otherwise=against, channel=channel, opinion=opinion)
