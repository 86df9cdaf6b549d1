"""What is looked at in the bytes of a paper before they are sealed, each flaw made on purpose."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from documents.checks import Expected, check_paper
from documents.drawing import Attachment, Drawing, DrawingRefused
from documents.qr import qr_svg_data_uri

from .papers import ADDRESS, TITLE, draw_paper, paper_context

FACTS = Attachment("faits.json", b'{"version": 1}', "Les faits")
EXPECTED = Expected(title=TITLE, texts=["Maëlle", "D'Hérouville"], pages=1, address=ADDRESS, attachments=[FACTS])


@pytest.fixture(scope="module")
def paper() -> Drawing:
    return draw_paper(paper_context(), attachments=[FACTS])


def altered(paper: bytes, alter) -> bytes:
    """The paper with one thing changed in its structure, written again."""
    written = BytesIO()
    with pikepdf.open(BytesIO(paper)) as pdf:
        alter(pdf)
        pdf.save(written)
    return written.getvalue()


def test_a_paper_as_it_should_be_passes(paper):
    check_paper(paper, EXPECTED)
    check_paper(altered(paper, lambda pdf: None), EXPECTED)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"texts": ["Jean Valjean"]}, "Il manque sur le document : « Jean Valjean »"),
        ({"texts": ["D'Herouville"]}, "Il manque sur le document"),
        ({"pages": 2}, "1 page"),
        ({"title": "Autre"}, "titre"),
        ({"address": ADDRESS + "x"}, "code QR"),
        ({"address": ""}, "code QR"),
        ({"attachments": []}, "pièces jointes"),
        ({"attachments": [replace(FACTS, content=b"{}")]}, "pièces jointes"),
        ({"attachments": [replace(FACTS, relationship="Source")]}, "pièces jointes"),
        ({"attachments": [FACTS, replace(FACTS, name="autre.json")]}, "pièces jointes"),
    ],
)
def test_another_paper_than_expected_is_refused(paper, changes, reason):
    with pytest.raises(DrawingRefused, match=reason):
        check_paper(paper, replace(EXPECTED, **changes))


def uri_annotation(pdf):
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.test/"))
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=pdf.make_indirect(action)
    )
    pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))


def script_at_opening(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def named_script(pdf):
    pdf.Root.Names.JavaScript = pikepdf.Dictionary(Names=[])


def launch_on_page(pdf):
    pdf.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("x")))


def action_in_outline(pdf):
    del pdf.Root.Outlines.First["/Dest"]
    pdf.Root.Outlines.First.A = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.test/"))


def form(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[])


def without_language(pdf):
    del pdf.Root["/Lang"]


def without_tags(pdf):
    del pdf.Root["/StructTreeRoot"]


def without_conformance(pdf):
    pdf.Root.Metadata = pdf.make_stream(pdf.Root.Metadata.read_bytes().replace(b'pdfuaid:part="1"', b""))


def unassociated(pdf):
    del pdf.Root["/AF"]


def without_embedded_font(pdf):
    for font in pdf.pages[0].Resources.Font.values():
        del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def foreign_font(pdf):
    for font in pdf.pages[0].Resources.Font.values():
        font.DescendantFonts[0].FontDescriptor.FontFamily = pikepdf.String("Arial")


def whole_font(pdf):
    for font in pdf.pages[0].Resources.Font.values():
        font.BaseFont = pikepdf.Name("/EB-Garamond")


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (uri_annotation, "/Annots"),
        (script_at_opening, "/OpenAction"),
        (named_script, "/JavaScript"),
        (launch_on_page, "/AA"),
        (action_in_outline, "/A"),
        (form, "/AcroForm"),
        (without_language, "langue"),
        (without_tags, "structuré"),
        (without_conformance, "PDF/UA-1"),
        (unassociated, "associées"),
        (without_embedded_font, "incorporée"),
        (foreign_font, "nôtres"),
        (whole_font, "entière"),
    ],
)
def test_a_flaw_in_the_bytes_is_refused(paper, alter, reason):
    with pytest.raises(DrawingRefused, match=reason):
        check_paper(altered(paper, alter), EXPECTED)


def test_the_code_of_another_address_is_refused():
    context = paper_context()
    context["verification"]["qr"] = qr_svg_data_uri(ADDRESS.replace("7K3Q", "7K3R"))

    with pytest.raises(DrawingRefused, match="code QR"):
        check_paper(draw_paper(context, attachments=[FACTS]), EXPECTED)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"<html>"])
def test_what_is_no_paper_is_refused(content):
    with pytest.raises(DrawingRefused, match="ne se relit pas"):
        check_paper(content, EXPECTED)
