"""Every address of the site and who may use it: the table that the tests of access hold the pages to.

A line per address. `get` and `post` name the roles of `Branch.people` that the page serves; a method left out is
answered by 405. To whoever is not named the page does not exist (404), but for the roles that may know of the thing and
lack the right to act on it (`refused`, 403), and for those whom the page leads elsewhere (`led`, a redirection). A page
that asks for a role before it looks anything up refuses everybody else alike (`refused=EVERYBODY`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from candidates.models import Enrolment
from juries.models import JurySession
from tests.builders.branch import HOLDER_TOKEN, KEY, LINK_TOKEN, NOTICE_TOKEN, SHARE_TOKEN, TOKEN, Branch

Arguments = Callable[[Branch], Mapping[str, Any]]

EVERYBODY = "everybody"  # who has signed in
ANYBODY = "anybody"  # who has not, too
MISSING = {int: 999_999, str: "2020-999999"}

ENROLLING = "admin trainer other_trainer"
SEATED = "chair juror recused undeclared"
CALLED = f"{SEATED} elsewhere"  # to the jury that is convened


def _nothing(branch: Branch) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Line:
    name: str
    arguments: Arguments = _nothing
    get: str | None = None
    post: str | None = None
    refused: str = ""
    led: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)  # what a POST names, when it has to name something

    def __str__(self) -> str:
        return self.name

    def serves(self, method: str) -> str | None:
        return self.get if method == "get" else self.post

    @property
    def is_public(self) -> bool:
        return ANYBODY in (self.get, self.post)

    @property
    def names_something(self) -> bool:
        return not self.is_public and self.arguments is not _nothing

    def data_of(self, method: str) -> Mapping[str, Any]:
        return self.data if method == "post" else {}

    def path(self, branch: Branch) -> str:
        return reverse(self.name, kwargs=dict(self.arguments(branch)))

    def paths_to_nothing(self, branch: Branch) -> Iterator[str]:
        """The same address, where each thing that it names in turn does not exist."""
        arguments = self.arguments(branch)
        for name, value in arguments.items():
            if name != "kind":
                yield reverse(self.name, kwargs={**arguments, name: MISSING[type(value)]})


def _enrolment(enrolment: Enrolment, **more: str) -> dict[str, Any]:
    return {"reference": enrolment.reference, **more}


def _session(session: JurySession, **more: Any) -> dict[str, Any]:
    return {"reference": session.reference, **more}


def ours(branch: Branch) -> dict[str, Any]:
    return _enrolment(branch.enrolment)


def entry(channel: str) -> Arguments:
    return lambda branch: _enrolment(branch.enrolment, block="BC2", channel=channel)


def linked_entry(channel: str) -> Arguments:
    return lambda branch: _enrolment(branch.unheard, block="BC2", channel=channel)


def attachment(branch: Branch) -> dict[str, Any]:
    return {**entry("training")(branch), "pk": branch.attachment.pk}


def heard_attachment(branch: Branch) -> dict[str, Any]:
    return {**dossier(branch), "pk": branch.heard_attachment.pk}


def adaptation(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.adaptation.pk}


def walked(channel: str) -> Arguments:
    return lambda branch: _enrolment(branch.enrolment, channel=channel)


def pile(channel: str) -> Arguments:
    return lambda branch: {"channel": channel, "block": "BC2"}


def statement(branch: Branch) -> dict[str, Any]:
    return _enrolment(branch.enrolment, code="BC3")


def cohort(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.cohort.pk}


def certifier(branch: Branch) -> dict[str, Any]:
    return {"kind": branch.awarding_body.kind, "pk": branch.awarding_body.pk}


def organisation(branch: Branch) -> dict[str, Any]:
    return {"kind": branch.organisation.kind, "pk": branch.organisation.pk}


def company(branch: Branch) -> dict[str, Any]:
    return {"kind": branch.company.kind, "pk": branch.company.pk}


def only_pk(arguments: Arguments) -> Arguments:
    return lambda branch: {"pk": arguments(branch)["pk"]}


def convened(branch: Branch) -> dict[str, Any]:
    return {"reference": branch.convened.reference}


def notice(branch: Branch) -> dict[str, Any]:
    return convened(branch) | {"pk": branch.notice.pk}


def invitation(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.invitation.pk}


def mail(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.mail.pk}


def membership(role: str) -> Arguments:
    return lambda branch: {"pk": branch.membership(role).pk}


def person(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.people["trainer"].pk}


def mandate(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.mandate.pk}


def prepared(branch: Branch) -> dict[str, Any]:
    return _session(branch.prepared)


def sitting(branch: Branch) -> dict[str, Any]:
    return _session(branch.sitting)


def sealed(branch: Branch) -> dict[str, Any]:
    return _session(branch.sealed)


def addendum(branch: Branch) -> dict[str, Any]:
    return _session(branch.sealed, number=1)


def seat(branch: Branch) -> dict[str, Any]:
    return _session(branch.sitting, number=2)


def dossier(branch: Branch) -> dict[str, Any]:
    return _session(branch.sitting, enrolment=branch.enrolment.reference)


def no_appeal(_: Branch) -> dict[str, Any]:
    """Nothing of the branch is published: tests/juries/test_appeals.py holds the page of one that is there."""
    return {"pk": MISSING[int]}


def no_motion(branch: Branch) -> dict[str, Any]:
    return _session(branch.sitting, pk=0)


def pulled(branch: Branch) -> dict[str, Any]:
    return _session(branch.sitting, enrolment=branch.enrolment.reference, pk=0)


def vote(branch: Branch) -> dict[str, Any]:
    return _session(branch.sitting, enrolment=branch.enrolment.reference, block="BC1")


def asked(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.asked.pk}


def unasked(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.unasked.pk}


def admitted(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.admitted.pk}


def grid_job(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.grid_job.pk}


def declarable(branch: Branch) -> dict[str, Any]:
    return {"number": branch.declarable.number}


def cdc_flow(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.flow.pk}


def certificate(branch: Branch) -> dict[str, Any]:
    return {"number": branch.certificate.number}


def issuing_job(branch: Branch) -> dict[str, Any]:
    return {"pk": branch.issuing_job.pk}


def duplicated(branch: Branch) -> dict[str, Any]:
    return {"number": branch.certificate.number, "rank": 1}


def held(branch: Branch) -> dict[str, Any]:
    return {"token": HOLDER_TOKEN, "number": branch.certificate.number}


def share(branch: Branch) -> dict[str, Any]:
    return {"token": HOLDER_TOKEN, "pk": branch.share.pk}


def printed(branch: Branch) -> dict[str, Any]:
    return {"number": branch.certificate.number, "key": KEY}


def fingerprint(branch: Branch) -> dict[str, Any]:
    return {"sha256": branch.certificate.sha256}


TABLE = [
    Line("home", get=EVERYBODY),
    Line("account_login", get=ANYBODY, post=ANYBODY),
    Line("account_resume", get=ANYBODY, post=ANYBODY),
    Line("account_logout", get=ANYBODY, post=ANYBODY),
    Line("account_inactive", get=ANYBODY),
    Line("account_signup", get=ANYBODY, post=ANYBODY),
    Line("account_reauthenticate", get=EVERYBODY, post=EVERYBODY),
    Line("account_change_password", get=EVERYBODY, post=EVERYBODY),
    Line("account_reset_password", get=ANYBODY, post=ANYBODY),
    Line("account_reset_password_done", get=ANYBODY),
    Line("account_reset_password_from_key", lambda _: {"uidb36": "1", "key": "x"}, get=ANYBODY, post=ANYBODY),
    Line("account_reset_password_from_key_done", get=ANYBODY),
    Line("blocks:standard", get=EVERYBODY),
    # Organisations
    Line("organisations:list", get=ENROLLING, refused=EVERYBODY),
    Line("organisations:companies", get=ENROLLING, refused=EVERYBODY),
    Line("organisations:invitations", get=ENROLLING, refused=EVERYBODY),
    Line("organisations:open_training_organisation", get="admin", post="admin", refused=EVERYBODY),
    Line("organisations:open_company", get=ENROLLING, post=ENROLLING, refused=EVERYBODY),
    Line("organisations:organisation", certifier, get="admin"),
    Line("organisations:organisation", organisation, get="admin trainer"),
    Line("organisations:organisation", company, get=f"{ENROLLING} referent colleague"),
    Line("organisations:invite", certifier, get="admin", post="admin"),
    Line("organisations:invite", organisation, get="admin", post="admin", refused="trainer"),
    Line("organisations:invite", company, get="", post="", refused=f"{ENROLLING} referent colleague"),
    Line("organisations:record_presidency", only_pk(certifier), get="admin", post="admin"),
    Line("organisations:accredit", only_pk(organisation), get="admin", post="admin", refused="trainer"),
    Line("organisations:resend_invitation", invitation, post="", refused="admin trainer"),
    Line("organisations:withdraw_invitation", invitation, post="admin trainer"),
    Line("organisations:accept", lambda _: {"token": TOKEN}, get=ANYBODY, post=ANYBODY),
    Line("organisations:mails", get="admin", refused=EVERYBODY),
    Line("organisations:mail", mail, get="admin", refused=EVERYBODY),
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
    Line("organisations:person", person, get="admin", refused=EVERYBODY),
    Line("organisations:close_account", person, post="admin", refused=EVERYBODY),
    Line("organisations:reopen_account", person, post="admin", refused=EVERYBODY),
    # The door of referents
    Line("referents:link", lambda _: {"token": LINK_TOKEN}, get=ANYBODY, post=ANYBODY),
    Line("referents:code", get=ANYBODY, post=ANYBODY),
    Line("referents:send_again", post=ANYBODY),
    # Candidates
    Line("candidates:list", get=EVERYBODY),
    Line("candidates:enrol", get=ENROLLING, post=ENROLLING, refused=EVERYBODY),
    Line("candidates:communes", get=ENROLLING, refused=EVERYBODY),
    Line("candidates:cohorts", get=ENROLLING, refused=EVERYBODY),
    Line("candidates:open_cohort", get=ENROLLING, post=ENROLLING, refused=EVERYBODY),
    Line("candidates:deadlines", cohort, get="admin trainer", post="admin trainer"),
    Line("candidates:admissibility_requests", get="admin", refused=EVERYBODY),
    Line("candidates:record_admissibility", get="admin", post="admin", refused=EVERYBODY),
    Line("candidates:admissibility", asked, get="admin", refused=EVERYBODY),
    Line("candidates:complete_admissibility", unasked, post="admin", refused=EVERYBODY),
    Line("candidates:decide_admissibility", asked, post="admin", refused=EVERYBODY),
    Line("candidates:enrol_admitted", admitted, get="admin", post="admin", refused=EVERYBODY),
    Line("candidates:dossier", ours, get="admin trainer referent"),
    Line("candidates:options", ours, get="admin trainer", post="admin trainer", refused="referent"),
    Line("candidates:follow_up", ours, get="admin trainer", post="admin trainer", refused="referent"),
    Line("candidates:invite_referent", ours, get="admin trainer", post="admin trainer", refused="referent"),
    Line("candidates:send_referent_link", ours, post="admin trainer", refused="referent"),
    Line("candidates:revoke_referent_access", ours, post="admin trainer", refused="referent"),
    Line("candidates:invite_in_company", only_pk(company), get=ENROLLING, post=ENROLLING, refused=EVERYBODY),
    Line("candidates:withdrawal", ours, post="admin trainer", refused="referent"),
    Line("candidates:acquired_block", ours, get="admin", post="admin", refused="trainer referent"),
    Line("candidates:identity", ours, get="admin", post="admin", refused="trainer referent"),
    # Evaluations
    Line("evaluations:matrix", get=EVERYBODY),
    Line("evaluations:overview", get="admin"),
    Line("evaluations:assign", get="admin", post="admin"),
    Line("evaluations:divergences", get="admin"),
    Line("evaluations:reopen", entry("training"), post="admin"),
    Line("evaluations:assignments", get=ENROLLING),
    Line("evaluations:referents", get=ENROLLING, post=ENROLLING),
    Line("evaluations:late", get=ENROLLING, post=ENROLLING),
    Line(
        "evaluations:print_cohort",
        cohort,
        get="admin trainer referent assessor",
        post="admin trainer referent assessor",
    ),
    Line(
        "evaluations:print_candidate",
        ours,
        get="admin trainer referent assessor",
        post="admin trainer referent assessor",
    ),
    Line("evaluations:grid_job", grid_job, get="trainer"),
    Line("evaluations:grid_job_progress", grid_job, get="trainer"),
    Line("evaluations:grid_job_file", grid_job, get="trainer"),
    Line("evaluations:enter", entry("training"), get="admin trainer", post="trainer"),
    Line("evaluations:enter", entry("company"), get="admin referent", post="referent"),
    Line("evaluations:enter", entry("panel"), get="admin assessor", post="assessor"),
    *(
        Line("evaluations:enter", linked_entry(channel), get=f"admin {role}", post=role)
        for channel, role in [("training", "trainer"), ("company", "linked"), ("panel", "assessor")]
    ),
    Line("evaluations:review", linked_entry("company"), get="linked", post="linked"),
    Line("evaluations:walk", walked("training"), get="", led="admin trainer"),
    Line("evaluations:walk", walked("company"), get="", led="admin referent"),
    Line("evaluations:walk", walked("panel"), get="", led="admin assessor"),
    Line("evaluations:draft", entry("training"), post="trainer"),
    Line("evaluations:draft", entry("company"), post="referent"),
    Line("evaluations:draft", entry("panel"), post="assessor"),
    Line("evaluations:review", entry("training"), get="trainer", post="trainer"),
    Line("evaluations:review", entry("company"), get="referent", post="referent"),
    Line("evaluations:review", entry("panel"), get="assessor", post="assessor"),
    *(
        Line(name, pile(channel), get=roles, post=roles)
        for name in ("evaluations:grid", "evaluations:grid_review")
        for channel, roles in [
            ("training", "trainer other_trainer"),
            ("company", "referent other_referent"),
            ("panel", "assessor other_assessor"),
        ]
    ),
    Line("evaluations:grid_row", entry("training"), post="trainer"),
    Line("evaluations:grid_row", entry("company"), post="referent"),
    Line("evaluations:grid_row", entry("panel"), post="assessor"),
    *(
        Line("evaluations:attachments", entry(channel), get=role, post=role)
        for channel, role in [("training", "trainer"), ("company", "referent"), ("panel", "assessor")]
    ),
    Line("evaluations:attachment", attachment, get="admin trainer"),
    Line("evaluations:remove_attachment", attachment, post="trainer"),
    Line("evaluations:adaptations", get=ENROLLING),
    Line("evaluations:ask_adaptation", ours, get="admin trainer", post="admin trainer"),
    Line("evaluations:adaptation", adaptation, get="admin trainer", post="admin"),
    Line("evaluations:adaptation_evidence", adaptation, get="admin"),
    # Juries: who may sit
    Line("juries:members", get="admin", refused=EVERYBODY),
    Line("juries:mandate", get="admin", post="admin", refused=EVERYBODY),
    Line("juries:end_mandate", mandate, get="admin", post="admin", refused=EVERYBODY),
    # Juries: the secretariat
    Line("juries:prepare", get="admin", post="admin", refused=EVERYBODY),
    Line("juries:administration", prepared, get="admin"),
    Line("juries:administration", sitting, get="admin", refused=SEATED),
    Line("juries:compose", sitting, post="admin", refused=SEATED),
    Line("juries:composition_check", prepared, get="admin"),
    Line("juries:composition_check", sitting, get="admin", refused=SEATED),
    Line("juries:add_dossiers", sitting, post="admin", refused=SEATED),
    Line("juries:remove_dossier", dossier, post="admin", refused=SEATED),
    Line("juries:convene", sitting, post="admin", refused=SEATED),
    Line("juries:convening_paper", notice, get="", led="admin", refused=CALLED),
    Line("juries:resend_notice", notice, post="admin", refused=CALLED),
    Line("juries:name_substitute", seat, post="admin", refused=SEATED),
    Line("juries:appoint_chair", seat, post="admin", refused=SEATED),
    Line("juries:ratify", sitting, post="admin", refused=SEATED),
    Line("juries:publish", sitting, post="admin", refused=SEATED),
    Line("juries:schedule_publication", sitting, post="admin", refused=SEATED),
    Line("juries:cancel_publication", sitting, post="admin", refused=SEATED),
    Line("juries:letters", sitting, get="", led="admin", refused=SEATED),
    Line("juries:letter", dossier, get="", refused=SEATED),
    Line("juries:appeals", get="admin", refused=EVERYBODY),
    Line("juries:record_appeal", sitting, get="admin", post="admin", refused=SEATED),
    Line("juries:appeal", no_appeal, get="", post=""),
    Line("juries:open_resits", sitting, post="admin", refused=SEATED),
    Line("juries:results", ours, get="admin trainer referent assessor"),
    # Juries: a member's own file, of which the branch has none
    Line("juries:pack", sitting, get="chair juror recused", post="chair juror recused", led="undeclared"),
    Line("juries:pack_file", sitting, get=""),
    # Juries: the chair
    Line("juries:live", prepared, get="admin"),
    Line("juries:live", sitting, get=f"admin {SEATED}"),
    Line("juries:live_bar", sitting, get=f"admin {SEATED}"),
    Line("juries:signal", sitting, post=SEATED, refused="admin"),
    Line("juries:join", sitting, post=SEATED, refused="admin"),
    Line("juries:leave", sitting, post=SEATED, refused="admin"),
    Line("juries:console", sitting, get="chair juror", refused="admin recused undeclared"),
    Line("juries:open", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:call", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:give_minutes", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:attendance", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:substitute", seat, post="chair juror", refused="admin recused undeclared"),
    Line("juries:hand_over", sitting, post="chair juror", refused="admin recused undeclared", data={"seat": 2}),
    Line("juries:take_over", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:close", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:seal", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:open_votes", dossier, post="chair juror", refused="admin recused undeclared"),
    Line("juries:lapse_votes", dossier, post="chair juror", refused="admin recused undeclared"),
    Line("juries:motion_console", sitting, get="chair juror", refused="admin recused undeclared"),
    Line("juries:propose_motion", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:close_motion", no_motion, post="", refused="admin recused undeclared"),
    Line("juries:count_written_votes", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:extend_window", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:motions", sitting, get="chair juror recused undeclared", refused="admin"),
    Line("juries:adopt_motion", no_motion, post="", refused="admin", led="undeclared"),
    Line("juries:pull_out", pulled, post="", refused="admin", led="undeclared"),
    Line("juries:remarks", dossier, get="chair juror", refused="admin", led="undeclared"),
    Line("juries:write_remark", dossier, post="chair juror", refused="admin", led="undeclared"),
    Line("juries:close_votes", dossier, post="chair juror", refused="admin recused undeclared"),
    Line("juries:decide", vote, post="chair juror", refused="admin recused undeclared"),
    # Juries: the members
    Line("juries:sessions", get=EVERYBODY),
    Line("juries:session", prepared, get="", led="admin"),
    Line("juries:session", sitting, get=SEATED, led="admin"),
    Line("juries:convocation", convened, get=CALLED, post=CALLED),
    Line("juries:convocation", sitting, get="", post=""),
    Line("juries:declare", sitting, post=SEATED),
    Line("convening:answer", lambda _: {"token": NOTICE_TOKEN}, get=ANYBODY, post=ANYBODY),
    Line("juries:dossier", dossier, get="admin chair juror", led="undeclared"),
    Line("juries:votes", dossier, get="admin chair juror"),
    Line("juries:vote", vote, post="chair juror", refused="admin", led="undeclared"),
    Line("juries:attachment", heard_attachment, get="admin chair juror", led="undeclared"),
    Line("juries:withdraw", dossier, post="chair juror", refused="admin", led="undeclared"),
    Line("juries:minutes", sitting, get="admin chair juror recused", led="undeclared"),
    Line("juries:submit_minutes", sitting, post="chair juror", refused="admin recused undeclared"),
    Line("juries:approve_minutes", sitting, post="chair juror recused", refused="admin undeclared"),
    Line("juries:minutes", sealed, get=f"admin {SEATED}"),
    Line("juries:add_addendum", sealed, post="chair juror", refused="admin recused undeclared"),
    Line("juries:addendum", addendum, get="admin chair juror undeclared", led="recused"),
    Line("juries:make_extract", dossier, post="admin", refused="chair juror recused undeclared"),
    Line("juries:extract", dossier, get="", refused="chair juror recused undeclared"),
    Line("juries:minutes_pdf", sealed, get="admin chair juror undeclared", led="recused"),
    # Certificates
    Line("certificates:verify_form", get=ANYBODY),
    Line("certificates:verify", printed, get=ANYBODY),
    Line("certificates:verify_file", get=ANYBODY, post=ANYBODY),
    Line("certificates:verify_fingerprint", fingerprint, get=ANYBODY),
    Line("certificates:verified_credential", printed, get=ANYBODY),
    Line("certificates:verified_credential_token", printed, get=ANYBODY),
    Line("certificates:credential_address", lambda _: {"identifier": UUID(int=1)}, get=ANYBODY),
    Line("certificates:did_document", get=ANYBODY),
    Line("certificates:key_set", get=ANYBODY),
    Line("certificates:status_list", lambda _: {"number": 1}, get=ANYBODY),
    Line("certificates:status_list_token", lambda _: {"number": 1}, get=ANYBODY),
    Line("robots", get=ANYBODY),
    Line("certificates:register", get="admin", refused=EVERYBODY),
    Line("certificates:export", post="admin", refused=EVERYBODY, data={"format": "csv"}),
    Line("certificates:holders_list", get="admin", refused=EVERYBODY),
    Line("certificates:to_issue", get="admin", refused=EVERYBODY),
    Line("certificates:dry_run", get="admin", post="admin", refused=EVERYBODY),
    Line("certificates:job", issuing_job, get="admin", refused=EVERYBODY),
    Line("certificates:job_progress", issuing_job, get="admin", refused=EVERYBODY),
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
    Line("certificates:duplicate_paper", duplicated, get="admin", refused="trainer referent"),
    Line("certificates:revocation", certificate, get="admin", post="admin", refused="trainer referent"),
    # Nothing of the branch is asked to be revoked: tests/certificates/test_holders.py has two people decide.
    Line("certificates:approve_revocation", certificate, post="", refused="trainer referent"),
    Line("certificates:decline_revocation", certificate, post="", refused="trainer referent"),
    Line("certificates:send_link", certificate, post="admin", refused="trainer referent"),
    Line("certificates:holder", lambda _: {"token": HOLDER_TOKEN}, get=ANYBODY),
    Line("certificates:holder_paper", held, get=ANYBODY),
    Line("certificates:holder_supplement", held, get=ANYBODY),
    Line("certificates:holder_credential", held, get=ANYBODY),
    Line("certificates:holder_credential_token", held, get=ANYBODY),
    Line("certificates:share", held, get=ANYBODY, post=ANYBODY),
    Line("certificates:take_back", share, post=ANYBODY),
    Line("certificates:shared", lambda _: {"token": SHARE_TOKEN}, get=ANYBODY),
    Line("certificates:cdc_to_declare", get="admin", post="admin", refused=EVERYBODY),
    Line("certificates:cdc_complete", post="admin", refused=EVERYBODY),
    Line("certificates:cdc_complement", declarable, get="admin", post="admin", refused=EVERYBODY),
    Line("certificates:cdc_flows", get="admin", refused=EVERYBODY),
    Line("certificates:cdc_report", post="admin", refused=EVERYBODY),
    Line("certificates:cdc_flow", cdc_flow, get="admin", refused=EVERYBODY),
    Line("certificates:cdc_file", cdc_flow, get="admin", refused=EVERYBODY),
    Line("certificates:cdc_deposit", cdc_flow, post="admin", refused=EVERYBODY),
    Line("certificates:cdc_refuse", cdc_flow, post="admin", refused=EVERYBODY),
    Line("certificates:dossier", ours, get="admin", refused="trainer referent"),
    Line("certificates:issue", ours, post="admin", refused="trainer referent"),
    Line("certificates:issue_statement", statement, post="admin", refused="trainer referent"),
]


TECHNICAL = "admin"  # Django’s own administration: one rule for all of it, hence no lines.
_SAMPLES = [
    (re.compile(r"\(\?P<[^>]+>[^)]*\)|<path:\w+>|<str:\w+>"), "x"),
    (re.compile(r"<int:\w+>"), "1"),
    (re.compile(r"[\^$]"), ""),
]


def walk(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "/", namespace: str = ""
) -> Iterator[tuple[str, str]]:
    """(name, a path that leads there) of every address that the site knows."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace]))
            yield from walk(pattern.url_patterns, route, inner)
        else:
            yield ":".join(filter(None, [namespace, pattern.name])), _sample(route)


def _sample(route: str) -> str:
    for placeholder, value in _SAMPLES:
        route = placeholder.sub(value, route)
    return route


def technical_paths() -> list[str]:
    return [path for name, path in walk() if name.split(":")[0] == TECHNICAL]
