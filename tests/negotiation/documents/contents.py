"""What the documents in these tests say: factories with keyword overrides."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from negotiation.documents.content import (
    AgreementContent,
    BalanceLine,
    Bank,
    Bilingual,
    BreachTerms,
    Cardholder,
    ChargeKind,
    CostItem,
    PaymentInstructions,
    PlanCharge,
    Provenance,
    YearlyRates,
)
from negotiation.documents.texts import AGREEMENT, supplied_wordings
from negotiation.domain.terms import Component, PlanMethod, PlanTerms, Row, Schedule

MADE_AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
AGREEMENT_DATE = date(2026, 11, 23)


def schedule(
    count: int = 36, principal: Decimal = Decimal("28945.17"), monthly_rate: Decimal = Decimal("0.005")
) -> Schedule:
    """Equal principal, monthly, the remainder in the last row."""
    share = (principal / count).quantize(Decimal("0.01"), "ROUND_DOWN")
    rows, balance = [], principal
    for seq in range(1, count + 1):
        part = share if seq < count else balance
        interest = (balance * monthly_rate).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        balance -= part
        month = 11 + seq
        due = date(2026 + month // 12, month % 12 + 1, 25)
        rows.append(Row(seq, due, part, interest, Decimal("0.00"), part + interest, balance))
    terms = PlanTerms(
        method=PlanMethod.EQUAL_PRINCIPAL,
        principal=principal,
        instalment_count=count,
        first_date=rows[0].due_date,
        value_date=AGREEMENT_DATE,
        annual_rate=monthly_rate * 12,
    )
    return Schedule(terms, tuple(rows))


def balance() -> tuple[BalanceLine, ...]:
    """Adds up to 28,945.17 after waivers."""
    return (
        BalanceLine(Component.PURCHASE_PRINCIPAL, Decimal("24000.00")),
        BalanceLine(Component.CASH_PRINCIPAL, Decimal("2600.00")),
        BalanceLine(Component.INTEREST, Decimal("3000.55"), Decimal("1500.28")),
        BalanceLine(Component.ACCRUED_INTEREST, Decimal("270.00")),
        BalanceLine(Component.LATE_FEE, Decimal("1234.57"), Decimal("734.67")),
        BalanceLine(Component.OTHER_FEE, Decimal("75.00")),
    )


BANK_NAME = Bilingual("示例银行股份有限公司", "Example Bank Co., Ltd.")


def costs() -> dict[str, Any]:
    bank_short = Bilingual("本行", "The bank")
    return {
        "cost_items": (
            CostItem(
                name=Bilingual("利息", "Interest"),
                recipient=bank_short,
                manner=Bilingual("每期随本金收取", "With each instalment"),
                standard=Bilingual("年利率 6.00%，按剩余本金计算", "6.00% a year on the remaining principal"),
                yearly_rate=Decimal("0.06"),
            ),
        ),
        "contingent_costs": (
            CostItem(
                name=Bilingual("逾期利息", "Interest on late instalments"),
                recipient=bank_short,
                manner=Bilingual("逾期期间按日计收", "By the day while late"),
                standard=Bilingual("该期未还本金 × 日利率 0.05%", "Unpaid principal of the instalment × 0.05% a day"),
            ),
        ),
        "charges": (
            PlanCharge(ChargeKind.ANNUAL_FEE, False, Bilingual("还款期间免收", "Waived while the plan runs")),
            PlanCharge(
                ChargeKind.INTEREST,
                True,
                Bilingual(
                    "年利率 6.00%，按剩余本金计算，不计复利",
                    "6.00% a year on the remaining principal, no compound interest",
                ),
            ),
            PlanCharge(ChargeKind.OTHER_FEES, False, Bilingual("无其他费用", "No other charges")),
        ),
    }


def agreement_content(**overrides: Any) -> AgreementContent:
    content = AgreementContent(
        reference="7K3QXW9M2TVB",
        agreement_date=AGREEMENT_DATE,
        made_at=MADE_AT,
        bank=Bank(
            name=BANK_NAME,
            address=Bilingual("示例市中山路 1 号", "1 Zhongshan Road, Example City"),
            telephone="400-000-0000",
            complaints="https://bank.example/complaints",
        ),
        cardholder=Cardholder(name="王小明", card_last_four="1234", account_reference="R2D6H8K4N0PQ"),
        balance=balance(),
        balance_as_of=MADE_AT,
        schedule=schedule(),
        rates=YearlyRates(simple=Decimal("0.060000"), effective=Decimal("0.061678"), all_in=Decimal("0.060000")),
        payment=PaymentInstructions(
            payee=BANK_NAME,
            bank=Bilingual("示例银行总行营业部", "Example Bank, Head Office"),
            account_number="6200 0000 0000 0000",
            remark="7K3QXW9M2TVB",
        ),
        breach=BreachTerms(penalty_daily_rate=Decimal("0.0005")),
        allocation=(Component.OTHER_FEE, Component.INTEREST, Component.PURCHASE_PRINCIPAL),
        provenance=Provenance(
            quote_hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            policy_version="2026-11/3",
            engine_version="1",
        ),
        verify_url="https://portal.bank.example/verify/7K3QXW9M2TVB/",
        texts=supplied_wordings(AGREEMENT),
        **costs(),
    )
    return replace(content, **overrides)
