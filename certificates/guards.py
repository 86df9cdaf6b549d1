"""No certificate without what the rules ask, and none that changes afterwards (DESIGN §6.1, 2, 4)."""

from journal.guards import Guard, append_only

_HELD = (
    "EXISTS (SELECT 1 FROM candidates_acquiredblock a WHERE a.candidate_id = NEW.candidate_id "
    "AND a.catalogue_block_id = b.catalogue_block_id)"
)
_VERSION = "(SELECT n.version_id FROM candidates_enrolment n WHERE n.id = NEW.enrolment_id)"
_MANDATORY_MISSING = (
    f"EXISTS (SELECT 1 FROM blocks_block b WHERE b.version_id = {_VERSION} "
    f"AND b.\"group\" <> 'optional' AND NOT {_HELD})"
)
_OPTIONS_HELD = (
    f"(SELECT COUNT(*) FROM blocks_block b WHERE b.version_id = {_VERSION} AND b.\"group\" = 'optional' AND {_HELD})"
)
_OPTIONS_ASKED = (
    f"(SELECT CAST(CAST(p.value AS TEXT) AS INTEGER) FROM blocks_ruleparameter p WHERE p.version_id = {_VERSION} "
    "AND p.key = 'optional_minimum')"
)
_OTHER_PERSON = (
    "NOT EXISTS (SELECT 1 FROM candidates_enrolment n "
    "WHERE n.id = NEW.enrolment_id AND n.candidate_id = NEW.candidate_id)"
)
_STATEMENT_WITHOUT_BLOCK = (
    "NOT EXISTS (SELECT 1 FROM candidates_acquiredblock a WHERE a.candidate_id = NEW.candidate_id "
    "AND a.catalogue_block_id = NEW.catalogue_block_id)"
)
_FROZEN = (
    "kind", "number", "year", "sequence", "certification_id", "candidate_id", "enrolment_id", "delivered_on", "context",
    "template_version", "issued_by_id", "issued_at", "unregistered_reason",
)  # fmt: skip

GUARDS = (
    Guard(
        name="certificates_certificate_earned",
        table="certificates_certificate",
        events=("INSERT",),
        message="Pas de certificat sans une décision scellée et ratifiée sur chaque bloc exigé.",
        condition=f"NEW.kind = 'certificate' AND ({_OTHER_PERSON} OR {_MANDATORY_MISSING} "
        f"OR {_OPTIONS_HELD} < COALESCE({_OPTIONS_ASKED}, 1000))",
    ),
    Guard(
        name="certificates_statement_earned",
        table="certificates_certificate",
        events=("INSERT",),
        message="Pas d’attestation sans le bloc acquis.",
        condition=f"NEW.kind = 'block_statement' AND ({_OTHER_PERSON} OR {_STATEMENT_WITHOUT_BLOCK})",
    ),
    Guard(
        name="certificates_certificate_frozen",
        table="certificates_certificate",
        events=("UPDATE",),
        message="Un document délivré ne change plus.",
        condition=" OR ".join(f"OLD.{column} <> NEW.{column}" for column in _FROZEN)
        + " OR (OLD.state <> 'reserved' AND (OLD.sha256 <> NEW.sha256 OR OLD.key_hash <> NEW.key_hash "
        "OR NEW.state = 'reserved'))",
    ),
    Guard(
        name="certificates_certificate_kept",
        table="certificates_certificate",
        events=("DELETE",),
        message="Un document délivré ne s’efface pas : il se retire.",
    ),
    append_only("certificates_file", "certificates_certificatefile", "Un document délivré ne change plus."),
)
