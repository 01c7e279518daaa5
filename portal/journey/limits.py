"""Limits that a plan breaks, and how a nearest plan differs from what was asked, in a cardholder's words.

Knows the codes of ``domain.reasons`` and the parts of a wish; decides nothing.
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from negotiation.domain.reasons import Reason, ReasonCode
from negotiation.domain.wish import Change
from negotiation.services.wording import METHODS, explain
from portal.templatetags.formatting import count, instalments, plain_day, plain_money


def told(reason: Reason) -> str:
    """One sentence: what the limit is, and what the plan has; spoken to the person where they chose the value."""
    words = _limits().get(reason.code)
    if words is None or reason.limit is None:
        return str(words or explain(reason))
    return words % {"limit": _value(reason.limit), "value": _value(reason.value)}


def changes_told(changes: tuple[Change, ...]) -> list[str]:
    """What a nearest plan changes, each in a few words."""
    return [_change(change) for change in changes]


def _change(change: Change) -> str:
    offered = _term(change.term, change.offered)
    return _("%(offered)s instead of %(wished)s") % {"offered": offered, "wished": _value(change.wished)}


def _term(term: str, value: Any) -> str:
    if term == "instalment_count":
        return instalments(value)
    if term == "first_date":
        return _("first payment on %(day)s") % {"day": _value(value)}
    if term == "down_payment":
        return _("%(amount)s down payment") % {"amount": _value(value)}
    if term == "amount":
        return _("%(amount)s each time") % {"amount": _value(value)}
    return _value(value)


def _value(value: Any) -> str:
    if value in METHODS:
        return str(METHODS[value])
    if isinstance(value, int):
        return count(value)
    return plain_day(value) if isinstance(value, date) else plain_money(value)


def _limits() -> dict[ReasonCode, str]:
    code = ReasonCode
    return {
        code.ACCOUNT_OUTSIDE: _("No plan can be agreed for this account on this site."),
        code.TERM_SHORT: _("A plan has at least %(limit)s instalments; yours would have %(value)s."),
        code.TERM_LONG: _("A plan has at most %(limit)s instalments; yours would have %(value)s."),
        code.INSTALMENT_SMALL: _("An instalment is at least %(limit)s; yours would be %(value)s."),
        code.INSTALMENT_LARGE: _("An instalment is at most %(limit)s; yours would be %(value)s."),
        code.DOWN_PAYMENT_SMALL: _("The down payment is at least %(limit)s; yours is %(value)s."),
        code.DOWN_PAYMENT_LARGE: _("The down payment can be at most %(limit)s; yours is %(value)s."),
        code.FIRST_DATE_EARLY: _("The first payment can be on %(limit)s at the earliest; yours would be on %(value)s."),
        code.FIRST_DATE_LATE: _("The first payment has to be by %(limit)s; yours would be on %(value)s."),
        code.LAST_DATE: _("A plan ends by %(limit)s at the latest; yours would end on %(value)s."),
        code.BUDGET: _(
            "With %(limit)s each time the debt would take too long: the longest plan needs %(value)s each time."
        ),
    }
