"""A plan in force is changed: the new one starts from what is still owed, and the old one stays until the new one is signed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from negotiation.domain.workflow import ActorKind, NegotiationState, PlanAction, PlanState
from negotiation.models import ArrearsSnapshot, CardAccount, Event, Plan
from negotiation.queries.agreements import plan_in_force, renegotiation_count
from negotiation.queries.verification import issued_agreement
from negotiation.services import proposals
from negotiation.services.agreement_content import content_of
from negotiation.services.events import Actor
from negotiation.services.plans import change_plan
from negotiation.services.quotes import facts_of, facts_today
from negotiation.services.refusals import OutsideLimits
from negotiation.services.signing import READING_TIME
from tests.factories import NOW, TODAY, make_account, make_batch, make_quote, make_reviewer
from tests.negotiation.signed_plans import agree, propose, sign

pytestmark = pytest.mark.usefixtures("policy")
LATER = NOW + timedelta(days=60)
OWED = Decimal("30000.00")


@pytest.fixture
def account() -> CardAccount:
    """Owes 30,000.00 of principal and has a plan of 36 months."""
    nothing = dict.fromkeys(("interest", "accrued_interest", "late_fee"), Decimal("0.00"))
    found = make_account(purchase_principal=OWED, **nothing)
    sign(agree(found, now=NOW), now=NOW)
    return found


def pay(account: CardAccount, amount: Decimal) -> None:
    """The bank's next feed says that so much was paid."""
    account.purchase_principal -= amount
    account.total -= amount
    account.batch = make_batch()
    account.save()


class TestTheNewPlan:
    def test_refers_to_the_old_one_which_stays_in_force_until_the_signature(self, account: CardAccount) -> None:
        old = plan_in_force(account)
        agreement = agree(account, now=LATER, down_payment=Decimal("3000.00"))
        assert agreement.negotiation.renegotiates == old
        assert agreement.negotiation.present_plan == old
        assert content_of(agreement).previous_reference == old.agreement.reference
        assert plan_in_force(account) == old

        new = sign(agreement, now=LATER)
        old.refresh_from_db()
        assert (old.state, old.ended_at) == (PlanState.SUPERSEDED, LATER + READING_TIME)
        assert plan_in_force(account) == new
        assert issued_agreement(old.agreement.reference).standing == "superseded"
        assert Event.objects.filter(kind="plan_superseded").count() == 1

    def test_is_made_for_what_the_feed_says_is_still_owed(self, account: CardAccount) -> None:
        pay(account, Decimal("1666.66"))
        agreement = agree(account, now=LATER, down_payment=Decimal("3000.00"))
        assert agreement.quote.snapshot.total == Decimal("28333.34")
        assert agreement.quote.plan_terms.principal == Decimal("28333.34")

    def test_is_never_accepted_at_once(self, account: CardAccount) -> None:
        assert propose(account, now=LATER, down_payment=Decimal("3000.00")).state == NegotiationState.WITH_BANK

    def test_needs_the_down_payment_of_a_second_plan(self, account: CardAccount) -> None:
        with pytest.raises(OutsideLimits) as refused:
            propose(account, now=LATER, down_payment=Decimal("2999.99"))
        assert [reason["code"] for reason in refused.value.reasons] == ["DOWN_PAYMENT_SMALL"]

    def test_is_not_replaced_in_its_turn_beyond_the_limit(self, account: CardAccount) -> None:
        sign(agree(account, now=LATER, down_payment=Decimal("3000.00")), now=LATER)
        with pytest.raises(OutsideLimits) as refused:
            propose(account, now=LATER + timedelta(days=60), down_payment=Decimal("9000.00"))
        assert [reason["code"] for reason in refused.value.reasons] == ["RENEGOTIATIONS"]

    def test_that_is_given_up_leaves_the_old_one_as_it_was(self, account: CardAccount) -> None:
        old = plan_in_force(account)
        negotiation = propose(account, now=LATER, down_payment=Decimal("3000.00"))
        proposals.withdraw(cardholder=account.cardholder, negotiation_reference=negotiation.reference, now=LATER)
        negotiation.refresh_from_db()
        assert negotiation.present_plan is None
        assert plan_in_force(account) == old

    def test_begins_although_the_old_one_ended_while_it_was_signed(self, account: CardAccount) -> None:
        old = plan_in_force(account)
        Plan.objects.filter(pk=old.pk).update(state=PlanState.BREACHED, broken_on=TODAY)
        agreement = agree(account, now=LATER, down_payment=Decimal("3000.00"))
        old.refresh_from_db()
        ending = Actor(ActorKind.SENIOR_REVIEWER, make_reviewer(senior=True))
        change_plan(plan=old, action=PlanAction.TERMINATE, actor=ending, now=LATER)
        new = sign(agreement, now=LATER)
        old.refresh_from_db()
        assert (old.state, new.state) == (PlanState.TERMINATED, PlanState.PENDING_DOWN_PAYMENT)


class TestTheCount:
    def test_is_nought_before_the_first_plan(self) -> None:
        assert renegotiation_count(make_account()) == 0

    def test_counts_every_plan_of_the_debt(self, account: CardAccount) -> None:
        assert renegotiation_count(account) == 1
        sign(agree(account, now=LATER, down_payment=Decimal("3000.00")), now=LATER)
        assert renegotiation_count(account) == 2

    def test_begins_anew_once_a_plan_has_paid_the_debt_off(self, account: CardAccount) -> None:
        sign(agree(account, now=LATER, down_payment=Decimal("3000.00")), now=LATER)
        Plan.objects.filter(started_at__gt=LATER).update(state=PlanState.COMPLETED)
        assert renegotiation_count(account) == 0

    def test_is_kept_with_the_quote_so_that_its_verdict_stays_what_it_was(self, account: CardAccount) -> None:
        first = ArrearsSnapshot.objects.get()
        assert facts_of(first).renegotiation_count == 0
        make_quote(account)
        second = ArrearsSnapshot.objects.exclude(pk=first.pk).get()
        assert (second.batch, second.days_past_due) == (first.batch, first.days_past_due)
        assert facts_of(second) == facts_today(account=account, today=TODAY)
