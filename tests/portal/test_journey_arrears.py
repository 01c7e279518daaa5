"""What is owed: the list, one account, its lines and their sums, and what can be done about it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from negotiation.domain.workflow import PlanState
from negotiation.models import Agreement, CardAccount, LedgerEntry, Plan
from negotiation.services.plans import begin_plan
from portal.journey.ledger import growth, periods
from tests.factories import NOW, make_account, make_negotiation
from tests.portal.cast import Person, charlie, person

pytestmark = pytest.mark.usefixtures("policy")


def page(someone: Person) -> str:
    return someone.client.get(f"/accounts/{someone.reference}/").content.decode()


def listed(someone: Person) -> str:
    return someone.client.get("/accounts/").content.decode()


def in_force(someone: Person, **terms: Any) -> Plan:
    negotiation = make_negotiation(account=someone.account, instalment_count=36, **terms)
    return begin_plan(agreement=Agreement.objects.get(negotiation=negotiation), now=NOW)


class TestTheList:
    def test_names_every_card_with_its_total_and_days(self, owner: Person) -> None:
        assert "Card ending 4821" in listed(owner)
        assert "34,723.06" in listed(owner)
        assert "212 days past due" in listed(owner)

    def test_adds_several_cards_up(self, owner: Person) -> None:
        make_account(cardholder=owner.cardholder)
        assert "69,446.12" in listed(owner)

    def test_says_kindly_that_nothing_is_overdue(self, owner: Person) -> None:
        CardAccount.objects.update(left_feed_at=NOW)
        assert "Nothing is overdue" in listed(owner)

    def test_shows_the_next_due_date_of_a_plan_in_force(self, owner: Person) -> None:
        in_force(owner)
        assert "Next instalment" in listed(owner)
        assert "Fri 25 December 2026" in listed(owner)

    def test_asks_the_same_number_of_questions_however_many_cards(
        self, owner: Person, django_assert_num_queries: Any
    ) -> None:
        for _ in range(4):
            make_account(cardholder=owner.cardholder)
        with django_assert_num_queries(6):
            owner.client.get("/accounts/")


class TestTheAccount:
    def test_shows_total_components_days_and_moment(self, owner: Person) -> None:
        for text in ("34,723.06", "30,000.00", "3,600.00", "270.00", "853.06", "212 days past due", "10:00"):
            assert text in page(owner)

    def test_opens_a_charge_to_base_rate_days_and_dates(self, owner: Person) -> None:
        text = page(owner)
        assert "0.05%" in text
        assert "18.25% a year" in text
        assert "26 days" in text
        assert "30 Mar 2026" in text
        assert "24 Apr 2026" in text  # the last day that counts

    def test_has_a_table_beside_its_pictures(self, owner: Person) -> None:
        assert "These figures as a table" in page(owner)

    def test_asks_a_bounded_number_of_questions(self, owner: Person, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(9):
            page(owner)

    def test_offers_to_begin_a_plan(self, owner: Person) -> None:
        assert "Work out a plan" in page(owner)

    def test_offers_to_go_on_with_a_draft(self, owner: Person) -> None:
        owner.draft()
        assert "Go on with your plan" in page(owner)

    def test_leads_to_the_open_negotiation(self, owner: Person) -> None:
        negotiation = make_negotiation(account=owner.account)
        assert f"/negotiations/{negotiation.reference}/" in page(owner)

    def test_leads_to_the_plan_in_force(self, owner: Person) -> None:
        plan = in_force(owner)
        assert f"/agreements/{plan.agreement.reference}/" in page(owner)

    def test_names_the_down_payment_while_it_is_awaited(self, owner: Person) -> None:
        plan = in_force(owner, down_payment=Decimal("2000.00"))
        assert plan.state == PlanState.PENDING_DOWN_PAYMENT
        assert "Down payment, to be paid now" in page(owner)

    def test_without_history_still_has_its_total(self) -> None:
        assert "34,723.06" in page(charlie())

    def test_that_owes_nothing_says_so(self) -> None:
        nothing = dict.fromkeys(("purchase_principal", "interest", "accrued_interest", "late_fee"), Decimal("0.00"))
        assert "Nothing is owed on this card" in page(person(**nothing))


class TestTheLedger:
    def read(self, owner: Person) -> tuple[list[LedgerEntry], list[date]]:
        entries = list(owner.account.ledger.order_by("posting_date", "source_id"))
        return entries, [statement.statement_date for statement in owner.account.statements.order_by("statement_date")]

    def test_sums_to_the_total_exactly(self, owner: Person) -> None:
        newest = periods(*self.read(owner))[0]
        assert newest.balance == owner.account.total

    def test_makes_every_balance_from_the_one_before_and_its_lines(self, owner: Person) -> None:
        for period in periods(*self.read(owner)):
            assert period.before + sum(posting.amount for posting in period.postings) == period.balance

    def test_puts_the_segments_of_one_charge_together(self, owner: Person) -> None:
        charges = [p for period in periods(*self.read(owner)) for p in period.postings if len(p.segments) == 2]
        assert [charge.amount for charge in charges] == [Decimal("3600.00")]

    def test_shows_the_newest_lines_first(self, owner: Person) -> None:
        days = [p.posting_date for period in periods(*self.read(owner)) for p in period.postings]
        assert days == sorted(days, reverse=True)

    def test_grows_to_the_total(self, owner: Person) -> None:
        points = growth(*self.read(owner), date(2026, 11, 23))
        assert [day for day, _ in points] == [date(2026, 4, 5), date(2026, 5, 5), date(2026, 11, 23)]
        assert sum(points[-1][1]) == owner.account.total

    def test_leaves_out_moments_at_which_nothing_was_owed(self, owner: Person) -> None:
        entries, dates = self.read(owner)
        entries[0].amount = Decimal("-5.00")
        assert growth(entries, dates, date(2026, 11, 23)) == []
