"""What may a cell hold? One parser a form; each returns the value or refuses by name.

Parsers know the form of one cell, nothing of other cells or of the database. Days and rates
repeat by the thousand, so those are remembered.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from negotiation.feeds.refusals import BadValue, Reason

Parser = Callable[[str], Any]

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,9})\.[0-9]{2}")
_RATE = re.compile(r"0(\.[0-9]{1,12})?|1(\.0{1,12})?")
_DAY = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,5}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
# Control characters, line and paragraph separators, and the marks that turn the direction of text around.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")


def optional(parse: Parser, empty: Any = None) -> Parser:
    """The parser that also takes an empty cell, as ``empty``."""
    return lambda cell: parse(cell) if cell else empty


def identifier(cell: str) -> str:
    """1 to 40 letters, digits, dots, hyphens and underscores; begins with a letter or digit."""
    if _IDENTIFIER.fullmatch(cell) is None:
        raise BadValue(Reason.NOT_AN_IDENTIFIER if cell else Reason.MISSING)
    if len(cell) > 40:
        raise BadValue(Reason.TOO_LONG)
    return cell


def text(limit: int) -> Parser:
    """1 to ``limit`` characters, none of them a control or direction mark, no blank at either end; made NFC."""

    def parse(cell: str) -> str:
        if not cell:
            raise BadValue(Reason.MISSING)
        if len(cell) > limit:
            raise BadValue(Reason.TOO_LONG)
        if _UNPRINTABLE.search(cell) or cell != cell.strip():
            raise BadValue(Reason.NOT_PLAIN_TEXT)
        return unicodedata.normalize("NFC", cell)

    return parse


def amount(cell: str) -> Decimal:
    """Yuan with exactly two places and at most ten digits before the point; a minus sign, never a plus."""
    if _AMOUNT.fullmatch(cell) is None:
        raise BadValue(Reason.NOT_AN_AMOUNT if cell else Reason.MISSING)
    return Decimal(cell)


def amount_not_negative(cell: str) -> Decimal:
    """As ``amount``, zero or more."""
    value = amount(cell)
    if value < 0:
        raise BadValue(Reason.NEGATIVE)
    return value


@lru_cache(maxsize=64)
def rate(cell: str) -> Decimal:
    """A fraction from 0 to 1 with at most twelve places: 0.0005 is five ten-thousandths."""
    if _RATE.fullmatch(cell) is None:
        raise BadValue(Reason.NOT_A_RATE if cell else Reason.MISSING)
    return Decimal(cell)


@lru_cache(maxsize=4_096)
def day(cell: str) -> date:
    """A day of the calendar, YYYY-MM-DD, from 1900 to 2099."""
    if _DAY.fullmatch(cell) is None:
        raise BadValue(Reason.NOT_A_DATE if cell else Reason.MISSING)
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise BadValue(Reason.NOT_A_DATE) from None


def number(least: int, most: int) -> Parser:
    """A whole number from ``least`` to ``most``, both included, without a leading zero."""

    def parse(cell: str) -> int:
        if _NUMBER.fullmatch(cell) is None:
            raise BadValue(Reason.NOT_A_NUMBER if cell else Reason.MISSING)
        if not least <= int(cell) <= most:
            raise BadValue(Reason.OUT_OF_RANGE)
        return int(cell)

    return parse


def one_of(words: Iterable[str]) -> Parser:
    """One of a list of words, as they are written there."""
    known = {word: word for word in map(str, words)}

    def parse(cell: str) -> str:
        if cell not in known:
            raise BadValue(Reason.NOT_IN_LIST if cell else Reason.MISSING)
        return cell

    return parse


def email(cell: str) -> str:
    """An ordinary address of at most 254 characters."""
    if len(cell) > 254:
        raise BadValue(Reason.TOO_LONG)
    if _EMAIL.fullmatch(cell) is None:
        raise BadValue(Reason.NOT_AN_EMAIL)
    return cell


def phone(cell: str) -> str:
    """A number in international form: + and 7 to 15 digits."""
    if _PHONE.fullmatch(cell) is None:
        raise BadValue(Reason.NOT_A_PHONE_NUMBER)
    return cell


def four_digits(cell: str) -> str:
    """The last four digits of a card number."""
    if _FOUR_DIGITS.fullmatch(cell) is None:
        raise BadValue(Reason.NOT_FOUR_DIGITS)
    return cell
