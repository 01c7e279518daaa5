"""What the domain's codes are called to a cardholder: components of a debt, what methods mean, reasons of a decline."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from negotiation.domain.terms import Component, PlanMethod

COMPONENTS = {
    Component.PURCHASE_PRINCIPAL: _("Purchases (principal)"),
    Component.CASH_PRINCIPAL: _("Cash advances (principal)"),
    Component.INSTALMENT_PRINCIPAL: _("Instalments (principal)"),
    Component.INTEREST: _("Interest"),
    Component.ACCRUED_INTEREST: _("Interest not yet posted"),
    Component.LATE_FEE: pgettext_lazy("component", "Late fees"),
    Component.OTHER_FEE: pgettext_lazy("component", "Other fees"),
    Component.RECOVERY_COST: _("Costs of recovery"),
}

METHOD_HINTS = {
    PlanMethod.INTEREST_FREE: _("No more interest is charged while you keep the plan."),
    PlanMethod.EQUAL_INSTALMENT: _("The same amount each time; the share of interest falls as the debt shrinks."),
    PlanMethod.EQUAL_PRINCIPAL: _("The same principal each time, so the instalments fall; less interest in all."),
    PlanMethod.FLAT_FEE: _("The same principal and the same interest each time."),
    PlanMethod.STEP: _("Smaller instalments first, larger ones later."),
    PlanMethod.BALLOON: _("The last instalment pays off a larger part."),
    PlanMethod.INTEREST_ONLY_THEN_LEVEL: _("At first you pay only the interest, then equal instalments."),
}
"""What each method of ``services.wording.METHODS`` means for the person."""

DECLINES = {
    "BEYOND_LIMITS": (
        _("Your plan lies outside what the bank may accept for this account."),
        _("You can send another plan. The page for your plan shows which ones would be accepted at once."),
    ),
    "BUDGET_UNCLEAR": (
        _("The bank could not follow the income and spending you gave."),
        _("You can send the plan again with figures a month that you are sure of; rough ones are fine."),
    ),
    "CAN_PAY_SOONER": (
        _("By the budget you gave, the bank believes that you can pay more each month."),
        _("You can propose a higher amount or fewer months. If the budget looks better than it is, correct it first."),
    ),
    "PROOF_MISSING": (
        _("A document that shows your situation is missing."),
        _("Please have the document ready and send the plan again; say in the message what it is."),
    ),
    "EARLIER_PLAN_BROKEN": (
        _("An earlier plan for this account was not kept."),
        _("You can propose a plan with a down payment or smaller instalments that you are sure to keep."),
    ),
    "IN_COURT": (
        _("The account is already before a court, so this site cannot agree a plan for it."),
        _("Please call the bank: a plan can still be agreed with the court's help."),
    ),
}
DECLINE_WITHOUT_REASON = (
    _("The bank cannot agree to this plan."),
    _("You can send another plan at any time."),
)
