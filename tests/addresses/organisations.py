from tests.builders.branch import TOKEN

from .lines import ANYBODY, ENROLLING, EVERYBODY, Line
from .places import exactly, membership, organisation, person, pk

LINES = [
    Line("organisations:list", get=ENROLLING, refused=EVERYBODY),
    Line("organisations:companies", get=ENROLLING, refused=EVERYBODY),
    Line("organisations:invitations", get=ENROLLING, refused=EVERYBODY),
    Line("organisations:open_training_organisation", get="admin", post="admin", refused=EVERYBODY),
    Line("organisations:open_company", get=ENROLLING, post=ENROLLING, refused=EVERYBODY),
    Line("organisations:organisation", organisation("awarding_body"), get="admin"),
    Line("organisations:organisation", organisation("organisation"), get="admin trainer"),
    Line("organisations:organisation", organisation("company"), get=f"{ENROLLING} referent colleague"),
    Line("organisations:invite", organisation("awarding_body"), get="admin", post="admin"),
    Line("organisations:invite", organisation("organisation"), get="admin", post="admin", refused="trainer"),
    Line("organisations:invite", organisation("company"), get="", post="", refused=f"{ENROLLING} referent colleague"),
    Line("organisations:record_presidency", pk("awarding_body"), get="admin", post="admin"),
    Line("organisations:accredit", pk("organisation"), get="admin", post="admin", refused="trainer"),
    Line("organisations:resend_invitation", pk("invitation"), post="", refused="admin trainer"),
    Line("organisations:withdraw_invitation", pk("invitation"), post="admin trainer"),
    Line("organisations:accept", exactly(token=TOKEN), get=ANYBODY, post=ANYBODY),
    Line("organisations:mails", get="admin", refused=EVERYBODY),
    Line("organisations:mail", pk("mail"), get="admin", refused=EVERYBODY),
    Line("organisations:resend_mails", post="admin", refused=EVERYBODY, data={"mail": "1"}),
    Line("organisations:end_membership", membership("trainer"), post="admin", refused="trainer"),
    Line(
        "organisations:end_membership",
        membership("referent"),
        post="admin",
        refused="trainer other_trainer referent colleague",
    ),
    Line("organisations:end_membership", membership("assessor"), post="admin", refused="assessor"),
    Line("organisations:name_manager", membership("trainer"), post="admin trainer"),
    Line("organisations:release_manager", membership("trainer"), post="admin trainer"),
    Line("organisations:person", person("trainer"), get="admin", refused=EVERYBODY),
    Line("organisations:close_account", person("trainer"), post="admin", refused=EVERYBODY),
    Line("organisations:reopen_account", person("trainer"), post="admin", refused=EVERYBODY),
]
