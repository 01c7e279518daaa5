"""Who are the people of the demonstration? Invented from a seed, and unmistakably so.

Given names are words such as 示例 ("example"), addresses end in `.example` (reserved by RFC 2606), telephone numbers begin
+86 12, which no mobile network of mainland China uses (theirs begin 13 to 19), and of a card only four digits exist.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random

MAIL_DOMAIN = "cardholder.example"
PRODUCTS = ((Decimal(300_000), "PLATINUM"), (Decimal(100_000), "GOLD"), (Decimal(0), "STANDARD"))
ENGLISH_SHARE = 0.03
AGES_AT = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented cardholder."""

    cardholder_id: str
    name: str
    email: str
    phone: str
    birth_date: date
    language: str


@lru_cache(maxsize=8)
def _words(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").split())


def invent_person(cardholder_id: str, *, number: int, age: int, random: Random, directory: Path) -> Person:
    """The person behind a row: of the row's age at the start of ``AGES_AT``, everything else by chance."""
    surname = random.choice(_words(directory / "surnames.txt"))
    given = random.choice(_words(directory / "given_names.txt"))
    return Person(
        cardholder_id=cardholder_id,
        name=surname + given,
        email=f"{cardholder_id.lower()}@{MAIL_DOMAIN}",
        phone=f"+8612{number:09d}",
        birth_date=AGES_AT.replace(year=AGES_AT.year - age) - timedelta(days=random.randrange(365)),
        language="en" if random.random() < ENGLISH_SHARE else "zh-hans",
    )


def product_for(credit_limit: Decimal) -> str:
    """The card that goes with a credit limit."""
    return next(product for least, product in PRODUCTS if credit_limit >= least)
