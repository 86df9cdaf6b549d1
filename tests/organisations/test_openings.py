from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from journal.models import Entry
from organisations import services
from organisations.models import Accreditation, Company, TrainingOrganisation
from tests.builders.organisations import make_accreditation, make_admin, make_siret, make_training_organisation

pytestmark = pytest.mark.django_db

NOW = datetime(2021, 6, 30, 10, 0, tzinfo=UTC)

OPENINGS = [
    pytest.param(services.open_company, Company, "company", id="company"),
    pytest.param(
        services.open_training_organisation, TrainingOrganisation, "training_organisation", id="training organisation"
    ),
]


@pytest.fixture
def admin():
    return make_admin()


@pytest.mark.parametrize(("opening", "model", "noun"), OPENINGS)
def test_opening_is_recorded(admin, opening, model, noun):
    siret = make_siret()

    opened = opening(name="Aubert", siret=siret, city="Lyon", by=admin, at=NOW)

    assert model.objects.get() == opened
    entry = Entry.objects.get()
    assert (entry.action, entry.subject, entry.actor) == (f"{noun}.opened", f"{noun}:{opened.pk}", admin.reference)
    assert entry.after == {"name": "Aubert", "siret": siret, "city": "Lyon"}


@pytest.mark.parametrize(("opening", "model", "noun"), OPENINGS)
def test_the_same_siret_is_opened_once(admin, opening, model, noun):
    fields = {"siret": make_siret(), "city": "Lyon", "by": admin, "at": NOW}
    opening(name="Aubert", **fields)

    with pytest.raises(services.SiretTaken):
        opening(name="Aubert bis", **fields)

    assert model.objects.get().name == "Aubert"
    assert Entry.objects.count() == 1


def test_something_that_is_no_siret_is_another_refusal(admin):
    with pytest.raises(IntegrityError):
        services.open_company(name="Aubert", siret="123", city="Lyon", by=admin, at=NOW)


class TestAccredit:
    @pytest.fixture
    def organisation(self):
        organisation = make_training_organisation(accredited_from=None)
        make_accreditation(organisation, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
        return organisation

    def accredit(self, organisation, starts_on, ends_on=None, *, by, rncp_code="RNCP31395"):
        return services.accredit(organisation, rncp_code=rncp_code, starts_on=starts_on, ends_on=ends_on, by=by, at=NOW)

    def test_it_is_recorded(self, organisation, admin):
        self.accredit(organisation, date(2021, 1, 1), by=admin)

        assert organisation.accreditations.in_force(date(2025, 1, 1)).exists()
        entry = Entry.objects.get()
        assert (entry.action, entry.subject) == ("training_organisation.accredited", organisation.reference)
        assert entry.actor == admin.reference
        assert entry.after == {"rncp_code": "RNCP31395", "starts_on": "2021-01-01", "ends_on": None}

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"),
        [
            pytest.param(date(2020, 12, 31), None, id="from its last day"),
            pytest.param(date(2019, 1, 1), date(2020, 1, 1), id="until its first day"),
            pytest.param(date(2020, 3, 1), date(2020, 4, 1), id="inside"),
            pytest.param(date(2019, 1, 1), None, id="around, without an end"),
            pytest.param(date(2020, 1, 1), date(2020, 12, 31), id="the same again"),
        ],
    )
    def test_two_periods_do_not_say_the_same_day(self, organisation, admin, starts_on, ends_on):
        with pytest.raises(services.AccreditationOverlaps) as refusal:
            self.accredit(organisation, starts_on, ends_on, by=admin)

        assert refusal.value.other.period == "du 01/01/2020 au 31/12/2020"
        assert Accreditation.objects.count() == 1
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"), [(date(2021, 1, 1), None), (date(2019, 1, 1), date(2019, 12, 31))]
    )
    def test_a_period_may_touch_another(self, organisation, admin, starts_on, ends_on):
        self.accredit(organisation, starts_on, ends_on, by=admin)

        assert Accreditation.objects.count() == 2

    def test_nothing_follows_a_period_without_an_end(self, organisation, admin):
        self.accredit(organisation, date(2021, 1, 1), by=admin)

        with pytest.raises(services.AccreditationOverlaps):
            self.accredit(organisation, date(2030, 1, 1), by=admin)

    def test_another_certification_has_its_own_periods(self, organisation, admin):
        self.accredit(organisation, date(2020, 6, 1), by=admin, rncp_code="RNCP99999")

        assert Accreditation.objects.count() == 2
