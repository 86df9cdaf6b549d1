"""What our typefaces can draw. A character without a glyph is refused before it becomes an empty box on a paper."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILIES = {
    "EB Garamond": ("EBGaramond-Regular", "EBGaramond-Italic", "EBGaramond-SemiBold"),
    "Inter": ("Inter-Regular", "Inter-Medium", "Inter-Bold"),
}
FACES = tuple(face for faces in FAMILIES.values() for face in faces)


def missing_glyphs(text: str, faces: Collection[str] = FACES) -> set[str]:
    """The characters of `text` that at least one of `faces` cannot draw."""
    characters = {character for character in text if character not in "\t\n\r"}
    return {character for character in characters for face in faces if ord(character) not in _coverage(face)}


def drawable(text: str, faces: Collection[str] = FACES, *, instead: str = "?") -> str:
    """`text` with `instead` where a face has no glyph: for working papers, whose texts people typed freely."""
    missing = missing_glyphs(text, faces)
    return "".join(instead if character in missing else character for character in text) if missing else text


@cache
def _coverage(face: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # Slow to import, and only the workers draw.

    with TTFont(FONTS / f"{face}.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())
