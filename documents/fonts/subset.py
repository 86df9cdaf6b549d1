"""Make the faces beside this file from the full ones: `python subset.py NODE_MODULES/@expo-google-fonts`.

Run by hand when a typeface is updated; the faces and their manifest are committed, so drawing never needs it.
Three things are changed from the original, as the licence allows (neither typeface reserves its name): only the
characters of names in Latin letters remain; the straight apostrophe people type is drawn as the curved one,
with a glyph of its own so that the text of the document keeps the character that was typed; a missing narrow no-break
space is a thin space.
"""

import hashlib
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

FACES = {
    "EBGaramond-Regular": "eb-garamond/400Regular/EBGaramond_400Regular",
    "EBGaramond-Italic": "eb-garamond/400Regular_Italic/EBGaramond_400Regular_Italic",
    "EBGaramond-SemiBold": "eb-garamond/600SemiBold/EBGaramond_600SemiBold",
    "Inter-Regular": "inter/400Regular/Inter_400Regular",
    "Inter-Medium": "inter/500Medium/Inter_500Medium",
    "Inter-Bold": "inter/700Bold/Inter_700Bold",
}
LICENCES = {"OFL-EBGaramond.txt": "eb-garamond/LICENSE_FONT", "OFL-Inter.txt": "inter/LICENSE_FONT"}
# Latin and its extensions, letters of West Africa and Azerbaijan, the marks that compose, French typography.
CHARACTERS = (
    "U+0020-024F,U+0253,U+0254,U+0256,U+0257,U+0259,U+025B,U+0263,U+0268,U+0272,U+0289,U+02BB,"
    "U+0300-0331,U+1E00-1EFF,U+2000-206F,U+20AC,U+2116,U+2190-2193,U+2713"
)
FEATURES = "kern,liga,mark,mkmk,ccmp,locl,smcp,c2sc,case,lnum,onum,pnum,tnum"
STRAIGHT_APOSTROPHE, CURVED_APOSTROPHE = 0x27, 0x2019
NARROW_NO_BREAK_SPACE, THIN_SPACE = 0x202F, 0x2009


def adapt_to_french(font: TTFont) -> None:
    characters = font.getBestCmap()
    draw_alike(font, characters[STRAIGHT_APOSTROPHE], characters[CURVED_APOSTROPHE])
    for table in font["cmap"].tables:
        if THIN_SPACE in table.cmap:
            table.cmap.setdefault(NARROW_NO_BREAK_SPACE, table.cmap[THIN_SPACE])


def draw_alike(font: TTFont, glyph: str, model: str) -> None:
    """Give `glyph` the outline, the width, the substitutes and the kerning of `model`."""
    font["glyf"][glyph] = deepcopy(font["glyf"][model])
    font["hmtx"][glyph] = font["hmtx"][model]
    for substitution in subtables(font, "GSUB", "SingleSubst"):
        same(substitution.mapping, glyph, model)
    for kerning in subtables(font, "GPOS", "PairPos"):
        if kerning.Format == 1:
            kern_pairs_alike(font, kerning, glyph, model)
            continue
        covered = dict.fromkeys(kerning.Coverage.glyphs)
        for table in (kerning.ClassDef1.classDefs, kerning.ClassDef2.classDefs, covered):
            same(table, glyph, model)
        kerning.Coverage.glyphs = sorted(covered, key=font.getGlyphID)


def kern_pairs_alike(font: TTFont, kerning: Any, glyph: str, model: str) -> None:
    pairs = dict(zip(kerning.Coverage.glyphs, kerning.PairSet, strict=True))
    same(pairs, glyph, model)
    for pair in pairs.values():
        seconds = {record.SecondGlyph: record for record in pair.PairValueRecord}
        same(seconds, glyph, model)
        for second, record in seconds.items():
            record.SecondGlyph = second
        pair.PairValueRecord = [seconds[second] for second in sorted(seconds, key=font.getGlyphID)]
        pair.PairValueCount = len(seconds)
    kerning.Coverage.glyphs = sorted(pairs, key=font.getGlyphID)
    kerning.PairSet = [pairs[first] for first in kerning.Coverage.glyphs]
    kerning.PairSetCount = len(pairs)


def same(table: dict[str, Any], glyph: str, model: str) -> None:
    table.pop(glyph, None)
    if model in table:
        table[glyph] = deepcopy(table[model])


def subtables(font: TTFont, name: str, kind: str) -> Iterator[Any]:
    for lookup in font[name].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            subtable = getattr(subtable, "ExtSubTable", subtable)
            if type(subtable).__name__ == kind:
                yield subtable


def main(source: Path, target: Path) -> None:
    for name, original in FACES.items():
        face = target / f"{name}.ttf"
        # The original's own dates are kept: the same source gives the same bytes.
        font = TTFont(source / f"{original}.ttf", recalcTimestamp=False)
        adapt_to_french(font)
        font.save(face)
        subset.main(
            [
                str(face),
                f"--output-file={face}",
                f"--unicodes={CHARACTERS}",
                f"--layout-features={FEATURES}",
                "--no-hinting",
                "--name-IDs=*",
            ]
        )
    for name, original in LICENCES.items():
        (target / name).write_bytes((source / original).read_bytes())
    committed = sorted([*target.glob("*.ttf"), *target.glob("OFL-*.txt")])
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in committed]
    (target / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).resolve().parent)
