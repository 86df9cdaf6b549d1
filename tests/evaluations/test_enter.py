"""The entry of one block by one channel, from the blank form to the submitted words."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.content import content_of
from evaluations.enums import Attendance, EvaluationState, Rating
from evaluations.models import Evaluation
from evaluations.models.attachments import fingerprint
from tests.builders import evaluations as build
from tests.builders.candidates import make_acquired_block, make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
NO_FILES = fingerprint([])


@pytest.fixture
def enrolment() -> Enrolment:
    return make_enrolment()


def url_of(enrolment: Enrolment, block: str = "BC1", channel: str = "training") -> str:
    return reverse("evaluations:enter", args=[enrolment.reference, block, channel])


def review_of(enrolment: Enrolment, block: str = "BC1", channel: str = "training") -> str:
    return reverse("evaluations:review", args=[enrolment.reference, block, channel])


def typed(enrolment: Enrolment, block: str = "BC1", channel: str = "training", **changes: str) -> dict[str, str]:
    """A form filled whole, `changes` over it. Parts are those of the standard."""
    data = {"attendance": "present", "general_comment": "Solide.", "revision": "0", "action": "save"}
    for competency in build.enrolled_block(enrolment, block).block.competencies.all():
        data |= {f"rating_{competency.code}": "acquired", f"comment_{competency.code}": "Vu au téléphone."}
    for part in build.channel_of(enrolment, channel).parts.all():
        data |= {f"part_{part.code}_held_on": "2021-05-10", f"part_{part.code}_mode": "on_site"}
    return data | changes


def first_part(enrolment: Enrolment, name: str, channel: str = "training") -> str:
    return f"part_{build.channel_of(enrolment, channel).parts.order_by('position').first().code}_{name}"


@pytest.fixture
def member(enrolment, client):
    member = build.evaluator_of(enrolment, "training")
    client.force_login(member)
    return member


class TestWho:
    @pytest.mark.parametrize("page", [url_of, review_of])
    @pytest.mark.parametrize("channel", list(ChannelCode))
    @pytest.mark.parametrize("stranger", [make_user, make_training_member, make_referent, make_panel_assessor])
    def test_to_strangers_it_does_not_exist(self, client, enrolment, page, channel, stranger):
        client.force_login(stranger())

        assert client.get(page(enrolment, channel=channel)).status_code == 404
        assert client.post(page(enrolment, channel=channel), typed(enrolment)).status_code == 404
        assert not Evaluation.objects.exists()

    @pytest.mark.parametrize("channel", list(ChannelCode))
    def test_each_opens_their_own_channel_and_no_other(self, client, enrolment, channel):
        client.force_login(build.evaluator_of(enrolment, channel))

        statuses = {other: client.get(url_of(enrolment, channel=other)).status_code for other in ChannelCode}

        assert statuses == {other: 200 if other == channel else 404 for other in ChannelCode}

    def test_an_admin_reads_and_never_enters(self, client, enrolment):
        client.force_login(make_admin())

        assert client.get(url_of(enrolment)).status_code == 200
        assert client.post(url_of(enrolment), typed(enrolment)).status_code == 404
        assert client.get(review_of(enrolment)).status_code == 404

    @pytest.mark.parametrize(
        ("reference", "block", "channel"),
        [
            ("2019-999999", "BC1", "training"),
            (None, "BC9", "training"),
            (None, "BC8", "training"),
            (None, "BC1", "teacher"),
        ],
        ids=["no such enrolment", "no such block", "option not chosen", "no such channel"],
    )
    def test_what_does_not_exist_is_not_found(self, client, enrolment, member, reference, block, channel):
        address = reverse("evaluations:enter", args=[reference or enrolment.reference, block, channel])

        assert client.get(address).status_code == 404

    def test_it_asks_to_sign_in(self, client, enrolment):
        assert client.get(url_of(enrolment)).status_code == 302


class TestTheForm:
    def test_it_is_a_table_of_competencies_with_labelled_levels(self, client, enrolment, member):
        page = client.get(url_of(enrolment)).content.decode()

        assert page.count('<th scope="row"><span class="code">C') == 3
        assert page.count('type="radio" name="rating_C') == 9
        for label in Rating.labels:
            assert f"<span>{label}</span>" in page

    def test_getting_it_writes_nothing(self, client, enrolment, member):
        client.get(url_of(enrolment))

        assert not Evaluation.objects.exists()

    def test_it_shows_the_draft(self, client, enrolment, member):
        build.draft(enrolment, comment="Écoute bien.", general_comment="À suivre.")

        page = client.get(url_of(enrolment)).content.decode()

        assert "Écoute bien." in page
        assert "À suivre." in page
        assert 'name="revision" value="1"' in page


class TestSaving:
    def test_it_keeps_a_draft(self, client, enrolment, member):
        mark = first_part(enrolment, "mark")

        response = client.post(url_of(enrolment), typed(enrolment, **{mark: "12,5"}), follow=True)

        draft = Evaluation.objects.get()
        content = content_of(draft)
        assert (draft.state, draft.edited_by) == (EvaluationState.DRAFT, member)
        assert {given.rating for given in content.ratings.values()} == {Rating.ACQUIRED}
        assert float(next(iter(content.parts.values())).mark) == 12.5
        assert "Brouillon enregistré." in response.content.decode()

    def test_it_keeps_an_unfinished_one(self, client, enrolment, member):
        response = client.post(url_of(enrolment), {"attendance": "present", "revision": "0", "action": "save"})

        assert response.status_code == 302
        assert content_of(Evaluation.objects.get()).rated == 0

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("mark", "20,5", "La note va de 0 à 20."),
            ("mark", "-1", "La note va de 0 à 20."),
            ("mark", "bien", "Écrivez un nombre"),
            ("held_on", "31/02/2021", "Saisissez une date valide."),
        ],
    )
    def test_an_error_is_beside_its_field_and_everything_typed_is_kept(
        self, client, enrolment, member, name, value, message
    ):
        field = first_part(enrolment, name)

        response = client.post(url_of(enrolment), typed(enrolment, **{field: value, "comment_C2": "Texte à garder"}))

        page = response.content.decode()
        assert response.status_code == 422
        assert message in page
        assert "Texte à garder" in page
        assert f'value="{value}"' in page
        assert Evaluation.objects.get().unread == {field: value}
        assert f'value="{value}"' in client.get(url_of(enrolment)).content.decode()

    def test_extra_fields_change_nothing(self, client, enrolment, member):
        extra = {"state": "submitted", "opinion": "favourable", "submitted_by": "1", "rating_C19": "acquired"}

        client.post(url_of(enrolment), typed(enrolment, **extra))

        draft = Evaluation.objects.get()
        assert (draft.state, draft.opinion, draft.ratings.count()) == (EvaluationState.DRAFT, None, 3)

    def test_enregistrer_et_suivant_opens_the_most_urgent_next(self, client):
        organisation = make_training_organisation()
        soon, later = timezone.localdate() + timedelta(days=3), timezone.localdate() + timedelta(days=90)
        urgent = make_enrolment(
            organisation=organisation,
            cohort=make_cohort(organisation=organisation, due_on=soon),
            options=("BC6", "BC7"),
        )
        calm = make_enrolment(organisation=organisation, cohort=make_cohort(organisation=organisation, due_on=later))
        client.force_login(build.evaluator_of(urgent, "training"))
        build.submit_all(urgent, blocks=["BC1", "BC2", "BC3", "BC4", "BC5", "BC6"], channels=["training"])

        from_the_last = client.post(url_of(urgent, "BC7"), typed(urgent, "BC7", action="next"))
        from_the_calm = client.post(url_of(calm, "BC7"), typed(calm, "BC7", action="next"))

        assert from_the_last.url == url_of(calm, "BC1")
        assert from_the_calm.url == url_of(urgent, "BC7")


def both_texts(response) -> list[tuple[str, str, str]]:
    rows = [choice.difference for choice in response.context["conflict"].choices]
    return [(row.label, row.typed, row.stored) for row in rows]


class TestTwoPeople:
    def test_the_second_gets_both_texts_and_keeps_theirs(self, client, enrolment, member):
        colleague = make_training_member(enrolment.training_organisation, first_name="Nadia", last_name="Colas")
        client.force_login(colleague)
        client.post(url_of(enrolment), typed(enrolment, comment_C1="Version de Nadia", rating_C2="not_acquired"))
        client.force_login(member)

        response = client.post(url_of(enrolment), typed(enrolment, comment_C1="Ma version"))

        page = response.content.decode()
        assert response.status_code == 409
        assert "Nadia Colas a enregistré une autre version" in page
        assert both_texts(response) == [
            ("C1 : éléments observés", "Ma version", "Version de Nadia"),
            ("C2 : niveau", "acquis", "non acquis"),
        ]
        assert ">\nMa version</textarea>" in page
        assert content_of(Evaluation.objects.get()).ratings["C1"].comment == "Version de Nadia"

    def test_saving_again_replaces_knowingly(self, client, enrolment, member):
        build.draft(enrolment, comment="Avant")
        conflict = client.post(url_of(enrolment), typed(enrolment, comment_C1="Ma version"))
        revision = conflict.context["form"]["revision"].value()

        response = client.post(url_of(enrolment), typed(enrolment, comment_C1="Ma version", revision=revision))

        assert response.status_code == 302
        assert content_of(Evaluation.objects.get()).ratings["C1"].comment == "Ma version"

    def test_what_a_colleague_has_submitted_is_not_typed_over(self, client, enrolment, member):
        build.submit(enrolment)

        response = client.post(url_of(enrolment), typed(enrolment, comment_C1="Un texte long que je garde"))

        page = response.content.decode()
        assert response.status_code == 409
        assert "Cette évaluation est rendue" in page
        assert "Un texte long que je garde" in page


class TestReviewing:
    def review(self, client, enrolment: Enrolment, **changes: str) -> Any:
        return client.post(url_of(enrolment), typed(enrolment, action="review", **changes))

    def test_it_is_read_again_in_words(self, client, enrolment, member):
        response = self.review(client, enrolment, rating_C2="partially_acquired", comment_C2="Encore hésitant.")

        page = client.get(response.url).content.decode()
        assert response.url == review_of(enrolment)
        assert "Réservé" in page
        assert "partiellement acquis" in page
        assert "Encore hésitant." in page
        assert "10\xa0mai 2021, en présence" in page
        assert Evaluation.objects.get().state == EvaluationState.DRAFT

    def test_what_is_missing_is_said_beside_its_field_and_the_draft_is_kept(self, client, enrolment, member):
        held_on = first_part(enrolment, "held_on")

        response = self.review(client, enrolment, rating_C3="", **{held_on: ""})

        form = response.context["form"]
        assert response.status_code == 422
        assert form["rating_C3"].errors == ["Choisissez un niveau."]
        assert form[held_on].errors == ["Indiquez la date de l’épreuve."]
        assert set(form.errors) == {"rating_C3", held_on}
        assert form["revision"].value() == "1"
        assert Evaluation.objects.get().revision == 1

    @pytest.mark.parametrize(
        ("day", "message"),
        [(date(2020, 9, 13), "précède l’entrée"), (date(2999, 1, 1), "est à venir")],
        ids=["before the entry", "in the future"],
    )
    def test_a_part_is_held_between_the_entry_and_today(self, client, enrolment, member, day, message):
        response = self.review(client, enrolment, **{first_part(enrolment, "held_on"): day.isoformat()})

        assert response.status_code == 422
        assert message in response.content.decode()

    def test_an_absence_drops_the_levels_and_says_so(self, client, enrolment, member):
        page = client.get(self.review(client, enrolment, attendance="absent").url).content.decode()

        assert "les niveaux déjà choisis ne seront pas rendus" in page

    def test_an_unfinished_draft_goes_back_to_its_form(self, client, enrolment, member):
        build.draft(enrolment, ratings={"C1": None})

        assert client.get(review_of(enrolment)).url == url_of(enrolment)

    def test_a_blank_one_goes_back_to_its_form(self, client, enrolment, member):
        assert client.get(review_of(enrolment)).url == url_of(enrolment)


class TestSubmitting:
    def test_it_is_submitted_for_good_then_shown_in_words(self, client, enrolment, member):
        build.draft(enrolment, comment="Très clair.", is_adapted=True)

        page = client.post(
            review_of(enrolment), {"attachments": NO_FILES, "revision": "1", "action": "submit"}, follow=True
        )

        evaluation, words = Evaluation.objects.get(), page.content.decode()
        assert (evaluation.state, evaluation.submitted_by) == (EvaluationState.SUBMITTED, member)
        assert "rendue pour" in words
        assert "Très clair." in words
        assert "épreuve aménagée" in words
        assert "Favorable" in words
        assert '<textarea name="comment_C1"' not in words

    def test_it_may_lead_to_the_next_one(self, client, enrolment, member):
        build.draft(enrolment)

        response = client.post(review_of(enrolment), {"attachments": NO_FILES, "revision": "1", "action": "next"})

        assert response.url == url_of(enrolment, "BC2")

    def test_a_second_time_changes_nothing(self, client, enrolment, member):
        build.draft(enrolment)
        client.post(review_of(enrolment), {"attachments": NO_FILES, "revision": "1"})
        first = Evaluation.objects.get().submitted_at

        page = client.post(review_of(enrolment), {"attachments": NO_FILES, "revision": "1"}, follow=True)

        assert "Cette évaluation est rendue" in page.content.decode()
        assert Evaluation.objects.get().submitted_at == first

    @pytest.mark.parametrize("revision", ["2", "", "x", "-1", "9" * 30])
    def test_only_the_text_that_was_read_again(self, client, enrolment, member, revision):
        build.draft(enrolment)

        page = client.post(review_of(enrolment), {"attachments": NO_FILES, "revision": revision}, follow=True)

        assert "Le brouillon a changé depuis votre relecture" in page.content.decode()
        assert Evaluation.objects.get().state == EvaluationState.DRAFT

    def test_an_unfinished_draft_goes_back_to_its_form(self, client, enrolment, member):
        build.draft(enrolment, ratings={"C1": None})

        page = client.post(review_of(enrolment), {"attachments": NO_FILES, "revision": "1"}, follow=True)

        assert page.redirect_chain[-1][0] == url_of(enrolment)
        assert "Il manque des réponses" in page.content.decode()


class TestClosed:
    def test_after_a_withdrawal_the_page_only_reads(self, client):
        left = make_enrolment(withdrawn_on=date(2021, 3, 1))
        client.force_login(build.evaluator_of(left, "training"))

        page = client.get(url_of(left)).content.decode()

        assert "Le candidat a abandonné" in page
        assert "<textarea" not in page

    def test_a_block_already_held_only_reads(self, client, enrolment, member):
        make_acquired_block(enrolment.candidate, "BC1")

        assert "Le candidat détient déjà ce bloc" in client.get(url_of(enrolment)).content.decode()

    def test_after_an_excuse_a_new_attempt_opens(self, client, enrolment, member):
        build.submit(enrolment, attendance=Attendance.EXCUSED)

        page = client.get(url_of(enrolment)).content.decode()

        assert "Le candidat était excusé au passage 1" in page
        assert 'name="revision" value="0"' in page

    def test_an_admin_reads_drafts_as_drafts(self, client, enrolment):
        build.draft(enrolment, comment="En cours")
        client.force_login(make_admin())

        page = client.get(url_of(enrolment)).content.decode()

        assert "En cours" in page
        assert "elle ne compte pas encore" in page
