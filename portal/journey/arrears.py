"""What is owed: all accounts of the cardholder, and one account with how its debt is made up and came about."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from negotiation.domain.terms import ZERO
from negotiation.queries.accounts import account_for, accounts_of, ledger_of, statements_of
from negotiation.queries.agreements import plans_in_force_of
from negotiation.queries.concerns import open_disputes_of
from negotiation.queries.negotiations import open_negotiations_of
from negotiation.queries.standings import standings_of
from portal.journey.access import for_cardholder
from portal.journey.ledger import growth, periods
from portal.journey.words import COMPONENTS


@dataclass(frozen=True, slots=True)
class Standing:
    """One account with what is going on about it; ``progress`` is the standing of its plan."""

    account: Any
    days_past_due: int
    negotiation: Any
    plan: Any
    progress: Any


@require_safe
@for_cardholder
def arrears_list(request: HttpRequest, cardholder: Any) -> HttpResponse:
    """Every account that owes something, the longest overdue first."""
    today = timezone.localdate()
    standings = _standings(cardholder, list(accounts_of(cardholder=cardholder)), today)
    total = sum((standing.account.total for standing in standings), ZERO)
    return render(request, "journey/arrears_list.html", {"standings": standings, "total": total, "today": today})


@require_safe
@for_cardholder
def arrears_detail(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """One account: total, components, growth, and every line with what it was computed from."""
    account, today = account_for(cardholder=cardholder, reference=reference), timezone.localdate()
    (standing,) = _standings(cardholder, [account], today)
    entries = list(ledger_of(account))
    disputes = list(open_disputes_of(account))
    statement_dates = [statement.statement_date for statement in statements_of(account)]
    context = {
        "standing": standing,
        "account": account,
        "today": today,
        "parts": [(str(COMPONENTS[component]), amount) for component, amount in account.components.items()],
        "points": growth(entries, statement_dates, timezone.localdate(account.as_of)),
        "series": [_("Principal"), _("Interest"), _("Fees")],
        "periods": periods(entries, statement_dates, {dispute.posting: dispute for dispute in disputes}),
        "disputes": disputes,
    }
    return render(request, "journey/arrears_detail.html", context)


def _standings(cardholder: Any, accounts: list[Any], today: date) -> list[Standing]:
    open_ones = {found.account_id: found for found in open_negotiations_of(cardholder=cardholder)}
    plans = {plan.account_id: plan for plan in plans_in_force_of(cardholder=cardholder)}
    progress = standings_of(list(plans.values()))
    return [
        Standing(
            account=account,
            days_past_due=account.days_past_due(today),
            negotiation=open_ones.get(account.pk),
            plan=plans.get(account.pk),
            progress=progress.get(plans[account.pk].pk) if account.pk in plans else None,
        )
        for account in accounts
    ]
