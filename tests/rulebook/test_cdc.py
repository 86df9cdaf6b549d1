"""What the CDC takes of a certificate: one line of the schema, the dictionary or the decree per case."""

from dataclasses import replace
from datetime import date

import pytest

from rulebook.cdc import (
    Access,
    ExamMode,
    Fault,
    FaultCode,
    Holder,
    Initiative,
    Passage,
    VaeWay,
    judge_passage,
    plain_name,
    split_first_names,
    technical_id,
)

HOLDER = Holder(
    birth_name="Lefèvre",
    first_name="Zoé",
    second_name="Anne",
    birth_year=1998,
    birth_month=3,
    birth_day=21,
    sex="F",
    insee_code="69381",
    birth_place="Lyon 1er Arrondissement",
)
PASSAGE = Passage(
    technical_id="RNCP31395-CQP-2021-000001",
    holder=HOLDER,
    valid_from=date(2021, 7, 5),
    access=Access.APPRENTICESHIP,
    exam_starts_on=date(2021, 5, 3),
    exam_ends_on=date(2021, 6, 11),
    exam_mode=ExamMode.ON_SITE,
    exam_postcode="69001",
    initiative=Initiative.TRAINING_ORGANISATION,
    enrolled_on=date(2020, 9, 14),
)
ABROAD = replace(HOLDER, insee_code="99139", country_code="139", country_name="Portugal", birth_place="Porto")


def test_a_whole_record_may_be_sent():
    assert judge_passage(PASSAGE) == ()


@pytest.mark.parametrize(
    "holder",
    [
        pytest.param(ABROAD, id="born-abroad"),
        pytest.param(replace(HOLDER, insee_code="2A004"), id="born-in-corsica"),
        pytest.param(replace(HOLDER, insee_code="97411"), id="born-overseas"),
        pytest.param(replace(HOLDER, birth_month=None, birth_day=None), id="only-the-year-is-known"),
        pytest.param(replace(HOLDER, birth_place=""), id="place-left-out"),
        pytest.param(replace(HOLDER, birth_name="N" * 60), id="sixty-characters"),
        pytest.param(replace(HOLDER, birth_day=29, birth_month=2, birth_year=1996), id="leap-day"),
        pytest.param(replace(HOLDER, sex="M"), id="a-man"),
    ],
)
def test_these_people_may_be_declared(holder):
    assert judge_passage(replace(PASSAGE, holder=holder)) == ()


HOLDER_FAULTS = {
    "no birth name": ({"birth_name": ""}, Fault("birth_name", FaultCode.MISSING)),
    "no first name": ({"first_name": ""}, Fault("first_name", FaultCode.MISSING)),
    "birth name of 61": ({"birth_name": "N" * 61}, Fault("birth_name", FaultCode.TOO_LONG, limit=60)),
    "usual name of 61": ({"usual_name": "N" * 61}, Fault("usual_name", FaultCode.TOO_LONG, limit=60)),
    "place of 41": ({"birth_place": "N" * 41}, Fault("birth_place", FaultCode.TOO_LONG, limit=40)),
    "control character": ({"birth_name": "A\x08B"}, Fault("birth_name", FaultCode.CHARACTERS)),
    "line in a name": ({"first_name": "A\nB"}, Fault("first_name", FaultCode.CHARACTERS)),
    "blank at the end": ({"first_name": "Zoé "}, Fault("first_name", FaultCode.CHARACTERS)),
    "H for a man": ({"sex": "H"}, Fault("sex", FaultCode.UNKNOWN)),
    "no sex": ({"sex": ""}, Fault("sex", FaultCode.UNKNOWN)),
    "1899": ({"birth_year": 1899}, Fault("birth_year", FaultCode.OUT_OF_RANGE)),
    "2100": ({"birth_year": 2100}, Fault("birth_year", FaultCode.OUT_OF_RANGE)),
    "month 13": ({"birth_month": 13}, Fault("birth_month", FaultCode.OUT_OF_RANGE)),
    "day 0": ({"birth_day": 0}, Fault("birth_day", FaultCode.OUT_OF_RANGE)),
    "30 February": ({"birth_day": 30, "birth_month": 2}, Fault("birth_day", FaultCode.NO_SUCH_DAY)),
    "no commune": ({"insee_code": ""}, Fault("insee_code", FaultCode.MISSING)),
    "six digits": ({"insee_code": "154640"}, Fault("insee_code", FaultCode.FORMAT)),
    "the word NULL!": ({"insee_code": "NULL!"}, Fault("insee_code", FaultCode.FORMAT)),
    "99 alone": ({"insee_code": "99"}, Fault("insee_code", FaultCode.FORMAT)),
    "department 00": ({"insee_code": "00001"}, Fault("insee_code", FaultCode.FORMAT)),
    "arabic digits": ({"insee_code": "٦٩٣٨١"}, Fault("insee_code", FaultCode.FORMAT)),
    "country in France": ({"country_code": "100"}, Fault("country_code", FaultCode.COUNTRY_IN_FRANCE)),
    "abroad, no country": ({"insee_code": "99139"}, Fault("country_code", FaultCode.MISSING)),
    "another country": (
        {"insee_code": "99139", "country_code": "134"},
        Fault("country_code", FaultCode.COUNTRY_DIFFERS),
    ),
}


