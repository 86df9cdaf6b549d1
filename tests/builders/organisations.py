"""People and the organisations they belong to: the smallest valid rows, written directly."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from organisations.enums import Role
from organisations.models import (
    Accreditation,
    AwardingBody,
    Company,
    Invitation,
    Membership,
    Organisation,
    TrainingOrganisation,
    affiliation,
)

PASSWORD = "un-mot-de-passe-assez-long"
RNCP_CODE = "RNCP31395"
LONG_AGO = date(2009, 1, 1)

_numbers = count(1)


def make_siret(number: int | None = None) -> str:
    """Fourteen digits, the last of which makes the Luhn sum a multiple of ten."""
    stem = f"{10_000_000_000 + (number or next(_numbers)):013}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in stem[::-2])
    plain = sum(int(digit) for digit in stem[-2::-2])
    return f"{stem}{-(doubled + plain) % 10}"


def make_user(*, email: str = "", password: str = PASSWORD, **fields: Any) -> User:
    number = next(_numbers)
    fields = {"first_name": "Camille", "last_name": f"Martin {number}"} | fields
    return User.objects.create_user(email or f"camille.{number}@example.org", password, **fields)


def make_awarding_body() -> AwardingBody:
    """The one that the standard names: made once."""
    body, _ = AwardingBody.objects.get_or_create(
        short_name="CSCA",
        defaults={
            "name": "CPNEFP des entreprises de courtage d’assurances et/ou de réassurances – CSCA",
            "address": "10 rue Auber, 75009 Paris",
            "city": "Paris",
        },
    )
    return body


def make_training_organisation(
    *, accredited_from: date | None = LONG_AGO, accredited_until: date | None = None, **fields: Any
) -> TrainingOrganisation:
    """Accredited for a long time; `accredited_from=None` for one that never was."""
    number = next(_numbers)
    fields = {"name": f"Organisme {number}", "siret": make_siret(number), "city": "Lyon"} | fields
    organisation = TrainingOrganisation.objects.create(**fields)
    if accredited_from:
        make_accreditation(organisation, starts_on=accredited_from, ends_on=accredited_until)
    return organisation


def make_accreditation(
    organisation: TrainingOrganisation, *, starts_on: date = LONG_AGO, ends_on: date | None = None
) -> Accreditation:
    return Accreditation.objects.create(
        training_organisation=organisation, rncp_code=RNCP_CODE, starts_on=starts_on, ends_on=ends_on
    )


def make_company(**fields: Any) -> Company:
    number = next(_numbers)
    return Company.objects.create(
        **{"name": f"Cabinet {number}", "siret": make_siret(number), "city": "Villeurbanne"} | fields
    )


def make_membership(
    user: User,
    role: Role,
    organisation: Organisation,
    *,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
) -> Membership:
    return Membership.objects.create(
        user=user, role=role, starts_on=starts_on, ends_on=ends_on, **affiliation(organisation)
    )


def make_admin(**fields: Any) -> User:
    admin = make_user(**fields)
    make_membership(admin, Role.ADMIN, make_awarding_body())
    return admin


def make_panel_assessor(**fields: Any) -> User:
    assessor = make_user(**fields)
    make_membership(assessor, Role.PANEL_ASSESSOR, make_awarding_body())
    return assessor


def make_training_member(organisation: TrainingOrganisation | None = None, **fields: Any) -> User:
    member = make_user(**fields)
    make_membership(member, Role.TRAINING_MEMBER, organisation or make_training_organisation())
    return member


def make_referent(company: Company | None = None, **fields: Any) -> User:
    referent = make_user(**fields)
    make_membership(referent, Role.COMPANY_REFERENT, company or make_company())
    return referent


def make_invitation(
    *,
    role: Role = Role.COMPANY_REFERENT,
    organisation: Organisation | None = None,
    invited_by: User | None = None,
    invited_at: datetime | None = None,
    **fields: Any,
) -> Invitation:
    """Recorded and not yet sent: no token was made."""
    invited_at = invited_at or timezone.now()
    fields = {
        "email": f"invite.{next(_numbers)}@example.org",
        "first_name": "Dominique",
        "last_name": "Petit",
        "expires_at": invited_at + timedelta(days=7),
    } | fields
    return Invitation.objects.create(
        role=role,
        invited_by=invited_by or make_admin(),
        invited_at=invited_at,
        **affiliation(organisation or make_company()),
        **fields,
    )
