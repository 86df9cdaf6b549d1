"""The same row gives the same bytes wherever it is drawn."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRAW = """
import hashlib, django
django.setup()
from documents.drawing import Attachment
from tests.documents.papers import draw_paper, paper_context
facts = Attachment("faits.json", b"{}", "Les faits")
name = {"birth_name": "Nguyễn-Łukaszewicz", "usual_name": "D’Hérouville"}
print(hashlib.sha256(draw_paper(paper_context(holder=name, specimen=True), attachments=[facts])).hexdigest())
"""


def drawn_elsewhere(home: Path, **environment: str) -> str:
    """The paper's hash, drawn by a process that has its own home, clock, language and fonts."""
    home.mkdir()
    (home / "fonts.conf").write_text('<?xml version="1.0"?><fontconfig><dir>/usr/share/fonts</dir></fontconfig>')
    kept = {name: os.environ[name] for name in ("PATH", "SECRET_KEY", "TEST_DATABASE_URL") if name in os.environ}
    given = {"HOME": str(home), "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", DRAW],
        env=kept | given | environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_another_machine_gives_the_same_bytes(tmp_path):
    fonts = {"FONTCONFIG_FILE": str(tmp_path / "b" / "fonts.conf"), "FONTCONFIG_PATH": str(tmp_path / "b")}

    here = drawn_elsewhere(tmp_path / "a", TZ="Pacific/Auckland", LC_ALL="C", PYTHONHASHSEED="1")
    there = drawn_elsewhere(tmp_path / "b", TZ="America/Lima", LC_ALL="tr_TR.UTF-8", PYTHONHASHSEED="2", **fonts)

    assert len(here) == 64
    assert here == there
