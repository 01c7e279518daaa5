"""What stands in an agreement: plain values, complete, ready to be set in type.

Knows nothing of rows in a database, of layout or of signatures. Amounts are yuan, rates are fractions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from negotiation.documents.texts import UNDERTAKINGS, Wording
from negotiation.domain.terms import ZERO, Component, Schedule


class Language(StrEnum):
    """The languages a document is made in; the value is its BCP 47 tag as Django writes it."""

    CHINESE = "zh-hans"
    ENGLISH = "en"


class ChargeKind(StrEnum):
    """What article 70 item 3 asks about: is it charged while the plan runs?"""

    ANNUAL_FEE = "annual_fee"
    INTEREST = "interest"
    OTHER_FEES = "other_fees"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in both languages."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.zh if language == Language.CHINESE else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The lender as it signs."""

    name: Bilingual
    address: Bilingual
    telephone: str
    complaints: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cardholder:
    """The person whose contract it is: the full name, but of the card only the last four digits."""

    name: str
    card_last_four: str
    account_reference: str


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One component of the debt; ``waived`` is the part of ``amount`` that the bank gives up."""

    component: Component
    amount: Decimal
    waived: Decimal = ZERO

    @property
    def kept(self) -> Decimal:
        return self.amount - self.waived


@dataclass(frozen=True, slots=True)
class PlanCharge:
    """The answer of article 70 item 3 for one kind of charge; ``standard`` says how much or why not."""

    kind: ChargeKind
    charged: bool
    standard: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class CostItem:
    """A line of the all-in cost sheet (金规〔2026〕2号). ``yearly_rate`` is None for a charge that only a breach would cause."""

    name: Bilingual
    recipient: Bilingual
    manner: Bilingual
    standard: Bilingual
    yearly_rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyRates:
    """Yearly cost as fractions: IRR × periods (simple), compounded, and the sum of the cost sheet's items."""

    simple: Decimal
    effective: Decimal
    all_in: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInstructions:
    """Where the money goes."""

    payee: Bilingual
    bank: Bilingual
    account_number: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachTerms:
    """When a plan counts as broken and what follows. Days are calendar days, ``penalty_daily_rate`` is on overdue principal."""

    missed_in_a_row: int = 2
    late_days: int = 30
    grace_days: int = 3
    cure_days: int = 10
    waivers_reinstated: bool = True
    penalty_daily_rate: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Which calculation and which rules gave these numbers."""

    quote_hash: str
    policy_version: str
    engine_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementContent:
    """Everything a personalised instalment agreement says (信用卡业务监督管理办法, article 70).

    ``made_at`` is aware and stands in the file as its date, so the same content always gives the same bytes.
    ``texts`` holds the wording of every clause by its name; ``undertakings`` are the clauses that the cardholder ticks one by one.
    ``sample_of`` names the text that a sample is made to show.
    """

    reference: str
    agreement_date: date
    made_at: datetime
    bank: Bank
    cardholder: Cardholder
    balance: tuple[BalanceLine, ...]
    balance_as_of: datetime
    schedule: Schedule
    rates: YearlyRates
    charges: tuple[PlanCharge, ...]
    cost_items: tuple[CostItem, ...]
    contingent_costs: tuple[CostItem, ...]
    payment: PaymentInstructions
    breach: BreachTerms
    allocation: tuple[Component, ...]
    provenance: Provenance
    verify_url: str
    texts: Mapping[str, Wording]
    currency: str = "CNY"
    governing_language: Language = Language.CHINESE
    previous_reference: str | None = None
    demonstration: bool = False
    sample_of: str = ""
    undertakings: tuple[str, ...] = UNDERTAKINGS

    @property
    def balance_total(self) -> Decimal:
        """Yuan owed before any waiver."""
        return sum((line.amount for line in self.balance), ZERO)

    @property
    def waived_total(self) -> Decimal:
        return sum((line.waived for line in self.balance), ZERO)

    @property
    def kept_total(self) -> Decimal:
        """Yuan put into the plan; equals the principal of the terms."""
        return self.balance_total - self.waived_total

    @property
    def total_to_pay(self) -> Decimal:
        """Yuan the cardholder pays in all: down payment and every instalment."""
        return self.schedule.terms.down_payment + self.schedule.total_payment


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementContent:
    """What a settlement certificate says. ``reference`` is the agreement's; ``total_paid`` in yuan, down payment included."""

    reference: str
    made_at: datetime
    bank: Bank
    cardholder: Cardholder
    agreement_date: date
    settled_date: date
    total_paid: Decimal
    verify_url: str
    texts: Mapping[str, Wording]
    currency: str = "CNY"
    demonstration: bool = False
    sample_of: str = ""
