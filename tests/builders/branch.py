"""A small whole branch, with somebody in every role: for what is asked of all pages and of all people at once."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from blocks.enums import CollegeCode
from candidates.models import AdmissibilityRequest, Cohort, Enrolment, ReferentLink
from certificates import keys, register, register_files
from certificates.credentials.making import sign_credential
from certificates.enums import CertificateState, Document
from certificates.models import (
    CdcFlow,
    Certificate,
    CertificateFile,
    Duplicate,
    HolderLink,
    IssuingJob,
    Share,
    SupplementFile,
)
from correspondence.enums import MailState
from correspondence.models import Mail
from evaluations.models import AdaptationRequest, Attachment, Evaluation, GridJob
from juries import services
from juries.enums import SessionState
from juries.models import ConveningNotice, JuryMember, JurySession, MinutesFile, SessionPaperFile
from organisations.enums import Role
from organisations.models import AwardingBody, Company, Invitation, Membership, TrainingOrganisation
from organisations.tokens import hash_token

from . import evaluations as entry
from .adaptations import make_adaptation
from .candidates import make_acquired_block, make_admissibility, make_candidate, make_cohort, make_enrolment
from .certificates import ISSUED_AT, make_certificate, make_finished_job, make_holder
from .declarations import make_declarable, make_declared
from .juries import (
    CLOSED_AT,
    OPENED_AT,
    SEALED_AT,
    approved,
    chair_of,
    deliberated,
    dossier_of,
    make_member,
    make_members,
    make_session,
    seats_of,
)
from .mails import make_mail
from .organisations import (
    make_admin,
    make_awarding_body,
    make_company,
    make_invitation,
    make_membership,
    make_panel_assessor,
    make_referent,
    make_training_member,
    make_training_organisation,
    make_user,
)
from .printing import make_drawn_job
from .referents import make_link
from .standard import load
from .uploads import stored

KEY = "A" * keys.LENGTH
TOKEN = "lien-de-l-invitation"
LINK_TOKEN = "lien-du-referent"
NOTICE_TOKEN = "lien-de-la-convocation"
HOLDER_TOKEN = "lien-du-titulaire"
SHARE_TOKEN = "adresse-partagee"
PDF = b"%PDF-1.7"
CHAIR, JUROR, UNDECLARED, RECUSED, ABSENT = 1, 2, 4, 6, (9, 10, 11)
SEATED = {"chair": CHAIR, "juror": JUROR, "recused": RECUSED, "undeclared": UNDECLARED}
HELD = ("BC3", "BC4", "BC5", "BC6", "BC7")  # before this branch's juries, which decide the rest


@dataclass(frozen=True, slots=True)
class Branch:
    """Two organisations, two companies and two panel assessors, each with its candidates; a jury in every state.

    `people` by role. `enrolment` is followed by `trainer`, `referent` and `assessor`. It stands before the jury
    `sitting`, which votes on it: `recused` is withdrawn from it, `undeclared` has yet to tell their conflicts. Both see
    the dossier of `another`. `stranger` is followed by the others and stands before the jury `convened`, where
    `elsewhere` sits. The jury `sealed` has decided on `judged`, from which `recused` is withdrawn too. `unheard` is on
    no agenda, and `holder` awaits a certificate. `linked`, who holds every role, comes by a referent's link for
    `unheard`. Of those who want a VAE, `asked` awaits an answer, `unasked` lacks a piece, `admitted` may be enrolled.
    """

    people: Mapping[str, User]
    awarding_body: AwardingBody
    organisation: TrainingOrganisation
    company: Company
    other_organisation: TrainingOrganisation
    other_company: Company
    cohort: Cohort
    other_cohort: Cohort
    enrolment: Enrolment
    another: Enrolment
    judged: Enrolment
    unheard: Enrolment
    stranger: Enrolment
    prepared: JurySession
    convened: JurySession
    sitting: JurySession
    sealed: JurySession
    certificate: Certificate
    duplicate: Duplicate
    share: Share
    holder: Enrolment
    asked: AdmissibilityRequest
    unasked: AdmissibilityRequest
    admitted: AdmissibilityRequest
    grid_job: GridJob
    issuing_job: IssuingJob
    flow: CdcFlow
    declarable: Certificate
    notice: ConveningNotice
    invitation: Invitation
    other_invitation: Invitation
    mandate: JuryMember
    mail: Mail
    link: ReferentLink
    adaptation: AdaptationRequest
    attachment: Attachment
    heard_attachment: Attachment

    def membership(self, role: str) -> Membership:
        return self.people[role].memberships.get()


def make_branch() -> Branch:
    load()
    places = _places()
    people = _people(**places)
    ours = _fields_of(places, people)
    enrolments = _enrolments(people, ours, _fields_of(places, people, of="other_"))
    members, elsewhere = make_members(), make_member(CollegeCode.UNION)
    people |= {role: members[number - 1].user for role, number in SEATED.items()}
    enrolment = enrolments["enrolment"]
    return Branch(
        **places,
        **enrolments,
        **_juries(enrolments, members, elsewhere, make_member(CollegeCode.UNION, user=people["linked"])),
        **_certified(ours, by=people["admin"]),
        **_asking_for_a_vae(),
        **_written_to(people, places["company"]),
        **_joined(enrolment, by=people["trainer"]),
        people=people | {"elsewhere": elsewhere.user},
        mandate=elsewhere,
        grid_job=make_drawn_job(people["trainer"], places["cohort"], enrolment, requested_at=timezone.now()),
    )


# Its parts: each gives some of the fields of a `Branch`, by name.


def _places() -> dict[str, Any]:
    organisation = make_training_organisation()
    other_organisation = make_training_organisation(accredited_until=date(2021, 6, 30))
    return {
        "awarding_body": make_awarding_body(),
        "organisation": organisation,
        "other_organisation": other_organisation,
        "company": make_company(),
        "other_company": make_company(),
        "cohort": make_cohort(organisation=organisation),
        "other_cohort": make_cohort(organisation=other_organisation),
    }


def _people(
    *,
    organisation: TrainingOrganisation,
    other_organisation: TrainingOrganisation,
    company: Company,
    other_company: Company,
    **_: object,
) -> dict[str, User]:
    """By role; whoever sits in a jury comes with it."""
    return {
        "admin": make_admin(),
        "trainer": make_training_member(organisation),
        "other_trainer": make_training_member(other_organisation),
        "referent": make_referent(company),
        "colleague": make_referent(company),
        "other_referent": make_referent(other_company),
        "assessor": make_panel_assessor(),
        "other_assessor": make_panel_assessor(),
        "nobody": make_user(),
        "former": _former(organisation, company),
        "disabled": _disabled(organisation),
        "linked": _in_every_role(organisation, company),
    }


def _fields_of(places: Mapping[str, Any], people: Mapping[str, User], of: str = "") -> dict[str, Any]:
    """Where an enrolment stands: ours, or that `of` the others."""
    return {
        "cohort": places[f"{of}cohort"],
        "company": places[f"{of}company"],
        "referent": people[f"{of}referent"],
        "enrolled_by": people[f"{of}trainer"],
    }


def _enrolments(people: Mapping[str, User], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Enrolment]:
    assessor = people["assessor"]
    return {
        "enrolment": _enrolled("Aubry A", assessor, **ours),
        "another": _enrolled("Aubry B", assessor, **ours),
        "judged": _enrolled("Aubry C", assessor, **ours),
        "unheard": _enrolled("Aubry D", assessor, **{**ours, "referent": people["linked"]}),
        "stranger": _enrolled("Zyskind", people["other_assessor"], **theirs),
        "holder": make_holder(**ours),
    }


def _juries(
    enrolments: Mapping[str, Enrolment], members: list[JuryMember], elsewhere: JuryMember, linked: JuryMember
) -> dict[str, Any]:
    heard = [enrolments["enrolment"], enrolments["another"]]
    sitting = _sat(heard, members, silent={UNDECLARED}, substitutes={JUROR: make_member()})
    services.open_votes(dossier_of(sitting), by=chair_of(sitting), at=OPENED_AT)
    called = [*members[:2], elsewhere, members[3], linked, *members[5:]]
    convened = make_session([enrolments["stranger"]], SessionState.CONVENED, members=called)
    return {
        "prepared": make_session([], SessionState.PREPARED, members=members[:12]),
        "convened": convened,
        "notice": _told(convened, elsewhere),
        "sitting": sitting,
        "sealed": _sealed(_sat([enrolments["judged"]], members)),
    }


def _certified(ours: Mapping[str, Any], *, by: User) -> dict[str, Any]:
    certificate = _published(make_certificate(**ours))
    sign_credential(certificate, at=ISSUED_AT)
    return {
        "certificate": certificate,
        "duplicate": _duplicate(certificate, by),
        "share": _shared(certificate),
        "issuing_job": make_finished_job(by=by),
        "flow": make_declared(make_declarable(), by=by, made_at=timezone.now()),
        "declarable": make_declarable(),
    }


def _asking_for_a_vae() -> dict[str, AdmissibilityRequest]:
    return {
        "asked": make_admissibility(complete_on=date(2021, 6, 20)),
        "unasked": make_admissibility(received_on=date(2021, 6, 21)),
        "admitted": make_admissibility(decided_on=date(2021, 7, 1)),
    }


def _written_to(people: Mapping[str, User], company: Company) -> dict[str, Any]:
    return {
        "invitation": _sent(company, people["trainer"]),
        "other_invitation": make_invitation(organisation=company, invited_by=people["other_trainer"]),
        "mail": make_mail(MailState.FAILED),
        "link": make_link(people["linked"], token=LINK_TOKEN),
    }


def _joined(enrolment: Enrolment, *, by: User) -> dict[str, Any]:
    """To an evaluation: the files of a draft and of one that the jury hears, and what a request asks to adapt."""
    drafts = {
        channel: entry.draft(enrolment, "BC2", channel, file=stored()) for channel in ("training", "company", "panel")
    }
    return {
        "attachment": drafts["training"].attachments.get(),
        "heard_attachment": _heard(enrolment).attachments.get(),
        "adaptation": make_adaptation(enrolment, by=by, channels=["panel"], evidence="justificatif.png"),
    }


def _heard(enrolment: Enrolment) -> Evaluation:
    return Evaluation.objects.submitted().get(
        enrolled_block__enrolment=enrolment, enrolled_block__block__code="BC1", channel__code="training"
    )


def _in_every_role(organisation: TrainingOrganisation, company: Company) -> User:
    """Somebody who comes by a referent's link, and would have every right by another door."""
    person = make_admin()
    make_membership(person, Role.PANEL_ASSESSOR, make_awarding_body())
    make_membership(person, Role.TRAINING_MEMBER, organisation)
    make_membership(person, Role.COMPANY_REFERENT, company)
    return person


