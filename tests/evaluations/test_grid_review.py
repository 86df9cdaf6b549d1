"""A whole pile read again in words, then submitted, each evaluation by itself."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from candidates.models import Enrolment
from evaluations.enums import Attendance, EvaluationState, Opinion, Rating
from evaluations.models import Evaluation
from evaluations.models.attachments import fingerprint
from journal.models import Entry
from tests.builders import evaluations as build
from tests.builders.candidates import make_enrolment
from tests.builders.organisations import make_panel_assessor
from tests.builders.uploads import stored
from tests.visitors import body

pytestmark = pytest.mark.django_db
NO_FILES = fingerprint([])
BLOCK = "BC2"  # C4 and C5


def url_of(channel: str = "training", query: str = "") -> str:
    return reverse("evaluations:grid_review", args=[channel, BLOCK]) + query


def grid_url(query: str = "") -> str:
    return reverse("evaluations:grid", args=["training", BLOCK]) + query


def page_of(client: Client, *args: Any, **kwargs: Any) -> str:
    response = client.get(url_of(*args, **kwargs))
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ")


def submit(client: Client, ticked: dict[Enrolment, int | str], query: str = "") -> str:
    """What is said once the evaluations of these enrolments are submitted, each as of the revision read."""
    data: dict[str, Any] = {"evaluation": [row.reference for row in ticked]}
    data |= {f"{row.reference}-revision": revision for row, revision in ticked.items()}
    data |= {f"{row.reference}-attachments": NO_FILES for row in ticked}
    response = client.post(url_of(query=query), data, follow=True)
    assert response.redirect_chain
    return response.content.decode().replace("\xa0", " ")


def state_of(enrolment: Enrolment) -> str:
    return Evaluation.objects.get(enrolled_block__enrolment=enrolment).state


class TestReading:
    def test_every_complete_draft_is_there_in_words(self, client, enrolments, member):
        first, second, _ = enrolments
        build.draft(first, BLOCK, ratings={"C5": "not_acquired"}, comment="Cherche ses mots.", general_comment="Bien.")
        build.draft(second, BLOCK, rating="partially_acquired")

        page = page_of(client)

        for words in ("Défavorable", "Réservé", "non acquis", "Cherche ses mots.", "Bien.", "en présence"):
            assert words in page
        assert page.count('name="evaluation"') == page.count(" checked>") == 2
        assert "Rendre définitivement les 2 évaluations" in page

    def test_the_incomplete_ones_say_what_is_missing(self, client, enrolments, member):
        build.draft(enrolments[0], BLOCK, ratings={"C5": None}, held=False)

        page = page_of(client)

        assert "1 brouillon incomplet" in page
        assert "C5, épreuve 1, épreuve 2" in page
        assert 'name="evaluation"' not in page

    def test_what_could_not_be_read_keeps_a_draft_incomplete(self, client, enrolments, member):
        parts = build.channel_of(enrolments[0]).parts.order_by("position")
        build.draft(enrolments[0], BLOCK, unread={f"part_{parts[0].code}_mark": "douze"})

        page = page_of(client)

        assert "Note de l’épreuve 1 : " in page
        assert 'name="evaluation"' not in page

    def test_of_an_absent_candidate_only_the_absence_is_submitted(self, client, enrolments, member):
        draft = build.draft(enrolments[0], BLOCK)
        Evaluation.objects.filter(pk=draft.pk).update(attendance=Attendance.ABSENT)

        page = page_of(client)

        assert "niveaux et notes non rendus" in page
        assert "status-absent" not in page
        assert ">acquis<" not in page

    @pytest.mark.parametrize(("query", "listed"), [("", 2), ("?state=late", 2), ("?state=done", 2), ("?search=Zzz", 0)])
    def test_the_filters_of_the_grid_hold(self, client, enrolments, member, query, listed):
        for enrolment in enrolments[:2]:
            build.draft(enrolment, BLOCK)

        assert page_of(client, query=query).count('name="evaluation"') == listed

    def test_what_is_not_begun_or_submitted_is_not_there(self, client, enrolments, member):
        build.submit(enrolments[0], BLOCK)

        page = page_of(client)

        assert "Aucune évaluation complète" in page
        assert not any(row.reference in page for row in enrolments)

    def test_nothing_of_the_other_channels_changes_the_page(self, client, enrolments, member):
        build.draft(enrolments[0], BLOCK)
        build.evaluator_of(enrolments[0], "panel")
        before = body(client.get(url_of()))

        for channel in ("company", "panel"):
            build.submit(enrolments[0], BLOCK, channel, Rating.NOT_ACQUIRED, comment="CANARI")
            build.draft(enrolments[1], BLOCK, channel, comment="CANARI")

        assert body(client.get(url_of())) == before

    def test_it_asks_the_same_questions_for_three_and_for_thirty(self, client, cohort, member):
        counts = []
        for more in (3, 27):
            for index in range(more):
                build.draft(make_enrolment(cohort=cohort), BLOCK, held=bool(index % 3))
            client.get(url_of())
            with CaptureQueriesContext(connection) as queries:
                page_of(client)
            counts.append(len(queries))

        assert counts[0] == counts[1]
        assert counts[0] <= 20

    def test_getting_it_submits_nothing(self, client, enrolments, member):
        build.draft(enrolments[0], BLOCK)

        page_of(client)

        assert state_of(enrolments[0]) == EvaluationState.DRAFT


@pytest.mark.usefixtures("folder")
class TestFilesReadAgain:
    def test_what_is_joined_is_there_to_be_read(self, client, enrolments, member):
        draft = build.draft(enrolments[0], BLOCK, file=stored("entretien.png"))

        page = page_of(client)

        assert f"/pieces/{draft.attachments.get().pk}/" in page
        assert "entretien.png" in page

    def test_one_whose_files_changed_meanwhile_is_left_and_said(self, client, enrolments, member):
        first, second, _ = enrolments
        build.draft(first, BLOCK)
        build.draft(second, BLOCK, file=stored())

        said = submit(client, {first: 1, second: 1})

        assert (state_of(first), state_of(second)) == ("submitted", "draft")
        assert f"1 évaluation laissée : {second.candidate}. Les pièces jointes ont changé depuis votre" in said


class TestSubmitting:
    def test_what_is_ticked_is_submitted_and_nothing_else(self, client, enrolments, member):
        for enrolment in enrolments:
            build.draft(enrolment, BLOCK)

        said = submit(client, {enrolments[0]: 1, enrolments[1]: 1})

        assert [state_of(row) for row in enrolments] == ["submitted", "submitted", "draft"]
        assert "2 évaluations rendues, BC2." in said
        submitted = Evaluation.objects.submitted().first()
        assert (submitted.opinion, submitted.submitted_by) == (Opinion.FAVOURABLE, member)
        entries = Entry.objects.filter(action="evaluation.submitted")
        assert {entry.actor for entry in entries} == {member.reference}
        assert entries.count() == 2

    def test_one_that_changed_meanwhile_is_left_and_said(self, client, enrolments, member):
        first, second, _ = enrolments
        build.draft(first, BLOCK)
        build.draft(second, BLOCK, revision=3)

        said = submit(client, {first: 1, second: 2})

        assert (state_of(first), state_of(second)) == ("submitted", "draft")
        assert "1 évaluation rendue, BC2." in said
        assert f"1 évaluation laissée : {second.candidate}. Le brouillon a changé depuis votre relecture" in said

    def test_each_reason_is_said_once_with_its_names(self, client, enrolments, member):
        first, second, third = enrolments
        build.draft(first, BLOCK, ratings={"C5": None})
        build.draft(second, BLOCK, revision=2)
        build.submit(third, BLOCK)

        said = submit(client, {first: 1, second: 1, third: 1})

        assert f"1 évaluation laissée : {first.candidate}. Il manque des réponses." in said
        assert f"1 évaluation laissée : {third.candidate}. Cette évaluation est rendue : elle ne change plus." in said
        assert not Entry.objects.filter(action="evaluation.submitted").exists()

    def test_sent_twice_it_submits_once(self, client, enrolments, member):
        build.draft(enrolments[0], BLOCK)
        submit(client, {enrolments[0]: 1})

        said = submit(client, {enrolments[0]: 1})

        assert "est rendue" in said
        assert Entry.objects.filter(action="evaluation.submitted").count() == 1

    @pytest.mark.parametrize("revision", ["", "-1", "one", "9" * 40])
    def test_a_revision_that_nobody_read_submits_nothing(self, client, enrolments, member, revision):
        build.draft(enrolments[0], BLOCK)

        submit(client, {enrolments[0]: revision})

        assert state_of(enrolments[0]) == EvaluationState.DRAFT

    def test_nothing_ticked_is_said(self, client, enrolments, member):
        build.draft(enrolments[0], BLOCK)

        assert "Cochez au moins une évaluation" in submit(client, {})

    def test_another_s_candidate_is_not_submitted_nor_named(self, client, enrolments, member):
        stranger = make_enrolment()
        build.draft(stranger, BLOCK)

        said = submit(client, {stranger: 1})

        assert state_of(stranger) == EvaluationState.DRAFT
        assert stranger.reference not in said
        assert "1 évaluation laissée : ce candidat n’est plus entre vos mains." in said

    def test_the_grid_follows_the_last_one_and_the_pile_follows_the_others(self, client, enrolments, member, cohort):
        query = f"?cohort={cohort.pk}"
        for enrolment in enrolments[:2]:
            build.draft(enrolment, BLOCK)

        places = []
        for enrolment in enrolments[:2]:
            read = {f"{enrolment.reference}-revision": 1, f"{enrolment.reference}-attachments": NO_FILES}
            data = {"evaluation": enrolment.reference, **read}
            places.append(client.post(url_of(query=query), data)["Location"])

        assert places == [url_of(query=query), grid_url(query)]

    def test_an_assessor_submits_their_pile(self, client, enrolments):
        assessor = make_panel_assessor()
        for enrolment in enrolments:
            build.assign(enrolment, assessor)
            build.draft(enrolment, BLOCK, "panel", by=assessor)
        client.force_login(assessor)
        data: dict[str, Any] = {"evaluation": [row.reference for row in enrolments]}
        data |= {f"{row.reference}-revision": 1 for row in enrolments}
        data |= {f"{row.reference}-attachments": NO_FILES for row in enrolments}

        client.post(url_of("panel"), data)

        assert Evaluation.objects.submitted().count() == 3
