import re
import shutil
import subprocess
from urllib.parse import unquote

import pytest
import zxingcpp
from PIL import Image

from documents.qr import qr_svg_data_uri

from .papers import ADDRESS

SCALE = 4


def painted(svg: str) -> Image.Image:
    """The drawing as pixels: one path, whose `h` are dark runs and whose `m` move the pen."""
    side = int(re.search(r"width='(\d+)'", svg)[1])
    image = Image.new("L", (side * SCALE, side * SCALE), 255)
    x, y = 0.0, 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", re.findall(r" d='([^']+)'", svg)[1]):
        if command == "h":
            row = int(y)
            image.paste(0, (int(x) * SCALE, row * SCALE, int(x + float(first)) * SCALE, (row + 1) * SCALE))
        start = (0.0, 0.0) if command == "M" else (x, y)
        x, y = start[0] + float(first), start[1] + float(second or 0)
    return image


def test_the_code_holds_the_address_at_error_level_m():
    [code] = zxingcpp.read_barcodes(painted(unquote(qr_svg_data_uri(ADDRESS))))

    assert code.text == ADDRESS
    assert code.ec_level == "M"


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) paints the page for this test")
@pytest.mark.parametrize("paper", ["certificate", "block_statement"])
def test_the_code_reads_from_the_paper(paper, request, tmp_path):
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(request.getfixturevalue(paper))

    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-singlefile", pdf, tmp_path / "paper"], check=True)  # noqa: S603, S607
    [code] = zxingcpp.read_barcodes(Image.open(tmp_path / "paper.pgm"))

    assert code.text == ADDRESS
