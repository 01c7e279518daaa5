"""Words that people type, made fit to be kept and shown: what can be read stays, what only hides or misleads goes. Knows no length."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Emoji and some scripts are written with them, between what they join."""
_LINE_ENDS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}
)


def plain_words(text: str) -> str:
    """The text without what nobody can see: control characters, marks that turn the direction of what follows, zero-width
    spaces, halves of characters. Each end of a line is one ``\\n``, a tab is a space, nothing surrounds the words.

    >>> plain_words(" 1,200\\u202e a\\tmonth\\x00\\r\\nfrom May\\u200b ")
    '1,200 a month\\nfrom May'
    """
    lines = text.replace("\r\n", "\n").translate(_LINE_ENDS)
    words = "".join(filter(_is_kept, lines)).strip()
    return words if words.strip(_JOINERS) else ""


def _is_kept(character: str) -> bool:
    return character in _JOINERS or character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
