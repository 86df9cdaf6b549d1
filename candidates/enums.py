from django.db import models


class Sex(models.TextChoices):
    FEMALE = "F", "femme"
    MALE = "M", "homme"


class AcquisitionOrigin(models.TextChoices):
    JURY = "jury", "décision du jury"
    RECORDED = "recorded", "justificatif enregistré"
