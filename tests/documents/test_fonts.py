"""The committed faces are the ones that were chosen."""

import hashlib
import unicodedata
from collections import Counter

import pytest
from fontTools.ttLib import TTFont

from documents.glyphs import FACES, FAMILIES, FONTS

MANIFEST = dict(reversed(line.split("  ")) for line in (FONTS / "SHA256SUMS").read_text().splitlines())


@pytest.mark.parametrize("name", MANIFEST)
def test_each_file_has_the_hash_of_the_manifest(name):
    assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == MANIFEST[name]


def test_the_manifest_names_every_face_and_its_licence():
    assert set(MANIFEST) == {f"{face}.ttf" for face in FACES} | {"OFL-EBGaramond.txt", "OFL-Inter.txt"}
    assert {file.name for file in FONTS.glob("*.ttf")} <= set(MANIFEST)


@pytest.mark.parametrize("face", FACES)
def test_a_typed_apostrophe_is_drawn_curved_and_may_be_embedded(face):
    font = TTFont(FONTS / f"{face}.ttf")
    straight, curved = (font.getBestCmap()[ord(character)] for character in "'’")

    assert font["glyf"][straight] == font["glyf"][curved]
    assert font["hmtx"][straight] == font["hmtx"][curved]
    assert font["OS/2"].fsType == 0


@pytest.mark.parametrize("face", FACES)
def test_no_glyph_stands_for_two_characters_so_that_what_is_copied_is_what_was_typed(face):
    """Whoever copies from the file gets one character a glyph: the first that was drawn with it. Blanks apart."""
    characters = TTFont(FONTS / f"{face}.ttf").getBestCmap()
    glyphs = Counter(glyph for code, glyph in characters.items() if not chr(code).isspace())

    assert [glyph for glyph, uses in glyphs.items() if uses > 1] == []


@pytest.mark.parametrize("face", FAMILIES["EB Garamond"])
def test_the_face_of_names_covers_latin_with_all_its_diacritics(face):
    covered = set(TTFont(FONTS / f"{face}.ttf").getBestCmap())
    latin = [*range(0x20, 0x250), *range(0x1E00, 0x1F00), *range(0x300, 0x324)]
    letters_and_marks = {code for code in latin if unicodedata.category(chr(code))[0] in "LM"}

    assert {f"U+{code:04X}" for code in letters_and_marks - covered} == set()
    assert set(range(0x20, 0x7F)) <= covered
