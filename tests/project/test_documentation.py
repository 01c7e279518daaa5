"""Tests that the documentation says what is so: every variable, every link, every command."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT: Path = settings.BASE_DIR
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "demo").glob("*.md")])
VARIABLE = re.compile(r"\b(?:PORTAL_[A-Z0-9_]+|DATABASE_URL)\b")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
COMMAND = re.compile(r"manage\.py ([a-z][a-z_]+)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


class TestThePageOnOperations:
    def test_lists_the_variables_there_are_and_no_other(self) -> None:
        read = set(VARIABLE.findall((ROOT / "portal" / "settings.py").read_text())) | {"PORTAL_ENV_FILE"}
        assert set(VARIABLE.findall((ROOT / "docs" / "operations.md").read_text())) == read


class TestAPage:
    @pytest.mark.parametrize("path", PAGES, ids=name_of)
    def test_has_links_that_lead_somewhere(self, path: Path) -> None:
        assert [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()] == []

    @pytest.mark.parametrize("path", PAGES, ids=name_of)
    def test_names_commands_that_exist(self, path: Path) -> None:
        assert set(COMMAND.findall(path.read_text())) <= get_commands().keys()
