"""Mails of kinds of our own, whose composers each test may change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from correspondence import composing
from correspondence.composing import Composition
from correspondence.models import Mail
from correspondence.services import post

NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def composers(monkeypatch):
    """By kind; « test.word » says something and « test.nothing » does not."""
    known = {
        "test.word": lambda mail, at: Composition("Un mot", f"Bonjour, {mail.facts.get('word', 'rien')}."),
        "test.nothing": lambda mail, at: None,
    }
    monkeypatch.setattr(composing, "composers", lambda: known)
    return known


@pytest.fixture
def queue(composers):
    """A mail in the outbox, which nobody has been told of."""

    def leave(kind="test.word", *, key="test:1", to="anne@example.org", at=NOW, **fields) -> Mail:
        with transaction.atomic():
            return post(kind, key=key, to=to, about="user:12", at=at, **fields)

    return leave


def fresh(mail: Mail) -> Mail:
    return Mail.objects.get(pk=mail.pk)
