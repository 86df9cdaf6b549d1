from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blocks.models import Competency, RuleParameter, StandardVersion
from blocks.services import STANDARD, load_standard, mark_in_use
from blocks.standard_page import standard_page
from tests.builders import organisations
from tests.builders.standard import load

pytestmark = pytest.mark.django_db

AT = datetime(2020, 9, 1, tzinfo=UTC)
URL = "/referentiel/"


@pytest.fixture
def version() -> StandardVersion:
    return load()


@pytest.fixture
def next_version(version, tmp_path) -> StandardVersion:
    text = STANDARD.read_text().replace(
        'label = "2018"\nstarts_on = 2015-04-14', 'label = "2090"\nstarts_on = 2090-01-01'
    )
    file = tmp_path / "next.toml"
    file.write_text(text.replace("Gérer la relation clientèle", "Soigner la relation clientèle"))
    return load_standard(file, by="system", at=AT).version


@pytest.fixture
def reader(client):
    """Somebody signed in who has no role at all."""
    client.force_login(organisations.make_user())
    return client


def text_of(response) -> str:
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&#x27;", "'").split())


def test_a_stranger_signs_in_first(client, version):
    response = client.get(URL)

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "make_user",
    [
        organisations.make_admin,
        organisations.make_training_member,
        organisations.make_referent,
        organisations.make_panel_assessor,
    ],
)
def test_every_role_reads_it(client, version, make_user):
    client.force_login(make_user())

    assert client.get(URL).status_code == 200


def test_it_shows_every_block_and_competency_in_full(reader, version):
    page = text_of(reader.get(URL))

    for block in version.blocks.all():
        assert f'<span class="code">{block.code}</span> <span> {block.title}' in page
        assert f"bloc n° {block.sheet_number} de la fiche" in page
    for competency in Competency.objects.all():
        assert competency.wording in page


def test_it_says_which_blocks_make_the_certification(reader, version):
    assert (
        "La certification entière demande tous les blocs BC1, BC2, BC3, BC4 et BC5, "
        "et au moins deux des blocs BC6, BC7 et BC8."
    ) in text_of(reader.get(URL))


def test_it_shows_registrations_routes_and_the_jury(reader, version):
    page = text_of(reader.get(URL))

    assert "Du 14 avril 2015 au 7 août 2021" in page
    assert "Arrêté du 30 juillet 2018, Journal officiel du 7 août 2018" in page
    assert page.count("ouverte</span>") == 4
    assert page.count("fermée</span>") == 2
    assert "Le jury compte 13 sièges." in page
    assert "<strong>5</strong> représentants de la CSCA" in page


def test_it_prints_no_level(reader, version):
    main = text_of(reader.get(URL)).split("<main")[1].split("</main>")[0]

    assert "niveau" not in main.lower()


def test_every_default_is_shown_as_awaiting_confirmation(reader, version):
    defaults = RuleParameter.objects.filter(source="default").count() + version.routes.count()

    assert text_of(reader.get(URL)).count("à confirmer par la CSCA") == defaults


def test_a_confirmed_rule_is_no_longer_marked(reader, version):
    before = text_of(reader.get(URL)).count("à confirmer par la CSCA")
    RuleParameter.objects.filter(key="jury_quorum").update(source="agreement", reference="art. 9")

    page = text_of(reader.get(URL))

    assert page.count("à confirmer par la CSCA") == before - 1
    assert "accord du 26 octobre 2017, art. 9" in page


@pytest.mark.parametrize(
    ("on", "states"),
    [
        (date(2009, 1, 1), ["à venir", "à venir", "à venir"]),
        (date(2015, 4, 14), ["en vigueur", "en vigueur", "échu"]),
        (date(2021, 8, 7), ["en vigueur", "échu", "échu"]),
        (date(2021, 8, 8), ["échu", "échu", "échu"]),
    ],
)
def test_registrations_are_in_force_both_ends_included(version, on, states):
    assert [line.state for line in standard_page(version, on=on).registrations] == states


def test_it_shows_the_version_that_takes_enrolments(reader, next_version):
    page = text_of(reader.get(URL))

    assert "Version 2018, pour les entrées dans le parcours à partir du 14 avril 2015." in page
    assert "Gérer la relation clientèle" in page


def test_another_version_is_one_link_away(reader, next_version):
    assert 'href="?version=2090"' in reader.get(URL).content.decode()

    page = text_of(reader.get(URL, {"version": "2090"}))

    assert "Soigner la relation clientèle" in page
    assert "Gérer la relation clientèle" not in page


def test_an_unknown_version_is_not_found(reader, version):
    assert reader.get(URL, {"version": "1999"}).status_code == 404


def test_it_says_that_a_version_in_use_does_not_change(reader, version):
    assert "Aucun candidat n’y est encore inscrit." in text_of(reader.get(URL))

    mark_in_use(version, at=AT)

    assert "Des candidats y sont inscrits depuis le 1er septembre 2020 : elle ne change plus." in text_of(
        reader.get(URL)
    )


def test_it_says_so_while_nothing_is_loaded(reader):
    assert "Aucun référentiel ne s’applique encore." in text_of(reader.get(URL))


def test_it_is_only_read(reader, version):
    assert reader.post(URL).status_code == 405


def test_it_asks_the_same_queries_whatever_the_versions_and_their_size(reader, version):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.get(URL)
        return len(captured)

    reader.get(URL)
    before = queries()
    for number in range(3):
        block = version.blocks.get(code=f"BC{number + 1}")
        Competency.objects.create(block=block, code=f"C{number + 50}", wording="Autre", position=9)
        StandardVersion.objects.create(
            certification=version.certification, label=f"{number}", starts_on=date(2010, 1, 1), checksum=""
        )

    assert queries() == before <= 14


class TestAdministration:
    PAGES = ["certification", "standardversion", "block", "channel", "accessroute", "catalogueblock"]

    @pytest.fixture
    def operator(self, client):
        client.force_login(organisations.make_user(is_staff=True, is_superuser=True))
        return client

    @pytest.mark.parametrize("model", PAGES)
    def test_it_shows_and_never_writes(self, operator, version, model):
        assert operator.get(reverse(f"admin:blocks_{model}_changelist")).status_code == 200
        assert operator.get(reverse(f"admin:blocks_{model}_add")).status_code == 403

    def test_a_version_is_shown_with_its_rules(self, operator, version):
        page = operator.get(reverse("admin:blocks_standardversion_change", args=[version.pk])).content.decode()

        assert "quorum du jury" in page
        assert 'name="_save"' not in page
