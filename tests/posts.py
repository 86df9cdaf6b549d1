"""What people send: `FORMS`, each form as its page sends it; `REFUSED`, identifiers that they have no right to name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from candidates.models import CohortDeadline
from certificates.services import stop_issuing
from evaluations.models import Attachment, Evaluation
from evaluations.models.attachments import fingerprint
from juries import services
from juries.enums import DeliberationState
from juries.models import Deliberation, Dossier
from organisations.enums import Role
from tests.builders import juries as build
from tests.builders import uploads
from tests.builders.branch import HOLDER_TOKEN, NOTICE_TOKEN, TOKEN, UNDECLARED, Branch
from tests.builders.organisations import make_siret
from tests.certificates.cdc.reports import make_report


def files_of(branch: Branch, block: str) -> str:
    """What the page on which this block is read again sends back of its files."""
    drafts = Evaluation.objects.filter(enrolled_block__enrolment=branch.enrolment, channel__code="training")
    return fingerprint(Attachment.objects.filter(evaluation__in=drafts.filter(enrolled_block__block__code=block)))


@dataclass(frozen=True)
class Sent:
    """What `role` sends. `optional` are the fields of the form that it leaves out; `given` is what happens before."""

    role: str
    name: str
    arguments: Callable[[Branch], list[Any]] = lambda branch: []
    data: Callable[[Branch], Mapping[str, Any]] = lambda branch: {}
    optional: str = ""
    given: Callable[[Branch], object] = lambda branch: None
    query: str = ""

    def __str__(self) -> str:
        return f"{self.name} by {self.role}"

    def path(self, branch: Branch) -> str:
        return reverse(self.name, args=self.arguments(branch)) + self.query


IDENTITY = {
    "birth_name": "D’Hérouville",
    "first_names": "Maëlle",
    "sex": "F",
    "birth_date": "1998-03-01",
    "birth_country": "FR",
    "birth_commune_code": "69381",
    "birth_place": "Lyon 1er Arrondissement",
}
COMPANY = {"name": "Cabinet Nouveau", "siret": make_siret(987_654), "city": "Lyon"}
ADDRESSEE = {"first_name": "Dominique", "last_name": "Petit", "email": "d.petit@example.org"}


def reference(branch: Branch) -> list[str]:
    return [branch.enrolment.reference]


def place(channel: str) -> Callable[[Branch], list[str]]:
    return lambda branch: [branch.enrolment.reference, "BC2", channel]


def sitting(branch: Branch) -> list[str]:
    return [branch.sitting.reference]


def prepared(branch: Branch) -> list[str]:
    return [branch.prepared.reference]


def sealed(branch: Branch) -> list[str]:
    return [branch.sealed.reference]


def decided_by_the_cpnefp(branch: Branch) -> None:
    build.ratified(branch.sealed, by=branch.people["admin"])


def dossier(branch: Branch) -> list[str]:
    return [branch.sitting.reference, branch.enrolment.reference]


def enrolling(branch: Branch) -> dict[str, Any]:
    return IDENTITY | {
        "route": "apprenticeship",
        "entered_on": "2020-09-14",
        "training_organisation": branch.organisation.pk,
        "options": ["BC6", "BC8"],
    }


def entering(channel: str) -> Callable[[Branch], dict[str, Any]]:
    def typed(branch: Branch) -> dict[str, Any]:
        draft = Evaluation.objects.get(
            enrolled_block__enrolment=branch.enrolment, enrolled_block__block__code="BC2", channel__code=channel
        )
        ratings = {f"rating_{row.competency.code}": "partially_acquired" for row in draft.ratings.all()}
        parts = {f"part_{row.part.code}_held_on": "2021-05-20" for row in draft.parts.all()}
        modes = {f"part_{row.part.code}_mode": "remote" for row in draft.parts.all()}
        return {"attendance": "present", "revision": 1, **ratings, **parts, **modes}

    return typed


COMPLEMENT = "initiative exam_starts_on exam_ends_on exam_mode exam_postcode vae_way"


def answer(branch: Branch) -> bytes:
    """All of the branch's file is accepted."""
    accepted = branch.flow.passages.values_list("technical_id", flat=True)
    return make_report(branch.flow.identifier, accepted=accepted)


def stopped(branch: Branch) -> None:
    """Issuing, by the secretariat."""
    stop_issuing(reason="Un doute sur le modèle.", by=branch.people["admin"], at=timezone.now())


