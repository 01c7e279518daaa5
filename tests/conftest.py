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
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """A fixed moment: ten in the morning of a month's last day, in the bank's time zone."""
    return NOW
