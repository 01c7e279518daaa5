"""Reads the account of a statement case from its title, where such files state it.

A title may refer to another case of the file ("as R01 but …") and change parts of it. What no title states is taken from the
account facts that the case itself shows (its dates and its principal) and from usual bank practice (domain rules §1.6).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from negotiation.domain.arrears import LateFeeRule, MinimumPaymentRule
from negotiation.domain.calendar import calendar_day
from negotiation.domain.statement_run import CardRules, Compounding, LateFeeBase, Payment, Posting
from negotiation.domain.terms import ZERO, Component
from negotiation.management.vectors.case import Case, CaseUnreadable

_AMOUNT = r"((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?)"
_DATE = r"(\d{4}-\d{2}-\d{2})"
_POSTING = re.compile(rf"{_AMOUNT} (purchase|cash(?:[ -]advance)?) posted (?:on )?{_DATE}")
_PAYMENT = re.compile(rf"{_AMOUNT} paid (?:on )?{_DATE}|(?:paid|pays|payment of|paying) {_AMOUNT} on {_DATE}")
_COMPONENTS = {"purchase": Component.PURCHASE_PRINCIPAL, "cash": Component.CASH_PRINCIPAL}


@dataclass(frozen=True)
class Account:
    rules: CardRules
    postings: tuple[Posting, ...]
    payments: tuple[Payment, ...]
    as_of: date


def read_account(case: Case) -> Account:
    """The rules and movements of a case.

    :raises CaseUnreadable: if the case shows no statement from which to take its days.
    """
    texts = _titles(case)
    return Account(_rules(case, texts), _postings(case, texts), _payments(texts), calendar_day(_fact(case, "as_of")))


def _titles(case: Case) -> list[str]:
    """The title of the case, then that of the case to which it refers, and so on."""
    title = case.text("title", "")
    named = re.search(r"\b(?:as|like) (\w+)", title)
    if named is None or named[1] == case.inputs.get("id"):
        return [title]
    try:
        return [title, *_titles(case.referenced(case.section, named[1]))]
    except CaseUnreadable:
        return [title]


def _rules(case: Case, texts: list[str]) -> CardRules:
    first = _first_statement(case)
    usual_minimum, usual_fee = MinimumPaymentRule(), LateFeeRule()
    return CardRules(
        statement_day=int(_found(r"statement day (\d+)", texts) or calendar_day(first["statement_date"]).day),
        due_day=int(_found(r"due day (\d+)", texts) or calendar_day(first["due_date"]).day),
        daily_rate=_share(r"([\d.]+) ?% ?(?:/|a |per )day", texts, Decimal("0.0005")),
        minimum=MinimumPaymentRule(
            share=_share(r"min(?:imum)? payment ([\d.]+) ?%", texts, usual_minimum.share),
            floor=_money(rf"min(?:imum)? payment [^;]*?(?:floor|at least) {_AMOUNT}", texts, usual_minimum.floor),
        ),
        late_fee=LateFeeRule(
            share=_share(r"late fee ([\d.]+) ?%", texts, usual_fee.share),
            floor=_money(rf"late fee [^;]*?(?:\bmin|floor|at least) {_AMOUNT}", texts, Decimal(usual_fee.floor)),
            cap=_optional_money(rf"late fee [^;]*?(?:\bmax|cap|at most) {_AMOUNT}", texts),
        ),
        late_fee_base=LateFeeBase(_fact(case, "late_fee_base")),
        compounding=Compounding(_fact(case, "compounding").upper()),
        grace_days=int(_found(r"grace (?:of )?(\d+)", texts) or 0),
    )


def _postings(case: Case, texts: list[str]) -> tuple[Posting, ...]:
    for text in texts:
        if stated := _POSTING.findall(text):
            return tuple(
                Posting(calendar_day(day), _COMPONENTS[kind[:8].split("-")[0].split()[0]], _yuan(amount))
                for amount, kind, day in stated
            )
    posted_on = calendar_day(_fact(case, "as_of")) - timedelta(days=int(_fact(case, "days_from_posting")))
    return (Posting(posted_on, Component.PURCHASE_PRINCIPAL, _yuan(_first_statement(case)["principal"])),)


def _payments(texts: list[str]) -> tuple[Payment, ...]:
    for text in texts:
        if stated := _PAYMENT.findall(text):
            return tuple(
                Payment(calendar_day(day or late_day), _yuan(amount or late)) for amount, day, late, late_day in stated
            )
        if "nothing paid" in text:
            break
    return ()


def _fact(case: Case, name: str) -> str:
    """A fact of the account that such files state beside the results."""
    value = case.inputs.get(name, case.inputs["expected"].get(name))
    if value is None:
        raise CaseUnreadable(f"no {name}")
    return str(value)


def _first_statement(case: Case) -> dict[str, str]:
    rows: list[dict[str, str]] = case.inputs["expected"].get("rows") or []
    if not rows:
        raise CaseUnreadable("no statement to take the account's days from")
    return rows[0]


def _found(pattern: str, texts: list[str]) -> str | None:
    return next((match[1] for text in texts if (match := re.search(pattern, text))), None)


def _share(pattern: str, texts: list[str], usual: Decimal) -> Decimal:
    found = _found(pattern, texts)
    return usual if found is None else Decimal(found) / 100


def _money(pattern: str, texts: list[str], usual: Decimal) -> Decimal:
    found = _optional_money(pattern, texts)
    return usual if found is None else found


def _optional_money(pattern: str, texts: list[str]) -> Decimal | None:
    found = _found(pattern, texts)
    return None if found is None else _yuan(found)


def _yuan(text: str) -> Decimal:
    return Decimal(text.replace(",", "")) + ZERO