def paper(branch: Branch) -> list[str]:
    return [branch.certificate.number]


def another_name(branch: Branch) -> None:
    branch.certificate.candidate.usual_name = "Autrenom"
    branch.certificate.candidate.save()


def an_address(branch: Branch) -> None:
    branch.certificate.candidate.email = "titulaire@example.org"
    branch.certificate.candidate.save()


def overdue(branch: Branch) -> None:
    """Everything was due a month ago, in both cohorts."""
    for cohort in (branch.cohort, branch.other_cohort):
        for channel in cohort.version.channels.all():
            CohortDeadline.objects.create(cohort=cohort, channel=channel, due_on=date(2021, 6, 4))


def pile(channel: str) -> Callable[[Branch], list[str]]:
    return lambda branch: [channel, "BC2"]


def lined(channel: str) -> Callable[[Branch], dict[str, Any]]:
    """The same as one row of a bulk grid."""

    def typed(branch: Branch) -> dict[str, Any]:
        reference = branch.enrolment.reference
        cells = {f"{reference}-{name}": value for name, value in entering(channel)(branch).items()}
        return {"row": reference, **cells}

    return typed


def counted(branch: Branch) -> None:
    """The vote is closed against the proposal: the chair has yet to say why."""
    last = build.seat(branch.sitting, UNDECLARED)
    services.declare_conflicts(last, [], by=last.member.user, at=build.OPENED_AT)
    build.vote(build.deliberation_on(branch.sitting), "not_acquired")
    services.close_votes(build.dossier_of(branch.sitting), by=build.chair_of(branch.sitting), at=build.VOTED_AT)


def closed(branch: Branch) -> None:
    counted(branch)
    chair = build.chair_of(branch.sitting)
    services.decide(
        build.deliberation_on(branch.sitting), by=chair, at=build.VOTED_AT, ground="evidence", reason="Un motif."
    )
    second = build.dossier_of(branch.sitting, 2)
    services.open_votes(second, by=chair, at=build.VOTED_AT)
    build.vote(build.deliberation_on(branch.sitting, position=2), "acquired")
    services.close_votes(second, by=chair, at=build.VOTED_AT)
    services.close_session(branch.sitting, by=chair, at=build.CLOSED_AT)


def submitted(branch: Branch) -> None:
    closed(branch)
    services.submit_minutes(branch.sitting, by=build.chair_of(branch.sitting), at=build.SUBMITTED_AT)


def approved(branch: Branch) -> None:
    closed(branch)
    build.approved(branch.sitting)


def refuse(branch: Branch) -> None:
    """A jury refuses the only block that it could judge, and the decision is published."""
    members = [seat.member for seat in build.seats_of(branch.sealed)]
    session = build.make_session([branch.unheard], members=members, by=branch.people["admin"])
    build.deliberated(session, "not_acquired")
    departures = Deliberation.objects.filter(dossier__session=session, state=DeliberationState.CLOSED)
    for departure in departures:
        services.decide(
            departure,
            by=build.chair_of(session),
            at=build.VOTED_AT,
            ground="evidence",
            reason="Travaux non personnels.",
        )
    build.published(session, by=branch.people["admin"])


def refused_dossiers(branch: Branch) -> list[Dossier]:
    return list(Dossier.objects.filter(enrolment=branch.unheard).select_related("session"))


