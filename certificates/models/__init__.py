from .cdc import CdcComplement, CdcFlow, CdcFlowQuerySet, CdcPassage
from .certificates import LIVE, PUBLIC, Certificate, CertificateFile, CertificateQuerySet, NumberCounter
from .credentials import ENDED, LIST_LENGTH, Credential, CredentialQuerySet, StatusList
from .issuing import IssuingItem, IssuingItemQuerySet, IssuingJob, IssuingStop, PaperDraft
from .lifecycle import Duplicate, HolderLink, RegisterEntry, Revocation, Share, SupplementFile, SupplementRefusal

__all__ = [
    "ENDED",
    "LIST_LENGTH",
    "LIVE",
    "PUBLIC",
    "CdcComplement",
    "CdcFlow",
    "CdcFlowQuerySet",
    "CdcPassage",
    "Certificate",
    "CertificateFile",
    "CertificateQuerySet",
    "Credential",
    "CredentialQuerySet",
    "Duplicate",
    "HolderLink",
    "IssuingItem",
    "IssuingItemQuerySet",
    "IssuingJob",
    "IssuingStop",
    "NumberCounter",
    "PaperDraft",
    "RegisterEntry",
    "Revocation",
    "Share",
    "StatusList",
    "SupplementFile",
    "SupplementRefusal",
]
