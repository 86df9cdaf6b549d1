from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from blocks.enums import Parameter
from blocks.models import Block, CatalogueBlock, Certification, Channel, Registration, StandardVersion
from blocks.services import (
    STANDARD,
    CertificationInUse,
    RegistrationRecorded,
    StandardVersionInUse,
    mark_in_use,
)
from blocks.standard_file import StandardFileRefused
from candidates.models import Cohort, CohortDeadline
from journal.models import Entry
from organisations.models import AwardingBody

pytestmark = pytest.mark.django_db

AT = datetime(2020, 9, 1, 8, tzinfo=UTC)
LATER = datetime(2021, 9, 1, 8, tzinfo=UTC)
ANOTHER_REGISTRATION = """
[[registrations]]
ordered_on = 2021-12-01
published_on = 2021-12-10
starts_on = 2021-12-11
ends_on = 2024-12-10
current_title = true

[version]
"""


@pytest.fixture
def version_in_use(load) -> StandardVersion:
    version = load().version
    mark_in_use(version, at=AT)
    return version


def test_it_records_the_whole_standard(load):
    version = load().version

    assert version.certification.rncp_code == "RNCP31395"
    assert version.certification.awarding_body.city == "Paris"
    assert version.certification.registrations.count() == 3
    assert (version.blocks.count(), version.channels.count(), version.routes.count()) == (8, 3, 6)
    assert sum(version.jury_colleges.values_list("seats", flat=True)) == 13
    assert version.parameters.count() == len(Parameter)
    assert {channel.code: channel.parts.count() for channel in version.channels.all()} == {
        "training": 2,
        "company": 2,
        "panel": 2,
    }
    assert [channel.code for channel in version.routes.get(code="vae").plan.order_by("position")] == [
        "company",
        "panel",
    ]
    assert version.in_use_since is None


def test_it_leaves_a_journal_entry_for_each_thing_recorded(load):
    loaded = load()

    entries = Entry.objects.order_by("seq")
    assert [entry.subject for entry in entries] == [
        "awarding_body:CSCA",
        "certification:RNCP31395",
        "registration:RNCP31395/2009-01-28",
        "registration:RNCP31395/2012-04-05",
        "registration:RNCP31395/2018-07-30",
        "standard:RNCP31395/2018",
    ]
    assert {(entry.actor, entry.at) for entry in entries} == {("system", AT)}
    assert entries.last().action == "standard.recorded"
    assert entries.last().after["checksum"] == loaded.version.checksum
    assert len(loaded.changes) == 6


def test_the_same_file_again_changes_nothing(load, django_assert_num_queries):
    version = load().version
    pks = set(Block.objects.values_list("pk", flat=True))
    entries = Entry.objects.count()

    with django_assert_num_queries(6):  # two of them the savepoint that the outer transaction is in a test
        again = load(at=LATER)

    assert again.version == version
    assert again.changes == ()
    assert set(Block.objects.values_list("pk", flat=True)) == pks
    assert Entry.objects.count() == entries


def test_another_layout_changes_nothing(load):
    load()

    assert load(("[[blocks]]", "# a comment\n[[blocks]]"), at=LATER).changes == ()


def test_a_version_not_in_use_is_updated_in_place(load):
    version = load().version

    updated = load(("Suivre la vie", "Suivre toute la vie"), ("value = 7\n", "value = 8\n"), at=LATER)

    assert updated.version == version
    assert updated.changes == ("standard:RNCP31395/2018 updated: checksum",)
    assert version.blocks.get(code="BC7").competencies.get().wording.startswith("Suivre toute la vie")
    assert version.parameters.get(key="jury_quorum").value == 8
    assert version.blocks.count() == 8
    entry = Entry.objects.order_by("seq").last()
    assert entry.action == "standard.updated"
    assert entry.before == {"checksum": version.checksum}
    assert entry.after == {"checksum": updated.version.checksum}


