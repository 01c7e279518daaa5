"""By when must a complaint be answered?

Calendar days from receipt, 《银行业保险业消费投诉处理管理办法》 (CBIRC order 2020 no. 3); knows no clock.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Difficulty(StrEnum):
    SIMPLE = "SIMPLE"
    COMPLEX = "COMPLEX"
    VERY_COMPLEX = "VERY_COMPLEX"


ANSWER_DAYS = {Difficulty.SIMPLE: 15, Difficulty.COMPLEX: 30, Difficulty.VERY_COMPLEX: 60}


@dataclass(frozen=True, slots=True)
class ComplaintDeadlines:
    """Last days for the answer; each longer one needs a reason, the longest an approval as well."""

    simple: date
    complex: date
    very_complex: date


def answer_by(received: date, difficulty: Difficulty) -> date:
    """The last day on which the answer is in time.

    >>> answer_by(date(2026, 11, 23), Difficulty.SIMPLE)
    datetime.date(2026, 12, 8)
    """
    return received + timedelta(days=ANSWER_DAYS[difficulty])


def deadlines(received: date) -> ComplaintDeadlines:
    """All three clocks at once (vector CP1)."""
    return ComplaintDeadlines(*(answer_by(received, difficulty) for difficulty in Difficulty))
