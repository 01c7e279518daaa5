"""The living style page: every part of the design system with invented content; exists only in a demonstration."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from negotiation.domain.terms import PlanMethod, PlanTerms, Row, Schedule
from portal.templatetags.formatting import day, exact_rate, money

TODAY = date(2026, 3, 31)
AT = datetime(2026, 3, 31, 1, 30, tzinfo=UTC)


class PartsForm(forms.Form):
    """One field of every kind."""

    monthly_amount = forms.DecimalField(
        label=gettext_lazy("How much can you pay each month?"),
        help_text=gettext_lazy("An amount that leaves you enough to live on."),
        min_value=Decimal("100.00"),
        decimal_places=2,
        max_digits=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    first_date = forms.DateField(
        label=gettext_lazy("Date of the first payment"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("What made it hard to pay?"),
        choices=[("income", gettext_lazy("My income fell")), ("illness", gettext_lazy("Illness in the family"))],
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Repayment method"),
        choices=[("", gettext_lazy("Choose")), ("EQUAL_INSTALMENT", gettext_lazy("Equal instalments"))],
        required=False,
    )
    code = forms.CharField(
        label=gettext_lazy("Code from the e-mail"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    words = forms.CharField(label=gettext_lazy("A message to the bank"), required=False, widget=forms.Textarea)
    is_read = forms.BooleanField(label=gettext_lazy("I have read the cost sheet"))


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """Shows every part; nothing on it is anyone's."""
    context: dict[str, Any] = {
        "total": Decimal("13845.67"),
        "interest": Decimal("105.47"),
        "late_fee": Decimal("70.00"),
    }
    context |= {"today": TODAY, "at": AT, "soon": TODAY + timedelta(days=5), "past": TODAY - timedelta(days=63)}
    return render(request, "ops/parts.html", context | _pictures() | _offers() | _forms() | _lists())


def _pictures() -> dict[str, Any]:
    principal = [Decimal(amount) for amount in ("4210.00", "6890.50", "9120.00", "12408.33", "12408.33", "12408.33")]
    charges = [Decimal(amount) for amount in ("0.00", "88.20", "301.77", "640.08", "1012.40", "1437.34")]
    return {
        "debt": [
            (_("Purchases"), Decimal("10208.33")),
            (_("Cash advances"), Decimal("2200.00")),
            (_("Interest"), Decimal("912.06")),
            (_("Accrued interest"), Decimal("105.28")),
            (_("Late fees"), Decimal("420.00")),
        ],
        "growth": [
            (date(2025, 10 + month, 8) if month < 3 else date(2026, month - 2, 8), pair)
            for month, pair in enumerate(zip(principal, charges, strict=True))
        ],
        "growth_series": (_("Principal"), _("Interest and fees")),
    }


def _offers() -> dict[str, Any]:
    return {
        "short": _even_plan(12),
        "middle": _even_plan(24),
        "long": _even_plan(36),
        "yearly": Decimal(0),
        "states": {1: ("good", _("Paid")), 2: ("overdue", _("Missed")), 3: ("due", _("Due next"))},
    }


def _even_plan(instalment_count: int) -> Schedule:
    payment = Decimal("300.00")
    terms = PlanTerms(
        method=PlanMethod.INTEREST_FREE,
        principal=payment * instalment_count,
        instalment_count=instalment_count,
        first_date=date(2026, 5, 15),
        value_date=TODAY,
    )
    rows = tuple(
        Row(
            seq=seq,
            due_date=date(2026 + (seq + 3) // 12, (seq + 3) % 12 + 1, 15),
            principal=payment,
            interest=Decimal("0.00"),
            fee=Decimal("0.00"),
            payment=payment,
            balance_after=payment * (instalment_count - seq),
        )
        for seq in range(1, instalment_count + 1)
    )
    return Schedule(terms, rows)


def _forms() -> dict[str, Any]:
    return {"blank": PartsForm(), "answered": PartsForm({"monthly_amount": "20"}, prefix="answered")}


def _lists() -> dict[str, Any]:
    return {
        "step_names": [_("What you owe"), _("Your situation"), _("Choose"), _("Check"), _("Sign")],
        "answers": [
            {"name": _("Each month"), "value": money(Decimal("820.00")), "change_url": "#"},
            {"name": _("First payment"), "value": day(date(2026, 5, 15)), "change_url": "#"},
            {"name": _("Annual rate"), "value": exact_rate(Decimal("0.1825")), "hint": _("agreed for the whole plan")},
        ],
        "facts": [
            (_("Base"), money(Decimal("12408.33"))),
            (_("Daily rate"), exact_rate(Decimal("0.0005"))),
            (_("Days"), "17"),
        ],
    }
