"""Files joined to an evaluation: while it is a draft, read by who reads it, frozen with it."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.enums import EntryRefusal, EvaluationState
from evaluations.invariants import INVARIANTS
from evaluations.models import Attachment, Evaluation
from evaluations.services import (
    AttachmentGone,
    EntryRefused,
    TooManyAttachments,
    attach,
    remove_attachment,
    save_draft,
    submit,
)
from journal.guards import all_guards
from journal.models import Entry
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_admin, make_panel_assessor, make_referent, make_training_member, make_user
from tests.builders.uploads import image, pdf, sent, stored
from tests.evaluations.test_services import full_content

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
AT = datetime(2021, 5, 17, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def address(enrolment: Enrolment, name: str = "attachments", *more: int, channel: str = "training") -> str:
    return reverse(f"evaluations:{name}", args=[enrolment.reference, "BC1", channel, *more])


def kept_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def join(enrolment: Enrolment, *, by=None, channel="training", **file) -> Attachment:
    return attach(
        build.enrolled_block(enrolment),
        build.channel_of(enrolment, channel),
        stored(**file),
        by=by or build.evaluator_of(enrolment, channel),
        at=AT,
    )


def take_off(enrolment: Enrolment, pk: int) -> None:
    way = build.channel_of(enrolment)
    by = build.evaluator_of(enrolment, "training")
    remove_attachment(build.enrolled_block(enrolment), way, pk, by=by, at=AT)


def keep(enrolment: Enrolment, revision: int = 0) -> Evaluation:
    return save_draft(
        build.enrolled_block(enrolment),
        build.channel_of(enrolment),
        full_content(enrolment),
        expected_revision=revision,
        by=build.evaluator_of(enrolment, "training"),
        at=AT,
    )


class TestJoining:
    def test_the_draft_begins_with_the_file(self, enrolment):
        attachment = join(enrolment, name="étude.png")

        evaluation = Evaluation.objects.get()
        assert (evaluation.state, evaluation.revision) == (EvaluationState.DRAFT, 0)
        assert (attachment.evaluation, attachment.name, attachment.size) == (evaluation, "étude.png", len(image()))

    def test_what_is_typed_in_an_open_page_still_stands(self, enrolment):
        join(enrolment)

        draft = keep(enrolment, revision=0)
        join(enrolment)
        again = keep(enrolment, revision=draft.revision)

        assert Evaluation.objects.get() == again
        assert again.attachments.count() == 2

    def test_the_journal_does_not_keep_its_name(self, enrolment):
        attachment = join(enrolment, name="Vélasquez.png")

        entry = Entry.objects.get(action="attachment.added")
        assert entry.subject == f"attachment:{attachment.pk}"
        assert entry.after["sha256"] == attachment.sha256
        assert "Vélasquez" not in str(entry.after)

    def test_a_submission_says_what_was_joined(self, enrolment):
        attachment = join(enrolment)
        draft = keep(enrolment)

        submit(draft.enrolled_block, draft.channel, expected_revision=draft.revision, by=draft.edited_by, at=AT)

        after = Entry.objects.get(action="evaluation.submitted").after
        assert after["attachments"] == [attachment.sha256]
        assert "is_adapted" not in after

    def test_there_are_ten_at_most(self, enrolment):
        for _ in range(10):
            join(enrolment)

        with pytest.raises(TooManyAttachments):
            join(enrolment)

    def test_not_once_it_is_submitted(self, enrolment):
        build.submit(enrolment)

        with pytest.raises(EntryRefused) as refused:
            join(enrolment)

        assert refused.value.refusal == EntryRefusal.SUBMITTED

    def test_by_nobody_else(self, enrolment):
        with pytest.raises(EntryRefused) as refused:
            join(enrolment, by=make_panel_assessor())

        assert refused.value.refusal == EntryRefusal.NOT_YOURS

    def test_a_new_attempt_begins_without_them(self, enrolment):
        build.submit(enrolment, attendance="excused", file=stored())

        attachment = join(enrolment)

        assert attachment.evaluation.attempt == 2
        assert list(attachment.evaluation.attachments.all()) == [attachment]


class TestTakingOff:
    def test_the_row_goes_and_the_file_after_it(self, enrolment, folder, django_capture_on_commit_callbacks):
        attachment = join(enrolment)

        with django_capture_on_commit_callbacks() as callbacks:
            take_off(enrolment, attachment.pk)

        assert not Attachment.objects.exists()
        assert len(kept_files(folder)) == 1
        for callback in callbacks:
            callback()
        assert kept_files(folder) == []
        assert Entry.objects.filter(action="attachment.removed", subject=attachment.subject).count() == 1

    def test_a_second_time_there_is_nothing(self, enrolment):
        attachment = join(enrolment)
        take_off(enrolment, attachment.pk)

        with pytest.raises(AttachmentGone):
            take_off(enrolment, attachment.pk)

    def test_not_once_it_is_submitted(self, enrolment):
        evaluation = build.submit(enrolment, file=stored())

        with pytest.raises(EntryRefused):
            take_off(enrolment, evaluation.attachments.get().pk)

    def test_not_from_an_attempt_before(self, enrolment):
        excused = build.submit(enrolment, attendance="excused", file=stored())
        build.draft(enrolment, attempt=2)

        with pytest.raises(AttachmentGone):
            take_off(enrolment, excused.attachments.get().pk)


class TestPages:
    @pytest.fixture
    def member(self, enrolment, client):
        member = build.evaluator_of(enrolment, "training")
        client.force_login(member)
        return member

    def test_a_file_is_joined_without_a_script(self, enrolment, client, member):
        answer = client.post(address(enrolment), {"file": sent("étude.pdf", pdf())}, follow=True)

        assert answer.redirect_chain == [(address(enrolment), 302)]
        assert "étude.pdf" in answer.content.decode()
        assert "Fichier joint." in answer.content.decode()

    def test_with_one_the_list_alone_is_answered(self, enrolment, client, member):
        answer = client.post(address(enrolment), {"file": sent()}, headers={"HX-Request": "true"})

        words = answer.content.decode()
        assert (answer.status_code, "entretien.png" in words, "<html" in words) == (200, True, False)

    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
    def test_what_is_refused_says_why_and_leaves_nothing(self, enrolment, client, member, folder, headers):
        answer = client.post(address(enrolment), {"file": sent("page.pdf", b"<html>")}, headers=headers)

        assert answer.status_code == 422
        assert "n’est pas celui que son nom annonce" in answer.content.decode()
        assert (kept_files(folder), Evaluation.objects.count()) == ([], 0)

    def test_an_eleventh_leaves_no_file_behind(self, enrolment, client, member, folder):
        for _ in range(10):
            join(enrolment)

        answer = client.post(address(enrolment), {"file": sent()})

        assert answer.status_code == 422
        assert len(kept_files(folder)) == 10

    def test_one_that_comes_after_the_submission_neither(self, enrolment, client, member, folder):
        build.submit(enrolment)

        answer = client.post(address(enrolment), {"file": sent()}, headers={"HX-Request": "true"})

        assert answer.status_code == 409
        assert kept_files(folder) == []
        assert client.get(address(enrolment)).status_code == 302

    def test_a_file_is_taken_off(self, enrolment, client, member):
        attachment = join(enrolment)

        answer = client.post(address(enrolment, "remove_attachment", attachment.pk), follow=True)

        assert "Aucun fichier joint." in answer.content.decode()
        assert client.post(address(enrolment, "remove_attachment", attachment.pk)).status_code == 404

    def test_the_entry_page_offers_it(self, enrolment, client, member):
        join(enrolment, name="étude.png")

        words = client.get(reverse("evaluations:enter", args=[enrolment.reference, "BC1", "training"])).content.decode()

        assert f'data-attachments="{address(enrolment)}"' in words
        assert "étude.png" in words

    def test_without_a_script_what_is_typed_is_saved_first(self, enrolment, client, member):
        place = reverse("evaluations:enter", args=[enrolment.reference, "BC1", "training"])
        typed = {"attendance": "present", "general_comment": "Solide.", "revision": "0", "action": "attach"}

        answer = client.post(place, typed)

        assert answer["Location"] == address(enrolment)
        assert Evaluation.objects.get().general_comment == "Solide."

    def test_it_is_shown_once_submitted(self, enrolment, client, member):
        build.submit(enrolment, file=stored("étude.png"))

        words = client.get(reverse("evaluations:enter", args=[enrolment.reference, "BC1", "training"])).content.decode()

        assert "étude.png" in words
        assert "Retirer étude.png" not in words

    def test_it_is_given_to_be_saved(self, enrolment, client, member):
        attachment = join(enrolment, name="étude.png")

        answer = client.get(address(enrolment, "attachment", attachment.pk))

        assert answer.content == image()
        assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9tude.png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cache-Control"] == "no-store"

    def test_a_page_costs_the_same_for_one_file_and_for_three(self, enrolment, client, member):
        place = reverse("evaluations:enter", args=[enrolment.reference, "BC1", "training"])
        client.get(place)

        def queries() -> int:
            join(enrolment)
            with CaptureQueriesContext(connection) as counted:
                client.get(place)
            return len(counted)

        assert len({queries() for _ in range(3)}) == 1


class TestWhoReads:
    @pytest.mark.parametrize("channel", list(ChannelCode))
    def test_those_who_read_the_evaluation(self, enrolment, client, channel):
        people = {each: build.evaluator_of(enrolment, each) for each in ChannelCode}
        evaluation = build.submit(enrolment, "BC1", channel, file=stored())
        path = address(enrolment, "attachment", evaluation.attachments.get().pk, channel=channel)

        def status(user) -> int:
            client.force_login(user)
            return client.get(path).status_code

        assert status(make_admin()) == 200
        assert {each: status(user) for each, user in people.items()} == {
            each: 200 if each == channel else 404 for each in ChannelCode
        }
        strangers = [make_user(), make_training_member(), make_referent(), make_panel_assessor()]
        assert {status(user) for user in strangers} == {404}

    def test_under_no_other_address(self, enrolment, client):
        attachment = join(enrolment)
        client.force_login(make_admin())

        assert client.get(address(enrolment, "attachment", attachment.pk, channel="panel")).status_code == 404
        assert client.get(address(make_enrolment(), "attachment", attachment.pk)).status_code == 404

    def test_no_stored_name_answers_to_who_has_not_signed_in(self, enrolment, settings):
        """Nor to who has: 0 of 200 names, under every prefix that might serve one."""
        for _ in range(5):
            join(enrolment)
        names = list(Attachment.objects.values_list("stored_name", flat=True))
        prefixes = ["/", "/media/", "/files/", "/uploads/", "/data/", "/static/", "/static/../", "/evaluations/"]
        paths = [f"{prefix}{name}" for name in names for prefix in prefixes]
        paths += [f"{prefix}{name.split('/')[1]}" for name in names for prefix in prefixes]
        paths += [address(enrolment, "attachment", row.pk) for row in Attachment.objects.all()]
        admin = Client()
        admin.force_login(make_admin())

        def is_given(client: Client, path: str) -> bool:
            answer = client.get(path)
            return answer.status_code == 200 and (answer.content if not answer.streaming else b"") == image()

        assert len(paths) == 85
        assert sum(is_given(Client(), path) for path in paths) == 0
        assert sum(is_given(admin, path) for path in paths) == 5  # their own addresses, and no other


# What was read again is what is submitted


class TestReadingAgain:
    @pytest.fixture
    def page(self, enrolment, client):
        """The re-read page of a complete draft with one file, and what its form sends."""
        member = make_training_member(organisation=enrolment.training_organisation)
        client.force_login(member)
        build.draft(enrolment, file=stored(content=image(size=(10, 10))))

        def sent_by_its_form() -> dict[str, str]:
            html = client.get(address(enrolment, "review")).content.decode()
            return dict(re.findall(r'name="(revision|attachments)" value="([^"]+)"', html))

        return sent_by_its_form

    def test_with_its_files_it_is_submitted(self, enrolment, client, page):
        client.post(address(enrolment, "review"), page())

        assert Evaluation.objects.get().is_submitted

    @pytest.mark.parametrize("change", ["joined", "taken off", "not said"])
    def test_not_when_they_changed_meanwhile(self, enrolment, client, page, change):
        read = page()
        if change == "joined":
            join(enrolment, content=image(size=(20, 20)))
        elif change == "taken off":
            take_off(enrolment, Attachment.objects.get().pk)
        else:
            del read["attachments"]

        answer = client.post(address(enrolment, "review"), read, follow=True)

        assert "Les pièces jointes ont changé depuis votre relecture" in answer.content.decode()
        assert answer.redirect_chain[-1][0] == address(enrolment, "review")
        assert not Evaluation.objects.get().is_submitted
        client.post(address(enrolment, "review"), page())
        assert Evaluation.objects.get().is_submitted


# What the database refuses


def refused(write: Callable[[], object], match: str) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        write()


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


class TestGuards:
    SUBMITTED = "Cette évaluation est rendue"
    UNCHANGED = "Un fichier déposé ne change pas"

    def test_nothing_is_joined_to_a_submitted_evaluation(self, enrolment):
        evaluation = build.submit(enrolment)

        refused(lambda: build.join(evaluation, stored()), self.SUBMITTED)

    def test_nothing_is_taken_off_it(self, enrolment):
        evaluation, draft = build.submit(enrolment, file=stored()), build.draft(enrolment, "BC2", file=stored())
        delete = "DELETE FROM evaluations_attachment WHERE evaluation_id = %s"

        refused(lambda: sql(delete, evaluation.pk), self.SUBMITTED)
        sql(delete, draft.pk)

        assert Attachment.objects.get().evaluation == evaluation

    @pytest.mark.parametrize("column", ["stored_name", "sha256", "name"])
    def test_a_file_never_changes_even_of_a_draft(self, enrolment, column):
        build.draft(enrolment, file=stored())

        refused(lambda: sql(f"UPDATE evaluations_attachment SET {column} = 'autre'"), self.UNCHANGED)

    def test_nor_are_they_emptied_all_at_once(self, enrolment, postgresql):
        build.draft(enrolment, file=stored())
        connection.check_constraints()  # Else PostgreSQL refuses for what the transaction has yet to check.

        refused(lambda: sql("TRUNCATE evaluations_attachment"), self.UNCHANGED)

    def test_nor_moves_to_another_evaluation(self, enrolment):
        build.draft(enrolment, file=stored())
        other = build.draft(enrolment, "BC2")

        refused(lambda: sql("UPDATE evaluations_attachment SET evaluation_id = %s", other.pk), self.UNCHANGED)


# What verify finds


def broken() -> dict[str, list[str]]:
    return {invariant.code: found for invariant in INVARIANTS if (found := list(invariant.find()))}


class TestVerifying:
    def test_it_holds(self, enrolment):
        build.submit(enrolment, file=stored())

        assert broken() == {}

    @pytest.mark.parametrize("bend", [lambda path: path.write_bytes(b"autre"), Path.unlink], ids=["altered", "gone"])
    def test_a_file_that_is_not_the_one_sent(self, enrolment, folder, bend):
        attachment = build.submit(enrolment, file=stored()).attachments.get()

        bend(folder / attachment.stored_name)

        assert broken() == {"evaluations.attachments": [attachment.subject]}

    def test_a_row_bent_behind_the_guards(self, enrolment):
        attachment = build.submit(enrolment, file=stored()).attachments.get()
        for guard in all_guards():
            if guard.table == "evaluations_attachment":
                guard.remove(connection)

        sql("UPDATE evaluations_attachment SET sha256 = 'autre'")

        assert broken() == {"evaluations.attachments": [attachment.subject]}

    def test_a_file_that_no_row_names(self, enrolment):
        file = stored()
        assert broken() == {}  # It may still await its row.

        with time_machine.travel("2099-01-01T12:00:00+00:00", tick=False):
            assert broken() == {"evaluations.orphans": [file.stored_name]}
