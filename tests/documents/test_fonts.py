"""The committed faces are the ones that were chosen."""

import hashlib

import pytest
from fontTools.ttLib import TTFont

from documents.glyphs import FACES, FONTS

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

    assert font.getBestCmap()[ord("'")] == font.getBestCmap()[ord("’")]
    assert font["OS/2"].fsType == 0
