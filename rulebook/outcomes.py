"""The words of the rules, defined once; the apps give them their French labels."""

from enum import StrEnum


class Rating(StrEnum):
    ACQUIRED = "acquired"
    PARTIALLY_ACQUIRED = "partially_acquired"
    NOT_ACQUIRED = "not_acquired"


class Attendance(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class Opinion(StrEnum):
    """What one channel thinks of one block."""

    FAVOURABLE = "favourable"
    RESERVED = "reserved"
    UNFAVOURABLE = "unfavourable"
    ABSENT = "absent"
    EXCUSED = "excused"


class Divergence(StrEnum):
    """How far apart the channels are on the scale of the ratings."""

    NONE = "none"
    SLIGHT = "slight"  # one step
    STRONG = "strong"  # from one end to the other


class Proposal(StrEnum):
    """What the rules put before the jury for one block."""

    ACQUIRED = "acquired"
    NOT_ACQUIRED = "not_acquired"
    TO_DISCUSS = "to_discuss"
    INCOMPLETE = "incomplete"


class BallotChoice(StrEnum):
    ACQUIRED = "acquired"
    NOT_ACQUIRED = "not_acquired"
    ABSTAIN = "abstain"


class BlockOutcome(StrEnum):
    ACQUIRED = "acquired"
    NOT_ACQUIRED = "not_acquired"
    DEFERRED = "deferred"  # Sent back to a jury by the CPNEFP; no vote ends so.


class AwardOutcome(StrEnum):
    FULL_AWARD = "full_award"
    PARTIAL_AWARD = "partial_award"
    NO_AWARD = "no_award"


class ChannelCode(StrEnum):
    TRAINING = "training"
    COMPANY = "company"
    PANEL = "panel"


class BlockGroup(StrEnum):
    COMMON = "common"
    SPECIFIC = "specific"
    OPTIONAL = "optional"


class CollegeCode(StrEnum):
    UNION = "union"
    EMPLOYER = "employer"  # The CSCA's seats.
    EXPERT = "expert"
    TRAINING = "training"


class RouteCode(StrEnum):
    STUDENT = "student"
    APPRENTICESHIP = "apprenticeship"
    CONTINUING_TRAINING = "continuing_training"
    PROFESSIONALISATION_CONTRACT = "professionalisation_contract"
    INDIVIDUAL = "individual"
    VAE = "vae"


class EntryStanding(StrEnum):
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    REFUSED = "refused"


class AdmissibilityDecision(StrEnum):
    ADMISSIBLE = "admissible"
    INADMISSIBLE = "inadmissible"


class AdmissibilityStanding(StrEnum):
    INCOMPLETE = "incomplete"
    PENDING = "pending"
    ADMISSIBLE = "admissible"
    INADMISSIBLE = "inadmissible"


class RecusalReason(StrEnum):
    SIGNED_EVALUATION = "signed_evaluation"
    EMPLOYER = "employer"
    REFERENT = "referent"
    TRAINER = "trainer"
    OWN_ORGANISATION = "own_organisation"
    DECLARED = "declared"


class SessionState(StrEnum):
    PREPARED = "prepared"
    CONVENED = "convened"
    OPEN = "open"
    CLOSED = "closed"
    SEALED = "sealed"
    RATIFIED = "ratified"
    PUBLISHED = "published"


class DeliberationState(StrEnum):
    PENDING = "pending"
    OPEN = "open"
    CLOSED = "closed"  # Counted: a tie then waits for the casting vote, a departure from the proposal for its reason.
    DECIDED = "decided"
    LAPSED = "lapsed"  # Opened, and never counted: its quorum was lost for good.


class LetterKind(StrEnum):
    """What a candidate is written once the results are published."""

    FULL_AWARD = "full_award"
    PARTIAL_AWARD = "partial_award"
    NO_AWARD = "no_award"
    ABSENT = "absent"


class SuspicionReason(StrEnum):
    """What may be a tie between a member and a candidate, and that only the member knows."""

    FAMILY_NAME = "family_name"
    EMAIL_DOMAIN = "email_domain"


class EvaluationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class CertificateState(StrEnum):
    RESERVED = "reserved"
    PUBLISHED = "published"
    REPLACED = "replaced"
    REVOKED = "revoked"
