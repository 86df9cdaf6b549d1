"""A wrong file is refused at its line and key."""

import re

import pytest

from blocks import models, standard_file
from blocks.enums import Parameter
from blocks.services import STANDARD
from blocks.standard_file import Rules, StandardFileRefused
from blocks.toml_lines import line_at, lines_of

TEXT = STANDARD.read_text()

# id: what is replaced once in the shipped file, by what, the key that is named, what the message says
WRONG = {
    "a key unknown in a table": ('city = "Paris"', 'city = "Paris"\nfax = "1"', "awarding_body.fax", "unknown"),
    "a key unknown in an array": ('wording = "Suivre', 'text = "Suivre', "blocks.competencies.text", "unknown"),
    "a table unknown": ("[version]", "[versions]", "versions", "unknown"),
    "a rule unknown": ("[rules.appeal_months]", "[rules.appeal_weeks]", "rules.appeal_weeks", "unknown"),
    "a key missing": ('nsf_code = "313t"\n', "", "certification.nsf_code", "missing"),
    "a key missing in an array": ("sheet_number = 8\n", "", "blocks.sheet_number", "missing"),
    "a text for a number": ("sheet_number = 5", 'sheet_number = "5"', "blocks.sheet_number", "a whole number"),
    "true for a number": ("seats = 2", "seats = true", "jury_colleges.seats", "a whole number"),
    "a number for a text": ('city = "Paris"', "city = 75009", "awarding_body.city", "a text"),
    "a text for a day": ("ends_on = 2021-08-07", 'ends_on = "2021-08-07"', "registrations.ends_on", "a day"),
    "a moment for a day": ("ends_on = 2021-08-07", "ends_on = 2021-08-07T00:00:00", "registrations.ends_on", "a day"),
    "a text for a truth": ("open = false", 'open = "no"', "routes.open", "true or false"),
    "a text for an array": ('plan = ["company", "panel"]', 'plan = "panel"', "routes.plan", "an array"),
    "a table for an array": ("[[jury_colleges]]", "[jury_colleges]", "", "TOML"),
    "a number for a table": (
        '[rules.jury_quorum]\nvalue = 7\nsource = "default"',
        "[rules]\njury_quorum = 7",
        "rules.jury_quorum",
        "must be a table",
    ),
    "an empty text": ('city = "Paris"', 'city = ""', "awarding_body.city", "not empty"),
    "spaces around a text": ('city = "Paris"', 'city = " Paris"', "awarding_body.city", "without spaces"),
    "a decomposed letter": ('"Chargé(e)', '"Charge\u0301(e)', "certification.former_title", "NFC"),
    "a text too long": ('nsf_code = "313t"', f'nsf_code = "{"3" * 11}"', "certification.nsf_code", "at most 10"),
    "a word of another list": ('group = "common"', 'group = "shared"', "blocks.group", "common, specific, optional"),
    "an item of another list": ('"company", "panel"]', '"company", "jury"]', "routes.plan", "training, company, panel"),
    "no seat": ("seats = 1", "seats = 0", "jury_colleges.seats", "at least 1"),
    "an empty array": ('plan = ["company", "panel"]', "plan = []", "routes.plan", "not be empty"),
    "an item twice": ('plan = ["company", "panel"]', 'plan = ["panel", "panel"]', "routes.plan", "repeat panel"),
    "a block twice": ('code = "BC2"', 'code = "BC1"', "blocks.code", "already used"),
    "a sheet number twice": ("sheet_number = 2", "sheet_number = 1", "blocks.sheet_number", "already used"),
    "a catalogue key twice": ('"coordination-interne"', '"role-de-courtier"', "blocks.catalogue_key", "already used"),
    "a catalogue key with a space": ('"role-de-courtier"', '"role du courtier"', "blocks.catalogue_key", "a–z"),
    "a competency in two blocks": ('code = "C4"', 'code = "C3"', "blocks.competencies.code", "already used"),
    "a channel twice": ('code = "panel"', 'code = "company"', "channels.code", "already used"),
    "a part twice": ('"prepared_case"', '"work_simulation"', "channels.parts.code", "already used"),
    "a route twice": ('code = "vae"', 'code = "individual"', "routes.code", "already used"),
    "a resit by no channel": (
        'value = ["training", "company", "panel"]',
        'value = ["training", "jury"]',
        "rules.resit_channels.value",
        "training, company, panel",
    ),
    "a college twice": ('code = "expert"', 'code = "union"', "jury_colleges.code", "already used"),
    "an order twice": (
        "ordered_on = 2012-04-05",
        "ordered_on = 2009-01-28",
        "registrations.ordered_on",
        "already used",
    ),
    "an end before its start": ("ends_on = 2021-08-07", "ends_on = 2014-08-07", "registrations.ends_on", "starts_on"),
    "published before ordered": (
        "published_on = 2018-08-07",
        "published_on = 2018-07-07",
        "registrations.published_on",
        "ordered_on",
    ),
    "a mandatory block forgotten": (
        '"BC4", "BC5"]',
        '"BC4"]',
        "rules.mandatory_blocks.value",
        "BC1, BC2, BC3, BC4, BC5",
    ),
    "an option that is mandatory": ('["BC6",', '["BC5",', "rules.optional_blocks.value", "BC6, BC7, BC8"),
    "more options than there are": ("value = 2\n", "value = 4\n", "rules.optional_minimum.value", "number of optional"),
    "a quorum beyond the seats": ("value = 7\n", "value = 14\n", "rules.jury_quorum.value", "number of seats"),
    "an unknown college": (
        '["union", "employer"]',
        '["union", "state"]',
        "rules.jury_quorum_colleges.value",
        "union, employer, expert, training",
    ),
    "a channel that a plan needs left out": (
        TEXT[TEXT.index('[[channels]]\ncode = "panel"') : TEXT.index("# The six routes")],
        "",
        "routes.plan",
        "panel is no channel of this file",
    ),
    "a college that the quorum needs left out": (
        TEXT[TEXT.index('[[jury_colleges]]\ncode = "employer"') : TEXT.index('[[jury_colleges]]\ncode = "expert"')],
        "",
        "rules.jury_quorum_colleges.value",
        "employer is no college of this file",
    ),
    "another rating scale": ('"partially_acquired", ', "", "rules.rating_scale.value", "no other scale"),
    "proxies": (
        "[rules.proxies_allowed]\nvalue = false",
        "[rules.proxies_allowed]\nvalue = true",
        "rules.proxies_allowed.value",
        "no proxies",
    ),
    "a source unknown": (
        '\nsource = "default"',
        '\nsource = "custom"',
        "rules.rating_scale.source",
        "sheet, agreement",
    ),
    "a broken line": ('city = "Paris"', 'city = "Paris', "", "cannot be read as TOML"),
    "a key given twice": ('city = "Paris"', 'city = "Paris"\ncity = "Lyon"', "", "cannot be read as TOML"),
}


