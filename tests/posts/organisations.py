from organisations.enums import Role
from tests.addresses.places import exactly, organisation, pk
from tests.builders.branch import TOKEN
from tests.builders.organisations import make_siret

from .sent import ADDRESSEE, Sent, nothing, typed, varied

COMPANY = typed(name="Cabinet Nouveau", siret=make_siret(987_654), city="Lyon")
PASSWORD = "une-phrase-assez-longue"

FORMS = [
    Sent(
        "admin",
        "organisations:resend_mails",
        data=varied(nothing, mail=lambda branch: branch.mail.pk),
        optional="next",
    ),
    Sent("trainer", "organisations:open_company", data=COMPANY),
    Sent("admin", "organisations:open_training_organisation", data=COMPANY),
    Sent(
        "admin",
        "organisations:invite",
        organisation("organisation"),
        typed(**ADDRESSEE, role=Role.TRAINING_MEMBER),
    ),
    Sent(
        "admin",
        "organisations:accredit",
        pk("other_organisation"),
        typed(rncp_code="RNCP31395", starts_on="2021-07-01"),
        optional="ends_on",
    ),
    Sent(
        "admin",
        "organisations:record_presidency",
        pk("awarding_body"),
        typed(name="Claude Aubert", quality="Présidente", starts_on="2021-07-01"),
    ),
    Sent(
        "anonymous",
        "organisations:accept",
        exactly(token=TOKEN),
        typed(new_password1=PASSWORD, new_password2=PASSWORD),
    ),
]

REFUSED = {
    "offer a role of the secretariat": Sent(
        "admin", "organisations:invite", organisation("organisation"), typed(**ADDRESSEE, role=Role.ADMIN)
    ),
    "offer a role that the organisation has not": Sent(
        "admin", "organisations:invite", organisation("awarding_body"), typed(**ADDRESSEE, role=Role.TRAINING_MEMBER)
    ),
    "send another’s invitation again": Sent("trainer", "organisations:resend_invitation", pk("other_invitation")),
    "withdraw another’s invitation": Sent("trainer", "organisations:withdraw_invitation", pk("other_invitation")),
}
