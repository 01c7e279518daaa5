"""What the browser tests share: one installation of real processes, one Chromium, and people at it."""

import os
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from playwright.sync_api import Browser, expect, sync_playwright

from negotiation.services.demonstration_policy import seed_demonstration_policy
from negotiation.services.demonstration_texts import seed_demonstration_texts
from tests.browser.installation import Installation
from tests.browser.people import deliver_feed, hire_staff
from tests.browser.visitor import PagesSeen, Visitor

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
HERE = Path(__file__).parent
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def database(django_db_modify_db_settings: None, django_db_blocker: Any) -> Iterator[None]:
    """A database that the processes share; what the tests leave in it goes with it, not in between.

    Where pytest has several processes, each has a database of its own and so an installation of its own.
    """
    # Playwright's loop runs in this thread, where Django then suspects a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        yield
        end_other_sessions()
        teardown_databases(made, verbosity=0)
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def end_other_sessions() -> None:
    """A process that was killed may leave its session to PostgreSQL for a moment; a database in use cannot be dropped."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="package")
def installation(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A demonstration with its limits and texts, its staff, its key and the cardholders of the bank's feed, whom nobody has invited yet.

    The feed comes before anybody else's account, as it must: it is refused when a newer one was there. When all is played,
    the records must say what their chains say: no test may help itself by altering one.
    """
    call_command("sync_roles", stdout=StringIO())
    call_command("make_signing_key", stdout=StringIO())
    hire_staff()
    seed_demonstration_policy(now=timezone.now())
    seed_demonstration_texts(now=timezone.now())
    deliver_feed(tmp_path_factory.mktemp("feed"))
    running = Installation()
    try:
        running.start()
        yield running
        running.manage("verify_audit")
    finally:
        running.stop()


@pytest.fixture(scope="package")
def chromium(installation: Installation) -> Iterator[Browser]:
    """Debian's Chromium; without it there is nothing to test, and that is a failure."""
    program = shutil.which("chromium")
    assert program, "Chromium is missing: install Debian's package chromium, then try again."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def seen(tmp_path_factory: pytest.TempPathFactory) -> PagesSeen:
    """The pages that were looked at, known to every process."""
    own = tmp_path_factory.getbasetemp()
    return PagesSeen((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "pages-seen")


@pytest.fixture
def visit(chromium: Browser, installation: Installation, seen: PagesSeen) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; at the end none of them may have found anything wrong."""
    visitors: list[Visitor] = []

    def make(language: str = "en", **more: Any) -> Visitor:
        visitors.append(Visitor(chromium, installation.url, language, seen=seen, **more))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.close()
    findings = [finding for visitor in visitors for finding in visitor.findings]
    assert not findings, "\n".join(["something is wrong with the pages", *findings])
