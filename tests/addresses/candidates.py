from tests.builders.branch import LINK_TOKEN

from .lines import ANYBODY, ENROLLING, EVERYBODY, Line
from .places import exactly, ours, pk

LINES = [
    # The door of referents
    Line("referents:link", exactly(token=LINK_TOKEN), get=ANYBODY, post=ANYBODY),
    Line("referents:code", get=ANYBODY, post=ANYBODY),
    Line("referents:send_again", post=ANYBODY),
    # Candidates
    Line("candidates:list", get=EVERYBODY),
    Line("candidates:enrol", get=ENROLLING, post=ENROLLING, refused=EVERYBODY),
    Line("candidates:communes", get=ENROLLING, refused=EVERYBODY),
    Line("candidates:cohorts", get=ENROLLING, refused=EVERYBODY),
    Line("candidates:open_cohort", get=ENROLLING, post=ENROLLING, refused=EVERYBODY),
    Line("candidates:deadlines", pk("cohort"), get="admin trainer", post="admin trainer"),
    Line("candidates:admissibility_requests", get="admin", refused=EVERYBODY),
    Line("candidates:record_admissibility", get="admin", post="admin", refused=EVERYBODY),
    Line("candidates:admissibility", pk("asked"), get="admin", refused=EVERYBODY),
    Line("candidates:complete_admissibility", pk("unasked"), post="admin", refused=EVERYBODY),
    Line("candidates:decide_admissibility", pk("asked"), post="admin", refused=EVERYBODY),
    Line("candidates:enrol_admitted", pk("admitted"), get="admin", post="admin", refused=EVERYBODY),
    Line("candidates:dossier", ours, get="admin trainer referent"),
    Line("candidates:options", ours, get="admin trainer", post="admin trainer", refused="referent"),
    Line("candidates:follow_up", ours, get="admin trainer", post="admin trainer", refused="referent"),
    Line("candidates:invite_referent", ours, get="admin trainer", post="admin trainer", refused="referent"),
    Line("candidates:send_referent_link", ours, post="admin trainer", refused="referent"),
    Line("candidates:revoke_referent_access", ours, post="admin trainer", refused="referent"),
    Line("candidates:invite_in_company", pk("company"), get=ENROLLING, post=ENROLLING, refused=EVERYBODY),
    Line("candidates:withdrawal", ours, post="admin trainer", refused="referent"),
    Line("candidates:acquired_block", ours, get="admin", post="admin", refused="trainer referent"),
    Line("candidates:identity", ours, get="admin", post="admin", refused="trainer referent"),
]
