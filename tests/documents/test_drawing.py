from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from documents.drawing import DrawingRefused, draw
from documents.engine import draw_html

from .papers import DRAWN_AT, draw_paper, paper_context


def draw_body(body: str):
    html = f'<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head><body>{body}</body></html>'
    return draw_html(html, stylesheet="certificate.css", title="Essai", created_at=DRAWN_AT)


def test_the_same_input_gives_the_same_bytes(certificate):
    again = draw_paper(paper_context())

    assert again == certificate


def test_every_thread_gives_the_same_bytes(certificate):
    with ThreadPoolExecutor(2) as pool:
        drawings = list(pool.map(draw_paper, [paper_context(), paper_context()]))

    assert drawings == [certificate, certificate]


@pytest.mark.parametrize("paper", ["certificate", "block_statement", "minutes"])
def test_only_our_faces_are_used_and_all_are_embedded(paper, request):
    reader = PdfReader(BytesIO(request.getfixturevalue(paper)))

    descriptors = [
        item
        for number in range(1, reader.trailer["/Size"])
        if isinstance(item := reader.get_object(number), DictionaryObject) and item.get("/Type") == "/FontDescriptor"
    ]

    assert descriptors
    assert all("/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in descriptors)
    families = {str(descriptor["/FontFamily"]) for descriptor in descriptors}
    assert families <= {"EB Garamond", "Inter"}


@pytest.mark.parametrize("paper", ["certificate", "block_statement", "minutes"])
def test_the_file_says_it_is_archivable_and_accessible(paper, request):
    root = PdfReader(BytesIO(request.getfixturevalue(paper))).trailer["/Root"]
    xmp = root["/Metadata"].get_object().get_data().decode()

    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    assert 'pdfuaid:part="1"' in xmp
    assert xmp.count("<rdf:RDF") == 1


def test_the_file_bears_the_title_and_the_moment_given(certificate):
    properties = PdfReader(BytesIO(certificate)).metadata

    assert properties.title == paper_context()["title"]
    assert properties.creation_date == properties.modification_date == DRAWN_AT


def test_a_moment_without_time_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        draw("papers/certificate.html", {}, stylesheet="certificate.css", title="", created_at=datetime(2021, 3, 15))  # noqa: DTZ001


@pytest.mark.parametrize("value", ["<b>Zoé</b>", "<script>x</script>", "{{ 7|add:7 }}", "{% now 'Y' %}", "a & b < c"])
def test_markup_in_a_name_is_shown_as_text(value):
    drawing = draw_paper(paper_context(holder={"birth_name": value}))

    assert value in drawing.text


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:9/x", "https://example.test/x", "ftp://x/y"]
)
@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{}" alt="">',
        '<object data="{}"></object>',
        '<embed src="{}">',
        '<link rel="attachment" href="{}">',
        '<link rel="stylesheet" href="{}">',
        '<style>@import "{}";</style>',
        '<p style="background: url({})">x</p>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}" width="9" height="9"/></svg>',
        '<a href="{}">x</a>',
    ],
    ids=["img", "object", "embed", "attachment", "stylesheet", "import", "background", "svg", "link"],
)
def test_nothing_foreign_is_reached(markup, address):
    with pytest.raises(DrawingRefused):
        draw_body(markup.format(address))


def test_an_attachment_is_refused_even_from_the_page_itself():
    with pytest.raises(DrawingRefused, match="pièce jointe"):
        draw_body('<link rel="attachment" href="data:text/plain,x">')


@pytest.mark.parametrize("markup", ['<img src="mark.svg" alt="">', '<img src="data:image/png,x" alt="">'])
def test_the_least_complaint_of_the_renderer_refuses_the_drawing(markup):
    with pytest.raises(DrawingRefused, match="Le moteur de dessin signale"):
        draw_body(markup)


@pytest.mark.parametrize("name", ["Юлия", "小林", "Zoé 🎓", "\ue000"])
def test_a_character_our_faces_lack_is_refused(name):
    with pytest.raises(DrawingRefused, match="ne savent pas dessiner"):
        draw_paper(paper_context(holder={"birth_name": name}))


def test_another_typeface_is_refused():
    with pytest.raises(DrawingRefused, match="n'est pas des nôtres"):
        draw_body('<p style="font-family: serif">x</p>')


def test_a_value_the_context_lacks_is_named():
    context = paper_context()
    del context["holder"]["birth_name"]

    with pytest.raises(DrawingRefused, match=r"holder\.birth_name"):
        draw_paper(context)


def test_a_text_that_no_size_fits_is_refused_with_its_words():
    with pytest.raises(DrawingRefused, match="trop long pour sa place : « Maëlle Joséphine WWWW"):
        draw_paper(paper_context(holder={"birth_name": "W" * 1000}))


def test_a_field_shrinks_until_it_fits():
    style = "p {font-size: 26px; height: 30px; line-height: 30px; width: 60px} [data-step='2'] {font-size: 9px}"

    drawing = draw_body(f'<style>{style}</style><p data-fit="2">trop de mots</p>')

    assert drawing.text == "trop de mots"
