from django.db import models


class PaperKind(models.TextChoices):
    CERTIFICATE = "certificate", "certificat"
    BLOCK_STATEMENT = "block_statement", "attestation de bloc"


class CertificateState(models.TextChoices):
    RESERVED = "reserved", "en cours d’établissement"
    PUBLISHED = "published", "valide"
    REPLACED = "replaced", "remplacé"
    REVOKED = "revoked", "retiré"
