"""What all tests share: plain static files, quick password hashing, one fixed moment."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseOperations

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
        DatabaseOperations.execute_sql_flush = flush_past_triggers
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A skipped test fails the run: what could not be tried was not tested."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        reporter.write_line("A skipped test is a failure here.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def flush_past_triggers(operations: DatabaseOperations, statements: list[str]) -> None:
    """Empties an SQLite test database: the triggers that keep records append-only step aside meanwhile."""
    connection = operations.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers: list[tuple[str, str]] = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        super(DatabaseOperations, operations).execute_sql_flush(statements)
        for _name, sql in triggers:
            cursor.execute(sql)


@pytest.fixture
def now() -> datetime:
    """A fixed moment: ten in the morning of a month's last day, in the bank's time zone."""
    return NOW


@pytest.fixture(autouse=True)
def fresh_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Limits on attempts and the worker's heartbeat are kept in the database's cache, which no flush empties."""
    marker = request.node.get_closest_marker("django_db")
    is_marked = marker is not None and marker.kwargs.get("transaction", False)
    if not is_marked and not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    cache.clear()
