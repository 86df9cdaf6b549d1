"""What a page saves by itself: kept as typed, refused with both texts, never more than the page's own owner may."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.content import content_of
from evaluations.enums import EvaluationState, Rating
from evaluations.facts import opinions_of, proposals_of
from evaluations.models import Evaluation
from rulebook.outcomes import Proposal
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_enrolment
from tests.builders.organisations import make_admin, make_training_member, make_user

from .test_enter import first_part, review_of, typed, url_of

pytestmark = pytest.mark.django_db

PAGE = str(UUID(int=7))


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


@pytest.fixture
def member(enrolment, client):
    member = build.evaluator_of(enrolment, "training")
    client.force_login(member)
    return member


def draft_of(enrolment: Enrolment, block: str = "BC1", channel: str = "training") -> str:
    return reverse("evaluations:draft", args=[enrolment.reference, block, channel])


def send(client, enrolment: Enrolment, *, block: str = "BC1", headers: dict[str, str] | None = None, **changes: str):
    data = typed(enrolment, block, whole="1", page=PAGE, sequence="1") | changes
    return client.post(draft_of(enrolment, block), data, headers={"Accept": "application/json"} | (headers or {}))


class TestWho:
    @pytest.mark.parametrize("channel", list(ChannelCode))
    @pytest.mark.parametrize("stranger", [make_user, make_training_member, make_admin])
    def test_to_strangers_it_does_not_exist(self, client, enrolment, channel, stranger):
        client.force_login(stranger())

        assert client.post(draft_of(enrolment, channel=channel), typed(enrolment)).status_code == 404
        assert not Evaluation.objects.exists()

    def test_without_a_session_it_is_answered_401(self, client, enrolment):
        response = send(client, enrolment)

        assert response.status_code == 401
        assert not Evaluation.objects.exists()

    def test_the_page_of_a_colleague_writes_nothing_in_one_s_own_name(self, client, enrolment, member):
        colleague = make_training_member(enrolment.training_organisation)

        response = send(client, enrolment, headers={"X-Page-Owner": colleague.page_owner})

        assert response.status_code == 401
        assert not Evaluation.objects.exists()

    def test_it_is_only_posted_to(self, client, enrolment, member):
        assert client.get(draft_of(enrolment)).status_code == 405


class TestKeeping:
    def test_it_answers_what_it_keeps(self, client, enrolment, member):
        mark = first_part(enrolment, "mark")

        response = send(client, enrolment, rating_C2="partially_acquired", rating_C3="", **{mark: "12,,5"})

        answer, draft = response.json(), Evaluation.objects.get()
        assert response.status_code == 200
        assert (answer["revision"], answer["missing"], answer["opinion"]) == (1, 2, None)
        assert answer["unread"] == {mark: "Écrivez un nombre, par exemple 12,5."}
        assert answer["saved_at"].count("h") == 1
        assert (draft.state, draft.edited_by, draft.unread) == (EvaluationState.DRAFT, member, {mark: "12,,5"})

    @pytest.mark.parametrize(
        ("changes", "opinion"),
        [
            ({}, "favorable"),
            ({"rating_C2": "partially_acquired"}, "réservé"),
            ({"rating_C2": "not_acquired"}, "défavorable"),
            ({"attendance": "absent"}, "absent"),
            ({"attendance": "excused"}, "absent excusé"),
        ],
    )
    def test_it_says_what_the_ratings_come_to(self, client, enrolment, member, changes, opinion):
        answer = send(client, enrolment, **changes).json()

        assert (answer["opinion"], answer["missing"]) == (opinion, 0)
        assert opinion in answer["opinion_html"]

    @pytest.mark.parametrize("text", ["fin avec espaces  ", "  début", "deux\nlignes", "trois\r\nlignes", "é" * 4000])
    def test_a_text_is_kept_to_the_character(self, client, enrolment, member, text):
        send(client, enrolment, general_comment=text)

        assert Evaluation.objects.get().general_comment == text.replace("\r\n", "\n")

    def test_a_text_too_long_to_submit_is_kept_all_the_same(self, client, enrolment, member):
        text = "é" * 4001

        answer = send(client, enrolment, general_comment=text).json()

        assert Evaluation.objects.get().unread == {"general_comment": text}
        assert "4000" in answer["unread"]["general_comment"]
        assert text in client.get(url_of(enrolment)).content.decode()

    def test_a_text_without_end_is_refused_and_says_why(self, client, enrolment, member):
        response = send(client, enrolment, general_comment="é" * 20_001)

        assert response.status_code == 422
        assert "raccourcissez-le" in response.json()["sentence"]
        assert not Evaluation.objects.exists()

    def test_what_no_database_keeps_does_not_stop_the_rest(self, client, enrolment, member):
        mark = first_part(enrolment, "mark")

        response = send(client, enrolment, general_comment="a\x00b", **{mark: "1\x002"})

        assert response.status_code == 200
        assert Evaluation.objects.get().unread == {"general_comment": "ab", mark: "12"}

    def test_a_date_that_cannot_be_read_is_shown_again_as_typed(self, client, enrolment, member):
        field = first_part(enrolment, "held_on")

        send(client, enrolment, **{field: "31/02/2021"})

        page = client.get(url_of(enrolment)).content.decode()
        assert f'<input type="text" name="{field}" value="31/02/2021"' in page
        assert "gardée telle quelle" in page

    def test_what_cannot_be_read_is_not_submitted(self, client, enrolment, member):
        send(client, enrolment, **{first_part(enrolment, "mark"): "12,,5"})

        page = client.post(review_of(enrolment), {"revision": "1"}, follow=True)

        assert "Il manque des réponses" in page.content.decode()
        assert client.get(review_of(enrolment)).url == url_of(enrolment)
        assert Evaluation.objects.get().state == EvaluationState.DRAFT

    def test_a_draft_counts_nowhere(self, client, enrolment, member):
        send(client, enrolment)

        assert opinions_of(enrolment) == {}
        assert proposals_of(enrolment)["BC1"].answer == Proposal.INCOMPLETE
        assert client.get(url_of(enrolment)).context["desk"].rail.submitted == 0


class TestAPartOfTheForm:
    """A page that shows some of the fields, as the grid does, leaves the others alone."""

    def test_what_is_not_sent_keeps_its_value(self, client, enrolment, member):
        build.draft(enrolment, comment="Vu au téléphone.", general_comment="Solide.", is_adapted=True)

        client.post(draft_of(enrolment), {"attendance": "present", "rating_C2": "not_acquired", "revision": "1"})

        content = content_of(Evaluation.objects.get())
        assert [given.rating for given in content.ratings.values()] == ["acquired", "not_acquired", "acquired"]
        assert {given.comment for given in content.ratings.values()} == {"Vu au téléphone."}
        assert (content.general_comment, content.is_adapted) == ("Solide.", True)
        assert {held.held_on is None for held in content.parts.values()} == {False}

    def test_nor_does_what_could_not_be_read_change(self, client, enrolment, member):
        mark = first_part(enrolment, "mark")
        build.draft(enrolment, unread={mark: "12,,5"})

        answer = client.post(draft_of(enrolment), {"rating_C2": "not_acquired", "revision": "1"}).json()

        assert Evaluation.objects.get().unread == {mark: "12,,5"}
        assert set(answer["unread"]) == {mark}

    def test_a_whole_form_empties_what_it_does_not_send(self, client, enrolment, member):
        build.draft(enrolment, is_adapted=True)

        client.post(draft_of(enrolment), {"attendance": "present", "whole": "1", "revision": "1"})

        content = content_of(Evaluation.objects.get())
        assert (content.rated, content.is_adapted) == (0, False)

    def test_a_choice_that_is_not_offered_changes_nothing(self, client, enrolment, member):
        build.draft(enrolment)

        answer = client.post(
            draft_of(enrolment), {"attendance": "here", "rating_C1": "perfect", "revision": "1"}
        ).json()

        content = content_of(Evaluation.objects.get())
        assert (content.is_present, content.ratings["C1"].rating) == (True, Rating.ACQUIRED)
        assert (answer["unread"], answer["revision"]) == ({}, 1)


class TestTwoTexts:
    def conflict(self, client, enrolment, **changes: str) -> Any:
        build.draft(enrolment, comment="Avant", general_comment="La sienne")
        return send(client, enrolment, general_comment="La mienne", **changes)

    def test_the_second_is_handed_both(self, client, enrolment, member):
        response = self.conflict(client, enrolment)

        page = response.content.decode()
        assert response.status_code == 409
        assert "<html" not in page
        assert 'data-revision="1"' in page
        assert 'data-field="general_comment" data-stored="La sienne"' in page
        assert "La mienne" in page
        assert Evaluation.objects.get().general_comment == "La sienne"

    def test_what_the_other_could_not_write_readably_is_shown_too(self, client, enrolment, member):
        mark = first_part(enrolment, "mark")
        build.draft(enrolment, unread={mark: "12,,5"})

        page = send(client, enrolment, **{mark: "14"}).content.decode()

        assert f'data-field="{mark}" data-stored="12,,5"' in page

    def test_choosing_replaces_the_revision_that_was_shown(self, client, enrolment, member):
        self.conflict(client, enrolment)

        response = send(client, enrolment, general_comment="La mienne", revision="1", sequence="2")

        assert response.json()["revision"] == 2
        assert Evaluation.objects.get().general_comment == "La mienne"

    def test_a_third_text_meanwhile_is_shown_in_its_turn(self, client, enrolment, member):
        self.conflict(client, enrolment)
        Evaluation.objects.update(revision=2, general_comment="Une troisième")

        response = send(client, enrolment, general_comment="La mienne", revision="1", sequence="2")

        assert response.status_code == 409
        assert 'data-stored="Une troisième"' in response.content.decode()

    def test_without_a_script_each_field_is_chosen_on_the_page(self, client, enrolment, member):
        build.draft(enrolment, comment="Avant", general_comment="La sienne")
        mine = typed(enrolment, whole="1", general_comment="La mienne", rating_C2="not_acquired")
        conflict = client.post(url_of(enrolment), mine)
        chosen = {"chosen_general_comment": "stored", "chosen_rating_C2": "typed", "chosen_comment_C1": "stored"}

        response = client.post(
            url_of(enrolment), mine | chosen | {"revision": conflict.context["form"]["revision"].value()}
        )

        content = content_of(Evaluation.objects.get())
        assert conflict.status_code == 409
        assert response.status_code == 302
        assert (content.general_comment, content.ratings["C2"].rating) == ("La sienne", Rating.NOT_ACQUIRED)
        assert [given.comment for given in content.ratings.values()] == [
            "Avant",
            "Vu au téléphone.",
            "Vu au téléphone.",
        ]


class TestRefusals:
    def refused(self, client, enrolment) -> str:
        response = send(client, enrolment)
        assert response.status_code == 403
        return str(response.json()["sentence"])

    def test_once_submitted(self, client, enrolment, member):
        build.submit(enrolment)

        assert "est rendue" in self.refused(client, enrolment)

    def test_once_held(self, client, enrolment, member):
        make_acquired_block(enrolment.candidate, "BC1")

        assert "détient déjà" in self.refused(client, enrolment)

    def test_once_the_candidate_has_left(self, client):
        left = make_enrolment(withdrawn_on=date(2021, 3, 1))
        client.force_login(build.evaluator_of(left, "training"))

        assert "abandonné" in self.refused(client, left)

    @pytest.mark.parametrize("page", ["", "x", "7"])
    @pytest.mark.parametrize("sequence", ["", "-1", "²", "9" * 30])
    def test_strange_numbers_are_those_of_no_page(self, client, enrolment, member, page, sequence):
        response = send(client, enrolment, page=page, sequence=sequence)

        assert response.status_code == 200
        assert Evaluation.objects.get().written_from is None


def test_an_answer_takes_as_many_queries_whatever_is_kept(client, enrolment, member, django_assert_max_num_queries):
    data = typed(enrolment, whole="1", page=PAGE)
    nothing = data | dict.fromkeys([name for name in data if name.startswith(("rating", "comment", "part"))], "")
    client.post(draft_of(enrolment), nothing | {"sequence": "1"})  # The standard is read once for all.

    with django_assert_max_num_queries(30) as little:
        client.post(draft_of(enrolment), nothing | {"sequence": "2", "general_comment": "Peu."})
    with django_assert_max_num_queries(len(little)):
        client.post(draft_of(enrolment), data | {"sequence": "3"})
