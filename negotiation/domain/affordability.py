"""What a household has left in a month, and how much of it a plan should ask for.

Knows nothing of the debt; amounts are yuan a month.
"""

from decimal import ROUND_DOWN, Decimal

from negotiation.domain.money import FEN, yuan
from negotiation.domain.terms import ZERO

MARGIN = Decimal("0.1")


class MarginOutOfRange(ValueError):
    """The share kept back must lie between 0 and 1."""


def surplus(income: Decimal, essential: Decimal, other_debts: Decimal) -> Decimal:
    """Income less essential living less payments on other debts; negative if the month does not balance.

    :raises NotAnAmount: if one of the three is no amount of yuan and fen.

    >>> surplus(Decimal("7800.00"), Decimal("4200.00"), Decimal("1350.00"))
    Decimal('2250.00')
    """
    return yuan(income) - yuan(essential) - yuan(other_debts)


def suggested_maximum(surplus: Decimal, margin: Decimal = MARGIN) -> Decimal:
    """The most a plan should ask for a month: the surplus less the margin, rounded down; nothing if there is no surplus.

    :raises MarginOutOfRange: if ``margin`` is not a fraction from 0 to 1.
    :raises NotAnAmount: if ``surplus`` is no amount of yuan and fen.

    >>> suggested_maximum(Decimal("2250.00"))
    Decimal('2025.00')
    """
    if not (margin.is_finite() and 0 <= margin <= 1):
        raise MarginOutOfRange(margin)
    kept = (yuan(surplus) * (1 - margin)).quantize(FEN, ROUND_DOWN)
    return max(kept, ZERO)
