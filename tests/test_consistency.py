"""The house itself: what no single test of a feature would notice."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from journal.guards import all_guards, missing_guards
from tests.addresses import TECHNICAL, walk

APPS = [
    "accounts",
    "blocks",
    "candidates",
    "certificates",
    "correspondence",
    "evaluations",
    "journal",
    "juries",
    "organisations",
]
TEMPLATES = Path(settings.BASE_DIR) / "templates"
PYTHON = [path for app in [*APPS, "documents", "rncp31395"] for path in (settings.BASE_DIR / app).rglob("*.py")]

# Open to somebody who has not signed in; a new address is not until it is written here.
PUBLIC = {
    "account_login",
    "account_resume",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "certificates:verify_form",
    "certificates:verify",
    "convening:answer",
    "certificates:verify_file",
    "certificates:verify_fingerprint",
    "robots",
    "certificates:credential_address",
    "certificates:verified_credential",
    "certificates:verified_credential_token",
    "certificates:did_document",
    "certificates:key_set",
    "certificates:status_list",
    "certificates:status_list_token",
    "certificates:holder",
    "certificates:take_back",
    "certificates:holder_paper",
    "certificates:holder_supplement",
    "certificates:holder_credential",
    "certificates:holder_credential_token",
    "certificates:share",
    "certificates:shared",
    "organisations:accept",
    "referents:link",
    "referents:code",
    "referents:send_again",
}
ADDRESSES = [(name, path) for name, path in walk() if name.split(":")[0] != TECHNICAL]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "path"), ADDRESSES, ids=[name for name, _ in ADDRESSES])
def test_every_address_asks_to_sign_in_but_the_public_ones(client, name, path):
    response = client.get(path)

    asks = response.status_code == 302 and "/compte/connexion/" in response["Location"]
    assert asks is (name not in PUBLIC), f"{name} at {path} answered {response.status_code}"


def templates() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*") if path.is_file())


def test_every_template_is_used():
    """Named by the code, by another template, by a library that looks it up, or by the kind of an organisation."""
    looked_up = re.compile(
        r"^(account/|allauth/|admin/|[45]\d\d(_csrf)?\.html$"
        r"|organisations/(awarding_body|training_organisation|company)\.html$)"
    )
    sources = [path.read_text() for path in [*PYTHON, *TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]]

    unused = [
        name
        for name in templates()
        if not looked_up.match(name) and not any(f'"{name}"' in text or f"'{name}'" in text for text in sources)
    ]

    assert unused == []


def test_templates_have_no_inline_script_nor_style():
    inline = re.compile(r"\son\w+=\"|\sstyle=\"|<script>|<style>")

    assert [
        name for name in templates() if not name.startswith("papers/") and inline.search((TEMPLATES / name).read_text())
    ] == []


def fields() -> Iterator[models.Field]:
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            yield from model._meta.get_fields()


def test_labels_are_french_and_lower_case():
    acronyms = re.compile(r"^(SIRET|RNCP|NSF|ROME|CDC|VAE|ID)\b")
    labels = {
        str(field): str(field.verbose_name)
        for field in fields()
        if isinstance(field, models.Field) and not field.primary_key and field.editable
    }

    wrong = {name for name, label in labels.items() if label[0].isupper() and not acronyms.match(label)}
    assert wrong == set()


def test_what_proves_something_is_never_deleted_with_something_else():
    """A cascade is for what has no meaning alone; each is written here."""
    cascades = {
        str(field)
        for field in fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
    }

    assert cascades <= {
        "candidates.CohortDeadline.cohort",
        "evaluations.CompetencyRating.evaluation",
        "evaluations.GridSheet.job",
        "evaluations.PartResult.evaluation",
        "juries.PackSheet.dossier",
        "juries.PackSheet.pack",
    }


@pytest.mark.django_db
def test_every_guard_is_installed_and_named_once():
    names = [guard.name for guard in all_guards()]

    assert missing_guards() == []
    assert len(names) == len(set(names))
