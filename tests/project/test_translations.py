"""Tests that every text has its Chinese, with the same placeholders and the words that a bank would use."""

import re
import sys
from collections.abc import Iterator

import polib
import pytest
from django.conf import settings

sys.path.insert(0, str(settings.BASE_DIR / "scripts"))
import messages

PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|%[sd]|\{[a-z_0-9]*\}", re.I)
NEVER = ("滞纳金", "分期手续费", "成功地", "你")


@pytest.fixture(scope="module")
def catalogue() -> dict[messages.Key, polib.POEntry]:
    return {messages.key_of(entry): entry for entry in polib.pofile(str(messages.CATALOGUE))}


def chinese_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def misplaced(catalogue: dict[messages.Key, polib.POEntry]) -> Iterator[str]:
    """Texts whose placeholders differ from those of their Chinese; a plural may name its number in words."""
    for entry in catalogue.values():
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in chinese_of(entry):
            if set(PLACEHOLDER.findall(text)) != wanted:
                yield entry.msgid


class TestTheCatalogue:
    def test_has_the_chinese_of_every_text_and_no_other(self, catalogue: dict[messages.Key, polib.POEntry]) -> None:
        found = {messages.key_of(entry) for entry in messages.texts_in_the_code()}
        assert sorted(found - catalogue.keys(), key=str) == []
        assert sorted(catalogue.keys() - found, key=str) == []

    def test_leaves_nothing_empty_doubtful_or_obsolete(self, catalogue: dict[messages.Key, polib.POEntry]) -> None:
        empty = [entry.msgid for entry in catalogue.values() if not all(chinese_of(entry))]
        doubtful = [entry.msgid for entry in catalogue.values() if entry.fuzzy or entry.obsolete]
        assert (empty, doubtful) == ([], [])

    def test_keeps_the_placeholders(self, catalogue: dict[messages.Key, polib.POEntry]) -> None:
        assert list(misplaced(catalogue)) == []

    @pytest.mark.parametrize("word", NEVER)
    def test_never_says(self, catalogue: dict[messages.Key, polib.POEntry], word: str) -> None:
        assert [entry.msgid for entry in catalogue.values() if word in "".join(chinese_of(entry))] == []
