"""The bulk grid: whose rows it shows, what it keeps of them one by one, with its script and without."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.content import content_of
from evaluations.enums import Attendance, EvaluationState, PartMode, Rating
from evaluations.models import Assignment, Evaluation
from evaluations.views.grid import ROWS
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
from tests.visitors import body

pytestmark = pytest.mark.django_db
BLOCK = "BC2"  # C4 and C5


def url_of(block: str = BLOCK, channel: str = "training", query: str = "") -> str:
    return reverse("evaluations:grid", args=[channel, block]) + query


def row_url(enrolment: Enrolment, block: str = BLOCK, channel: str = "training") -> str:
    return reverse("evaluations:grid_row", args=[channel, block, enrolment.reference])


def page_of(client: Client, *args: Any, **kwargs: Any) -> str:
    response = client.get(url_of(*args, **kwargs))
    assert response.status_code == 200
    return response.content.decode()


def part(enrolment: Enrolment, name: str, rank: int = 0, channel: str = "training") -> str:
    return f"part_{build.channel_of(enrolment, channel).parts.order_by('position')[rank].code}_{name}"


def line(client: Client, enrolment: Enrolment, channel: str = "training", **typed: str) -> dict[str, Any]:
    """What the page sends of one row, `typed` over what it shows."""
    page = page_of(client, channel=channel)
    reference = enrolment.reference
    start = page.index(f'id="{reference}"')
    row = page[start : page.index('<td class="grid-state"', start)]
    data = dict(re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"(?! checked)[^>]*>', row))
    data = {name: value for name, value in data.items() if "-rating_" not in name and name != "row"}
    data |= dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]*)" checked', row))
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)".*?>(.*?)</select>', row, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    return data | {f"{reference}-{name}": value for name, value in typed.items()}


def post(client: Client, lines: list[tuple[Enrolment, dict[str, str]]], query: str = "", **more: str) -> Any:
    data: dict[str, Any] = {"row": [enrolment.reference for enrolment, _ in lines], "action": "save"}
    for _, typed in lines:
        data |= typed
    return client.post(url_of(query=query), data | more)


def whole(enrolment: Enrolment, channel: str = "training", **typed: str) -> dict[str, str]:
    """All that a row has to say before it is complete."""
    data = {"attendance": "present", "rating_C4": "acquired", "rating_C5": "partially_acquired"}
    for row in build.channel_of(enrolment, channel).parts.all():
        data |= {f"part_{row.code}_held_on": "2021-05-10", f"part_{row.code}_mode": "on_site"}
    return data | typed


def draft_of(enrolment: Enrolment, channel: str = "training") -> Evaluation:
    return Evaluation.objects.get(
        enrolled_block__enrolment=enrolment, channel__code=channel, state=EvaluationState.DRAFT
    )


class TestWho:
    @pytest.mark.parametrize("channel", list(ChannelCode))
    @pytest.mark.parametrize("stranger", [make_user, make_admin])
    def test_it_exists_only_for_those_who_enter(self, client, enrolments, channel, stranger):
        client.force_login(stranger())

        assert client.get(url_of(channel=channel)).status_code == 404
        assert client.post(url_of(channel=channel)).status_code == 404
        assert client.post(row_url(enrolments[0], channel=channel)).status_code == 404
        assert client.get(reverse("evaluations:grid_review", args=[channel, BLOCK])).status_code == 404

    @pytest.mark.parametrize("channel", list(ChannelCode))
    def test_each_opens_their_own_channel_and_no_other(self, client, enrolments, channel):
        client.force_login(build.evaluator_of(enrolments[0], channel))

        statuses = {other: client.get(url_of(channel=other)).status_code for other in ChannelCode}

        assert statuses == {other: 200 if other == channel else 404 for other in ChannelCode}

    @pytest.mark.parametrize(("channel", "block"), [("teacher", "BC2"), ("training", "BC9")])
    def test_what_does_not_exist_is_not_found(self, client, enrolments, member, channel, block):
        assert client.get(url_of(block, channel)).status_code == 404

    @pytest.mark.parametrize(
        ("channel", "other"),
        [("training", make_training_member), ("company", make_referent), ("panel", make_panel_assessor)],
    )
    def test_it_shows_nobody_else_s_candidates(self, client, enrolments, channel, other):
        other = other()
        client.force_login(other)
        theirs = _entrusted_to(other, channel)

        page = page_of(client, channel=channel)

        assert theirs.reference in page
        assert not any(row.reference in page for row in enrolments)
        assert client.post(row_url(enrolments[0], channel=channel), {}).status_code == 404

    def test_it_asks_to_sign_in(self, client):
        assert client.get(url_of()).status_code == 302


def _entrusted_to(person: User, channel: str) -> Enrolment:
    membership = person.memberships.get()
    if channel == ChannelCode.TRAINING:
        return make_enrolment(organisation=membership.training_organisation)
    if channel == ChannelCode.COMPANY:
        return make_enrolment(company=membership.company, referent=person)
    enrolment = make_enrolment()
    build.assign(enrolment, person)
    return enrolment


class TestRows:
    def test_they_are_what_is_left_to_enter(self, client, cohort, member):
        blank, begun, done, excused, withdrawn, held = (make_enrolment(cohort=cohort) for _ in range(6))
        elsewhere = make_enrolment("vae", referred=False)
        build.draft(begun, BLOCK)
        build.submit(done, BLOCK)
        build.submit(excused, BLOCK, attendance="excused")
        Enrolment.objects.filter(pk=withdrawn.pk).update(withdrawn_on=date(2021, 3, 1))
        make_acquired_block(held.candidate, BLOCK)

        page = page_of(client)

        listed = {row for row in (blank, begun, done, excused, withdrawn, held, elsewhere) if row.reference in page}
        assert listed == {blank, begun, excused}

    def test_an_option_not_chosen_has_no_row(self, client, cohort, member):
        with_it = make_enrolment(cohort=cohort, options=("BC6", "BC8"))
        without = make_enrolment(cohort=cohort, options=("BC6", "BC7"))

        page = page_of(client, "BC8")

        assert with_it.reference in page
        assert without.reference not in page

    @pytest.mark.parametrize(("state", "listed"), [("", "ab"), ("draft", "b"), ("late", "ab"), ("done", "c")])
    def test_the_filters_are_in_the_address(self, client, cohort, member, state, listed):
        rows = {name: make_enrolment(cohort=cohort) for name in "abc"}
        build.draft(rows["b"], BLOCK)
        build.submit(rows["c"], BLOCK)

        page = page_of(client, query=f"?state={state}&cohort={cohort.pk}")

        assert "".join(name for name, row in rows.items() if row.reference in page) == listed

    @pytest.mark.parametrize("query", ["?cohort=999999", "?state=everything", f"?search={'x' * 200}"])
    def test_filters_that_mean_nothing_find_nothing(self, client, enrolments, member, query):
        page = page_of(client, query=query)

        assert not any(row.reference in page for row in enrolments)

    def test_another_organisation_s_cohort_finds_nothing(self, client, enrolments, member):
        other = make_enrolment(cohort=make_cohort(organisation=make_training_organisation()))

        page = page_of(client, query=f"?cohort={other.cohort_id}")

        assert other.reference not in page

    def test_thirty_are_on_a_page_and_the_others_follow(self, client, cohort, member):
        for _ in range(ROWS + 2):
            make_enrolment(cohort=cohort)

        assert page_of(client).count("data-row=") == ROWS
        assert page_of(client, query="?page=2").count("data-row=") == 2

    def test_each_block_says_how_many_are_left(self, client, enrolments, member):
        build.submit(enrolments[0], BLOCK)

        tabs = re.findall(r">(BC\d)\s*<span class=\"num\">(\d+)", page_of(client))

        assert dict(tabs) == dict.fromkeys(("BC1", "BC3", "BC4", "BC5", "BC6", "BC7"), "3") | {"BC2": "2"}

    def test_what_is_submitted_is_in_words(self, client, enrolments, member):
        build.submit(enrolments[0], BLOCK, comment="À l’aise au téléphone.")

        page = page_of(client, query="?state=done")

        assert "À l’aise au téléphone." in page
        assert 'type="radio"' not in page

    def test_an_excused_candidate_s_row_is_blank_again(self, client, enrolments, member):
        build.submit(enrolments[0], BLOCK, attendance="excused")

        data = line(client, enrolments[0])

        assert data[f"{enrolments[0].reference}-attendance"] == "present"
        assert data[f"{enrolments[0].reference}-revision"] == "0"


class TestTheTable:
    def test_its_cells_are_named_by_their_row_and_column(self, client, enrolments, member):
        page = page_of(client)

        assert page.count('<th scope="row">') == 3
        assert (
            page.count('<th scope="col"') == 7
        )  # the candidate, their presence, two competencies, two parts, the state
        assert page.count('type="radio"') == 3 * 2 * 3
        for enrolment in enrolments:
            assert f'<legend class="visually-hidden">C4, {enrolment.candidate}</legend>' in page

    def test_the_sheet_s_wording_is_in_reach(self, client, enrolments, member):
        wording = build.enrolled_block(enrolments[0], BLOCK).block.competencies.get(code="C4").wording

        page = page_of(client)

        assert f'<abbr title="{wording}">C4</abbr>' in page
        assert f'<dt class="code">C4</dt><dd>{wording}</dd>' in page

    def test_it_shows_the_drafts_and_what_they_lack(self, client, enrolments, member):
        build.draft(enrolments[0], BLOCK, ratings={"C5": None}, held=False)
        build.draft(enrolments[1], BLOCK, comment="Vu.")

        page = page_of(client)

        assert "Manque : C5, épreuve 1, épreuve 2" in page
        assert page.count("status-ok") == 1
        assert "2 commentaires" in " ".join(page.split()).replace("\xa0", " ")

    def test_what_could_not_be_read_is_shown_as_it_was_typed(self, client, enrolments, member):
        build.draft(enrolments[0], BLOCK, unread={part(enrolments[0], "mark"): "douze"})

        page = page_of(client)

        assert 'value="douze"' in page
        assert "Note de l’épreuve 1 : " in page

    def test_getting_it_writes_nothing(self, client, enrolments, member):
        page_of(client)

        assert not Evaluation.objects.exists()

    @pytest.mark.parametrize("query", ["", "?state=done"])
    def test_it_asks_the_same_questions_for_three_rows_and_for_thirty(self, client, cohort, member, query):
        counts = []
        for more in (3, ROWS - 3):
            for index in range(more):
                enrolment = make_enrolment(cohort=cohort)
                if query:
                    build.submit(enrolment, BLOCK)
                elif index % 2:
                    build.draft(enrolment, BLOCK)
            client.get(url_of(query=query))
            with CaptureQueriesContext(connection) as queries:
                page_of(client, query=query)
            counts.append(len(queries))

        assert counts[0] == counts[1]
        assert counts[0] <= 20


class TestBlindChannels:
    @pytest.mark.parametrize("channel", list(ChannelCode))
    @pytest.mark.parametrize("query", ["", "?state=done"])
    def test_nothing_of_the_other_channels_changes_the_page(self, client, cohort, channel, query):
        enrolments = [make_enrolment(cohort=cohort) for _ in range(2)]
        client.force_login(build.evaluator_of(enrolments[0], channel))
        build.submit(enrolments[0], "BC1", channel)
        before = body(client.get(url_of(channel=channel, query=query)))

        for other in set(ChannelCode) - {channel}:
            build.submit(enrolments[0], BLOCK, other, Rating.NOT_ACQUIRED, comment="CANARI")
            build.draft(enrolments[1], BLOCK, other, comment="CANARI")

        assert body(client.get(url_of(channel=channel, query=query))) == before


class TestSavingThePage:
    def test_it_keeps_the_rows_that_changed_and_no_other(self, client, enrolments, member):
        first, second, third = enrolments
        lines = [(row, line(client, row)) for row in enrolments]
        lines[0][1].update(line(client, first, **whole(first)))
        lines[1][1].update(line(client, second, rating_C4="not_acquired"))

        response = post(client, lines)

        assert response.status_code == 302
        assert response["Location"] == url_of()
        assert "2 lignes enregistrées." in page_of(client)
        assert content_of(draft_of(first)).ratings["C5"].rating == Rating.PARTIALLY_ACQUIRED
        assert content_of(draft_of(second)).rated == 1
        assert not Evaluation.objects.filter(enrolled_block__enrolment=third).exists()

    def test_it_leaves_what_it_does_not_show(self, client, enrolments, member):
        first = enrolments[0]
        build.draft(first, BLOCK, comment="Écoute bien.", general_comment="À suivre.", is_adapted=True)

        post(client, [(first, line(client, first, rating_C4="not_acquired"))])

        content = content_of(draft_of(first))
        assert content.ratings["C4"].rating == Rating.NOT_ACQUIRED
        assert (content.ratings["C4"].comment, content.general_comment) == ("Écoute bien.", "À suivre.")
        assert content.is_adapted

    def test_a_mark_that_cannot_be_read_is_kept_as_typed(self, client, enrolments, member):
        first = enrolments[0]
        mark = part(first, "mark")

        post(client, [(first, line(client, first, **{mark: "douze"}))])

        assert draft_of(first).unread == {mark: "douze"}

    def test_sent_again_unchanged_it_writes_nothing(self, client, enrolments, member):
        first = enrolments[0]
        post(client, [(first, line(client, first, **whole(first)))])

        response = post(client, [(row, line(client, row)) for row in enrolments])

        assert response.status_code == 302
        assert draft_of(first).revision == 1
        assert "Rien n’a changé" in page_of(client)

    def test_a_row_that_nobody_typed_in_meets_no_conflict(self, client, enrolments, member):
        first, second, _ = enrolments
        lines = [(first, line(client, first)), (second, line(client, second, rating_C4="acquired"))]
        build.draft(first, BLOCK)

        response = post(client, lines)

        assert response.status_code == 302
        assert draft_of(first).revision == 1
        assert draft_of(second)

    def test_some_are_refused_while_others_are_saved(self, client, enrolments, member):
        first, second, third = enrolments
        lines = [(row, line(client, row, **whole(row))) for row in enrolments]
        build.submit(first, BLOCK)
        Enrolment.objects.filter(pk=second.pk).update(withdrawn_on=date(2021, 3, 1))

        response = post(client, lines)

        page = response.content.decode()
        assert response.status_code == 409
        assert f"{first.candidate} : Cette évaluation est rendue" in page
        assert f"{second.candidate} : Le candidat a abandonné" in page
        assert "C5 : niveau, partiellement acquis" in page
        assert "1 ligne enregistrée" in page.replace("\xa0", " ")
        assert draft_of(third)

    def test_a_candidate_no_longer_in_their_hands_is_said_without_a_name(self, client, enrolments):
        first, second, _ = enrolments
        assessor = build.assign(first)
        build.assign(second, assessor)
        client.force_login(assessor)
        data = {"row": [first.reference, second.reference], "action": "save"}
        data |= line(client, first, "panel", rating_C4="acquired") | line(client, second, "panel", rating_C4="acquired")
        Assignment.objects.filter(enrolment=first).update(assessor=make_panel_assessor())

        response = client.post(url_of(channel="panel"), data)

        page = response.content.decode()
        assert "Un candidat n’est plus entre vos mains" in page
        assert first.reference not in page
        assert str(first.candidate) not in page
        assert draft_of(second, "panel")
        assert not Evaluation.objects.filter(enrolled_block__enrolment=first).exists()

    def test_what_is_too_long_is_refused_and_stays_in_its_field(self, client, enrolments, member):
        first = enrolments[0]
        mark = part(first, "mark")

        response = post(client, [(first, line(client, first, **{mark: "9" * 20_001}))])

        assert response.status_code == 409
        assert "9" * 20_001 in response.content.decode()
        assert not Evaluation.objects.exists()

    def test_the_next_page_follows_and_the_filters_stay(self, client, cohort, enrolments, member):
        for _ in range(ROWS):
            make_enrolment(cohort=cohort)
        query = f"?cohort={cohort.pk}"
        reread = reverse("evaluations:grid_review", args=["training", BLOCK]) + query

        following = post(client, [], query=query, action="next")
        review = post(client, [], query=query, action="review")

        assert following["Location"] == f"{url_of()}{query}&page=2"
        assert review["Location"] == reread

    def test_more_rows_than_a_page_are_not_read(self, client, cohort, member):
        rows = [make_enrolment(cohort=cohort) for _ in range(ROWS + 1)]
        typed = [(row, {f"{row.reference}-revision": "0", f"{row.reference}-rating_C4": "acquired"}) for row in rows]

        post(client, typed)

        assert Evaluation.objects.count() == ROWS


class TestTwoTexts:
    @pytest.fixture
    def met(self, client, enrolments, member) -> tuple[Enrolment, Any]:
        """Typed on a blank row that a colleague has filled meanwhile."""
        first, second, _ = enrolments
        lines = [(first, line(client, first, rating_C4="acquired", rating_C5="acquired"))]
        lines.append((second, line(client, second, rating_C4="acquired")))
        self.colleague = make_training_member(first.training_organisation)
        build.draft(first, BLOCK, by=self.colleague, ratings={"C4": "acquired", "C5": "not_acquired"}, held=False)
        return first, post(client, lines)

    def test_both_are_shown_and_the_other_rows_are_saved(self, met, enrolments):
        first, response = met
        page = " ".join(response.content.decode().split())

        assert response.status_code == 409
        assert f"{self.colleague} a enregistré autre chose" in page
        assert "C5 : niveau" in page
        assert "C4 : niveau" not in page
        assert content_of(draft_of(first)).ratings["C5"].rating == Rating.NOT_ACQUIRED
        assert draft_of(enrolments[1])

    @pytest.mark.parametrize(("version", "kept"), [("typed", Rating.ACQUIRED), ("stored", Rating.NOT_ACQUIRED)])
    def test_one_is_chosen(self, met, client, version, kept):
        first, _ = met
        reference = first.reference
        typed = {
            f"{reference}-revision": "1",
            f"{reference}-shown": "",
            f"{reference}-attendance": "present",
            f"{reference}-rating_C4": "acquired",
            f"{reference}-rating_C5": "acquired",
            f"{reference}-chosen_rating_C5": version,
        }

        response = post(client, [(first, typed)])

        assert response.status_code == 302
        assert content_of(draft_of(first)).ratings["C5"].rating == kept

    def test_the_page_stands_on_the_stored_text(self, met):
        first, response = met
        page = response.content.decode()

        assert f'name="{first.reference}-revision" value="1"' in page
        assert f'name="{first.reference}-shown" value=""' in page
        assert re.search(rf'name="{first.reference}-rating_C5" value="acquired" checked', page)


class TestFilling:
    def fill(self, client: Client, rows: list[Enrolment], **typed: str) -> Any:
        code = build.channel_of(rows[0]).parts.order_by("position").first().code
        given = {f"fill-{code}-{name}": value for name, value in typed.items()}
        return post(client, [(row, line(client, row)) for row in rows], action="", fill=code, **given)

    def test_only_what_is_empty_is_filled(self, client, enrolments, member):
        first, second, third = enrolments
        post(client, [(first, line(client, first, **{part(first, "held_on"): "2021-04-02"}))])
        build.draft(second, BLOCK, attendance=Attendance.ABSENT)

        response = self.fill(client, enrolments, held_on="2021-05-10", mode="remote")

        assert response.status_code == 302
        code = build.channel_of(first).parts.order_by("position").first().code
        filled = {row: content_of(draft_of(row)).parts[code] for row in (first, third)}
        assert [held.held_on for held in filled.values()] == [date(2021, 4, 2), date(2021, 5, 10)]
        assert {held.mode for held in filled.values()} == {PartMode.REMOTE}
        assert draft_of(second).revision == 1

    @pytest.mark.parametrize(
        ("typed", "said"),
        [({}, "Indiquez la date ou la modalité"), ({"held_on": "demain"}, "Indiquez une date, par exemple")],
        ids=["nothing", "no date"],
    )
    def test_what_cannot_be_filled_in_is_said(self, client, enrolments, member, typed, said):
        response = self.fill(client, enrolments, **typed)

        assert response.status_code == 422
        assert said in response.content.decode()
        assert not Evaluation.objects.exists()

    def test_what_was_typed_meanwhile_is_saved(self, client, enrolments, member):
        first = enrolments[0]
        code = build.channel_of(first).parts.order_by("position").first().code

        post(client, [(first, line(client, first, rating_C4="acquired"))], action="", fill=code)

        assert content_of(draft_of(first)).rated == 1


class TestSavingARow:
    def send(self, client: Client, enrolment: Enrolment, **typed: str) -> Any:
        named = {f"{enrolment.reference}-{name}": value for name, value in typed.items()}
        return client.post(row_url(enrolment), named)

    def test_it_is_kept_and_answers_its_state(self, client, enrolments, member):
        first = enrolments[0]

        response = self.send(client, first, revision="0", rating_C4="acquired")

        answer = response.json()
        assert response.status_code == 200
        assert answer["revision"] == 1
        assert "Manque : C5, épreuve 1, épreuve 2" in answer["state"]
        assert draft_of(first).edited_by == member

    def test_an_emptied_level_is_empty(self, client, enrolments, member):
        first = enrolments[0]
        build.draft(first, BLOCK)

        self.send(client, first, revision="1", rating_C4="")

        content = content_of(draft_of(first))
        assert (content.ratings["C4"].rating, content.ratings["C5"].rating) == (None, Rating.ACQUIRED)

    def test_a_late_request_of_the_same_page_is_left_aside(self, client, enrolments, member):
        first, page = enrolments[0], "7d1f3a44-2f0e-4a52-9df5-0a2f4b8f6a11"
        self.send(client, first, revision="0", page=page, sequence="2", rating_C4="acquired")

        response = self.send(client, first, revision="0", page=page, sequence="1", rating_C4="not_acquired")

        assert response.status_code == 200
        assert content_of(draft_of(first)).ratings["C4"].rating == Rating.ACQUIRED

    def test_two_texts_are_answered_409(self, client, enrolments, member):
        first = enrolments[0]
        build.draft(first, BLOCK, ratings={"C4": "not_acquired"})

        response = self.send(client, first, revision="0", rating_C4="acquired")

        page = response.content.decode()
        assert response.status_code == 409
        assert f'data-field="{first.reference}-rating_C4" data-stored="not_acquired"' in page
        assert 'data-revision="1"' in page

    def test_what_is_submitted_is_answered_403(self, client, enrolments, member):
        first = enrolments[0]
        build.submit(first, BLOCK)

        response = self.send(client, first, revision="1", rating_C4="not_acquired")

        assert response.status_code == 403
        assert "est rendue" in response.json()["sentence"]

    def test_what_is_too_long_is_answered_422(self, client, enrolments, member):
        first = enrolments[0]

        response = self.send(client, first, revision="0", **{part(first, "mark"): "x" * 20_001})

        assert response.status_code == 422
        assert not Evaluation.objects.exists()

    def test_the_candidate_s_other_block_has_no_such_row(self, client, enrolments, member):
        assert client.post(row_url(enrolments[0], "BC8")).status_code == 404

    def test_it_is_only_posted(self, client, enrolments, member):
        assert client.get(row_url(enrolments[0])).status_code == 405


class TestTheWayThere:
    def test_the_matrix_leads_to_it(self, client, cohort, enrolments, member):
        page = client.get(reverse("evaluations:matrix") + f"?cohort={cohort.pk}").content.decode()

        assert f'href="{url_of("BC1", query=f"?cohort={cohort.pk}")}"' in page

    def test_an_admin_s_matrix_does_not(self, client, enrolments):
        client.force_login(make_admin())

        assert "/evaluations/grille/" not in client.get(reverse("evaluations:matrix")).content.decode()


class TestWhatIsLacking:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"ratings": {"C5": None}}, "C5"),
            ({"rating": None}, "C4, C5"),
            ({"held": False}, "épreuve 1, épreuve 2"),
            ({}, ""),
            ({"attendance": Attendance.ABSENT}, ""),
        ],
    )
    def test_it_is_said_in_few_words(self, client, enrolments, member, fields, words):
        build.draft(enrolments[0], BLOCK, **fields)

        page = page_of(client)

        assert ("Manque : " in page) is bool(words)
        assert not words or f"Manque : {words}<" in page

    def test_of_one_part_or_the_other_one_is_enough(self, client, enrolments):
        first = enrolments[0]
        client.force_login(build.evaluator_of(first, "company"))
        build.draft(first, BLOCK, "company", held=False)

        assert "Manque : une épreuve" in page_of(client, channel="company")

    def test_a_part_s_single_field_is_named(self, client, enrolments, member):
        first = enrolments[0]
        build.draft(first, BLOCK).parts.filter(part__position=1).update(mode="")

        assert "Manque : modalité de l’épreuve 1" in page_of(client)

    def test_a_day_before_the_entry_is_said(self, client, enrolments, member):
        first = enrolments[0]
        too_early = first.entered_on - timedelta(days=1)
        build.draft(first, BLOCK).parts.filter(part__position=1).update(held_on=too_early)

        assert "Date de l’épreuve 1 : cette date précède" in page_of(client)
