"""Every reason in words, in both languages."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from negotiation.domain.judge import NEGOTIABLE
from negotiation.domain.reasons import KINDS, Kind, Reason, ReasonCode
from negotiation.domain.terms import Component, PlanMethod
from negotiation.services.wording import COMPONENTS, FAULTS, LIMITS, METHODS, NEAREST, explain

SAMPLES = {
    Kind.AMOUNT: Decimal("1234.50"),
    Kind.FRACTION: Decimal("0.1825"),
    Kind.RATIO: Decimal("3.00"),
    Kind.COUNT: 60,
    Kind.DATE: date(2031, 11, 23),
    Kind.CODES: (PlanMethod.INTEREST_FREE, PlanMethod.EQUAL_INSTALMENT),
    Kind.TEXT: "CNY",
}


def make_reason(code: ReasonCode, **fields: object) -> Reason:
    sample = SAMPLES[KINDS[code]]
    given = {"limit": sample, "value": sample, "nearest": None, "component": None}
    return Reason(code, **given | fields)


def has_hanzi(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


class TestExplain:
    @pytest.mark.parametrize("code", ReasonCode)
    def test_has_words_for_every_code_in_both_languages(self, code: ReasonCode) -> None:
        for language in ("en", "zh-hans"):
            with translation.override(language):
                sentence = explain(make_reason(code))
            assert has_hanzi(sentence) == (language == "zh-hans")
            assert "%(" not in sentence

    @pytest.mark.parametrize("catalogue", [LIMITS, METHODS, COMPONENTS, FAULTS, NEAREST])
    def test_has_chinese_for_every_word_it_uses(self, catalogue: dict) -> None:
        with translation.override("zh-hans"):
            assert all(has_hanzi(str(words)) for words in catalogue.values())

    def test_gives_limit_value_and_nearest(self) -> None:
        reason = make_reason(ReasonCode.LAST_DATE, value=date(2031, 12, 7), nearest=59)
        with translation.override("en"):
            assert explain(reason) == (
                "The last instalment may be due until 23 November 2031; this plan ends on 7 December 2031. "
                "With 59 instalments this limit is kept."
            )
        with translation.override("zh-hans"):
            assert explain(reason) == "末期还款日最晚为2031年11月23日；本方案为2031年12月7日。分59期即可满足。"

    def test_does_not_repeat_a_nearest_value_that_is_the_limit(self) -> None:
        with translation.override("en"):
            sentence = explain(make_reason(ReasonCode.TERM_LONG, value=72, nearest=60))
        assert sentence == "The most instalments are 60; this plan has 72."

    def test_names_methods_and_rates(self) -> None:
        with translation.override("en"):
            method = explain(make_reason(ReasonCode.METHOD, value=PlanMethod.STEP))
            rate = explain(make_reason(ReasonCode.RATE_HIGH, limit=Decimal("0.12")))
        assert (
            method == "The methods allowed are: Interest stopped, Equal instalments. This plan has: Rising instalments."
        )
        assert rate == "The highest rate is 12.00%; this plan has 18.25%."

    def test_names_the_component_of_a_waiver(self) -> None:
        with translation.override("en"):
            assert "late fees" in explain(make_reason(ReasonCode.WAIVER, component=Component.LATE_FEE))
            assert "the whole debt" in explain(make_reason(ReasonCode.WAIVER))

    def test_says_that_a_cost_is_not_determined(self) -> None:
        with translation.override("en"):
            assert "not determined" in explain(make_reason(ReasonCode.YEARLY_COST, value=None))

    def test_reads_a_reason_that_was_stored(self) -> None:
        reason = make_reason(ReasonCode.METHOD, value=PlanMethod.STEP, nearest=PlanMethod.INTEREST_FREE)
        assert explain(Reason.from_data(reason.to_data())) == explain(reason)

    def test_has_words_for_every_fault_that_no_limit_explains(self) -> None:
        unexplained = {fault.__name__ for fault, code in NEGOTIABLE.items() if code is None}
        assert set(FAULTS) == unexplained
