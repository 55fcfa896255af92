"""Django settings, read top to bottom. Environment variables come in through `portal.env` only.

Two situations are told apart by `BASE_URL`: on a loopback address this is a laptop and every variable has a
default that works; on any other address it is a service for the public, and what must be chosen by its
operator (secret key, hosts, mail) has no default.
"""

import secrets
import sqlite3
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from portal import env, logs, security

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

# --- Where the portal is reached -------------------------------------------------------------------------

PORT = env.whole_number("PORT", 8000, least=1, most=65535)
BASE_URL = env.web_address("BASE_URL", f"http://127.0.0.1:{PORT}")
BASE_HOST = urlsplit(BASE_URL).hostname or ""
ON_LAPTOP = BASE_HOST in env.LOOPBACK_HOSTS
HTTPS = BASE_URL.startswith("https://")

ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", [BASE_HOST, *env.LOOPBACK_HOSTS] if ON_LAPTOP else [])
if not ALLOWED_HOSTS:
    raise env.refuse("ALLOWED_HOSTS", "must name the hosts that this site answers to.")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = env.whole_number("TRUSTED_PROXIES", 0, least=0, most=5)

# Set by `manage.py demo` alone: its mailbox shows every mail, with its links, to whoever can reach this machine.
DEMO = env.one_of("DEMO", "false", {"true", "false"}) == "true"
if DEMO and not ON_LAPTOP:
    raise env.refuse("DEMO", "must not be true where the public can reach the site.")
DEBUG = env.one_of("DEBUG", "false", {"true", "false"}) == "true"
if DEBUG and not ON_LAPTOP:
    raise env.refuse("DEBUG", "must not be true where the public can reach the site.")


def _laptop_secret() -> str:
    """Return a random key that is kept in DATA_DIR, so that links in mails live on after a restart."""
    path = DATA_DIR / "secret_key"
    try:
        with path.open("x") as file:  # "x": of two processes that start at once, one writes
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text().strip()


SECRET_KEY = env.text("SECRET_KEY", _laptop_secret() if ON_LAPTOP else "")
if len(SECRET_KEY) < 32:
    raise env.refuse("SECRET_KEY", "must be set to at least 32 random characters.")
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS", [])

# --- What it is made of ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal",
    "events",
    "careers",
    "django_tasks_db",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "portal.page_cache.middleware.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "portal.security.SiteHeadersMiddleware",
    "portal.languages.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]
# Our field templates (label, hint, error, input in that order) stand in templates/django/forms/.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data ------------------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at BEGIN: with the default, a transaction that reads first and writes later
    # fails at once with "database is locked" under contention, whatever the time-out. WAL is left to SQLite
    # 3.51.3 and later: older ones have a rare corruption bug in it.
    journal = "PRAGMA journal_mode=WAL;" if sqlite3.sqlite_version_info >= (3, 51, 3) else ""
    # A file needs no rest: opening it anew takes longer than answering from the page cache.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    options: dict[str, object] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"{journal}PRAGMA synchronous=FULL;",
    }
else:
    # What Wagtail keeps its search index in. Here alone, for it imports the driver.
    INSTALLED_APPS.append("django.contrib.postgres")
    options = {"pool": {"min_size": 1, "max_size": 12, "timeout": 20}}
# What the address itself says (?sslmode=require) stands.
DATABASES["default"]["OPTIONS"] = options | DATABASES["default"].get("OPTIONS", {})

REDIS_URL = env.text("REDIS_URL", "")
if REDIS_URL and urlsplit(REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
    raise env.refuse("REDIS_URL", "must start with redis://, rediss:// or unix://.")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "portal"}
}

# Whole pages, kept by each web process for visitors without a session; 0 keeps none.
PAGE_CACHE_BYTES = env.whole_number("PAGE_CACHE_MEGABYTES", 32, least=0, most=4_096) * 1024 * 1024
# The CDN or caching proxy in front, which takes PURGE requests; unset: there is none.
FRONTEND_CACHE_URL = env.web_address("FRONTEND_CACHE_URL", "") if env.text("FRONTEND_CACHE_URL", "") else ""
WAGTAILFRONTENDCACHE = (
    {"default": {"BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend", "LOCATION": FRONTEND_CACHE_URL}}
    if FRONTEND_CACHE_URL
    else {}
)
WAGTAILFRONTENDCACHE_LANGUAGES: list[str] = []  # what is purged are whole addresses, the language's prefix included

# Wagtail's index tasks are rows; `manage.py worker` runs them. "QUEUES": [] allows every queue name.
TASKS_BACKEND = env.one_of("TASKS_BACKEND", "db", {"db"})
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

