"""The one place that reads the environment.

Each variable is documented in the README. A missing or bad value stops the start with
`ImproperlyConfigured`, whose message names the variable.
"""

import contextlib
import os
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def _refuse(name: str, reason: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"Environment variable {name}: {reason}")


def boolean(name: str, *, default: bool) -> bool:
    """Unlike Env.bool, refuses a word that is neither true nor false instead of reading it as false."""
    word = env.str(name, "1" if default else "0").strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise _refuse(name, f"expected 1 or 0, got {word!r}.")


def secret(name: str, *, default: str | None) -> str:
    value = env.str(name, default or "")
    if len(value) < 32:
        raise _refuse(name, "expected a random value of at least 32 characters.")
    return value


def hosts(name: str, *, default: list[str]) -> list[str]:
    value = [host.strip() for host in env.list(name, default=default) if host.strip()]
    if not value or "*" in value:
        raise _refuse(name, "expected exact host names separated by commas, without '*'.")
    return value


def origin(name: str, *, default: str | None) -> str:
    value = env.str(name, default or "")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise _refuse(name, f"expected an origin such as https://cqp.example.org, got {value!r}.")
    return value


def folder(name: str, *, default: Path) -> Path:
    path = Path(env.str(name, str(default))).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refuse(name, f"the folder {path} cannot be made: {error.strerror}.") from error
    return path


def database(name: str, *, default: str) -> dict[str, Any]:
    value = env.str(name, default)
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except Exception as error:
        raise _refuse(name, "expected postgres://user:password@host:port/name or sqlite:///path.") from error
    engine = config.get("ENGINE")
    if engine == "django.db.backends.sqlite3":
        # IMMEDIATE serialises atomic blocks, which is what stands in for row locks on SQLite.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    elif engine == "django.db.backends.postgresql":
        config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    else:
        raise _refuse(name, "only PostgreSQL and SQLite are supported.")
    return config


def redis_url(name: str) -> str:
    value = env.str(name, "")
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise _refuse(name, "expected redis://host:port/number, or nothing for the trial broker.")
    return value


def mail(name: str, *, default: str) -> dict[str, Any]:
    value = env.str(name, default)
    try:
        config: dict[str, Any] = dict(environ.Env.email_url_config(value))
    except Exception as error:
        raise _refuse(name, "expected smtp://user:password@host:port or filemail:///folder.") from error
    if config["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend":
        config["EMAIL_BACKEND"] = "correspondence.mailbox.EmailBackend"
    return config


def pkcs12(name: str, passphrase_name: str) -> tuple[str, str]:
    """The file's path and its passphrase, tried: a key that does not open stops the start, not the first paper."""
    path, passphrase = env.str(name, ""), env.str(passphrase_name, "")
    if not path:
        return "", ""
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    try:
        bundle = load_pkcs12(Path(path).read_bytes(), passphrase.encode())
    except OSError as error:
        raise _refuse(name, f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise _refuse(passphrase_name, f"it does not open {path}, or that is no PKCS#12 file.") from error
    if bundle.key is None or bundle.cert is None:
        raise _refuse(name, f"{path} holds no key with its certificate.")
    return path, passphrase


def url(name: str) -> str:
    value = env.str(name, "")
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise _refuse(name, f"expected an address such as https://tsa.example.org/, or nothing, got {value!r}.")
    return value


def ed25519_key(name: str, *, trial: Path | None) -> str:
    """The path of a private key in PEM. A trial makes its own; elsewhere `openssl genpkey -algorithm ed25519` does."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    path = env.str(name, "")
    if not path and trial:
        return str(_made(trial))
    if not path:
        return ""
    try:
        key = load_pem_private_key(Path(path).read_bytes(), password=None)
    except OSError as error:
        raise _refuse(name, f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise _refuse(name, f"{path} is no private key in PEM, or asks for a passphrase.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _refuse(name, f"{path} holds another kind of key: expected Ed25519.")
    return path


def _made(path: Path) -> Path:
    """Two processes that make it at once end with the same one."""
    if path.exists():
        return path
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    return path


def ed25519_public_keys(name: str) -> list[str]:
    """Base64url, 43 characters each: keys that signed before, or that sign on other servers."""
    keys = [key.strip() for key in env.list(name, default=[]) if key.strip()]
    for key in keys:
        try:
            is_key = len(urlsafe_b64decode(key + "=" * (-len(key) % 4))) == 32
        except ValueError:
            is_key = False
        if not is_key:
            raise _refuse(name, f"expected public Ed25519 keys in base64url separated by commas, got {key!r}.")
    return keys


def text(name: str, *, shortest: int, longest: int) -> str:
    """A word of that length, or nothing."""
    value = env.str(name, "").strip()
    if value and not shortest <= len(value) <= longest:
        length = f"{longest}" if shortest == longest else f"{shortest} to {longest}"
        raise _refuse(name, f"expected {length} characters, or nothing, got {len(value)}.")
    return value


def xml_schema(name: str, *, namespace: str, version: str) -> str:
    """The path of an XML schema, tried: another schema, or none, stops the start, not the first file."""
    path = env.str(name, "")
    if not path:
        return ""
    from lxml import etree

    try:
        document = etree.parse(path)
        etree.XMLSchema(document)
    except OSError as error:
        raise _refuse(name, f"{path} cannot be read.") from error
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise _refuse(name, f"{path} is no XML schema.") from error
    root = document.getroot()
    if (root.get("targetNamespace"), root.get("version")) != (namespace, version):
        raise _refuse(name, f"{path} is another schema: expected version {version} of {namespace}.")
    return path
