"""What letters say, in both languages, and what they do not do behind the reader's back."""

from decimal import Decimal
from typing import Any

import pytest

from negotiation.domain.schedule import build_schedule
from negotiation.domain.standing import Payment, PlanRule, standing_of
from portal.notices import sending
from portal.notices.checks import sms_gateway_exists
from portal.notices.messages import TEMPLATES, Nature
from portal.notices.receipts import Receipt
from tests.domain.plans import plan_terms
from tests.factories import NOW, TODAY

STANDING = standing_of(build_schedule(plan_terms()), [Payment(TODAY, Decimal("1.00"))], PlanRule(), TODAY)
SAID = {
    "link": "https://bank.example/l/x/",
    "ends_at": NOW,
    "due_date": TODAY,
    "last_day": TODAY,
    "answer_by": TODAY,
    "receipt": Receipt(Decimal("1.00"), STANDING),
}


class TestGateway:
    def test_that_does_not_exist_is_refused_at_the_start(self, settings: Any) -> None:
        settings.SMS_GATEWAY = "bank.messages.Gateway"
        assert [fault.id for fault in sms_gateway_exists(None)] == ["portal.E001"]
        settings.SMS_GATEWAY = ""
        assert sms_gateway_exists(None) == []


class TestWords:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("template", sorted(TEMPLATES))
    def test_are_whole_in_both_languages(self, template: str, language: str) -> None:
        letter = sending.write(template, language=language, context={**SAID, "code": ""})

        chinese = any("\u4e00" <= character <= "\u9fff" for character in letter.subject)
        assert chinese == (language == "zh-hans")
        assert letter.subject in letter.html
        assert "https://bank.example/l/x/" in letter.text
        assert "\n" not in letter.subject
        for said in (letter.subject, letter.text, letter.sms):
            assert "{" not in said
            assert "!" not in said
        latin = [word for word in letter.text.split() if word.isascii() and word.isalpha()]
        assert language == "en" or latin == []

    @pytest.mark.parametrize("template", sorted(TEMPLATES))
    def test_fetch_nothing_and_watch_nobody(self, template: str) -> None:
        html = sending.write(template, language="en", context={**SAID, "code": "1"}).html
        for fetched in ("<img", "src=", "<script", "<link", "url(", "@import"):
            assert fetched not in html

    def test_of_a_text_message_begin_with_the_banks_name(self) -> None:
        letter = sending.write("agreed", language="zh-hans", context=SAID)
        assert letter.sms == "【示范银行】您有一条新消息，请查看：https://bank.example/l/x/"

    def test_exist_for_every_code_that_is_asked_for(self) -> None:
        codes = [name for name, template in TEMPLATES.items() if template.nature == Nature.ASKED_FOR]
        assert codes == ["sign_in_code", "claim_code", "signing_code", "export_code"]
