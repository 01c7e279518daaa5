"""The reasons of ``domain.reasons`` in words, for the reviewer's page, letters and exports, in the language that is active.

The words are neutral between the two sides; knows every code and decides nothing.
"""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from negotiation.domain.reasons import TERM_OF, Kind, Reason, ReasonCode, Value
from negotiation.domain.terms import Component, Frequency, PlanMethod

_C = ReasonCode

LIMITS: dict[ReasonCode, Promise] = {
    _C.ACCOUNT_OUTSIDE: _("No limits cover this account, which owes %(value)s."),
    _C.CURRENCY: _("Plans are in %(limit)s; this account is in %(value)s."),
    _C.RENEGOTIATIONS: _("A plan may be renegotiated %(limit)s times; this would be time number %(value)s."),
    _C.PRINCIPAL: _("The plan has to cover the debt of %(limit)s; it covers %(value)s."),
    _C.PRINCIPAL_LARGE: _("Above %(limit)s a person decides; this plan is for %(value)s."),
    _C.WAIVER: _("At most %(limit)s of this part may be waived: %(component)s. This plan waives %(value)s."),
    _C.METHOD: _("The methods allowed are: %(limit)s. This plan has: %(value)s."),
    _C.FREQUENCY: _("The frequencies allowed are: %(limit)s. This plan has: %(value)s."),
    _C.TERM_SHORT: _("The fewest instalments are %(limit)s; this plan has %(value)s."),
    _C.TERM_LONG: _("The most instalments are %(limit)s; this plan has %(value)s."),
    _C.INSTALMENT_SMALL: _("The smallest instalment allowed is %(limit)s; this plan has %(value)s."),
    _C.INSTALMENT_LARGE: _("The largest instalment allowed is %(limit)s; this plan has %(value)s."),
    _C.DOWN_PAYMENT_SMALL: _("The smallest down payment is %(limit)s; this plan has %(value)s."),
    _C.DOWN_PAYMENT_LARGE: _("The down payment may not exceed %(limit)s; this plan has %(value)s."),
    _C.FIRST_DATE_EARLY: _("The first instalment may be due from %(limit)s; this plan begins on %(value)s."),
    _C.FIRST_DATE_LATE: _("The first instalment may be due until %(limit)s; this plan begins on %(value)s."),
    _C.LAST_DATE: _("The last instalment may be due until %(limit)s; this plan ends on %(value)s."),
    _C.RATE_LOW: _("The lowest rate is %(limit)s; this plan has %(value)s."),
    _C.RATE_HIGH: _("The highest rate is %(limit)s; this plan has %(value)s."),
    _C.STEP_RATIO: _("The largest instalment may be %(limit)s times the smallest; in this plan it is %(value)s times."),
    _C.BALLOON: _("The last large instalment may repay at most %(limit)s; in this plan it repays %(value)s."),
    _C.INTEREST_ONLY: _("At most %(limit)s instalments may be interest alone; this plan has %(value)s."),
    _C.YEARLY_COST: _("The yearly cost may not exceed %(limit)s; this plan costs %(value)s."),
    _C.NO_SCHEDULE: _("No schedule follows from these terms: %(value)s."),
    _C.BUDGET: _("The budget is %(limit)s each time; this plan needs %(value)s."),
}

METHODS: dict[str, Promise] = {
    PlanMethod.EQUAL_PRINCIPAL: _("Equal principal"),
    PlanMethod.EQUAL_INSTALMENT: _("Equal instalments"),
    PlanMethod.FLAT_FEE: _("Flat instalment interest"),
    PlanMethod.INTEREST_FREE: _("Interest stopped"),
    PlanMethod.STEP: _("Rising instalments"),
    PlanMethod.BALLOON: _("Small instalments, large last one"),
    PlanMethod.INTEREST_ONLY_THEN_LEVEL: _("Interest first, then instalments"),
    Frequency.MONTHLY: _("Every month"),
    Frequency.FORTNIGHTLY: _("Every two weeks"),
    Frequency.WEEKLY: _("Every week"),
}

COMPONENTS: dict[Component, Promise] = {
    Component.PURCHASE_PRINCIPAL: _("purchase principal"),
    Component.CASH_PRINCIPAL: _("cash-advance principal"),
    Component.INSTALMENT_PRINCIPAL: _("instalment principal"),
    Component.INTEREST: _("interest"),
    Component.ACCRUED_INTEREST: _("accrued interest, not yet posted"),
    Component.LATE_FEE: _("late fees"),
    Component.OTHER_FEE: _("other fees"),
    Component.RECOVERY_COST: _("recovery costs"),
}

FAULTS: dict[str, Promise] = {
    "TooLittleToSplit": _("too little to divide into that many instalments"),
    "StepsPayOffEarly": _("the steps repay the debt before the last instalment"),
    "PaymentBelowInterest": _("an instalment does not cover its interest"),
    "BalloonDoesNotFit": _("the large last instalment does not fit the debt"),
    "InterestOnlyDoesNotFit": _("the instalments of interest alone do not fit the plan"),
}

NEAREST: dict[str, Promise] = {
    "instalment_count": _("With %(nearest)s instalments this limit is kept."),
    "down_payment": _("With a down payment of %(nearest)s this limit is kept."),
    "first_date": _("With %(nearest)s this limit is kept."),
    "annual_rate": _("At a rate of %(nearest)s this limit is kept."),
}


def explain(reason: Reason) -> str:
    """One sentence with the limit and the plan's value, and a second with the nearest value that passes where that is news."""
    sentence = str(LIMITS[reason.code]) % {
        "limit": written(reason.kind, reason.limit),
        "value": written(reason.kind, reason.value),
        "component": COMPONENTS[reason.component] if reason.component else gettext("the whole debt"),
    }
    nearest = explain_nearest(reason)
    if not nearest or reason.nearest == reason.limit:
        return sentence
    return gettext("%(sentence)s %(nearest)s") % {"sentence": sentence, "nearest": nearest}


def explain_nearest(reason: Reason) -> str:
    """The nearest value that passes, as a sentence; empty if there is none or it needs no words."""
    words = NEAREST.get(TERM_OF.get(reason.code, ""))
    if words is None or reason.nearest is None:
        return ""
    return str(words) % {"nearest": written(reason.nearest_kind, reason.nearest)}


def written(kind: Kind, value: Value) -> str:
    """A limit or a plan's value as text: yuan, per cent, a date, a count, methods by their names."""
    return gettext("not determined") if value is None else _WRITTEN[kind](value)


def _day(value: date) -> str:
    return format_date(value, pgettext("date, in Django's letters", "j F Y"))


def _percent(value: Decimal) -> str:
    return f"{(value * 100).quantize(Decimal('0.01'), ROUND_HALF_UP):,}%"


def _codes(value: tuple[str, ...] | str) -> str:
    codes = value if isinstance(value, tuple) else (value,)
    return gettext(", ").join(str(METHODS[code]) for code in codes) or gettext("none")


_WRITTEN: dict[Kind, Callable[..., str]] = {
    Kind.AMOUNT: lambda value: f"¥{value:,.2f}",
    Kind.FRACTION: _percent,
    Kind.RATIO: lambda value: f"{value.normalize():f}",
    Kind.COUNT: lambda value: f"{value:,d}",
    Kind.DATE: _day,
    Kind.CODES: _codes,
    Kind.TEXT: lambda value: str(FAULTS.get(value, value)),
}
