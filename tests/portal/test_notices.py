"""From a recorded event to a letter: which, to whom, when, once, and what the contact log says of it."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from negotiation.domain.contact import CHINA_WINDOW
from negotiation.domain.workflow import ActorKind, NegotiationState, PlanState
from negotiation.jobs import registry, worker
from negotiation.models import Event, EventStream, Job, Negotiation, Plan
from negotiation.services.cardholders import claim_access
from negotiation.services.events import SYSTEM, Actor, record
from portal.notices import gate, links, sending
from portal.notices.invitations import invite
from portal.notices.messages import MESSAGES, Message
from portal.notices.models import EmailLink, Notice
from tests.factories import make_account, make_negotiation, publish_policy
from tests.portal.people import follow, lin, sign_in_staff, staff
from tests.portal.post import PostBox, text_of

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
NIGHT = datetime.fromisoformat("2026-11-23T22:00:00+08:00")
MORNING = datetime.fromisoformat("2026-11-24T08:00:00+08:00")


@pytest.fixture(autouse=True)
def hours(settings: Any) -> None:
    settings.CONTACT_WINDOW = CHINA_WINDOW


def work(now: datetime) -> None:
    """Does every job of events and notices that is due."""
    registry.load()
    Job.objects.exclude(kind__in=["event", "notice", "desk_notice"]).delete()
    registry_ticks = registry.periodic
    registry.periodic = dict  # type: ignore[assignment]
    try:
        while worker.work_once(clock=lambda: now):
            pass
    finally:
        registry.periodic = registry_ticks


def happen(negotiation: Negotiation, kind: str, *, actor: Actor = SYSTEM, now: datetime = NOON, **data: Any) -> Event:
    with transaction.atomic():
        return record(
            stream=f"negotiation:{negotiation.reference}",
            kind=kind,
            actor=actor,
            data={"negotiation": negotiation.reference, **data},
            now=now,
        )


@pytest.fixture
def negotiation() -> Negotiation:
    cardholder, account = lin(claimed=True)
    return Negotiation.objects.create(
        cardholder=cardholder,
        account=account,
        state=NegotiationState.WITH_BANK,
        opened_at=NOON,
        expires_at=NOON + timedelta(days=30),
    )


class TestInvitation:
    def test_carries_a_link_that_claims(self, client: Client, post: PostBox) -> None:
        cardholder, account = lin()
        invite(cardholder=cardholder, account=account, now=NOON)
        work(NOON)

        assert post.newest["To"] == "lin.wei@mail.example"
        assert post.newest["Subject"] == "A message about your account"
        assert EmailLink.objects.get().target_reference == account.reference
        EmailLink.objects.update(expires_at="2100-01-01T00:00Z")
        assert follow(client, post.newest_link).url == "/claim/"

    def test_names_no_person_no_amount_no_card(self, post: PostBox) -> None:
        cardholder, account = lin(language="zh-hans")
        invite(cardholder=cardholder, account=account, now=NOON)
        work(NOON)

        said = "".join((post.newest["Subject"], text_of(post.newest), text_of(post.newest, "html")))
        for personal in (cardholder.name, account.card_last4, account.reference, f"{account.total:,.2f}", "¥", "逾期"):
            assert personal not in said
        assert "关于您账户的消息" in said

    def test_is_repeated_only_when_its_link_has_expired(self) -> None:
        cardholder, account = lin()
        invited = {"cardholder": cardholder, "account": account}
        assert invite(**invited, now=NOON) is not None
        assert invite(**invited, now=NOON + timedelta(days=14, seconds=-1)) is None
        assert invite(**invited, now=NOON + timedelta(days=14)) is not None

    def test_is_repeated_when_asked_for_but_not_twice_a_day(self) -> None:
        cardholder, account = lin()
        invited = {"cardholder": cardholder, "account": account, "asked_for": True}
        assert invite(**invited, now=NOON) is not None
        assert invite(**invited, now=NOON + timedelta(hours=1)) is None
        assert invite(**invited, now=NOON + timedelta(days=1)) is not None

    def test_waits_for_the_morning(self, post: PostBox) -> None:
        cardholder, account = lin()
        invite(cardholder=cardholder, account=account, now=NIGHT)
        work(NIGHT)
        notice = Notice.objects.get()
        assert (notice.state, notice.reason, notice.due_at) == ("WAITING", gate.QUIET_HOURS, MORNING)

        work(MORNING - timedelta(seconds=1))
        assert post.mails == []
        work(MORNING)
        notice.refresh_from_db()
        assert (notice.state, notice.reason, notice.sent_at) == ("SENT", "", MORNING)

    @pytest.mark.parametrize(
        ("state", "outcome"),
        [
            (PlanState.PENDING_DOWN_PAYMENT, ("HELD", gate.PLAN_IN_FORCE)),
            (PlanState.ACTIVE, ("HELD", gate.PLAN_IN_FORCE)),
            (PlanState.AT_RISK, ("HELD", gate.PLAN_IN_FORCE)),
            (PlanState.BREACHED, ("HELD", gate.PLAN_IN_FORCE)),
            (PlanState.TERMINATED, ("SENT", "")),
            (PlanState.COMPLETED, ("SENT", "")),
        ],
    )
    def test_is_held_until_a_plan_has_ended(self, post: PostBox, state: PlanState, outcome: tuple[str, str]) -> None:
        publish_policy()
        cardholder, account = lin(claimed=True)
        agreement = make_negotiation(account=account, instalment_count=12).agreement
        Plan.objects.create(
            agreement=agreement,
            account=account,
            state=state,
            down_payment=Decimal(0),
            started_at=NOON,
            broken_on=NOON.date(),
        )
        other = make_account(cardholder=cardholder)
        invite(cardholder=cardholder, account=other, now=NOON)
        work(NOON)

        notice = Notice.objects.get(template="invitation")
        assert (notice.state, notice.reason) == outcome

    def test_is_the_only_one_of_its_day(self, post: PostBox) -> None:
        cardholder, account = lin()
        invite(cardholder=cardholder, account=account, now=NOON)
        invite(cardholder=cardholder, account=make_account(cardholder=cardholder), now=NOON, asked_for=True)
        work(NOON)

        assert len(post.mails) == 1
        assert Notice.objects.get(state="HELD").reason == gate.CAP_REACHED

    def test_is_held_where_there_is_nowhere_to_send_it(self) -> None:
        cardholder, account = lin()
        cardholder.set_contact(email=None, phone=None)
        invite(cardholder=cardholder, account=account, now=NOON)
        assert (Notice.objects.get().state, Notice.objects.get().reason) == ("HELD", gate.NO_CONTACT)


class TestSendInvitations:
    def test_asks_for_one_for_everybody_who_has_not_been_here(self) -> None:
        lin(claimed=True)
        for _ in range(3):
            cardholder, _account = lin()
            make_account(cardholder=cardholder)
        assert said("--limit", "2") == "Invitations asked for: 2. Invited a short time ago: 0.\n"
        assert said("--limit", "2") == "Invitations asked for: 1. Invited a short time ago: 2.\n"

    def test_picks_one_customer(self) -> None:
        lin(source_id="C-77")
        lin()
        assert said("--source-id", "C-77").startswith("Invitations asked for: 1.")
        assert Notice.objects.get().cardholder.source_id == "C-77"

    def test_refuses_what_it_cannot_do(self) -> None:
        with pytest.raises(CommandError, match="No customer"):
            said("--source-id", "nobody")
        with pytest.raises(CommandError, match="--limit"):
            said("--limit", "0")


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("send_invitations", *arguments, stdout=out)
    return out.getvalue()


class TestEvent:
    @pytest.mark.parametrize(
        ("kind", "template"),
        [
            ("proposed", "proposal_received"),
            ("countered", "counter_offer"),
            ("accepted", "agreed"),
            ("declined", "declined"),
            ("withdrawn", "withdrawn"),
            ("expired", "expired"),
        ],
    )
    def test_of_a_negotiation_is_told_with_a_link_to_it(
        self, negotiation: Negotiation, post: PostBox, kind: str, template: str
    ) -> None:
        event = happen(negotiation, kind)
        work(NOON)

        notice = Notice.objects.get()
        assert (notice.template, notice.event, notice.state) == (template, event, "SENT")
        link = EmailLink.objects.get()
        assert (link.target_name, link.target_reference) == ("negotiation", negotiation.reference)
        assert "/l/" in post.newest_link

    def test_of_an_automatic_agreement_is_told_once_and_the_seal_leads_to_the_document(self, post: PostBox) -> None:
        publish_policy()
        _, account = lin(claimed=True)
        negotiation = make_negotiation(account=account, instalment_count=12)
        assert negotiation.state == NegotiationState.AGREED
        work(NOON)
        assert [notice.template for notice in Notice.objects.all()] == ["agreed"]

        happen(negotiation, "sealed", agreement=negotiation.agreement.reference)
        work(NOON)
        link = EmailLink.objects.get(purpose="AGREEMENT")
        assert (link.target_name, link.target_reference) == ("agreement", negotiation.agreement.reference)
        assert post.newest["Subject"] == "Your agreement is signed by both sides"

    def test_of_the_cardholders_own_counter_is_a_receipt(self, negotiation: Negotiation, post: PostBox) -> None:
        happen(negotiation, "countered", actor=Actor(ActorKind.CARDHOLDER))
        work(NOON)
        assert Notice.objects.get().template == "proposal_received"

    def test_that_was_overtaken_is_not_told(self, negotiation: Negotiation, post: PostBox) -> None:
        happen(negotiation, "proposed")
        Negotiation.objects.filter(pk=negotiation.pk).update(state=NegotiationState.AGREED)
        work(NOON)
        assert post.mails == []

    @pytest.mark.parametrize(
        "kind", ["second_approval_requested", "sent_back", "signed", "agreement_rendered", "claimed"]
    )
    def test_inside_the_bank_is_told_to_nobody(self, negotiation: Negotiation, post: PostBox, kind: str) -> None:
        happen(negotiation, kind)
        work(NOON)
        assert not Notice.objects.exists()

    @pytest.mark.parametrize(
        "reason",
        ["BEYOND_LIMITS", "BUDGET_UNCLEAR", "CAN_PAY_SOONER", "PROOF_MISSING", "EARLIER_PLAN_BROKEN", "IN_COURT"],
    )
    def test_of_a_decline_has_words_for_its_reason(self, negotiation: Negotiation, post: PostBox, reason: str) -> None:
        happen(negotiation, "declined")
        happen(negotiation, "declined", reason=reason)
        work(NOON)
        plain, kind = (text_of(mail) for mail in post.mails)
        assert "The page tells you more." in plain
        assert "The page tells you more." not in kind

    def test_of_a_claim_goes_to_every_contact(self, post: PostBox, settings: Any, tmp_path: Any) -> None:
        settings.SMS_DIR = tmp_path
        cardholder, _ = lin(phone="13800004821")
        claim_access(cardholder_id=cardholder.pk, now=NOON)
        work(NOON)

        assert sorted(Notice.objects.values_list("channel", "state")) == [("EMAIL", "SENT"), ("SMS", "SENT")]
        assert len(post.mails) == len(list(tmp_path.glob("*.json"))) == 1

    def test_has_a_message_only_where_there_are_words(self) -> None:
        assert set(MESSAGES) <= {
            "proposed",
            "countered",
            "accepted",
            "declined",
            "withdrawn",
            "expired",
            "running_out",
            "message_written",
            "sealed",
            "cardholder_claimed",
            "payment_recorded",
            "instalment_unpaid",
            "plan_at_risk",
            "plan_active",
            "plan_breached",
            "plan_terminated",
            "plan_reopened",
            "document_issued",
            "concern_raised",
            "concern_lengthened",
            "concern_answered",
        }


ENDS = "2026-11-25T02:00:00+00:00"


@pytest.fixture
def ending(negotiation: Negotiation) -> Negotiation:
    """The negotiation ends on the 25th at ten in the morning, the bank's time."""
    Negotiation.objects.filter(pk=negotiation.pk).update(expires_at=ENDS)
    return negotiation


