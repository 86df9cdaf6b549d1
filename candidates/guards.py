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
