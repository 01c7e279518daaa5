"""What the domain's codes are called to a cardholder: components of a debt, what methods mean, what a document shows."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from negotiation.domain.concerns import ConcernKind, Outcome
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

CONCERNS = {
    ConcernKind.DISPUTE: _("Query about an amount"),
    ConcernKind.COMPLAINT: _("Complaint"),
    ConcernKind.CORRECTION: _("Correction of your data"),
    ConcernKind.ERASURE: _("Deletion of your data"),
}

DISPUTE_REASONS = {
    "NOT_MINE": _("I did not make this transaction"),
    "PAID": _("I have paid this already"),
    "TWICE": _("It is there twice"),
    "WRONG_AMOUNT": _("The amount is not what I agreed to"),
    "WRONGLY_CHARGED": _("The interest or fee is worked out wrongly"),
    "OTHER": _("Something else is wrong"),
}
"""What is wrong with an amount."""

LENGTHENING_REASONS = {
    "RECORDS": _("Older records have to be fetched"),
    "OTHERS": _("A merchant or another office has to answer first"),
    "MANY": _("Many items have to be checked one by one"),
    "OPINION": _("A specialist has to look at it"),
}
"""Why an answer takes longer."""

FOUND = {
    Outcome.UPHELD: _("The bank agrees with you"),
    Outcome.PARTLY: _("The bank agrees with you in part"),
    Outcome.NOT_UPHELD: _("The bank does not agree"),
}
DONE = {
    Outcome.UPHELD: _("Done as you asked"),
    Outcome.PARTLY: _("Done in part"),
    Outcome.NOT_UPHELD: _("Not done"),
}
OUTCOMES = {
    ConcernKind.DISPUTE: FOUND,
    ConcernKind.COMPLAINT: FOUND,
    ConcernKind.CORRECTION: DONE,
    ConcernKind.ERASURE: DONE,
}
"""What the bank's answer comes to, of each kind of concern."""
