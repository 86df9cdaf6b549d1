from dataclasses import replace
from datetime import date

import pytest

from rulebook.outcomes import RouteCode
from rulebook.routes import Accreditation, EnrolmentFacts, judge_enrolment
from rulebook.verdict import CheckCode, CheckOutcome, Source

from .rncp31395 import COMPOSITION, MANDATORY, REGISTRATIONS, ROUTES

ACCREDITED = (Accreditation(date(2018, 1, 1), date(2018, 12, 31)), Accreditation(date(2020, 1, 1)))

APPRENTICE = EnrolmentFacts(
    route=ROUTES[RouteCode.APPRENTICESHIP],
    entered_on=date(2020, 9, 1),
    needs_organisation=True,
    composition=COMPOSITION,
    registrations=REGISTRATIONS,
    options=("BC6", "BC8"),
    accreditations=ACCREDITED,
)


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        pytest.param({}, [], id="an-apprentice"),
        pytest.param({"route": ROUTES[RouteCode.CONTINUING_TRAINING]}, [], id="continuing-training"),
        pytest.param({"route": ROUTES[RouteCode.PROFESSIONALISATION_CONTRACT]}, [], id="professionalisation-contract"),
        pytest.param({"route": ROUTES[RouteCode.VAE], "needs_organisation": False, "accreditations": ()}, [], id="vae"),
        pytest.param({"route": ROUTES[RouteCode.STUDENT]}, [CheckCode.ENROLMENT_ROUTE], id="student-status-is-closed"),
        pytest.param(
            {"route": ROUTES[RouteCode.INDIVIDUAL]}, [CheckCode.ENROLMENT_ROUTE], id="individual-application-is-closed"
        ),
        pytest.param({"accreditations": ()}, [CheckCode.ENROLMENT_ACCREDITATION], id="never-accredited"),
        pytest.param(
            {"entered_on": date(2019, 9, 1)}, [CheckCode.ENROLMENT_ACCREDITATION], id="between-two-accreditations"
        ),
        pytest.param({"options": ("BC6",)}, [CheckCode.OPTIONS_COUNT], id="one-option-missing"),
        pytest.param({"acquired": MANDATORY | {"BC6"}}, [], id="one-block-left"),
        pytest.param({"acquired": MANDATORY | {"BC6", "BC8"}}, [CheckCode.ENROLMENT_BLOCKS], id="nothing-left"),
        pytest.param({"entered_on": date(2022, 9, 1)}, [], id="unregistered-is-accepted"),
        pytest.param(
            {"entered_on": date(2015, 4, 13), "accreditations": (Accreditation(date(2010, 1, 1)),)},
            [CheckCode.ENTRY_TITLE],
            id="under-the-former-title",
        ),
        pytest.param(
            {"route": ROUTES[RouteCode.STUDENT], "accreditations": (), "options": ("BC1", "BC6")},
            [CheckCode.ENROLMENT_ROUTE, CheckCode.ENROLMENT_ACCREDITATION, CheckCode.OPTIONS_OFFERED],
            id="every-reason-is-given",
        ),
    ],
)
def test_who_may_be_enrolled(changes, refusals):
    verdict = judge_enrolment(replace(APPRENTICE, **changes))

    assert verdict.answer is (not refusals)
    assert [reason.code for reason in verdict.reasons] == refusals


@pytest.mark.parametrize(
    ("day", "is_covered"),
    [
        (date(2017, 12, 31), False),
        (date(2018, 1, 1), True),
        (date(2018, 12, 31), True),
        (date(2019, 1, 1), False),
        (date(2020, 1, 1), True),
        (date(2099, 1, 1), True),
    ],
)
def test_an_accreditation_covers_both_its_days_and_may_be_open_ended(day, is_covered):
    assert any(accreditation.covers(day) for accreditation in ACCREDITED) is is_covered


def test_the_tree_tells_the_route_the_organisation_and_the_blocks_to_open():
    check = judge_enrolment(replace(APPRENTICE, acquired=frozenset({"BC1", "BC6"}))).check

    route, organisation, options, blocks, entry = check.checks
    assert check.facts == {"route": RouteCode.APPRENTICESHIP}
    assert (route.source, dict(route.facts)) == (Source.DEFAULT, {"route": RouteCode.APPRENTICESHIP})
    assert (organisation.source, dict(organisation.facts)) == (Source.SHEET, {"entered_on": date(2020, 9, 1)})
    assert options.facts == {"chosen": ("BC6", "BC8")}
    assert blocks.facts == {"blocks": ("BC2", "BC3", "BC4", "BC5", "BC8")}
    assert entry.code == CheckCode.ENTRY


def test_a_route_without_an_organisation_notes_it():
    vae = replace(APPRENTICE, route=ROUTES[RouteCode.VAE], needs_organisation=False, accreditations=())

    organisation = judge_enrolment(vae).check.checks[1]

    assert (organisation.code, organisation.outcome) == (CheckCode.ENROLMENT_NO_ORGANISATION, CheckOutcome.NOTED)
    assert organisation.facts == {"route": RouteCode.VAE}
