"""Generated negotiations for measurements: a year of them, spread over products, debts, paths and reviewers; the same every time."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from negotiation.domain.cost import yearly_cost
from negotiation.domain.figures import segment_of
from negotiation.domain.schedule import build_schedule
from negotiation.domain.terms import PlanMethod, PlanTerms
from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.models import (
    ArrearsSnapshot,
    CardAccount,
    Cardholder,
    Course,
    FeedBatch,
    HardshipReason,
    Negotiation,
    Offer,
    OfferKind,
    Quote,
    User,
)

UNREAD_SHARE = 0.03
REVIEWERS = 20
AT_ONCE = 5_000
_PRODUCTS = ("STANDARD",) * 6 + ("gold",) * 3 + ("platinum",)
_CARDHOLDER, _SYSTEM, _REVIEWER = ActorKind.CARDHOLDER.value, ActorKind.SYSTEM.value, ActorKind.REVIEWER.value
Statement = tuple[str, str]

# How a negotiation goes on after its first proposal, how often of a hundred, and how it ends.
PATHS: tuple[tuple[int, tuple[Statement, ...], NegotiationState], ...] = (
    (35, ((OfferKind.ACCEPT, _SYSTEM),), NegotiationState.SIGNED),
    (28, ((OfferKind.ACCEPT, _REVIEWER),), NegotiationState.SIGNED),
    (14, ((OfferKind.COUNTER, _REVIEWER), (OfferKind.ACCEPT, _CARDHOLDER)), NegotiationState.SIGNED),
    (
        5,
        ((OfferKind.COUNTER, _REVIEWER), (OfferKind.COUNTER, _CARDHOLDER), (OfferKind.ACCEPT, _REVIEWER)),
        NegotiationState.AGREED,
    ),
    (9, ((OfferKind.DECLINE, _REVIEWER),), NegotiationState.DECLINED),
    (4, ((OfferKind.WITHDRAW, _CARDHOLDER),), NegotiationState.WITHDRAWN),
    (3, ((OfferKind.COUNTER, _REVIEWER), (OfferKind.EXPIRE, _SYSTEM)), NegotiationState.EXPIRED),
    (2, (), NegotiationState.WITH_BANK),
)


def make_negotiations(number: int, *, now: datetime, policy_version: int = 1) -> None:
    """Store this many, the newest today, with their accounts, quotes and offers."""
    chance = random.Random(1)
    made = _Maker(chance, now, number, policy_version)
    for start in range(0, number, AT_ONCE):
        made.store([made.case(start + place) for place in range(min(AT_ONCE, number - start))])


class _Maker:
    """Rows of one run; plans are a few dozen that were really computed, each used many times."""

    def __init__(self, chance: random.Random, now: datetime, number: int, policy_version: int) -> None:
        self.chance, self.now, self.number, self.policy_version = chance, now, number, policy_version
        self.batch = FeedBatch.objects.create(
            batch_id="bench", sequence=1, as_of=now, control_sha256="", row_count=0, rejected_count=0, imported_at=now
        )
        self.reviewers = [
            User.objects.create_user(f"reviewer{place}@bank.example", name=f"Reviewer {place:02d}", is_staff=True)
            for place in range(REVIEWERS)
        ]
        self.plans = [_plan(count, timezone.localdate(now)) for count in (6, 9, 12, 18, 24, 30, 36, 42, 48, 60)]

    def case(self, place: int) -> list[Any]:
        """All rows of one negotiation, in the order in which they are stored."""
        began = self.now - timedelta(days=365) * (1 - (place + 1) / self.number)
        statements, state = self._path(began)
        account = self._account(place)
        snapshot = self._snapshot(account, began)
        negotiation = Negotiation(
            account=account,
            cardholder=account.cardholder,
            state=state,
            hardship_reason=self.chance.choice(HardshipReason.values),
            opened_at=began,
            submitted_at=began,
            answer_due_at=began + timedelta(days=2) if state == NegotiationState.WITH_BANK else None,
            expires_at=began + timedelta(days=7),
            unread_since=began if self.chance.random() < UNREAD_SHARE else None,
        )
        offers = list(self._offers(negotiation, snapshot, began, statements))
        return [account.cardholder, account, snapshot, negotiation, *offers, _course(negotiation, snapshot, offers)]

    def store(self, cases: list[list[Any]]) -> None:
        for model in (Cardholder, CardAccount, ArrearsSnapshot, Negotiation, Quote, Offer, Course):
            model.objects.bulk_create(
                [row for case in cases for row in case if isinstance(row, model)], batch_size=1000
            )

    def _path(self, began: datetime) -> tuple[tuple[Statement, ...], NegotiationState]:
        if self.now - began < timedelta(days=3) and self.chance.random() < 0.5:
            return (), NegotiationState.WITH_BANK
        _, statements, state = self.chance.choices(PATHS, [share for share, _, _ in PATHS])[0]
        return statements, state

    def _account(self, place: int) -> CardAccount:
        total = Decimal(int(self.chance.lognormvariate(13.8, 1.0)) + 50_000).scaleb(-2)
        cardholder = Cardholder(source_id=f"C{place}", name="张示例", birth_date="1985-06-15")
        return CardAccount(
            source_id=f"A{place}",
            cardholder=cardholder,
            product=self.chance.choice(_PRODUCTS),
            card_last4=f"{place % 10_000:04d}",
            credit_limit=Decimal("40000.00"),
            opened_on=date(2020, 3, 1),
            statement_day=5,
            due_day=25,
            daily_rate=Decimal("0.0005"),
            oldest_unpaid_due_date=timezone.localdate(self.now) - timedelta(days=self.chance.randrange(5, 500)),
            as_of=self.now,
            batch=self.batch,
            purchase_principal=total,
            total=total,
        )

    def _snapshot(self, account: CardAccount, began: datetime) -> ArrearsSnapshot:
        balances = {component.value: amount for component, amount in account.components.items()}
        days = account.days_past_due(timezone.localdate(self.now))
        return ArrearsSnapshot(
            account=account,
            as_of=began,
            days_past_due=days,
            batch=self.batch,
            taken_at=began,
            total=account.total,
            **balances,
        )

    def _offers(
        self, negotiation: Negotiation, snapshot: ArrearsSnapshot, began: datetime, statements: tuple[Statement, ...]
    ) -> Iterator[Any]:
        at, before, quote = began, None, None
        for seq, (kind, party) in enumerate(((OfferKind.OFFER, _CARDHOLDER), *statements), 1):
            if seq > 1 and party != _SYSTEM:
                at += timedelta(seconds=int(self.chance.expovariate(1 / 80_000)))
            if kind in (OfferKind.OFFER, OfferKind.COUNTER):
                quote = self._quote(negotiation.account, snapshot, at)
                yield quote
            yield Offer(
                negotiation=negotiation,
                seq=seq,
                kind=kind,
                party=party,
                author=self.chance.choice(self.reviewers) if party == _REVIEWER else None,
                quote=quote if kind in (OfferKind.OFFER, OfferKind.COUNTER, OfferKind.ACCEPT) else None,
                made_at=min(at, self.now),
                waiting_since=before,
            )
            before = min(at, self.now)

    def _quote(self, account: CardAccount, snapshot: ArrearsSnapshot, at: datetime) -> Quote:
        return Quote(
            account=account,
            snapshot=snapshot,
            policy_version=self.policy_version,
            engine_version="bench",
            is_within_limits=True,
            is_automatic=False,
            sha256="",
            created_at=at,
            expires_at=at + timedelta(days=7),
            **self.chance.choice(self.plans),
        )


def _course(negotiation: Negotiation, snapshot: ArrearsSnapshot, rows: list[Any]) -> Course:
    offers = [row for row in rows if isinstance(row, Offer)]
    first, last = offers[0], offers[-1]
    answers = [row for row in offers if row.party in (_REVIEWER, _SYSTEM) and row.kind != OfferKind.EXPIRE]
    segment = segment_of(snapshot.account.product, snapshot.total, snapshot.days_past_due)
    outcome = last.kind if last.kind not in (OfferKind.OFFER, OfferKind.COUNTER) else ""
    agreed = {"agreed_days": 700, "agreed_interest": last.quote.total_interest} if outcome == OfferKind.ACCEPT else {}
    return Course(
        negotiation=negotiation,
        product=snapshot.account.product,
        balance_band=segment.balance,
        days_range=segment.days_past_due,
        proposed_at=first.made_at,
        answer_seconds=(answers[0].made_at - first.made_at) // timedelta(seconds=1) if answers else None,
        outcome=outcome,
        outcome_party=last.party if outcome else "",
        rounds=sum(
            row.party == _CARDHOLDER and row.quote is not None and row.kind != OfferKind.ACCEPT for row in offers
        ),
        asked_days=800,
        asked_interest=first.quote.total_interest,
        **agreed,
    )


def _plan(count: int, today: date) -> dict[str, Any]:
    terms = PlanTerms(
        method=PlanMethod.EQUAL_INSTALMENT,
        principal=Decimal("43210.55"),
        instalment_count=count,
        first_date=today + timedelta(days=30),
        value_date=today,
        annual_rate=Decimal("0.06"),
    )
    schedule = build_schedule(terms)
    cost = yearly_cost(schedule)
    return {
        "terms": terms.to_data(),
        "rows": [row.to_data() for row in schedule.rows],
        "total_interest": schedule.total_interest,
        "total_payment": schedule.total_payment,
        "annualised_rate_simple": round(cost.simple, 10),
        "annualised_rate_effective": round(cost.effective, 10),
        "last_due_date": schedule.last_date,
    }
