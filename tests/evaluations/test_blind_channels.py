"""What a channel wrote stays closed to the others: not a word, not an opinion, on any page of this app."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.enums import Opinion, Rating
from evaluations.todo import to_do
from tests.builders import evaluations as build
from tests.builders.candidates import make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

CANARY = "CANARI-9F3A"
BLOCKS = ["BC1", "BC2", "BC3"]
NAMES = re.compile(
    r"(Martin|Organisme|Cabinet) \d+"
    r"|camille\.\d+@"
    r'|aria-hidden="true">C\d<'
    r'|csrfmiddlewaretoken" value="\w+'
    r'|CSRFToken": "\w+'
    r'|X-Page-Owner": "[^"]+'
)
WORDS = [Opinion.UNFAVOURABLE.label, Opinion.RESERVED.label, Opinion.EXCUSED.label, "13,37"]


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment(cohort=make_cohort(due_on=timezone.localdate() - timedelta(days=3)))


def write(enrolment: Enrolment, channel: str) -> None:
    """Bad opinions and canaries everywhere in this channel: submitted, excused, in a draft."""
    build.submit(enrolment, "BC1", channel, Rating.NOT_ACQUIRED, comment=CANARY, general_comment=CANARY)
    build.submit(enrolment, "BC2", channel, attendance="excused", comment=CANARY, general_comment=CANARY)
    unfinished = build.draft(enrolment, "BC3", channel, Rating.NOT_ACQUIRED, comment=CANARY, general_comment=CANARY)
    unfinished.parts.update(mark="13.37")


def pages_of(client: Client, user: User, enrolment: Enrolment) -> Iterator[str]:
    """Every page that this person can open."""
    client.force_login(user)
    addresses = [f"/evaluations/?state={state}" for state in ("", "to_do", "late", "draft", "done")]
    addresses += [reverse("evaluations:overview"), reverse("evaluations:assign")]
    for block in BLOCKS:
        for channel in ChannelCode:
            arguments = [enrolment.reference, block, channel]
            addresses += [reverse("evaluations:enter", args=arguments), reverse("evaluations:review", args=arguments)]
    for address in addresses:
        response = client.get(address, follow=True)
        if response.status_code == 200:
            yield response.content.decode()


@pytest.mark.parametrize("writer", list(ChannelCode))
@pytest.mark.parametrize("reader", list(ChannelCode))
def test_only_the_channel_itself_reads_what_it_wrote(client, enrolment, writer, reader):
    person = build.evaluator_of(enrolment, reader)
    write(enrolment, writer)

    pages = list(pages_of(client, person, enrolment))

    assert len(pages) >= 8
    assert any(CANARY in page for page in pages) == (reader == writer)


@pytest.mark.parametrize("reader", list(ChannelCode))
def test_not_even_after_submitting(client, enrolment, reader):
    person = build.evaluator_of(enrolment, reader)
    others = [channel for channel in ChannelCode if channel != reader]
    build.submit_all(enrolment, blocks=BLOCKS, channels=[reader])
    for other in others:
        write(enrolment, other)

    for page in pages_of(client, person, enrolment):
        assert CANARY not in page
        for word in WORDS:
            assert word not in page


@pytest.mark.parametrize("reader", list(ChannelCode))
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"rating": Rating.ACQUIRED}, {"rating": Rating.NOT_ACQUIRED}),
        ({"rating": Rating.ACQUIRED, "held": True}, {"attendance": "absent"}),
    ],
    ids=["acquired or not", "evaluated or absent"],
)
def test_two_worlds_that_differ_by_the_others_opinions_look_the_same(client, reader, one, other):
    pages = []
    for world in (one, other):
        enrolment = make_enrolment(candidate=make_candidate(birth_name="Lefèvre", birth_place=f"Lyon {world}"))
        person = build.evaluator_of(enrolment, reader)
        channels = [channel for channel in ChannelCode if channel != reader]
        build.submit_all(enrolment, blocks=BLOCKS, channels=channels, **world)
        shown = list(pages_of(client, person, enrolment))
        pages.append([NAMES.sub("", page.replace(enrolment.reference, "")) for page in shown])

    assert len(pages[0]) >= 8
    assert pages[0] == pages[1]


def test_an_admin_reads_them_all(client, enrolment):
    for channel in ChannelCode:
        build.evaluator_of(enrolment, channel)
        write(enrolment, channel)

    pages = list(pages_of(client, make_admin(), enrolment))

    assert sum(CANARY in page for page in pages) >= 9


def test_the_home_page_says_nothing_of_others(enrolment):
    write(enrolment, "training")

    lines = to_do(enrolment.referent, on=timezone.localdate())

    assert [line.count for line in lines] == [7, 0]
    assert CANARY not in str(lines)
