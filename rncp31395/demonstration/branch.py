"""The demonstration's branch: its certifier, organisations, companies, assessors and jurors."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.models import User
from blocks.enums import CollegeCode
from juries.models import JuryMember
from juries.services import mandate
from organisations.enums import Role
from organisations.models import (
    AwardingBody,
    Company,
    Membership,
    Organisation,
    TrainingOrganisation,
    affiliation,
)
from organisations.services import (
    accredit,
    name_manager,
    open_company,
    open_first_admin,
    open_training_organisation,
    record_presidency,
)

from .accounts import PASSWORD

RNCP_CODE = "RNCP31395"
OPENED_AT = datetime(2018, 9, 3, 9, 0, tzinfo=UTC)
FOUNDED_ON = date(2018, 9, 1)
PRESIDENCIES = (
    ("Hélène Vasseur-Lemoine", "Présidente", date(2018, 1, 1)),
    ("Bertrand Aubrac", "Président", date(2020, 1, 1)),
    ("Solène Kerdoncuff", "Présidente", date(2022, 1, 1)),
    ("Philippe Delorme-Sarrazin", "Président", date(2024, 1, 1)),
)
COMPANIES = (
    ("Cabinet Belledonne Assurances", "90000000300013", "Grenoble"),
    ("Courtage du Rhône", "90000000400011", "Lyon"),
    ("Sequana Risques", "90000000500018", "Paris"),
    ("Cap Atlantique Courtage", "90000000600016", "Nantes"),
)
PEOPLE = {
    "admin2": ("Denis", "Roussel"), "of.lyon": ("Nadia", "Belkacem"),
    "of.paris": ("Étienne", "Gaudin"), "referent.a": ("Sophie", "Lambertin"), "referent.b": ("Marc", "Ollivier"),
    "panel.a": ("Judith", "Pasquier"), "panel.b": ("Thomas", "Wagner"),
}  # fmt: skip
JURORS = (
    ("Martine", "Chevallier"), ("Paulo", "Mendes"), ("Annick", "Le Roux"), ("Yves", "Barthélemy"), ("Farida", "Hamdi"),
    ("Olivier", "Castelnau"), ("Brigitte", "Fauvel"), ("Stéphane", "Noiret"), ("Isabelle", "Quentin"),
    ("Grégoire", "Saint-Aubin"), ("Corinne", "Duhamel"), ("Alain", "Tixier"), ("Véronique", "Perrault"),
)  # fmt: skip
COLLEGES = (
    *[(CollegeCode.UNION, f"Organisation syndicale {letter}") for letter in "ABCDE"],
    *[(CollegeCode.EMPLOYER, "CSCA")] * 5,
    *[(CollegeCode.EXPERT, "Personnalité qualifiée")] * 2,
    (CollegeCode.TRAINING, "Institut lyonnais du courtage"),
)


@dataclass(frozen=True, slots=True)
class Branch:
    awarding_body: AwardingBody
    lyon: TrainingOrganisation
    paris: TrainingOrganisation
    companies: tuple[Company, ...]
    people: dict[str, User]  # by the name before the @: "of.lyon"
    jury: tuple[JuryMember, ...]  # in the order of the seats, the chair first

    @property
    def admin(self) -> User:
        return self.people["admin"]

    def secretary_of(self, organisation: TrainingOrganisation | None) -> User:
        """Who enrols and asks for an organisation's candidates; the secretariat for those of none."""
        if organisation is None:
            return self.admin
        return self.people["of.lyon" if organisation == self.lyon else "of.paris"]

    def referent_of(self, company: Company) -> User:
        return self.people["referent.a" if company == self.companies[0] else "referent.b"]


def found_branch(awarding_body: AwardingBody) -> Branch:
    """Everybody is in place from the autumn of 2018."""
    admin = _open_secretariat(awarding_body)
    people = {"admin": admin} | {name: _open_account(name, *names) for name, names in PEOPLE.items()}
    for name, quality, starts_on in PRESIDENCIES:
        record_presidency(
            awarding_body, name=name, quality=quality, starts_on=starts_on, by=admin, at=_morning(starts_on)
        )
    _admit(people["admin2"], Role.ADMIN, awarding_body)
    for name in ("panel.a", "panel.b"):
        _admit(people[name], Role.PANEL_ASSESSOR, awarding_body)
    lyon = _training_organisation("Institut lyonnais du courtage", "90000000100017", "Lyon", admin)
    paris = _training_organisation("Académie parisienne d’assurance", "90000000200015", "Paris", admin)
    for name, organisation in (("of.lyon", lyon), ("of.paris", paris)):
        member = _admit(people[name], Role.TRAINING_MEMBER, organisation)
        name_manager(member, by=admin, at=OPENED_AT)
    companies = tuple(
        open_company(name=name, siret=siret, city=city, by=admin, at=OPENED_AT) for name, siret, city in COMPANIES
    )
    _admit(people["referent.a"], Role.COMPANY_REFERENT, companies[0])
    for company in companies[1:]:
        _admit(people["referent.b"], Role.COMPANY_REFERENT, company)
    return Branch(awarding_body, lyon, paris, companies, people, _jury(lyon, companies[0], admin))


def _open_secretariat(awarding_body: AwardingBody) -> User:
    membership = open_first_admin(
        awarding_body,
        email="admin@demo.example",
        first_name="Claire",
        last_name="Montagnier",
        password=PASSWORD,
        at=OPENED_AT,
    )
    return membership.user


def _open_account(name: str, first_name: str, last_name: str) -> User:
    return User.objects.create_user(f"{name}@demo.example", PASSWORD, first_name=first_name, last_name=last_name)


def _admit(user: User, role: Role, organisation: Organisation) -> Membership:
    return Membership.objects.create(user=user, role=role, starts_on=FOUNDED_ON, **affiliation(organisation))


def _training_organisation(name: str, siret: str, city: str, admin: User) -> TrainingOrganisation:
    organisation = open_training_organisation(name=name, siret=siret, city=city, by=admin, at=OPENED_AT)
    accredit(organisation, rncp_code=RNCP_CODE, starts_on=FOUNDED_ON, by=admin, at=OPENED_AT)
    return organisation


def _jury(lyon: TrainingOrganisation, company: Company, admin: User) -> tuple[JuryMember, ...]:
    """The sixth member works for the first company, the thirteenth represents Lyon: both are recused from theirs."""
    members = []
    for number, ((first_name, last_name), (college, body)) in enumerate(zip(JURORS, COLLEGES, strict=True), start=1):
        # With an account and its password before the mandate: nobody is to be told by mail how to choose one.
        account = _open_account(f"jury.{number:02}", first_name, last_name)
        members.append(
            mandate(
                email=account.email,
                first_name=first_name,
                last_name=last_name,
                college=college,
                body=body,
                company=company if number == 6 else None,
                training_organisation=lyon if college == CollegeCode.TRAINING else None,
                starts_on=FOUNDED_ON,
                by=admin,
                at=OPENED_AT,
            )
        )
    return tuple(members)


def _morning(day: date) -> datetime:
    return datetime.combine(day, OPENED_AT.timetz())
