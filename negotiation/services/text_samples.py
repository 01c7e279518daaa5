"""What a text will look like: a whole document of invented figures with the version in its place, marked as a sample.

Every part that depends on the plan is there: a down payment, an earlier agreement, a waiver, interest.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils.timezone import localdate

from negotiation.documents import content as said
from negotiation.documents.agreement import render_agreement
from negotiation.documents.settlement import render_settlement_certificate
from negotiation.documents.text_values import agreement_values, settlement_values
from negotiation.documents.texts import (
    AGREEMENT,
    AGREEMENT_VALUES,
    PROOF_CONSENT,
    SETTLEMENT,
    TEXTS,
    Wording,
    check_wording,
    supplied_wordings,
)
from negotiation.domain.cost import all_in_cost, yearly_cost
from negotiation.domain.schedule import ENGINE_VERSION, build_schedule
from negotiation.domain.terms import Component, PlanMethod, PlanTerms, Waiver
from negotiation.models import TextVersion
from negotiation.queries.texts import rows_in_force
from negotiation.services.agreement_content import bank, contingent_costs, cost_items, plan_charges

REFERENCE, EARLIER = "S4MP1E000000", "S4MP1E000001"
DAILY_RATE = Decimal("0.0005")
OWED = {
    Component.PURCHASE_PRINCIPAL: Decimal("24000.00"),
    Component.INTEREST: Decimal("3000.00"),
    Component.LATE_FEE: Decimal("1000.00"),
}
WAIVED, DOWN_PAYMENT = Decimal("1000.00"), Decimal("3000.00")


def sample_pdf(*, version: TextVersion, language: said.Language, now: datetime) -> bytes:
    """The document that the text stands in, as the worker would render it, unsigned. Consents stand in none.

    :raises TextRefused: if the words cannot be used.
    """
    check_wording(version.name, version.body_zh, version.body_en)
    if version.name in AGREEMENT:
        return render_agreement(_agreement(_texts(version, AGREEMENT, now), now, version.name), language).pdf
    assert version.name in SETTLEMENT, "a consent is no document"
    return render_settlement_certificate(_settlement(_texts(version, SETTLEMENT, now), now, version.name), language).pdf


def sample_values(name: str, *, language: said.Language, now: datetime) -> dict[str, str]:
    """The values that a text may name, with what each stands for in the sample; the empty ones are left out of a document."""
    if name == PROOF_CONSENT:
        return {"kept_days": str(settings.PROOF_KEPT_DAYS)}
    if not TEXTS[name].values:
        return {}
    is_agreement = TEXTS[name].values == AGREEMENT_VALUES
    return (
        agreement_values(_agreement({}, now), language)
        if is_agreement
        else settlement_values(_settlement({}, now), language)
    )


def _texts(version: TextVersion, names: tuple[str, ...], now: datetime) -> dict[str, Wording]:
    """The wordings in force now, or the supplied ones where there is none, and this version in its place."""
    wordings = supplied_wordings(names)
    for row in (*rows_in_force(names, at=now).values(), version):
        wordings[row.name] = Wording(row.name, row.version, row.body_zh, row.body_en)
    return wordings


def _agreement(texts: dict[str, Wording], now: datetime, sample_of: str = "") -> said.AgreementContent:
    schedule = build_schedule(_terms(localdate(now)))
    yearly = yearly_cost(schedule)
    return said.AgreementContent(
        reference=REFERENCE,
        agreement_date=localdate(now),
        made_at=now,
        bank=bank(),
        cardholder=_cardholder(),
        balance=tuple(
            said.BalanceLine(component, amount, WAIVED if component == Component.LATE_FEE else Decimal("0.00"))
            for component, amount in OWED.items()
        ),
        balance_as_of=now,
        schedule=schedule,
        rates=said.YearlyRates(simple=yearly.simple, effective=yearly.effective, all_in=all_in_cost(schedule).total),
        charges=plan_charges(schedule.terms),
        cost_items=cost_items(schedule),
        contingent_costs=contingent_costs(DAILY_RATE),
        payment=said.PaymentInstructions(
            payee=bank().name, bank=bank().name, account_number=settings.REPAYMENT_ACCOUNT, remark=REFERENCE
        ),
        breach=said.BreachTerms(penalty_daily_rate=DAILY_RATE),
        allocation=(Component.INTEREST, Component.INSTALMENT_PRINCIPAL),
        provenance=said.Provenance(quote_hash="0" * 64, policy_version="0", engine_version=ENGINE_VERSION),
        verify_url=settings.VERIFY_URL.format(reference=REFERENCE),
        texts=texts,
        previous_reference=EARLIER,
        sample_of=sample_of,
    )


def _settlement(texts: dict[str, Wording], now: datetime, sample_of: str = "") -> said.SettlementContent:
    return said.SettlementContent(
        reference=REFERENCE,
        made_at=now,
        bank=bank(),
        cardholder=_cardholder(),
        agreement_date=localdate(now) - timedelta(days=366),
        settled_date=localdate(now),
        total_paid=sum(OWED.values(), Decimal("0.00")),
        verify_url=settings.VERIFY_URL.format(reference=REFERENCE),
        texts=texts,
        sample_of=sample_of,
    )


def _terms(today: date) -> PlanTerms:
    return PlanTerms(
        method=PlanMethod.EQUAL_INSTALMENT,
        principal=sum(OWED.values(), Decimal("0.00")) - WAIVED,
        instalment_count=12,
        first_date=today + timedelta(days=30),
        value_date=today,
        annual_rate=Decimal("0.06"),
        down_payment=DOWN_PAYMENT,
        waivers=(Waiver(Component.LATE_FEE, Decimal("1")),),
    )


def _cardholder() -> said.Cardholder:
    return said.Cardholder(name="王样张", card_last_four="0000", account_reference=REFERENCE)
