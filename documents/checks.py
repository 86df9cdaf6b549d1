"""The last look at a paper before it is kept."""

from collections.abc import Sequence

from .drawing import Drawing, DrawingRefused


def check_drawing(pdf: Drawing, *, texts: Sequence[str], pages: int | None) -> None:
    """Refuse a paper that does not show every one of `texts`, or that has not the expected number of pages.

    What `draw` refuses by itself (overflow, glyphs, foreign resources) has been checked already.
    """
    shown = _without_spaces(pdf.text)
    reasons = [f"Il manque sur le document : « {text} »." for text in texts if _without_spaces(text) not in shown]
    if pages is not None and pdf.pages != pages:
        reasons.append(f"Le document compte {pdf.pages} page(s) au lieu de {pages}.")
    if reasons:
        raise DrawingRefused(reasons)


def _without_spaces(text: str) -> str:
    """Where the lines break is the page's business."""
    return "".join(text.split())