FORMS = [
    Sent(
        "trainer",
        "candidates:enrol",
        data=enrolling,
        optional="usual_name email cohort followed_by acknowledged initiative birth_place_confirmed",
    ),
    Sent(
        "admin",
        "candidates:record_admissibility",
        data=lambda branch: IDENTITY | {"received_on": "2021-07-01"},
        optional="usual_name email complete_on birth_place_confirmed",
    ),
    Sent(
        "admin",
        "candidates:complete_admissibility",
        lambda branch: [branch.unasked.pk],
        lambda branch: {"complete_on": "2021-07-02"},
    ),
    Sent(
        "admin",
        "candidates:decide_admissibility",
        lambda branch: [branch.asked.pk],
        lambda branch: {"decision": "inadmissible", "decided_on": "2021-07-02", "reason": "Un motif."},
    ),
    Sent(
        "admin",
        "candidates:enrol_admitted",
        lambda branch: [branch.admitted.pk],
        lambda branch: {"options": ["BC6", "BC8"]},
        optional="cohort followed_by acknowledged initiative",
    ),
    Sent("trainer", "evaluations:print_cohort", lambda branch: [branch.cohort.pk], lambda branch: {"content": "blank"}),
    Sent("assessor", "evaluations:print_candidate", reference, lambda branch: {"content": "filled"}),
    Sent("trainer", "candidates:options", reference, lambda branch: {"options": ["BC6", "BC8"]}),
    Sent(
        "trainer",
        "candidates:follow_up",
        reference,
        lambda branch: {"followed_by": f"{branch.company.pk}-{branch.people['colleague'].pk}"},
        optional="cohort initiative",
    ),
    Sent("trainer", "candidates:withdrawal", reference, lambda branch: {"withdrawn_on": "2021-07-01"}),
    Sent(
        "admin",
        "candidates:acquired_block",
        reference,
        lambda branch: {
            "block": branch.enrolment.version.blocks.get(code="BC8").pk,
            "acquired_on": "2019-06-28",
            "evidence": "Attestation",
        },
    ),
    Sent(
        "admin",
        "candidates:identity",
        reference,
        lambda branch: IDENTITY,
        optional="usual_name email birth_place_confirmed",
    ),
    Sent(
        "trainer",
        "candidates:open_cohort",
        data=lambda branch: {
            "name": "Lyon",
            "starts_on": "2021-09-01",
            "ends_on": "2022-08-31",
            "training_organisation": branch.organisation.pk,
        },
        optional="due_training due_company due_panel exam_postcode",
    ),
    Sent(
        "trainer",
        "candidates:deadlines",
        lambda branch: [branch.cohort.pk],
        lambda branch: {"due_panel": "2021-07-09"},
        optional="exam_postcode",
    ),
    *(
        Sent(role, "evaluations:enter", place(channel), entering(channel), optional="is_adapted general_comment")
        for role, channel in [("trainer", "training"), ("referent", "company"), ("assessor", "panel")]
    ),
    Sent(
        "trainer",
        "evaluations:draft",
        place("training"),
        entering("training"),
        optional="is_adapted general_comment whole page sequence",
    ),
    Sent(
        "trainer",
        "evaluations:review",
        place("training"),
        lambda branch: {"revision": 1, "attachments": files_of(branch, "BC2")},
    ),
    *(
        Sent(role, "evaluations:grid", pile(channel), lined(channel), optional="action fill")
        for role, channel in [("trainer", "training"), ("referent", "company"), ("assessor", "panel")]
    ),
    Sent("trainer", "evaluations:grid_row", lambda branch: ["training", "BC2", *reference(branch)], lined("training")),
    Sent(
        "trainer",
        "evaluations:grid_review",
        pile("training"),
        lambda branch: {
            "evaluation": branch.enrolment.reference,
            f"{branch.enrolment.reference}-revision": 1,
            f"{branch.enrolment.reference}-attachments": files_of(branch, "BC2"),
        },
    ),
    Sent("referent", "evaluations:attachments", place("company"), lambda branch: {"file": uploads.sent()}),
    Sent(
        "trainer",
        "evaluations:ask_adaptation",
        reference,
        lambda branch: {"need": "Lit lentement.", "channels_extra_time": ["training"], "evidence": uploads.sent()},
    ),
    Sent(
        "admin",
        "evaluations:adaptation",
        lambda branch: [branch.adaptation.pk],
        lambda branch: {"channels_extra_time": ["training", "panel"]},
        optional="action reason",
    ),
    Sent(
        "admin",
        "evaluations:assign",
        data=lambda branch: {
            "assessors": [branch.people["other_assessor"].pk],
            "reassigned": "on",
            "scope": "ticked",
            "total": 0,
            "enrolments": [branch.enrolment.pk],
        },
        query="?assessor=any",
    ),
    Sent(
        "trainer",
        "evaluations:referents",
        data=lambda branch: {
            "referent": f"{branch.company.pk}-{branch.people['colleague'].pk}",
            "scope": "ticked",
            "total": 0,
            "enrolments": [branch.enrolment.pk],
        },
        query="?referent=any",
    ),
    Sent(
        "trainer",
        "evaluations:late",
        data=lambda branch: {"people": [branch.people["referent"].pk]},
        optional="everybody",
        given=overdue,
    ),
    Sent(
        "admin",
        "juries:mandate",
        data=lambda branch: ADDRESSEE | {"college": "union", "body": "Confédération", "starts_on": "2021-07-01"},
        optional="training_organisation company ends_on",
    ),
    Sent("admin", "juries:end_mandate", lambda branch: [branch.mandate.pk], lambda branch: {"on": "2021-07-31"}),
    Sent(
        "admin",
        "juries:prepare",
        data=lambda branch: {
            "version": branch.enrolment.version_id,
            "held_on": "2021-09-01",
            "starts": "09:30",
            "means": "on_site",
            "place": "Paris",
        },
        optional="expected_minutes written_opens_at written_closes_at masks_identity",
    ),
    Sent(
        "admin",
        "juries:compose",
        prepared,
        lambda branch: {"member_1": branch.prepared.seats.get(number=1).member_id, "chair": 1},
    ),
    Sent(
        "elsewhere",
        "juries:convocation",
        lambda branch: [branch.convened.reference],
        lambda branch: {"answer": "room"},
    ),
    Sent(
        "admin",
        "convening:answer",
        lambda branch: [NOTICE_TOKEN],
        lambda branch: {"answer": "excused"},
    ),
    Sent("admin", "juries:resend_notice", lambda branch: [branch.convened.reference, branch.notice.pk]),
    Sent("admin", "juries:add_dossiers", prepared, lambda branch: {"enrolments": [branch.unheard.pk]}),
    Sent(
        "admin",
        "evaluations:reopen",
        lambda branch: [branch.unheard.reference, "BC1", "training"],
        lambda _: {"reason": "Une date est fausse."},
        optional="due_on",
    ),
    Sent(
        "admin",
        "juries:open_resits",
        lambda branch: [dossier.session.reference for dossier in refused_dossiers(branch)],
        lambda branch: {"due_on": "2021-09-15", "dossiers": [dossier.pk for dossier in refused_dossiers(branch)]},
        given=refuse,
    ),
    Sent(
        "admin",
        "juries:schedule_publication",
        sealed,
        lambda branch: {"on": "2099-01-04", "at": "09:00"},
        given=decided_by_the_cpnefp,
    ),
    Sent(
        "admin",
        "juries:record_appeal",
        lambda branch: [dossier.session.reference for dossier in refused_dossiers(branch)],
        lambda branch: {
            "dossier": [dossier.pk for dossier in refused_dossiers(branch)],
            "received_on": timezone.localdate().isoformat(),
            "grounds": "La grille.",
        },
        given=refuse,
    ),
    Sent(
        "admin",
        "juries:ratify",
        sealed,
        lambda branch: {"decided_on": "2021-06-30", "chaired_by": "Camille Fontenay"},
        optional="note",
    ),
    Sent(
        "undeclared",
        "juries:declare",
        sitting,
        lambda branch: {f"conflict_{branch.sitting.dossiers.get(position=2).pk}": "on"},
    ),
    Sent("juror", "juries:vote", lambda branch: [*dossier(branch), "BC1"], lambda branch: {"choice": "acquired"}),
    Sent("juror", "juries:write_remark", dossier, lambda branch: {"text": "À revoir ensemble."}),
    Sent("juror", "juries:pack", sitting),
    Sent("juror", "juries:withdraw", dossier, lambda branch: {"detail": "Un cousin."}),
    Sent(
        "chair",
        "juries:attendance",
        sitting,
        lambda branch: (
            {f"presence_{seat.number}": seat.presence for seat in build.seats_of(branch.sitting)}
            | {"presence_3": "left"}
        ),
    ),
    Sent(
        "chair",
        "juries:open_votes",
        lambda branch: [branch.sitting.reference, branch.another.reference],
        lambda branch: {"block": "BC1"},
    ),
    Sent("chair", "juries:hand_over", sitting, lambda branch: {"seat": 3}, given=counted),
    Sent("chair", "juries:call", sitting, lambda branch: {"enrolment": branch.another.reference}, optional="enrolment"),
    Sent("chair", "juries:give_minutes", sitting, lambda branch: {"minutes": "10"}),
    Sent(
        "chair",
        "juries:decide",
        lambda branch: [*dossier(branch), "BC1"],
        lambda branch: {"ground": "evidence", "reason": "Un motif."},
        optional="casting",
        given=counted,
    ),
    Sent("chair", "juries:submit_minutes", sitting, lambda branch: {"incidents": "Une pause."}, given=closed),
    Sent(
        "juror",
        "juries:approve_minutes",
        sitting,
        lambda branch: {"submitted_at": build.SUBMITTED_AT.isoformat()},
        given=submitted,
    ),
    Sent("chair", "juries:seal", sitting, given=approved),
    Sent(
        "chair",
        "juries:add_addendum",
        sealed,
        lambda branch: {"corrects": "Sept voix pour.", "text": "Huit voix pour."},
        optional="dossier",
    ),
    Sent(
        "admin",
        "juries:make_extract",
        lambda branch: [branch.sealed.reference, branch.judged.reference],
        given=lambda branch: build.published(branch.sealed, by=branch.people["admin"]),
    ),
    Sent("admin", "organisations:resend_mails", data=lambda branch: {"mail": branch.mail.pk}, optional="next"),
    Sent("trainer", "organisations:open_company", data=lambda branch: COMPANY),
    Sent("admin", "organisations:open_training_organisation", data=lambda branch: COMPANY),
    Sent(
        "admin",
        "organisations:invite",
        lambda branch: [branch.organisation.kind, branch.organisation.pk],
        lambda branch: ADDRESSEE | {"role": "training_member"},
    ),
    Sent(
        "trainer",
        "candidates:invite_referent",
        reference,
        lambda branch: ADDRESSEE | {"enrolments": [branch.enrolment.pk]},
    ),
    Sent(
        "trainer",
        "candidates:invite_in_company",
        lambda branch: [branch.company.pk],
        lambda branch: ADDRESSEE | {"enrolments": [branch.enrolment.pk, branch.another.pk]},
    ),
    Sent(
        "admin",
        "organisations:accredit",
        lambda branch: [branch.other_organisation.pk],
        lambda branch: {"rncp_code": "RNCP31395", "starts_on": "2021-07-01"},
        optional="ends_on",
    ),
    Sent(
        "admin",
        "organisations:record_presidency",
        lambda branch: [branch.awarding_body.pk],
        lambda branch: {"name": "Claude Aubert", "quality": "Présidente", "starts_on": "2021-07-01"},
    ),
    Sent(
        "anonymous",
        "organisations:accept",
        lambda branch: [TOKEN],
        lambda branch: {"new_password1": "une-phrase-assez-longue", "new_password2": "une-phrase-assez-longue"},
    ),
    Sent("admin", "certificates:export", data=lambda _: {"format": "jsonl"}),
    Sent("admin", "certificates:reissue", paper, given=another_name),
    Sent("admin", "certificates:duplicate", paper, lambda branch: {"reason": "Original perdu"}),
    Sent("admin", "certificates:revocation", paper, lambda branch: {"reason": "Délivré par erreur."}),
    Sent("admin", "certificates:send_link", paper, given=an_address),
    Sent(
        "anonymous",
        "certificates:share",
        lambda branch: [HOLDER_TOKEN, *paper(branch)],
        lambda branch: {"form": "f" * 22, "ends_on": timezone.localdate() + timedelta(days=9)},
        optional="label",
    ),
    Sent("anonymous", "certificates:take_back", lambda branch: [HOLDER_TOKEN, branch.share.pk]),
    Sent("admin", "certificates:issue", lambda branch: [branch.holder.reference], optional="confirmed_reason"),
    Sent(
        "admin",
        "certificates:dry_run",
        data=lambda branch: {"line": [branch.holder.reference]},
        optional="confirmed_reason kind",
    ),
    Sent(
        "admin",
        "certificates:cdc_to_declare",
        data=lambda branch: {"certificate": [branch.declarable.number]},
        optional="all",
    ),
    Sent(
        "admin",
        "certificates:cdc_complete",
        data=lambda branch: {"certificate": [branch.declarable.number], "initiative": "OF"},
        optional=COMPLEMENT,
    ),
    Sent(
        "admin",
        "certificates:cdc_complement",
        lambda branch: [branch.declarable.number],
        lambda _: {"initiative": "OF", "exam_postcode": "69001"},
        optional=COMPLEMENT,
    ),
    Sent(
        "admin",
        "certificates:cdc_report",
        data=lambda branch: {"report": SimpleUploadedFile("rapport.xml", answer(branch), "application/xml")},
    ),
    Sent(
        "admin",
        "certificates:cdc_deposit",
        lambda branch: [branch.flow.pk],
        lambda _: {"deposited_on": timezone.localdate().isoformat()},
    ),
    Sent("admin", "certificates:cdc_refuse", lambda branch: [branch.flow.pk], lambda _: {"reason": "Mauvais schéma."}),
    Sent("admin", "certificates:stop", data=lambda _: {"reason": "Un doute sur le modèle."}),
    Sent("admin", "certificates:resume", given=stopped),
    Sent("admin", "certificates:issue_statement", lambda branch: [branch.enrolment.reference, "BC3"]),
]


