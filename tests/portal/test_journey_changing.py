"""Asking for another plan while one is in force: where it begins, what stays, and when it is not possible here."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from negotiation.domain.workflow import ActorKind
from negotiation.models import Agreement, Negotiation, Plan, Quote, User
from negotiation.queries.agreements import plan_in_force
from negotiation.queries.policies import policy_in_force
from negotiation.queries.staff import POLICY_MANAGER
from negotiation.services import policies, proposals
from negotiation.services.events import Actor
from tests.factories import NOW, make_quote, make_reviewer
from tests.negotiation.signed_plans import agree, sign
from tests.portal.cast import Person, alice

pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture
def owner(policy: Any) -> Person:
    """Alice, who has a plan in force."""
    person = alice()
    sign(agree(person.account, now=NOW), now=NOW)
    return person


def plan_page(owner: Person) -> str:
    agreement = plan_in_force(owner.account).agreement
    return owner.client.get(f"/agreements/{agreement.reference}/").content.decode()


def begin(owner: Person) -> str:
    response = owner.client.post(f"/accounts/{owner.reference}/begin/", follow=True)
    return response.content.decode()


def ask(owner: Person) -> Negotiation:
    """Alice sends a proposal for another plan."""
    owner.draft()
    quote = make_quote(owner.account, instalment_count=40, down_payment=Decimal("5000.00"))
    reference = Negotiation.objects.get(state="DRAFT").reference
    return proposals.propose(
        cardholder=owner.cardholder, negotiation_reference=reference, quote_reference=quote.reference, now=NOW
    )


def publish_another() -> None:
    """The same limits under the next version, in force at once."""
    drafter, publisher = (Actor(ActorKind.POLICY_MANAGER, make_policy_manager()) for _ in range(2))
    draft = policies.draft_policy(
        actor=drafter,
        name="2027",
        effective_from=timezone.localdate(NOW),
        based_on=policy_in_force(at=NOW),
        now=NOW,
    )
    policies.publish_policy(actor=publisher, number=draft.number, now=NOW)


def make_policy_manager() -> User:
    manager = make_reviewer()
    manager.groups.set([Group.objects.get(name=POLICY_MANAGER)])
    return manager


class TestANewPlan:
    def test_begins_from_the_plan(self, owner: Person) -> None:
        text = plan_page(owner)
        assert "I need to change my plan" in text and "Ask for a new plan" in text
        assert "Your present plan stays in force" in begin(owner)
        assert Negotiation.objects.get(state="DRAFT").renegotiates == Plan.objects.get()
        assert "Go on with your new plan" in plan_page(owner)

    def test_says_on_every_page_that_the_present_one_stays(self, owner: Person) -> None:
        owner.draft()
        assert (
            "Your present plan stays in force"
            in owner.client.get(f"/accounts/{owner.reference}/propose/").content.decode()
        )
        negotiation = ask(owner)
        text = owner.client.get(f"/negotiations/{negotiation.reference}/").content.decode()
        assert "Your present plan stays in force" in text
        assert Agreement.objects.get().reference in text

    def test_being_talked_about_is_found_from_the_plan_and_from_the_debt(self, owner: Person) -> None:
        negotiation = ask(owner)
        address = f'href="/negotiations/{negotiation.reference}/"'
        assert address in plan_page(owner)
        assert address in owner.client.get(f"/accounts/{owner.reference}/").content.decode()

    def test_is_not_possible_here_beyond_the_limit_and_the_page_says_who_helps(self, owner: Person) -> None:
        sign(agree(owner.account, now=NOW, down_payment=Decimal("5000.00")), now=NOW)
        text = plan_page(owner)
        assert "Please call the bank before the next date" in text
        assert "Ask for a new plan" not in text
        owner.draft()
        page = owner.client.get(f"/accounts/{owner.reference}/propose/").content.decode()
        assert "No plan can be agreed for this account on this site" in page

    def test_is_not_offered_when_the_plan_is_over(self, owner: Person) -> None:
        agreement = Agreement.objects.get()
        Plan.objects.update(state="COMPLETED", ended_at=NOW)
        text = owner.client.get(f"/agreements/{agreement.reference}/").content.decode()
        assert "I need to change my plan" not in text


class TestACounterProposal:
    def test_is_judged_by_the_version_of_the_first_offer(self, owner: Person) -> None:
        negotiation = ask(owner)
        first = negotiation.offers.get().quote.policy_version
        Negotiation.objects.filter(pk=negotiation.pk).update(state="WITH_CARDHOLDER", wish={"by": "count"})
        publish_another()
        typed = {"by": "count", "instalment_count": "38", "first_date": "2026-12-25", "down_payment": "5000"}
        typed |= {"frequency": "MONTHLY", "method": "INTEREST_FREE"}
        response = owner.client.post(f"/accounts/{owner.reference}/propose/", typed)
        assert "/check/" in response.headers["Location"]
        assert Quote.objects.latest("created_at", "pk").policy_version == first