@pytest.mark.parametrize("name", HOLDER_FAULTS)
def test_each_fault_of_a_person_is_told(name):
    fields, fault = HOLDER_FAULTS[name]

    assert judge_passage(replace(PASSAGE, holder=replace(HOLDER, **fields))) == (fault,)


PASSAGE_FAULTS = {
    "no identifier": ({"technical_id": ""}, Fault("technical_id", FaultCode.MISSING)),
    "identifier of 256": ({"technical_id": "x" * 256}, Fault("technical_id", FaultCode.TOO_LONG, limit=255)),
    "no route": ({"access": ""}, Fault("access", FaultCode.MISSING)),
    "route of another document": ({"access": "EQUIVALENCE"}, Fault("access", FaultCode.UNKNOWN)),
    "VAE without its frame": ({"access": Access.VAE}, Fault("vae_way", FaultCode.MISSING)),
    "a frame of VAE elsewhere": ({"vae_way": VaeWay.ORDINARY}, Fault("vae_way", FaultCode.NOT_FOR_THIS_ROUTE)),
    "unknown frame": ({"access": Access.VAE, "vae_way": "VAE"}, Fault("vae_way", FaultCode.UNKNOWN)),
    "no initiative": ({"initiative": ""}, Fault("initiative", FaultCode.MISSING)),
    "initiative unknown": ({"initiative": "MAIRIE"}, Fault("initiative", FaultCode.UNKNOWN)),
    "no means": ({"exam_mode": ""}, Fault("exam_mode", FaultCode.MISSING)),
    "means unknown": ({"exam_mode": "DISTANCE"}, Fault("exam_mode", FaultCode.UNKNOWN)),
    "no postcode": ({"exam_postcode": ""}, Fault("exam_postcode", FaultCode.MISSING)),
    "postcode of four": ({"exam_postcode": "6900"}, Fault("exam_postcode", FaultCode.FORMAT)),
    "no enrolment day": ({"enrolled_on": None}, Fault("enrolled_on", FaultCode.MISSING)),
    "no first day": ({"exam_starts_on": None}, Fault("exam_starts_on", FaultCode.MISSING)),
    "exam ends before": (
        {"exam_starts_on": date(2021, 6, 12)},
        Fault("exam_ends_on", FaultCode.ORDER, other="exam_starts_on"),
    ),
    "delivered before the exam": (
        {"valid_from": date(2021, 6, 10)},
        Fault("valid_from", FaultCode.ORDER, other="exam_ends_on"),
    ),
    "ends before it begins": (
        {"valid_until": date(2021, 7, 4)},
        Fault("valid_until", FaultCode.ORDER, other="valid_from"),
    ),
    "in another century": ({"enrolled_on": date(1899, 12, 31)}, Fault("enrolled_on", FaultCode.OUT_OF_RANGE)),
}


@pytest.mark.parametrize("name", PASSAGE_FAULTS)
def test_each_fault_of_a_passage_is_told(name):
    fields, fault = PASSAGE_FAULTS[name]

    assert judge_passage(replace(PASSAGE, **fields)) == (fault,)


def test_all_faults_are_told_at_once():
    passage = replace(PASSAGE, exam_postcode="", initiative="", holder=replace(HOLDER, first_name="", sex="H"))

    assert {fault.field for fault in judge_passage(passage)} == {"exam_postcode", "initiative", "first_name", "sex"}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("Zoé Anne", ("Zoé", "Anne", "")),
        ("Jean-François", ("Jean-François", "", "")),
        ("Jean\u2010François", ("Jean-François", "", "")),
        ("Marie Anne, Claire", ("Marie Anne", "Claire", "")),
        ("A B C D", ("A", "B", "C")),
        ("", ("", "", "")),
        (" , Zoé", ("Zoé", "", "")),
    ],
)
def test_first_names_are_separated_as_the_civil_status_does(given, names):
    assert split_first_names(given) == names


def test_a_name_keeps_its_letters():
    assert plain_name("D’Hérouville\u2011Ľubomírová") == "D'Hérouville-Ľubomírová"


def test_an_identifier_says_which_certificate_and_of_which_sheet():
    assert technical_id("RNCP31395", "CQP-2021-000001") == "RNCP31395-CQP-2021-000001"
