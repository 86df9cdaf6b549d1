"""No certificate without what the rules ask, and none that changes afterwards (DESIGN §6.1, 2, 4).

A reissue takes its steps in this order, and no other passes: the old paper becomes `replaced`, which frees its place
among the live ones; the new row, which replaces it, is inserted; at the commit, PostgreSQL looks that it was. SQLite
has no guard that waits for the commit: there `manage.py verify` tells of a paper replaced by nothing. A revocation
likewise: asked for, approved by somebody else, and only then is the paper `revoked`.
"""

from journal.guards import Guard, append_only, changes
from juries.guards import ratified_acquisition
from rulebook.transitions import CERTIFICATE

from .cdc.guards import CDC_GUARDS

_VERSION = "(SELECT n.version_id FROM candidates_enrolment n WHERE n.id = NEW.enrolment_id)"
# What was inserted under the guard of acquired blocks may have been sent back since.
_STANDS = f"(a.origin <> 'jury' OR {ratified_acquisition('a')})"
_HELD = (
    "EXISTS (SELECT 1 FROM candidates_acquiredblock a WHERE a.candidate_id = NEW.candidate_id "
    f"AND a.catalogue_block_id = p.catalogue_block_id AND {_STANDS})"
)
_MANDATORY_MISSING = (
    f"EXISTS (SELECT 1 FROM blocks_block p WHERE p.version_id = {_VERSION} "
    f"AND p.\"group\" <> 'optional' AND NOT {_HELD})"
)
_OPTIONS_HELD = (
    f"(SELECT COUNT(*) FROM blocks_block p WHERE p.version_id = {_VERSION} AND p.\"group\" = 'optional' AND {_HELD})"
)
_OPTIONS_ASKED = (
    f"(SELECT CAST(CAST(p.value AS TEXT) AS INTEGER) FROM blocks_ruleparameter p WHERE p.version_id = {_VERSION} "
    "AND p.key = 'optional_minimum')"
)
_SAME_PERSON = (
    "EXISTS (SELECT 1 FROM candidates_enrolment n JOIN blocks_standardversion v ON v.id = n.version_id "
    "WHERE n.id = NEW.enrolment_id AND n.candidate_id = NEW.candidate_id AND v.certification_id = NEW.certification_id)"
)
_BLOCK_HELD = (
    "EXISTS (SELECT 1 FROM candidates_acquiredblock a WHERE a.candidate_id = NEW.candidate_id "
    f"AND a.catalogue_block_id = NEW.catalogue_block_id AND {_STANDS})"
)
_LAST_ACQUIRED = (
    "(SELECT MAX(a.acquired_on) FROM candidates_acquiredblock a WHERE a.candidate_id = NEW.candidate_id "
    "AND (a.catalogue_block_id = NEW.catalogue_block_id OR NEW.catalogue_block_id IS NULL "
    f"AND a.catalogue_block_id IN (SELECT p.catalogue_block_id FROM blocks_block p WHERE p.version_id = {_VERSION})))"
)
_OWN_PREDECESSOR = (
    "EXISTS (SELECT 1 FROM certificates_certificate o WHERE o.id = NEW.replaces_id AND o.state = 'replaced' "
    "AND o.kind = NEW.kind AND o.candidate_id = NEW.candidate_id AND o.certification_id = NEW.certification_id "
    "AND COALESCE(o.catalogue_block_id, 0) = COALESCE(NEW.catalogue_block_id, 0) "
    "AND o.delivered_on = NEW.delivered_on)"
)
_NEXT_NUMBER = (
    "EXISTS (SELECT 1 FROM certificates_numbercounter c "
    "WHERE c.kind = NEW.kind AND c.year = NEW.year AND c.last = NEW.sequence) "
    "AND NEW.sequence = 1 + COALESCE((SELECT MAX(o.sequence) FROM certificates_certificate o "
    "WHERE o.kind = NEW.kind AND o.year = NEW.year), 0)"
)
_WRITTEN_NUMBER = "'%-' || CAST(NEW.year AS TEXT) || '-' || SUBSTR(CAST(1000000 + NEW.sequence AS TEXT), 2)"
# Both databases write a moment from its year on, in UTC: Paris is ahead of it on the last evening.
_ISSUED_IN = "CAST(SUBSTR(CAST(NEW.issued_at AS TEXT), 1, 4) AS INTEGER)"
_OTHER_YEAR = (
    f"(NEW.year <> {_ISSUED_IN} AND NOT (NEW.year = {_ISSUED_IN} + 1 "
    "AND SUBSTR(CAST(NEW.issued_at AS TEXT), 6, 5) = '12-31'))"
)
_OWN_FILE = (
    "EXISTS (SELECT 1 FROM certificates_certificatefile f WHERE f.certificate_id = NEW.id AND f.sha256 = NEW.sha256)"
)
_KEPT_FILE = (
    "NEW.document = 'supplement' AND NEW.rank = 1 AND EXISTS "
    "(SELECT 1 FROM certificates_supplementfile f WHERE f.certificate_id = NEW.certificate_id) "
    "OR NEW.document = 'duplicate' AND EXISTS (SELECT 1 FROM certificates_duplicate d "
    "WHERE d.certificate_id = NEW.certificate_id AND d.rank = NEW.rank AND d.drawn_at IS NOT NULL)"
)
_APPROVED = (
    "EXISTS (SELECT 1 FROM certificates_revocation r WHERE r.certificate_id = NEW.id AND r.state = 'approved' "
    "AND r.decided_by_id <> r.requested_by_id)"
)
_HAS_SUCCESSOR = "EXISTS (SELECT 1 FROM certificates_certificate n WHERE n.replaces_id = NEW.id)"

