"""Django's settings, all of them from the environment. `docs/operations.md` lists the variables."""

import os

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from negotiation.domain.contact import ContactWindow, NotAWindow
from portal import environment
from portal.help.agencies import read_agencies
from portal.ops import logs

BASE_DIR = environment.BASE_DIR
env = environment.Environment(environment.read())

# --- What kind of installation this is -------------------------------------------------------------

DEMONSTRATION = env.flag("PORTAL_DEMONSTRATION", False)
DEBUG = env.flag("PORTAL_DEBUG", False)
if DEBUG and not DEMONSTRATION:
    raise ImproperlyConfigured("PORTAL_DEBUG is allowed only together with PORTAL_DEMONSTRATION.")
VAR_DIR = env.path("PORTAL_VAR_DIR", BASE_DIR / "var")
BASE_URL = env.site("PORTAL_BASE_URL", "http://localhost:8000" if DEMONSTRATION else None)
BANK_NAME_ZH = env.text("PORTAL_BANK_NAME_ZH", "示范银行" if DEMONSTRATION else None)
BANK_NAME_EN = env.text("PORTAL_BANK_NAME_EN", "Demonstration Bank" if DEMONSTRATION else None)
BANK_ADDRESS_ZH = env.text("PORTAL_BANK_ADDRESS_ZH", "示例市示例区示例路 1 号" if DEMONSTRATION else None)
BANK_ADDRESS_EN = env.text("PORTAL_BANK_ADDRESS_EN", "1 Example Road, Example City" if DEMONSTRATION else None)
BANK_TELEPHONE = env.text("PORTAL_BANK_TELEPHONE", "000-0000-0000" if DEMONSTRATION else None)
BANK_COMPLAINTS = env.text("PORTAL_BANK_COMPLAINTS", "complaints@bank.example" if DEMONSTRATION else None)
REPAYMENT_ACCOUNT = env.text("PORTAL_REPAYMENT_ACCOUNT", "0000 0000 0000 0000 000" if DEMONSTRATION else None)
# Whom the bank has commissioned to collect: nobody in a demonstration; None elsewhere, where no file says so.
AGENCIES = read_agencies("PORTAL_AGENCIES_FILE", env.path("PORTAL_AGENCIES_FILE"))
if AGENCIES is None and DEMONSTRATION:
    AGENCIES = ()
VERIFY_URL = f"{BASE_URL}/verify/{{reference}}/"

# --- Secrets ---------------------------------------------------------------------------------------

SECRET_KEY = env.text("PORTAL_SECRET_KEY", at_least=32)
SECRET_KEY_FALLBACKS = env.words("PORTAL_OLD_SECRET_KEYS")
DATA_KEYS = env.keys("PORTAL_DATA_KEYS")
INDEX_KEY = env.key("PORTAL_INDEX_KEY")

