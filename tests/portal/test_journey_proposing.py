"""From the reason for difficulty to a plan that is sent: every step, its typing, and that none can be skipped."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Negotiation, Offer, Quote
from negotiation.services import reviews
from tests.factories import NOW, make_negotiation, make_quote, make_reviewer
from tests.portal.cast import Person, charlie, person

TOLD = {
    "hardship_reason": "INCOME_DROP",
    "monthly_income": "7,800",
    "essential_spending": "￥４２００",
    "other_debt_payments": "1350.00 元",
}
WISH = {
    "by": "count",
    "instalment_count": "30",
    "first_date": "2026-12-25",
    "down_payment": "0",
    "method": "INTEREST_FREE",
}


pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture
def drafting(owner: Person) -> Person:
    """Alice, who has told her circumstances."""
    owner.draft()
    return owner


def at(who: Person, page: str) -> str:
    return f"/accounts/{who.reference}/{page}/"


def shown(who: Person, page: str) -> str:
    return who.client.get(at(who, page)).content.decode()


def send(who: Person, page: str, **typed: str) -> Any:
    return who.client.post(at(who, page), typed)


def quoted(who: Person, **changes: str) -> str:
    """The address of the page on which the wished plan is checked."""
    return send(who, "propose", **WISH | changes).headers["Location"]


def negotiation() -> Negotiation:
    return Negotiation.objects.get()


class TestBeginning:
    def test_makes_one_draft_however_often(self, owner: Person) -> None:
        for _ in range(2):
            assert send(owner, "begin").headers["Location"] == at(owner, "circumstances")
        assert negotiation().state == NegotiationState.DRAFT

    def test_goes_on_where_it_was_left(self, drafting: Person) -> None:
        assert send(drafting, "begin").headers["Location"] == at(drafting, "propose")

    def test_leads_to_a_negotiation_that_is_open(self, owner: Person) -> None:
        found = make_negotiation(account=owner.account)
        assert send(owner, "begin").headers["Location"] == f"/negotiations/{found.reference}/"

    def test_is_needed_before_any_step(self, owner: Person) -> None:
        for page in ("circumstances", "propose"):
            response = owner.client.get(at(owner, page))
            assert response.headers["Location"] == f"/accounts/{owner.reference}/"


class TestCircumstances:
    @pytest.fixture(autouse=True)
    def begun(self, owner: Person) -> None:
        send(owner, "begin")

    def test_are_kept_as_exact_amounts_however_typed(self, owner: Person) -> None:
        assert send(owner, "circumstances", **TOLD).headers["Location"] == at(owner, "propose")
        kept = negotiation()
        assert (kept.monthly_income, kept.essential_spending, kept.other_debt_payments) == (
            Decimal("7800.00"),
            Decimal("4200.00"),
            Decimal("1350.00"),
        )

    def test_are_needed_before_a_plan(self, owner: Person) -> None:
        assert owner.client.get(at(owner, "propose")).headers["Location"] == at(owner, "circumstances")

    def test_show_what_is_left_and_what_to_ask_for(self, owner: Person) -> None:
        response = send(owner, "circumstances", **TOLD, show="1")
        assert response.headers["Location"] == at(owner, "circumstances")
        assert "2,250.00" in shown(owner, "circumstances")
        assert "2,025.00" in shown(owner, "circumstances")

    def test_show_the_same_while_they_are_typed_and_keep_nothing(self, owner: Person) -> None:
        text = send(owner, "circumstances/budget", **TOLD).content.decode()
        assert "2,025.00" in text
        assert negotiation().monthly_income is None

    def test_may_leave_the_budget_out(self, owner: Person) -> None:
        send(owner, "circumstances", hardship_reason="ILLNESS", rather_not_say="on", monthly_income="5")
        assert (negotiation().hardship_reason, negotiation().monthly_income) == ("ILLNESS", None)

    def test_need_a_reason_and_a_whole_budget(self, owner: Person) -> None:
        text = send(owner, "circumstances", monthly_income="7800").content.decode()
        assert "Choose the reason that fits best." in text
        assert text.count('href="#id_') == 3
        assert negotiation().hardship_reason == ""

    @pytest.mark.parametrize("typed", ["-1", "1.234", "viel", "1e9", "1e40", "NaN", "Infinity", "99999999999"])
    def test_refuse_what_is_no_amount(self, owner: Person, typed: str) -> None:
        text = send(owner, "circumstances", **TOLD | {"monthly_income": typed}).content.decode()
        assert 'href="#id_monthly_income"' in text

    def test_with_nothing_left_offer_a_person(self, owner: Person) -> None:
        send(owner, "circumstances", **TOLD | {"monthly_income": "4000"})
        assert "Nothing is left for a plan" in shown(owner, "circumstances")
        assert "Ask a person at the bank" in shown(owner, "propose")

    def test_are_no_longer_changed_once_the_plan_is_sent(self, owner: Person) -> None:
        send(owner, "circumstances", **TOLD)
        owner.client.post(quoted(owner, instalment_count="40"))
        response = send(owner, "circumstances", **TOLD | {"hardship_reason": "FAMILY"})
        assert response.headers["Location"] == f"/negotiations/{negotiation().reference}/"
        assert negotiation().hardship_reason == "INCOME_DROP"


class TestChoosing:
    def test_offers_plans_within_the_budget(self, drafting: Person) -> None:
        text = shown(drafting, "propose")
        assert "Plans that would be accepted now" in text
        assert text.count("Choose this plan") == 3

    def test_takes_an_offered_plan_with_one_click(self, drafting: Person) -> None:
        response = drafting.client.get(at(drafting, "propose"))
        fields = dict(response.context["plans"][0].fields)
        assert "/check/" in send(drafting, "propose", **fields).headers["Location"]
        assert Quote.objects.get().is_automatic

    def test_shows_live_figures_and_keeps_the_wish_but_no_quote(self, drafting: Person) -> None:
        text = send(drafting, "propose/figures", **WISH).content.decode()
        assert "1,157.43" in text
        assert "This plan would be accepted at once." in text
        assert negotiation().wish["instalment_count"] == "30"
        assert not Quote.objects.exists()

    def test_shows_the_same_figures_without_javascript(self, drafting: Person) -> None:
        response = send(drafting, "propose", **WISH, show="1")
        assert response.headers["Location"] == at(drafting, "propose") + "#figures"
        assert "1,157.43" in shown(drafting, "propose")

    def test_comes_back_as_it_was_left(self, drafting: Person) -> None:
        send(drafting, "propose/figures", **WISH | {"down_payment": "1234.5"})
        assert 'value="1234.50"' in shown(drafting, "propose")

    def test_makes_a_plan_from_an_amount(self, drafting: Person) -> None:
        send(
            drafting,
            "propose",
            by="amount",
            amount="1000",
            first_date="2026-12-25",
            down_payment="",
            method="INTEREST_FREE",
        )
        assert Quote.objects.get().schedule.terms.instalment_count == 35

    def test_says_every_limit_broken_and_the_nearest_plans(self, drafting: Person) -> None:
        response = send(drafting, "propose", **WISH | {"instalment_count": "100", "first_date": "2027-06-25"})
        assert response.headers["Location"] == at(drafting, "propose") + "#figures"
        text = shown(drafting, "propose")
        assert "A plan has at most 48 instalments; yours would have 100." in text
        assert "The first payment has to be by" in text
        assert "instead of 100" in text
        assert not Quote.objects.exists()

    def test_takes_a_nearest_plan_with_one_click(self, drafting: Person) -> None:
        send(drafting, "propose", **WISH | {"instalment_count": "100"})
        response = drafting.client.get(at(drafting, "propose"))
        nearest, changes = response.context["nearest"][0]
        assert changes
        assert "/check/" in send(drafting, "propose", **dict(nearest.fields)).headers["Location"]

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("first_date", "2027-02-30"),
            ("first_date", ""),
            ("amount", "0"),
            ("first_date", "9999-12-31"),
            ("instalment_count", "0"),
            ("instalment_count", "1.5"),
            ("instalment_count", ""),
            ("down_payment", "-3"),
            ("method", "MAGIC"),
            ("by", ""),
        ],
    )
    def test_asks_again_for_what_cannot_be_read(self, drafting: Person, field: str, typed: str) -> None:
        response = send(drafting, "propose", **WISH | {field: typed})
        assert response.status_code == 200
        assert field in response.context["form"].errors
        assert "There is something to look at again" in response.content.decode()

    def test_says_nothing_while_the_wish_makes_no_sense(self, drafting: Person) -> None:
        text = send(drafting, "propose/figures", **WISH | {"instalment_count": ""}).content.decode()
        assert "Fill in the plan" in text

    def test_is_never_a_dead_end(self, drafting: Person) -> None:
        location = send(drafting, "propose/help", **{"help-amount": "50"}).headers["Location"]
        assert location.endswith("?help")
        page = drafting.client.get(location)
        assert "Send and ask for help" in page.content.decode()
        drafting.client.post(location, {"message": page.context["form"]["message"].value()})
        assert negotiation().state == NegotiationState.WITH_BANK
        assert Offer.objects.get().message == "I can pay ¥50.00 each time."
        terms = Offer.objects.get().quote.plan_terms
        assert (terms.instalment_count, terms.down_payment) == (48, Decimal("0.00"))

    def test_asks_what_can_be_paid_before_it_asks_a_person(self, drafting: Person) -> None:
        assert send(drafting, "propose/help").context["help_form"].errors
        assert negotiation().wish == {}

    def test_asks_a_bounded_number_of_questions(self, drafting: Person, django_assert_max_num_queries: Any) -> None:
        shown(drafting, "propose")
        with django_assert_max_num_queries(18):
            shown(drafting, "propose")

    def test_calls_the_bank_where_no_limits_cover_the_account(self) -> None:
        nothing_else = dict.fromkeys(("interest", "accrued_interest", "late_fee"), Decimal("0.00"))
        owes_little = person(purchase_principal=Decimal("50.00"), **nothing_else)
        owes_little.draft()
        text = shown(owes_little, "propose")
        assert "Please call the bank" in text
        assert "plan-form" not in text


class TestChecking:
    def test_is_not_opened_before_a_plan_was_chosen(self, drafting: Person) -> None:
        quote = make_quote(drafting.account)
        response = drafting.client.get(at(drafting, f"check/{quote.reference}"))
        assert response.headers["Location"] == at(drafting, "propose")

    def test_shows_the_stored_quote_line_by_line(self, drafting: Person) -> None:
        text = drafting.client.get(quoted(drafting)).content.decode()
        for words in ("34,723.06", "1,157.43", "30 instalments", "Fri 25 December 2026", "0.00%", "Income went down"):
            assert words in text
        assert Quote.objects.count() == 1

    def test_links_every_change_to_its_field(self, drafting: Person) -> None:
        text = drafting.client.get(quoted(drafting)).content.decode()
        form = shown(drafting, "propose")
        for field in ("id_instalment_count", "id_first_date", "id_down_payment", "id_method_0"):
            assert f"/propose/#{field}" in text
            assert f'id="{field}"' in form
        assert "/circumstances/#id_hardship_reason_0" in text

    def test_says_that_it_is_decided_at_once(self, drafting: Person) -> None:
        assert "Decided at once" in drafting.client.get(quoted(drafting)).content.decode()

    def test_says_that_a_person_decides_and_by_when(self, drafting: Person) -> None:
        text = drafting.client.get(quoted(drafting, instalment_count="40")).content.decode()
        assert "A person at the bank decides" in text
        assert "within 2 days" in text

    def test_sends_exactly_that_quote_with_the_message(self, drafting: Person) -> None:
        address = quoted(drafting, instalment_count="40")
        response = drafting.client.post(address, {"message": "Thank you."})
        assert response.headers["Location"] == f"/negotiations/{negotiation().reference}/"
        offer = Offer.objects.get()
        assert (offer.quote.reference, offer.message) == (address.split("/")[-2], "Thank you.")

    def test_agrees_at_once_inside_the_corridor(self, drafting: Person) -> None:
        drafting.client.post(quoted(drafting))
        assert negotiation().state == NegotiationState.AGREED

    def test_is_sent_once_however_often_the_button_is_pressed(self, drafting: Person) -> None:
        address = quoted(drafting, instalment_count="40")
        drafting.client.post(address)
        again = drafting.client.post(address)
        assert again.headers["Location"] == f"/negotiations/{negotiation().reference}/"
        assert Offer.objects.count() == 1

    def test_refuses_kindly_what_is_too_old(self, drafting: Person) -> None:
        address = quoted(drafting)
        with time_machine.travel(NOW + timedelta(days=8), tick=False):
            drafting.client.force_login(drafting.cardholder.user)
            response = drafting.client.post(address)
        assert response.status_code == 409
        assert "These terms are no longer open" in response.content.decode()
        assert negotiation().state == NegotiationState.DRAFT

    def test_refuses_a_message_that_is_too_long(self, drafting: Person) -> None:
        response = drafting.client.post(quoted(drafting), {"message": "x" * 1001})
        assert response.context["form"].errors

    def test_refuses_a_quote_of_somebody_else(self, drafting: Person) -> None:
        quoted(drafting)
        other = charlie()
        foreign = make_quote(other.account)
        assert drafting.client.post(at(drafting, f"check/{foreign.reference}")).status_code == 404


class TestACounter:
    @pytest.fixture
    def offered(self, drafting: Person) -> Person:
        """Alice proposed 40 months; the bank offers 36."""
        drafting.client.post(quoted(drafting, instalment_count="40"))
        quote = make_quote(drafting.account, instalment_count=36)
        reviews.counter(negotiation=negotiation(), reviewer=make_reviewer(), quote=quote, message="", now=NOW)
        return drafting

    def test_starts_from_the_offer_on_the_table(self, offered: Person) -> None:
        form = offered.client.get(at(offered, "propose")).context["form"]
        assert form.initial["instalment_count"] == 36
        assert form.initial["amount"] == Decimal("964.52")

    def test_keeps_what_is_typed(self, offered: Person) -> None:
        send(offered, "propose/figures", **WISH | {"instalment_count": "38"})
        assert 'value="38"' in shown(offered, "propose")

    def test_says_what_changes_against_the_offer_and_is_sent(self, offered: Person) -> None:
        address = quoted(offered, instalment_count="40", first_date="2026-12-20")
        assert "4 months longer" in offered.client.get(address).content.decode()
        offered.client.post(address)
        assert negotiation().state == NegotiationState.WITH_BANK
        assert Offer.objects.count() == 3

    def test_does_not_ask_for_the_circumstances_again(self, offered: Person) -> None:
        response = offered.client.get(at(offered, "circumstances"))
        assert response.headers["Location"] == f"/negotiations/{negotiation().reference}/"
