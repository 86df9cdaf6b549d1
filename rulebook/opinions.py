"""From the ratings of one channel to its opinion, from the channels' opinions to what the jury is proposed."""

from collections.abc import Mapping
from dataclasses import dataclass

from rulebook.outcomes import Attendance, ChannelCode, Opinion, Proposal, Rating
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, all_met

_OPINION_WITHOUT_RATINGS = {Attendance.ABSENT: Opinion.ABSENT, Attendance.EXCUSED: Opinion.EXCUSED}
_SILENT = frozenset({None, Opinion.EXCUSED})  # An excused candidate is evaluated another day.


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """One channel's ratings of the competencies of one block. An adapted exam is rated like any other."""

    attendance: Attendance
    ratings: Mapping[str, Rating | None]  # None until rated

    def rated(self, rating: Rating | None) -> tuple[str, ...]:
        return tuple(competency for competency, given in self.ratings.items() if given == rating)


def derive_opinion(sheet: RatingSheet, *, source: Source = Source.DEFAULT) -> Verdict[Opinion | None]:
    """All acquired is favourable, one not acquired is unfavourable, anything else is reserved."""
    checks = _opinion_checks(sheet, source)
    opinion = _opinion(sheet)
    return Verdict(opinion, Check(CheckCode.OPINION, all_met(checks), source, {"opinion": opinion}, checks))


def _opinion(sheet: RatingSheet) -> Opinion | None:
    if sheet.attendance in _OPINION_WITHOUT_RATINGS:
        return _OPINION_WITHOUT_RATINGS[sheet.attendance]
    given = set(sheet.ratings.values())
    if not given or None in given:
        return None
    if given == {Rating.ACQUIRED}:
        return Opinion.FAVOURABLE
    return Opinion.UNFAVOURABLE if Rating.NOT_ACQUIRED in given else Opinion.RESERVED


def _opinion_checks(sheet: RatingSheet, source: Source) -> tuple[Check, ...]:
    attendance = {
        Attendance.PRESENT: CheckOutcome.MET,
        Attendance.ABSENT: CheckOutcome.UNMET,
        Attendance.EXCUSED: CheckOutcome.UNKNOWN,
    }[sheet.attendance]
    attended = Check(CheckCode.OPINION_ATTENDANCE, attendance, source, {"attendance": sheet.attendance})
    if sheet.attendance is not Attendance.PRESENT:
        return (attended,)
    missing = sheet.rated(None)
    is_rated = bool(sheet.ratings) and not missing
    rated = Check(
        CheckCode.OPINION_RATED,
        CheckOutcome.MET if is_rated else CheckOutcome.UNKNOWN,
        source,
        {"rated": len(sheet.ratings) - len(missing), "expected": len(sheet.ratings), "missing": missing},
    )
    if not is_rated:
        return (attended, rated)
    by_rating = {rating.value: sheet.rated(rating) for rating in Rating}
    all_acquired = CheckOutcome.of(by_rating[Rating.ACQUIRED] == tuple(sheet.ratings))
    return (attended, rated, Check(CheckCode.OPINION_RATINGS, all_acquired, source, by_rating))


def propose(
    plan: frozenset[ChannelCode], opinions: Mapping[ChannelCode, Opinion], *, source: Source = Source.DEFAULT
) -> Verdict[Proposal]:
    """Only unanimity proposes a result: a divergence is for the jury, never for a computation."""
    heard = {channel: opinions.get(channel) for channel in ChannelCode if channel in plan}
    proposal = _proposal(set(heard.values()))
    checks = (
        *(_channel_check(channel, opinion, source) for channel, opinion in heard.items()),
        *(
            _outside_plan(channel, opinions[channel], source)
            for channel in ChannelCode
            if channel in opinions.keys() - plan
        ),
    )
    outcome = {Proposal.ACQUIRED: CheckOutcome.MET, Proposal.NOT_ACQUIRED: CheckOutcome.UNMET}.get(
        proposal, CheckOutcome.UNKNOWN
    )
    return Verdict(proposal, Check(CheckCode.PROPOSAL, outcome, source, {"proposal": proposal}, checks))


def _proposal(opinions: set[Opinion | None]) -> Proposal:
    if not opinions or opinions & _SILENT:
        return Proposal.INCOMPLETE
    if opinions == {Opinion.FAVOURABLE}:
        return Proposal.ACQUIRED
    return Proposal.NOT_ACQUIRED if opinions == {Opinion.UNFAVOURABLE} else Proposal.TO_DISCUSS


def _channel_check(channel: ChannelCode, opinion: Opinion | None, source: Source) -> Check:
    outcome = CheckOutcome.UNKNOWN if opinion in _SILENT else CheckOutcome.of(opinion is Opinion.FAVOURABLE)
    return Check(CheckCode.PROPOSAL_CHANNEL, outcome, source, {"channel": channel, "opinion": opinion})


def _outside_plan(channel: ChannelCode, opinion: Opinion, source: Source) -> Check:
    facts = {"channel": channel, "opinion": opinion}
    return Check(CheckCode.PROPOSAL_OUTSIDE_PLAN, CheckOutcome.NOTED, source, facts)
