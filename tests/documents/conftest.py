import pytest

from documents.drawing import draw

from .papers import DRAWN_AT, draw_paper, minutes_context, paper_context


@pytest.fixture(scope="session")
def certificate():
    return draw_paper(paper_context())


@pytest.fixture(scope="session")
def block_statement():
    return draw_paper(paper_context(kind="block_statement", codes=["BC4"], specimen=True))


@pytest.fixture(scope="session")
def minutes():
    context = minutes_context(dossiers=5)
    return draw("papers/minutes.html", context, stylesheet="minutes.css", title="Procès-verbal", created_at=DRAWN_AT)
