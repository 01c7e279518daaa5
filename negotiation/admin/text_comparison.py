"""Two wordings side by side, sentence by sentence, with what differs inside a sentence marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCE_END = re.compile(r"(?<=[。；])(?!<)|(?<=[.;:])\s+|\n+|(?<=</p>)|(?<=</li>)|(?<=<ol>)|(?<=<ul>)")
_WORD = re.compile(r"[A-Za-z0-9_'-]+|\s+|.", re.DOTALL)
TOO_DIFFERENT = 0.4
"""Below this likeness two sentences are shown as a whole, not as a patchwork."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence; ``is_changed`` if the other wording has not got it."""

    words: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence before and after; ``what`` happened to it, nothing where both are the same."""

    what: Promise | str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def compared(old: str, new: str) -> list[Line]:
    """Every sentence of both wordings in order; an empty side where there is none."""
    before, after = sentences(old), sentences(new)
    lines: list[Line] = []
    for kind, start, end, other_start, other_end in SequenceMatcher(None, before, after, False).get_opcodes():
        pairs = zip_longest(before[start:end], after[other_start:other_end], fillvalue="")
        lines += (_same(line) for line, _line in pairs) if kind == "equal" else (_changed(*pair) for pair in pairs)
    return lines


def sentences(body: str) -> list[str]:
    """The words as one line a sentence, marks and values as they are written."""
    return [part.strip() for part in _SENTENCE_END.split(body) if part.strip()]


def _same(line: str) -> Line:
    piece = (Piece(line, False),)
    return Line("", piece, piece)


def _changed(old: str, new: str) -> Line:
    if not old:
        return Line(_("added"), (), (Piece(new, True),))
    if not new:
        return Line(_("removed"), (Piece(old, True),), ())
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, False)
    if matcher.ratio() < TOO_DIFFERENT:
        return Line(_("changed"), (Piece(old, True),), (Piece(new, True),))
    codes = matcher.get_opcodes()
    was = tuple(_pieces((kind, before[start:end]) for kind, start, end, _start, _end in codes))
    now = tuple(_pieces((kind, after[start:end]) for kind, _start, _end, start, end in codes))
    return Line(_("changed"), was, now)


def _pieces(parts: Iterator[tuple[str, list[str]]]) -> Iterator[Piece]:
    return (Piece("".join(words), kind != "equal") for kind, words in parts if words)
