"""What each paper says, and never says."""

import unicodedata

import pytest

from documents.checks import check_drawing
from documents.drawing import DrawingRefused, draw

from .papers import BC4_COMPETENCIES, BLOCK_TITLES, DRAWN_AT, TITLE, draw_paper, minutes_context, paper_context

LONG_NAME = ("de La Rochefoucauld-Montmorency de Bourbon-Busset d'Hérouville-Saint-Clair et de Castellane " * 2)[:120]


def test_the_certificate_says_everything_a_certificate_must(certificate):
    context = paper_context()

    check_drawing(
        certificate,
        pages=1,
        texts=[
            TITLE,
            context["awarding_body"]["name"],
            "code RNCP31395, par arrêté du 30 juillet 2018 publié au Journal officiel du 7 août 2018",
            "NSF 313t",
            "Maëlle Joséphine D'Hérouville",
            "née le 1er mars 1998 à Lyon 3e (Rhône)",
            "qui a acquis les sept blocs",
            *(f"{block['code']}{block['title']}" for block in context["blocks"]),
            "Fait à Paris, le 15 mars 2021",
            "Le Président",
            "Hélène Kœnig",
            "N° 2021-000042",
            context["verification"]["display_url"],
            context["verification"]["key"],
        ],
    )


@pytest.mark.parametrize("words", ["niveau", "France compétences", "sous réserve", "SPÉCIMEN", "BC7"])
def test_the_certificate_never_says(words, certificate):
    assert words.lower() not in certificate.text.lower()


def test_without_registration_the_certificate_does_not_speak_of_the_rncp():
    drawing = draw_paper(paper_context(registration=None))

    assert "rncp" not in drawing.text.lower()
    assert "répertoire" not in drawing.text


def test_eight_blocks_stand_on_one_page():
    drawing = draw_paper(paper_context(codes=BLOCK_TITLES))

    check_drawing(drawing, texts=["les huit blocs", *BLOCK_TITLES.values()], pages=1)


@pytest.mark.parametrize(
    ("holder", "texts"),
    [
        pytest.param({"sex": "M"}, ["né le 1er mars"], id="man"),
        pytest.param({"usual_name": "Wójcik-Żółkiewska"}, ["nom d'usage : Wójcik-Żółkiewska"], id="usual name"),
        pytest.param({"first_names": "", "birth_name": "Ó"}, ["décerné àÓnée le"], id="no first name"),
        pytest.param(
            {"birth_name": "Nguyễn Thị Hằng", "first_names": "Łucja Ștefania"}, ["Nguyễn Thị Hằng"], id="marks"
        ),
        pytest.param(
            {"birth_name": LONG_NAME, "first_names": LONG_NAME, "usual_name": LONG_NAME, "birth_place": LONG_NAME},
            [f"{LONG_NAME}{LONG_NAME}nom d'usage : {LONG_NAME}née", f"à {LONG_NAME}"],
            id="four times 120 characters",
        ),
        pytest.param({"birth_name": "W" * 120, "first_names": "W" * 120}, ["W" * 240], id="no place to break"),
    ],
)
def test_a_holder_is_named_whole_and_as_given(holder, texts):
    drawing = draw_paper(paper_context(holder=holder))

    check_drawing(drawing, texts=texts, pages=1)


def test_a_name_is_drawn_in_the_form_it_was_given():
    decomposed = unicodedata.normalize("NFD", "Zoé")

    drawing = draw_paper(paper_context(holder={"birth_name": decomposed}))

    assert decomposed in drawing.text


def test_the_block_statement_says_it_is_not_the_certificate(block_statement):
    check_drawing(
        block_statement,
        pages=1,
        texts=[
            "Attestation d'acquisition de bloc de compétences",
            "Ce document n'est pas le certificat",
            f"BC4{BLOCK_TITLES['BC4']}",
            *(f"{code}{wording}" for code, wording in BC4_COMPETENCIES.items()),
            "1er mars 2021",
            TITLE,
        ],
    )


def test_a_specimen_says_so(block_statement):
    assert "SPÉCIMEN" in block_statement.text


def test_the_minutes_say_what_the_jury_did(minutes):
    check_drawing(
        minutes,
        pages=None,
        texts=[
            "le 1er mars 2021, de 9 h 05 à 17 h 40",
            "13 présents sur 13 sièges ; 7 requis",
            "Titulaire du siège 13",
            "employeur du candidat",
            "Łukasz Nguyễn I-2021-0005",
            "acquis voix prépondérante 6 6 0",
            "scellé le 1er mars 2021 à 18 h 02",
            "Claire Lefèvre",
        ],
    )


def test_each_page_of_the_minutes_is_numbered_and_bears_its_reference(minutes):
    assert minutes.pages > 1
    assert minutes.text.count("Session JURY-2021-03") == minutes.pages
    assert all(f"Page {number} / {minutes.pages}" in minutes.text for number in range(1, minutes.pages + 1))


def test_a_table_of_the_minutes_longer_than_a_page_repeats_its_header():
    context = minutes_context(dossiers=1, codes=list(BLOCK_TITLES) * 6)

    drawing = draw("papers/minutes.html", context, stylesheet="minutes.css", title="", created_at=DRAWN_AT)

    assert drawing.text.count("Avis entreprise") >= 2


def test_a_paper_that_lacks_a_text_is_refused(certificate):
    with pytest.raises(DrawingRefused, match="Il manque sur le document : « Jean Valjean »"):
        check_drawing(certificate, texts=["Jean Valjean"], pages=1)


def test_a_paper_of_another_length_is_refused(minutes):
    with pytest.raises(DrawingRefused, match="au lieu de 1"):
        check_drawing(minutes, texts=[], pages=1)
