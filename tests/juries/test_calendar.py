"""The calendar file of a convening: read line by line as RFC 5545 says."""

from datetime import UTC, datetime

import pytest

from juries.calendar import calendar_of, escaped, folded
from juries.enums import SessionMeans, SessionState
from juries.models import ConveningNotice
from tests.builders import juries as build

STARTS_AT = datetime(2021, 6, 15, 7, 30, tzinfo=UTC)


def read(raw: bytes) -> dict[str, str]:
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    lines = raw.replace(b"\r\n ", b"").decode().split("\r\n")
    return dict(line.split(":", 1) for line in lines if line)


def notice(**fields) -> ConveningNotice:
    session = build.make_session(state=SessionState.CONVENED, **fields)
    notices = ConveningNotice.objects.select_related("seat__session", "member__user")
    return notices.get(seat__session=session, seat__number=1)


@pytest.mark.django_db
def test_a_meeting_takes_up_its_hours_in_universal_time(settings):
    settings.SITE_URL = "https://jury.example"
    event = read(calendar_of(notice(starts_at=STARTS_AT, expected_minutes=210, place="Salle 2, 10 rue Auber; Paris")))

    assert (event["DTSTART"], event["DTEND"]) == ("20210615T073000Z", "20210615T110000Z")
    assert (event["METHOD"], event["SEQUENCE"], event["VERSION"]) == ("PUBLISH", "0", "2.0")
    assert event["UID"] == "JURY-2021-06-15@jury.example"
    assert event["DTSTAMP"] == "20210601T080000Z"
    assert event["LOCATION"] == "Salle 2\\, 10 rue Auber\\; Paris"
    assert event["URL"] == "https://jury.example/jurys/JURY-2021-06-15/"


@pytest.mark.django_db
def test_without_an_hour_it_takes_up_the_day():
    event = read(calendar_of(notice()))

    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20210615", "20210616")


@pytest.mark.django_db
def test_a_vote_in_writing_leaves_its_days_free():
    window = {
        "written_opens_at": datetime(2021, 6, 10, 6, tzinfo=UTC),
        "written_closes_at": datetime(2021, 6, 15, 16, tzinfo=UTC),
    }
    event = read(calendar_of(notice(means=SessionMeans.WRITTEN, **window)))

    assert (event["DTSTART"], event["DTEND"]) == ("20210610T060000Z", "20210615T160000Z")
    assert event["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("une ligne\r\nEND:VEVENT", "une ligne\\nEND:VEVENT"),
        ("une\rautre", "une\\nautre"),
        ("\x00\x07nul", "nul"),
        ("une\u00a0espace", "une\u00a0espace"),
    ],
)
def test_nothing_typed_ends_a_line(typed, written):
    assert escaped(typed) == written


@pytest.mark.parametrize("text", ["é" * 200, "a" * 75, "a" * 76, "œ€𝄞" * 60])
def test_no_line_is_longer_than_75_octets_nor_cuts_a_character(text):
    lines = folded(text).split(b"\r\n")

    assert lines.pop() == b""
    assert all(len(line) <= 75 for line in lines)
    assert all(line.startswith(b" ") for line in lines[1:])
    assert lines[0].decode() + "".join(line.decode()[1:] for line in lines[1:]) == text