def _former(organisation: TrainingOrganisation, company: Company) -> User:
    """Somebody who held every role, until yesterday."""
    former = make_user()
    held = {
        Role.ADMIN: make_awarding_body(),
        Role.PANEL_ASSESSOR: make_awarding_body(),
        Role.TRAINING_MEMBER: organisation,
        Role.COMPANY_REFERENT: company,
    }
    yesterday = timezone.localdate() - timedelta(days=1)
    for role, place in held.items():
        make_membership(former, role, place, ends_on=yesterday)
    return former


def _disabled(organisation: TrainingOrganisation) -> User:
    """An account closed while its roles go on, which `close_account` does not leave behind: the worst case."""
    disabled = make_admin()
    make_membership(disabled, Role.TRAINING_MEMBER, organisation)
    disabled.is_active = False
    disabled.save(update_fields=["is_active"])
    return disabled


def _enrolled(name: str, assessor: User, **fields: Any) -> Enrolment:
    """All but two blocks are held since before; of those two every channel has answered on the first."""
    enrolment = make_enrolment(candidate=make_candidate(birth_name=name), **fields)
    for code in HELD:
        make_acquired_block(enrolment.candidate, code)
    entry.assign(enrolment, assessor)
    entry.submit(enrolment, "BC1", "training", file=stored("etude-de-cas.png"))
    entry.submit_all(enrolment, blocks=["BC1"], channels=["company", "panel"])
    return enrolment


