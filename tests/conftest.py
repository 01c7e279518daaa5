"""What all tests share: plain static files, quick password hashing, one fixed moment."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

NOW = datetime(2026, 3, 31, 2, 0, tzinfo=UTC)


def pytest_configure() -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, so that threads and processes see it through connections of their own.
        database.setdefault("TEST", {})["NAME"] = str(settings.VAR_DIR / "test.sqlite3")
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """A fixed moment: ten in the morning of a month's last day, in the bank's time zone."""
    return NOW
