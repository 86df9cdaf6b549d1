from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "secrétariat de la CSCA"
    PANEL_ASSESSOR = "panel_assessor", "commission d’évaluation"
    TRAINING_MEMBER = "training_member", "organisme de formation"
    COMPANY_REFERENT = "company_referent", "référent en entreprise"
