"""Settings, all from the environment (docs/operators.md lists every variable)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import VERSION as VERSION
from config import environment as read
from config import logs

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = read.data_dir(BASE_DIR / "var")

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = read.number("PORT", 8000, 1, 65535)
BASE_URL = read.base_url(HOST, PORT)
HTTPS = BASE_URL.startswith("https://")
DEBUG = read.flag("DEBUG", False)
DEMO = read.flag("DEMO", False)
if DEBUG and not read.is_loopback(HOST):
    raise ImproperlyConfigured("DEBUG=1 shows settings to every visitor: use it on 127.0.0.1 only.")
SECRET_KEY = read.secret_key(DATA_DIR)
ALLOWED_HOSTS = read.allowed_hosts(BASE_URL)
# How many proxies are in front of the server; only so many entries of X-Forwarded-For are believed.
TRUSTED_PROXIES = read.number("TRUSTED_PROXIES", 0, 0, 10)
WEB_CONCURRENCY = read.number("WEB_CONCURRENCY", 2, 1, 64)

INSTALLED_APPS = [
    "accounts",
    "quizzes",
    "config.admin.Admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "config.static.StaticFiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks_db",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "config.middleware.gate",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.QuickGZip",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.StaffMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A question type keeps its templates in its folder, question_types/types/<slug>/.
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "quizzes"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "config.template_layout.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.site",
            ],
        },
    },
    {
        # What a page shows a hundred times: questions and their options, as asked and as explained.
        "NAME": "jinja",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "quizzes"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "config.jinja.environment"},
    },
]

DATABASES = {"default": read.database(DATA_DIR)}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock when a transaction begins, so that writers queue instead of
    # failing half-way; FULL syncs every commit, so that power loss takes no acknowledged answer.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8000;"
        ),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Values go to the server apart from the statement, which can then be prepared: half its work.
    # What DATABASE_URL asks for, such as sslmode, stays.
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 2,
    } | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Counts sign-ins, codes and mail only: a save never waits for it.
    "default": read.cache(),
    # Where the worker says that it is alive, and /readyz proves that rows can be written.
    "heartbeat": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "heartbeat",
        "TIMEOUT": None,
    },
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
vars().update(read.email())
DEFAULT_FROM_EMAIL = SERVER_EMAIL = (
    os.environ.get("EMAIL_FROM") or f"Passage <passage@{urlsplit(BASE_URL).hostname}>"
)

# Accounts: users, passwords, sign-in, sessions, cookies
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend"]
SIGN_UP = DEMO
SECOND_FACTOR_FOR_STAFF = not DEMO
PASSWORD_LENGTH = 8 if DEMO else 15
PASSWORD_LENGTH_WITH_SECOND_FACTOR = 8
PASSWORD_HASHERS = ["accounts.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.StorableValidator"},
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.ListedValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "email", "name")},
    },
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# A student's session outlasts any exam; a staff session ends when left alone, or after a day.
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
STAFF_SESSION_IDLE = 30 * 60
STAFF_SESSION_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "reset_password": "accounts.forms.ResetForm",
}
ACCOUNT_USER_DISPLAY = "builtins.str"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Passage] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Held by address so loosely that a whole class behind one address signs in at once, and by
# account so tightly that guessing is slow. A device known to the account has its own count, so
# that a stranger's guesses lock nobody out.
FAILURES_PER_ADDRESS = 100  # a minute
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key",
    "login_failed_known": "5/5m/key",
    "signup": "120/m/ip",
    "reset_password": "30/m/ip,5/15m/key",
}
MFA_TOTP_ISSUER = "Passage"
MFA_ALLOW_UNVERIFIED_EMAIL = True

# Every string can be translated, none is yet: a page must not call itself German because its reader
# is. With a second language the machinery that looks words up is switched on.
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", "English")]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = len(LANGUAGES) > 1
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.HashedFiles"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# What a page may load and do: its own files, nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the scheme follows BASE_URL; the proxy, which holds the key, redirects http
    "security.W021",  # the browsers' preload list is for its owner to ask for
]

# API: who calls, what a body is, what a refusal looks like (quizzes/api)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "quizzes.api.authentication.Token",
        "quizzes.api.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["quizzes.api.authentication.IsSignedIn"],
    "DEFAULT_PARSER_CLASSES": ["quizzes.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "quizzes.api.parsing.OnlyJSON",
    "DEFAULT_THROTTLE_CLASSES": ["quizzes.api.throttling.CallBudget"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "quizzes.api.errors.handle",
    "NON_FIELD_ERRORS_KEY": "body",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Passage",
    "VERSION": VERSION,
    "DESCRIPTION": (
        "Quizzes anchored to the passages they were drawn from. Sign in with a token in the"
        " Authorization header, or with the session of the pages. Times are ISO 8601 with Z, marks"
        " are numbers; what may not be told yet is null."
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer", "minimum": 0}},
    "POSTPROCESSING_HOOKS": ["quizzes.api.openapi.add_answer_path"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # No badge of an outside validator, and links to an operation that can be sent to others.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}

LOGGING = logs.configuration("INFO")
