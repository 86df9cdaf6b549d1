"""The database itself refuses to change a version in use, whichever table holds the row."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, models, transaction

from blocks.guards import MESSAGE
from blocks.models import (
    AccessRoute,
    Block,
    CatalogueBlock,
    Channel,
    ChannelPart,
    Competency,
    JuryCollege,
    RuleParameter,
    StandardVersion,
)
from blocks.services import mark_in_use
from tests.builders.standard import load

pytestmark = pytest.mark.django_db

PLAN = AccessRoute.plan.through
CHANGES: dict[type[models.Model], dict[str, object]] = {
    Block: {"title": "Autre"},
    Competency: {"wording": "Autre"},
    Channel: {"title": "Autre"},
    ChannelPart: {"title": "Autre"},
    AccessRoute: {"is_open": True},
    PLAN: {"channel_id": models.F("channel_id")},
    JuryCollege: {"seats": 6},
    RuleParameter: {"value": 1},
}


@pytest.fixture
def version() -> StandardVersion:
    return load()


@pytest.fixture
def version_in_use(version) -> StandardVersion:
    mark_in_use(version, at=datetime(2020, 9, 1, tzinfo=UTC))
    return version


def update(model: type[models.Model]) -> None:
    model.objects.update(**CHANGES[model])


def delete(model: type[models.Model]) -> None:
    row = model.objects.order_by("pk").last()
    if model is Block:
        Competency.objects.filter(block=row)._raw_delete("default")
    if model is Channel:
        ChannelPart.objects.filter(channel=row)._raw_delete("default")
        PLAN.objects.filter(channel=row)._raw_delete("default")
    if model is AccessRoute:
        PLAN.objects.filter(accessroute=row)._raw_delete("default")
    model.objects.filter(pk=row.pk)._raw_delete("default")


def insert(model: type[models.Model]) -> None:
    row = model.objects.order_by("pk").first()
    row.pk = None
    if model is PLAN:
        row.accessroute, row.channel = AccessRoute.objects.get(code="vae"), Channel.objects.get(code="training")
    elif model is Block:
        row.code, row.sheet_number, row.catalogue_block = "BC9", 9, make_catalogue_block()
    elif model is RuleParameter:
        row.key = "another_rule"
    else:
        row.code = "other"
    row.save(force_insert=True)


def make_catalogue_block():
    return CatalogueBlock.objects.create(key="autre", title="Autre")


WRITES = [update, delete, insert]
each_table = pytest.mark.parametrize("model", CHANGES, ids=lambda model: model._meta.db_table)
each_write = pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)


@each_table
@each_write
def test_a_version_in_use_refuses(version_in_use, model: type[models.Model], write: Callable):
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        write(model)


@each_table
@each_write
def test_a_version_not_in_use_allows(version, model: type[models.Model], write: Callable):
    with transaction.atomic():
        write(model)


def test_a_version_in_use_is_neither_renamed_nor_released_nor_deleted(version_in_use):
    row = StandardVersion.objects.filter(pk=version_in_use.pk)

    for change in ({"label": "autre"}, {"in_use_since": None}, {"checksum": ""}):
        with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
            row.update(**change)
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        row._raw_delete("default")


def test_a_parameter_that_the_rules_did_not_read_may_be_added_and_stays(version_in_use):
    """Dated, so that it is told from those of the first day; by no other way, and never twice."""
    added = RuleParameter(version=version_in_use, key="another_rule", value=1, source="default")
    added.added_at = datetime(2021, 9, 1, tzinfo=UTC)
    added.save()

    for change in ({"value": 2}, {"added_at": None}):
        with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
            RuleParameter.objects.filter(pk=added.pk).update(**change)
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        added.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleParameter.objects.create(
            version=version_in_use, key="appeal_months", value=6, source="default", added_at=added.added_at
        )


def test_no_parameter_is_moved_into_a_version_in_use_either(version_in_use):
    other = StandardVersion.objects.create(
        certification=version_in_use.certification, label="2022", starts_on=version_in_use.starts_on, checksum=""
    )
    rule = RuleParameter.objects.create(
        version=other, key="another_rule", value=1, source="default", added_at=datetime(2021, 9, 1, tzinfo=UTC)
    )

    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        RuleParameter.objects.filter(pk=rule.pk).update(version=version_in_use)


def test_a_row_is_not_moved_into_a_version_in_use(version_in_use):
    other = StandardVersion.objects.create(
        certification=version_in_use.certification, label="2022", starts_on=version_in_use.starts_on, checksum=""
    )
    college = JuryCollege.objects.create(version=other, code="expert", title="experts", seats=1, position=1)

    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        JuryCollege.objects.filter(pk=college.pk).update(version=version_in_use, code="other")


def test_registrations_may_be_recorded_while_a_version_is_in_use(version_in_use):
    registration = version_in_use.certification.registrations.last()
    registration.pk, registration.ordered_on = None, registration.ends_on

    registration.save(force_insert=True)

    assert version_in_use.certification.registrations.count() == 4
