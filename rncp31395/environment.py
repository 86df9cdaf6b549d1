"""The one place that reads the environment.

Each variable is documented in the README. A missing or bad value stops the start with
`ImproperlyConfigured`, whose message names the variable.
"""

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
