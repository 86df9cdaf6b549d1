"""Rows → rules: the SQL that lists use and the rulebook answer alike."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from blocks.facts import registrations_of
from blocks.models import Registration, StandardVersion
from candidates.facts import acquired_codes, entry_of, entry_verdict, option_codes, version_for
from candidates.models import Enrolment
from candidates.plan import PlanState, plan_of
from rulebook.outcomes import EntryStanding
from rulebook.registration import judge_entry
from tests.builders.candidates import current_version, make_acquired_block, make_candidate, make_enrolment

FIRST_DAY, LAST_DAY = date(2015, 4, 14), date(2021, 8, 7)
days = st.dates(min_value=date(2014, 1, 1), max_value=date(2026, 1, 1))
edges = st.sampled_from([day + timedelta(days=shift) for day in (FIRST_DAY, LAST_DAY) for shift in (-1, 0, 1)])


class TestStandingInSql(TestCase):
    """`with_registration` and `judge_entry`, on random entries and random registrations."""

    @settings(max_examples=25, deadline=None)
    @given(
        entered_on=days | edges,
        extra=st.lists(st.tuples(days, st.integers(0, 2000), st.booleans()), max_size=2),
    )
    def test_they_agree(self, entered_on, extra):
        enrolment = make_enrolment(entered_on=entered_on, referred=False)
        certification = enrolment.version.certification
        for number, (starts_on, length, current_title) in enumerate(extra):
            Registration.objects.create(
                certification=certification,
                ordered_on=date(2030, 1, 1 + number),
                published_on=date(2030, 1, 1 + number),
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=length),
                current_title=current_title,
            )

        listed = Enrolment.objects.with_registration().get(pk=enrolment.pk)
        judged = judge_entry(registrations_of(certification), entered_on).answer

        assert listed.is_registered == (judged.standing == EntryStanding.REGISTERED)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entered_on", "standing"),
    [
        (FIRST_DAY, EntryStanding.REGISTERED),
        (LAST_DAY, EntryStanding.REGISTERED),
        (LAST_DAY + timedelta(1), EntryStanding.UNREGISTERED),
        (FIRST_DAY - timedelta(1), EntryStanding.REFUSED),
    ],
)
def test_an_enrolment_stands_on_the_registration_of_its_entry(entered_on, standing):
    enrolment = make_enrolment(entered_on=entered_on)

    assert entry_of(enrolment).standing == entry_verdict(enrolment).answer.standing == standing


@pytest.mark.django_db
def test_what_is_held_follows_the_person():
    enrolment = make_enrolment()
    make_acquired_block(enrolment.candidate, "BC4")
    make_acquired_block(make_candidate(), "BC5")

    assert acquired_codes(enrolment.candidate, enrolment.version) == {"BC4"}


@pytest.mark.django_db
def test_options_are_told_in_order():
    assert option_codes(make_enrolment(options=["BC8", "BC6"])) == ("BC6", "BC8")


@pytest.mark.django_db
def test_an_entry_goes_to_the_version_of_its_day():
    version = current_version()
    later = StandardVersion.objects.create(
        certification=version.certification, label="2022", starts_on=date(2022, 1, 1), checksum="0" * 64
    )

    assert [version_for(day) for day in (date(2010, 1, 1), date(2021, 12, 31), date(2022, 1, 1))] == [
        version,
        version,
        later,
    ]


@pytest.mark.django_db
def test_the_plan_tells_what_becomes_of_each_block():
    enrolment = make_enrolment(options=["BC6", "BC7"])
    make_acquired_block(enrolment.candidate, "BC2")
    make_acquired_block(enrolment.candidate, "BC8")

    states = {line.block.code: line.state for line in plan_of(enrolment)}

    assert list(states) == ["BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC7", "BC8"]
    assert states["BC2"] == states["BC8"] == PlanState.CARRIED
    assert {states[code] for code in ("BC1", "BC3", "BC4", "BC5", "BC6", "BC7")} == {PlanState.TO_EVALUATE}


@pytest.mark.django_db
def test_an_option_not_chosen_is_not_to_evaluate():
    lines = plan_of(make_enrolment(options=["BC6", "BC7"]))

    assert [line.block.code for line in lines if line.state == PlanState.NOT_CHOSEN] == ["BC8"]
