"""Every setting, read from the environment, in one file. `.env.example` lists the variables."""

from pathlib import Path
from urllib.parse import urlsplit

from config import environment as env
from config.observing import configure_logging, configure_sentry
from wechat.credentials import Credentials

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(env.text("DATA_DIR", ROOT / ".data"))

# Who we are
SECRET_KEY = env.text("SECRET_KEY")
DEBUG = False
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
"""Where the platform is reached: portal, consoles, and WeChat's callbacks."""
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
PREVIEW_URL = env.text("PREVIEW_URL", "").rstrip("/")
"""Another host name of ours, where owners see their mini-program; empty: no preview."""
PREVIEW_MINUTES = env.number("PREVIEW_MINUTES", 15, least=1, most=30 * 24 * 60)
"""How long a link to a preview works; a page that shows one renews it."""
if PREVIEW_URL:
    env.require_own_origin("PREVIEW_URL", PREVIEW_URL, PUBLIC_URL)
    ALLOWED_HOSTS.append(str(urlsplit(PREVIEW_URL).hostname))
PREVIEW_FILES = ROOT / "miniprogram_template" / "dist"
SECURE = PUBLIC_URL.startswith("https://")
INTERNAL_TOKEN = env.text("INTERNAL_TOKEN", "")
"""Bearer token of /metrics; without it they answer to loopback only."""

# Apps: the platform's tables live in `public`, a shop's tables in its own schema.
SHARED_APPS = [
    "portal",  # before allauth: its templates are the pages' look
    "unfold",
    "ninja",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tenants",
    "jobs",
    "wechat",
    "tenants.fleet",
    "tenants.archives",
    "tenants.pushes",
    "tenants.programs",
    "tenants.applyments",
    "tenants.readiness",
    "tenants.releases",
    "tenants.trains",
    "billing.inbox",
    "billing.bills",
    "billing.rollups",
    "billing.platform_books",
    "billing.plans",
    "superadmin",
    "preview",
]
TENANT_APPS = [
    "billing.ledger",
    "billing.payments",
    "billing.sharing",
    "billing.refunds",
    "billing.withdrawals",
    "billing.settlements",
    "billing.reconciliation",
    "shop.idempotency",
    "shop.moderation",
    "shop.members",
    "shop.media",
    "shop.catalog",
    "shop.inventory",
    "shop.imports",
    "shop.cart",
    "shop.coupons",
    "shop.pickup_points",
    "shop.orders",
    "shop.aftersale",
    "shop.distribution",
    "shop.notices",
    "shop.replies",
    "shop.home",
    "shop.samples",
]
INSTALLED_APPS = SHARED_APPS + TENANT_APPS
AUTH_USER_MODEL = "tenants.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES: dict[str, str] = {}

# Tables that nobody may change or delete from, enforced by grants (tenants.provisioning).
APPEND_ONLY_TABLES = [
    "ledger_journal",
    "ledger_transfer",
    "payments_paymentstep",
    "refunds_refundstep",
    "withdrawals_withdrawalstep",
    "sharing_sharingstep",
    "settlements_statement",
    "reconciliation_differencestep",
    "orders_orderstep",
    "aftersale_aftersalestep",
    "coupons_membercouponstep",
    "distribution_programme",
    "distribution_productrate",
    "distribution_distributorstep",
    "distribution_visit",
    "distribution_commissionline",
    "distribution_commissionstep",
    "catalog_productstep",
    "inventory_movement",
    "moderation_checkstep",
    "notices_permitentry",
]
APPEND_ONLY_PUBLIC_TABLES = [
    "tenants_tenantstep",
    "superadmin_auditentry",
    "programs_programstep",
    "applyments_applymentstep",
    "releases_releasestep",
    "trains_trainstep",
    "plans_planversion",
    "plans_subscriptionstep",
    "plans_invoiceline",
    "platform_books_journal",
    "platform_books_transfer",
]

# Database: `default` is the application's login, `owner` makes schemas (worker, migrations).
DATABASE_URL = env.text("DATABASE_URL", "")
APP_DATABASE_URL = env.text("APP_DATABASE_URL", "") or env.app_url(
    env.text("DATABASE_URL"), SECRET_KEY
)
"""A web process needs only this one: then it could not touch a schema if it wanted to."""
_app = env.database(APP_DATABASE_URL, "APP_DATABASE_URL")
WEB_THREADS = env.number("WEB_THREADS", 4, least=1, most=64)
WORKER_THREADS = env.number("WORKER_THREADS", 6, least=1, most=64)
WEB_PROCESSES = env.number("WEB_PROCESSES", 1, least=1, most=500)
WORKER_PROCESSES = env.number("WORKER_PROCESSES", 1, least=1, most=500)
"""How many of each run on all machines together: PostgreSQL must have connections for them."""
_options = {"options": "-c TimeZone=UTC -c statement_timeout=15000 -c lock_timeout=5000"}


