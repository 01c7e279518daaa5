"""Versions from before there was an authority matrix: the migration gives them one and breaks nothing that was recorded."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection


@pytest.fixture
def database_url(transactional_db: None) -> Iterator[str]:
    """An empty database beside that of the tests; on SQLite the process makes a file of its own."""
    if connection.vendor != "postgresql":
        yield ""
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE before_authority")
    of = connection.settings_dict
    yield f"postgres://{of['USER']}:{of['PASSWORD']}@{of['HOST']}:{of['PORT']}/before_authority"
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE before_authority")


class TestAnOldDatabase:
    def test_gets_the_first_matrix_and_keeps_its_hashes(self, database_url: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "tests.negotiation.old_policies"],
            env=os.environ | {"DATABASE_URL": database_url},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {
            "has_first_matrix": True,
            "hash_holds": True,
            "published_can_be_edited": False,
            "draft_has_first_matrix": True,
            "draft_can_be_edited": True,
            "broken": [],
        }
