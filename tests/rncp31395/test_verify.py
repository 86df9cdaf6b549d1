import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from certificates import drawing
from journal.guards import all_guards
from tests.builders.certificates import ISSUED_AT, make_certificate

pytestmark = pytest.mark.django_db


def verify(*arguments: str) -> str:
    output = StringIO()
    call_command("verify", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def issued():
    return drawing.draw_certificate(make_certificate().pk, at=ISSUED_AT)


def without_guards(sql: str, *parameters: object) -> None:
    """As somebody who owns the database could."""
    for guard in all_guards():
        guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    for guard in all_guards():
        guard.install(connection)


def broken() -> set[str]:
    output = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", "--json", stdout=output)
    return {line["code"] for line in map(json.loads, output.getvalue().splitlines()) if not line["kept"]}


def test_a_sound_database_keeps_every_promise(issued):
    report = verify()

    assert "BROKEN" not in report
    for app in ("journal", "certificates", "juries", "evaluations", "candidates"):
        assert f"kept    {app}." in report


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        pytest.param("UPDATE journal_entry SET action = 'autre' WHERE seq = 1", "journal.chain", id="an entry"),
        pytest.param(
            "UPDATE certificates_certificatefile SET sha256 = 'faux'", "certificates.file", id="a stored document"
        ),
        pytest.param("UPDATE certificates_numbercounter SET last = 9", "certificates.numbers", id="a number"),
        pytest.param(
            "UPDATE certificates_certificate SET delivered_on = '2021-01-01'", "certificates.context", id="a date"
        ),
        pytest.param(
            "DELETE FROM candidates_acquiredblock WHERE id = (SELECT MIN(id) FROM candidates_acquiredblock)",
            "certificates.earned",
            id="an acquired block",
        ),
    ],
)
def test_what_was_altered_behind_the_application_is_found(issued, sql, code):
    without_guards(sql)

    assert code in broken()


def test_a_guard_that_somebody_dropped_is_found(issued):
    all_guards()[0].remove(connection)

    assert "database.guards" in broken()
