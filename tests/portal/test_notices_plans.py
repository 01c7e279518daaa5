"""What the cardholder is told while a plan runs: once, kindly, in time, and never when it is no longer so."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from negotiation.domain.contact import CHINA_WINDOW
from negotiation.domain.workflow import PlanState
from negotiation.models import CardAccount, Cardholder, Event, Job, Plan
from negotiation.services.events import SYSTEM, record
from negotiation.services.plan_ending import announce_miss, end_plan, reopen_plan
from portal.notices import gate
from portal.notices.messages import TEMPLATES, Nature
from portal.notices.models import Notice
from portal.notices.reminders import remind_down_payments, remind_instalments
from tests.factories import NOW, make_reviewer, publish_policy
from tests.negotiation.paying import fresh, keep, midnight_after, pay, return_payment
from tests.negotiation.signed_plans import agree, sign
from tests.portal.people import lin
from tests.portal.post import PostBox, text_of
from tests.portal.test_notices import work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DUE = date(2026, 12, 25)


@pytest.fixture(autouse=True)
def ground(settings: Any, tmp_path: Any) -> None:
    settings.CONTACT_WINDOW = CHINA_WINDOW
    settings.SMS_DIR = tmp_path
    publish_policy()


def begun(*, phone: str | None = None, language: str = "en", **terms: Any) -> Plan:
    """Lin Wei's plan of twelve instalments from 25 December 2026; what its making asked for is put aside."""
    account: CardAccount = lin(claimed=True, phone=phone, language=language)[1]
    given = {"instalment_count": 12, "first_date": DUE} | terms
    plan = fresh(sign(agree(account, now=NOW, **given), now=NOW))
    Job.objects.all().delete()
    return plan


def noon_after(day: date) -> datetime:
    return midnight_after(day) + timedelta(hours=12)


def night(plan: Plan, up_to: date) -> Plan:
    """Figures come, and their letters leave the next day at noon."""
    moved = keep(plan, up_to)
    work(noon_after(up_to))
    return fresh(moved)


def first(plan: Plan) -> Decimal:
    return Decimal(plan.agreement.quote.schedule.rows[0].payment)


class TestAPaymentReturnedAfterTheLast:
    def test_is_told_to_the_desk_and_the_cardholder_once_the_plan_is_reopened(
        self, post: PostBox, settings: Any
    ) -> None:
        settings.DESK_EMAIL = "desk@bank.example"
        plan, asked = begun(phone="+8613800138000"), Decimal("36000.00")
        posting = pay(plan, DUE - DAY, asked)
        keep(plan, DUE - DAY)
        Job.objects.all().delete()
        return_payment(plan, posting, DUE, asked)
        again = night(plan, DUE)
        assert (post.newest["To"], len(post.mails)) == ("desk@bank.example", 1)
        assert f"/bank/negotiation/plan/{plan.pk}/change/" in text_of(post.newest)
        reopen_plan(plan=again, reviewer=make_reviewer(), reason="Returned.", now=noon_after(DUE))
        work(noon_after(DUE))
        assert post.newest["Subject"] == "A payment was returned: your plan runs again"
        ways = Notice.objects.filter(template="plan_reopened").values_list("channel", "state")
        assert set(ways) == {("EMAIL", "SENT"), ("SMS", "SENT")}


class TestAReceipt:
    @pytest.mark.parametrize(
        ("language", "subject", "said"),
        [
            ("en", "We have recorded your payment", ["¥4,000.00 for your plan", "by Mon 25 January 2027", "1 of 12"]),
            ("zh-hans", "您的还款已入账", ["¥4,000.00", "2027年1月25日", "共 12 期，已还清 1 期"]),
        ],
    )
    def test_is_one_for_all_that_came_in_a_night(
        self, post: PostBox, language: str, subject: str, said: list[str]
    ) -> None:
        plan = begun(language=language)
        pay(plan, DUE - DAY, "1000.00")
        pay(plan, DUE, "3000.00")
        night(plan, DUE)
        assert [mail["Subject"] for mail in post.mails] == [subject]
        text = " ".join(text_of(post.newest).split())
        assert [words for words in said if words not in text] == []

    def test_comes_once_and_its_event_names_no_amount(self, post: PostBox) -> None:
        plan = begun()
        pay(plan, DUE, "4000.00")
        for day in range(3):
            night(plan, DUE + day * DAY)
        assert len(post.mails) == 1
        event = Event.objects.get(kind="payment_recorded")
        assert set(event.data) == {"agreement", "paid_after", "paid_until"}

    def test_says_what_is_missing_after_a_part(self, post: PostBox) -> None:
        plan = night(begun(), DUE + 4 * DAY)
        pay(plan, DUE + 5 * DAY, "1.00")
        night(plan, DUE + 5 * DAY)
        assert f"Of what has fallen due, ¥{first(plan) - 1:,} is still missing" in text_of(post.newest).replace(
            "\n", " "
        )

    def test_does_not_come_beside_a_letter_that_tells_of_the_payment(self, post: PostBox) -> None:
        plan = night(begun(), DUE + 4 * DAY)
        pay(plan, DUE + 5 * DAY, first(plan))
        night(plan, DUE + 5 * DAY)
        assert not Notice.objects.filter(template="payment_recorded").exists()

    def test_is_not_sent_for_a_payment_that_was_returned_before_the_morning(self, post: PostBox) -> None:
        plan = begun()
        posting = pay(plan, DUE, "4000.00")
        keep(plan, DUE)
        return_payment(plan, posting, DUE + DAY, "4000.00")
        work(noon_after(DUE))
        assert post.mails == []
        assert Notice.objects.get(template="payment_recorded").reason == gate.OVERTAKEN


