from django.db import models

from rulebook import cdc
from rulebook.outcomes import AdmissibilityDecision as Decisions
from rulebook.outcomes import AdmissibilityStanding as Standings


class Sex(models.TextChoices):
    FEMALE = "F", "femme"
    MALE = "M", "homme"


class AcquisitionOrigin(models.TextChoices):
    JURY = "jury", "décision du jury"
    RECORDED = "recorded", "justificatif enregistré"


class EnrolmentState(models.TextChoices):
    """What a list of enrolments may be narrowed to."""

    ACTIVE = "active", "en cours"
    WITHDRAWN = "withdrawn", "abandons"
    WITHOUT_REFERENT = "without_referent", "sans référent"
    UNREGISTERED = "unregistered", "hors enregistrement au RNCP"
    TO_COMPLETE = "to_complete", "à compléter avant déclaration"


class Initiative(models.TextChoices):
    """Who wanted the enrolment, in the CDC's words."""

    HOLDER = cdc.Initiative.HOLDER, "le candidat"
    TRAINING_ORGANISATION = cdc.Initiative.TRAINING_ORGANISATION, "l’organisme de formation"
    EMPLOYER = cdc.Initiative.EMPLOYER, "l’employeur"
    EMPLOYMENT_SERVICE = cdc.Initiative.EMPLOYMENT_SERVICE, "France Travail (Pôle emploi)"
    OTHER = cdc.Initiative.OTHER, "une autre personne"


class AdmissibilityDecision(models.TextChoices):
    ADMISSIBLE = Decisions.ADMISSIBLE, "recevable"
    INADMISSIBLE = Decisions.INADMISSIBLE, "non recevable"


class AdmissibilityStage(models.TextChoices):
    """How far a request has come: where the rules say that it stands, and whether it has led to an enrolment."""

    PENDING = Standings.PENDING, "à décider"
    INCOMPLETE = Standings.INCOMPLETE, "à compléter"
    ADMISSIBLE = Standings.ADMISSIBLE, "à inscrire"
    ENROLLED = "enrolled", "inscrites"
    INADMISSIBLE = Standings.INADMISSIBLE, "non recevables"
