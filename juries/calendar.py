"""A session as an event for its member's calendar: one VEVENT of RFC 5545, published and asking for no reply."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from unicodedata import category
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.urls import reverse

from blocks.french import typeset

from .models import ConveningNotice, JurySession

LINE = 75  # octets, without its end
PRODUCT = "-//CPNEFP du courtage d’assurances//Jury RNCP31395//FR"
TITLE = "Jury du CQP Chargé de clientèle en courtage d’assurances"


def calendar_of(notice: ConveningNotice) -> bytes:
    """Without the secret of the mail's link: calendars are shared."""
    session, seat = notice.seat.session, notice.seat
    means = session.get_means_display()
    description = typeset(
        f"Session {session.reference}, {means}. Siège {seat.number}, {seat.get_college_display()}.\n"
        "Répondez par le lien de votre convocation, ou sur votre page « Ma session »."
    )
    lines = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", escaped(PRODUCT)),
        ("METHOD", "PUBLISH"),
        ("BEGIN", "VEVENT"),
        ("UID", f"{session.reference}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"),
        ("SEQUENCE", "0"),  # Neither the day nor the place of a convened session changes.
        ("DTSTAMP", _utc(notice.called_at)),
        *_times(session),
        ("SUMMARY", escaped(TITLE)),
        ("LOCATION", escaped(session.place)),
        ("DESCRIPTION", escaped(description)),
        ("URL", urljoin(settings.SITE_URL, reverse("juries:session", args=[session.reference]))),
        ("STATUS", "CONFIRMED"),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]
    return b"".join(folded(f"{name}:{value}") for name, value in lines)


def _times(session: JurySession) -> Iterator[tuple[str, str]]:
    """A meeting takes up its hours, or its day when no hour is known; a window of days leaves them free."""
    if session.written_opens_at and session.written_closes_at:
        yield "DTSTART", _utc(session.written_opens_at)
        yield "DTEND", _utc(session.written_closes_at)
        yield "TRANSP", "TRANSPARENT"
    elif session.starts_at:
        yield "DTSTART", _utc(session.starts_at)
        if session.expected_end_at:
            yield "DTEND", _utc(session.expected_end_at)
    else:
        yield "DTSTART;VALUE=DATE", _day(session.held_on)
        yield "DTEND;VALUE=DATE", _day(session.held_on + timedelta(days=1))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _day(on: date) -> str:
    return f"{on:%Y%m%d}"


def escaped(text: str) -> str:
    """A text value: nothing that somebody typed ends the line or begins another property."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for character, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(character, written)
    return "".join(character for character in plain if category(character) != "Cc")


def folded(line: str) -> bytes:
    """In lines of 75 octets at most, none of which cuts a character; each after the first begins with a space."""
    lines, current = [], b""
    for character in line:
        octets = character.encode()
        if len(current) + len(octets) > LINE:
            lines.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*lines, current]) + b"\r\n"