# --- Applications ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "negotiation",
    "portal",
]
MIDDLEWARE = [
    "portal.ops.requests.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.staff.StaffSecondFactorMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.ops.context.installation",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database and cache ----------------------------------------------------------------------------

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
POSTGRESQL_OPTIONS = {"pool": {"min_size": 1, "max_size": 10, "timeout": 10}}

_database_url = env.url(
    "DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}", schemes=["sqlite", "postgres", "postgresql"]
)
_database = Env.db_url_config(_database_url)
_database["OPTIONS"] = _database.get("OPTIONS", {}) | (
    SQLITE_OPTIONS if _database["ENGINE"].endswith("sqlite3") else POSTGRESQL_OPTIONS
)
DATABASES = {"default": _database}
# In the database, so that limits on attempts hold across processes (`createcachetable` makes the table).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Room enough that culling does not forget a limit that somebody has reached.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# The modules whose functions handle jobs; the worker imports them.
JOB_HANDLERS = [
    "negotiation.jobs.housekeeping",
    "negotiation.services.attachments",
    "negotiation.services.expiry",
    "negotiation.services.expiry_warnings",
    "negotiation.services.plan_documents",
    "negotiation.services.plan_keeping",
    "negotiation.services.sealing",
    "portal.notices.jobs",
    "portal.notices.reminders",
    "portal.accounts.housekeeping",
]

# --- People ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "negotiation.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Accounts come from the bank; cardholders sign in by code, staff by password and second factor (docs/security.md).
LOGIN_URL = "account_request_login_code"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.StaffSignInForm",
    "request_login_code": "portal.accounts.forms.RequestCodeForm",
    "confirm_login_code": "portal.accounts.forms.ConfirmCodeForm",
    "reauthenticate": "portal.accounts.forms.PasswordAgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# A mobile network may put thousands of people behind one address, so a day's limit for it is not that for a person.
CODES_A_DAY = env.number("PORTAL_CODES_A_DAY", 20, most=1000)
CODES_A_DAY_FROM_NETWORK = env.number("PORTAL_CODES_A_DAY_FROM_NETWORK", 200, most=100_000)
ACCOUNT_RATE_LIMITS = {
    "request_login_code": f"20/m/ip,{CODES_A_DAY_FROM_NETWORK}/d/ip,4/5m/key,{CODES_A_DAY}/d/key",
    "try_login_code": "60/m/ip,5/10m/key",
    "open_link": f"30/m/ip,{CODES_A_DAY_FROM_NETWORK}/d/ip,4/5m/key,{CODES_A_DAY}/d/key",
    "claim": "20/m/ip",
}
LOGOUT_REDIRECT_URL = "/"
MFA_ADAPTER = "portal.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "portal.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "portal.accounts.forms.SetUpAppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute either way for slow fingers and clocks, RFC 6238 §5.2
SESSION_SERIALIZER = "portal.accounts.sessions.SealedSessionSerializer"

# --- Messages to cardholders -----------------------------------------------------------------------

# When a message may leave, in the bank's time zone. A demonstration may be walked at any hour.
try:
    CONTACT_WINDOW = ContactWindow.parse(
        env.text("PORTAL_CONTACT_WINDOW", "[00:00,23:59:59]" if DEMONSTRATION else "[08:00,22:00)")
    )
except NotAWindow:
    raise ImproperlyConfigured("PORTAL_CONTACT_WINDOW has to look like [08:00,22:00).") from None
SMS_GATEWAY = env.text("PORTAL_SMS_GATEWAY", "portal.notices.channels.FileSmsGateway" if DEMONSTRATION else "")
SMS_DIR = VAR_DIR / "sms"

# --- Language, time, mail --------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
FORMAT_MODULE_PATH = ["portal.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.zone("PORTAL_TIME_ZONE", "Asia/Shanghai")

globals().update(
    Env.email_url_config(
        env.url(
            "PORTAL_EMAIL_URL",
            "smtp://localhost:8025" if DEMONSTRATION else None,
            schemes=["smtp", "smtps", "smtp+tls", "smtp+ssl"],
        )
    )
)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.mail_address("PORTAL_EMAIL_FROM", "notices@bank.example" if DEMONSTRATION else None)
DESK_EMAIL = env.mail_address("PORTAL_DESK_EMAIL", "desk@bank.example" if DEMONSTRATION else "")
MAILDIR = VAR_DIR / "mail"

# --- Static files ----------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# What cardholders attach, sealed; no address leads there.
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
PROOF_KEPT_DAYS = env.number("PORTAL_PROOF_KEPT_DAYS", 90, most=3650)

# --- What a browser is told ------------------------------------------------------------------------

_secure = BASE_URL.startswith("https://")
if not (_secure or DEMONSTRATION):
    raise ImproperlyConfigured("PORTAL_BASE_URL has to begin with https:// outside a demonstration.")
_host = BASE_URL.partition("://")[2].partition(":")[0].partition("/")[0]
ALLOWED_HOSTS = [_host, *env.words("PORTAL_ALLOWED_HOSTS")] + (["localhost", "127.0.0.1"] if DEMONSTRATION else [])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = env.number("PORTAL_TRUSTED_PROXIES", 0, most=20)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
_hsts = env.number("PORTAL_HSTS_SECONDS", 31_536_000, most=99_999_999)
SECURE_HSTS_SECONDS = _hsts if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000
SESSION_COOKIE_AGE = 3_600
SESSION_SAVE_EVERY_REQUEST = False
X_FRAME_OPTIONS = "DENY"
# `data:` for images: Bootstrap's form icons and the QR code of the second factor are data: pictures.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF] if DEMONSTRATION else [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "microphone", "geolocation", "payment", "usb", "midi", "serial", "hid")
}

# --- The bank's signature and its documents --------------------------------------------------------

SIGN_P12_PATH = env.path("PORTAL_SIGN_P12_FILE", VAR_DIR / "signing" / "bank.p12" if DEMONSTRATION else None)
SIGN_P12_PASSPHRASE_FILE = env.path(
    "PORTAL_SIGN_P12_PASSPHRASE_FILE", VAR_DIR / "signing" / "passphrase" if DEMONSTRATION else None
)
SIGN_CHAIN_FILE = env.path("PORTAL_SIGN_CHAIN_FILE", VAR_DIR / "signing" / "chain.pem" if DEMONSTRATION else None)
SIGN_CRL_FILE = env.path("PORTAL_SIGN_CRL_FILE")
SIGN_OCSP_FILES = env.paths("PORTAL_SIGN_OCSP_FILES")
SIGN_PKCS11_MODULE = env.path("PORTAL_SIGN_PKCS11_MODULE")
SIGN_PKCS11_TOKEN = env.text("PORTAL_SIGN_PKCS11_TOKEN", "")
SIGN_PKCS11_KEY = env.text("PORTAL_SIGN_PKCS11_KEY", "")
SIGN_PKCS11_PIN_FILE = env.path("PORTAL_SIGN_PKCS11_PIN_FILE")
SIGN_TSA_URL = env.url("PORTAL_SIGN_TSA_URL", "", schemes=["http", "https"])
SIGN_TSA_CHAIN_FILE = env.path("PORTAL_SIGN_TSA_CHAIN_FILE")
SIGN_ARCHIVE_TIMESTAMP = env.flag("PORTAL_SIGN_ARCHIVE_TIMESTAMP", False)
if SIGN_ARCHIVE_TIMESTAMP and not (SIGN_TSA_URL and (SIGN_CRL_FILE or SIGN_OCSP_FILES)):
    raise ImproperlyConfigured(
        "PORTAL_SIGN_ARCHIVE_TIMESTAMP needs PORTAL_SIGN_TSA_URL, and PORTAL_SIGN_CRL_FILE or PORTAL_SIGN_OCSP_FILES."
    )

# --- Operation -------------------------------------------------------------------------------------

FEED_MAX_REJECTED_SHARE = env.share("PORTAL_FEED_MAX_REJECTED_SHARE", "0.01")
FEED_MAX_DEPARTED_SHARE = env.share("PORTAL_FEED_MAX_DEPARTED_SHARE", "0.5")
LOGGING = logs.configuration(env.choice("PORTAL_LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"]))
METRICS_TOKEN = env.text("PORTAL_METRICS_TOKEN", "", at_least=16)
# Where the web processes of one machine add up what they count; read by prometheus_client when it is imported.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR_DIR / "metrics"))

env.refuse_unknown()
