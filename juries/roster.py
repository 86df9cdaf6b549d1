"""Who may sit, college by college, against the seats that the standard gives them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from blocks.models import JuryCollege, StandardVersion

from .models import JuryMember, JuryMemberQuerySet


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
