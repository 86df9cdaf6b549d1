from django.db import models

from rulebook import outcomes


class PaperKind(models.TextChoices):
    CERTIFICATE = "certificate", "certificat"
    BLOCK_STATEMENT = "block_statement", "attestation de bloc"


class CertificateState(models.TextChoices):
    RESERVED = outcomes.CertificateState.RESERVED, "en cours d’établissement"
    PUBLISHED = outcomes.CertificateState.PUBLISHED, "valide"
    REPLACED = outcomes.CertificateState.REPLACED, "remplacé"
    REVOKED = outcomes.CertificateState.REVOKED, "retiré"
