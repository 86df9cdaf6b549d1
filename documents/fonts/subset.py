"""Make the faces beside this file from the full ones: `python subset.py NODE_MODULES/@expo-google-fonts`.

Run by hand when a typeface is updated; the faces and their manifest are committed, so drawing never needs it.
Three things are changed from the original, as the licence allows (neither typeface reserves its name): only the
characters of European and Vietnamese names remain; the straight apostrophe people type is drawn as the curved one,
while the text of the document keeps the character that was typed; a missing narrow no-break space is a thin space.
"""

import hashlib
import sys
from pathlib import Path

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
CHARACTERS = "U+0020-024F,U+1E00-1EFF,U+2000-206F,U+20AC,U+2116,U+2190-2193,U+2713,U+0300-0323"
FEATURES = "kern,liga,mark,mkmk,ccmp,locl,smcp,c2sc,case,lnum,onum,pnum,tnum"
STRAIGHT_APOSTROPHE, CURVED_APOSTROPHE = 0x27, 0x2019
NARROW_NO_BREAK_SPACE, THIN_SPACE = 0x202F, 0x2009


def adapt_to_french(font: TTFont) -> None:
    for table in font["cmap"].tables:
        if CURVED_APOSTROPHE in table.cmap:
            table.cmap[STRAIGHT_APOSTROPHE] = table.cmap[CURVED_APOSTROPHE]
            table.cmap.setdefault(NARROW_NO_BREAK_SPACE, table.cmap[THIN_SPACE])


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
