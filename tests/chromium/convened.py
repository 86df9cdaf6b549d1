"""A jury convened for today with the thirteen of the demonstration. Run in the site's environment; prints what it made.

Two dossiers are unanimous, a third too, that a member will pull out, and the channels divide the last one: the sixth
member works for that candidate's company, and may never read the name.
"""

import json

import django

django.setup()

from datetime import timedelta  # noqa: E402

from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from juries import services  # noqa: E402
from juries.enums import SessionMeans  # noqa: E402
from juries.models import JuryMember  # noqa: E402
from organisations.models import Company, TrainingOrganisation  # noqa: E402
from tests.builders.candidates import current_version, make_acquired_block, make_candidate, make_enrolment  # noqa: E402
from tests.builders.evaluations import submit  # noqa: E402

BLOCKS, HELD = ("BC1", "BC2"), ("BC3", "BC4", "BC5", "BC6", "BC7")  # decided here; held before
NAMES = {"first": "Kerbrat", "second": "Ouvrard", "pulled": "Tallandier", "divided": "Quermadec"}
DAYS_AHEAD = timedelta(days=40)


def main() -> None:
    now, admin = timezone.now(), User.objects.get(email="admin@demo.example")
    companies, paris = Company.objects.order_by("pk"), TrainingOrganisation.objects.get(name__startswith="Académie")
    enrolments = {}
    for part, name in NAMES.items():
        enrolment = make_enrolment(
            candidate=make_candidate(birth_name=name),
            organisation=paris,
            company=companies[0] if part == "divided" else companies[1],
            referent=User.objects.get(email=f"referent.{'a' if part == 'divided' else 'b'}@demo.example"),
            enrolled_by=admin,
        )
        for block in HELD:
            make_acquired_block(enrolment.candidate, block)
        for block in BLOCKS:
            for channel in ("training", "company", "panel"):
                rating = "not_acquired" if (part, channel) == ("divided", "panel") else "acquired"
                submit(enrolment, block, channel, rating)
        enrolments[part] = enrolment
    session = services.prepare_session(
        version=current_version(),
        held_on=timezone.localdate(now),
        place="10 rue Auber, 75009 Paris",
        means=SessionMeans.MIXED,
        by=admin,
        at=now - DAYS_AHEAD,
    )
    jury = JuryMember.objects.filter(user__email__startswith="jury.").order_by("user__email")
    seatings = [
        services.Seating(member, is_chair=number == 1, is_vice_chair=number == 2)
        for number, member in enumerate(jury, start=1)
    ]
    services.compose(session, seatings, by=admin, at=now - DAYS_AHEAD)
    services.add_dossiers(session, enrolments.values(), by=admin, at=now - DAYS_AHEAD)
    services.convene(session, by=admin, at=now - DAYS_AHEAD)
    dossiers = {part: enrolment.reference for part, enrolment in enrolments.items()}
    print(json.dumps({"reference": session.reference, "dossiers": dossiers}))  # noqa: T201


if __name__ == "__main__":
    main()