# The identifiers of others, where a form has a field for them


def other_referent(branch: Branch) -> str:
    return f"{branch.company.pk}-{branch.people['other_referent'].pk}"


def varied(known: Callable[[Branch], Mapping[str, Any]], **changed: Callable[[Branch], Any]) -> Callable[..., Any]:
    return lambda branch: {**known(branch), **{name: value(branch) for name, value in changed.items()}}


def nothing(branch: Branch) -> dict[str, Any]:
    return {}


def other_cohort(branch: Branch) -> int:
    return branch.other_cohort.pk


def in_convened(branch: Branch, *more: str) -> list[str]:
    """The address of our dossier, in a jury that does not hear it."""
    return [branch.convened.reference, branch.enrolment.reference, *more]


def in_sitting(branch: Branch, *more: str) -> list[str]:
    """The address of another jury’s dossier, in this one."""
    return [branch.sitting.reference, branch.stranger.reference, *more]


REFUSED = {
    "declare what is declared": Sent(
        "admin",
        "certificates:cdc_to_declare",
        data=lambda branch: {"certificate": [branch.flow.passages.get().certificate.number]},
    ),
    "complete what is declared": Sent(
        "admin",
        "certificates:cdc_complete",
        data=lambda branch: {"certificate": [branch.flow.passages.get().certificate.number], "initiative": "OF"},
    ),
    "correct another jury’s dossier": Sent(
        "chair",
        "juries:add_addendum",
        sealed,
        lambda branch: {"dossier": build.dossier_of(branch.sitting).pk, "corrects": "Un.", "text": "Deux."},
    ),
    "enrol in another organisation": Sent(
        "trainer",
        "candidates:enrol",
        data=varied(enrolling, training_organisation=lambda branch: branch.other_organisation.pk),
    ),
    "enrol in another’s cohort": Sent("trainer", "candidates:enrol", data=varied(enrolling, cohort=other_cohort)),
    "enrol with another company’s referent": Sent(
        "trainer", "candidates:enrol", data=varied(enrolling, followed_by=other_referent)
    ),
    "decide what is admitted already": Sent(
        "admin",
        "candidates:decide_admissibility",
        lambda branch: [branch.admitted.pk],
        lambda _: {"decision": "inadmissible", "decided_on": "2021-07-02", "reason": "Un motif."},
    ),
    "enrol who is not admitted": Sent(
        "admin", "candidates:enrol_admitted", lambda branch: [branch.asked.pk], lambda _: {"options": ["BC6", "BC8"]}
    ),
    "print another’s cohort": Sent(
        "trainer",
        "evaluations:print_cohort",
        lambda branch: [branch.other_cohort.pk],
        lambda _: {"content": "blank"},
    ),
    "print another’s candidate": Sent(
        "assessor",
        "evaluations:print_candidate",
        lambda branch: [branch.stranger.reference],
        lambda _: {"content": "filled"},
    ),
    "print something else": Sent(
        "trainer", "evaluations:print_candidate", reference, lambda _: {"content": "everything"}
    ),
    "follow in another’s cohort": Sent(
        "trainer", "candidates:follow_up", reference, varied(nothing, cohort=other_cohort)
    ),
    "follow with another company’s referent": Sent(
        "trainer", "candidates:follow_up", reference, varied(nothing, followed_by=other_referent)
    ),
    "open another’s cohort": Sent(
        "trainer",
        "candidates:open_cohort",
        data=lambda branch: {
            "name": "Lyon",
            "starts_on": "2021-09-01",
            "ends_on": "2022-08-31",
            "training_organisation": branch.other_organisation.pk,
        },
    ),
    "change another’s deadlines": Sent(
        "trainer",
        "candidates:deadlines",
        lambda branch: [branch.other_cohort.pk],
        lambda _: {"due_panel": "2021-07-09"},
    ),
    "record a block held already": Sent(
        "admin",
        "candidates:acquired_block",
        reference,
        lambda branch: {
            "block": branch.enrolment.version.blocks.get(code="BC3").pk,
            "acquired_on": "2019-06-28",
            "evidence": "Attestation",
        },
    ),
    "enter a block not enrolled": Sent(
        "trainer", "evaluations:enter", lambda branch: [*reference(branch), "BC8", "training"], entering("training")
    ),
    "enter another channel": Sent("trainer", "evaluations:enter", place("panel"), entering("panel")),
    "keep a draft of another channel": Sent("trainer", "evaluations:draft", place("panel"), entering("panel")),
    "submit another channel": Sent("trainer", "evaluations:review", place("company"), lambda _: {"revision": 1}),
    "keep a row of another channel": Sent(
        "trainer", "evaluations:grid_row", lambda branch: ["panel", "BC2", *reference(branch)], lined("panel")
    ),
    "keep a row of another's candidate": Sent(
        "trainer",
        "evaluations:grid_row",
        lambda branch: ["training", "BC2", branch.stranger.reference],
        lined("training"),
    ),
    "join a file to another channel": Sent(
        "trainer", "evaluations:attachments", place("panel"), lambda _: {"file": uploads.sent()}
    ),
    "join what is no file": Sent(
        "trainer", "evaluations:attachments", place("training"), lambda _: {"file": "attachments/x", "stored_name": "x"}
    ),
    "take a file off another channel": Sent(
        "trainer", "evaluations:remove_attachment", lambda branch: [*place("panel")(branch), branch.attachment.pk]
    ),
    "take another draft’s file off": Sent(
        "trainer",
        "evaluations:remove_attachment",
        lambda branch: [*place("training")(branch), branch.heard_attachment.pk],
    ),
    "ask for another’s candidate": Sent(
        "trainer",
        "evaluations:ask_adaptation",
        lambda branch: [branch.stranger.reference],
        lambda _: {"need": "Lit lentement.", "channels_extra_time": ["training"]},
    ),
    "decide one’s own request": Sent(
        "trainer",
        "evaluations:adaptation",
        lambda branch: [branch.adaptation.pk],
        lambda _: {"channels_extra_time": ["training"]},
    ),
    "assign somebody who is no assessor": Sent(
        "admin",
        "evaluations:assign",
        data=lambda branch: {
            "assessors": [branch.people["trainer"].pk],
            "scope": "ticked",
            "total": 0,
            "enrolments": [branch.enrolment.pk],
        },
        query="?assessor=any",
    ),
    "give a referent of another company": Sent(
        "trainer",
        "evaluations:referents",
        data=lambda branch: {
            "referent": other_referent(branch),
            "scope": "ticked",
            "total": 0,
            "enrolments": [branch.enrolment.pk],
        },
        query="?referent=any",
    ),
    "give another’s candidate a referent": Sent(
        "trainer",
        "evaluations:referents",
        data=lambda branch: {
            "referent": f"{branch.company.pk}-{branch.people['colleague'].pk}",
            "scope": "ticked",
            "total": 0,
            "enrolments": [branch.stranger.pk],
        },
        query="?referent=any",
    ),
    "remind another’s referent": Sent(
        "trainer",
        "evaluations:late",
        data=lambda branch: {"people": [branch.people["other_referent"].pk]},
        given=overdue,
    ),
    "remind the panel without being of the certifier": Sent(
        "trainer",
        "evaluations:late",
        data=lambda branch: {"people": [branch.people["assessor"].pk]},
        given=overdue,
    ),
    "assign what the filter leaves out": Sent(
        "admin",
        "evaluations:assign",
        data=lambda branch: {
            "assessors": [branch.people["assessor"].pk],
            "scope": "ticked",
            "total": 0,
            "enrolments": [branch.stranger.pk],
        },
    ),
    "hear what another jury hears": Sent(
        "admin", "juries:add_dossiers", prepared, lambda branch: {"enrolments": [branch.stranger.pk]}
    ),
    "seat somebody in another college": Sent(
        "admin",
        "juries:compose",
        prepared,
        lambda branch: {"member_1": branch.prepared.seats.get(number=7).member_id},
    ),
    "record an appeal against another jury": Sent(
        "admin",
        "juries:record_appeal",
        lambda branch: [dossier.session.reference for dossier in refused_dossiers(branch)],
        lambda branch: {
            "dossier": branch.sitting.dossiers.first().pk,
            "received_on": timezone.localdate().isoformat(),
            "grounds": "La grille.",
        },
        given=refuse,
    ),
    "answer for another jury": Sent("elsewhere", "juries:convocation", sitting, lambda _: {"answer": "room"}),
    "answer what is no answer": Sent(
        "elsewhere", "juries:convocation", lambda branch: [branch.convened.reference], lambda _: {"answer": "perhaps"}
    ),
    "send another jury’s notice again": Sent(
        "admin", "juries:resend_notice", lambda branch: [*sitting(branch), branch.notice.pk]
    ),
    "seat a substitute who is not there": Sent(
        "admin", "juries:name_substitute", lambda branch: [*sitting(branch), 4], lambda _: {"member": "²"}
    ),
    "remove another jury’s dossier": Sent(
        "admin", "juries:remove_dossier", lambda branch: [branch.prepared.reference, branch.stranger.reference]
    ),
    "appoint a seat that is not there": Sent("admin", "juries:appoint_chair", lambda branch: [*sitting(branch), 14]),
    "call another jury’s dossier": Sent(
        "chair", "juries:call", sitting, lambda branch: {"enrolment": branch.stranger.reference}
    ),
    "give minutes that are not offered": Sent("chair", "juries:give_minutes", sitting, lambda _: {"minutes": "-3"}),
    "hand over to a seat that is not there": Sent("chair", "juries:hand_over", sitting, lambda _: {"seat": 14}),
    "hand over to no number": Sent("chair", "juries:hand_over", sitting, lambda _: {"seat": "²"}),
    "vote on a block that is not heard": Sent(
        "juror", "juries:vote", lambda branch: [*dossier(branch), "BC3"], lambda _: {"choice": "acquired"}
    ),
    "vote on another jury’s dossier": Sent(
        "juror", "juries:vote", lambda branch: in_sitting(branch, "BC1"), lambda _: {"choice": "acquired"}
    ),
    "vote on a dossier through another jury": Sent(
        "juror", "juries:vote", lambda branch: in_convened(branch, "BC1"), lambda _: {"choice": "acquired"}
    ),
    "vote something else": Sent(
        "juror", "juries:vote", lambda branch: [*dossier(branch), "BC1"], lambda _: {"choice": "deferred"}
    ),
    "adopt a motion that is not there": Sent("juror", "juries:adopt_motion", lambda branch: [*sitting(branch), 0]),
    "pull another jury’s dossier out": Sent("juror", "juries:pull_out", lambda branch: [*in_sitting(branch), 0]),
    "write on another jury’s dossier": Sent("juror", "juries:write_remark", in_sitting, lambda _: {"text": "Bonjour."}),
    "withdraw through another jury": Sent("juror", "juries:withdraw", in_convened),
    "open a vote on a block that is not heard": Sent("chair", "juries:open_votes", dossier, lambda _: {"block": "BC8"}),
    "open another jury’s votes": Sent("chair", "juries:open_votes", in_sitting),
    "close votes through another jury": Sent("chair", "juries:close_votes", in_convened, lambda _: {"block": "BC1"}),
    "decide a vote that is still open": Sent(
        "chair", "juries:decide", lambda branch: [*dossier(branch), "BC1"], lambda _: {"casting": "acquired"}
    ),
    "offer a role of the secretariat": Sent(
        "admin",
        "organisations:invite",
        lambda branch: [branch.organisation.kind, branch.organisation.pk],
        lambda _: ADDRESSEE | {"role": Role.ADMIN},
    ),
    "invite the referent of another’s candidate": Sent(
        "trainer",
        "candidates:invite_referent",
        reference,
        lambda branch: ADDRESSEE | {"enrolments": [branch.enrolment.pk, branch.stranger.pk]},
    ),
    "offer a role that the organisation has not": Sent(
        "admin",
        "organisations:invite",
        lambda branch: [branch.awarding_body.kind, branch.awarding_body.pk],
        lambda _: ADDRESSEE | {"role": Role.TRAINING_MEMBER},
    ),
    "send another’s invitation again": Sent(
        "trainer", "organisations:resend_invitation", lambda branch: [branch.other_invitation.pk]
    ),
    "withdraw another’s invitation": Sent(
        "trainer", "organisations:withdraw_invitation", lambda branch: [branch.other_invitation.pk]
    ),
    "issue to whom nobody enrolled": Sent(
        "admin", "certificates:dry_run", data=lambda _: {"line": ["2020-999999", "2020-999999/BC1"]}
    ),
    "take back what another holder shares": Sent(
        "anonymous", "certificates:take_back", lambda branch: ["inconnu", branch.share.pk]
    ),
    "attest a block that is not held": Sent(
        "admin", "certificates:issue_statement", lambda branch: [*reference(branch), "BC1"]
    ),
}
