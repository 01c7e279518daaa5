"""Random games of all actors against the invariants of the product: whoever does what in whatever order, they hold."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils.timezone import localdate
from hypothesis import HealthCheck, settings
from hypothesis import event as note_event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from negotiation.documents.signing import SealedDocument
from negotiation.domain.money import FEN
from negotiation.domain.offers import worsenings
from negotiation.domain.workflow import OPEN_STATES, PLAN_STATES_IN_FORCE, NegotiationState, TransitionNotAllowed
from negotiation.models import (
    Agreement,
    Event,
    Instalment,
    Job,
    Message,
    Negotiation,
    Offer,
    Plan,
    Quote,
    SupportingDocument,
)
from negotiation.queries.agreements import governing_document
from negotiation.queries.events import events_of
from negotiation.services import attachments, claims, drafts, messages, proposals, reviews, signing
from negotiation.services.events import broken_links
from negotiation.services.expiry import expire_negotiations
from negotiation.services.expiry_warnings import warn_of_expiry
from negotiation.services.refusals import Refusal
from negotiation.services.sealing import keep_sealed
from negotiation.services.signing import READING_TIME, StepUp
from tests.factories import (
    NOW,
    make_account,
    make_cardholder,
    make_document,
    make_quote,
    make_reviewer,
    publish_policy,
    publish_texts,
)
from tests.negotiation.files import picture

GAMES = int(os.environ.get("GAMES", "60"))
COUNTS = st.sampled_from([6, 24, 30, 36, 40, 48, 60])
_STAFF = ["reviewer", "senior", "second senior", "own senior"]
REVIEWERS = st.sampled_from(_STAFF)


class Game(RuleBasedStateMachine):
    """One account, its cardholder, four reviewers (one of whom is the cardholder) and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        """Tell ``--hypothesis-show-statistics`` how far the game came, and forget it."""
        for kind in set(Event.objects.values_list("kind", flat=True)):
            note_event(kind)
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(owes=st.sampled_from([Decimal("900.00"), Decimal("30000.00"), Decimal("400000.00")]))
    def begin(self, owes: Decimal) -> None:
        self.now = NOW
        publish_policy(now=NOW)
        self.staff = {
            "reviewer": make_reviewer(),
            "senior": make_reviewer(senior=True),
            "second senior": make_reviewer(senior=True),
            "own senior": make_reviewer(senior=True),
        }
        self.cardholder = make_cardholder(user=self.staff["own senior"], claimed_at=NOW)
        self.account = make_account(cardholder=self.cardholder, purchase_principal=owes)

    def attempt(self, act: Any) -> None:
        """Do it a second after the last act, so that "newest" has one meaning; a refusal must leave no trace."""
        self.now += timedelta(seconds=1)
        before = self.trace()
        try:
            with transaction.atomic():
                act()
        except (Refusal, TransitionNotAllowed):
            assert self.trace() == before

    def trace(self) -> tuple[Any, ...]:
        models = (Event, Offer, Job, Agreement, Plan, Message, SupportingDocument)
        return tuple(model.objects.count() for model in models) + tuple(Negotiation.objects.values_list("state"))

    def newest(self) -> Negotiation | None:
        return Negotiation.objects.select_related("account", "cardholder").order_by("-opened_at", "-pk").first()

    def on_table(self) -> str:
        offer = Offer.objects.filter(kind__in=["OFFER", "COUNTER"]).order_by("-negotiation__opened_at", "-seq").first()
        return offer.quote.reference if offer else ""

    @rule(count=COUNTS, asks_for_help=st.booleans(), pays_at_once=st.booleans())
    def the_cardholder_proposes(self, count: int, asks_for_help: bool, pays_at_once: bool) -> None:
        def act() -> None:
            open_now = Negotiation.objects.filter(account=self.account, state__in=OPEN_STATES).first()
            negotiation = open_now or drafts.draft_for(
                cardholder=self.cardholder, account_reference=self.account.reference, now=self.now
            )
            quote = self.quote(count, self.account.total / 5 if pays_at_once else Decimal(0))
            proposals.propose(
                cardholder=self.cardholder,
                negotiation_reference=negotiation.reference,
                quote_reference=quote.reference,
                now=self.now,
                asks_for_help=asks_for_help,
            )

        self.attempt(act)

    def quote(self, count: int, down_payment: Decimal) -> Quote:
        today = localdate(self.now)
        terms = {"instalment_count": count, "down_payment": down_payment.quantize(FEN), "value_date": today}
        return make_quote(self.account, now=self.now, first_date=today + timedelta(days=30), **terms)

    @precondition(lambda self: self.newest())
    @rule()
    def the_cardholder_accepts(self) -> None:
        self.attempt(
            lambda: proposals.accept(
                cardholder=self.cardholder,
                negotiation_reference=self.newest().reference,
                quote_reference=self.on_table(),
                now=self.now,
            )
        )

    @precondition(lambda self: self.newest())
    @rule()
    def the_cardholder_withdraws(self) -> None:
        self.attempt(
            lambda: proposals.withdraw(
                cardholder=self.cardholder, negotiation_reference=self.newest().reference, now=self.now
            )
        )

    @precondition(lambda self: self.newest())
    @rule(text=st.sampled_from(["yes", "no", " "]), who=st.sampled_from(["cardholder", *_STAFF]))
    def somebody_writes(self, text: str, who: str) -> None:
        negotiation = self.newest()
        if who == "cardholder":
            self.attempt(
                lambda: messages.write_to_bank(
                    cardholder=self.cardholder, negotiation_reference=negotiation.reference, text=text, now=self.now
                )
            )
        else:
            self.attempt(
                lambda: messages.write_to_cardholder(
                    negotiation=negotiation, reviewer=self.staff[who], text=text, now=self.now
                )
            )

    @precondition(lambda self: self.newest())
    @rule(number=st.integers(0, 2))
    def the_cardholder_attaches(self, number: int) -> None:
        self.attempt(
            lambda: attachments.attach(
                cardholder=self.cardholder,
                negotiation_reference=self.newest().reference,
                content=picture(shade=number),
                shows="INCOME",
                has_consented=True,
                now=self.now,
            )
        )

    @precondition(lambda self: SupportingDocument.objects.exists())
    @rule()
    def the_cardholder_deletes_a_document(self) -> None:
        document = SupportingDocument.objects.order_by("-attached_at", "pk").first()
        try:
            self.attempt(
                lambda: attachments.delete(cardholder=self.cardholder, reference=document.reference, now=self.now)
            )
        except SupportingDocument.DoesNotExist:
            assert document.deleted_at

    @precondition(lambda self: self.newest())
    @rule(who=REVIEWERS, what=st.sampled_from(["claim", "release", "accept", "decline", "confirm", "send_back"]))
    def the_bank_acts(self, who: str, what: str) -> None:
        words = {
            "accept": {"quote_reference": self.on_table()},
            "decline": {"reasons": ["IN_COURT"], "message": ""},
            "send_back": {"note": "again"},
        }
        act = getattr(claims if what in ("claim", "release") else reviews, what)
        self.attempt(
            lambda: act(negotiation=self.newest(), reviewer=self.staff[who], now=self.now, **words.get(what, {}))
        )

    @precondition(lambda self: self.newest())
    @rule(who=REVIEWERS, count=COUNTS, down_payment=st.sampled_from(["0.00", "500.00"]))
    def the_bank_counters(self, who: str, count: int, down_payment: str) -> None:
        def act() -> None:
            quote = self.quote(count, Decimal(down_payment))
            reviews.counter(negotiation=self.newest(), reviewer=self.staff[who], quote=quote, message="", now=self.now)

        self.attempt(act)

    @precondition(lambda self: Agreement.objects.exists())
    @rule()
    def the_cardholder_signs(self) -> None:
        agreement = Agreement.objects.order_by("-agreed_at", "-pk").first()
        if not agreement.documents.exists():
            make_document(agreement)
        who = {"cardholder": self.cardholder, "reference": agreement.reference}
        names = {item.name for item in signing.required_undertakings(agreement, "en")}
        step_up = StepUp("code", governing_document(agreement).draft_sha256)
        self.attempt(lambda: signing.show_cost_sheet(**who, now=self.now))
        self.now += READING_TIME
        self.attempt(lambda: signing.confirm_cost_sheet(**who, now=self.now))
        self.attempt(lambda: signing.give_undertakings(**who, names=names, language="en", now=self.now))
        self.attempt(lambda: signing.sign(**who, step_up=step_up, now=self.now))

    @precondition(lambda self: Negotiation.objects.filter(state=NegotiationState.BEING_SIGNED).exists())
    @rule()
    def the_worker_seals(self) -> None:
        agreement = Agreement.objects.get(negotiation__state=NegotiationState.BEING_SIGNED)
        document = governing_document(agreement)
        content = bytes(document.draft_content) + b" signed"
        sealed = SealedDocument(content, hashlib.sha256(content).hexdigest(), "B-B", "1", self.now)
        self.attempt(lambda: keep_sealed(agreement, [(document, sealed)], self.now))

    @rule(days=st.sampled_from([1, 8, 31]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        warn_of_expiry({}, now=self.now)
        expire_negotiations({}, now=self.now)

    @rule(choices=st.lists(st.integers(0, 11), min_size=1, max_size=8))
    def those_act_whose_turn_it_is(self, choices: list[int]) -> None:
        """Sensible moves, one after the other: without them hardly a game of chance would come to a signed plan.

        The generator likes small numbers best, so what makes a game longer stands first in every list.
        """
        for choice in choices:
            turns = self.turns()
            turns[choice % len(turns)]()

    def turns(self) -> list[Callable[[], None]]:
        """What the people do whom everybody waits for."""
        negotiation = self.newest()
        state = negotiation.state if negotiation else NegotiationState.WITHDRAWN
        deciders = ("reviewer", "senior", "second senior")
        proposals_to_make = [
            partial(self.the_cardholder_proposes, count, False, pays)
            for count in (24, 40, 60)
            for pays in (True, False)
        ]
        return {
            NegotiationState.WITH_BANK: [
                *(partial(self.offer, who, *terms) for who in deciders for terms in ((48, "0.00"), (24, "500.00"))),
                *(partial(self.decide, "senior", what) for what in ("accept", "decline")),
            ],
            NegotiationState.AWAITING_SECOND_APPROVAL: [
                partial(self.the_bank_acts, who, what) for who in deciders for what in ("confirm", "send_back")
            ],
            NegotiationState.WITH_CARDHOLDER: [
                *(partial(self.the_cardholder_proposes, count, False, False) for count in (40, 48)),
                self.the_cardholder_accepts,
                self.the_cardholder_withdraws,
            ],
            NegotiationState.AGREED: [self.the_cardholder_signs],
            NegotiationState.BEING_SIGNED: [self.the_worker_seals],
        }.get(NegotiationState(state), proposals_to_make)

    def decide(self, who: str, what: str) -> None:
        who = self.on_the_case(who)
        self.the_bank_acts(who, "claim")
        self.the_bank_acts(who, what)

    def offer(self, who: str, count: int, down_payment: str) -> None:
        who = self.on_the_case(who)
        self.the_bank_acts(who, "claim")
        self.the_bank_counters(who, count, down_payment)

    def on_the_case(self, otherwise: str) -> str:
        """Whoever has claimed the case."""
        holder = self.newest().assigned_to
        return next((name for name, user in self.staff.items() if user == holder), otherwise)

    @invariant()
    def one_negotiation_is_open_and_one_plan_in_force(self) -> None:
        assert Negotiation.objects.filter(state__in=OPEN_STATES).count() <= 1
        assert Plan.objects.filter(state__in=PLAN_STATES_IN_FORCE).count() <= 1

    @invariant()
    def the_chains_are_whole_and_end_in_the_states(self) -> None:
        assert not list(broken_links())
        for negotiation in Negotiation.objects.all():
            moves = [event.data["to"] for event in events_of(negotiation) if "to" in event.data]
            assert negotiation.state == (moves[-1] if moves else NegotiationState.DRAFT)

    @invariant()
    def what_was_agreed_was_offered_and_inside_the_limits(self) -> None:
        for agreement in Agreement.objects.select_related("quote"):
            assert agreement.quote.is_within_limits
            kinds = set(agreement.quote.offers.values_list("kind", flat=True))
            assert "ACCEPT" in kinds and kinds & {"OFFER", "COUNTER"}

    @invariant()
    def nobody_decides_alone_for_two_or_on_their_own_account(self) -> None:
        for negotiation in Negotiation.objects.all():
            first = None
            for event in events_of(negotiation):
                if event.actor_kind in ("REVIEWER", "SENIOR_REVIEWER"):
                    assert event.actor_user != self.staff["own senior"]
                if event.kind == "second_approval_requested":
                    first = event.actor_user
                elif event.data.get("from") == NegotiationState.AWAITING_SECOND_APPROVAL and event.kind in (
                    "accepted",
                    "countered",
                ):
                    assert event.actor_user != first

    @invariant()
    def nobody_speaks_after_the_end_or_for_the_bank_on_their_own_account(self) -> None:
        assert not Message.objects.filter(author=self.staff["own senior"]).exclude(party="CARDHOLDER").exists()
        for message in Message.objects.select_related("negotiation"):
            closed = message.negotiation.closed_at
            assert message.text.strip() and (closed is None or message.made_at <= closed)

    @invariant()
    def a_warning_comes_at_most_twice_before_one_end(self) -> None:
        ends = [(event.stream_id, event.data["expires_at"]) for event in Event.objects.filter(kind="running_out")]
        assert all(number <= 2 for number in Counter(ends).values())

    @invariant()
    def the_bank_never_worsens_its_offer(self) -> None:
        for negotiation in Negotiation.objects.all():
            counters = Offer.objects.filter(negotiation=negotiation, kind="COUNTER").exclude(party="CARDHOLDER")
            schedules = [offer.quote.schedule for offer in counters.order_by("seq")]
            assert not [pair for pair in pairwise(schedules) if worsenings(*pair)]

    @invariant()
    def a_plan_pays_what_was_agreed(self) -> None:
        for plan in Plan.objects.select_related("agreement__quote"):
            rows = Instalment.objects.filter(plan=plan).order_by("seq")
            assert [row.payment for row in rows] == [row.payment for row in plan.agreement.quote.schedule.rows]
            assert sum((row.payment for row in rows), Decimal(0)) == plan.agreement.quote.total_payment


@pytest.mark.django_db
class TestGames(Game.TestCase):
    @pytest.fixture(autouse=True)
    def texts(self, db: None) -> None:
        """The wordings are published once for all games."""
        publish_texts()

    settings = settings(
        max_examples=GAMES, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
    )
