"""Which registration at the RNCP counts for a candidate, and what the paper may say of it (labour code, L6113-9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rulebook.outcomes import EntryStanding
from rulebook.verdict import Check, CheckCode, CheckOutcome, Source, Verdict, all_met

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

    Only registrations under the present title belong to this certification: the first of them sets the day before
    which an entry is refused, and on a day shared with a former one it is the present one that counts. Outside every
    registration after that day the branch may still award its CQP.
    """
    current = [registration for registration in registrations if registration.current_title]
    opens_on = min((registration.starts_on for registration in current), default=None)
    is_refused = opens_on is None or entered_on < opens_on
    in_force = max(
        (registration for registration in current if registration.covers(entered_on)),
        key=lambda registration: registration.starts_on,
        default=None,
    )
    title = Check(
        CheckCode.ENTRY_TITLE,
        CheckOutcome.of(not is_refused),
        Source.SHEET,
        {"entered_on": entered_on, "opens_on": opens_on},
    )
    if is_refused:
        return _entry_verdict(EntryAnswer(EntryStanding.REFUSED), entered_on, (title,))
    if in_force is None:
        warning = Check(
            CheckCode.ENTRY_UNREGISTERED, CheckOutcome.NOTED, Source.LAW, {"entered_on": entered_on}, reference=ARTICLE
        )
        return _entry_verdict(EntryAnswer(EntryStanding.UNREGISTERED), entered_on, (title, warning))
    registered = _registered_check(in_force, entered_on)
    return _entry_verdict(EntryAnswer(EntryStanding.REGISTERED, in_force), entered_on, (title, registered))


def _entry_verdict(answer: EntryAnswer, entered_on: date, checks: tuple[Check, ...]) -> Verdict[EntryAnswer]:
    facts = {"entered_on": entered_on, "standing": answer.standing}
    return Verdict(answer, Check(CheckCode.ENTRY, all_met(checks), Source.LAW, facts, checks, ARTICLE))


def _registered_check(registration: Registration, entered_on: date) -> Check:
    facts = {
        "entered_on": entered_on,
        "starts_on": registration.starts_on,
        "ends_on": registration.ends_on,
        "ordered_on": registration.ordered_on,
        "published_on": registration.published_on,
    }
    return Check(CheckCode.ENTRY_REGISTERED, CheckOutcome.MET, Source.LAW, facts, reference=ARTICLE)


def judge_claim(entry: EntryAnswer, issued_on: date, confirmed_reason: str) -> Verdict[bool]:
    """May the paper claim the RNCP? If not, the checks also say whether issuing without it was confirmed."""
    checks = [
        Check(
            CheckCode.CLAIM_STANDING,
            CheckOutcome.of(entry.standing is EntryStanding.REGISTERED),
            Source.LAW,
            {"standing": entry.standing},
            reference=ARTICLE,
        )
    ]
    if entry.registration and entry.registration.last_issue_on:
        checks.append(_last_issue_check(issued_on, entry.registration.last_issue_on))
    claims = all_met(checks) is CheckOutcome.MET
    if not claims and entry.standing is not EntryStanding.REFUSED:
        checks.append(_confirmation_check(confirmed_reason))
    return Verdict(
        claims,
        Check(CheckCode.CLAIM, CheckOutcome.of(claims), Source.LAW, {"claims": claims}, tuple(checks), ARTICLE),
    )


def is_confirmed(reason: str) -> bool:
    return bool(reason.strip())


def _last_issue_check(issued_on: date, last_issue_on: date) -> Check:
    return Check(
        CheckCode.CLAIM_LAST_ISSUE,
        CheckOutcome.of(issued_on <= last_issue_on),
        Source.LAW,
        {"issued_on": issued_on, "last_issue_on": last_issue_on},
        reference=ARTICLE,
    )


def _confirmation_check(reason: str) -> Check:
    outcome = CheckOutcome.of(is_confirmed(reason))
    return Check(CheckCode.CLAIM_CONFIRMATION, outcome, Source.DEFAULT, {"reason": reason.strip()})
