"""Copies what static/ takes from npm packages: Bootstrap's stylesheet, Inter for the screen, the icons used.

    npm ci --ignore-scripts && python tools/vendor.py

Writes static/vendor/manifest.json, the SHA-256 of every file written; a test hashes them again.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
STATIC = ROOT / "static"

FONT_WEIGHTS = {
    400: "400Regular/Inter_400Regular",
    500: "500Medium/Inter_500Medium",
    600: "600SemiBold/Inter_600SemiBold",
}
# Latin with every European diacritic and Vietnamese, punctuation, the euro, the numero sign, arrows, a check mark.
FONT_UNICODES = "U+0020-024F,U+1E00-1EFF,U+2000-206F,U+20AC,U+2116,U+2190-2193,U+2212,U+2713,U+0300-0323"
FONT_FEATURES = "kern,liga,calt,mark,mkmk,ccmp,locl,case,tnum,cv05,ss03"

# Our name, by what it means here, and Bootstrap Icons' name, by what it draws.
ICONS = {
    "add": "plus-lg",
    "archive": "archive",
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "attention": "exclamation-triangle-fill",
    "award": "award",
    "building": "bank",
    "calendar": "calendar3",
    "camera": "camera",
    "certificate": "patch-check",
    "check": "check-lg",
    "chevron-down": "chevron-down",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "clipboard": "clipboard-check",
    "clock": "clock",
    "close": "x-lg",
    "comment": "chat-left-text",
    "company": "building",
    "danger": "x-circle-fill",
    "document": "file-earmark-text",
    "download": "download",
    "edit": "pencil",
    "empty": "inbox",
    "export": "file-earmark-spreadsheet",
    "filter": "funnel",
    "hidden": "eye-slash",
    "history": "clock-history",
    "home": "house",
    "info": "info-circle",
    "journal": "journal-text",
    "key": "key",
    "list": "list-ul",
    "lock": "lock-fill",
    "mail": "envelope",
    "matrix": "grid-3x3-gap",
    "neutral": "dash-circle",
    "ok": "check-circle-fill",
    "pdf": "file-earmark-pdf",
    "pending": "hourglass-split",
    "people": "people",
    "person": "person",
    "place": "geo-alt",
    "print": "printer",
    "question": "question-circle",
    "repeat": "arrow-repeat",
    "scales": "diagram-3",
    "school": "mortarboard",
    "search": "search",
    "send": "send",
    "shield": "shield-check",
    "sign": "pen",
    "sign-out": "box-arrow-right",
    "trash": "trash",
    "undo": "arrow-counterclockwise",
    "unlock": "unlock",
    "upload": "upload",
    "video": "camera-video",
    "visible": "eye",
    "withdrawn": "slash-circle",
}


def copy_stylesheet() -> list[Path]:
    """Bootstrap's stylesheet without the mention of its source map, which is not shipped."""
    source = (PACKAGES / "bootstrap/dist/css/bootstrap.min.css").read_text()
    stylesheet = STATIC / "vendor/bootstrap/bootstrap.min.css"
    stylesheet.parent.mkdir(parents=True, exist_ok=True)
    stylesheet.write_text(re.sub(r"/\*# sourceMappingURL=.*?\*/\s*", "", source))
    return [stylesheet, copy_licence("bootstrap/LICENSE", "vendor/bootstrap/LICENSE")]


def subset_fonts() -> list[Path]:
    folder = STATIC / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    written = [copy_licence("@expo-google-fonts/inter/LICENSE_FONT", "fonts/LICENSE-Inter.txt")]
    for weight, name in FONT_WEIGHTS.items():
        target = folder / f"inter-{weight}.woff2"
        subset.main(
            [
                str(PACKAGES / f"@expo-google-fonts/inter/{name}.ttf"),
                f"--unicodes={FONT_UNICODES}",
                f"--layout-features={FONT_FEATURES}",
                "--no-hinting",
                "--flavor=woff2",
                f"--output-file={target}",
            ]
        )
        written.append(target)
    return written


def build_sprite() -> list[Path]:
    symbols = []
    for name, drawing in sorted(ICONS.items()):
        source = (PACKAGES / f"bootstrap-icons/icons/{drawing}.svg").read_text()
        shapes = re.search(r"<svg[^>]*>\s*(.*?)\s*</svg>", source, re.DOTALL)
        if shapes is None:
            raise ValueError(f"{drawing}.svg is not an SVG drawing.")
        body = re.sub(r"\s*\n\s*", "", shapes.group(1))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{body}</symbol>')
    sprite = STATIC / "icons.svg"
    sprite.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")
    return [sprite, copy_licence("bootstrap-icons/LICENSE", "vendor/bootstrap-icons/LICENSE")]


def copy_licence(source: str, target: str) -> Path:
    path = STATIC / target
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PACKAGES / source, path)
    return path


def write_manifest(written: list[Path]) -> None:
    hashes = {path.relative_to(STATIC).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in written}
    manifest = STATIC / "vendor/manifest.json"
    manifest.write_text(json.dumps(hashes, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    write_manifest(copy_stylesheet() + subset_fonts() + build_sprite())
