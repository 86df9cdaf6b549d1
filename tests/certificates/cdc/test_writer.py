"""The file as the schema wants it: by the official one where it is at hand, by what is known of it everywhere."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from certificates.cdc.records import DeclaredCertification, Flow
from certificates.cdc.writer import NAMESPACE, XSI, SchemaUnavailable, write_flow
from rulebook.cdc import Access, ExamMode, Holder, Initiative, Passage, VaeWay, judge_passage
from tests.rulebook.test_cdc import ABROAD, HOLDER, PASSAGE

from .schema import errors_of, needs_schema

MADE_AT = datetime(2022, 3, 2, 8, 30, 15, 123456, tzinfo=UTC)
IDENTIFIER = UUID("6e3c7378-bda4-497a-9bd6-dc203f903ed9")


def written(*passages, **fields):
    certification = DeclaredCertification("RNCP31395", passages or [PASSAGE])
    fields = {"client_id": "AB123CDE", "contract_id": "MCFCER000123", "certifications": [certification]} | fields
    return write_flow("1.1.2", Flow(identifier=IDENTIFIER, made_at=MADE_AT, **fields))


def found(content, name):
    return etree.fromstring(content).findall(f".//{{{NAMESPACE}}}{name}")


def text_of(content, name):
    return [element.text for element in found(content, name)]


@needs_schema
def test_a_file_is_valid_for_the_official_schema():
    abroad = replace(PASSAGE, technical_id="x-2", holder=ABROAD)
    vae = replace(PASSAGE, technical_id="x-3", access=Access.VAE, vae_way=VaeWay.ORDINARY)
    bare = replace(PASSAGE, holder=replace(HOLDER, birth_month=None, birth_day=None, birth_place=""))

    assert errors_of(written(PASSAGE, abroad, vae, bare)) == []


@needs_schema
def test_the_official_schema_is_asked():
    """The control: it does refuse what is wrong."""
    assert errors_of(written(replace(PASSAGE, exam_mode="DISTANCE")))
    assert errors_of(written(client_id="AB123CD"))
    assert errors_of(written(replace(PASSAGE, holder=replace(HOLDER, sex="H"))))
    assert errors_of(written(replace(PASSAGE, holder=replace(HOLDER, birth_name="N" * 61))))


@needs_schema
def test_two_hundred_passages_are_one_valid_file():
    content = written(*(replace(PASSAGE, technical_id=f"RNCP31395-{rank}") for rank in range(200)))

    assert errors_of(content) == []
    assert len(content) < 400_000


LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.one_of(
    st.text(LETTERS, max_size=70),
    st.sampled_from(["", "Lefèvre", "D'Hérouville-Łódź", "<&>\"'", "]]>", "N" * 60, "-- a", "𠮷野", "a\u0301"]),
)
DAYS = st.one_of(st.none(), st.dates(date(1890, 1, 1), date(2110, 1, 1)))
WORDS = {name: st.sampled_from(["", "?", *words]) for name, words in {"access": Access, "mode": ExamMode}.items()}
HOLDERS = st.builds(
    Holder,
    birth_name=TEXTS,
    first_name=TEXTS,
    second_name=TEXTS,
    third_name=TEXTS,
    usual_name=TEXTS,
    birth_place=TEXTS,
    country_name=TEXTS,
    birth_year=st.integers(1890, 2110),
    birth_month=st.one_of(st.none(), st.integers(-1, 14)),
    birth_day=st.one_of(st.none(), st.integers(-1, 33)),
    sex=st.sampled_from("MFH"),
    insee_code=st.sampled_from(["69381", "2A004", "97411", "99139", "NULL!", "", "154640"]),
    country_code=st.sampled_from(["", "139", "1"]),
)
PASSAGES = st.builds(
    Passage,
    technical_id=TEXTS,
    holder=HOLDERS,
    valid_from=DAYS.filter(bool),
    valid_until=DAYS,
    access=WORDS["access"],
    is_final=st.booleans(),
    exam_starts_on=DAYS,
    exam_ends_on=DAYS,
    exam_mode=WORDS["mode"],
    exam_postcode=st.sampled_from(["69001", "", "6900", "F-69001"]),
    vae_way=st.sampled_from(["", *VaeWay]),
    initiative=st.sampled_from(["", *Initiative]),
    enrolled_on=DAYS,
    proof_url=TEXTS,
    option_label=TEXTS,
)


def _mended(passage):
    """What is wrong is replaced from a whole record, until the rules accept: most random records are not."""
    while faults := judge_passage(passage):
        for fault in faults:
            if hasattr(HOLDER, fault.field):
                changed = {fault.field: getattr(HOLDER, fault.field)}
                if fault.field == "country_code" and passage.holder.insee_code.startswith("99"):
                    changed = {"country_code": passage.holder.insee_code[2:]}
                if fault.field == "birth_day":
                    changed = {"birth_day": 1}
                passage = replace(passage, holder=replace(passage.holder, **changed))
            elif fault.field == "vae_way":
                passage = replace(passage, vae_way=VaeWay.LEAVE if passage.access == Access.VAE else "")
            elif fault.code == "order":
                passage = replace(passage, **{fault.field: getattr(passage, fault.other)})
            else:
                passage = replace(passage, **{fault.field: getattr(PASSAGE, fault.field)})
    return passage


@needs_schema
@given(PASSAGES)
@settings(max_examples=300, deadline=None)
def test_whatever_our_own_rules_accept_the_official_schema_takes(passage):
    assert errors_of(written(_mended(passage))) == []


@needs_schema
@given(PASSAGES)
@settings(max_examples=300, deadline=None)
def test_the_rules_as_they_stand_never_let_an_invalid_record_pass(passage):
    if not judge_passage(passage):
        assert errors_of(written(passage)) == []


def test_the_moment_has_an_offset_in_figures_and_no_fraction():
    assert text_of(written(), "horodatage") == ["2022-03-02T09:30:15+01:00"]


def test_what_is_absent_is_left_out_or_said_nil():
    content = written()

    assert not found(content, "urlPreuve")
    assert not found(content, "voieAccessVAE")
    assert not found(content, "codePaysNaissance")
    for name in ("nomUsage", "dateFinValidite", "scoring", "mentionValidee"):
        (element,) = found(content, name)
        assert element.get(f"{{{XSI}}}nil") == "true"
        assert element.text is None


def test_somebody_born_abroad_is_declared_by_the_country():
    content = written(replace(PASSAGE, holder=ABROAD))

    assert text_of(content, "codeInsee") == ["99139"]
    assert text_of(content, "codePaysNaissance") == ["139"]


def test_markup_in_a_name_is_text():
    content = written(replace(PASSAGE, holder=replace(HOLDER, birth_name="<b>&amp;</b>]]>")))

    assert text_of(content, "nomNaissance") == ["<b>&amp;</b>]]>"]


@pytest.mark.parametrize("version", ["1.1.5", "2.0"])
def test_another_version_of_the_schema_is_refused_clearly(version):
    with pytest.raises(SchemaUnavailable, match=version):
        write_flow(version, Flow(IDENTIFIER, MADE_AT, "AB123CDE", "M", []))
