"""By when a delivered certificate is declared to the Caisse des Dépôts, and who could be declared at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rulebook.cdc import Access, Fault, FaultCode, Holder, Initiative, Passage, judge_passage
from rulebook.declaration import Clock, DeclarationRule, Standing, judge_clock, judge_declarability
from rulebook.verdict import Source

RULE = DeclarationRule()
DELIVERED = date(2026, 1, 15)
DUE = date(2026, 4, 15)


def test_it_is_the_law_that_says_three_months():
    assert (RULE.months, RULE.source, RULE.alert_days) == (3, Source.LAW, (30, 60, 80))
    assert "L6113-8" in RULE.reference


@pytest.mark.parametrize(
    ("delivered_on", "due_on"),
    [
        pytest.param(DELIVERED, DUE, id="the same day, three months later"),
        pytest.param(date(2025, 11, 30), date(2026, 2, 28), id="the last day of February"),
        pytest.param(date(2027, 11, 30), date(2028, 2, 29), id="of a leap year"),
        pytest.param(date(2025, 11, 28), date(2026, 2, 28), id="the 28th on its own"),
        pytest.param(date(2026, 1, 31), date(2026, 4, 30), id="a month of thirty days"),
        pytest.param(date(2026, 12, 31), date(2027, 3, 31), id="the next year, over a change of hour"),
        pytest.param(date(2025, 12, 29), date(2026, 3, 29), id="the day of the change of hour"),
        pytest.param(date(2026, 7, 25), date(2026, 10, 25), id="the day that lasts twenty-five hours"),
    ],
)
def test_by_when(delivered_on, due_on):
    assert RULE.due_on(delivered_on) == due_on


@pytest.mark.parametrize(
    ("on", "is_contestable", "clock"),
    [
        pytest.param(DELIVERED, False, Clock(Standing.TO_DECLARE, DUE, 90), id="delivered today"),
        pytest.param(DELIVERED, True, Clock(Standing.WAITING, DUE, 90), id="an appeal may come"),
        pytest.param(DUE - timedelta(1), False, Clock(Standing.TO_DECLARE, DUE, 1), id="the eve"),
        pytest.param(DUE, False, Clock(Standing.TO_DECLARE, DUE, 0), id="the last day"),
        pytest.param(DUE, True, Clock(Standing.WAITING, DUE, 0), id="the last day, contested"),
        pytest.param(DUE + timedelta(1), False, Clock(Standing.LATE, DUE, -1), id="the day after"),
        pytest.param(DUE + timedelta(1), True, Clock(Standing.LATE, DUE, -1), id="the law does not wait for appeals"),
    ],
)
def test_where_it_stands(on, is_contestable, clock):
    assert judge_clock(DELIVERED, on, RULE, is_contestable=is_contestable) == clock


@pytest.mark.parametrize(
    ("delivered_on", "standing"),
    [(date(2021, 6, 30), Standing.NOT_DUE), (date(2021, 7, 1), Standing.LATE)],
)
def test_the_duty_begins_in_july_2021(delivered_on, standing):
    assert judge_clock(delivered_on, date(2022, 1, 1), RULE, is_contestable=False).standing == standing


@pytest.mark.parametrize(
    ("days", "alert"),
    [(0, None), (29, None), (30, 30), (31, 30), (59, 30), (60, 60), (79, 60), (80, 80), (81, 80), (400, 80)],
)
def test_the_alert_that_has_come(days, alert):
    expected = None if alert is None else DELIVERED + timedelta(alert)

    assert RULE.last_alert(DELIVERED, DELIVERED + timedelta(days)) == expected


def test_alerts_are_in_order_whatever_the_standard_wrote():
    rule = replace(RULE, alert_days=(80, 30))

    assert rule.alerts(DELIVERED) == (DELIVERED + timedelta(30), DELIVERED + timedelta(80))


# At enrolment

HOLDER = Holder(
    birth_name="Lefèvre",
    first_name="Zoé",
    birth_year=1996,
    birth_month=2,
    birth_day=29,
    sex="F",
    insee_code="69381",
    birth_place="Lyon",
)


def faults(holder: Holder = HOLDER, *, access: str = Access.CONTINUING, initiative: str = Initiative.EMPLOYER):
    return judge_declarability(holder, access=access, initiative=initiative, entered_on=date(2025, 9, 1))


@pytest.mark.parametrize("access", [Access.CONTINUING, Access.PROFESSIONALISATION, Access.APPRENTICESHIP, Access.VAE])
def test_a_whole_identity_may_be_declared(access):
    assert faults(access=access) == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        pytest.param({"birth_name": "é" * 61}, Fault("birth_name", FaultCode.TOO_LONG, limit=60), id="name of 61"),
        pytest.param({"birth_name": ""}, Fault("birth_name", FaultCode.MISSING), id="no name"),
        pytest.param({"usual_name": "x" * 61}, Fault("usual_name", FaultCode.TOO_LONG, limit=60), id="usual name"),
        pytest.param({"first_name": ""}, Fault("first_name", FaultCode.MISSING), id="no first name"),
        pytest.param({"sex": "H"}, Fault("sex", FaultCode.UNKNOWN), id="H for a man"),
        pytest.param({"insee_code": ""}, Fault("insee_code", FaultCode.MISSING), id="no birth place"),
        pytest.param({"insee_code": "154640"}, Fault("insee_code", FaultCode.FORMAT), id="six figures"),
        pytest.param({"insee_code": "NULL!"}, Fault("insee_code", FaultCode.FORMAT), id="a word"),
        pytest.param({"insee_code": "99350"}, Fault("country_code", FaultCode.MISSING), id="abroad, no country"),
        pytest.param({"birth_year": 1899}, Fault("birth_year", FaultCode.OUT_OF_RANGE), id="another century"),
    ],
)
def test_what_it_would_stumble_on(changes, fault):
    assert faults(replace(HOLDER, **changes)) == (fault,)


def test_names_of_sixty_characters_pass():
    assert faults(replace(HOLDER, birth_name="é" * 60)) == ()


def test_the_route_and_the_initiative_count():
    assert faults(access="", initiative="") == (
        Fault("access", FaultCode.MISSING),
        Fault("initiative", FaultCode.MISSING),
    )
    assert faults(access="STAGE") == (Fault("access", FaultCode.UNKNOWN),)


def test_all_is_told_at_once():
    found = faults(replace(HOLDER, first_name="", insee_code="", sex=""), initiative="")

    assert {fault.field for fault in found} == {"first_name", "insee_code", "sex", "initiative"}


def test_what_is_right_at_enrolment_leaves_only_the_exam_to_say(passage):
    of_later = {fault.field for fault in judge_passage(passage)}

    assert of_later == {"exam_starts_on", "exam_ends_on", "exam_mode", "exam_postcode"}


@pytest.fixture
def passage():
    return Passage(
        technical_id="RNCP31395-2026-000001",
        holder=HOLDER,
        valid_from=DELIVERED,
        access=Access.CONTINUING,
        initiative=Initiative.EMPLOYER,
        enrolled_on=date(2025, 9, 1),
    )
