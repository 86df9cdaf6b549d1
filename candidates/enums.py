from django.db import models


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


class AdmissibilityDecision(models.TextChoices):
    ADMISSIBLE = "admissible", "recevable"
    INADMISSIBLE = "inadmissible", "non recevable"
