from django.db import models

from rulebook import outcomes


class Rating(models.TextChoices):
    ACQUIRED = outcomes.Rating.ACQUIRED, "acquis"
    PARTIALLY_ACQUIRED = outcomes.Rating.PARTIALLY_ACQUIRED, "partiellement acquis"
    NOT_ACQUIRED = outcomes.Rating.NOT_ACQUIRED, "non acquis"


class Attendance(models.TextChoices):
    PRESENT = outcomes.Attendance.PRESENT, "évalué"
    ABSENT = outcomes.Attendance.ABSENT, "absent"
    EXCUSED = outcomes.Attendance.EXCUSED, "absent excusé"


class Opinion(models.TextChoices):
    FAVOURABLE = outcomes.Opinion.FAVOURABLE, "favorable"
    RESERVED = outcomes.Opinion.RESERVED, "réservé"
    UNFAVOURABLE = outcomes.Opinion.UNFAVOURABLE, "défavorable"
    ABSENT = outcomes.Opinion.ABSENT, "absent"
    EXCUSED = outcomes.Opinion.EXCUSED, "absent excusé"


class EvaluationState(models.TextChoices):
    DRAFT = "draft", "brouillon"
    SUBMITTED = "submitted", "rendue"


class PartMode(models.TextChoices):
    ON_SITE = "on_site", "en présence"
    REMOTE = "remote", "à distance"