def test_two_blocks_of_a_version_not_in_use_may_exchange_their_numbers(load):
    load()

    version = load(
        ("sheet_number = 5", "sheet_number = 0x1"), ("sheet_number = 1\n", "sheet_number = 5\n"), at=LATER
    ).version

    assert {block.code: block.sheet_number for block in version.blocks.filter(code__in=["BC1", "BC2"])} == {
        "BC1": 1,
        "BC2": 5,
    }


def make_deadline(channel: Channel) -> CohortDeadline:
    cohort = Cohort.objects.create(
        name="Lyon 2020", version=channel.version, starts_on=date(2020, 9, 1), ends_on=date(2021, 8, 31)
    )
    return CohortDeadline.objects.create(cohort=cohort, channel=channel, due_on=date(2021, 6, 1))


def test_an_update_keeps_the_channels_that_have_deadlines(load):
    channel = load().version.channels.get(code="panel")
    deadline = make_deadline(channel)

    load(("par la commission d'évaluation", "par la commission"), at=LATER)

    deadline.refresh_from_db()
    assert deadline.channel.title == "Evaluation par la commission"


def test_it_refuses_to_drop_a_channel_that_has_deadlines(load):
    version = load().version
    make_deadline(version.channels.get(code="panel"))
    text = STANDARD.read_text()
    panel = text[text.index('[[channels]]\ncode = "panel"') : text.index("# The six routes")]
    plans = [('"company", "panel"]', '"company"]')] * 7  # and the resits

    with pytest.raises(StandardVersionInUse):
        load((panel, ""), *plans, at=LATER)

    assert version.blocks.count() == 8
    assert version.channels.count() == 3


@pytest.mark.parametrize(
    ("found", "replaced"),
    [
        ("Suivre la vie", "Suivre toute la vie"),
        ("value = 7\n", "value = 8\n"),
        ("open = false", "open = true"),
        ('source = "default"', 'source = "agreement"'),
    ],
)
def test_a_version_in_use_is_never_changed(load, version_in_use, found, replaced):
    entries = Entry.objects.count()

    with pytest.raises(StandardVersionInUse, match="give the file a new version label"):
        load((found, replaced), at=LATER)

    assert version_in_use.blocks.get(code="BC7").competencies.get().wording.startswith("Suivre la vie")
    assert Entry.objects.count() == entries


def test_the_same_file_is_welcome_while_its_version_is_in_use(load, version_in_use):
    assert load(at=LATER).changes == ()


def test_a_new_label_is_recorded_beside(load, version_in_use):
    loaded = load(
        ('label = "2018"', 'label = "2022"'), ("starts_on = 2015-04-14\n\n#", "starts_on = 2022-01-01\n\n#"), at=LATER
    )

    assert loaded.version != version_in_use
    assert loaded.changes == ("standard:RNCP31395/2022 recorded",)
    assert [version.label for version in StandardVersion.objects.in_force(date(2022, 6, 1))] == ["2022", "2018"]
    assert [version.label for version in StandardVersion.objects.in_force(date(2021, 6, 1))] == ["2018"]
    assert CatalogueBlock.objects.count() == 8
    assert Block.objects.count() == 16


def test_a_registration_may_be_added_at_any_time(load, version_in_use):
    loaded = load(("\n[version]\n", ANOTHER_REGISTRATION), at=LATER)

    assert loaded.changes == ("registration:RNCP31395/2021-12-01 recorded",)
    assert version_in_use.certification.registrations.count() == 4


def test_a_recorded_registration_does_not_change(load):
    load()

    with pytest.raises(RegistrationRecorded, match="2018-07-30 is recorded with another ends_on"):
        load(("ends_on = 2021-08-07", "ends_on = 2022-08-07"), at=LATER)

    assert Registration.objects.get(ordered_on=date(2018, 7, 30)).ends_on == date(2021, 8, 7)


