"""Working papers: several in one file, free texts, files put together."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from documents.drawing import DrawingRefused
from documents.engine import draw_pages
from documents.glyphs import drawable
from documents.merging import merged

AT = datetime(2021, 5, 20, 8, 0, tzinfo=UTC)
LONG = "<p>Une observation.</p>" * 120


def pages(*bodies, title="Essai"):
    head = '<!DOCTYPE html><html lang="fr"><title>x</title><body class="grids">'
    htmls = [f"{head}{body}</body></html>" for body in bodies]
    return draw_pages(htmls, stylesheet="grid.css", title=title, created_at=AT)


def texts(pdf):
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def fonts(pdf):
    reader = PdfReader(BytesIO(pdf))
    objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    return [item for item in objects if isinstance(item, DictionaryObject) and item.get("/Type") == "/FontDescriptor"]


def test_each_paper_numbers_its_own_pages():
    drawing = pages(LONG, "Le second.")

    found = texts(drawing)
    assert drawing.pages == len(found) >= 3
    assert found[0].endswith(f"Page 1 / {len(found) - 1}")
    assert found[-1].startswith("Le second.")
    assert found[-1].endswith("Page 1 / 1")
    assert "Le second." in drawing.text


def test_it_has_its_title_and_our_faces_alone():
    drawing = pages("Un texte.", title="Grilles")

    reader = PdfReader(BytesIO(drawing))
    assert reader.metadata.title == "Grilles"
    assert {str(font["/FontFamily"]) for font in fonts(drawing)} == {"Inter"}
    assert drawing == pages("Un texte.", title="Grilles")


@pytest.mark.parametrize(
    "body", ["👍", '<img src="https://example.org/x.png" alt="">', '<a href="https://example.org">x</a>']
)
def test_it_refuses_what_other_papers_refuse(body):
    with pytest.raises(DrawingRefused):
        pages("Un texte.", body)


def test_files_are_put_together_in_order_what_they_share_once():
    names = ["Liane", "Aline", "Nilea"]
    drawings = [pages(f"{name} ") for name in names]

    whole = merged(drawings, title="Tous")

    assert [text.split()[0] for text in texts(whole)] == names
    assert PdfReader(BytesIO(whole)).metadata.title == "Tous"
    assert len(merged([drawings[0]] * 10, title="Tous")) < 5 * len(drawings[0])


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Déjà vu : œuvre, 3 €, « Nguyễn »", "Déjà vu : œuvre, 3 €, « Nguyễn »"),
        ("Bien 👍🏽 fait", "Bien ?? fait"),
        ("Иван", "????"),
        ("deux\nlignes\tet", "deux\nlignes\tet"),
        ("", ""),
    ],
)
def test_what_our_faces_lack_is_replaced(typed, drawn):
    assert drawable(typed, ("Inter-Regular",)) == drawn
