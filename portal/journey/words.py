"""What the domain's codes are called to a cardholder: components of a debt, what methods mean, what a document shows."""

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

PROOFS = {
    "INCOME": _("Income"),
    "LOST_WORK": _("Lost work"),
    "HEALTH": _("Illness or injury"),
    "FAMILY": _("Change in the family"),
    "DEBTS": _("Other debts"),
    "OTHER": _("Something else"),
}
"""What a supporting document shows."""

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