class TestAMissingInstalment:
    def test_is_told_the_day_after_with_the_last_day_of_grace(self, post: PostBox) -> None:
        night(begun(), DUE)
        assert post.newest["Subject"] == "An instalment has not arrived yet"
        assert "pay it by Mon 28 December 2026" in text_of(post.newest).replace("\n", " ")

    def test_is_told_once_and_again_only_when_grace_is_over(self, post: PostBox) -> None:
        plan = begun()
        for day in range(8):
            night(plan, DUE + day * DAY)
        assert [mail["Subject"] for mail in post.mails] == [
            "An instalment has not arrived yet",
            "An instalment is missing",
        ]

    def test_is_not_told_when_it_has_come_before_the_morning(self, post: PostBox) -> None:
        plan = keep(begun(), DUE)
        pay(plan, DUE + DAY, first(plan))
        keep(plan, DUE + DAY)
        work(noon_after(DUE + DAY))
        assert [mail["Subject"] for mail in post.mails] == ["We have recorded your payment"]
        assert Notice.objects.get(template="instalment_unpaid").reason == gate.OVERTAKEN

    def test_that_has_come_after_all_is_thanked_for(self, post: PostBox) -> None:
        plan = night(begun(), DUE + 4 * DAY)
        pay(plan, DUE + 5 * DAY, first(plan))
        night(plan, DUE + 5 * DAY)
        assert post.newest["Subject"] == "Your plan is on track again"


class TestABreach:
    def test_is_told_with_the_day_for_making_it_up_counted_from_the_letter(self, post: PostBox) -> None:
        plan = night(begun(), DUE + 30 * DAY)
        assert post.newest["Subject"] == "Notice about your agreement: it can be put right"
        until = DUE + 41 * DAY
        assert (plan.cure_until, until) == (until, date(2027, 2, 4))
        assert "by Thu 4 February 2027" in text_of(post.newest).replace("\n", " ")

    def test_leaves_the_days_alone_until_the_letter_could_leave(self, post: PostBox) -> None:
        plan = keep(begun(), DUE + 30 * DAY)
        post.is_closed = True
        work(noon_after(DUE + 30 * DAY))
        assert fresh(plan).cure_until is None
        post.is_closed = False
        work(noon_after(DUE + 35 * DAY))
        assert fresh(plan).cure_until == DUE + 46 * DAY
        assert "by Tue 9 February 2027" in text_of(post.newest).replace("\n", " ")

    def test_counts_the_day_even_if_the_worker_died_after_the_letter(self, post: PostBox) -> None:
        plan = night(begun(), DUE + 30 * DAY)
        Plan.objects.update(cure_until=None)
        Job.objects.filter(kind="notice").update(state="PENDING", attempts=0, finished_at=None)
        work(noon_after(DUE + 32 * DAY))
        assert fresh(plan).cure_until == DUE + 41 * DAY
        assert len(post.mails) == 1, "the letter is not sent again"

    def test_of_somebody_without_contact_data_starts_no_days(self, post: PostBox) -> None:
        plan = begun()
        Cardholder.objects.update(email=None, phone=None)
        night(plan, DUE + 30 * DAY)
        assert fresh(plan).cure_until is None
        assert {notice.reason for notice in Notice.objects.all()} == {gate.NO_CONTACT}

    def test_goes_out_by_every_way(self, post: PostBox) -> None:
        night(begun(phone="+8613800138000"), DUE + 30 * DAY)
        ways = Notice.objects.filter(template="plan_broken").values_list("channel", "state")
        assert set(ways) == {("EMAIL", "SENT"), ("SMS", "SENT")}

    def test_that_was_made_up_before_the_morning_is_not_told(self, post: PostBox) -> None:
        plan = keep(begun(), DUE + 30 * DAY)
        pay(plan, DUE + 31 * DAY, first(plan) * 2)
        keep(plan, DUE + 31 * DAY)
        work(noon_after(DUE + 31 * DAY))
        assert [mail["Subject"] for mail in post.mails] == ["Your agreement goes on"]

    def test_is_told_once_where_an_earlier_one_was_made_up_untold(self, post: PostBox) -> None:
        plan = keep(begun(), DUE + 30 * DAY)
        pay(plan, DUE + 31 * DAY, first(plan) * 2)
        keep(plan, DUE + 31 * DAY)
        again = date(2027, 3, 27)
        assert keep(plan, again).state == PlanState.BREACHED
        work(noon_after(again))
        told = Notice.objects.filter(template="plan_broken").order_by("event")
        assert [notice.state for notice in told] == ["HELD", "SENT"]
        assert fresh(plan).cure_until == again + 11 * DAY

    def test_that_ended_the_plan_is_told_with_what_can_be_done(self, post: PostBox) -> None:
        plan = night(begun(), DUE + 30 * DAY)
        ending = keep(plan, DUE + 41 * DAY)
        end_plan(plan=ending, reviewer=make_reviewer(), reason="Over.", now=noon_after(DUE + 41 * DAY))
        work(noon_after(DUE + 41 * DAY))
        assert post.newest["Subject"] == "The bank has ended your agreement"


