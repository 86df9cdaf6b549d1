"""The papers beside certificates: as short as what they say, and never cut where they are read as one."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from documents.checks import check_drawing

from .accompanying import BODY, draw_duplicate, draw_extract, draw_letter, letter_blocks
from .papers import SEVEN, draw_paper, paper_context
from .test_papers import LONG_NAME

NONE = {kind: [] for kind in ("acquired", "held", "refused", "deferred", "awaited")}
LETTERS = {
    "full_award": {"blocks": NONE | {"acquired": letter_blocks(*SEVEN)}, "is_complete": True},
    "partial_award": {},
    "no_award": {"blocks": NONE | {"refused": letter_blocks(*SEVEN)}},
    "absent": {"blocks": NONE | {"awaited": letter_blocks(*SEVEN)}},
}
EVERY_NAME_LONG = dict.fromkeys(("birth_name", "first_names", "usual_name", "birth_place"), LONG_NAME)
NO_PLACE_TO_BREAK = {"birth_name": "W" * 120, "first_names": "W" * 120}
HOLDERS = pytest.mark.parametrize(
    "holder", [EVERY_NAME_LONG, NO_PLACE_TO_BREAK], ids=["four times 120 characters", "no place to break"]
)


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_takes_one_page(kind):
    """The body's whole name above, as the awarding body of the sheet is called."""
    body = BODY | {"name": paper_context()["awarding_body"]["name"]}

    drawing = draw_letter(kind=kind, awarding_body=body, **LETTERS[kind])

    check_drawing(drawing, texts=["Contester cette décision", "Pour le jury, le secrétariat"], pages=1)


def test_a_letter_that_takes_more_signs_nothing_alone():
    reason = "La pièce d’identité du candidat manque au dossier, et le jury demande à la lire avant de décider."

    drawing = draw_letter(kind="no_award", blocks=NONE | {"deferred": letter_blocks(*SEVEN, reason=reason)})

    assert drawing.pages == 2
    assert "Une réponse motivée" in _pages(drawing)[1]


def test_an_extract_takes_one_page():
    drawing = draw_extract(addenda=[])

    check_drawing(drawing, texts=["Le dossier a été complété.", "Extrait conforme au procès-verbal"], pages=1)


def test_an_addendum_is_read_in_one_piece():
    pages = _pages(draw_extract())

    [told] = [page for page in pages if "Additif n°" in page]
    assert "Au lieu de : 6 pour" in told
    assert "Lire : 7 pour" in told


@HOLDERS
def test_the_longest_names_stand_on_a_block_statement(holder):
    drawing = draw_paper(paper_context(kind="block_statement", codes=["BC4"], holder=holder))

    check_drawing(drawing, texts=[f"{holder['first_names']}{holder['birth_name']}"], pages=1)


@HOLDERS
def test_the_longest_names_stand_on_the_cover_of_a_duplicate(holder):
    drawing = draw_duplicate(holder=holder, reason="Détruit par un sinistre, d’après la déclaration faite. " * 4)

    check_drawing(drawing, texts=[f"{holder['first_names']}{holder['birth_name']}"], pages=1)


def _pages(drawing) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(drawing)).pages]
