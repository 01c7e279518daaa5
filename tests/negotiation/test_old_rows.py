"""Rows as the first version wrote them: migrations add what is new to them and break nothing that was recorded."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

PROGRAM = "import tests.environment, django; django.setup(); from tests.negotiation.old_rows import main; main()"


@pytest.fixture
def database_url(transactional_db: None) -> Iterator[str]:
    """An empty database beside that of the tests; on SQLite the process makes a file of its own."""
    if connection.vendor != "postgresql":
        yield ""
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE first_version")
    of = connection.settings_dict
    yield f"postgres://{of['USER']}:{of['PASSWORD']}@{of['HOST']}:{of['PORT']}/first_version"
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE first_version")


@pytest.fixture
def found(database_url: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"DATABASE_URL": database_url},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


class TestADatabaseOfTheFirstVersion:
    def test_is_migrated_without_breaking_what_was_recorded(self, found: dict[str, Any]) -> None:
        assert found["policies"] == {
            "has_first_matrix": True,
            "hash_holds": True,
            "published_can_be_edited": False,
            "draft_has_first_matrix": True,
            "draft_can_be_edited": True,
            "broken": [],
        }
        assert found["case"] == {
            "words": ["谢谢", "", "打过电话", "三个月内"],
            "sealed": [True, True],
            "unread_hours": 2,
            "unopened_days": 2,
            "opened": [True, False],
            "can_be_edited": False,
        }
