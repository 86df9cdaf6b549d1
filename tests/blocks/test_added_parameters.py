"""A version in use is given the parameters that a later release reads, and nothing else of it changes."""

from datetime import UTC, datetime

import pytest

from blocks.enums import Parameter
from blocks.facts import standard_of, standards_in_use
from blocks.models import RuleParameter, StandardVersion
from blocks.services import StandardVersionInUse, mark_in_use
from journal.models import Entry
from rulebook.outcomes import ChannelCode
from rulebook.resit import ResitRule

pytestmark = pytest.mark.django_db

AT = datetime(2020, 9, 1, 8, tzinfo=UTC)
LATER = datetime(2021, 9, 1, 8, tzinfo=UTC)
# What the first release recorded of the shipped file: its rules knew neither resits nor the clock of a VAE.
FIRST_CHECKSUM = "0aa69e39d6922f777c4d0182eddaecc6d54bd4c69dde7298ebab92519b83c7dd"
SINCE = [
    "resit_channels",
    "convening_days",
    "vae_reply_months",
    "declaration_months",
    "declaration_alert_days",
]


@pytest.fixture
def version(load) -> StandardVersion:
    """As the first release left it, in use."""
    version = load().version
    version.parameters.filter(key__in=SINCE).delete()
    version.checksum = FIRST_CHECKSUM
    version.save()
    mark_in_use(version, at=AT)
    return version


@pytest.fixture(autouse=True)
def nothing_kept():
    standards_in_use.clear()
    yield
    standards_in_use.clear()


def parameters(version: StandardVersion) -> dict[str, tuple]:
    return {row.key: (row.pk, row.value, row.source, row.reference, row.added_at) for row in version.parameters.all()}


def test_it_is_given_what_it_lacks(load, version):
    before = parameters(version)

    loaded = load(at=LATER)

    assert loaded.changes == (f"standard:RNCP31395/2018 completed: {', '.join(SINCE)}",)
    after = parameters(version)
    assert {key: row[-1] for key, row in after.items() if key not in before} == dict.fromkeys(SINCE, LATER)
    assert {key: after[key] for key in before} == before
    assert after.keys() == set(Parameter.values)
    version.refresh_from_db()
    assert (version.checksum, version.in_use_since) == (FIRST_CHECKSUM, AT)
    assert standard_of(version).resit == ResitRule(frozenset(ChannelCode))


def test_the_journal_says_so(load, version):
    load(at=LATER)

    entry = Entry.objects.order_by("seq").last()
    assert (entry.action, entry.subject, entry.at) == ("standard.completed", "standard:RNCP31395/2018", LATER)
    assert entry.after["rules"]["resit_channels"] == {"value": ["training", "company", "panel"], "source": "default"}


def test_given_once_it_stays(load, version):
    load(at=LATER)
    entries = Entry.objects.count()

    assert load(at=LATER).changes == ()
    with pytest.raises(StandardVersionInUse):
        load(('value = ["training", "company", "panel"]', 'value = ["panel"]'), at=LATER)
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("found", "replaced"), [("Suivre la vie", "Suivre toute la vie"), ("value = 7\n", "value = 8\n")]
)
def test_nothing_else_of_the_version_changes_on_the_way(load, version, found, replaced):
    with pytest.raises(StandardVersionInUse):
        load((found, replaced), at=LATER)

    assert not version.parameters.filter(key__in=SINCE).exists()


def test_until_then_a_version_that_does_not_say_opens_no_resit(version):
    RuleParameter.objects.create(version=version, key="vae_reply_months", value=2, source="law", added_at=LATER)

    assert standard_of(version).resit == ResitRule()
