"""The only place that knows pyHanko. Slow to import: `documents.sealing` imports it when there is something to seal."""

import logging
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .sealing import UNSEALED, SealReading, SealUnusable

DIGEST = "sha256"
RESERVED_BYTES, RESERVED_BYTES_STAMPED = 8192, 24576  # for the signature's container: pyHanko signs twice to learn it


class HeldKeySigner(Signer):
    """Signs with a key that stays parsed: pyHanko's own parses and checks it at every signature, twice."""

    def __init__(
        self, key: EllipticCurvePrivateKey | RSAPrivateKey, certificate: asn1_x509.Certificate, chain: list[Any]
    ) -> None:
        super().__init__(
            signing_cert=certificate, cert_registry=SimpleCertificateStore.from_certs([certificate, *chain])
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self._key, EllipticCurvePrivateKey):
            return self._key.sign(data, ECDSA(hashes.SHA256()))
        return self._key.sign(data, PKCS1v15(), hashes.SHA256())


class Sealer:
    """A key ready to seal. Raises `SealUnusable` when the file, the passphrase or the key will not do."""

    def __init__(self, path: Path, passphrase: str, *, tsa_url: str = "") -> None:
        key, certificate, chain = _opened(path, passphrase)
        self._path, self._certificate = path, certificate
        self.fingerprint = certificate.sha256.hex()
        self.holder = _name_of(certificate)
        self._signer = HeldKeySigner(key, certificate, chain)
        self._stamper = HTTPTimeStamper(tsa_url, timeout=10) if tsa_url else None

    async def seal(self, pdf: bytes, field: str) -> bytes:
        """Raises `SealUnusable` on a day that the certificate does not cover: no reader would call the seal good."""
        if not self._certificate.not_valid_before <= datetime.now(UTC) <= self._certificate.not_valid_after:
            raise SealUnusable(f"{self._path} holds a certificate that has expired, or is not valid yet.")
        metadata = PdfSignatureMetadata(
            field_name=field,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        signer = PdfSigner(metadata, signer=self._signer, timestamper=self._stamper)
        reserved = RESERVED_BYTES_STAMPED if self._stamper else RESERVED_BYTES
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        sealed: Any = await signer.async_sign_pdf(writer, bytes_reserved=reserved)
        return bytes(sealed.getvalue())


def _opened(path: Path, passphrase: str) -> tuple[EllipticCurvePrivateKey | RSAPrivateKey, Any, list[Any]]:
    try:
        bundle = load_pkcs12(path.read_bytes(), passphrase.encode())
    except OSError as error:
        raise SealUnusable(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise SealUnusable(f"{path} does not open with this passphrase, or is no PKCS#12 file.") from error
    if not isinstance(bundle.key, EllipticCurvePrivateKey | RSAPrivateKey) or bundle.cert is None:
        raise SealUnusable(f"{path} holds no RSA or elliptic-curve key with its certificate.")
    chain = [_asn1(extra.certificate) for extra in bundle.additional_certs]
    return bundle.key, _asn1(bundle.cert.certificate), chain


def _asn1(certificate: Any) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _name_of(certificate: asn1_x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name", ""))


def read(pdf: bytes, field: str) -> SealReading:
    """A file with no seal, with several signatures or that does not read as a PDF is unsealed."""
    quiet = logging.getLogger("pyhanko")
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        found = [signature for signature in signatures if signature.field_name == field]
        if len(signatures) != 1 or not found:
            return UNSEALED
        certificate = found[0].signer_cert
        # Whose it is, its fingerprint says: the chain need not be in anybody's list.
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(found[0], context)
    except Exception as error:  # pyHanko and its readers raise of everything on a hostile file.
        quiet.debug("unreadable seal: %s", error)
        return UNSEALED
    return SealReading(
        is_sealed=True,
        is_intact=bool(status.intact and status.valid),
        is_unchanged=bool(status.docmdp_ok and status.modification_level is not None and _covers_all(status)),
        signer=_name_of(certificate),
        fingerprint=certificate.sha256.hex(),
    )


def _covers_all(status: Any) -> bool:
    return status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
