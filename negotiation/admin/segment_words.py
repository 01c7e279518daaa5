"""Names of the segments by which the bank's figures and replays are told apart."""

from django.utils.translation import gettext as _

from negotiation.domain.figures import BALANCES, DAYS_PAST_DUE, Dimension, Segment

DIMENSIONS = (Dimension.PRODUCT, Dimension.BALANCE, Dimension.DAYS_PAST_DUE)


def dimension_name(dimension: Dimension) -> str:
    match dimension:
        case Dimension.PRODUCT:
            return _("By product")
        case Dimension.BALANCE:
            return _("By total owed")
    return _("By days past due")


def segment_name(dimension: Dimension, key: str | int) -> str:
    """One segment of a dimension: the product's code, a band of totals, or a range of days."""
    if dimension is Dimension.PRODUCT or isinstance(key, str):
        return str(key)
    return _band(key) if dimension is Dimension.BALANCE else _range(key)


def names(segment: Segment) -> tuple[str, str, str]:
    """Product, band of totals and range of days."""
    return segment.product, _band(segment.balance), _range(segment.days_past_due)


def _band(number: int) -> str:
    start = f"¥{BALANCES[number - 1]:,.0f}" if number else ""
    end = f"¥{BALANCES[number]:,.0f}" if number < len(BALANCES) else ""
    if not start:
        return _("below %(end)s") % {"end": end}
    return (
        _("%(start)s to below %(end)s") % {"start": start, "end": end}
        if end
        else _("from %(start)s") % {"start": start}
    )


def _range(number: int) -> str:
    start = DAYS_PAST_DUE[number - 1] + 1 if number else 0
    if number == len(DAYS_PAST_DUE):
        return _("from %(start)s days") % {"start": start}
    return _("%(start)s to %(end)s days") % {"start": start, "end": DAYS_PAST_DUE[number]}
