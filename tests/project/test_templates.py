"""Tests that every template compiles and keeps the Content-Security-Policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine, engines

TEMPLATES: Path = settings.BASE_DIR / "templates"
PATHS = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})
# Documents and mails are not pages: a mail program and the typesetter take styles where they stand.
PAGES = [path for path in PATHS if path.relative_to(TEMPLATES).parts[0] not in {"documents", "mail"}]
TYPESETTER = Engine(dirs=[str(TEMPLATES)], builtins=["negotiation.documents.formatting"])
INLINE = re.compile(r"""\sstyle\s*=|<style|\son[a-z]+\s*=\s*["']|hx-on|javascript:|<script(?![^>]*\bsrc=)""", re.I)
ELSEWHERE = re.compile(r"""(?:src|href|action|content)\s*=\s*["'](?:https?:)?//""", re.I)
MOST_LINES = 100


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


class TestATemplate:
    @pytest.mark.parametrize("path", PATHS, ids=name_of)
    def test_compiles(self, path: Path) -> None:
        is_document = path.relative_to(TEMPLATES).parts[0] == "documents"
        (TYPESETTER if is_document else engines["django"]).get_template(name_of(path))

    @pytest.mark.parametrize("path", PATHS, ids=name_of)
    def test_is_short(self, path: Path) -> None:
        assert len(path.read_text().splitlines()) <= MOST_LINES


class TestAPage:
    @pytest.mark.parametrize("path", PAGES, ids=name_of)
    def test_has_nothing_inline(self, path: Path) -> None:
        assert INLINE.findall(path.read_text()) == []

    @pytest.mark.parametrize("path", PAGES, ids=name_of)
    def test_takes_nothing_from_another_host(self, path: Path) -> None:
        assert ELSEWHERE.findall(path.read_text()) == []

    def test_would_be_found_out(self) -> None:
        for line in ('<p style="x">', "<style>", '<a onclick="f()">', "<script>f()</script>", '<i hx-on:click="f">'):
            assert INLINE.search(line), line
        assert not INLINE.search('<script src="/static/a.js" defer></script>')
        assert ELSEWHERE.search('<img src="//elsewhere.example/a.png">')
