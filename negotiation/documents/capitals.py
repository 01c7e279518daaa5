"""How an amount is written in Chinese capitals (大写), as on cheques and contracts.

Source: 《正确填写票据和结算凭证的基本规定》, annex 1 of the PBoC payment rules 支付结算办法. Knows nothing of currencies other than yuan.
"""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
LARGEST = Decimal("9999999999999999.99")


class NotWritable(ValueError):
    """The amount has no form in capitals: negative, not a number, finer than a fen, or too large."""


def chinese_capitals(amount: Decimal) -> str:
    """Yuan in capitals, exact to the fen.

    >>> chinese_capitals(Decimal("16409.02"))
    '壹万陆仟肆佰零玖元零贰分'
    >>> chinese_capitals(Decimal("1409.50"))
    '壹仟肆佰零玖元伍角整'

    :raises NotWritable: if it is negative, not finite, has more than two places or exceeds sixteen digits of yuan.
    """
    if not amount.is_finite() or not 0 <= amount <= LARGEST or amount != amount.quantize(Decimal("0.01")):
        raise NotWritable(str(amount))
    yuan, fen = divmod(int(amount * 100), 100)
    return _yuan(yuan) + _cents(fen, follows_yuan=yuan > 0) or "零元整"


def _yuan(value: int) -> str:
    """Whole yuan with their unit; empty for nothing."""
    words, gap = "", False
    for index in reversed(range(len(GROUPS))):
        group = value // 10 ** (4 * index) % 10_000
        if group:
            words += ("零" if words and (gap or group < 1000) else "") + _group(group) + GROUPS[index]
        gap = not group
    return words and words + "元"


def _group(value: int) -> str:
    """Four digits; zeros inside are read once, zeros at the end not at all."""
    words, gap = "", False
    for index in reversed(range(4)):
        digit = value // 10**index % 10
        if digit:
            words += ("零" if words and gap else "") + DIGITS[digit] + PLACES[index]
        gap = not digit
    return words


def _cents(fen: int, *, follows_yuan: bool) -> str:
    """Jiao and fen; 整 closes an amount that has no fen."""
    jiao, rest = divmod(fen, 10)
    words = f"{DIGITS[jiao]}角" if jiao else ""
    if rest:
        return words + ("零" if follows_yuan and not jiao else "") + f"{DIGITS[rest]}分"
    return words + "整" if words or follows_yuan else ""
