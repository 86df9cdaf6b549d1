"""Settings of the tests: a database of their own, fast password hashes, tasks run at once, mails kept in memory."""

import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_data_dir = tempfile.mkdtemp(prefix="rncp31395-tests-")
os.environ |= {"DEBUG": "0", "DEMO": "0", "SECRET_KEY": "only-for-the-tests-0123456789abcdef", "DATA_DIR": _data_dir}
os.environ |= {"SITE_URL": "http://testserver", "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1", "REDIS_URL": ""}
os.environ |= {"CDC_CLIENT_ID": "AB123CDE", "CDC_CONTRACT_ID": "MCFCER000123", "CDC_SCHEMA": ""}
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{_data_dir}/tests.sqlite3"

# A key of its own, in place of one that a server would be given.
_register_key = Path(_data_dir) / "register.pem"
_register_key.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
os.environ["REGISTER_KEY"] = str(_register_key)

from rncp31395.settings import *  # noqa: E402, F403  (the environment above must be set first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES |= {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
