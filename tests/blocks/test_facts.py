from datetime import UTC, date, datetime

import pytest

from blocks.facts import registrations_of, standard_of
from blocks.models import AccessRoute, Registration, RuleParameter, StandardVersion
from blocks.services import mark_in_use
from rulebook.admissibility import ReplyRule
from rulebook.composition import Composition, Requirement
from rulebook.jury import MajorityRule, QuorumRule, RecusalRule
from rulebook.outcomes import ChannelCode, CollegeCode, EntryStanding, RouteCode
from rulebook.registration import judge_entry
from rulebook.verdict import Source
from tests.builders.standard import load

pytestmark = pytest.mark.django_db

AT = datetime(2020, 9, 1, tzinfo=UTC)


@pytest.fixture
def version() -> StandardVersion:
    return load()


def test_the_standard_is_the_one_of_the_file(version):
    standard = standard_of(version)

    assert standard.composition == Composition(
        mandatory=Requirement.all_of("BC1", "BC2", "BC3", "BC4", "BC5"),
        optional=Requirement.at_least(2, "BC6", "BC7", "BC8"),
        source=Source.SHEET,
    )
    assert standard.channels == frozenset(ChannelCode)
    assert dict(standard.jury.seats) == {
        CollegeCode.UNION: 5,
        CollegeCode.EMPLOYER: 5,
        CollegeCode.EXPERT: 2,
        CollegeCode.TRAINING: 1,
    }
    assert standard.quorum == QuorumRule(
        7, 13, frozenset({CollegeCode.UNION, CollegeCode.EMPLOYER}), source=Source.DEFAULT
    )
    assert standard.majority == MajorityRule(abstentions_count=False, casting_vote=True, source=Source.DEFAULT)
    assert standard.recusal == RecusalRule(training_seat_votes_on_own=False, source=Source.DEFAULT)
    assert (standard.appeal_months, standard.appeal_source) == (2, Source.DEFAULT)
    assert standard.vae_reply == ReplyRule(2, Source.LAW, "code de l’éducation, R335-7")
    assert standard.rating_source == Source.DEFAULT


def test_each_route_has_its_plan(version):
    routes = standard_of(version).routes

    assert set(routes) == set(RouteCode)
    assert routes[RouteCode.VAE].plan == {ChannelCode.COMPANY, ChannelCode.PANEL}
    assert routes[RouteCode.APPRENTICESHIP].plan == set(ChannelCode)
    assert {code for code, route in routes.items() if not route.is_open} == {RouteCode.STUDENT, RouteCode.INDIVIDUAL}
    assert {route.source for route in routes.values()} == {Source.DEFAULT}


@pytest.mark.parametrize(
    ("entered_on", "standing"),
    [
        (date(2015, 4, 13), EntryStanding.REFUSED),
        (date(2015, 4, 14), EntryStanding.REGISTERED),
        (date(2021, 8, 7), EntryStanding.REGISTERED),
        (date(2021, 8, 8), EntryStanding.UNREGISTERED),
    ],
)
def test_registrations_judge_an_entry(version, entered_on, standing):
    assert judge_entry(standard_of(version).registrations, entered_on).answer.standing == standing


def test_a_version_is_read_in_six_queries_and_registrations_in_one(version, django_assert_num_queries):
    with django_assert_num_queries(6):  # rules, colleges, channels, routes, their plans, registrations
        standard_of(version)
    with django_assert_num_queries(1):
        registrations_of(version.certification)


def test_a_version_in_use_is_read_once(version, django_assert_num_queries):
    mark_in_use(version, at=AT)
    standard = standard_of(version)

    with django_assert_num_queries(1):  # registrations may be added
        assert standard_of(version) == standard


def test_a_version_not_in_use_is_read_again(version):
    standard_of(version)
    RuleParameter.objects.filter(key="jury_quorum").update(value=9)

    assert standard_of(version).quorum.minimum == 9


def test_registrations_of_a_version_in_use_are_read_again(version):
    mark_in_use(version, at=AT)
    assert len(standard_of(version).registrations) == 3

    Registration.objects.create(
        certification=version.certification,
        ordered_on=date(2021, 12, 1),
        published_on=date(2021, 12, 10),
        starts_on=date(2021, 12, 11),
        ends_on=date(2024, 12, 10),
        current_title=True,
    )

    assert [row.ordered_on.year for row in standard_of(version).registrations] == [2009, 2012, 2018, 2021]


def test_sources_come_from_the_rows(version):
    RuleParameter.objects.filter(key__in=["jury_quorum", "appeal_months"]).update(source="agreement")
    AccessRoute.objects.filter(code="vae").update(plan_source="law")

    standard = standard_of(version)

    assert standard.quorum.source == standard.appeal_source == Source.AGREEMENT
    assert standard.routes[RouteCode.VAE].source == Source.LAW
    assert standard.majority.source == Source.DEFAULT
