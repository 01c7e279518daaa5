"""The words of the journey: every code that can reach a cardholder is said, in both languages, and typed amounts are understood."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template.loader import get_template
from django.utils.translation import override

from negotiation.domain.reasons import KINDS, Kind, Reason, ReasonCode
from negotiation.domain.terms import Component, PlanMethod
from negotiation.domain.wish import Change
from negotiation.services import drafts, proposals, refusals, signing, transitions
from portal.journey import steps
from portal.journey.fields import MoneyField
from portal.journey.limits import changes_told, told
from portal.journey.refusals import WORDS, words_for
from portal.journey.urls import urlpatterns
from portal.journey.words import COMPONENTS, METHOD_HINTS

VALUES: dict[Kind, Any] = {
    Kind.AMOUNT: Decimal("1234.50"),
    Kind.FRACTION: Decimal("0.24"),
    Kind.RATIO: Decimal(3),
    Kind.COUNT: 36,
    Kind.DATE: date(2027, 1, 31),
    Kind.CODES: ("INTEREST_FREE",),
    Kind.TEXT: "CNY",
}
ACTS = {
    "begin",
    "budget",
    "figures",
    "ask_for_help",
    "negotiation_status",
    "accept",
    "begin_signing",
    "document_ready",
    "supporting_document",
    "request_statement",
    "announce_miss",
    "withdraw_concern",
}
ACTS |= {"send_code", "calendar_file", "document"}
LANGUAGES = ("en", "zh-hans")


class TestALimit:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("code", list(ReasonCode))
    def test_is_said_with_its_value(self, code: ReasonCode, language: str) -> None:
        value = VALUES[KINDS[code]]
        with override(language):
            sentence = told(Reason(code, value, value, None))
        assert sentence.endswith("." if language == "en" else "。")
        assert "%(" not in sentence

    def test_is_said_where_there_is_no_limit_to_name(self) -> None:
        with override("en"):
            sentence = told(Reason(ReasonCode.ACCOUNT_OUTSIDE, None, Decimal("5.00"), None))
        assert sentence == "No plan can be agreed for this account on this site."


class TestAChange:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (Change("instalment_count", 100, 48), "48 instalments instead of 100"),
            (Change("amount", Decimal("300.00"), Decimal("1756.25")), "¥1,756.25 each time instead of ¥300.00"),
            (Change("down_payment", Decimal("0.00"), Decimal("500.00")), "¥500.00 down payment instead of ¥0.00"),
            (
                Change("method", PlanMethod.STEP, PlanMethod.INTEREST_FREE),
                "Interest stopped instead of Rising instalments",
            ),
            (
                Change("first_date", date(2027, 6, 1), date(2027, 1, 7)),
                "first payment on Thu 7 January 2027 instead of Tue 1 June 2027",
            ),
        ],
    )
    def test_names_the_old_and_the_new(self, change: Change, words: str) -> None:
        with override("en"):
            assert changes_told((change,)) == [words]


class TestARefusal:
    def test_of_every_service_that_a_page_calls_has_words(self) -> None:
        services = (drafts, proposals, signing, transitions)
        kinds = [kind for service in services for kind in vars(service).values() if isinstance(kind, type)]
        raised = {kind for kind in kinds if issubclass(kind, refusals.Refusal)}
        assert raised - set(WORDS) == {refusals.ReadingTimeTooShort}  # said on the page itself

    def test_that_nobody_foresaw_reads_like_one_that_came_too_late(self) -> None:
        assert words_for(ValueError()) is WORDS[refusals.StaleNegotiation]


class TestTheWords:
    def test_name_every_component_and_method(self) -> None:
        assert set(COMPONENTS) == set(Component)
        assert set(METHOD_HINTS) == set(PlanMethod)


class TestTheAddresses:
    def test_have_one_name_for_view_and_template(self) -> None:
        for pattern in urlpatterns:
            assert pattern.callback.__name__ == pattern.name
            if pattern.name not in ACTS:
                get_template(f"journey/{pattern.name}.html")


class TestAStep:
    def test_leads_back_to_the_first_one_missing(self) -> None:
        nothing = SimpleNamespace(cost_sheet_confirmed_at=None, undertakings_given_at=None, signed_at=None)
        with pytest.raises(steps.StepMissing) as missing:
            steps.require(steps.SIGNING, "sign", nothing, "R")
        assert (missing.value.name, missing.value.reference) == ("cost_sheet", "R")
        assert steps.next_step(steps.SIGNING, nothing) == "cost_sheet"

    def test_opens_after_those_before_it(self) -> None:
        read = SimpleNamespace(cost_sheet_confirmed_at=1, undertakings_given_at=None, signed_at=None)
        steps.require(steps.SIGNING, "undertakings", read, "R")
        assert steps.next_step(steps.SIGNING, read) == "undertakings"

    def test_after_the_last_is_the_last(self) -> None:
        done = SimpleNamespace(cost_sheet_confirmed_at=1, undertakings_given_at=1, signed_at=1)
        assert steps.next_step(steps.SIGNING, done) == "sign"


class TestAnAmount:
    @pytest.mark.parametrize(
        ("typed", "amount"),
        [
            ("1200", "1200.00"),
            ("1,200.5", "1200.50"),
            ("¥ 1 200", "1200.00"),
            ("１２００．５０元", "1200.50"),
            ("0", "0.00"),
        ],
    )
    def test_is_understood_as_people_write_it(self, typed: str, amount: str) -> None:
        understood = MoneyField().clean(typed)
        assert str(understood) == amount

    @pytest.mark.parametrize("typed", ["", "-0.01", "1.005", "1e12", "sNaN", "-Infinity", "0x10", "一百"])
    def test_is_asked_for_again_otherwise(self, typed: str) -> None:
        with pytest.raises(forms.ValidationError):
            MoneyField().clean(typed)

    def test_is_shown_without_needless_places(self) -> None:
        field = MoneyField()
        assert [field.prepare_value(Decimal(value)) for value in ("2025.00", "2025.50")] == ["2025", "2025.50"]
