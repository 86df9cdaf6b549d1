"""Who may sit, college by college, against the seats that the standard gives them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from blocks.enums import CollegeCode
from blocks.models import JuryCollege, StandardVersion
from rulebook.verdict import CheckCode, Verdict

from .models import JuryMember, JuryMemberQuerySet, JurySession, Seat


@dataclass(frozen=True, slots=True)
class CollegeRoster:
    college: JuryCollege
    mandated: int  # in force that day, whatever is listed
    members: tuple[JuryMember, ...]

    @property
    def is_short(self) -> bool:
        return self.mandated < self.college.seats


def rosters(listed: JuryMemberQuerySet, *, on: date) -> list[CollegeRoster]:
    version = StandardVersion.objects.in_force(on).first()
    mandated = Counter(JuryMember.objects.in_force(on).values_list("college", flat=True))
    members: dict[str, list[JuryMember]] = defaultdict(list)
    related = listed.select_related("user", "company", "training_organisation")
    for member in related.order_by("user__last_name", "user__first_name", "-starts_on", "pk"):
        members[member.college].append(member)
    return [
        CollegeRoster(college, mandated[college.code], tuple(members[college.code]))
        for college in JuryCollege.objects.filter(version=version).order_by("position")
    ]


def available_substitutes(session: JurySession, seat: Seat) -> JuryMemberQuerySet:
    """Of the seat's college, mandated that day, without a place in this jury, and not called to this seat before."""
    placed = session.seats.exclude(substitute__isnull=True).values("substitute__user")
    return (
        JuryMember.objects.in_force(session.held_on)
        .filter(college=seat.college, user__is_active=True)
        .exclude(user__in=session.seats.values("member__user"))
        .exclude(user__in=placed)
        .exclude(notices__seat=seat)
    )


def missing_seats(composed: Verdict[bool]) -> list[tuple[int, str]]:
    """Of each college that lacks some: how many seats, and its name."""
    lacking = (
        (str(facts["college"]), int(str(facts["expected"])) - int(str(facts["seated"])))
        for facts in (check.facts for check in composed.reasons if check.code is CheckCode.JURY_COLLEGE)
    )
    return [(count, str(CollegeCode(college).label)) for college, count in lacking if count > 0]