@pytest.mark.parametrize(("right", "wrong", "key", "message"), WRONG.values(), ids=WRONG)
def test_it_refuses(right, wrong, key, message):
    assert right in TEXT

    with pytest.raises(StandardFileRefused, match=re.escape(message)) as refusal:
        standard_file.parse(TEXT.replace(right, wrong, 1).encode())

    assert refusal.value.key == key


@pytest.mark.parametrize(
    ("right", "wrong", "at"),
    [
        ('wording = "Suivre', 'text = "Suivre', 'text = "Suivre'),
        ("seats = 1", "seats = 0", "seats = 0"),
        ("sheet_number = 8\n", "", '[[blocks]]\ncode = "BC7"'),
        ('plan = ["company", "panel"]', 'plan = [\n  "company",\n  "jury",\n]', "plan = [\n"),
        ("value = 7\n", "value = 14\n", "value = 14"),
        ('code = "C4"', 'code = "C3"', 'code = "C3"\nwording = "Recourir'),
        ('city = "Paris"', 'city = "Paris', 'city = "Paris'),
        ('city = "Paris"\n', 'city = """\nParis\n"""\n', 'city = """'),
    ],
    ids=["unknown", "wrong", "missing", "over several lines", "inconsistent", "repeated", "syntax", "long text"],
)
def test_it_names_the_line(right, wrong, at):
    text = TEXT.replace(right, wrong, 1)
    line = text[: text.index(at)].count("\n") + 1

    with pytest.raises(StandardFileRefused) as refusal:
        standard_file.parse(text.encode())

    assert refusal.value.line == line
    assert str(refusal.value).startswith(f"line {line}")


