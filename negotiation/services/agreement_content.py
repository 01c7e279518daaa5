"""From rows to what an agreement says: the same numbers on the page, in the cost sheet and in the document."""

from decimal import Decimal

from django.conf import settings
from django.utils.timezone import localdate

from negotiation.documents import content as said
from negotiation.documents.content import Bilingual
from negotiation.documents.formatting import percent
from negotiation.documents.texts import AGREEMENT, Wording
from negotiation.domain.cost import all_in_cost
from negotiation.domain.money import round_half_up
from negotiation.domain.standing import PlanRule
from negotiation.domain.terms import ZERO, Component, PlanTerms, Schedule
from negotiation.models import Agreement, ArrearsSnapshot, Quote
from negotiation.queries.policies import policy_version
from negotiation.queries.texts import texts_in_force

DAYS_A_YEAR = 365
PAID_IN_ORDER = (Component.INTEREST, Component.INSTALMENT_PRINCIPAL)
_LENDER = Bilingual("贷款人（发卡银行）", "Lender (issuing bank)")
_EACH_INSTALMENT = Bilingual("每期还款时", "With each instalment")
_COST_NAMES = {
    "interest": Bilingual("利息", "Interest"),
    "instalment_interest": Bilingual("分期利息", "Instalment interest"),
}


def content_of(agreement: Agreement) -> said.AgreementContent:
    """Everything the agreement says; the same rows always give the same content.

    :raises TextNotPublished: if a text has no published wording.
    """
    quote, account = agreement.quote, agreement.negotiation.account
    schedule, policy = quote.schedule, policy_version(quote.policy_version)
    cost = all_in_cost(schedule)
    return said.AgreementContent(
        reference=agreement.reference,
        agreement_date=localdate(agreement.agreed_at),
        made_at=agreement.agreed_at,
        bank=bank(),
        cardholder=said.Cardholder(
            name=agreement.negotiation.cardholder.name,
            card_last_four=account.card_last4,
            account_reference=account.reference,
        ),
        balance=_balance(quote.snapshot, schedule.terms),
        balance_as_of=quote.snapshot.as_of,
        schedule=schedule,
        rates=said.YearlyRates(
            simple=quote.annualised_rate_simple, effective=quote.annualised_rate_effective, all_in=cost.total
        ),
        charges=plan_charges(schedule.terms),
        cost_items=cost_items(schedule),
        contingent_costs=contingent_costs(account.daily_rate),
        payment=_payment(agreement),
        breach=_breach(PlanRule.of(policy, account.daily_rate)),
        allocation=PAID_IN_ORDER,
        provenance=_provenance(quote),
        verify_url=settings.VERIFY_URL.format(reference=agreement.reference),
        texts=agreement_texts(agreement),
        currency=account.currency,
        previous_reference=_previous(agreement),
        demonstration=settings.DEMONSTRATION,
    )


def agreement_texts(agreement: Agreement) -> dict[str, Wording]:
    """The wordings of an agreement: those that were in force when it was agreed, whatever is published later.

    :raises TextNotPublished: if a text has no published wording.
    """
    return texts_in_force(AGREEMENT, at=agreement.agreed_at)


def cost_items(schedule: Schedule) -> tuple[said.CostItem, ...]:
    """The lines of the all-in cost sheet; a plan that costs nothing has one line that says so."""
    items = all_in_cost(schedule).items
    if not items:
        return (_cost_item(_COST_NAMES["interest"], ZERO, Decimal(0)),)
    return tuple(_cost_item(_COST_NAMES[item.name], item.amount, item.simple) for item in items)


def contingent_costs(daily_rate: Decimal) -> tuple[said.CostItem, ...]:
    """What would be charged only if an instalment were late (domain rules §3.7)."""
    daily, yearly = percent(daily_rate, 4), percent(daily_rate * DAYS_A_YEAR)
    return (
        said.CostItem(
            name=Bilingual("逾期利息", "Interest on a late instalment"),
            recipient=_LENDER,
            manner=Bilingual("仅在逾期时按日计收", "By the day, only while an instalment is late"),
            standard=Bilingual(
                f"当期未还本金 × {daily} × 逾期天数（年化 {yearly}，单利）",
                f"Unpaid principal of the instalment × {daily} × days late ({yearly} a year, simple)",
            ),
        ),
    )


def _cost_item(name: Bilingual, amount: Decimal, yearly_rate: Decimal) -> said.CostItem:
    written = f"¥ {amount:,.2f}"
    return said.CostItem(
        name=name,
        recipient=_LENDER,
        manner=_EACH_INSTALMENT if amount else Bilingual("不计收", "Not charged"),
        standard=Bilingual(f"全程合计 {written}", f"{written} over the whole plan"),
        yearly_rate=yearly_rate,
    )


def bank() -> said.Bank:
    """The lender as every document names it."""
    return said.Bank(
        name=Bilingual(settings.BANK_NAME_ZH, settings.BANK_NAME_EN),
        address=Bilingual(settings.BANK_ADDRESS_ZH, settings.BANK_ADDRESS_EN),
        telephone=settings.BANK_TELEPHONE,
        complaints=settings.BANK_COMPLAINTS,
    )


def _balance(snapshot: ArrearsSnapshot, terms: PlanTerms) -> tuple[said.BalanceLine, ...]:
    shares = {waiver.component: waiver.share for waiver in terms.waivers}
    return tuple(
        said.BalanceLine(component, amount, round_half_up(amount * shares.get(component, ZERO)))
        for component, amount in snapshot.components.items()
        if amount
    )


def plan_charges(terms: PlanTerms) -> tuple[said.PlanCharge, ...]:
    """What is charged while the plan runs (article 70 item 3)."""
    rate = terms.annual_rate
    interest = (
        Bilingual(f"年利率 {percent(rate)}，按剩余本金计收", f"{percent(rate)} a year on the remaining principal")
        if rate
        else Bilingual(
            f"每期为初始本金的 {percent(terms.fee_rate, 4)}",
            f"{percent(terms.fee_rate, 4)} of the original principal each period",
        )
        if terms.fee_rate
        else Bilingual("履约期间停止计收利息", "No interest while the plan is kept")
    )
    nothing = Bilingual("履约期间不计收", "Not charged while the plan is kept")
    return (
        said.PlanCharge(said.ChargeKind.ANNUAL_FEE, False, nothing),
        said.PlanCharge(said.ChargeKind.INTEREST, bool(rate or terms.fee_rate), interest),
        said.PlanCharge(said.ChargeKind.OTHER_FEES, False, nothing),
    )


def _payment(agreement: Agreement) -> said.PaymentInstructions:
    name = Bilingual(settings.BANK_NAME_ZH, settings.BANK_NAME_EN)
    return said.PaymentInstructions(
        payee=name, bank=name, account_number=settings.REPAYMENT_ACCOUNT, remark=agreement.reference
    )


def _breach(rule: PlanRule) -> said.BreachTerms:
    return said.BreachTerms(
        missed_in_a_row=rule.missed_in_a_row,
        late_days=rule.late_days,
        grace_days=rule.grace_days,
        cure_days=rule.cure_days,
        penalty_daily_rate=rule.late_daily_rate,
    )


def _provenance(quote: Quote) -> said.Provenance:
    return said.Provenance(
        quote_hash=quote.sha256, policy_version=str(quote.policy_version), engine_version=quote.engine_version
    )


def _previous(agreement: Agreement) -> str | None:
    plan = agreement.negotiation.renegotiates
    return plan.agreement.reference if plan else None
