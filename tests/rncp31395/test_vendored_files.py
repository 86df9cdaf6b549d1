"""What static/ takes from others is what was copied: pinned, hashed, licensed, complete."""

import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

STATIC = Path(settings.BASE_DIR) / "static"
MANIFEST = json.loads((STATIC / "vendor/manifest.json").read_text())


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_it_is_the_file_that_was_copied(name: str) -> None:
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == MANIFEST[name]


def test_every_vendored_file_is_in_the_manifest() -> None:
    vendored = [path for folder in ("vendor", "fonts") for path in (STATIC / folder).rglob("*") if path.is_file()]

    names = {path.relative_to(STATIC).as_posix() for path in vendored} - {"vendor/manifest.json"}

    assert names <= MANIFEST.keys()


def test_packages_are_pinned_by_version_and_integrity() -> None:
    wanted = json.loads((settings.BASE_DIR / "package.json").read_text())["devDependencies"]
    locked = json.loads((settings.BASE_DIR / "package-lock.json").read_text())["packages"]

    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package for path, package in locked.items() if path)


def test_the_lock_file_names_no_registry() -> None:
    locked = json.loads((settings.BASE_DIR / "package-lock.json").read_text())["packages"]

    assert not [path for path, package in locked.items() if "resolved" in package]


def test_the_stylesheet_asks_for_no_other_file() -> None:
    stylesheet = (STATIC / "vendor/bootstrap/bootstrap.min.css").read_text()

    assert "sourceMappingURL" not in stylesheet
    assert "@import" not in stylesheet


@pytest.mark.parametrize("weight", [400, 500, 600])
def test_the_screen_font_writes_every_name(weight: int) -> None:
    characters = TTFont(STATIC / f"fonts/inter-{weight}.woff2").getBestCmap()

    assert not [
        letter
        for letter in "Nguyễn Łukasz Œuvré Ñandú Şahin Ģirts « 1 234 € » n° № ✓ – ’"
        if ord(letter) not in characters
    ]
