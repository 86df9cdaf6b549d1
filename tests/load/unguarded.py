"""The product without the check that a ballot meets before the database: for the control of the tests, never served."""

from rncp31395.wsgi import application  # noqa: F401, I001  (what gunicorn looks for; it sets up what follows)

from juries.services import votes


def _check_nothing(*_: object) -> None:
    return None


votes._check_ballot = _check_nothing
