from typing import Any
from uuid import UUID

from tests.builders.branch import HOLDER_TOKEN, KEY, SHARE_TOKEN, Branch

from .lines import ANYBODY, EVERYBODY, Line
from .places import both, certificate, exactly, held, number, ours, pk


def fingerprint(branch: Branch) -> dict[str, Any]:
    return {"sha256": branch.certificate.sha256}


LINES = [
    Line("certificates:verify_form", get=ANYBODY),
    Line("certificates:verify", both(certificate, key=KEY), get=ANYBODY),
    Line("certificates:verify_file", get=ANYBODY, post=ANYBODY),
    Line("certificates:verify_fingerprint", fingerprint, get=ANYBODY),
    Line("certificates:verified_credential", both(certificate, key=KEY), get=ANYBODY),
    Line("certificates:verified_credential_token", both(certificate, key=KEY), get=ANYBODY),
    Line("certificates:credential_address", exactly(identifier=UUID(int=1)), get=ANYBODY),
    Line("certificates:did_document", get=ANYBODY),
    Line("certificates:key_set", get=ANYBODY),
    Line("certificates:status_list", exactly(number=1), get=ANYBODY),
    Line("certificates:status_list_token", exactly(number=1), get=ANYBODY),
    Line("certificates:register", get="admin", refused=EVERYBODY),
    Line("certificates:export", post="admin", refused=EVERYBODY, data={"format": "csv"}),
    Line("certificates:holders_list", get="admin", refused=EVERYBODY),
    Line("certificates:to_issue", get="admin", refused=EVERYBODY),
    Line("certificates:dry_run", get="admin", post="admin", refused=EVERYBODY),
    Line("certificates:job", pk("issuing_job"), get="admin", refused=EVERYBODY),
    Line("certificates:job_progress", pk("issuing_job"), get="admin", refused=EVERYBODY),
    Line("certificates:stop", get="admin", post="admin", refused=EVERYBODY),
    Line("certificates:resume", post="admin", refused=EVERYBODY),
    Line("certificates:certificate", certificate, get="admin trainer referent"),
    Line("certificates:paper", certificate, get="admin", refused="trainer referent"),
    Line("certificates:supplement", certificate, get="admin", refused="trainer referent"),
    Line("certificates:credential", certificate, get="admin", refused="trainer referent"),
    Line("certificates:credential_token", certificate, get="admin", refused="trainer referent"),
    Line("certificates:unreached", get="admin", refused=EVERYBODY),
    Line("certificates:reissue", certificate, get="admin", post="admin", refused="trainer referent"),
    Line("certificates:duplicate", certificate, get="admin", post="admin", refused="trainer referent"),
    Line("certificates:duplicate_paper", both(certificate, rank=1), get="admin", refused="trainer referent"),
    Line("certificates:revocation", certificate, get="admin", post="admin", refused="trainer referent"),
    # Nothing of the branch is asked to be revoked: tests/certificates/test_holders.py has two people decide.
    Line("certificates:approve_revocation", certificate, post="", refused="trainer referent"),
    Line("certificates:decline_revocation", certificate, post="", refused="trainer referent"),
    Line("certificates:draw_again", certificate, post="admin", refused="trainer referent"),
    Line("certificates:send_link", certificate, post="admin", refused="trainer referent"),
    Line("certificates:holder", exactly(token=HOLDER_TOKEN), get=ANYBODY),
    Line("certificates:holder_paper", held, get=ANYBODY),
    Line("certificates:holder_supplement", held, get=ANYBODY),
    Line("certificates:holder_credential", held, get=ANYBODY),
    Line("certificates:holder_credential_token", held, get=ANYBODY),
    Line("certificates:share", held, get=ANYBODY, post=ANYBODY),
    Line("certificates:take_back", both(pk("share"), token=HOLDER_TOKEN), post=ANYBODY),
    Line("certificates:shared", exactly(token=SHARE_TOKEN), get=ANYBODY),
    Line("certificates:cdc_to_declare", get="admin", post="admin", refused=EVERYBODY),
    Line("certificates:cdc_complete", post="admin", refused=EVERYBODY),
    Line("certificates:cdc_complement", number("declarable"), get="admin", post="admin", refused=EVERYBODY),
    Line("certificates:cdc_flows", get="admin", refused=EVERYBODY),
    Line("certificates:cdc_report", post="admin", refused=EVERYBODY),
    Line("certificates:cdc_flow", pk("flow"), get="admin", refused=EVERYBODY),
    Line("certificates:cdc_file", pk("flow"), get="admin", refused=EVERYBODY),
    Line("certificates:cdc_deposit", pk("flow"), post="admin", refused=EVERYBODY),
    Line("certificates:cdc_refuse", pk("flow"), post="admin", refused=EVERYBODY),
    Line("certificates:dossier", ours, get="admin", refused="trainer referent"),
    Line("certificates:issue", ours, post="admin", refused="trainer referent"),
    Line("certificates:issue_statement", both(ours, code="BC3"), post="admin", refused="trainer referent"),
]
