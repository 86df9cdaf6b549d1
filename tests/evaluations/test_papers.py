"""Grids on paper: whose channels, what is written on them, a page per block."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from evaluations.enums import AdaptationState, GridContent
from evaluations.papers import draw_grids, for_papers, printable_channels
from organisations.permissions import access_of
from tests.builders import evaluations as build
from tests.builders.adaptations import make_adaptation
from tests.builders.candidates import make_acquired_block, make_candidate, make_cohort, make_enrolment
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_referent,
    make_training_member,
    make_training_organisation,
)

pytestmark = pytest.mark.django_db
AT = datetime(2021, 5, 20, 8, 0, tzinfo=UTC)
BLANK, FILLED = GridContent.BLANK, GridContent.FILLED


def read(enrolment):
    return for_papers(Enrolment.objects.filter(pk=enrolment.pk)).get()


def drawn(enrolment, content=BLANK, channels=tuple(ChannelCode)):
    return draw_grids(read(enrolment), list(channels), content, at=AT)


def pages_of(drawing):
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(drawing)).pages]


@pytest.fixture(scope="module")
def blank(module_db):
    """One drawing of everything, read by several tests: with long names and adapted exams, the fullest there is."""
    organisation = make_training_organisation(name="Institut supérieur lyonnais du courtage et de la prévoyance")
    company = make_company()
    candidate = make_candidate(
        birth_name="Charpentier-Le Goff de Quéméner", usual_name="Ferreira da Silva", first_names="Hugo Alexandre"
    )
    enrolment = make_enrolment(
        candidate=candidate,
        cohort=make_cohort(organisation=organisation, due_on=date(2021, 6, 1)),
        organisation=organisation,
        company=company,
        referent=make_referent(company),
        options=("BC7", "BC8"),
    )
    build.assign(enrolment)
    make_adaptation(enrolment, AdaptationState.GRANTED, channels=list(ChannelCode))
    return enrolment, drawn(enrolment)


def test_a_blank_grid_fits_one_page_per_block_and_channel(blank):
    _, drawing = blank

    assert drawing.pages == 21


def test_each_channel_numbers_its_own_pages(blank):
    _, drawing = blank
    pages = pages_of(drawing)

    assert [f"Page {number} / 7" in page for number, page in zip([*range(1, 8)] * 3, pages, strict=True)] == [True] * 21


def test_a_page_says_who_what_and_for_whom(blank):
    enrolment, drawing = blank
    first, company = pages_of(drawing)[0], pages_of(drawing)[7]

    for words in (
        "BC1",
        "Ferreira da Silva Hugo Alexandre",
        enrolment.reference,
        "Institut supérieur lyonnais du courtage",
        "Voie 1 · organisme de formation",
        "avant le 1er juin 2021",
        "Identifier le rôle de courtier et situer son intervention",
        "partiellement acquis",
        "Signature",
    ):
        assert words in first
    assert enrolment.referent.full_name in company
    assert str(enrolment.company) in company


def test_a_blank_page_gives_no_opinion_and_no_tick(blank):
    _, drawing = blank

    assert "Avis" not in drawing.text
    assert "✓" not in drawing.text


def test_the_wording_is_that_of_the_sheet(blank):
    enrolment, drawing = blank
    text = " ".join(drawing.text.split())

    for row in enrolment.enrolled_blocks.select_related("block"):
        for competency in row.block.competencies.all():
            assert text.count(" ".join(competency.wording.split())) == 3


def test_granted_adjustments_are_printed_without_the_need(blank):
    enrolment, drawing = blank
    request = enrolment.adaptation_requests.get()

    assert request.adjustments.first().get_adjustment_display() in drawing.text
    assert request.need not in drawing.text


def test_a_block_already_held_is_not_to_be_written():
    enrolment = make_enrolment()
    make_acquired_block(enrolment.candidate, "BC1")

    drawing = drawn(enrolment, channels=["training"])

    assert drawing.pages == 6
    assert "Identifier le rôle de courtier" not in drawing.text


def test_who_holds_everything_has_nothing_to_be_written():
    enrolment = make_enrolment()
    for number in range(1, 8):
        make_acquired_block(enrolment.candidate, f"BC{number}")

    assert drawn(enrolment) is None


# Filled


def test_a_submitted_grid_says_what_was_submitted():
    enrolment = make_enrolment()
    evaluation = build.submit(
        enrolment, "BC1", "training", rating="not_acquired", comment="Ignore le devoir de conseil."
    )

    drawing = drawn(enrolment, FILLED, ["training"])

    text = " ".join(drawing.text.split())
    assert drawing.pages == 1
    assert "Ignore le devoir de conseil." in text
    assert "défavorable" in text
    assert evaluation.submitted_by.full_name in text
    assert "brouillon" not in text.lower()


def test_a_draft_says_so():
    enrolment = make_enrolment()
    build.draft(enrolment, "BC2", "training")

    drawing = drawn(enrolment, FILLED, ["training"])

    assert "brouillon" in drawing.text
    assert "Brouillon, non rendu" in pages_of(drawing)[0]
    assert "Avis" not in drawing.text


def test_the_last_attempt_alone_is_printed():
    enrolment = make_enrolment()
    build.submit(enrolment, "BC1", "training", attendance="excused", general_comment="Grippe.")
    build.draft(enrolment, "BC1", "training", attempt=2)

    drawing = drawn(enrolment, FILLED, ["training"])

    assert drawing.pages == 1
    assert "2e" in drawing.text
    assert "Grippe" not in drawing.text


def test_nothing_entered_leaves_nothing_to_print():
    assert drawn(make_enrolment(), FILLED) is None


def test_a_long_text_goes_on_over_the_page():
    enrolment = make_enrolment()
    build.draft(enrolment, "BC1", "training", comment="Observation précise. " * 400)

    drawing = drawn(enrolment, FILLED, ["training"])

    assert drawing.pages > 1
    assert drawing.text.count("Observation précise.") >= 3


def test_what_our_faces_do_not_draw_is_replaced_and_said():
    enrolment = make_enrolment(candidate=make_candidate(birth_name="Łukasz"))
    build.draft(enrolment, "BC1", "training", comment="Très bien 👍")

    text = drawn(enrolment, FILLED, ["training"]).text

    assert "Łukasz" in text
    assert "Très bien ?" in text
    assert "remplace un caractère" in text


def test_markup_is_printed_as_it_was_typed():
    enrolment = make_enrolment()
    build.draft(enrolment, "BC1", "training", comment='<img src="file:///etc/passwd"> {{ 7 }}')

    assert '<img src="file:///etc/passwd"> {{ 7 }}' in drawn(enrolment, FILLED, ["training"]).text


def test_what_could_not_be_read_is_printed_as_it_was_typed():
    enrolment = make_enrolment()
    evaluation = build.draft(enrolment, "BC1", "training")
    part = evaluation.channel.parts.order_by("position").first()
    evaluation.unread = {f"part_{part.code}_held_on": "mi-mai"}
    evaluation.save(update_fields=["unread"])

    assert "mi-mai" in drawn(enrolment, FILLED, ["training"]).text


# Whose


@pytest.mark.parametrize("content", GridContent)
def test_each_prints_their_own_channel(content):
    enrolment = make_enrolment()
    assessor = build.assign(enrolment)
    member = make_training_member(enrolment.training_organisation)
    paper = read(enrolment)

    def channels(user):
        return printable_channels(access_of(user), paper, content)

    assert channels(member) == (ChannelCode.TRAINING,)
    assert channels(enrolment.referent) == (ChannelCode.COMPANY,)
    assert channels(assessor) == (ChannelCode.PANEL,)
    assert channels(make_admin()) == tuple(ChannelCode)
    assert channels(make_training_member()) == ()


def test_a_vae_has_no_grid_for_the_training_organisation():
    vae = make_enrolment("vae")

    assert printable_channels(access_of(make_admin()), read(vae), BLANK) == (ChannelCode.COMPANY, ChannelCode.PANEL)


def test_a_candidate_costs_as_many_queries_whatever_their_blocks(django_assert_max_num_queries):
    enrolment = make_enrolment()
    build.submit_all(enrolment)
    paper = read(enrolment)

    with django_assert_max_num_queries(12):
        draw_grids(paper, list(ChannelCode), FILLED, at=AT)
