"""Why paying became hard, and how much is left in a month. Both are kept in the draft; the budget may be left out."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from negotiation.domain.affordability import suggested_maximum, surplus
from negotiation.domain.terms import ZERO
from negotiation.queries.policies import policy_in_force
from negotiation.services.drafts import draft_for, save_circumstances
from portal.journey import steps
from portal.journey.access import for_cardholder, posted_by_cardholder
from portal.journey.drafts import open_draft
from portal.journey.fields import MoneyField, typed

BUDGET = ("monthly_income", "essential_spending", "other_debt_payments")
REASONS = [
    ("UNEMPLOYMENT", _("Lost my job")),
    ("ILLNESS", _("Illness or injury")),
    ("INCOME_DROP", _("Income went down")),
    ("FAMILY", _("Change in the family")),
    ("DISASTER", _("Disaster or accident")),
    ("OTHER", _("Another reason")),
]


@dataclass(frozen=True, slots=True)
class Budget:
    """What a month leaves, and what a plan should ask for at most; yuan."""

    left: Decimal
    suggested: Decimal

    @property
    def is_enough(self) -> bool:
        return self.suggested > ZERO


NEEDED = {"required": _("Write an amount, or tick “I would rather not give a budget” below.")}


class CircumstancesForm(forms.Form):
    """One reason, and a budget in full or not at all."""

    hardship_reason = forms.ChoiceField(
        label=_("What made paying difficult?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason that fits best.")},
    )
    monthly_income = MoneyField(
        label=_("Income a month"),
        help_text=_("Everything that comes in, after tax: pay, pension, support."),
        error_messages=NEEDED,
    )
    essential_spending = MoneyField(
        label=_("What you need to live a month"),
        help_text=_("Rent or mortgage, food, medicine, school, transport."),
        error_messages=NEEDED,
    )
    other_debt_payments = MoneyField(
        label=_("Payments on other debts a month"),
        help_text=_("Other cards and loans. Write 0 if there are none."),
        error_messages=NEEDED,
    )
    rather_not_say = forms.BooleanField(label=_("I would rather not give a budget"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get("rather_not_say"):
            for name in BUDGET:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        return said | dict.fromkeys(BUDGET) if said.get("rather_not_say") else said


@posted_by_cardholder
def begin(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Begin a draft, or go on with the one there is."""
    draft = draft_for(cardholder=cardholder, account_reference=reference, now=timezone.now())
    return redirect(steps.next_step(steps.PROPOSING[:2], draft), reference)


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def circumstances(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """Ask for reason and budget; keep them and go on to the plan."""
    draft = open_draft(cardholder, reference)
    form = CircumstancesForm(typed(request), initial=_initial(draft))
    if request.method == "POST" and form.is_valid():
        save_circumstances(draft=draft, **_saved(form))
        is_done = "show" not in request.POST
        return redirect("propose" if is_done else "circumstances", reference)
    context = {
        "form": form,
        "draft": draft,
        "budget": budget_of(draft),
        **steps.shown(steps.PROPOSING, "circumstances"),
    }
    return render(request, "journey/circumstances.html", context)


@posted_by_cardholder
def budget(request: HttpRequest, cardholder: Any, reference: str) -> HttpResponse:
    """What the typed budget leaves, while it is being typed; nothing is kept."""
    open_draft(cardholder, reference)
    form = CircumstancesForm(request.POST)
    form.is_valid()
    amounts = [form.cleaned_data.get(name) for name in BUDGET]
    return render(request, "journey/parts/budget.html", {"budget": worked_out(*amounts)})


def budget_of(draft: Any) -> Budget | None:
    """What the kept budget leaves; None if it was not given."""
    return worked_out(draft.monthly_income, draft.essential_spending, draft.other_debt_payments)


def worked_out(income: Decimal | None, essential: Decimal | None, other_debts: Decimal | None) -> Budget | None:
    """None unless all three are known."""
    if income is None or essential is None or other_debts is None:
        return None
    left = surplus(income, essential, other_debts)
    margin = policy_in_force(at=timezone.now()).affordability_margin
    return Budget(left, suggested_maximum(left, margin))


def _initial(draft: Any) -> dict[str, Any]:
    kept = {name: getattr(draft, name) for name in ("hardship_reason", *BUDGET)}
    return kept | {"rather_not_say": bool(draft.hardship_reason) and draft.monthly_income is None}


def _saved(form: CircumstancesForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("hardship_reason", *BUDGET)}
