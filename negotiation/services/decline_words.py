"""What a cardholder reads when the bank says no: why, and what they can do next. The reviewer sees it before deciding."""

from django.utils.translation import gettext_lazy as _

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
        _("Please send the plan again, and attach the document on the page that follows."),
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