def _app_login(place: dict[str, str], cell: str) -> dict[str, object]:
    return {
        **place,
        "ENGINE": "tenants.backend",
        "CELL": cell,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            # Planning costs more than running: what was asked five times is planned no more.
            "options": _options["options"] + " -c plan_cache_mode=force_generic_plan",
            "server_side_binding": True,
            "prepare_threshold": 5,
            "pool": {
                "min_size": 1,
                "max_size": max(WEB_THREADS, WORKER_THREADS) + 2,
                "timeout": 2,
                "max_lifetime": 600,
            },
        },
        "TEST": {"MIGRATE": False},
    }


def _owner_login(place: dict[str, str], cell: str) -> dict[str, object]:
    return {
        **place,
        "ENGINE": "tenants.backend",
        "CELL": cell,
        "TENANT_ROLES": False,
        "OPTIONS": {"options": "-c TimeZone=UTC -c lock_timeout=5000"},
    }


DATABASES: dict[str, dict[str, object]] = {"default": _app_login(_app, "default")}
if DATABASE_URL:
    DATABASES["owner"] = _owner_login(env.database(DATABASE_URL, "DATABASE_URL"), "default")
CELLS = env.words("CELLS")
"""Databases beside this one that shops may lie in (ADR 0022): CELL_<NAME>_DATABASE_URL each."""
for _cell in CELLS:
    _name = f"CELL_{_cell.upper()}_DATABASE_URL"
    _app_name = f"CELL_{_cell.upper()}_APP_DATABASE_URL"
    _url = env.text(_app_name, "") or env.app_url(env.text(_name), SECRET_KEY)
    DATABASES[_cell] = _app_login(env.database(_url, _app_name), _cell)
    if DATABASE_URL:
        DATABASES[f"{_cell}_owner"] = _owner_login(env.database(env.text(_name), _name), _cell)
NEW_SHOPS_CELL = env.one_of("NEW_SHOPS_CELL", ("default", *CELLS))
"""Where a new shop's schema is made."""
JOBS_CELL = env.one_of("JOBS_CELL", ("default", *CELLS))
"""Whose queue this process works: every cell needs a worker."""
DATABASE_ROUTERS = ["tenants.router.SchemaRouter"]
TENANT_MODEL = "tenants.Tenant"
TENANT_CACHE_SECONDS = env.number("TENANT_CACHE_SECONDS", 3)
SHOP_REQUESTS_PER_SECOND = env.number("SHOP_REQUESTS_PER_SECOND", 100, most=100_000)
"""So many requests of one shop a web process answers; 0: no limit."""
SPARE_SCHEMAS = env.number("SPARE_SCHEMAS", 3, most=200)
# What every web process must know alike: attempts at signing in, one-time codes that were used
# (allauth keeps both here). The platform's alone: no shop's role has a way to the table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Jobs
_queue = DATABASES[JOBS_CELL]
JOBS_DATABASE = {
    "host": _queue["HOST"],
    "dbname": _queue["NAME"],
    "user": _queue["USER"],
    "password": _queue["PASSWORD"],
    "maxconn": 4 + WORKER_THREADS + 3,
    **({"port": _queue["PORT"]} if _queue["PORT"] else {}),
}
JOBS_HEARTBEAT_SECONDS = env.number("JOBS_HEARTBEAT_SECONDS", 5, least=1, most=60)
"""A worker that was not heard of for four heartbeats is dead; its messages run elsewhere."""
JOBS_MIDDLEWARE = ["config.observing.JobsObserved", "tenants.middleware.ShopOfMessage"]
JOBS_SHOPS = "tenants.queries.live_public_ids"
FREE_ORDERS = "shop.orders.queries.free_paid_at"
INVARIANTS = [
    "billing.settlements.invariants.violations",
    "billing.withdrawals.invariants.violations",
    "billing.sharing.invariants.violations",
    "billing.platform_books.invariants.violations_of_shop",
    "shop.coupons.invariants.violations",
    "shop.orders.invariants.violations",
    "shop.distribution.invariants.violations",
    "tenants.invariants.violations",
]
"""What `manage.py verify_invariants`, the hourly proof and the superadmin ask inside each shop."""
PLATFORM_INVARIANTS = [
    "billing.platform_books.invariants.violations",
    "billing.plans.invariants.violations",
]
"""What the same ask of the platform's own."""
UNFINISHED = [
    "shop.orders.queries.unfinished_count",
    "billing.refunds.queries.unfinished_count",
    "billing.withdrawals.queries.unfinished_count",
    "billing.sharing.queries.unfinished_count",
    "shop.distribution.queries.unfinished_count",
]
"""What a closing shop still owes: functions that count it, asked inside the shop."""
ARCHIVE_SUMS = {
    "transfers": ("ledger_transfer", "billing.ledger.sums.BY_ACCOUNT"),
    "balances": ("ledger_balance", "billing.ledger.sums.BY_BALANCE"),
}
"""What must come out the same of a shop and of its archive: a table that it needs, a statement."""
ARCHIVE_MOST_BYTES = env.number("ARCHIVE_MOST_GB", 20, least=1, most=10_000) * 10**9
"""No archive that unpacks to more than this is brought in."""
BACKUP_DAYS = env.number("BACKUP_DAYS", 35, least=1, most=3650)
"""So long backups are kept: certificates of erasure say until when they hold what was erased."""
REGRET_DAYS = env.number("REGRET_DAYS", 30, least=1, most=365)
"""So long what a restore replaced is kept, so that it can be taken back."""
ARCHIVE_DAYS = env.number("ARCHIVE_DAYS", 7, least=1, most=90)
"""So long an owner may fetch an export that was made."""
USAGE = [
    "shop.catalog.queries.usage",
    "shop.media.queries.usage",
    "shop.orders.queries.usage",
    "shop.notices.queries.usage",
]
"""What a shop uses of its plan: functions that return figures by Limit, asked inside the shop."""
GRACE_DAYS = env.number("GRACE_DAYS", 14, least=0, most=90)
"""So long a plan may be overdue before the shop is suspended."""
CLOSING_DAYS = env.number("CLOSING_DAYS", 30, least=1, most=365)
"""So long a closing shop stays readable, and may be brought back by its owner."""
PURGE_AFTER_DAYS = env.number("PURGE_AFTER_DAYS", 30, least=1, most=3650)
"""So long a closed shop's data is kept, and staff may bring it back."""

