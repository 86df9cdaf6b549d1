"""What a person holds, they hold for life; an enrolment stays what it was made."""

from journal.guards import Guard

_VERSION_OF_ROUTE = "(SELECT r.version_id FROM blocks_accessroute r WHERE r.id = NEW.route_id)"
_VERSION_OF_BLOCK = "(SELECT b.version_id FROM blocks_block b WHERE b.id = NEW.block_id)"
_VERSION_OF_CHANNEL = "(SELECT c.version_id FROM blocks_channel c WHERE c.id = NEW.channel_id)"
_VERSION_OF_COHORT = "(SELECT k.version_id FROM candidates_cohort k WHERE k.id = NEW.cohort_id)"
_VERSION_OF_ENROLMENT = "(SELECT e.version_id FROM candidates_enrolment e WHERE e.id = NEW.enrolment_id)"
_FOREIGN_COHORT = (
    "EXISTS (SELECT 1 FROM candidates_cohort k WHERE k.id = NEW.cohort_id AND (k.version_id <> NEW.version_id "
    "OR k.training_organisation_id <> COALESCE(NEW.training_organisation_id, 0)))"
)
_ITS_VAE_ENROLMENT = (
    "EXISTS (SELECT 1 FROM candidates_enrolment e JOIN blocks_accessroute r ON r.id = e.route_id "
    "WHERE e.id = NEW.enrolment_id AND e.candidate_id = NEW.candidate_id AND e.entered_on = NEW.admitted_on "
    "AND r.code = 'vae')"
)
_WRITES = ("INSERT", "UPDATE")

GUARDS = (
    Guard(
        name="candidates_acquiredblock",
        table="candidates_acquiredblock",
        events=("UPDATE", "DELETE"),
        message="Un bloc acquis l’est pour la vie.",
    ),
    Guard(
        name="candidates_enrolment_kept",
        table="candidates_enrolment",
        events=("DELETE",),
        message="Une inscription ne s’efface pas : sa référence est prise.",
    ),
    Guard(
        name="candidates_enrolment_origin",
        table="candidates_enrolment",
        events=("UPDATE",),
        message="Une inscription ne change ni de référence, ni de candidat, ni de référentiel.",
        condition="NEW.reference <> OLD.reference OR NEW.candidate_id <> OLD.candidate_id "
        "OR NEW.version_id <> OLD.version_id",
    ),
    Guard(
        name="candidates_enrolment_route",
        table="candidates_enrolment",
        events=_WRITES,
        message="La voie d’accès est celle d’un autre référentiel.",
        condition=f"NEW.version_id <> {_VERSION_OF_ROUTE}",
    ),
    Guard(
        name="candidates_enrolment_cohort",
        table="candidates_enrolment",
        events=_WRITES,
        message="La promotion est celle d’un autre organisme ou d’un autre référentiel.",
        condition=_FOREIGN_COHORT,
    ),
    Guard(
        name="candidates_enrolledblock_version",
        table="candidates_enrolledblock",
        events=_WRITES,
        message="Le bloc est celui d’un autre référentiel.",
        condition=f"{_VERSION_OF_BLOCK} <> {_VERSION_OF_ENROLMENT}",
    ),
    Guard(
        name="candidates_cohortdeadline_version",
        table="candidates_cohortdeadline",
        events=_WRITES,
        message="La voie d’évaluation est celle d’un autre référentiel.",
        condition=f"{_VERSION_OF_CHANNEL} <> {_VERSION_OF_COHORT}",
    ),
    Guard(
        name="candidates_admissibility_kept",
        table="candidates_admissibilityrequest",
        events=("DELETE",),
        message="Une demande de recevabilité ne s’efface pas.",
    ),
    Guard(
        name="candidates_admissibility_origin",
        table="candidates_admissibilityrequest",
        events=("UPDATE",),
        message="Une demande de recevabilité ne change ni de candidat, ni de référentiel, ni de date.",
        condition="NEW.candidate_id <> OLD.candidate_id OR NEW.version_id <> OLD.version_id "
        "OR NEW.received_on <> OLD.received_on OR OLD.complete_on IS NOT NULL AND "
        "(NEW.complete_on IS NULL OR NEW.complete_on <> OLD.complete_on OR NEW.reply_due_on <> OLD.reply_due_on)",
    ),
    Guard(
        name="candidates_admissibility_decided",
        table="candidates_admissibilityrequest",
        events=("UPDATE",),
        message="Une demande de recevabilité décidée ne change plus.",
        condition="OLD.decision <> '' AND (NEW.decision <> OLD.decision OR NEW.decided_on <> OLD.decided_on "
        "OR NEW.reason <> OLD.reason OR NEW.decided_by_id <> OLD.decided_by_id OR NEW.decided_at <> OLD.decided_at)",
    ),
    Guard(
        name="candidates_admissibility_used",
        table="candidates_admissibilityrequest",
        events=("UPDATE",),
        message="Cette demande de recevabilité a servi à une inscription : elle ne change plus.",
        condition="OLD.enrolment_id IS NOT NULL",
    ),
    Guard(
        name="candidates_admissibility_enrolment",
        table="candidates_admissibilityrequest",
        events=_WRITES,
        message="La demande de recevabilité est celle d’un autre, d’une autre date ou d’une autre voie d’accès.",
        condition=f"NEW.enrolment_id IS NOT NULL AND NOT {_ITS_VAE_ENROLMENT}",
    ),
    Guard(
        name="candidates_referentlink_revoked",
        table="candidates_referentlink",
        events=("UPDATE",),
        message="Un lien révoqué le reste, et un lien ne change pas de référent.",
        condition="NEW.user_id <> OLD.user_id OR OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL",
    ),
    Guard(
        name="candidates_referentcode_spent",
        table="candidates_referentcode",
        events=("UPDATE",),
        message="Un code ne sert qu’une fois, et ses essais restent comptés.",
        condition="NEW.link_id <> OLD.link_id OR NEW.tries < OLD.tries OR NEW.expires_at > OLD.expires_at "
        "OR OLD.used_at IS NOT NULL AND NEW.used_at IS NULL "
        "OR OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS NULL",
    ),
    Guard(
        name="candidates_referencecounter",
        table="candidates_referencecounter",
        events=("UPDATE",),
        message="Un numéro d’inscription ne sert qu’une fois.",
        condition="NEW.last <= OLD.last",
    ),
    Guard(
        name="candidates_referencecounter_kept",
        table="candidates_referencecounter",
        events=("DELETE",),
        message="Un numéro d’inscription ne sert qu’une fois.",
    ),
)
