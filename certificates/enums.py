from django.db import models

from candidates.enums import Initiative as Initiative
from rulebook import cdc, outcomes


class PaperKind(models.TextChoices):
    CERTIFICATE = "certificate", "certificat"
    BLOCK_STATEMENT = "block_statement", "attestation de bloc"


class Document(models.TextChoices):
    """Which of a paper's files somebody holds."""

    ORIGINAL = "original", "original"
    DUPLICATE = "duplicate", "duplicata"
    SUPPLEMENT = "supplement", "supplément"


class CertificateState(models.TextChoices):
    RESERVED = outcomes.CertificateState.RESERVED, "en cours d’établissement"
    PUBLISHED = outcomes.CertificateState.PUBLISHED, "valide"
    REPLACED = outcomes.CertificateState.REPLACED, "remplacé"
    REVOKED = outcomes.CertificateState.REVOKED, "retiré"


class IssuingStep(models.TextChoices):
    """How far a reserved paper has come; published, it has left these steps."""

    DRAWN = "drawn", "dessiné"
    CHECKED = "checked", "contrôlé"
    SEALED = "sealed", "scellé"


class JobState(models.TextChoices):
    RUNNING = "running", "en cours"
    STOPPED = "stopped", "arrêté"
    DONE = "done", "terminé"


class ItemState(models.TextChoices):
    WAITING = "waiting", "à délivrer"
    ISSUED = "issued", "délivré"
    REFUSED = "refused", "refusé"


class RevocationState(models.TextChoices):
    REQUESTED = "requested", "demandé"
    APPROVED = "approved", "approuvé"
    DECLINED = "declined", "écarté"


class FlowState(models.TextChoices):
    """A file of the CDC feed: made, given to the CDC, answered."""

    MADE = "made", "à déposer"
    DEPOSITED = "deposited", "déposé"
    REFUSED = "refused", "refusé en entier"
    ANSWERED = "answered", "traité"


class PassageState(models.TextChoices):
    PENDING = "pending", "en attente de la réponse"
    ACCEPTED = "accepted", "accepté"
    REJECTED = "rejected", "rejeté"


class VaeWay(models.TextChoices):
    ORDINARY = cdc.VaeWay.ORDINARY, "VAE hors congé"
    LEAVE = cdc.VaeWay.LEAVE, "congé de VAE"


class ExamMode(models.TextChoices):
    ON_SITE = cdc.ExamMode.ON_SITE, "en présence"
    REMOTE = cdc.ExamMode.REMOTE, "à distance"
    MIXED = cdc.ExamMode.MIXED, "en partie à distance"
