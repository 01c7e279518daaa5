"""Everything that is kept of one person, as plain tables: for reading, for machines, and for nobody else.

Left out is what is not about them or not theirs to have: who at the bank acted, notes of reviewers, what waits for a second
approval, keys, and jobs.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from negotiation.domain.terms import Component
from negotiation.domain.workflow import ActorKind
from negotiation.models import (
    Agreement,
    ArrearsSnapshot,
    CardAccount,
    Cardholder,
    Concern,
    ContactPreference,
    DeclineReason,
    Document,
    Event,
    Instalment,
    LedgerEntry,
    Message,
    Negotiation,
    Offer,
    Plan,
    Quote,
    Statement,
    SupportingDocument,
)
from negotiation.models.fields import AmountField
from negotiation.queries.own_data import own_rows
from negotiation.services.wording import COMPONENTS

_COMPONENTS = (
    "purchase_principal cash_principal instalment_principal interest accrued_interest late_fee other_fee "
    "recovery_cost total"
)
BANK = "BANK"
_PARTIES: dict[str, Promise] = {
    ActorKind.CARDHOLDER.value: pgettext_lazy("party", "You"),
    ActorKind.SYSTEM.value: pgettext_lazy("party", "Automatic"),
    BANK: pgettext_lazy("party", "The bank"),
}
KINDS: tuple[tuple[type[Any], str], ...] = (
    (AmountField, "amount"),
    (models.DecimalField, "rate"),
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.JSONField, "data"),
    (models.BooleanField, "truth"),
)
TITLES = {
    "you": _("Who you are"),
    "plans_shown": _("Plans that were worked out for you"),
    "acts": _("What you did here"),
    "codes_sent": _("One-time codes sent to you"),
    "sign_in": _("Your sign-in"),
    "second_factor": _("Your second factor"),
}
"""Where what a kind of row is called at the bank says little to its person."""
LABELS = {(Cardholder, "name"): _("Name")}
FOR_MACHINES = {"sha256", "draft_sha256", "signed_document_sha256", "certificate_serial", "signature_profile"}
FOR_MACHINES |= {"engine_version", "step_up_reference", "message_id"}
"""Facts of which a reader has nothing."""
_TABLES: tuple[tuple[str, type[models.Model], str], ...] = (
    ("you", Cardholder, "source_id name email phone birth_date language claimed_at"),
    ("contact_preference", ContactPreference, "language channel hours is_written_only chosen_at"),
    (
        "accounts",
        CardAccount,
        f"""
        reference source_id product card_last4 currency credit_limit opened_on statement_day due_day daily_rate
        oldest_unpaid_due_date left_feed_at as_of {_COMPONENTS}
        """,
    ),
    (
        "statements",
        Statement,
        """
        account.reference statement_date due_date opening_balance purchases cash_advances interest late_fees
        other_fees adjustments payments closing_balance minimum_payment
        """,
    ),
    (
        "ledger",
        LedgerEntry,
        """
        account.reference source_id posting kind component posting_date amount description rule base rate days
        from_date to_date
        """,
    ),
    (
        "snapshots",
        ArrearsSnapshot,
        f"account.reference as_of days_past_due renegotiation_count taken_at {_COMPONENTS}",
    ),
    (
        "negotiations",
        Negotiation,
        """
        reference account.reference state renegotiates.agreement.reference hardship_reason monthly_income
        essential_spending other_debt_payments wish opened_at submitted_at answer_due_at expires_at closed_at
        """,
    ),
    (
        "plans_shown",
        Quote,
        """
        reference account.reference terms rows total_interest total_payment annualised_rate_simple
        annualised_rate_effective last_due_date is_within_limits reasons policy_version engine_version sha256
        created_at expires_at
        """,
    ),
    (
        "offers",
        Offer,
        "negotiation.reference seq kind party quote.reference reason_codes message made_at expires_at",
    ),
    ("messages", Message, "negotiation.reference party text made_at"),
    (
        "supporting_documents",
        SupportingDocument,
        """
        reference negotiation.reference shows file_kind byte_count sha256 consent_version attached_at opened_at
        deleted_at
        """,
    ),
    (
        "agreements",
        Agreement,
        """
        reference negotiation.reference quote.reference agreed_at cost_sheet_shown_at cost_sheet_confirmed_at
        undertakings undertakings_given_at signed_document_sha256 step_up_reference signed_at sealed_at
        """,
    ),
    (
        "documents",
        Document,
        """
        reference agreement.reference kind as_of language is_governing rendered_at draft_sha256 sealed_at sha256
        signature_profile certificate_serial archived_until text_versions
        """,
    ),
    (
        "plans",
        Plan,
        """
        agreement.reference account.reference state down_payment started_at ended_at late_daily_rate figures_date
        paid_count behind told_unpaid miss_announced broken_on cure_until
        """,
    ),
    (
        "instalments",
        Instalment,
        "plan.agreement.reference seq due_date principal interest fee payment balance_after",
    ),
    (
        "concerns",
        Concern,
        """
        reference kind account.reference component posting queried_amount believed_amount reason words raised_at
        state answer_by lengthened_for outcome answer closed_at
        """,
    ),
    ("acts", Event, "stream.name seq kind at"),
)
"""Name in the file, kind of row, and its facts."""


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of each row. ``kind`` says how to write it: text, amount (yuan), rate, moment, day, truth or data."""

    name: str
    label: str | Promise
    kind: str
    value: Callable[[Any], Any]
    words: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One table: its name in the file, its title, its columns and the rows themselves."""

    name: str
    title: str | Promise
    columns: tuple[Column, ...]
    rows: tuple[Any, ...]

    @property
    def data(self) -> list[dict[str, Any]]:
        """For machines: amounts and rates as strings, moments and days in ISO 8601, codes as they are kept."""
        return [{column.name: plain(column.value(row)) for column in self.columns} for row in self.rows]


def part(name: str, model: type[models.Model], fields: str, rows: Iterable[Any]) -> Part:
    """A table of rows of one model with the fields named, a related row told by its reference (``account.reference``)."""
    columns = tuple(_column(model, path) for path in fields.split())
    return Part(name, TITLES.get(name) or model._meta.verbose_name_plural or name, columns, tuple(rows))


def own_parts(*, cardholder: Cardholder) -> tuple[Part, ...]:
    """Every table that the negotiation keeps about the person."""
    return tuple(
        part(name, model, fields, own_rows(model, cardholder=cardholder).select_related(*_related(fields)))
        for name, model, fields in _TABLES
    )


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime):
        return localtime(value).isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, (uuid.UUID, Promise)) else value


def _column(model: type[models.Model], path: str) -> Column:
    name = path.partition(".")[0]
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    if name in ("party", "actor_kind"):
        return Column(name, field.verbose_name, "text", _party, _party_words)
    kind = next((kind for field_type, kind in KINDS if isinstance(field, field_type)), "text")
    value = _reader(path)
    words = WORDS.get(name) or (_caller(f"get_{name}_display") if field.choices else value)
    label = LABELS.get((model, name), field.verbose_name)
    return Column(name, label, "data" if name in FOR_MACHINES else kind, value, words)


def _reader(path: str) -> Callable[[Any], Any]:
    def read(row: Any) -> Any:
        for name in path.split("."):
            row = getattr(row, name) if row is not None else None
        return row

    return read


def _caller(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)()


def _component(row: Any) -> str | Promise:
    return COMPONENTS[Component(row.component)] if row.component else ""


def _language(row: Any) -> str:
    return str(dict(settings.LANGUAGES)[row.language])


def _reasons(row: Any) -> str:
    return ", ".join(str(DeclineReason(code).label) for code in row.reasons)


def _party(row: Any) -> str:
    """Whoever acts for the bank is the bank."""
    actor = ActorKind(row.party if hasattr(row, "party") else row.actor_kind)
    return actor.value if actor in (ActorKind.CARDHOLDER, ActorKind.SYSTEM) else BANK


def _party_words(row: Any) -> str | Promise:
    return _PARTIES[_party(row)]


WORDS: dict[str, Callable[[Any], Any]] = {
    "component": _component,
    "language": _language,
    "reason_codes": _reasons,
}
"""How a code is told to a reader where its field knows no words for it."""


def _related(fields: str) -> list[str]:
    return [path.rpartition(".")[0].replace(".", "__") for path in fields.split() if "." in path]
