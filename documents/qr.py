"""The QR code of a paper, as an image that travels inside the page."""

import segno

BORDER = 4  # the quiet zone, in modules


def qr_svg_data_uri(text: str) -> str:
    """Black on white with its quiet zone, and error level M: it is read from a creased paper or a poor copy."""
    return _code(text).svg_data_uri(border=BORDER, dark="#000", light="#fff")


def dark_modules_of(text: str) -> set[tuple[int, int]]:
    """Row and column of each dark module, quiet zone counted: what a page that holds this code must show."""
    rows = enumerate(_code(text).matrix, start=BORDER)
    return {(row, column) for row, modules in rows for column, is_dark in enumerate(modules, start=BORDER) if is_dark}


def _code(text: str) -> segno.QRCode:
    return segno.make(text, micro=False, error="m", boost_error=False)