# Web
ROOT_URLCONF = "config.urls"
MIDDLEWARE = [
    "config.observing.RequestObserved",
    "preview.host.PreviewHost",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.doors.ShopOfPath",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "platform" / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
NINJA_PAGINATION_MAX_LIMIT = 100
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=5)
"""How many proxies of ours stand in front: so many entries of X-Forwarded-For are believed."""

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns at every start without it
WHITENOISE_USE_FINDERS = True
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "archives": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "archives", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage."
        + ("Manifest" if env.flag("STATIC_HASHED", default=False) else "")
        + "StaticFilesStorage"
    },
}

# Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-src": [PREVIEW_URL or "'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Accounts of owners and staff (django-allauth)
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = env.text("EMAIL_VERIFICATION", "optional")
ACCOUNT_PREVENT_ENUMERATION = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,20/15m/ip", "signup": "20/h/ip"}
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/start/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Xiaopu <noreply@localhost>")

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "platform" / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# WeChat
MINI_PROGRAM_API_BASE = env.text("MINI_PROGRAM_API_BASE", PUBLIC_URL).rstrip("/")
"""Where mini-programs find our API: `apiBase` of their ext.json, and their request domain."""
REGISTRATION_PHONE: str = env.text("REGISTRATION_PHONE", "")
"""The platform's phone number for registrations of new mini-programs; empty, there are none."""
USER_CONTENT: list[str] = []
"""Functions that say, asked inside a shop, whether its customers publish anything there."""
_credentials = env.file("WECHAT_CREDENTIALS_FILE")
WECHAT = Credentials.read(_credentials) if _credentials else None
WECHAT_FEE_BP = env.number("WECHAT_FEE_BP", 60, most=1000)
"""WeChat Pay's fee in basis points of each payment (60 = 0.60 %)."""
COMMISSION_BP = env.number("COMMISSION_BP", 100, most=3000)
"""The platform's commission in basis points of each completed order."""
SHARING_RECEIVER_NAME: str = env.text("SHARING_RECEIVER_NAME", "")
"""The full name of the platform's merchant number, under which WeChat lets it receive its share."""
REFUND_TWO_PERSON_MINOR = env.number("REFUND_TWO_PERSON_MINOR", 500_000, most=10**12)
"""Refunds of an order that come to more than this, in minor units, need a second person (5,000.00).
0: never."""
PAYMENT_MINUTES = env.number("PAYMENT_MINUTES", 30, least=2, most=1440)
"""How long an order waits for its payment, and its stock with it."""
AUTO_CONFIRM_DAYS = env.number("AUTO_CONFIRM_DAYS", 10, least=1, most=60)
"""After so many days a shipped order counts as received."""
PASSIVE_REPLY = "shop.replies.actions.reply_to"
"""Who replies at once to what a customer writes: a function `(appid, fields) -> text or None`,
asked inside the shop while WeChat waits, so it reads the shop's tables and nothing else."""
READINESS_FACTS = [
    "tenants.releases.readiness.facts",
    "billing.payments.readiness.facts",
    "shop.moderation.readiness.facts",
    "shop.notices.readiness.facts",
]
"""What the layers above know for the readiness doctor: functions `(appid) -> fields of ShopKnows`,
asked inside the shop."""

# Logs and errors
LOGGING_CONFIG = None
LOGGING = configure_logging(env.text("LOG_LEVEL", "INFO"), json=env.flag("LOG_JSON", default=True))
SENTRY_DSN = env.text("SENTRY_DSN", "")
configure_sentry(SENTRY_DSN, env.text("SENTRY_ENVIRONMENT", "production"))
SILENCED_SYSTEM_CHECKS: list[str] = []
