"""Settings. The environment is read through `rncp31395.environment` alone; see the README for each variable."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from . import environment

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = environment.boolean("DEBUG", default=False)
DEMO = environment.boolean("DEMO", default=False)
if DEMO and not DEBUG:
    raise ImproperlyConfigured("Environment variable DEMO: the demonstration runs only with DEBUG=1.")

DATA_DIR = environment.folder("DATA_DIR", default=BASE_DIR / "data")
SECRET_KEY = environment.secret("SECRET_KEY", default="trial-only-not-a-secret-0123456789" if DEBUG else None)
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = environment.origin("SITE_URL", default="http://localhost:8000" if DEBUG else None)

# The seal of the papers (PAdES): a PKCS#12 file with its certificate and chain, and the authority that stamps its time.
SEAL_PKCS12, SEAL_PASSPHRASE = environment.pkcs12("SEAL_PKCS12", "SEAL_PASSPHRASE")
SEAL_TSA_URL = environment.url("SEAL_TSA_URL")
# The register of what was issued: the key that signs it, on workers; those that this server trusts besides.
REGISTER_KEY = environment.ed25519_key("REGISTER_KEY", trial=DATA_DIR / "register.pem" if DEBUG else None)
REGISTER_PUBLIC_KEYS = environment.ed25519_public_keys("REGISTER_PUBLIC_KEYS")
if not (REGISTER_KEY or REGISTER_PUBLIC_KEYS):
    raise ImproperlyConfigured("Environment variable REGISTER_KEY: papers are valid only once the register signs them.")

# The feed to the Caisse des Dépôts: what its portal calls us by, and the official schema, which it gives with its kit.
CDC_CLIENT_ID = environment.text("CDC_CLIENT_ID", shortest=8, longest=8)
CDC_CONTRACT_ID = environment.text("CDC_CONTRACT_ID", shortest=1, longest=20)
CDC_SCHEMA = environment.xml_schema("CDC_SCHEMA", namespace="urn:cdc:cpf:pc5:schema:1.0.0", version="1.1.2")

INSTALLED_APPS = [
    "rncp31395",
    "certificates",
    "juries",
    "evaluations",
    "candidates",
    "blocks",
    "organisations",
    "accounts",
    "correspondence",
    "documents",
    "journal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rncp31395.link_sessions.LinkSessionMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "rncp31395.urls"
WSGI_APPLICATION = "rncp31395.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["rncp31395.templatetags.interface"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rncp31395.context_processors.navigation",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# Database. No ATOMIC_REQUESTS: each service is its own outer transaction (STYLE §4).
DATABASES = {"default": environment.database("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'rncp31395.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.redis_url("REDIS_URL")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
        }
    }

CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
# Celery only wakes workers: every job is a row, and the sweep finds what a lost message left behind.
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
else:
    _broker = environment.folder("BROKER_DIR", default=DATA_DIR / "broker")
    CELERY_BROKER_URL = "files://localhost/"  # See `rncp31395.broker`. The host only spares a warning.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker),
        "data_folder_out": str(_broker),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "remind-of-evaluations": {"task": "evaluations.periodic.queue_digests", "schedule": crontab(minute=0)},
    "warn-of-declarations": {
        "task": "certificates.periodic.queue_declaration_alerts",
        "schedule": crontab(minute=30),
    },
    "send-waiting-mails": {
        "task": "correspondence.tasks.send_waiting",
        "schedule": 60.0,
        "options": {"expires": 60},  # else those that a long one held up would run one after the other
    },
    "erase-old-addresses": {"task": "correspondence.tasks.erase_addresses", "schedule": crontab(hour=4, minute=10)},
    "erase-served-needs": {"task": "evaluations.tasks.erase_needs", "schedule": crontab(hour=4, minute=20)},
    "draw-forgotten-grids": {"task": "evaluations.tasks.draw_forgotten_grids", "schedule": 60.0},
    "discard-outlived-grids": {"task": "evaluations.tasks.discard_outlived_grids", "schedule": crontab(minute=30)},
    "draw-waiting-certificates": {
        "task": "certificates.tasks.draw_waiting",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "issue-forgotten-items": {
        "task": "certificates.periodic.issue_forgotten_items",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "sign-states-of-papers": {"task": "certificates.tasks.sign_states", "schedule": 60.0},
    "sign-credentials": {
        "task": "certificates.tasks.sign_credentials",
        "schedule": 15.0,  # the lists of states are to follow a revocation within a minute
        "options": {"expires": 15},
    },
    "draw-supplements": {
        "task": "certificates.tasks.draw_supplements",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "draw-waiting-duplicates": {"task": "certificates.tasks.draw_duplicates", "schedule": 60.0},
    "draw-waiting-minutes": {"task": "juries.tasks.draw_waiting", "schedule": 60.0},
    "open-written-votes": {
        "task": "juries.periodic.open_written_sessions",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "remind-of-written-votes": {"task": "juries.periodic.remind_voters", "schedule": crontab(minute=20)},
    "sweep-packs": {"task": "juries.tasks.sweep_packs", "schedule": 60.0, "options": {"expires": 60}},
    "prepare-packs": {"task": "juries.periodic.prepare_packs", "schedule": crontab(hour=18, minute=0)},
    "publish-due-results": {"task": "juries.periodic.publish_due", "schedule": 60.0, "options": {"expires": 60}},
    "erase-ballots": {"task": "juries.periodic.erase_ballots", "schedule": crontab(hour=4, minute=40)},
}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.ClosedSignupAdapter"
ACCOUNT_FORMS = {"reset_password": "accounts.forms.ResetPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # An account exists only by an invitation received at its address.
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {  # an office is one address
    "referent_code_asked": "60/h/ip",
    "referent_code_tried": "120/h/ip",
    "convening_link": "120/h/ip",
    "holder_link": "120/h/ip",
    "verification": "30/m/ip",
    "issuer_documents": "120/m/ip",
    "file_check": "10/m/ip",  # a process each
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True

# Mail
globals().update(environment.mail("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.env.str("DEFAULT_FROM_EMAIL", "CQP courtage <ne-pas-repondre@localhost>")

# Language and time: days are dates, moments are instants, people read Paris time.
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "uploads": {  # What people send: private, at no address, read through the views that ask who reads.
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "uploads",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}

# What a request may send: documents.uploads bounds each file, whatever its form.
FILE_UPLOAD_HANDLERS = [
    "documents.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # apart from files
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Browser
_secure = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_SSL_REDIRECT = environment.boolean("SECURE_SSL_REDIRECT", default=_secure)
if environment.boolean("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # Else the sign-in limits would count everybody as the proxy.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"addresses": {"()": "rncp31395.logs.AddressFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["addresses"]}},
    "root": {"handlers": ["console"], "level": environment.env.str("LOG_LEVEL", "WARNING")},
}
