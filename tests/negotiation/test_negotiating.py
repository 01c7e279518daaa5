"""The negotiation from draft to agreement: every step, every refusal, and that a refusal leaves no trace."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from negotiation.domain.workflow import NegotiationState, TransitionNotAllowed
from negotiation.models import Agreement, Event, Job, Negotiation, Offer
from negotiation.queries.events import events_of
from negotiation.queries.negotiations import expired, negotiation_for, queue
from negotiation.services import claims, drafts, proposals, reviews
from negotiation.services.expiry import expire, expire_negotiations
from negotiation.services.refusals import (
    AlreadyNegotiating,
    ClaimedByAnother,
    NoRoundsLeft,
    NotAuthorised,
    NothingOwed,
    OfferExpired,
    OutsideLimits,
    OwnAccount,
    QuoteNotForThis,
    SamePerson,
    StaleNegotiation,
    WorsenedOffer,
)
from tests.factories import NOW, make_account, make_cardholder, make_negotiation, make_quote, make_reviewer

pytestmark = pytest.mark.usefixtures("policy")
LATER = NOW + timedelta(days=8)


def kinds(negotiation):
    return [event.kind for event in events_of(negotiation)]


def trace():
    """Everything a refusal must leave as it was."""
    return Event.objects.count(), Offer.objects.count(), Job.objects.count(), list(Negotiation.objects.values("state"))


def counter(negotiation, reviewer, now=NOW, **terms):
    quote = make_quote(negotiation.account, now=now, **terms)
    return reviews.counter(negotiation=negotiation, reviewer=reviewer, quote=quote, message="", now=now)


def propose(account, *, now=NOW, quote=None, asks_for_help=False, **terms):
    draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=now)
    quote = quote or make_quote(account, now=now, **terms)
    return proposals.propose(
        cardholder=account.cardholder,
        negotiation_reference=draft.reference,
        quote_reference=quote.reference,
        now=now,
        asks_for_help=asks_for_help,
    )


class TestADraft:
    def test_is_begun_once_and_found_again(self):
        account = make_account()
        first, second = (
            drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
            for _ in range(2)
        )
        assert first == second
        assert kinds(first) == ["negotiation_opened"]

    def test_keeps_circumstances_and_wish(self):
        account = make_account()
        draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        drafts.save_circumstances(
            draft=draft,
            hardship_reason="ILLNESS",
            monthly_income=Decimal("7800.00"),
            essential_spending=Decimal("4200.00"),
            other_debt_payments=None,
        )
        drafts.save_wish(draft=draft, wish={"amount": "900.00"})
        again = Negotiation.objects.get(pk=draft.pk)
        assert (again.hardship_reason, again.monthly_income, again.wish) == (
            "ILLNESS",
            Decimal("7800.00"),
            {"amount": "900.00"},
        )

    def test_is_not_changed_once_it_was_sent(self):
        negotiation = make_negotiation()
        drafts.save_wish(draft=negotiation, wish={"amount": "1.00"})
        assert Negotiation.objects.get(pk=negotiation.pk).wish == {}

    def test_is_refused_when_nothing_is_owed(self):
        nothing = {"purchase_principal": Decimal("0.00"), "interest": Decimal("0.00")}
        account = make_account(**nothing, accrued_interest=Decimal("0.00"), late_fee=Decimal("0.00"))
        with pytest.raises(NothingOwed):
            drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)

    def test_is_refused_while_another_negotiation_is_open(self):
        negotiation = make_negotiation()
        with pytest.raises(AlreadyNegotiating):
            drafts.draft_for(
                cardholder=negotiation.cardholder, account_reference=negotiation.account.reference, now=NOW
            )

    def test_is_not_begun_on_somebody_elses_account(self):
        account, stranger = make_account(), make_cardholder()
        with pytest.raises(type(account).DoesNotExist):
            drafts.draft_for(cardholder=stranger, account_reference=account.reference, now=NOW)


class TestAProposal:
    def test_inside_the_corridor_is_agreed_at_once_by_the_system(self):
        negotiation = propose(make_account())
        assert negotiation.state == NegotiationState.AGREED
        assert Offer.objects.get(kind="ACCEPT").party == "SYSTEM"
        assert kinds(negotiation) == ["negotiation_opened", "proposed", "accepted"]

    def test_outside_the_corridor_waits_for_a_reviewer(self, policy):
        negotiation = make_negotiation()
        assert negotiation.state == NegotiationState.WITH_BANK
        assert list(queue()) == [negotiation]
        assert negotiation.answer_due_at == NOW + timedelta(days=policy.answer_days)

    def test_outside_the_limits_is_refused_without_a_trace(self):
        account = make_account()
        drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        quote = make_quote(account, instalment_count=60)
        before = trace()
        with pytest.raises(OutsideLimits) as refused:
            propose(account, quote=quote)
        assert refused.value.reasons == quote.reasons
        assert trace() == before

    def test_outside_the_limits_reaches_a_person_when_help_is_asked_for(self):
        negotiation = propose(make_account(), instalment_count=60, asks_for_help=True)
        assert negotiation.state == NegotiationState.WITH_BANK

    def test_is_not_made_twice_with_one_quote(self):
        negotiation = make_negotiation()
        quote = Offer.objects.get().quote
        with pytest.raises(QuoteNotForThis):
            proposals.propose(
                cardholder=negotiation.cardholder,
                negotiation_reference=negotiation.reference,
                quote_reference=quote.reference,
                now=NOW,
            )

    def test_is_refused_with_a_quote_for_another_account(self):
        cardholder = make_cardholder()
        mine, other = make_account(cardholder=cardholder), make_account(cardholder=cardholder)
        with pytest.raises(QuoteNotForThis):
            propose(mine, quote=make_quote(other))

    def test_is_refused_with_a_quote_that_has_expired(self):
        account = make_account()
        quote = make_quote(account)
        with pytest.raises(OfferExpired):
            propose(account, quote=quote, now=LATER)

    def test_of_a_stranger_finds_nothing(self):
        account, stranger = make_account(), make_cardholder()
        draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        with pytest.raises(Negotiation.DoesNotExist):
            proposals.propose(
                cardholder=stranger,
                negotiation_reference=draft.reference,
                quote_reference=make_quote(account).reference,
                now=NOW,
            )


class TestOneAccount:
    def test_cannot_have_two_open_negotiations_whoever_writes_the_row(self):
        negotiation = make_negotiation()
        with pytest.raises(IntegrityError), transaction.atomic():
            Negotiation.objects.create(
                account=negotiation.account, cardholder=negotiation.cardholder, opened_at=NOW, expires_at=LATER
            )

    def test_cannot_be_put_into_a_state_that_does_not_exist(self):
        make_negotiation()
        with pytest.raises(IntegrityError, match="negotiation_state_known"), transaction.atomic():
            Negotiation.objects.update(state="BOGUS")


class TestAReviewer:
    def test_accepts_a_proposal_in_their_own_name(self):
        negotiation, reviewer = make_negotiation(), make_reviewer(senior=True)
        quote = Offer.objects.get().quote
        reviews.accept(negotiation=negotiation, reviewer=reviewer, quote_reference=quote.reference, now=NOW)
        assert Negotiation.objects.get().state == NegotiationState.AGREED
        assert events_of(negotiation).last().actor_user == reviewer
        assert Agreement.objects.get().quote == quote
        assert Job.objects.filter(kind="render_agreement").count() == 1

    def test_cannot_accept_what_is_outside_the_limits(self):
        negotiation = propose(make_account(), instalment_count=60, asks_for_help=True)
        quote = Offer.objects.get().quote
        before = trace()
        with pytest.raises(OutsideLimits):
            reviews.accept(
                negotiation=negotiation, reviewer=make_reviewer(senior=True), quote_reference=quote.reference, now=NOW
            )
        assert trace() == before

    def test_beyond_their_authority_needs_a_second_person(self):
        negotiation, reviewer, senior = make_negotiation(), make_reviewer(), make_reviewer(senior=True)
        quote = Offer.objects.get().quote
        reviews.accept(negotiation=negotiation, reviewer=reviewer, quote_reference=quote.reference, now=NOW)
        assert negotiation.state == NegotiationState.AWAITING_SECOND_APPROVAL
        reviews.confirm(negotiation=negotiation, reviewer=senior, now=NOW)
        assert Negotiation.objects.get().state == NegotiationState.AGREED

    def test_cannot_be_the_second_person_too(self):
        account = make_account(purchase_principal=Decimal("400000.00"))
        negotiation, senior = make_negotiation(account=account), make_reviewer(senior=True)
        quote = Offer.objects.get().quote
        reviews.accept(negotiation=negotiation, reviewer=senior, quote_reference=quote.reference, now=NOW)
        before = trace()
        with pytest.raises(SamePerson):
            reviews.confirm(negotiation=negotiation, reviewer=senior, now=NOW)
        assert trace() == before

    @pytest.mark.parametrize("is_counter", [True, False])
    def test_cannot_give_a_second_approval_to_what_has_run_out(self, is_counter):
        negotiation, reviewer, senior = make_negotiation(), make_reviewer(), make_reviewer(senior=True)
        if is_counter:
            counter(negotiation, reviewer, instalment_count=38)
        else:
            quote = Offer.objects.get().quote
            reviews.accept(negotiation=negotiation, reviewer=reviewer, quote_reference=quote.reference, now=NOW)
        assert negotiation.state == NegotiationState.AWAITING_SECOND_APPROVAL
        before = trace()
        with pytest.raises(OfferExpired):
            reviews.confirm(negotiation=negotiation, reviewer=senior, now=LATER)
        assert trace() == before

    def test_may_send_a_case_back_to_the_first(self):
        negotiation, reviewer, senior = make_negotiation(), make_reviewer(), make_reviewer(senior=True)
        reviews.accept(
            negotiation=negotiation, reviewer=reviewer, quote_reference=Offer.objects.get().quote.reference, now=NOW
        )
        reviews.send_back(negotiation=negotiation, reviewer=senior, note="Ask for the budget.", now=NOW)
        again = Negotiation.objects.get()
        assert (again.state, again.pending_quote, again.pending_by) == (NegotiationState.WITH_BANK, None, None)

    def test_never_decides_on_their_own_account(self):
        reviewer = make_reviewer(senior=True)
        cardholder = make_cardholder(user=reviewer, claimed_at=NOW)
        negotiation = make_negotiation(account=make_account(cardholder=cardholder))
        with pytest.raises(OwnAccount):
            reviews.decline(negotiation=negotiation, reviewer=reviewer, reasons=["IN_COURT"], message="", now=NOW)

    def test_must_be_one(self):
        clerk = make_reviewer()
        clerk.groups.clear()
        with pytest.raises(NotAuthorised):
            reviews.decline(negotiation=make_negotiation(), reviewer=clerk, reasons=["IN_COURT"], message="", now=NOW)

    def test_leaves_a_case_alone_that_another_has_taken(self):
        negotiation, first, second = make_negotiation(), make_reviewer(), make_reviewer()
        claims.claim(negotiation=negotiation, reviewer=first, now=NOW)
        stale = Negotiation.objects.get()
        with pytest.raises(ClaimedByAnother):
            claims.claim(negotiation=stale, reviewer=second, now=NOW)
        with pytest.raises(ClaimedByAnother):
            reviews.decline(negotiation=stale, reviewer=second, reasons=["IN_COURT"], message="", now=NOW)
        claims.release(negotiation=negotiation, reviewer=first, now=NOW)
        claims.claim(negotiation=Negotiation.objects.get(), reviewer=second, now=NOW)

    def test_who_comes_second_is_told_so(self):
        negotiation = make_negotiation()
        mine, theirs = Negotiation.objects.get(), Negotiation.objects.get()
        reviews.decline(negotiation=mine, reviewer=make_reviewer(), reasons=["IN_COURT"], message="", now=NOW)
        before = trace()
        with pytest.raises(StaleNegotiation):
            counter(theirs, make_reviewer(senior=True), instalment_count=30)
        assert trace() == before
        assert Negotiation.objects.get(pk=negotiation.pk).state == NegotiationState.DECLINED

    def test_cannot_decide_twice(self):
        negotiation, reviewer = make_negotiation(), make_reviewer()
        reviews.decline(negotiation=negotiation, reviewer=reviewer, reasons=["IN_COURT"], message="", now=NOW)
        with pytest.raises(TransitionNotAllowed):
            reviews.decline(negotiation=negotiation, reviewer=reviewer, reasons=["IN_COURT"], message="", now=NOW)


class TestRounds:
    def test_lead_to_the_agreement_of_the_offer_that_was_accepted(self):
        negotiation, senior = make_negotiation(), make_reviewer(senior=True)
        counter(negotiation, senior, instalment_count=24)
        quote = make_quote(negotiation.account, instalment_count=38)
        negotiation = proposals.propose(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            quote_reference=quote.reference,
            now=NOW,
        )
        assert negotiation.state == NegotiationState.WITH_BANK
        counter(negotiation, senior, instalment_count=30)
        offered = negotiation.offers.order_by("seq").last().quote
        proposals.accept(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            quote_reference=offered.reference,
            now=NOW,
        )
        assert Agreement.objects.get().quote == offered
        assert [offer.kind for offer in negotiation.offers.order_by("seq")] == [
            "OFFER",
            "COUNTER",
            "COUNTER",
            "COUNTER",
            "ACCEPT",
        ]

    def test_are_limited(self, policy):
        negotiation, senior = make_negotiation(), make_reviewer(senior=True)
        for count in range(policy.max_rounds):
            counter(negotiation, senior, instalment_count=20 + count)
            quote = make_quote(negotiation.account, instalment_count=40)
            send = {
                "cardholder": negotiation.cardholder,
                "negotiation_reference": negotiation.reference,
                "quote_reference": quote.reference,
                "now": NOW,
            }
            if count < policy.max_rounds - 1:
                negotiation = proposals.propose(**send)
        with pytest.raises(NoRoundsLeft):
            proposals.propose(**send)

    def test_never_let_the_bank_worsen_its_offer(self):
        negotiation, senior = make_negotiation(), make_reviewer(senior=True)
        counter(negotiation, senior, instalment_count=30)
        quote = make_quote(negotiation.account, instalment_count=40)
        negotiation = proposals.propose(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            quote_reference=quote.reference,
            now=NOW,
        )
        before = trace()
        with pytest.raises(WorsenedOffer) as refused:
            counter(negotiation, senior, instalment_count=30, down_payment=Decimal("1000.00"))
        assert refused.value.ways == ("DOWN_PAYMENT",)
        assert trace() == before

    def test_accept_nothing_but_the_newest_offer(self):
        negotiation = make_negotiation()
        counter(negotiation, make_reviewer(senior=True), instalment_count=30)
        old = negotiation.offers.order_by("seq").first().quote
        with pytest.raises(QuoteNotForThis):
            proposals.accept(
                cardholder=negotiation.cardholder,
                negotiation_reference=negotiation.reference,
                quote_reference=old.reference,
                now=NOW,
            )

    def test_accept_nothing_that_has_expired(self):
        negotiation = make_negotiation()
        counter(negotiation, make_reviewer(senior=True), instalment_count=30)
        offered = negotiation.offers.order_by("seq").last().quote
        with pytest.raises(OfferExpired):
            proposals.accept(
                cardholder=negotiation.cardholder,
                negotiation_reference=negotiation.reference,
                quote_reference=offered.reference,
                now=LATER,
            )


class TestSilence:
    def test_ends_a_negotiation_and_says_so(self):
        negotiation = make_negotiation()
        assert not expired(now=NOW)
        expire_negotiations({}, now=LATER)
        assert Negotiation.objects.get().state == NegotiationState.EXPIRED
        assert kinds(negotiation)[-1] == "expired"

    def test_does_not_overtake_somebody_who_acts_at_the_same_moment(self):
        make_negotiation()
        mine, theirs = Negotiation.objects.get(), Negotiation.objects.get()
        proposals.withdraw(cardholder=mine.cardholder, negotiation_reference=mine.reference, now=LATER)
        with pytest.raises(StaleNegotiation):
            expire(negotiation=theirs, now=LATER)
        assert negotiation_for(cardholder=mine.cardholder, reference=mine.reference).state == NegotiationState.WITHDRAWN


class TestAStatement:
    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_is_never_changed_or_removed(self, change):
        make_negotiation()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Offer.objects.update(reason_codes="x") if change == "update" else Offer.objects.all()._raw_delete("default")