if env.text("STORAGE_URL", ""):
    raise env.refuse("STORAGE_URL", "is not supported by this version: uploads are kept in DATA_DIR/media.")
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Pictures that people send us: below no address, shown to staff by a view that asks who is looking.
    "private": {"BACKEND": "portal.pictures.storage.PrivateStorage", "OPTIONS": {"location": DATA_DIR / "private"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# One field a form field: a large page in the CMS passes Django's default of 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- Mail ------------------------------------------------------------------------------------------------

EMAIL_URL = env.text("EMAIL_URL", "")
if not EMAIL_URL and not ON_LAPTOP:
    raise env.refuse("EMAIL_URL", "must be set, for example smtp+tls://user:password@mail.example.org:587.")
MAILBOX_DIR = DATA_DIR / "mailbox"
MAILERS = {"default": env.mailer("EMAIL_URL", MAILBOX_DIR)}
# The sender must be a mailbox that receives mail: calendar replies go to it (calendar policy, decision 6).
DEFAULT_FROM_EMAIL = env.email_address("FROM_EMAIL", f"events@{'example.org' if ON_LAPTOP else BASE_HOST}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CALENDAR_DOMAIN = env.host_name("CALENDAR_DOMAIN", "portal.example.org" if ON_LAPTOP else BASE_HOST)
WAGTAILADMIN_NOTIFICATION_FROM_EMAIL = DEFAULT_FROM_EMAIL
# What providers report comes to /webhooks/anymail/<provider>/tracking/; without a secret nobody may report.
WEBHOOK_PROVIDERS, ANYMAIL = env.webhooks(
    "WEBHOOK_SECRET", "WEBHOOK_PROVIDERS", "WEBHOOK_KEYS", default=env.provider_of(MAILERS["default"])
)
# Confirming a subscription by itself would fetch an address that came with the request.
ANYMAIL["AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS"] = False
# The mailbox of FROM_EMAIL, which the worker reads for calendar replies and delivery reports; unset: it reads none.
REPLIES_URL = env.mailbox("REPLIES_URL")
# Whether the provider passes on what comes to FROM_EMAIL, at /webhooks/anymail/<provider>/inbound/.
INBOUND_WEBHOOK = env.one_of("INBOUND_WEBHOOK", "false", {"true", "false"}) == "true"
if INBOUND_WEBHOOK and not WEBHOOK_PROVIDERS:
    raise env.refuse("INBOUND_WEBHOOK", "needs WEBHOOK_SECRET and a provider: nobody could bring a mail.")

# --- Walk & Talk: who can read what it took in (docs/walks.md) ---------------------------------------------

# The web process for the public has the public key alone; the staff's web process and the worker have the private ones.
# A laptop makes a pair of its own and holds both in one process, which `manage.py demo` says.
WALKS_PUBLIC_KEY, WALKS_PRIVATE_KEYS = env.walk_keys(
    "WALKS_PUBLIC_KEY", "WALKS_PRIVATE_KEYS", DATA_DIR / "walk_keys" if ON_LAPTOP else None
)
# In discreet mode nothing on the outside of a mail or entry says who it comes from.
DISCREET_SENDER = env.text("DISCREET_SENDER", "Appointments")
DISCREET_FROM_EMAIL = env.email_address("DISCREET_FROM_EMAIL", DEFAULT_FROM_EMAIL)
DISCREET_URL = env.web_address("DISCREET_URL", BASE_URL)

# --- Rules of the portal that an operator may change -----------------------------------------------------

QUIET_PERIOD = timedelta(seconds=env.whole_number("QUIET_PERIOD_SECONDS", 300, least=0, most=86_400))
RETENTION = timedelta(days=env.whole_number("RETENTION_DAYS", 90, least=1, most=3_650))
STRANGER_MAILS_A_DAY = 3
REGISTRATIONS_PER_ADDRESS_OF_NETWORK = env.whole_number("REGISTRATION_RATE", 60, least=1, most=100_000)
LEASE = timedelta(minutes=5)
# Registering takes at least so long (seconds): how long it took must not tell whether an address was known.
REGISTRATION_FLOOR = 0.15
# Invites ask for an answer only where one can come in: by the mailbox below or by the provider's inbound webhook.
CALENDAR_REPLIES = bool(REPLIES_URL) or INBOUND_WEBHOOK

METRICS_TOKEN = env.text("METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise env.refuse("METRICS_TOKEN", "must have at least 20 characters.")

# --- Language and time -----------------------------------------------------------------------------------

# The first is the language that the site is written in; its addresses have no prefix, the others' have (/fr/…).
LANGUAGES = [("en", "English"), ("fr", "Français")]
LANGUAGE_CODE = LANGUAGES[0][0]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English")]
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"
URLIZE_ASSUME_HTTPS = True  # Django 2028's default, chosen now

# --- Security --------------------------------------------------------------------------------------------

SECURE_CSP = security.PUBLIC_CSP
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = env.one_of("TLS_ENDS_AT_PROXY", "false", {"true", "false"}) == "false" and HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 10 * 3600  # one working day: staff pages hold personal data
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"

# --- Wagtail ---------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Recruitment portal"
WAGTAILADMIN_BASE_URL = BASE_URL
# "simple": PostgreSQL takes words as they are. Its rules for one language's endings would spoil another's.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}}
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # calls out to a third party otherwise
WAGTAIL_ENABLE_UPDATE_CHECK = False  # the same
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000  # a small file can hold a picture that fills the memory
WAGTAILDOCS_EXTENSIONS = ["pdf", "txt", "vtt", "mp4", "webm"]
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True

# --- Logs: events with fields, never a name or an address (DESIGN law 7) ---------------------------------

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOG_LEVEL = env.one_of("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "fields": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
            ],
            "foreign_pre_chain": [
                logs.mask_tokens,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "filters": {"worth telling": {"()": logs.WorthTelling}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "fields"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # Django's own default would mail errors, with request data in them, to administrators: the log is enough.
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL},
        "django.server": {"handlers": [], "propagate": True},
        "django.tasks": {"filters": ["worth telling"]},
    },
}
