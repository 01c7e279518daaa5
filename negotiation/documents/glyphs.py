"""Which characters the vendored fonts can print, and what stands in place of one that they cannot.

A character without a glyph must never become an empty box in a contract: it is written as its code point, 〔U+20BB7〕.
"""

import unicodedata
from functools import lru_cache

from fontTools.ttLib import TTFont

from negotiation.documents.fonts_path import REGULAR

WHITE_SPACE = "\n\r\t"
UNPRINTABLE = {"Cc", "Cf", "Co", "Cn", "Cs"}


def printable(text: str) -> str:
    """The text with every character that has no glyph, or steers direction, replaced by its visible code point."""
    return text if printable_characters().issuperset(text) else "".join(_shown(character) for character in text)


def as_name(text: str) -> str:
    """A person's name in one form (NFKC, single spaces), so that what is printed can be found again in the file."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def missing(text: str) -> tuple[str, ...]:
    """The characters of ``text`` that print as a code point, in their order."""
    return tuple(character for character in text if character not in printable_characters())


@lru_cache(maxsize=1)
def printable_characters() -> frozenset[str]:
    """Every character the regular font has a glyph for, without controls and direction marks."""
    with TTFont(REGULAR, lazy=True) as font:
        characters = {chr(code) for code in font.getBestCmap()}
    return frozenset(character for character in characters if unicodedata.category(character) not in UNPRINTABLE) | set(
        WHITE_SPACE
    )


def _shown(character: str) -> str:
    return character if character in printable_characters() else f"〔U+{ord(character):04X}〕"