def _sat(
    enrolments: list[Enrolment],
    members: list[JuryMember],
    *,
    silent: Container[int] = (),
    substitutes: dict[int, JuryMember] | None = None,
) -> JurySession:
    """Open: conflicts are declared but by the `silent` seats, and one member withdraws from the first dossier."""
    session = make_session(enrolments, members=members, absent=ABSENT, declared=False, substitutes=substitutes)
    for each in seats_of(session):
        if each.number not in silent:
            conflicts = [services.Conflict(dossier_of(session))] if each.number == RECUSED else []
            services.declare_conflicts(each, conflicts, by=each.member.user, at=OPENED_AT)
    return session


def _sealed(session: JurySession) -> JurySession:
    """As an open session goes on: its file is not drawn, since nobody here reads it."""
    deliberated(session)
    services.close_session(session, by=chair_of(session), at=CLOSED_AT)
    approved(session)
    minutes = services.seal_minutes(session, by=chair_of(session), at=SEALED_AT)
    MinutesFile.objects.create(minutes=minutes, content=PDF, sha256=sha256(PDF).hexdigest(), drawn_at=SEALED_AT)
    words = {"corrects": "Sept voix pour.", "text": "Huit voix pour."}
    paper = services.add_addendum(session, by=chair_of(session), at=SEALED_AT, dossier=dossier_of(session), **words)
    SessionPaperFile.objects.create(paper=paper, content=PDF, sha256=sha256(PDF).hexdigest(), drawn_at=SEALED_AT)
    session.refresh_from_db()
    return session


