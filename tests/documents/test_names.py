"""Difficult names are printed whole and unchanged, or refused with the reason; hostile ones are text."""

import os
import socket
import unicodedata
from io import BytesIO

import pytest
from pypdf import PdfReader

from documents.checks import Expected, check_paper
from documents.drawing import DrawingRefused

from .names import DRAWABLE, NAMES, PAYLOADS, REFUSED
from .papers import ADDRESS, TITLE, draw_paper, paper_context

SAMPLE = 25
ALL = os.environ.get("ALL_NAMES") == "1"  # A minute or two: every name, and every payload.


def some(texts: list[str], wanted: int) -> list[str]:
    return texts if ALL else texts[:: -(-len(texts) // wanted)]


def printed(name: str, field: str = "birth_name") -> bytes:
    """The certificate of this person, checked as any is before its seal."""
    paper = draw_paper(paper_context(holder={field: name}))
    check_paper(paper, Expected(title=TITLE, texts=[name], address=ADDRESS))
    return paper


def copied(pdf: bytes) -> str:
    """What somebody else's reader copies from the page, blanks left out."""
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return unicodedata.normalize("NFC", "".join(text.split()))


def test_there_are_three_hundred_names_and_fifty_payloads():
    assert len(set(NAMES)) == len(NAMES) == 300
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 50


@pytest.mark.parametrize("name", some(DRAWABLE, SAMPLE), ids=ascii)
def test_a_name_is_printed_whole_and_unchanged(name):
    assert "".join(unicodedata.normalize("NFC", name).split()) in copied(printed(name))


@pytest.mark.parametrize("name", some(REFUSED, SAMPLE), ids=ascii)
def test_a_name_that_cannot_be_printed_is_refused_with_the_reason(name):
    with pytest.raises(DrawingRefused) as refused:
        printed(name)

    assert refused.value.reasons


@pytest.mark.parametrize("payload", some(PAYLOADS, 10), ids=ascii)
def test_markup_in_a_name_is_printed_as_text_and_reaches_nothing(payload, monkeypatch):
    opened = []
    monkeypatch.setattr(socket.socket, "connect", lambda *address: opened.append(address))

    paper = printed(payload, "usual_name")  # Checked: no attachment, no link.

    assert "".join(payload.split()) in copied(paper)
    assert not PdfReader(BytesIO(paper)).attachments
    assert opened == []