ISSUED = (
    "id", "kind", "number", "year", "sequence", "certification_id", "candidate_id", "enrolment_id",
    "catalogue_block_id", "registration_id", "delivered_on", "context", "template_version", "issued_by_id", "issued_at",
    "unregistered_reason", "replaces_id",
)  # fmt: skip
PUBLISHED = ("sha256", "key_hash", "published_at", "attempts", "last_error")


def _of(state: str) -> str:
    return f"EXISTS (SELECT 1 FROM certificates_certificate o WHERE o.id = NEW.certificate_id AND o.state = '{state}')"


_PERMITTED = " OR ".join(
    f"OLD.state = '{origin}' AND NEW.state = '{target}'"
    for origin, targets in CERTIFICATE.items()
    for target in sorted(targets)
)


def _kept(name: str, table: str, message: str, condition: str = "TRUE") -> Guard:
    return Guard(name=name, table=table, events=("DELETE",), message=message, condition=condition)


_STOPPED = "EXISTS (SELECT 1 FROM certificates_issuingstop s WHERE s.resumed_at IS NULL)"

GUARDS = (
    Guard(
        name="certificates_issuing_stopped",
        table="certificates_certificate",
        events=("INSERT",),
        message="La délivrance est arrêtée.",
        condition=_STOPPED,
    ),
    Guard(
        name="certificates_publishing_stopped",
        table="certificates_certificate",
        events=("UPDATE",),
        message="La délivrance est arrêtée : rien ne se publie.",
        condition=f"OLD.state = 'reserved' AND NEW.state = 'published' AND {_STOPPED}",
    ),
    Guard(
        name="certificates_certificate_earned",
        table="certificates_certificate",
        events=("INSERT",),
        message="Pas de certificat sans une décision scellée et ratifiée sur chaque bloc exigé.",
        condition=f"NEW.kind = 'certificate' AND (NOT {_SAME_PERSON} OR {_MANDATORY_MISSING} "
        f"OR {_OPTIONS_HELD} < COALESCE({_OPTIONS_ASKED}, 1000))",
    ),
    Guard(
        name="certificates_statement_earned",
        table="certificates_certificate",
        events=("INSERT",),
        message="Pas d’attestation sans le bloc acquis.",
        condition=f"NEW.kind <> 'certificate' AND (NOT {_SAME_PERSON} OR NOT {_BLOCK_HELD})",
    ),
    Guard(
        name="certificates_certificate_dated",
        table="certificates_certificate",
        events=("INSERT",),
        message="Un document porte la date de la dernière décision qu’il délivre.",
        condition=f"NEW.replaces_id IS NULL AND NEW.delivered_on IS DISTINCT FROM {_LAST_ACQUIRED}",
    ),
    Guard(
        name="certificates_certificate_numbered",
        table="certificates_certificate",
        events=("INSERT",),
        message="Un document prend le numéro qui suit, dans l’année de sa délivrance.",
        condition=f"NOT ({_NEXT_NUMBER}) OR {_OTHER_YEAR} OR NEW.number NOT LIKE {_WRITTEN_NUMBER}",
    ),
    Guard(
        name="certificates_certificate_reserved",
        table="certificates_certificate",
        events=("INSERT",),
        message="Un document est réservé avant d’être publié.",
        condition="NEW.state <> 'reserved' OR NEW.sha256 IS NOT NULL OR NEW.key_hash IS NOT NULL",
    ),
    Guard(
        name="certificates_certificate_successor",
        table="certificates_certificate",
        events=("INSERT",),
        message="Un document ne remplace que celui de la même personne, déjà marqué comme remplacé.",
        condition=f"NEW.replaces_id IS NOT NULL AND NOT {_OWN_PREDECESSOR}",
    ),
    Guard(
        name="certificates_certificate_frozen",
        table="certificates_certificate",
        events=("UPDATE",),
        message="Un document délivré ne change plus.",
        condition=f"{changes(ISSUED)} OR OLD.state <> 'reserved' AND {changes(PUBLISHED)}",
    ),
    Guard(
        name="certificates_certificate_moved",
        table="certificates_certificate",
        events=("UPDATE",),
        message="Un document réservé se publie ; publié, il est remplacé ou retiré : aucun autre passage.",
        condition=f"NEW.state <> OLD.state AND NOT ({_PERMITTED})",
    ),
    Guard(
        name="certificates_certificate_published",
        table="certificates_certificate",
        events=("UPDATE",),
        message="Un document se publie avec son fichier.",
        condition=f"OLD.state = 'reserved' AND NEW.state = 'published' AND NOT {_OWN_FILE}",
    ),
    Guard(
        name="certificates_certificate_revoked",
        table="certificates_certificate",
        events=("UPDATE",),
        message="Un document n’est retiré qu’avec l’accord d’une seconde personne.",
        condition=f"NEW.state = 'revoked' AND OLD.state <> 'revoked' AND NOT {_APPROVED}",
    ),
    Guard(
        name="certificates_certificate_replaced",
        table="certificates_certificate",
        events=("UPDATE",),
        message="Un document n’est remplacé que par un autre.",
        condition=f"NEW.state = 'replaced' AND OLD.state <> 'replaced' AND NOT {_HAS_SUCCESSOR}",
        at_commit=True,  # The old one gives up its place before the new one takes it.
    ),
    Guard(
        name="certificates_certificate_kept",
        table="certificates_certificate",
        events=("DELETE", "TRUNCATE"),
        message="Un document délivré ne s’efface pas : il se retire.",
    ),
    Guard(
        name="certificates_counter",
        table="certificates_numbercounter",
        events=("UPDATE",),
        message="Un numéro ne sert qu’une fois, et aucun ne se saute.",
        condition=f"NEW.last <> OLD.last + 1 OR {changes(('kind', 'year'))}",
    ),
    Guard(
        name="certificates_counter_opened",
        table="certificates_numbercounter",
        events=("INSERT",),
        message="Les numéros d’une année commencent au premier.",
        condition="NEW.last <> 0",
    ),
    _kept("certificates_counter_kept", "certificates_numbercounter", "Un numéro ne sert qu’une fois."),
    append_only("certificates_register", "certificates_registerentry", "Une inscription au registre ne change plus."),
    Guard(
        name="certificates_register_next",
        table="certificates_registerentry",
        events=("INSERT",),
        message="Le registre inscrit l’état présent d’un document, à la suite.",
        condition="NOT EXISTS (SELECT 1 FROM certificates_certificate o "
        "WHERE o.id = NEW.certificate_id AND o.state = NEW.state AND o.state <> 'reserved') "
        "OR NEW.rank <> 1 + COALESCE((SELECT MAX(e.rank) FROM certificates_registerentry e "
        "WHERE e.certificate_id = NEW.certificate_id), 0)",
    ),
    append_only("certificates_files", "certificates_fileentry", "Une inscription au registre ne change plus."),
    Guard(
        name="certificates_files_kept",
        table="certificates_fileentry",
        events=("INSERT",),
        message="Le registre n’inscrit qu’un fichier qui est gardé.",
        condition=f"NOT ({_KEPT_FILE})",
    ),
    Guard(
        name="certificates_draft_reserved",
        table="certificates_paperdraft",
        events=("INSERT", "UPDATE"),
        message="Seul un document réservé se dessine.",
        condition=f"NOT {_of('reserved')}",
    ),
    Guard(
        name="certificates_job_finished",
        table="certificates_issuingjob",
        events=("UPDATE",),
        message="Un lot terminé ne change plus, et ne se termine pas tant qu’un document y attend.",
        condition="OLD.state = 'done' OR NEW.state = 'done' AND EXISTS "
        "(SELECT 1 FROM certificates_issuingitem i WHERE i.job_id = NEW.id AND i.state = 'waiting')",
    ),
    Guard(
        name="certificates_item_added",
        table="certificates_issuingitem",
        events=("INSERT",),
        message="Rien ne s’ajoute à un lot terminé.",
        condition="EXISTS (SELECT 1 FROM certificates_issuingjob j WHERE j.id = NEW.job_id AND j.state = 'done')",
    ),
    Guard(
        name="certificates_item_settled",
        table="certificates_issuingitem",
        events=("UPDATE",),
        message="Ce qu’un lot a délivré ou refusé ne change plus.",
        condition="OLD.state <> 'waiting' OR "
        + changes(("id", "job_id", "position", "enrolment_id", "kind", "catalogue_block_id", "confirmed_reason")),
    ),
    _kept("certificates_item_kept", "certificates_issuingitem", "Un lot reste tel qu’il a été demandé."),
    Guard(
        name="certificates_stop_over",
        table="certificates_issuingstop",
        events=("UPDATE",),
        message="Un arrêt ne change pas, sinon par sa reprise.",
        condition="OLD.resumed_at IS NOT NULL OR " + changes(("id", "reason", "stopped_by_id", "stopped_at")),
    ),
    _kept("certificates_stop_kept", "certificates_issuingstop", "Un arrêt ne s’efface pas."),
    append_only("certificates_credential", "certificates_credential", "Un justificatif signé ne change plus."),
    append_only("certificates_supplement", "certificates_supplementfile", "Un document délivré ne change plus."),
    append_only("certificates_file", "certificates_certificatefile", "Un document délivré ne change plus."),
    Guard(
        name="certificates_duplicate_asked",
        table="certificates_duplicate",
        events=("INSERT",),
        message="Un duplicata se demande d’un document valide, et se dessine ensuite.",
        condition=f"NEW.drawn_at IS NOT NULL OR NOT {_of('published')}",
    ),
    Guard(
        name="certificates_duplicate_drawn",
        table="certificates_duplicate",
        events=("UPDATE",),
        message="Un duplicata ne change plus.",
        condition="OLD.drawn_at IS NOT NULL OR "
        + changes(("id", "certificate_id", "rank", "reason", "context", "made_by_id", "made_at")),
    ),
    _kept("certificates_duplicate_kept", "certificates_duplicate", "Un duplicata ne s’efface pas."),
    Guard(
        name="certificates_revocation_asked",
        table="certificates_revocation",
        events=("INSERT",),
        message="Un retrait se demande d’un document valide, et se décide ensuite.",
        condition=f"NEW.state <> 'requested' OR NOT {_of('published')}",
    ),
    Guard(
        name="certificates_revocation_decided",
        table="certificates_revocation",
        events=("UPDATE",),
        message="Une demande de retrait décidée ne change plus.",
        condition="OLD.state <> 'requested' OR "
        + changes(("id", "certificate_id", "reason", "requested_by_id", "requested_at")),
    ),
    _kept("certificates_revocation_kept", "certificates_revocation", "Une demande de retrait ne s’efface pas."),
    Guard(
        name="certificates_holderlink_withdrawn",
        table="certificates_holderlink",
        events=("UPDATE",),
        message="Un lien retiré le reste, et un lien ne change pas de titulaire.",
        condition="NEW.candidate_id <> OLD.candidate_id OR NEW.token_hash <> OLD.token_hash "
        "OR OLD.revoked_at IS NOT NULL",
    ),
    Guard(
        name="certificates_share_taken_back",
        table="certificates_share",
        events=("UPDATE",),
        message="Un partage repris le reste, et un partage ne change pas de document.",
        condition="NEW.certificate_id <> OLD.certificate_id OR NEW.token_hash <> OLD.token_hash "
        "OR NEW.ends_at > OLD.ends_at OR OLD.revoked_at IS NOT NULL",
    ),
    *CDC_GUARDS,
)
