from .cdc import CdcComplement, CdcFlow, CdcFlowQuerySet, CdcPassage
from .certificates import LIVE, PUBLIC, Certificate, CertificateFile, CertificateQuerySet, NumberCounter
from .credentials import ENDED, LIST_LENGTH, Credential, CredentialQuerySet, StatusList
from .files import Duplicate, DuplicateQuerySet, FileEntry, FileRefusal, FileRefusalQuerySet, SupplementFile, file_name
from .issuing import IssuingItem, IssuingItemQuerySet, IssuingJob, IssuingStop, PaperDraft
from .lifecycle import HolderLink, RegisterEntry, Revocation, Share

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
    "DuplicateQuerySet",
    "FileEntry",
    "FileRefusal",
    "FileRefusalQuerySet",
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
    "file_name",
]
