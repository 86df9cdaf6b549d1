"""The QR code of a paper, as an image that travels inside the page."""

import segno


def qr_svg_data_uri(text: str) -> str:
    """Black on white with its quiet zone, and error level M: it is read from a creased paper or a poor copy."""
    code = segno.make(text, micro=False, error="m", boost_error=False)
    return code.svg_data_uri(border=4, dark="#000", light="#fff")
