"""The data of the standard, word for word against the official sheet."""

import re
import tomllib
from datetime import date

import pytest
from django.conf import settings

from blocks import standard_file
from blocks.services import STANDARD
from blocks.standard_file import StandardFile
from rulebook.outcomes import BlockGroup, ChannelCode

SHEET = settings.BASE_DIR.parent / "shared/sheet/rncp31395.txt"


def normalised(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip().rstrip(".").strip()


@pytest.fixture(scope="module")
def standard() -> StandardFile:
    return standard_file.parse(STANDARD.read_bytes())


@pytest.fixture(scope="module")
def sheet() -> str:
    if not SHEET.exists():
        pytest.skip("the official sheet is not beside the project")
    return SHEET.read_text()


@pytest.fixture(scope="module")
def numbered_blocks(sheet) -> dict[int, str]:
    """The text of each « Bloc de compétence n°X de la fiche », title first."""
    pieces = re.split(r"Bloc de compétence n°(\d) de la fiche n° 31395 - ", sheet)[1:]
    return {int(number): text for number, text in zip(pieces[::2], pieces[1::2], strict=True)}


def test_each_block_bears_the_number_and_title_of_the_sheet(standard, numbered_blocks):
    expected = {number: normalised(re.split(r"[\t<\n]", text)[0]) for number, text in numbered_blocks.items()}

    assert {block.sheet_number: normalised(block.title) for block in standard.blocks} == expected


def test_each_block_bears_its_code_and_title_of_the_sheet(standard, sheet):
    titles = {code: normalised(title) for code, title in re.findall(r"^(?:- )?(BC\d) - (.+)$", sheet, re.MULTILINE)}

    assert {block.code: normalised(block.title) for block in standard.blocks} == titles


def test_each_block_has_the_competencies_of_the_sheet(standard, numbered_blocks):
    for block in standard.blocks:
        listed = re.findall(r"<li>•(C\d+) ?- (.*?)</li>", numbered_blocks[block.sheet_number], re.DOTALL)

        assert [(item.code, normalised(item.wording)) for item in block.competencies] == [
            (code, normalised(wording)) for code, wording in listed
        ]


def test_each_competency_is_worded_as_in_the_list_of_capacities(standard, sheet):
    listed = dict(re.findall(r"^[-•] (C\d+) - (.+)$", sheet, re.MULTILINE))

    wordings = {item.code: normalised(item.wording) for block in standard.blocks for item in block.competencies}
    assert wordings == {code: normalised(wording) for code, wording in listed.items()}


def test_the_nineteen_competencies_are_there_once_each(standard):
    codes = [item.code for block in standard.blocks for item in block.competencies]

    assert codes == [f"C{number}" for number in range(1, 20)]


def test_no_block_has_the_same_number_in_both_systems(standard):
    assert all(block.code != f"BC{block.sheet_number}" for block in standard.blocks)
    assert {block.france_competencies_code for block in standard.blocks} == {None}


def test_three_blocks_are_common_and_three_optional(standard):
    groups = {block.code: block.group for block in standard.blocks}

    assert [code for code, group in groups.items() if group == BlockGroup.COMMON] == ["BC1", "BC2", "BC3"]
    assert [code for code, group in groups.items() if group == BlockGroup.SPECIFIC] == ["BC4", "BC5"]
    assert standard.rules.mandatory_blocks.value == ("BC1", "BC2", "BC3", "BC4", "BC5")
    assert standard.rules.optional_blocks.value == ("BC6", "BC7", "BC8")
    assert standard.rules.optional_minimum.value == 2


@pytest.mark.parametrize("text", ["title", "former_title", "agreement", "branch_agreement", "rome_title"])
def test_the_certification_is_worded_as_on_the_sheet(standard, sheet, text):
    assert getattr(standard.certification, text) in sheet


def test_codes_and_awarding_body_are_those_of_the_sheet(standard, sheet):
    certification = standard.certification

    assert standard.awarding_body.name in sheet
    assert f"Code RNCP : {certification.rncp_code.removeprefix('RNCP')}" in sheet
    assert f"{certification.nsf_code} {certification.nsf_title}" in sheet
    assert f"{certification.rome_code} : {certification.rome_title}" in sheet


def test_routes_parts_and_colleges_are_worded_as_on_the_sheet(standard, sheet):
    parts = [part.title for channel in standard.channels for part in channel.parts]
    words = normalised(sheet).lower()

    for route in standard.routes:
        assert route.title in sheet
    for part in (*parts, *(channel.title for channel in standard.channels)):
        assert part.removeprefix("Cas pratique : ").lower() in words
    for college in standard.jury_colleges:
        assert f"•{college.seats} {college.title}" in sheet


def test_a_jury_is_printed_beside_three_routes(standard, sheet):
    printed = {route.title for route in standard.routes if route.jury_printed}

    lines = [line for line in sheet.splitlines() if "Jury constitué" in line]
    assert {line.split("\t")[0] for line in lines} == printed
    assert len(printed) == 3


def test_the_registrations_are_the_three_of_the_sheet(standard):
    assert [
        (row.ordered_on, row.published_on, row.starts_on, row.ends_on, row.current_title)
        for row in standard.registrations
    ] == [
        (date(2009, 1, 28), date(2009, 2, 7), date(2009, 2, 7), date(2011, 2, 7), False),
        (date(2012, 4, 5), date(2012, 4, 14), date(2011, 2, 7), date(2015, 4, 14), False),
        (date(2018, 7, 30), date(2018, 8, 7), date(2015, 4, 14), date(2021, 8, 7), True),
    ]


def test_only_the_vae_goes_without_the_training_organisation_s_channel(standard):
    plans = {route.code: set(route.plan) for route in standard.routes}

    assert plans.pop("vae") == {ChannelCode.COMPANY, ChannelCode.PANEL}
    assert all(plan == set(ChannelCode) for plan in plans.values())
    assert {route.code for route in standard.routes if route.open} == {
        "apprenticeship",
        "continuing_training",
        "professionalisation_contract",
        "vae",
    }


def test_no_level_is_kept(standard):
    assert not re.search(r"niveau|level", STANDARD.read_text(), re.IGNORECASE)
    assert not {key for key in tomllib.loads(STANDARD.read_text())["certification"] if "level" in key}
