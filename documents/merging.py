"""Several PDFs of ours in one file."""

from collections.abc import Iterable
from io import BytesIO


def merged(pdfs: Iterable[bytes], *, title: str) -> bytes:
    """In the order given; what is the same in several of them is kept once."""
    from pypdf import PdfReader, PdfWriter  # Only the workers merge.

    writer = PdfWriter()
    for pdf in pdfs:
        writer.append(PdfReader(BytesIO(pdf)), import_outline=False)
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    writer.add_metadata({"/Title": title})
    whole = BytesIO()
    writer.write(whole)
    return whole.getvalue()
