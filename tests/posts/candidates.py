from tests.addresses.places import ours, pk
from tests.builders.branch import Branch

from .sent import ADDRESSEE, Data, Sent, followed_by, nothing, typed, varied

IDENTITY = {
    "birth_name": "D’Hérouville",
    "first_names": "Maëlle",
    "sex": "F",
    "birth_date": "1998-03-01",
    "birth_country": "FR",
    "birth_commune_code": "69381",
    "birth_place": "Lyon 1er Arrondissement",
}
OPTIONS = typed(options=["BC6", "BC8"])
INADMISSIBLE = typed(decision="inadmissible", decided_on="2021-07-02", reason="Un motif.")
DUE = typed(due_panel="2021-07-09")

enrolling = varied(
    typed(**IDENTITY, route="apprenticeship", entered_on="2020-09-14", options=["BC6", "BC8"]),
    training_organisation=lambda branch: branch.organisation.pk,
)
opening_a_cohort = varied(
    typed(name="Lyon", starts_on="2021-09-01", ends_on="2022-08-31"),
    training_organisation=lambda branch: branch.organisation.pk,
)


def holding(block: str) -> Data:
    """A block acquired before, by another way."""
    return varied(
        typed(acquired_on="2019-06-28", evidence="Attestation"),
        block=lambda branch: branch.enrolment.version.blocks.get(code=block).pk,
    )


def inviting(*of: str) -> Data:
    """One person, for these candidates."""
    return lambda branch: {**ADDRESSEE, "enrolments": [getattr(branch, each).pk for each in of]}


def other_organisation(branch: Branch) -> int:
    return branch.other_organisation.pk


def other_cohort(branch: Branch) -> int:
    return branch.other_cohort.pk


FORMS = [
    Sent(
        "trainer",
        "candidates:enrol",
        data=enrolling,
        optional="usual_name email cohort followed_by acknowledged initiative birth_place_confirmed",
    ),
    Sent(
        "admin",
        "candidates:record_admissibility",
        data=typed(**IDENTITY, received_on="2021-07-01"),
        optional="usual_name email complete_on birth_place_confirmed",
    ),
    Sent("admin", "candidates:complete_admissibility", pk("unasked"), typed(complete_on="2021-07-02")),
    Sent("admin", "candidates:decide_admissibility", pk("asked"), INADMISSIBLE),
    Sent(
        "admin",
        "candidates:enrol_admitted",
        pk("admitted"),
        OPTIONS,
        optional="cohort followed_by acknowledged initiative",
    ),
    Sent("trainer", "candidates:options", ours, OPTIONS),
    Sent(
        "trainer",
        "candidates:follow_up",
        ours,
        varied(nothing, followed_by=followed_by("colleague")),
        optional="cohort initiative",
    ),
    Sent("trainer", "candidates:withdrawal", ours, typed(withdrawn_on="2021-07-01")),
    Sent("admin", "candidates:acquired_block", ours, holding("BC8")),
    Sent(
        "admin",
        "candidates:identity",
        ours,
        typed(**IDENTITY),
        optional="usual_name email birth_place_confirmed",
    ),
    Sent(
        "trainer",
        "candidates:open_cohort",
        data=opening_a_cohort,
        optional="due_training due_company due_panel exam_postcode",
    ),
    Sent("trainer", "candidates:deadlines", pk("cohort"), DUE, optional="exam_postcode"),
    Sent("trainer", "candidates:invite_referent", ours, inviting("enrolment")),
    Sent("trainer", "candidates:invite_in_company", pk("company"), inviting("enrolment", "another")),
]

REFUSED = {
    "enrol in another organisation": Sent(
        "trainer", "candidates:enrol", data=varied(enrolling, training_organisation=other_organisation)
    ),
    "enrol in another’s cohort": Sent("trainer", "candidates:enrol", data=varied(enrolling, cohort=other_cohort)),
    "enrol with another company’s referent": Sent(
        "trainer", "candidates:enrol", data=varied(enrolling, followed_by=followed_by("other_referent"))
    ),
    "decide what is admitted already": Sent("admin", "candidates:decide_admissibility", pk("admitted"), INADMISSIBLE),
    "enrol who is not admitted": Sent("admin", "candidates:enrol_admitted", pk("asked"), OPTIONS),
    "follow in another’s cohort": Sent("trainer", "candidates:follow_up", ours, varied(nothing, cohort=other_cohort)),
    "follow with another company’s referent": Sent(
        "trainer", "candidates:follow_up", ours, varied(nothing, followed_by=followed_by("other_referent"))
    ),
    "open another’s cohort": Sent(
        "trainer",
        "candidates:open_cohort",
        data=varied(opening_a_cohort, training_organisation=other_organisation),
    ),
    "change another’s deadlines": Sent("trainer", "candidates:deadlines", pk("other_cohort"), DUE),
    "record a block held already": Sent("admin", "candidates:acquired_block", ours, holding("BC3")),
    "invite the referent of another’s candidate": Sent(
        "trainer", "candidates:invite_referent", ours, inviting("enrolment", "stranger")
    ),
}
