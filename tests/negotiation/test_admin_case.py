"""The page of one case: what it shows of proposal, account, limits and budget, what it suggests, and how many queries it takes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from negotiation.admin.case import Case, monthly_burden
from negotiation.admin.forms import CounterForm
from negotiation.admin.limit_lines import LimitLine
from negotiation.admin.plans import Plan
from negotiation.domain.judge import judge
from negotiation.domain.schedule import build_schedule
from negotiation.domain.terms import Frequency
from negotiation.models import Negotiation
from negotiation.queries.case import case
from negotiation.services import drafts, proposals, reviews
from tests.factories import NOW, TODAY, make_account, make_negotiation, make_quote, make_reviewer, make_terms
from tests.negotiation.staff import signed_in

pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def proposed(*, account: Any = None, asks_for_help: bool = False, **terms: Any) -> Negotiation:
    """A proposal with reason and budget: 7,800 comes in, 4,200 and 1,350 are needed, so 2,025 can be asked for."""
    account = account or make_account(product="platinum")
    draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
    told = {"monthly_income": "7800.00", "essential_spending": "4200.00", "other_debt_payments": "1350.00"}
    amounts = {name: Decimal(value) for name, value in told.items()}
    drafts.save_circumstances(draft=draft, hardship_reason="INCOME_DROP", **amounts)
    quote = make_quote(account, **{"instalment_count": 34} | terms)
    return proposals.propose(
        cardholder=account.cardholder,
        negotiation_reference=draft.reference,
        quote_reference=quote.reference,
        now=NOW,
        message="I begin a new job in January.",
        asks_for_help=asks_for_help,
    )


def answered(negotiation: Negotiation, **terms: Any) -> None:
    """The bank's counter-offer, and the cardholder's next proposal."""
    bank, cardholder = (make_quote(negotiation.account, instalment_count=number) for number in (30, 33))
    fresh = Negotiation.objects.get(pk=negotiation.pk)
    reviews.counter(negotiation=fresh, reviewer=make_reviewer(), quote=bank, message="Shorter, please.", now=NOW)
    proposals.propose(
        cardholder=negotiation.cardholder,
        negotiation_reference=negotiation.reference,
        quote_reference=cardholder.reference,
        now=NOW,
    )


def seen(negotiation: Negotiation, reviewer: Any = None) -> Case:
    return Case(case(negotiation.pk), reviewer or make_reviewer(), NOW)


def page(negotiation: Negotiation) -> str:
    client = signed_in(make_reviewer())
    return client.get(reverse("admin:negotiation_negotiation_change", args=[negotiation.pk])).content.decode()


def lines(shown: Case) -> dict[str, LimitLine]:
    return {line.name: line for line in shown.judged.lines}


class TestThePage:
    def test_shows_the_four_things_that_decide(self) -> None:
        text = page(proposed())
        for words in (
            "The cardholder proposes",
            "I begin a new job in January.",
            "212 days past due",
            "Limits of policy 1",
            "Inside every limit.",
            "Income went down",
            "Within the suggested maximum.",
            "Accepting is within your authority.",
        ):
            assert words in text

    def test_shows_every_offer_with_what_changed(self) -> None:
        negotiation = proposed()
        answered(negotiation)
        text = page(negotiation)
        assert "Shorter, please." in text
        assert "4 months shorter" in text and "3 months longer" in text

    def test_shows_the_persons_earlier_negotiations_and_plans(self) -> None:
        first = proposed()
        proposals.withdraw(cardholder=first.cardholder, negotiation_reference=first.reference, now=NOW)
        second = proposed(account=first.account)
        assert first.reference in page(second)

    def test_says_that_the_debt_has_changed_since(self) -> None:
        negotiation = proposed()
        account = negotiation.account
        account.late_fee += Decimal("10.00")
        account.total += Decimal("10.00")
        account.save()
        assert "The debt has changed since the plan was worked out; it was ¥34,723.06 then." in page(negotiation)

    def test_takes_as_many_queries_for_many_offers_as_for_one(self, django_assert_max_num_queries: Any) -> None:
        negotiation = proposed()
        for _ in range(3):
            answered(negotiation)
        client = signed_in(make_reviewer())
        address = reverse("admin:negotiation_negotiation_change", args=[negotiation.pk])
        with django_assert_max_num_queries(32):
            assert client.get(address).status_code == 200

    def test_is_404_for_a_draft_and_for_what_does_not_exist(self) -> None:
        account = make_account()
        draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        client = signed_in(make_reviewer())
        for pk in (draft.pk, "0b5d4ba7-3e86-4d1f-9021-6513ed1c02fe", "nonsense"):
            assert client.get(f"/bank/negotiation/negotiation/{pk}/change/").status_code == 404


class TestTheLimits:
    def test_are_all_kept_by_a_plan_inside_them(self) -> None:
        shown = lines(seen(proposed()))
        assert all(line.is_kept for line in shown.values())
        assert shown["Number of instalments"].allowed == "3 – 48"
        assert shown["Number of instalments"].value == "34"
        assert shown["Last instalment"].allowed == "until 23 November 2031"

    def test_name_each_that_is_broken(self) -> None:
        shown = seen(proposed(asks_for_help=True, instalment_count=59, down_payment=Decimal("20000.00")))
        broken = {name for name, line in lines(shown).items() if not line.is_kept}
        assert broken == {"Number of instalments"}
        assert len(shown.judged.reasons) == 1

    def test_mark_what_keeps_a_plan_out_of_the_corridor(self) -> None:
        negotiation = make_negotiation()
        by_a_person = {
            name for name, line in lines(seen(negotiation)).items() if line.is_kept and not line.is_automatic
        }
        assert by_a_person == {"Number of instalments"}

    def test_are_those_under_which_the_plan_was_quoted(self) -> None:
        shown = seen(proposed())
        assert [reason.to_data() for reason in shown.judged.verdict.reasons] == shown.quote.reasons
        assert shown.judged.verdict.is_automatic == shown.quote.is_automatic


class TestTheBudget:
    def test_is_held_against_the_instalment(self) -> None:
        budget = seen(proposed()).budget
        assert budget is not None
        assert (budget.left, budget.suggested) == (Decimal("2250.00"), Decimal("2025.00"))
        assert budget.above == budget.monthly - Decimal("2025.00") < 0

    def test_may_be_missing(self) -> None:
        assert seen(make_negotiation()).budget is None
        assert "The cardholder gave no budget." in page(make_negotiation())

    def test_counts_a_month_of_fortnights(self) -> None:
        account = make_account()
        terms = make_terms(account, principal=Decimal("1200.00"), instalment_count=12, frequency=Frequency.FORTNIGHTLY)
        assert monthly_burden(Plan(build_schedule(terms), Decimal(0))) == Decimal("216.67")


class TestTheSuggestions:
    def test_are_plans_that_the_judge_accepts(self) -> None:
        for negotiation in (proposed(), proposed(asks_for_help=True, instalment_count=59)):
            shown = seen(negotiation)
            table = shown.table
            assert shown.suggestions
            for plan in shown.suggestions:
                assert judge(plan.terms, table.policy, table.facts, TODAY).is_within_limits

    def test_are_never_worse_than_the_banks_own_offer(self) -> None:
        negotiation = proposed()
        answered(negotiation)
        shown = seen(negotiation)
        assert all(not shown.worse_ways(plan) for plan in shown.suggestions)

    def test_never_repeat_the_proposal(self) -> None:
        shown = seen(proposed())
        assert all(plan.schedule.rows != shown.plan.schedule.rows for plan in shown.suggestions)

    def test_fill_the_form_with_exactly_that_plan(self) -> None:
        shown = seen(proposed(asks_for_help=True, instalment_count=59))
        for plan in shown.suggestions:
            values = shown.table.form_values(plan.terms)
            form = CounterForm({name: str(value) for name, value in values.items()}, table=shown.table)
            assert form.is_valid(), form.errors
            drafted = shown.table.drafted(form.wish(), form.charged())
            assert drafted.plan is not None and drafted.plan.terms == plan.terms
            assert drafted.is_acceptable
