"""Dossiers to take away: asked for, drawn by workers, fetched by one person, gone with their right to read."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from correspondence.models import Mail
from correspondence.sending import send
from documents.jobs import JobState
from documents.press import INTERRUPTED
from documents.uploads import AcceptedUpload, MediaType, kept, stored_names
from journal.models import Entry
from juries import packing, periodic, services
from juries.enums import SessionState
from juries.models import JuryMember, JurySession, Pack, Seat
from juries.services.refusals import ConflictsNotDeclared, NothingToTake, NotYourSeat, WrongMoment
from juries.tasks import LATE, sweep_packs
from tests.builders import juries as build
from tests.builders.candidates import make_candidate, make_enrolment
from tests.builders.evaluations import submit_all
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db
AT = build.OPENED_AT
NAMES = ("Barthélemy", "Zzyzx")


@pytest.fixture
def session() -> JurySession:
    enrolments = [make_enrolment(candidate=make_candidate(birth_name=name)) for name in NAMES]
    for enrolment in enrolments:
        submit_all(enrolment, comment="Des progrès en expression écrite.")
    return build.make_session(enrolments)


def ask(session: JurySession, number: int = 3) -> Pack:
    seat = build.seat(session, number)
    return services.ask_pack(seat, by=seat.sitting.user, at=AT)


def draw(pack: Pack, at: datetime = AT) -> Pack:
    while packing.draw_next(pack.pk, at=at):
        pass
    pack.refresh_from_db()
    return pack


def text_of(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def page(session: JurySession, name: str = "pack_file") -> str:
    return reverse(f"juries:{name}", args=[session.reference])


def fetched(client, session: JurySession, number: int = 3):
    client.force_login(build.seat(session, number).sitting.user)
    with time_machine.travel(AT, tick=False):
        return client.get(page(session))


def withdraw(session: JurySession, number: int, position: int) -> None:
    seat = build.seat(session, number)
    conflict = services.Conflict(build.dossier_of(session, position))
    services.declare_conflicts(seat, [conflict], by=seat.sitting.user, at=AT)


class TestAsking:
    def test_it_is_journalled_apart_from_the_session_and_wakes_a_worker(
        self, session: JurySession, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks() as wakes:
            pack = ask(session)

        entry = Entry.objects.get(action="pack.requested")
        assert (pack.state, pack.total, len(wakes)) == (JobState.WAITING, 2, 1)
        assert entry.subject == pack.subject
        assert entry.after == {"session": session.reference, "seat": 3, "dossiers": 2}

    def test_a_second_click_finds_the_pack_under_way(self, session: JurySession):
        assert ask(session) == ask(session)

    def test_once_drawn_asking_again_replaces_it(self, session: JurySession, django_capture_on_commit_callbacks):
        former = draw(ask(session))

        with django_capture_on_commit_callbacks(execute=False) as wakes:
            pack = ask(session)
        wakes[0]()

        assert pack.pk != former.pk
        assert Pack.objects.get() == pack
        assert former.stored_name not in stored_names(Pack.FOLDER, before=AT + timedelta(days=9999))

    def test_only_by_who_sits_there(self, session: JurySession):
        with pytest.raises(NotYourSeat):
            services.ask_pack(build.seat(session, 3), by=build.seat(session, 4).sitting.user, at=AT)

    def test_not_before_declaring(self):
        session = build.make_session(declared=False)

        with pytest.raises(ConflictsNotDeclared):
            ask(session)

    def test_not_once_the_session_is_closed(self):
        with pytest.raises(WrongMoment):
            ask(build.make_session(state=SessionState.CLOSED))

    def test_not_of_nothing(self, session: JurySession):
        for position in (1, 2):
            withdraw(session, 3, position)

        with pytest.raises(NothingToTake):
            ask(session)


class TestDrawing:
    def test_dossier_by_dossier_then_the_whole(self, session: JurySession):
        pack = ask(session)

        assert packing.draw_next(pack.pk, at=AT)
        pack.refresh_from_db()
        assert (pack.state, pack.done) == (JobState.WAITING, 1)

        draw(pack)
        assert (pack.state, pack.done) == (JobState.DONE, 2)
        assert not pack.sheets.exclude(content=None).exists()

    def test_what_is_on_it(self, client, session: JurySession):
        pack = draw(ask(session))

        content = fetched(client, session).content
        reader, text = PdfReader(BytesIO(content)), text_of(content)

        assert len(reader.pages) == pack.pages
        assert all(name in text for name in NAMES)
        assert text.count(f"Exemplaire de {pack.member.user.full_name}, siège 3") > pack.pages - 1
        assert "Des progrès en expression écrite." in text
        assert "Mes notes" in text
        assert "Option non choisie" in text

    def test_the_contents_lead_to_the_page_where_each_dossier_begins(self, client, session: JurySession):
        pack = draw(ask(session))

        pages = [
            " ".join(sheet.extract_text().split())
            for sheet in PdfReader(BytesIO(fetched(client, session).content)).pages
        ]
        second = pack.sheets.get(position=2)

        cover = pack.pages - sum(pack.sheets.values_list("pages", flat=True))
        assert NAMES[1] in pages[cover + second.first_page - 1]
        assert NAMES[1] not in pages[cover + second.first_page - 2]
        assert pages[cover + second.first_page - 1].endswith(str(second.first_page))

    def test_a_dossier_withdrawn_is_not_in_it(self, client, session: JurySession):
        withdraw(session, 3, 2)
        draw(ask(session))

        text = text_of(fetched(client, session).content)

        assert NAMES[0] in text
        assert NAMES[1] not in text

    def test_a_worker_killed_is_taken_over_and_three_times_is_enough(self, session: JurySession):
        pack = ask(session)
        Pack.objects.filter(pk=pack.pk).update(state=JobState.RUNNING, claimed_at=AT, attempts=1)

        assert not packing.draw_next(pack.pk, at=AT + timedelta(seconds=30))
        assert packing.draw_next(pack.pk, at=AT + timedelta(minutes=3))

        Pack.objects.filter(pk=pack.pk).update(attempts=3)
        packing.draw_next(pack.pk, at=AT + timedelta(minutes=4))
        pack.refresh_from_db()
        assert (pack.state, pack.failure) == (JobState.FAILED, INTERRUPTED)

    def test_a_conflict_declared_meanwhile_ends_it(self, session: JurySession):
        pack = ask(session)
        packing.draw_next(pack.pk, at=AT)
        withdraw(session, 3, 1)

        draw(pack)

        assert (pack.state, pack.failure) == (JobState.FAILED, packing.OUTDATED)
        assert not pack.sheets.exclude(content=None).exists()

    def test_names_are_masked(self, client):
        enrolment = make_enrolment(candidate=make_candidate(birth_name="Barthélemy"))
        submit_all(enrolment, comment="Mme BARTHELEMY écoute.")
        session = build.make_session([enrolment], masks_identity=True)
        draw(ask(session))

        text = text_of(fetched(client, session).content)

        assert "barth" not in text.lower()
        assert "Mme [masqué] écoute." in text
        assert str(enrolment.company) not in text
        assert str(enrolment.training_organisation) not in text


class TestFetching:
    def test_by_the_member_alone(self, client, session: JurySession):
        draw(ask(session))

        assert fetched(client, session).headers["Content-Type"] == "application/pdf"
        assert fetched(client, session, 4).status_code == 404
        client.force_login(make_admin())
        assert client.get(page(session)).status_code == 404

    def test_not_before_it_is_drawn(self, client, session: JurySession):
        ask(session)

        assert fetched(client, session).url == page(session, "session")

    def _revoked(self, client, session: JurySession) -> None:
        """At once, and the file goes with the next sweep."""
        assert fetched(client, session).status_code == 404
        stored_name = Pack.objects.get().stored_name
        packing.discard_stale(at=AT)
        assert not Pack.objects.exists()
        assert stored_name not in stored_names(Pack.FOLDER, before=AT + timedelta(days=9999))

    def test_not_once_withdrawn_from_one_of_its_dossiers(self, client, session: JurySession):
        draw(ask(session))

        withdraw(session, 3, 1)

        self._revoked(client, session)

    def test_another_s_withdrawal_changes_nothing(self, client, session: JurySession):
        draw(ask(session))

        withdraw(session, 4, 1)

        assert fetched(client, session).status_code == 200

    def test_not_once_the_mandate_has_ended(self, client, session: JurySession):
        draw(ask(session))

        JuryMember.objects.filter(pk=build.seat(session, 3).member_id).update(ends_on=date(2021, 6, 14))

        self._revoked(client, session)

    def test_not_once_the_session_is_closed(self, client, session: JurySession):
        draw(ask(session))

        build.deliberated(session)
        services.close_session(session, by=build.chair_of(session), at=build.CLOSED_AT)

        self._revoked(client, session)

    def test_not_once_a_substitute_sits(self, client):
        substitute = build.make_member()
        session = build.make_session(substitutes={3: substitute}, absent=[3])
        titular = build.seat(session, 3)
        draw(ask(session))

        Seat.objects.filter(pk=titular.pk).update(is_substituted=True, conflicts_declared_at=AT)

        client.force_login(titular.member.user)
        assert client.get(page(session)).status_code == 404
        client.force_login(substitute.user)
        assert client.get(page(session)).status_code == 404
        assert packing.discard_stale(at=AT) == 1

    def test_not_for_ever(self, session: JurySession):
        draw(ask(session))

        assert packing.discard_stale(at=AT + timedelta(days=2)) == 0
        assert packing.discard_stale(at=AT + timedelta(days=4)) == 1


class TestPage:
    def test_a_member_asks_follows_and_fetches(self, client, session: JurySession):
        client.force_login(build.seat(session, 3).sitting.user)
        with time_machine.travel(AT, tick=False):
            assert "Préparer mes dossiers" in client.get(page(session, "session")).content.decode()
            assert client.post(page(session, "pack")).url == f"{page(session, 'session')}#a-emporter"
            assert "every 2s" in client.get(page(session, "pack")).content.decode()
            draw(Pack.objects.get())
            shown = client.get(page(session, "session")).content.decode()

        assert page(session) in shown
        assert "every 2s" not in shown

    def test_not_before_declaring(self, client):
        session = build.make_session(declared=False)
        client.force_login(build.seat(session, 3).sitting.user)

        assert client.post(page(session, "pack")).url == page(session, "session")
        assert not Pack.objects.exists()

    def test_a_failure_is_said_and_asked_again(self, client, session: JurySession):
        pack = ask(session)
        Pack.objects.filter(pk=pack.pk).update(state=JobState.FAILED, finished_at=AT, failure="Panne.")
        client.force_login(build.seat(session, 3).sitting.user)

        with time_machine.travel(AT, tick=False):
            shown = client.get(page(session, "pack")).content.decode()

        assert "Panne." in shown
        assert "Préparer mes dossiers" in shown


class TestTheEve:
    @pytest.fixture
    def convened(self) -> JurySession:
        session = build.make_session(state=SessionState.CONVENED)
        for seat in build.seats_of(session)[:4]:
            services.declare_conflicts(seat, [], by=seat.sitting.user, at=build.CONVENED_AT)
        return session

    @pytest.mark.parametrize(("day", "packs"), [("2021-06-13", 0), ("2021-06-14", 4), ("2021-06-15", 0)])
    def test_whoever_has_declared_gets_one(self, convened: JurySession, day: str, packs: int):
        with time_machine.travel(f"{day}T16:00:00Z", tick=False):
            periodic.prepare_packs()
            periodic.prepare_packs()

        assert Pack.objects.count() == packs

    def test_whoever_has_not_declared_is_neither_listed_nor_given_one(self, convened: JurySession):
        eve = build.OPENED_AT - timedelta(days=1)
        silent = convened.seats.filter(conflicts_declared_at=None)
        listed = {seat.pk for seat in services.seats_to_prepare(eve)}

        assert silent.exists()
        assert listed.isdisjoint(silent.values_list("pk", flat=True))
        assert [services.prepare_pack(seat, at=eve) for seat in silent] == [None] * silent.count()

    def test_they_are_told_once_it_is_drawn_without_the_file(self, convened: JurySession):
        with time_machine.travel("2021-06-14T16:00:00Z", tick=False):
            periodic.prepare_packs()
            pack = Pack.objects.get(seat__number=3)
            assert not Mail.objects.filter(about=pack.subject).exists()
            draw(pack, timezone.now())
            send(Mail.objects.get(about=pack.subject).pk, at=timezone.now())

        (message,) = mail.outbox
        assert message.to == [pack.member.user.email]
        assert page(convened, "session") in message.body
        assert "1 dossier" in message.body.replace("\xa0", " ")
        assert message.attachments == []

    def test_nothing_is_sent_of_a_pack_that_is_gone(self, convened: JurySession):
        with time_machine.travel("2021-06-14T16:00:00Z", tick=False):
            periodic.prepare_packs()
            pack = draw(Pack.objects.get(seat__number=3), timezone.now())
            withdraw(convened, 3, 1)
            send(Mail.objects.get(about=pack.subject).pk, at=timezone.now())

        assert mail.outbox == []

    def test_who_has_asked_today_keeps_theirs(self, convened: JurySession):
        with time_machine.travel("2021-06-14T10:00:00Z", tick=False):
            seat = build.seat(convened, 3)
            pack = services.ask_pack(seat, by=seat.sitting.user, at=timezone.now())
        with time_machine.travel("2021-06-14T16:00:00Z", tick=False):
            periodic.prepare_packs()

        assert Pack.objects.get(seat=seat) == pack


class TestSweeping:
    def test_a_lost_message_is_sent_again(self, session: JurySession, monkeypatch: pytest.MonkeyPatch):
        pack, woken = ask(session), []
        monkeypatch.setattr("juries.tasks.draw_pack.delay", lambda **given: woken.append(given))

        with time_machine.travel(AT + LATE / 2, tick=False):
            sweep_packs()
        assert woken == []
        with time_machine.travel(AT + 2 * LATE, tick=False):
            sweep_packs()
        assert woken == [{"pack_id": pack.pk}]

    def test_a_file_without_its_row_is_thrown_away(self, session: JurySession):
        upload = AcceptedUpload("dossiers.pdf", MediaType.PDF, b"%PDF-1.7")
        with kept(upload, folder=Pack.FOLDER) as file:
            pass
        ever = timezone.now() + timedelta(days=9999)

        packing.discard_stale(at=timezone.now())
        assert file.stored_name in stored_names(Pack.FOLDER, before=ever)
        packing.discard_stale(at=timezone.now() + timedelta(days=4))
        assert file.stored_name not in stored_names(Pack.FOLDER, before=ever)


class TestConstraints:
    @pytest.mark.parametrize(
        ("constraint", "fields"),
        [
            ("state", {"state": JobState.DONE}),
            ("state", {"state": JobState.FAILED, "finished_at": AT}),
            ("progress", {"done": 3}),
        ],
    )
    def test_a_pack_is_what_its_state_says(self, session: JurySession, constraint: str, fields: dict):
        pack = ask(session)

        with pytest.raises(IntegrityError, match=f"juries_pack_{constraint}"), transaction.atomic():
            Pack.objects.filter(pk=pack.pk).update(**fields)

    def test_one_for_each_member_and_each_dossier_once(self, session: JurySession):
        sheet = ask(session).sheets.get(position=1)

        for row in (Pack.objects.get(), sheet):
            row.pk = None
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save(force_insert=True)