def warn(negotiation: Negotiation, state: NegotiationState, *, now: datetime = NOON) -> Event:
    Negotiation.objects.filter(pk=negotiation.pk).update(state=state)
    return happen(negotiation, "running_out", state=state.value, expires_at=ENDS, now=now)


class TestAWarning:
    @pytest.mark.parametrize(
        ("state", "template"),
        [
            (NegotiationState.WITH_CARDHOLDER, "offer_running_out"),
            (NegotiationState.AGREED, "signing_running_out"),
            (NegotiationState.WITH_BANK, "answer_running_out"),
            (NegotiationState.AWAITING_SECOND_APPROVAL, "answer_running_out"),
        ],
    )
    def test_says_by_when_and_what_silence_means(
        self, ending: Negotiation, post: PostBox, state: NegotiationState, template: str
    ) -> None:
        warn(ending, state)
        work(NOON)
        assert Notice.objects.get().template == template
        text = next(text_of(mail) for mail in post.mails if mail["To"] == "lin.wei@mail.example")
        assert "until Wed 25 November 2026 10:00" in text
        assert "nothing is agreed" in text

    @pytest.mark.parametrize(
        "change", [{"state": NegotiationState.WITHDRAWN}, {"expires_at": "2026-11-30T02:00:00+00:00"}]
    )
    def test_that_waited_for_the_morning_is_held_when_somebody_acted_at_night(
        self, ending: Negotiation, post: PostBox, change: dict[str, Any]
    ) -> None:
        warn(ending, NegotiationState.WITH_CARDHOLDER, now=NIGHT)
        work(NIGHT)
        Negotiation.objects.update(**change)
        work(MORNING)
        assert (Notice.objects.get().state, Notice.objects.get().reason) == ("HELD", gate.OVERTAKEN)
        assert post.mails == []