def test_it_refuses_another_encoding():
    with pytest.raises(StandardFileRefused, match="UTF-8") as refusal:
        standard_file.parse("# ok\ncity = 'Orléans'".encode("latin-1"))

    assert refusal.value.line == 2


def test_it_reads_the_line_ends_of_windows():
    assert standard_file.parse(TEXT.replace("\n", "\r\n").encode()) == standard_file.parse(TEXT.encode())


def test_layout_is_no_part_of_the_checksum():
    spaced = TEXT.replace('code = "BC1"', "# first\n\ncode   = 'BC1'")

    assert standard_file.parse(spaced.encode()).version_checksum == standard_file.parse(TEXT.encode()).version_checksum


@pytest.mark.parametrize(
    ("right", "other", "is_part"),
    [
        ('label = "2018"', 'label = "2022"', True),
        ("Suivre la vie", "Suivre toute la vie", True),
        ("value = 7\n", "value = 8\n", True),
        ("open = true", "open = false", True),
        ("10 rue Auber", "12 rue Auber", False),
        ("ends_on = 2021-08-07", "ends_on = 2021-08-08", False),
    ],
)
def test_the_checksum_follows_what_the_version_says(right, other, is_part):
    changed = standard_file.parse(TEXT.replace(right, other, 1).encode()).version_checksum

    assert (changed != standard_file.parse(TEXT.encode()).version_checksum) is is_part


def test_there_is_a_rule_for_each_parameter():
    assert list(Rules.__dataclass_fields__) == Parameter.values


@pytest.mark.parametrize(
    ("right", "field"),
    [
        ('short_name = "CSCA"', ("AwardingBody", "short_name")),
        ('agreement = "3110', ("Certification", "agreement")),
        ('label = "2018"', ("StandardVersion", "label")),
        ('code = "BC1"', ("Block", "code")),
        ('catalogue_key = "role-de-courtier"', ("CatalogueBlock", "key")),
        ('cdc_code = "VAE"', ("AccessRoute", "cdc_code")),
        ('code = "prepared_case"', ("ChannelPart", "code")),
    ],
)
def test_a_text_is_as_long_as_its_column_at_most(right, field):
    model = getattr(models, field[0])
    limit = model._meta.get_field(field[1]).max_length
    key = right.split(" = ")[0]

    standard_file.parse(_with_length(right, key, limit))
    with pytest.raises(StandardFileRefused, match=f"at most {limit}"):
        standard_file.parse(_with_length(right, key, limit + 1))


def _with_length(right: str, key: str, length: int) -> bytes:
    start = TEXT.index(right)
    end = TEXT.index("\n", start)
    text = TEXT[:start] + f'{key} = "{"x" * length}"' + TEXT[end:]
    return (text.replace('"BC1", "BC2"', f'"{"x" * length}", "BC2"') if right == 'code = "BC1"' else text).encode()


def test_lines_are_found_in_every_form_that_toml_has():
    text = "\n".join(
        [
            'a = 1  # "[not.a.table]"',
            "b.c = 2",
            '"d e" = [',
            "  1,",
            "]",
            "[t.u]",
            'v = """',
            "[[no]]",
            '"""',
            "[[w]]",
            "x = { y = 1 }",
            "[[w.z]]",
            "k = 1",
            "[[w]]",
            "[[w.z]]",
            "k = 2",
        ]
    )

    lines = lines_of(text)

    assert lines == {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 2,
        ("d e",): 3,
        ("d e", 0): 3,
        ("t",): 6,
        ("t", "u"): 6,
        ("t", "u", "v"): 7,
        ("w",): 10,
        ("w", 0): 10,
        ("w", 0, "x"): 11,
        ("w", 0, "x", "y"): 11,
        ("w", 0, "z"): 12,
        ("w", 0, "z", 0): 12,
        ("w", 0, "z", 0, "k"): 13,
        ("w", 1): 14,
        ("w", 1, "z"): 15,
        ("w", 1, "z", 0): 15,
        ("w", 1, "z", 0, "k"): 16,
    }
    assert line_at(lines, ("w", 1, "z", 0, "absent")) == 15
    assert line_at(lines, ("absent",)) == 1