def _told(session: JurySession, member: JuryMember) -> ConveningNotice:
    """Their notice, its mail gone with this link."""
    notice = ConveningNotice.objects.get(seat__session=session, member=member)
    notice.token_hash = hash_token(NOTICE_TOKEN)
    notice.save(update_fields=["token_hash"])
    return notice


def _published(certificate: Certificate) -> Certificate:
    """With this key, and not drawn either."""
    digest = sha256(PDF).hexdigest()
    CertificateFile.objects.create(certificate=certificate, content=PDF, sha256=digest, drawn_at=ISSUED_AT)
    certificate.state, certificate.published_at = CertificateState.PUBLISHED, ISSUED_AT
    certificate.key_hash, certificate.sha256 = keys.hash_of(KEY), digest
    certificate.save(update_fields=["state", "published_at", "key_hash", "sha256"])
    with transaction.atomic():
        register.enter(certificate, at=ISSUED_AT)
    return certificate


def _duplicate(certificate: Certificate, admin: User) -> Duplicate:
    """Drawn, as the paper itself is not."""
    made = Duplicate.objects.create(
        certificate=certificate, rank=1, reason="Original perdu", context={}, made_by=admin, made_at=ISSUED_AT
    )
    made.content, made.sha256, made.drawn_at = PDF, sha256(PDF + b"1").hexdigest(), ISSUED_AT
    made.save(update_fields=["content", "sha256", "drawn_at"])
    register_files.enter(certificate, Document.DUPLICATE, rank=1, sha256=made.sha256, at=ISSUED_AT)
    return made


def _shared(certificate: Certificate) -> Share:
    """By its holder, whose mail has gone with this link; its annex is drawn."""
    annex = sha256(PDF + b"0").hexdigest()
    SupplementFile.objects.create(certificate=certificate, content=PDF, sha256=annex, drawn_at=ISSUED_AT)
    register_files.enter(certificate, Document.SUPPLEMENT, rank=1, sha256=annex, at=ISSUED_AT)
    HolderLink.objects.create(
        candidate=certificate.candidate, token_hash=hash_token(HOLDER_TOKEN), made_at=timezone.now()
    )
    return Share.objects.create(
        certificate=certificate,
        token_hash=hash_token(SHARE_TOKEN),
        made_at=timezone.now(),
        ends_at=timezone.now() + timedelta(days=30),
    )


def _sent(company: Company, trainer: User) -> Invitation:
    return make_invitation(organisation=company, invited_by=trainer, token_hash=hash_token(TOKEN))