class TestAMessage:
    def test_of_the_bank_is_announced_without_its_words(self, negotiation: Negotiation, post: PostBox) -> None:
        happen(negotiation, "message_written", actor=Actor(ActorKind.REVIEWER))
        work(NOON)
        assert Notice.objects.get().template == "message_from_bank"
        assert post.newest["Subject"] == "The bank has written to you"

    def test_of_the_cardholder_is_not_announced_to_themselves(self, negotiation: Negotiation, post: PostBox) -> None:
        happen(negotiation, "message_written", actor=Actor(ActorKind.CARDHOLDER))
        work(NOON)
        assert not Notice.objects.exists()


class TestSilenceOfTheBank:
    def test_is_told_with_regret(self, negotiation: Negotiation, post: PostBox) -> None:
        for state, template in (("WITH_BANK", "unanswered"), ("WITH_CARDHOLDER", "expired")):
            happen(negotiation, "expired", **{"from": state})
            work(NOON)
            assert Notice.objects.latest("created_at", "event_id").template == template


class TestTheDesk:
    def sent(self, post: PostBox) -> list[tuple[str, str]]:
        return [(mail["To"], mail["Subject"]) for mail in post.mails if not mail["To"].endswith("mail.example")]

    def test_hears_of_a_message_in_a_case_that_nobody_has(self, negotiation: Negotiation, post: PostBox) -> None:
        happen(negotiation, "message_written", actor=Actor(ActorKind.CARDHOLDER))
        work(NOON)
        assert self.sent(post) == [("desk@bank.example", "持卡人有新留言")]
        said = text_of(post.newest)
        assert str(negotiation.pk) in said
        assert negotiation.reference not in said and negotiation.cardholder.name not in said

    def test_leaves_it_to_the_reviewer_who_has_the_case(self, ending: Negotiation, post: PostBox) -> None:
        bob = staff()
        Negotiation.objects.update(assigned_to=bob)
        warn(ending, NegotiationState.WITH_BANK)
        work(NOON)
        assert self.sent(post) == [(bob.email, "有一份方案即将因未答复而失效")]

    def test_hears_of_what_waits_for_a_second_person(self, ending: Negotiation, post: PostBox) -> None:
        Negotiation.objects.update(assigned_to=staff())
        warn(ending, NegotiationState.AWAITING_SECOND_APPROVAL)
        work(NOON)
        assert [address for address, _ in self.sent(post)] == ["desk@bank.example"]

    def test_hears_nothing_of_the_cardholders_own_silence_or_where_it_has_no_mailbox(
        self, ending: Negotiation, post: PostBox, settings: Any
    ) -> None:
        warn(ending, NegotiationState.WITH_CARDHOLDER)
        happen(ending, "message_written", actor=Actor(ActorKind.REVIEWER))
        settings.DESK_EMAIL = ""
        happen(ending, "message_written", actor=Actor(ActorKind.CARDHOLDER))
        work(NOON)
        assert self.sent(post) == []


