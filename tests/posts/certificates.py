from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certificates.models import FileRefusal
from certificates.services import stop_issuing
from tests.addresses.places import both, certificate, held, number, ours, pk, reference
from tests.builders.branch import HOLDER_TOKEN, Branch
from tests.certificates.cdc.reports import make_report

from .sent import Sent, typed

COMPLEMENT = "initiative exam_starts_on exam_ends_on exam_mode exam_postcode vae_way"
DOUBT = typed(reason="Un doute sur le modèle.")


def report(branch: Branch) -> dict[str, Any]:
    """All of the branch's file is accepted."""
    accepted = branch.flow.passages.values_list("technical_id", flat=True)
    content = make_report(branch.flow.identifier, accepted=accepted)
    return {"report": SimpleUploadedFile("rapport.xml", content, "application/xml")}


def declarable(branch: Branch) -> dict[str, Any]:
    return {"certificate": [branch.declarable.number]}


def declared(branch: Branch) -> dict[str, Any]:
    return {"certificate": [branch.flow.passages.get().certificate.number]}


def deposited(branch: Branch) -> dict[str, Any]:
    return {"deposited_on": timezone.localdate().isoformat()}


def sharing(branch: Branch) -> dict[str, Any]:
    return {"form": "f" * 22, "ends_on": timezone.localdate() + timedelta(days=9)}


def to_issue(branch: Branch) -> dict[str, Any]:
    return {"line": [branch.holder.reference]}


def stopped(branch: Branch) -> None:
    """Issuing, by the secretariat."""
    stop_issuing(reason="Un doute sur le modèle.", by=branch.people["admin"], at=timezone.now())


def another_name(branch: Branch) -> None:
    branch.certificate.candidate.usual_name = "Autrenom"
    branch.certificate.candidate.save()


def an_address(branch: Branch) -> None:
    branch.certificate.candidate.email = "titulaire@example.org"
    branch.certificate.candidate.save()


def a_refused_annex(branch: Branch) -> None:
    refusal = {"attempts": 5, "last_error": "Le libellé déborde.", "refused_at": timezone.now()}
    FileRefusal.objects.create(certificate=branch.certificate, document="supplement", rank=1, **refusal)


FORMS = [
    Sent("admin", "certificates:export", data=typed(format="jsonl")),
    Sent("admin", "certificates:reissue", certificate, given=another_name),
    Sent("admin", "certificates:duplicate", certificate, typed(reason="Original perdu")),
    Sent("admin", "certificates:revocation", certificate, typed(reason="Délivré par erreur.")),
    Sent("admin", "certificates:draw_again", certificate, given=a_refused_annex),
    Sent("admin", "certificates:send_link", certificate, given=an_address),
    Sent("anonymous", "certificates:share", held, sharing, optional="label"),
    Sent("anonymous", "certificates:take_back", both(pk("share"), token=HOLDER_TOKEN)),
    Sent("admin", "certificates:issue", reference("holder"), optional="confirmed_reason"),
    Sent("admin", "certificates:dry_run", data=to_issue, optional="confirmed_reason kind"),
    Sent("admin", "certificates:cdc_to_declare", data=declarable, optional="all"),
    Sent(
        "admin",
        "certificates:cdc_complete",
        data=lambda branch: {**declarable(branch), "initiative": "OF"},
        optional=COMPLEMENT,
    ),
    Sent(
        "admin",
        "certificates:cdc_complement",
        number("declarable"),
        typed(initiative="OF", exam_postcode="69001"),
        optional=COMPLEMENT,
    ),
    Sent("admin", "certificates:cdc_report", data=report),
    Sent("admin", "certificates:cdc_deposit", pk("flow"), deposited),
    Sent("admin", "certificates:cdc_refuse", pk("flow"), typed(reason="Mauvais schéma.")),
    Sent("admin", "certificates:stop", data=DOUBT),
    Sent("admin", "certificates:resume", given=stopped),
    Sent("admin", "certificates:issue_statement", both(ours, code="BC3")),
]

REFUSED = {
    "declare what is declared": Sent("admin", "certificates:cdc_to_declare", data=declared),
    "complete what is declared": Sent(
        "admin", "certificates:cdc_complete", data=lambda branch: {**declared(branch), "initiative": "OF"}
    ),
    "issue to whom nobody enrolled": Sent(
        "admin", "certificates:dry_run", data=typed(line=["2020-999999", "2020-999999/BC1"])
    ),
    "take back what another holder shares": Sent(
        "anonymous", "certificates:take_back", both(pk("share"), token="inconnu")
    ),
    "attest a block that is not held": Sent("admin", "certificates:issue_statement", both(ours, code="BC1")),
}
