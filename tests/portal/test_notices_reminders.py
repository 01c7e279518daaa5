"""Reminders of due dates: on the right days, once, in the person's language, while the plan is kept and not at night."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from negotiation.domain.calendar import due_dates
from negotiation.domain.contact import CHINA_WINDOW
from negotiation.domain.terms import Frequency
from negotiation.domain.workflow import PlanAction, PlanState
from negotiation.models import CardAccount, Cardholder, Instalment, Job, Plan
from negotiation.models.sealed import Sealed
from negotiation.services.plans import change_plan
from portal.notices import gate
from portal.notices.models import EmailLink, Notice
from portal.notices.reminders import NotAllReminded, remind_instalments
from tests.factories import make_account, make_negotiation, publish_policy
from tests.portal.people import follow, lin
from tests.portal.post import PostBox, text_of
from tests.portal.test_notices import work

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 25)
WEEK_BEFORE = datetime.fromisoformat("2026-12-18T09:00:00+08:00")
DAY_BEFORE = datetime.fromisoformat("2026-12-24T09:00:00+08:00")
EVENING = datetime.fromisoformat("2026-12-23T22:00:00+08:00")
SMALL_HOURS = datetime.fromisoformat("2026-12-24T00:10:00+08:00")
EIGHT = datetime.fromisoformat("2026-12-24T08:00:00+08:00")
ENDED_OR_BROKEN = [PlanState.BREACHED, PlanState.TERMINATED, PlanState.SUPERSEDED, PlanState.COMPLETED]


@pytest.fixture(autouse=True)
def ground(settings: Any) -> None:
    settings.CONTACT_WINDOW = CHINA_WINDOW
    publish_policy()


def make_plan(*days: date, account: CardAccount | None = None, state: PlanState = PlanState.ACTIVE) -> Plan:
    """A plan with one instalment on each of these days; all that its making asked for is put aside."""
    account = account or lin(claimed=True)[1]
    agreement = make_negotiation(account=account, instalment_count=12).agreement
    plan = Plan.objects.create(
        agreement=agreement,
        account=account,
        state=state,
        down_payment=Decimal(0),
        started_at=agreement.agreed_at,
        broken_on=DUE if state == PlanState.BREACHED else None,
    )
    for seq, day in enumerate(days or [DUE], start=1):
        amounts = {"principal": Decimal("100.00"), "interest": Decimal(0), "fee": Decimal(0)}
        Instalment.objects.create(
            plan=plan, seq=seq, due_date=day, **amounts, payment=Decimal("100.00"), balance_after=Decimal(0)
        )
    Job.objects.all().delete()
    return plan


def remind(now: datetime) -> None:
    """The hour's job, and the letters it asked for."""
    remind_instalments({}, now=now)
    work(now)


def reminded_on(first: date, *, days: int) -> list[str]:
    """The days of a stretch on which a letter left, when the job runs at nine every morning."""
    for number in range(days):
        remind(datetime.fromisoformat(f"{first + timedelta(days=number)}T09:00:00+08:00"))
    return [
        f"{at + timedelta(hours=8):%m-%d}"
        for at in Notice.objects.order_by("sent_at").values_list("sent_at", flat=True)
    ]


class TestDays:
    @pytest.mark.parametrize(
        ("first", "count", "start", "expected"),
        [
            (date(2027, 1, 31), 2, date(2027, 2, 1), ["02-21", "02-25", "02-27", "02-28"]),
            (date(2027, 1, 31), 4, date(2027, 4, 10), ["04-23", "04-27", "04-29", "04-30"]),
            (date(2028, 1, 31), 2, date(2028, 2, 1), ["02-22", "02-26", "02-28", "02-29"]),
            (date(2027, 1, 3), 1, date(2026, 12, 20), ["12-27", "12-31", "01-02", "01-03"]),
        ],
    )
    def test_are_seven_three_one_and_none_before(
        self, post: PostBox, first: date, count: int, start: date, expected: list[str]
    ) -> None:
        make_plan(due_dates(first, count, Frequency.MONTHLY, first.day)[-1])
        assert reminded_on(start, days=29) == expected

    def test_of_weekly_instalments_overlap_without_loss(self, post: PostBox) -> None:
        make_plan(DUE, DUE + timedelta(days=7))
        remind(datetime.fromisoformat(f"{DUE}T09:00:00+08:00"))
        assert [mail["Subject"] for mail in post.mails] == [
            "1 January 2027: repayment reminder",
            "25 December 2026: repayment reminder",
        ]