class TestDelivery:
    def test_happens_once_however_often_it_is_asked(self, negotiation: Negotiation, post: PostBox) -> None:
        event = happen(negotiation, "accepted")
        work(NOON)
        Job.objects.update(state="PENDING")
        work(NOON)

        assert len(post.mails) == 1
        assert Notice.objects.filter(event=event).count() == 1

    def test_is_tried_again_with_the_same_number_and_link(self, negotiation: Negotiation, post: PostBox) -> None:
        happen(negotiation, "accepted")
        post.is_closed = True
        work(NOON)
        notice = Notice.objects.get()
        assert (notice.state, notice.reason) == ("FAILED", "SMTPDataError")
        assert Job.objects.get(kind="notice").state == "PENDING"
        first = links.token_for(str(notice.pk))

        post.is_closed = False
        work(NOON + timedelta(minutes=1))
        notice.refresh_from_db()
        assert notice.state == "SENT"
        assert post.newest["Message-ID"] == notice.message_id
        assert first in post.newest_link
        assert EmailLink.objects.count() == 1

    def test_of_a_code_asks_no_hour(self, post: PostBox) -> None:
        cardholder, _ = lin(claimed=True)
        assert sending.send_now(Message("sign_in_code", cardholder), code="123456", now=NIGHT)
        assert post.newest_code == "123456"

    def test_leaves_no_words_in_the_log(self, negotiation: Negotiation, post: PostBox) -> None:
        happen(negotiation, "accepted")
        work(NOON)
        kept = str(Notice.objects.values().get()) + str(Job.objects.values_list("payload"))
        for personal in ("lin.wei", negotiation.cardholder.name, post.newest_link, "your plan"):
            assert personal not in kept

    def test_claims_no_time_it_was_not_sent(self, negotiation: Negotiation, post: PostBox) -> None:
        happen(negotiation, "accepted")
        work(NOON)
        for change in ({"state": "HELD", "reason": "x"}, {"sent_at": None}, {"state": "BOGUS", "sent_at": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Notice.objects.update(**change)


class TestContactLog:
    def test_is_read_by_whoever_reads_events_and_written_by_nobody(self, client: Client, post: PostBox) -> None:
        sending.send_now(Message("sign_in_code", lin(claimed=True)[0]), code="123456", now=NOON)
        notice = Notice.objects.get()
        pages = [reverse("admin:portal_notice_changelist"), reverse("admin:portal_notice_change", args=[notice.pk])]
        for may_read, expected in ((False, 403), (True, 200)):
            reader = staff(with_app=True)
            if may_read:
                reader.user_permissions.add(Permission.objects.get(codename="view_event"))
            client.logout()
            sign_in_staff(client, reader)
            assert [client.get(page).status_code for page in pages] == [expected, expected]

        assert notice.cardholder.source_id in client.get(pages[1]).content.decode()
        assert client.get(reverse("admin:portal_notice_add")).status_code == 403
        assert client.post(pages[1], {"state": "HELD"}).status_code == 403
        assert client.post(reverse("admin:portal_notice_delete", args=[notice.pk])).status_code == 403


def test_streams_of_other_kinds_ask_for_nothing(post: PostBox) -> None:
    with transaction.atomic():
        record(stream="feed", kind="feed_imported", actor=SYSTEM, data={}, now=NOON)
    work(NOON)
    assert EventStream.objects.get().length == 1
    assert post.mails == []
