"""Reading a laid out document: what it shows, and what would be cut or misdrawn.

`Page._page_box` is WeasyPrint's own tree of boxes, not a published interface: its version is pinned and tests hold it.
"""

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure.boxes import BlockContainerBox, LineBox, TextBox

from .glyphs import FAMILIES, missing_glyphs

TOLERANCE = 0.5  # In CSS pixels: what rounding may add to a line that fits.


def shown_text(document: Any) -> str:
    return "\n".join(box.text for page in document.pages for box in _text_boxes(page._page_box))


def overflowing_fields(document: Any) -> list[Any]:
    """The elements marked `data-fit` whose lines leave their box."""
    fields = [box for page in document.pages for box in _boxes(page._page_box) if _is_field(box)]
    return [field.element for field in fields if any(_leaves(box, field) for box in _boxes(field))]


def flaws(document: Any) -> list[str]:
    found = []
    if document.metadata.attachments or any(link[0] != "internal" for page in document.pages for link in page.links):
        found.append("Le document contient un lien ou une pièce jointe.")
    for page in document.pages:
        for box in _text_boxes(page._page_box):
            found += _flaws_of_text(box, page)
    return found


def _flaws_of_text(box: Any, page: Any) -> list[str]:
    found = []
    if box.position_x < 0 or box.position_x + box.width > page.width or box.position_y + box.height > page.height:
        found.append(f"Ce texte sort de la page : « {box.text} ».")
    family = box.style["font_family"][0]
    if family not in FAMILIES:
        found.append(f"La police « {family} » n'est pas des nôtres.")
    elif missing := missing_glyphs(box.text, FAMILIES[family]):
        characters = ", ".join(f"{character} (U+{ord(character):04X})" for character in sorted(missing))
        found.append(f"Nos polices ne savent pas dessiner : {characters}.")
    return found


def _boxes(box: Any) -> Iterator[Any]:
    yield from box.descendants(placeholders=True)  # Placeholders stand for positioned boxes.


def _text_boxes(box: Any) -> Iterator[Any]:
    return (descendant for descendant in _boxes(box) if isinstance(descendant, TextBox))


def _is_field(box: Any) -> bool:
    return isinstance(box, BlockContainerBox) and box.element is not None and "data-fit" in box.element.attrib


def _leaves(box: Any, field: Any) -> bool:
    """Words are held to the width, lines to the height: the ink of a letter may pass its line, which is no fault."""
    if isinstance(box, TextBox):
        left = field.content_box_x()
        return _is_outside(box.position_x, box.width, left, left + field.width)
    if isinstance(box, LineBox):
        top = field.content_box_y()
        return _is_outside(box.position_y, box.height, top, top + field.height)
    return False


def _is_outside(start: float, length: float, low: float, high: float) -> bool:
    return start < low - TOLERANCE or start + length > high + TOLERANCE
