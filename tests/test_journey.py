"""One candidate from enrolment to certificate, by everybody it takes, through the pages alone."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from blocks.enums import ChannelCode
from candidates.models import Enrolment
from certificates import keys
from certificates.models import Certificate
from juries.models import JurySession
from tests.browser import Browser
from tests.builders.certificates import make_presidency
from tests.builders.juries import make_members
from tests.builders.organisations import (
    make_admin,
    make_company,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
)
from tests.builders.standard import load

pytestmark = pytest.mark.django_db

IDENTITY = {
    "birth_name": "D’Hérouville-Nguyễn",
    "first_names": "Maëlle",
    "sex": "F",
    "birth_date": "1998-03-01",
    "birth_country": "FR",
    "birth_commune_code": "69381",
    "birth_place": "Lyon 1er Arrondissement",
}


@pytest.fixture(autouse=True)
def _the_day_of_the_jury(time_machine):
    time_machine.move_to("2021-06-15T08:00:00+02:00", tick=False)


class People:
    """The actors, each in front of their own pages."""

    def __init__(self) -> None:
        load()
        make_presidency()
        organisation, company = make_training_organisation(), make_company()
        self.company = company
        self.referent_account = make_referent(company)
        self.admin = Browser(make_admin())
        self.member = Browser(make_training_member(organisation))
        self.referent = Browser(self.referent_account)
        self.assessor_account = make_panel_assessor()
        self.assessor = Browser(self.assessor_account)
        self.members = make_members()
        self.jurors = [Browser(member.user) for member in self.members]

    @property
    def chair(self) -> Browser:
        return self.jurors[0]

    def channel(self, channel: ChannelCode) -> Browser:
        return {
            ChannelCode.TRAINING: self.member,
            ChannelCode.COMPANY: self.referent,
            ChannelCode.PANEL: self.assessor,
        }[channel]


def enrol(people: People) -> Enrolment:
    page = people.member.visit(reverse("candidates:enrol"))
    page.press(
        "Inscrire",
        **IDENTITY,
        route="apprenticeship",
        entered_on="2020-09-14",
        followed_by=f"{people.company.pk}-{people.referent_account.pk}",
        options=["BC6", "BC8"],
    )
    return Enrolment.objects.get()


def assign(people: People, enrolment: Enrolment) -> None:
    page = people.admin.visit(reverse("evaluations:assign"))
    page.press("Confier", assessors=people.assessor_account.pk, scope="ticked", enrolments=[enrolment.pk])


def evaluate(people: People, enrolment: Enrolment) -> None:
    blocks = [row.block for row in enrolment.enrolled_blocks.select_related("block").order_by("block__position")]
    for channel in enrolment.version.channels.prefetch_related("parts"):
        browser = people.channel(ChannelCode(channel.code))
        for block in blocks:
            browser.visit(reverse("evaluations:enter", args=[enrolment.reference, block.code, channel.code]))
            ratings = {f"rating_{competency.code}": "acquired" for competency in block.competencies.all()}
            parts = {f"part_{part.code}_held_on": "2021-05-20" for part in channel.parts.all()}
            modes = {f"part_{part.code}_mode": "on_site" for part in channel.parts.all()}
            browser.press("Relire", attendance="present", **ratings, **parts, **modes)
            browser.press("Rendre définitivement")


def convene(people: People) -> JurySession:
    admin = people.admin.visit(reverse("juries:prepare"))
    admin.press("Préparer", held_on="2021-06-15", means="on_site", place="10 rue Auber, Paris")
    seats = {f"member_{number}": member.pk for number, member in enumerate(people.members, start=1)}
    admin.press("Enregistrer la composition", chair=1, vice_chair=2, **seats)
    admin.press("Mettre à l’ordre du jour", enrolments=[Enrolment.objects.get().pk])
    admin.press("Convoquer", confirmed="on")
    return JurySession.objects.get()


def deliberate(people: People, session: JurySession, enrolment: Enrolment) -> None:
    for juror in people.jurors:
        juror.visit(reverse("juries:session", args=[session.reference])).press("Déclarer")
    console = reverse("juries:console", args=[session.reference])
    people.chair.visit(console).press("Ouvrir la session")
    people.chair.visit(console).press("Noter présents")
    people.chair.visit(console).press("Appeler").press("Ouvrir 7 votes")
    dossier = reverse("juries:dossier", args=[session.reference, enrolment.reference])
    for juror in people.jurors:
        for block in enrolment.enrolled_blocks.values_list("block__code", flat=True):
            juror.visit(dossier).press("Acquis", within=f"/voter/{block}/")
    people.chair.visit(console).press("Clore 7 votes")
    people.chair.visit(console).press("Clore la session")
    minutes = reverse("juries:minutes", args=[session.reference])
    people.chair.visit(minutes).press("Soumettre aux membres")
    for juror in people.jurors[1:]:
        juror.visit(minutes).press("Approuver")
    people.chair.visit(minutes).press("Signer et sceller")


def printed_key(text: str) -> str:
    return re.search(rf"\b[{keys.ALPHABET}]{{{keys.LENGTH}}}\b", text)[0]


def test_a_candidate_is_taken_from_enrolment_to_a_verified_certificate(django_capture_on_commit_callbacks):
    people = People()

    enrolment = enrol(people)
    assign(people, enrolment)
    evaluate(people, enrolment)
    session = convene(people)
    deliberate(people, session, enrolment)
    people.admin.visit(reverse("juries:administration", args=[session.reference]))
    people.admin.press("Enregistrer la décision", decided_on="2021-06-15", chaired_by="Camille Fontenay")
    people.admin.press("Publier")
    with django_capture_on_commit_callbacks(execute=True):
        people.admin.visit(reverse("certificates:dossier", args=[enrolment.reference])).press("Délivrer")

    certificate = Certificate.objects.get()
    document = people.admin.client.get(reverse("certificates:paper", args=[certificate.number])).content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)
    assert "Nguyễn" in text
    assert certificate.number in text
    anyone = Browser().visit(reverse("certificates:verify_form"))
    anyone.press("Vérifier", number=certificate.number, key=printed_key(text))
    assert anyone.reads("authentique et valide")
    assert anyone.reads("D’Hérouville-Nguyễn")
    assert not anyone.client.cookies