class TestAReminder:
    def test_is_asked_for_once_however_often_the_job_runs(self, post: PostBox) -> None:
        make_plan()
        for minutes in (0, 1, 60, 600):
            remind(WEEK_BEFORE + timedelta(minutes=minutes))
        assert len(post.mails) == 1

    @pytest.mark.parametrize("state", [PlanState.PENDING_DOWN_PAYMENT, PlanState.ACTIVE, PlanState.AT_RISK])
    def test_is_sent_while_the_plan_is_kept(self, post: PostBox, state: PlanState) -> None:
        make_plan(state=state)
        remind(WEEK_BEFORE)
        assert Notice.objects.get().state == "SENT"

    @pytest.mark.parametrize("state", ENDED_OR_BROKEN)
    def test_is_not_asked_for_once_the_plan_is_broken_or_over(self, post: PostBox, state: PlanState) -> None:
        make_plan(state=state)
        remind(WEEK_BEFORE)
        assert not Notice.objects.exists()

    def test_says_day_and_place_and_no_amount(self, post: PostBox) -> None:
        plan = make_plan()
        remind(WEEK_BEFORE)
        said = text_of(post.newest)
        assert post.newest["Subject"] == "25 December 2026: repayment reminder"
        assert "due on Fri 25 December 2026" in said
        assert "If you have already paid it, you need do nothing." in said
        for personal in (
            "100.00",
            "¥",
            plan.account.card_last4,
            plan.account.cardholder.name,
            plan.agreement.reference,
        ):
            assert personal not in post.newest["Subject"] + said + text_of(post.newest, "html")

    def test_speaks_the_persons_language(self, post: PostBox) -> None:
        make_plan(account=lin(claimed=True, language="zh-hans")[1])
        remind(WEEK_BEFORE)
        assert post.newest["Subject"] == "还款提醒：2026年12月25日"
        assert "如已还款，您无需再做任何操作。" in text_of(post.newest)

    def test_leads_to_the_plan(self, client: Client, post: PostBox) -> None:
        plan = make_plan()
        client.force_login(plan.account.cardholder.user)
        remind(WEEK_BEFORE)
        link = EmailLink.objects.get()
        assert (link.purpose, link.target_name) == ("AGREEMENT", "agreement")
        EmailLink.objects.update(expires_at="2100-01-01T00:00Z")
        assert follow(client, post.newest_link).url == f"/agreements/{plan.agreement.reference}/"


class TestNight:
    def test_moves_it_to_the_morning(self, post: PostBox) -> None:
        make_plan()
        remind(SMALL_HOURS)
        assert (Notice.objects.get().reason, Notice.objects.get().due_at) == (gate.QUIET_HOURS, EIGHT)
        work(EIGHT - timedelta(seconds=1))
        assert post.mails == []
        work(EIGHT)
        assert Notice.objects.get().sent_at == EIGHT

    def test_counts_its_days_from_that_morning(self, post: PostBox) -> None:
        make_plan(DUE, date(2026, 12, 23))
        remind(EVENING)
        assert [notice.instalment.due_date for notice in Notice.objects.all()] == [DUE]
        remind(EIGHT)
        assert len(post.mails) == 1

    @pytest.mark.parametrize("action", [PlanAction.SUPERSEDE, PlanAction.COMPLETE])
    def test_lets_none_leave_for_a_plan_that_ended_in_it(self, post: PostBox, action: PlanAction) -> None:
        plan = make_plan()
        remind(EVENING)
        change_plan(plan=plan, action=action, now=EVENING)
        work(EIGHT)
        assert (Notice.objects.get().state, Notice.objects.get().reason) == ("HELD", gate.NOTHING_TO_COME)
        assert post.mails == []


class TestALateLetter:
    @pytest.mark.parametrize(("hours", "state"), [(24 + 12, "SENT"), (24 + 13, "HELD")])
    def test_still_leaves_on_the_due_day_and_not_after(self, post: PostBox, hours: int, state: str) -> None:
        make_plan()
        post.is_closed = True
        remind(DAY_BEFORE)
        assert Notice.objects.get().state == "FAILED"
        post.is_closed = False
        work(DAY_BEFORE + timedelta(hours=hours))
        assert Notice.objects.get().state == state


class TestTheJob:
    def test_goes_on_past_a_row_it_cannot_read_and_says_so(self, post: PostBox) -> None:
        broken = make_plan()
        whole = make_plan(account=lin(claimed=True, email="zhao@mail.example")[1])
        seal = Cardholder.objects.filter(pk=broken.account.cardholder_id)
        seal.update(email=Sealed("v1.unknown.AAAA"))

        with pytest.raises(NotAllReminded):
            remind_instalments({}, now=WEEK_BEFORE)
        work(WEEK_BEFORE)
        assert Notice.objects.get().cardholder == whole.account.cardholder
        assert post.newest["To"] == "zhao@mail.example"

        seal.update(email=None)
        remind_instalments({}, now=WEEK_BEFORE)
        assert Notice.objects.get(cardholder=broken.account.cardholder_id).reason == gate.NO_CONTACT

    def test_asks_the_database_no_more_once_all_are_told(self, django_assert_num_queries: Any) -> None:
        account = lin(claimed=True)[1]
        make_plan(account=account)
        make_plan(account=make_account(cardholder=account.cardholder))
        remind_instalments({}, now=WEEK_BEFORE)
        assert Notice.objects.count() == 2
        with django_assert_num_queries(4):
            remind_instalments({}, now=WEEK_BEFORE)

    def test_finds_its_rows_by_an_index_on_their_day(self) -> None:
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, Instalment._meta.db_table)
        assert ["due_date"] in [found["columns"] for found in constraints.values() if found["index"]]
