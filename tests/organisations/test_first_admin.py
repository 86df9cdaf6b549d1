import io
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from journal.models import Entry
from organisations.permissions import access_of
from tests.builders.organisations import make_admin, make_awarding_body

pytestmark = pytest.mark.django_db

PASSWORD = "un mot de passe assez long"


def first_admin(monkeypatch, *, password: str = PASSWORD, email: str = "claire@example.org") -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    output = StringIO()
    call_command("first_admin", email, "Claire", "Martin", stdout=output)
    return output.getvalue()


def test_a_new_installation_lets_its_first_admin_in(monkeypatch, client):
    make_awarding_body()

    first_admin(monkeypatch)

    user = User.objects.get()
    assert access_of(user).is_admin
    assert client.login(email="claire@example.org", password=PASSWORD)
    assert Entry.objects.get().action == "awarding_body.founded"


def test_once_there_is_an_admin_the_others_are_invited(monkeypatch):
    make_admin()

    with pytest.raises(CommandError, match="invites the others"):
        first_admin(monkeypatch)

    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"password": "court"}, "mot de passe"), ({"email": "personne"}, "adresse")],
    ids=["short password", "not an address"],
)
def test_what_cannot_be_is_refused(monkeypatch, fields, words):
    make_awarding_body()

    with pytest.raises(CommandError) as refused:
        first_admin(monkeypatch, **fields)

    assert words in str(refused.value)
    assert not User.objects.exists()


def test_it_asks_for_the_standard_first(monkeypatch):
    with pytest.raises(CommandError, match="load_standard"):
        first_admin(monkeypatch)
