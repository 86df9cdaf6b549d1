"""What each paper shows, drawn from rows and checked in its bytes."""

import hashlib
import json
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from certificates import papers, printing
from certificates.keys import new_key
from certificates.models import Certificate, Duplicate
from documents import sealing
from documents.drawing import DrawingRefused
from documents.reading import PaperReading
from tests.builders.candidates import make_candidate
from tests.builders.certificates import ISSUED_AT, make_certificate, make_holder
from tests.builders.organisations import make_admin

pytestmark = pytest.mark.django_db

ALL_COMPETENCIES = [f"C{number}" for number in range(1, 20)]


def published(**fields) -> Certificate:
    """As far as a supplement or a duplicate reads the row."""
    certificate = make_certificate(**fields)
    certificate.sha256 = hashlib.sha256(certificate.number.encode()).hexdigest()
    return certificate


def flat(text: str) -> str:
    return "".join(text.split())


def facts_in(pdf: bytes) -> dict:
    [file] = PaperReading(pdf).attachments
    assert (file.name, file.relationship) == ("faits.json", "Data")
    return json.loads(file.content)


def test_the_certificate_carries_what_it_says_for_machines():
    certificate = make_certificate()
    key = new_key()

    facts = facts_in(printing.draw_paper(certificate, key))

    assert (facts["format"], facts["version"]) == ("rncp31395.paper", 1)
    assert facts["number"] == certificate.number
    assert facts["holder"]["birth_name"] == certificate.candidate.birth_name
    assert [block["code"] for block in facts["blocks"]] == ["BC1", "BC2", "BC3", "BC4", "BC5", "BC6", "BC7"]
    assert facts["verification"] == {"address": f"http://testserver/verifier/{certificate.number}/{key}/", "key": key}


def test_the_drawn_paper_passes_the_check_with_its_key_and_no_other():
    certificate = make_certificate()
    key = new_key()
    paper = printing.draw_paper(certificate, key)

    printing.check_drawn(certificate, paper, key=key)
    with pytest.raises(DrawingRefused, match="code QR"):
        printing.check_drawn(certificate, paper, key=new_key())


def test_a_certificate_frozen_under_version_1_still_draws():
    certificate = make_certificate()
    del certificate.context["annex"]
    certificate.context["template_version"] = certificate.template_version = "1"
    key = new_key()

    printing.check_drawn(certificate, printing.draw_paper(certificate, key), key=key)

    with pytest.raises(printing.NoAnnex):
        printing.draw_supplement(certificate)


@pytest.mark.usefixtures("sealing_key")
def test_the_seal_is_said_in_whose_name_it_is():
    paper = printing.draw_paper(make_certificate(), new_key())

    assert flat(f"Document scellé électroniquement par {sealing.seal_holder()}") in flat(PaperReading(paper).text)
    assert sealing.read_seal(sealing.sealed(paper)).signer == sealing.seal_holder()


def test_without_a_key_nothing_is_said_of_a_seal():
    paper = printing.draw_paper(make_certificate(), new_key())

    assert "scellé" not in paper.text


def test_the_supplement_lists_every_competency_and_tells_the_held_ones():
    certificate = published()

    supplement = printing.draw_supplement(certificate)

    text = PaperReading(supplement).text
    assert all(f"\n{code}\n" in text for code in ALL_COMPETENCIES)
    assert text.count("hors de ce certificat") == 1
    assert flat(text).count(flat("acquis le 30 juin 2021")) == 7
    assert certificate.sha256 in flat(text)
    assert supplement.pages > 1
    assert all(f"Page {number} / {supplement.pages}" in text for number in range(1, supplement.pages + 1))
    assert len(facts_in(supplement)["annex"]["blocks"]) == 8


@pytest.mark.parametrize(("route", "unrequired"), [("continuing_training", 0), ("vae", 1)])
def test_the_supplement_says_which_channels_the_route_asks_for(route, unrequired):
    supplement = printing.draw_supplement(published(route=route))

    text = " ".join(supplement.text.split())
    assert text.count("non requise pour cette voie d'accès") == unrequired
    assert "Observation au poste" in text
    assert "cinq représentants de la CSCA" in text


@pytest.mark.parametrize("words", ["niveau", "france compétences", "sous réserve"])
def test_no_paper_ever_says(words):
    certificate = published()

    for paper in (printing.draw_paper(certificate, new_key()), printing.draw_supplement(certificate)):
        assert words not in PaperReading(paper).text.lower()


def test_without_registration_neither_paper_nor_supplement_speaks_of_the_rncp():
    certificate = published()
    certificate.context["registration"] = None

    for paper in (printing.draw_paper(certificate, new_key()), printing.draw_supplement(certificate)):
        text = PaperReading(paper).text.lower()
        assert "rncp" not in text
        assert "répertoire" not in text


def test_a_long_name_fits_the_supplement_or_is_refused():
    name = "de La Rochefoucauld-Montmorency d'Hérouville " * 2
    certificate = published(candidate=make_candidate(birth_name=name.strip(), first_names=name.strip()))

    assert name.strip() in " ".join(printing.draw_supplement(certificate).text.split())


def duplicate_of(certificate: Certificate, *, reason="original perdu lors d'un déménagement") -> Duplicate:
    context = printing.duplicate_context(certificate, rank=1, reason=reason, made_on=date(2023, 2, 3).isoformat())
    json.dumps(context)  # It is frozen as it is.
    return Duplicate(
        certificate=certificate, rank=1, reason=reason, context=context, made_by=make_admin(), made_at=ISSUED_AT
    )


def test_the_cover_of_a_duplicate_carries_the_original_byte_for_byte():
    certificate = published()
    original = bytes(printing.draw_paper(certificate, new_key()))

    cover = printing.draw_duplicate(duplicate_of(certificate), original)

    reading = PaperReading(cover)
    [attached] = reading.attachments
    assert attached.content == original
    assert (attached.name, attached.relationship) == (f"{certificate.number}.pdf", "Source")
    for said in (certificate.number, certificate.sha256, "déménagement", "3 février 2023"):
        assert flat(said) in flat(reading.text)
    assert cover.pages == 1
    assert PdfReader(BytesIO(cover)).metadata.title == f"Duplicata 1 – {certificate.number}"


def test_a_reason_too_long_for_one_page_is_refused():
    with pytest.raises(DrawingRefused, match="au lieu de 1"):
        printing.draw_duplicate(duplicate_of(published(), reason="perdu " * 900), b"%PDF-1.7")


def test_a_statement_has_no_annex():
    context = papers.paper_context(
        make_holder(),
        [],
        kind="block_statement",
        number="BLOC-2021-000001",
        delivered_on=date(2021, 6, 30),
        registration=None,
    )

    assert context["annex"] is None
