"""The demonstration's own small authority and seal, which prove nothing: papers of the demonstration say SPÉCIMEN."""

import os
from datetime import UTC, datetime
from pathlib import Path

PASSPHRASE = "specimen"  # noqa: S105  (of a key that anybody may make)
NAME = "sceau-specimen.p12"
STARTS_ON, ENDS_ON = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)


def made_in(folder: Path) -> Path:
    """The key's file, made on the first call. Two processes that make it at once end with the same one."""
    path = folder / NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{NAME}.{os.getpid()}"
        draft.write_bytes(_pkcs12())
        draft.chmod(0o600)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path


def _pkcs12() -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    def named(common_name: str) -> x509.Name:
        organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "SPÉCIMEN – sans valeur")
        return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])

    def certificate(subject: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(STARTS_ON)
            .not_valid_after(ENDS_ON)
        )

    def usage(*, seals: bool) -> x509.KeyUsage:
        return x509.KeyUsage(
            digital_signature=seals,
            content_commitment=seals,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=not seals,
            crl_sign=not seals,
            encipher_only=False,
            decipher_only=False,
        )

    authority = named("Autorité de démonstration")
    authority_key, seal_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = (
        certificate(authority, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(seals=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    seal = (
        certificate(named("Sceau de démonstration"), seal_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(seals=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(seal_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    protection = BestAvailableEncryption(PASSPHRASE.encode())
    return pkcs12.serialize_key_and_certificates(b"sceau", seal_key, seal, [root], protection)
