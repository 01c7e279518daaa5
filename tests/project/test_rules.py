"""Tests that the code keeps the rules of CONTRIBUTING.md that no linter knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT: Path = settings.BASE_DIR
SOURCES = sorted(
    path for app in ("negotiation", "portal") for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
CLOCKLESS = [
    path
    for path in SOURCES
    if path.relative_to(ROOT).parts[:2]
    in {("negotiation", room) for room in ("domain", "services", "queries", "documents", "models", "feeds")}
]
CLOCK_CALLS = {"now", "today", "utcnow", "localtime", "time", "time_ns", "fromtimestamp"}
CLOCKS = {"datetime", "date", "timezone", "time", "dt"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc"}
MOST_MODULE_LINES, MOST_FUNCTION_LINES, MOST_TEMPLATE_LINES = 400, 60, 100


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def reads_of_the_clock(tree: ast.AST) -> Iterator[int]:
    """Lines such as `timezone.now()`, and `localdate()` without a moment."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            is_clock = function.value.id in CLOCKS and function.attr in CLOCK_CALLS
            is_local_date = function.attr == "localdate"
        else:
            is_clock, is_local_date = False, isinstance(function, ast.Name) and function.id == "localdate"
        if (is_clock or is_local_date) and not node.args:
            yield node.lineno


class TestTheClock:
    @pytest.mark.parametrize("path", CLOCKLESS, ids=name_of)
    def test_is_an_argument(self, path: Path) -> None:
        assert list(reads_of_the_clock(ast.parse(path.read_text()))) == []

    def test_is_noticed_when_it_is_read(self) -> None:
        read = "timezone.now(); datetime.now(); date.today(); localdate(); localdate(at); timezone.localdate(at)"
        assert len(list(reads_of_the_clock(ast.parse(read)))) == 4


class TestAModule:
    @pytest.mark.parametrize("path", SOURCES, ids=name_of)
    def test_is_small_and_says_what_it_is_for(self, path: Path) -> None:
        text = path.read_text()
        tree = ast.parse(text)
        assert len(text.splitlines()) <= MOST_MODULE_LINES
        assert path.stem not in FORBIDDEN_NAMES
        assert not text or ast.get_docstring(tree)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        long = {node.name for node in functions if (node.end_lineno or 0) - node.lineno >= MOST_FUNCTION_LINES}
        assert not long


class TestTheDatabase:
    @pytest.mark.django_db
    def test_has_no_change_without_a_migration(self) -> None:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
