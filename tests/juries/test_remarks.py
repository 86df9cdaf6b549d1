"""What members write to each other about a dossier: who may, until when, and what is kept of it."""

import pytest
from django.urls import reverse

from journal.models import Entry
from juries import services
from juries.enums import SessionState
from juries.models import Remark
from juries.services import refusals
from tests.builders import juries as build
from tests.builders.organisations import make_admin, make_user

pytestmark = pytest.mark.django_db
AT = build.VOTED_AT


def write(session, number, text="À revoir."):
    return services.write_remark(build.dossier_of(session), text, by=build.seat(session, number).sitting.user, at=AT)


def test_the_journal_says_that_a_seat_wrote_never_what():
    session = build.make_session()

    remark = write(session, 3, "  Deux lignes\r\nici.  ")

    assert remark.text == "Deux lignes\nici."
    entry = Entry.objects.get(action="session.remark_written")
    assert entry.after == {"enrolment": build.dossier_of(session).enrolment.reference, "seat": 3}


def test_who_may_not_write_is_told_why():
    session = build.make_session()
    dossier, seat = build.dossier_of(session), build.seat(session, 4)
    services.declare_conflicts(seat, [services.Conflict(dossier)], by=seat.sitting.user, at=AT)

    for refusal, user, text in [
        (refusals.RemarkRefused, seat.sitting.user, "Bonjour."),
        (refusals.RemarkRefused, make_user(), "Bonjour."),
        (refusals.RemarkRefused, make_admin(), "Bonjour."),
        (refusals.RemarkEmpty, build.seat(session, 3).sitting.user, " \n "),
        (refusals.RemarkTooLong, build.seat(session, 3).sitting.user, "é" * 2001),
    ]:
        with pytest.raises(refusal):
            services.write_remark(dossier, text, by=user, at=AT)
    assert write(session, 3, "é" * 2000)


def test_nobody_writes_before_declaring():
    session = build.make_session(declared=False)

    with pytest.raises(refusals.ConflictsNotDeclared):
        write(session, 3)


def test_it_closes_with_the_session():
    with pytest.raises(refusals.DiscussionClosed):
        write(build.make_session(state=SessionState.CLOSED), 3)


class TestPages:
    @pytest.fixture
    def session(self):
        session = build.make_session()
        write(session, 3, "<b>Je doute</b> de BC2.")
        write(session, 5, "Moi aussi.")
        return session

    def address(self, session, name):
        return reverse(f"juries:{name}", args=[session.reference, build.dossier_of(session).enrolment.reference])

    def test_members_read_who_wrote_the_newest_last(self, client, session):
        client.force_login(build.seat(session, 2).sitting.user)

        page = client.get(self.address(session, "dossier")).text

        assert page.index("&lt;b&gt;Je doute") < page.index("Moi aussi.")
        assert build.seat(session, 3).sitting.user.full_name in page

    def test_an_admin_who_does_not_sit_reads_none(self, client, session):
        client.force_login(make_admin())

        assert "Je doute" not in client.get(self.address(session, "dossier")).text
        assert client.get(self.address(session, "remarks")).status_code == 403
        assert client.post(self.address(session, "write_remark"), {"text": "Bonjour."}).status_code == 403

    def test_the_refreshed_list_leaves_the_form_alone(self, client, session):
        client.force_login(build.seat(session, 2).sitting.user)

        fragment = client.get(self.address(session, "remarks")).text

        assert "Moi aussi." in fragment
        assert "textarea" not in fragment

    def test_a_refused_message_is_given_back(self, client, session):
        client.force_login(build.seat(session, 2).sitting.user)
        long = "é" * 2001

        plain = client.post(self.address(session, "write_remark"), {"text": long})
        fragment = client.post(self.address(session, "write_remark"), {"text": long}, headers={"HX-Request": "true"})

        assert plain.status_code == fragment.status_code == 409
        assert long in plain.text
        assert "dépasse" in plain.text
        assert "dépasse" in fragment.text
        assert "textarea" not in fragment.text
        assert Remark.objects.count() == 2

    def test_a_message_is_written_with_and_without_scripts(self, client, session):
        client.force_login(build.seat(session, 2).sitting.user)

        plain = client.post(self.address(session, "write_remark"), {"text": "Un."})
        fragment = client.post(self.address(session, "write_remark"), {"text": "Deux."}, headers={"HX-Request": "true"})

        assert plain.status_code == 302
        assert "Deux." in fragment.text
        assert list(Remark.objects.order_by("pk").values_list("text", flat=True))[2:] == ["Un.", "Deux."]