class TestADownPayment:
    def test_is_reminded_of_after_three_days_a_week_and_two(self, post: PostBox) -> None:
        begun(down_payment=Decimal("3000.00"))
        for day in range(20):
            for hour in (9, 10):
                now = NOW.replace(hour=hour - 8) + day * DAY
                remind_down_payments({}, now=now)
                work(now)
        sent = Notice.objects.filter(template="down_payment_due", state="SENT").order_by("sent_at")
        assert [(notice.sent_at - NOW).days + 1 for notice in sent] == [3, 7, 14]

    def test_is_not_reminded_of_once_it_has_come(self, post: PostBox) -> None:
        plan = begun(down_payment=Decimal("3000.00"))
        day = NOW.date() + 3 * DAY
        remind_down_payments({}, now=midnight_after(day - DAY))
        pay(plan, day - DAY, "3000.00")
        keep(plan, day - DAY)
        work(noon_after(day - DAY))
        assert [mail["Subject"] for mail in post.mails] == ["Your plan has begun"]


class TestARunningPlan:
    def test_is_not_reminded_of_an_instalment_that_was_paid(self, post: PostBox) -> None:
        plan = begun()
        pay(plan, DUE - 9 * DAY, first(plan))
        keep(plan, DUE - 9 * DAY)
        remind_instalments({}, now=noon_after(DUE - 8 * DAY))
        assert not Notice.objects.exists()

    def test_is_not_reminded_of_one_that_was_paid_while_the_letter_waited(self, post: PostBox) -> None:
        plan = begun()
        remind_instalments({}, now=midnight_after(DUE - 8 * DAY))
        pay(plan, DUE - 8 * DAY, first(plan))
        keep(plan, DUE - 8 * DAY)
        work(noon_after(DUE - 8 * DAY))
        assert Notice.objects.get(template="instalment_due").reason == gate.NOTHING_TO_COME

    def test_lets_no_collection_message_leave_until_the_bank_has_ended_it(self) -> None:
        plan_messages = {
            name for name, template in TEMPLATES.items() if name.startswith(("plan_", "instalment", "down", "payment"))
        }
        assert {TEMPLATES[name].nature for name in plan_messages} == {Nature.SERVICE}

    @pytest.mark.parametrize(
        ("document", "subject"),
        [
            ("statement_of_account", "Your statement of account is ready"),
            ("settlement_certificate", "You have paid off your agreement"),
        ],
    )
    def test_tells_of_a_document_that_is_ready(self, post: PostBox, document: str, subject: str) -> None:
        plan = begun()
        with transaction.atomic():
            data = {"agreement": plan.agreement.reference, "document": document}
            record(stream=f"plan:{plan.agreement.reference}", kind="document_issued", actor=SYSTEM, data=data, now=NOW)
        work(noon_after(NOW.date()))
        assert post.newest["Subject"] == subject

    def test_names_no_person_no_amount_and_no_card(self, post: PostBox) -> None:
        plan = begun(language="zh-hans")
        for day in (0, 3, 30):
            night(plan, DUE + day * DAY)
        assert len(post.mails) == 3
        for mail in post.mails:
            said = "".join((mail["Subject"], text_of(mail), text_of(mail, "html")))
            for personal in (plan.account.cardholder.name, plan.account.card_last4, plan.agreement.reference, "¥"):
                assert personal not in said

    def test_that_will_be_missed_is_told_to_the_desk(self, post: PostBox, settings: Any) -> None:
        settings.DESK_EMAIL = "desk@bank.example"
        plan = begun()
        announce_miss(cardholder=plan.account.cardholder, reference=plan.agreement.reference, now=NOW)
        work(noon_after(NOW.date()))
        assert (post.newest["To"], len(post.mails)) == ("desk@bank.example", 1)
        assert f"/bank/negotiation/plan/{plan.pk}/change/" in text_of(post.newest)
