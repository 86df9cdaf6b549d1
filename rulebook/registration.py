"""Which registration at the RNCP counts for a candidate, and what the paper may say of it (labour code, L6113-9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rulebook.outcomes import EntryStanding
from rulebook.verdict import Check, CheckCode, Source, Verdict, branch, judged, leaf, noted

ARTICLE = "L6113-9"


@dataclass(frozen=True, slots=True)
class Registration:
    ordered_on: date
    published_on: date  # in the Journal officiel
    starts_on: date
    ends_on: date  # included
    last_issue_on: date | None = None
    current_title: bool = True  # False: bore the former title, on another sheet

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class EntryAnswer:
    standing: EntryStanding
    registration: Registration | None = None


def judge_entry(registrations: Iterable[Registration], entered_on: date) -> Verdict[EntryAnswer]:
    """The registration in force on the day the candidate entered training, or was declared eligible for VAE.

    Only registrations under the present title belong to this certification: an entry before the first of them is
    refused, and on a day that it shares with a former one it is the one that counts. Outside every registration after
    that, the branch may still award its CQP.
    """
    current = [registration for registration in registrations if registration.current_title]
    answer = _entry_answer(current, entered_on)
    title = leaf(
        CheckCode.ENTRY_TITLE,
        Source.SHEET,
        answer.standing != EntryStanding.REFUSED,
        entered_on=entered_on,
        opens_on=min((registration.starts_on for registration in current), default=None),
    )
    checks = (title, *_registration_checks(answer, entered_on))
    return Verdict(
        answer,
        branch(CheckCode.ENTRY, Source.LAW, checks, reference=ARTICLE, entered_on=entered_on, standing=answer.standing),
    )


def _entry_answer(current: Sequence[Registration], entered_on: date) -> EntryAnswer:
    in_force = [registration for registration in current if registration.covers(entered_on)]
    if in_force:
        latest = max(in_force, key=lambda registration: (registration.starts_on, registration.published_on))
        return EntryAnswer(EntryStanding.REGISTERED, latest)
    if any(registration.starts_on < entered_on for registration in current):
        return EntryAnswer(EntryStanding.UNREGISTERED)
    return EntryAnswer(EntryStanding.REFUSED)


def _registration_checks(answer: EntryAnswer, entered_on: date) -> tuple[Check, ...]:
    if answer.standing == EntryStanding.UNREGISTERED:
        return (noted(CheckCode.ENTRY_UNREGISTERED, Source.LAW, reference=ARTICLE, entered_on=entered_on),)
    if answer.registration is None:
        return ()
    registered = leaf(
        CheckCode.ENTRY_REGISTERED,
        Source.LAW,
        True,
        reference=ARTICLE,
        entered_on=entered_on,
        starts_on=answer.registration.starts_on,
        ends_on=answer.registration.ends_on,
        ordered_on=answer.registration.ordered_on,
        published_on=answer.registration.published_on,
    )
    return (registered,)


def judge_claim(entry: EntryAnswer, issued_on: date, confirmed_reason: str) -> Verdict[bool]:
    """May the paper claim the RNCP? If not, the last check says whether issuing it without was confirmed."""
    checks = [_standing_check(entry), *_last_issue_check(entry, issued_on)]
    claims = all(check.is_met for check in checks)
    if not claims and entry.standing != EntryStanding.REFUSED:
        is_confirmed, reason = is_claim_waived(confirmed_reason), confirmed_reason.strip()
        checks.append(leaf(CheckCode.CLAIM_CONFIRMATION, Source.DEFAULT, is_confirmed, reason=reason))
    return judged(branch(CheckCode.CLAIM, Source.LAW, checks, reference=ARTICLE, claims=claims))


def is_claim_waived(confirmed_reason: str) -> bool:
    """A paper that cannot claim the RNCP is issued only on an explicit confirmation, with its reason."""
    return bool(confirmed_reason.strip())


def _standing_check(entry: EntryAnswer) -> Check:
    is_registered = entry.standing == EntryStanding.REGISTERED
    return leaf(CheckCode.CLAIM_STANDING, Source.LAW, is_registered, reference=ARTICLE, standing=entry.standing)


def _last_issue_check(entry: EntryAnswer, issued_on: date) -> tuple[Check, ...]:
    if entry.registration is None or entry.registration.last_issue_on is None:
        return ()
    last_issue_on = entry.registration.last_issue_on
    last_issue = leaf(
        CheckCode.CLAIM_LAST_ISSUE,
        Source.LAW,
        issued_on <= last_issue_on,
        reference=ARTICLE,
        issued_on=issued_on,
        last_issue_on=last_issue_on,
    )
    return (last_issue,)
