"""Rows for tests: plain functions with sensible values, each of which a test may replace."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from negotiation.documents.texts import Wording, supplied_wordings
from negotiation.domain.chain import event_hash
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.terms import Component, PlanMethod, PlanTerms
from negotiation.domain.workflow import ActorKind
from negotiation.models import (
    Agreement,
    CardAccount,
    Cardholder,
    Document,
    Event,
    EventStream,
    FeedBatch,
    Negotiation,
    Quote,
    TextVersion,
    User,
    VersionState,
)
from negotiation.queries.agreements import GOVERNING_LANGUAGE
from negotiation.queries.staff import REVIEWER, SENIOR_REVIEWER
from negotiation.services import drafts, proposals
from negotiation.services.demonstration_policy import seed_demonstration_policy
from negotiation.services.quotes import quote_plan

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
_numbers = count(1)


def make_batch(**fields: Any) -> FeedBatch:
    number = next(_numbers)
    defaults = {
        "batch_id": f"B{number}",
        "sequence": number,
        "as_of": NOW,
        "control_sha256": "0" * 64,
        "row_count": 1,
        "rejected_count": 0,
        "imported_at": NOW,
    }
    return FeedBatch.objects.create(**defaults | fields)


def make_cardholder(
    *, email: str | None = None, phone: str | None = None, claimed: bool = True, **fields: Any
) -> Cardholder:
    number = next(_numbers)
    defaults = {"source_id": f"C{number}", "name": "张示例", "birth_date": "1985-06-15"}
    if claimed and "user" not in fields:
        fields |= {"user": User.objects.create_user(name=""), "claimed_at": NOW}
    cardholder = Cardholder(**defaults | fields)
    cardholder.set_contact(email=email or f"person{number}@cardholder.example", phone=phone)
    cardholder.save()
    return cardholder


def make_account(*, cardholder: Cardholder | None = None, **fields: Any) -> CardAccount:
    """An account 212 days past due that owes 30,000.00 principal, 3,870.00 interest and 853.06 late fees."""
    number = next(_numbers)
    owed = {
        "purchase_principal": Decimal("30000.00"),
        "interest": Decimal("3600.00"),
        "accrued_interest": Decimal("270.00"),
        "late_fee": Decimal("853.06"),
    }
    balances = {name: fields.pop(name, owed.get(name, Decimal("0.00"))) for name in (c.value for c in Component)}
    defaults = {
        "source_id": f"A{number}",
        "product": "STANDARD",
        "card_last4": f"{number % 10000:04d}",
        "credit_limit": Decimal("40000.00"),
        "opened_on": date(2020, 3, 1),
        "statement_day": 5,
        "due_day": 25,
        "daily_rate": Decimal("0.0005"),
        "oldest_unpaid_due_date": date(2026, 4, 25),
        "as_of": NOW,
    }
    if "batch" not in fields:
        fields["batch"] = make_batch()
    return CardAccount.objects.create(
        cardholder=cardholder or make_cardholder(),
        **defaults | fields,
        **balances,
        total=sum(balances.values(), Decimal("0.00")),
    )


def make_reviewer(*, senior: bool = False, **fields: Any) -> User:
    number = next(_numbers)
    defaults = {"email": f"reviewer{number}@bank.example", "name": f"Reviewer {number}", "is_staff": True}
    reviewer = User.objects.create_user(**defaults | fields)
    reviewer.groups.add(Group.objects.get_or_create(name=SENIOR_REVIEWER if senior else REVIEWER)[0])
    return reviewer


def publish_policy(*, now: datetime = NOW) -> LimitPolicy:
    """The demonstration's limits, in force."""
    return seed_demonstration_policy(now=now)


def publish_texts() -> None:
    """The supplied wordings as published rows with their events, which tell nobody; nothing if there are texts."""
    if TextVersion.objects.exists():
        return
    drafter, publisher = (User.objects.create_user(f"texts{number}@bank.example", is_staff=True) for number in (1, 2))
    rows = [make_text(wording, drafted_by=drafter) for wording in supplied_wordings().values()]
    for row in rows:
        row.state, row.published_by, row.published_at = VersionState.PUBLISHED, publisher, row.drafted_at
        row.sha256 = row.fingerprint
    TextVersion.objects.bulk_create(rows)
    streams = [EventStream(name=f"text:{row.name}", length=1) for row in rows]
    events = [first_event(stream, row, publisher) for stream, row in zip(streams, rows, strict=True)]
    for stream, event in zip(streams, events, strict=True):
        stream.head = event.hash
    EventStream.objects.bulk_create(streams)
    Event.objects.bulk_create(events)


def first_event(stream: EventStream, text: TextVersion, publisher: User) -> Event:
    """That a text was published, as the service records it."""
    said: dict[str, Any] = {
        "seq": 1,
        "kind": "text_published",
        "actor_kind": ActorKind.POLICY_MANAGER.value,
        "at": NOW,
        "data": {"text": text.name, "version": text.version, "sha256": text.sha256},
        "previous_hash": "",
    }
    digest = event_hash(stream=stream.name, actor_id=publisher.pk, **said)
    return Event(stream=stream, actor_user=publisher, hash=digest, **said)


def make_text(wording: Wording, **fields: Any) -> TextVersion:
    """A draft of a wording, not in the database yet."""
    said = {"name": wording.name, "version": wording.version, "body_zh": wording.zh, "body_en": wording.en}
    return TextVersion(**said | {"effective_from": TODAY, "drafted_at": NOW} | fields)


def make_terms(account: CardAccount, **fields: Any) -> PlanTerms:
    """Interest stopped, thirty-six months, the first on 25 December 2026."""
    defaults = {
        "method": PlanMethod.INTEREST_FREE,
        "principal": account.total,
        "instalment_count": 36,
        "first_date": date(2026, 12, 25),
        "value_date": TODAY,
    }
    return PlanTerms(**defaults | fields)


def make_quote(account: CardAccount, *, now: datetime = NOW, **terms: Any) -> Quote:
    return quote_plan(account=account, terms=make_terms(account, **terms), now=now)


def make_negotiation(*, account: CardAccount | None = None, now: datetime = NOW, **terms: Any) -> Negotiation:
    """A negotiation with the bank: 40 months are inside the limits and outside the automatic corridor."""
    terms = {"instalment_count": 40} | terms
    account = account or make_account()
    draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=now)
    quote = make_quote(account, now=now, **terms)
    return proposals.propose(
        cardholder=account.cardholder, negotiation_reference=draft.reference, quote_reference=quote.reference, now=now
    )


def make_document(agreement: Agreement, *, content: bytes = b"%PDF-1.7 shown for signing", **fields: Any) -> Document:
    """The governing document of an agreement, not yet sealed."""
    defaults = {
        "language": GOVERNING_LANGUAGE,
        "is_governing": True,
        "draft_content": content,
        "draft_sha256": hashlib.sha256(content).hexdigest(),
        "rendered_at": NOW,
    }
    return Document.objects.create(agreement=agreement, **defaults | fields)
