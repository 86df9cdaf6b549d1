"""What a request may change: a GET nothing, a POST what its form says and nothing else, on rows of one's own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from accounts.models import User
from certificates.models import CdcFlow
from juries.models import RatificationException, Recusal
from tests.addresses import ANYBODY, EVERYBODY, TABLE, Line
from tests.builders import juries as build
from tests.builders.branch import Branch
from tests.posts import FORMS, REFUSED, Sent
from tests.test_consistency import APPS
from tests.visitors import Visitors, body, undone

pytestmark = pytest.mark.django_db
MODELS: list[type[models.Model]] = [model for app in APPS for model in apps.get_app_config(app).get_models()]
# Drawn at random, or told in other words: what an entry says is told by the rows that it is about.
LEFT_OUT = {"stored_name", "password", "hash", "previous_hash", "subject", "before", "after", "key", "about", "facts"}

DRAWN = {CdcFlow: {"identifier", "content", "sha256"}}  # the file says its own identifier, which is drawn

Snapshot = dict[str, list[dict[str, Any]]]


def snapshot() -> Snapshot:
    """Every row of the product; primary keys by their rank, since a database gives none of them twice."""
    rows = {model: list(model._default_manager.order_by("pk").values()) for model in MODELS}
    ranks = {model: {row[model._meta.pk.attname]: rank for rank, row in enumerate(rows[model])} for model in MODELS}
    people = {f"user:{pk}": f"user ranked {rank}" for pk, rank in ranks[User].items()}

    def named(column: models.Field, value: Any) -> Any:
        return ranks[column.related_model].get(value) if column.related_model else people.get(str(value), value)

    def told(model: type[models.Model], row: dict[str, Any]) -> dict[str, Any]:
        kept = [column for column in model._meta.concrete_fields if not column.primary_key]
        left_out = LEFT_OUT | DRAWN.get(model, set())
        values = {column: row[column.attname] for column in kept if column.name not in left_out}
        return {column.name: named(column, value) for column, value in values.items()}

    return {model._meta.label: [told(model, row) for row in rows[model]] for model in MODELS}


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in MODELS}


def served_by(line: Line, method: str) -> list[str]:
    served = line.serves(method) or ""
    return {EVERYBODY: ["admin", "trainer", "nobody"], ANYBODY: ["anonymous", "trainer"]}.get(served, served.split())


READ = [line for line in TABLE if line.get]


@pytest.mark.parametrize("line", READ, ids=str)
def test_a_get_changes_nothing(visitors: Visitors, line: Line):
    before = counts()

    answers = {visitors.ask(role, line.path(visitors.branch)).status_code for role in served_by(line, "get")[:2]}
    visitors.ask(served_by(line, "get")[0], line.path(visitors.branch), method="head")

    assert answers <= {200, 204, 302}
    assert counts() == before


def test_what_only_posts_answers_405_to_a_get(visitors: Visitors):
    only_post = [line for line in TABLE if line.get is None]
    answers = {
        (str(line), role): visitors.ask(role, line.path(visitors.branch), method=method).status_code
        for line in only_post
        for role in served_by(line, "post")[:1]
        for method in ("get", "head")
    }

    assert len(only_post) >= 25
    assert set(answers.values()) == {405}


@pytest.mark.parametrize("method", ["put", "delete"])
def test_no_other_method_changes_anything(visitors: Visitors, method: str):
    wrote = {}
    for line in TABLE:
        role = (served_by(line, "post") or served_by(line, "get") or ["admin"])[0]
        response = visitors.try_out(role, line.path(visitors.branch), method=method)
        if visitors.written or response.status_code >= 500:
            wrote[str(line)] = response.status_code, dict(visitors.written)

    assert wrote == {}


# What a form says, and nothing else


def strange_fields(own: set[str]) -> dict[str, Any]:
    """A value for each column of the product that the form has no field for."""
    columns = {column.name: column for model in MODELS for column in model._meta.concrete_fields}
    fields = {name: strange_value(column) for name, column in columns.items()}
    fields |= {"pk": 1, "by": 1, "at": "2001-01-01", "acquired": "on", "organisation": fields["training_organisation"]}
    return {name: value for name, value in fields.items() if name not in own}


def strange_value(column: models.Field) -> Any:
    if column.related_model:
        return column.related_model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 1
    if column.choices:
        return column.flatchoices[-1][0]
    kinds = {"BooleanField": "on", "DateField": "2001-01-01", "DateTimeField": "2001-01-01T00:00"}
    return kinds.get(column.get_internal_type(), "7")


@pytest.mark.parametrize("sent", FORMS, ids=str)
def test_a_form_changes_what_it_says_and_nothing_else(branch: Branch, visitors: Visitors, sent: Sent):
    """With forty fields more and without them, the same rows are left."""
    left = []
    for is_crowded in (False, True):
        with undone():
            sent.given(branch)
            data = sent.data(branch)
            strange = strange_fields({*data, *sent.optional.split()})
            more = strange if is_crowded else {}
            answer = visitors.ask(sent.role, sent.path(branch), method="post", data={**data, **more})
            left.append((answer.status_code, dict(visitors.written), snapshot()))

    assert len(strange) >= 40
    assert visitors.written
    assert left[0] == left[1]


# The identifiers of others, where a form has a field for them


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_another_s_is_refused_and_nothing_written(branch: Branch, visitors: Visitors, sent: Sent):
    with undone():
        sent.given(branch)
        answer = visitors.ask(sent.role, sent.path(branch), method="post", data=sent.data(branch))
        written = dict(visitors.written)

    assert answer.status_code in {200, 302, 404, 422}
    assert written == {}


def test_a_conflict_is_declared_on_one_s_own_jury_alone(branch: Branch, visitors: Visitors):
    """A field for another jury’s dossier is no field of the form."""
    dossier = branch.convened.dossiers.get()
    with undone():
        visitors.ask(
            "undeclared",
            reverse("juries:declare", args=[branch.sitting.reference]),
            method="post",
            data={f"conflict_{dossier.pk}": "on", f"detail_{dossier.pk}": "Un cousin."},
        )

        assert not Recusal.objects.filter(dossier=dossier).exists()


def test_the_cpnefp_sends_back_what_that_jury_decided_alone(branch: Branch, visitors: Visitors):
    undecided = build.deliberation_on(branch.sitting)
    decision = {"decided_on": "2021-06-30", "chaired_by": "Camille Fontenay", f"reason_{undecided.pk}": "Un motif."}
    with undone():
        visitors.ask("admin", reverse("juries:ratify", args=[branch.sealed.reference]), method="post", data=decision)
        branch.sealed.refresh_from_db()

        assert branch.sealed.state == "ratified"
        assert not RatificationException.objects.exists()
    branch.sealed.refresh_from_db()


FILTERS = {
    "a cohort of the candidates": ("/candidats/?cohort={}", lambda branch: branch.other_cohort.pk),
    "an organisation of the candidates": ("/candidats/?organisation={}", lambda branch: branch.other_organisation.pk),
    "a name among the candidates": ("/candidats/?q={}", lambda branch: branch.stranger.candidate.birth_name),
    "a reference among the candidates": ("/candidats/?q={}", lambda branch: branch.stranger.reference),
    "a cohort of the evaluations": ("/evaluations/?cohort={}", lambda branch: branch.other_cohort.pk),
    "a name among the evaluations": ("/evaluations/?search={}", lambda branch: branch.stranger.candidate.birth_name),
    "a cohort to enrol in": ("/candidats/inscrire/?cohort={}", lambda branch: branch.other_cohort.pk),
    "an organisation to enrol in": (
        "/candidats/inscrire/?training_organisation={}",
        lambda branch: branch.other_organisation.pk,
    ),
}


@pytest.mark.parametrize(("address", "stranger"), FILTERS.values(), ids=FILTERS.keys())
def test_a_filter_tells_nothing_of_what_is_another_s(
    branch: Branch, visitors: Visitors, address: str, stranger: Callable[[Branch], object]
):
    """Asked for what exists and for what does not, the page says the same."""
    asked = str(stranger(branch))
    unknown = "999999" if asked.isdecimal() else "Inconnu"

    existing = body(visitors.ask("trainer", address.format(asked)))
    missing = body(visitors.ask("trainer", address.format(unknown)))

    # A list says again for which words it was asked; an identifier it never repeats.
    assert existing == (missing if asked.isdecimal() else missing.replace(unknown.encode(), asked.encode()))