def test_the_last_issue_date_of_a_registration_may_come_later_and_once(load, version_in_use):
    with_date = ("ends_on = 2021-08-07", "ends_on = 2021-08-07\nlast_issue_on = 2023-08-07")

    assert load(with_date, at=LATER).changes == ("registration:RNCP31395/2018-07-30 updated: last_issue_on",)
    assert Entry.objects.order_by("seq").last().before == {"last_issue_on": None}
    assert load(with_date, at=LATER).changes == ()
    with pytest.raises(RegistrationRecorded, match="another last_issue_on"):
        load(at=LATER)


def test_a_registration_that_the_file_does_not_name_stays(load):
    load(("\n[version]\n", ANOTHER_REGISTRATION))

    assert load(at=LATER).changes == ()
    assert Registration.objects.count() == 4


def test_the_title_of_a_certification_in_use_does_not_change(load, version_in_use):
    with pytest.raises(CertificationInUse, match="title"):
        load(("professionnelle Chargé de", "professionnelle Chargée de"), at=LATER)

    assert Certification.objects.get().title.endswith("Chargé de clientèle en courtage d'assurances")


def test_the_title_of_a_certification_not_in_use_is_corrected(load):
    load()

    assert load(("professionnelle Chargé de", "professionnelle Chargée de"), at=LATER).changes == (
        "certification:RNCP31395 updated: title",
    )


def test_the_awarding_body_may_move(load, version_in_use):
    assert load(("10 rue Auber", "12 rue Auber"), at=LATER).changes == ("awarding_body:CSCA updated: address",)
    assert AwardingBody.objects.get().address == "12 rue Auber, 75009 Paris"


def test_a_block_keeps_its_name_in_the_catalogue_once_a_version_in_use_words_it(load):
    renamed = ("Gérer la relation clientèle", "Gérer la relation avec les clients")
    load()
    load(renamed)
    mark_in_use(load(renamed).version, at=AT)

    load(('label = "2018"', 'label = "2022"'), at=LATER)

    assert CatalogueBlock.objects.get(key="relation-clientele").title == "Gérer la relation avec les clients"


def test_a_wrong_file_records_nothing(load):
    with pytest.raises(StandardFileRefused):
        load(("seats = 1", "seats = 0"))

    assert not Certification.objects.exists()
    assert not Entry.objects.exists()


def test_marking_a_version_in_use_happens_once(load):
    version = load().version
    stale = StandardVersion.objects.get()

    mark_in_use(version, at=AT)
    mark_in_use(version, at=LATER)
    mark_in_use(stale, at=LATER)

    assert version.in_use_since == stale.in_use_since == StandardVersion.objects.get().in_use_since == AT


class TestCommand:
    def run(self, *arguments) -> str:
        output = StringIO()
        call_command("load_standard", *arguments, stdout=output)
        return output.getvalue()

    def test_it_says_what_it_recorded(self):
        assert "standard:RNCP31395/2018 recorded" in self.run()

    def test_it_says_that_nothing_changes(self):
        self.run()

        assert self.run() == "RNCP31395 – 2018: nothing to change\n"

    def test_it_names_the_line_of_a_wrong_file(self, tmp_path):
        file = tmp_path / "wrong.toml"
        file.write_text(STANDARD.read_text().replace("[version]\n", "[version]\n\nlevel = 6\n"))
        line = STANDARD.read_text().split("[version]")[0].count("\n") + 3

        with pytest.raises(CommandError, match=rf"wrong\.toml: line {line}, version\.level: is unknown"):
            self.run(str(file))

    def test_it_says_why_a_version_in_use_is_not_changed(self, version_in_use, tmp_path):
        file = tmp_path / "other.toml"
        file.write_text(STANDARD.read_text().replace("value = 7", "value = 8"))

        with pytest.raises(CommandError, match="version 2018 is in use"):
            self.run(str(file))

    def test_it_says_that_there_is_no_such_file(self):
        with pytest.raises(CommandError, match="No such file"):
            self.run("/nowhere.toml")
