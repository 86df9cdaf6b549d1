"""What was declared stays as it was sent, and no certificate is declared as another (DESIGN §6.4)."""

from journal.guards import Guard, changes

_SENT = ("id", "identifier", "schema_version", "content", "sha256", "made_by_id", "made_at")
_NAMED = ("id", "flow_id", "certificate_id", "technical_id")

CDC_GUARDS = (
    Guard(
        name="certificates_cdcflow_frozen",
        table="certificates_cdcflow",
        events=("UPDATE",),
        message="Un fichier envoyé ne change plus.",
        condition=f"{changes(_SENT)} OR (OLD.state IN ('refused', 'answered') "
        f"AND {changes(('state', 'deposited_on', 'answered_at', 'report', 'report_sha256', 'refusal'))})",
    ),
    Guard(
        name="certificates_cdcflow_kept",
        table="certificates_cdcflow",
        events=("DELETE", "TRUNCATE"),
        message="Un fichier envoyé ne s’efface pas.",
    ),
    Guard(
        name="certificates_cdcpassage_declared",
        table="certificates_cdcpassage",
        events=("INSERT",),
        message="Seul un certificat entier et publié se déclare, sous son propre identifiant.",
        condition="NOT EXISTS (SELECT 1 FROM certificates_certificate c WHERE c.id = NEW.certificate_id "
        "AND c.kind = 'certificate' AND c.state = 'published' AND c.registration_id IS NOT NULL) "
        "OR EXISTS (SELECT 1 FROM certificates_cdcpassage p WHERE "
        "(p.technical_id = NEW.technical_id AND p.certificate_id <> NEW.certificate_id) "
        "OR (p.certificate_id = NEW.certificate_id AND p.technical_id <> NEW.technical_id))",
    ),
    Guard(
        name="certificates_cdcpassage_frozen",
        table="certificates_cdcpassage",
        events=("UPDATE",),
        message="Ce qui a été répondu d’un certificat ne change plus.",
        condition=f"{changes(_NAMED)} OR (OLD.state <> 'pending' AND {changes(('state', 'message'))})",
    ),
    Guard(
        name="certificates_cdcpassage_kept",
        table="certificates_cdcpassage",
        events=("DELETE", "TRUNCATE"),
        message="Un passage déclaré ne s’efface pas.",
    ),
)
