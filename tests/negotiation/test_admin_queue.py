"""The queue: what waits for the bank, the most urgent first; what a member of staff may see of it, and how many queries it takes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from negotiation.admin.figures import due_words, yuan
from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.models import Event, Message, Negotiation, SupportingDocument
from negotiation.queries.queue import Desk, Target, by_target, cases, next_in_queue, on_desk, products, target_of
from negotiation.queries.staff import AUDITOR, SUPPORT
from negotiation.services import claims, drafts, reviews
from negotiation.services.attachments import attach, delete, open_for_staff
from negotiation.services.messages import write_to_bank, write_to_cardholder
from negotiation.services.refusals import NotAuthorised, OwnAccount
from negotiation.services.unread import mark_read
from tests.factories import NOW, make_account, make_cardholder, make_negotiation, make_quote, make_reviewer
from tests.negotiation.staff import signed_in, staff_of

pytestmark = pytest.mark.usefixtures("policy")
QUEUE = "/bank/negotiation/negotiation/"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def case(*, due: timedelta = timedelta(hours=5), **fields: Any) -> Negotiation:
    """A case that waits for the bank; the answer is due so long from now."""
    negotiation = make_negotiation(account=make_account(product="platinum"), instalment_count=34)
    Negotiation.objects.filter(pk=negotiation.pk).update(answer_due_at=NOW + due, **fields)
    negotiation.refresh_from_db()
    return negotiation


def with_cardholder() -> Negotiation:
    negotiation = case()
    quote = make_quote(negotiation.account, instalment_count=30)
    reviews.counter(negotiation=negotiation, reviewer=make_reviewer(), quote=quote, message="", now=NOW)
    return negotiation


def shown(client: Client, **asked: str) -> list[str]:
    """The references on the page, from top to bottom."""
    return [row.reference for row in client.get(QUEUE, asked).context["cl"].result_list]


class TestTheQueue:
    def test_shows_what_waits_for_the_bank_the_most_urgent_first(self) -> None:
        later, late, soon = (case(due=timedelta(hours=hours)) for hours in (40, -3, 2))
        with_cardholder()
        assert shown(signed_in(make_reviewer())) == [row.reference for row in (late, soon, later)]

    def test_shows_no_draft_on_any_desk(self) -> None:
        account = make_account()
        drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        client = signed_in(staff_of(AUDITOR))
        assert all(shown(client, desk=desk.value) == [] for desk in Desk)

    def test_is_divided_into_desks(self) -> None:
        reviewer = make_reviewer()
        mine, free, asked = case(assigned_to=reviewer), case(), with_cardholder()
        second = case(state=NegotiationState.AWAITING_SECOND_APPROVAL)
        client = signed_in(reviewer)
        assert set(shown(client)) == {mine.reference, free.reference, second.reference}
        assert shown(client, desk="mine") == [mine.reference]
        assert shown(client, desk="second") == [second.reference]
        assert shown(client, desk="cardholder") == [asked.reference]
        assert len(shown(client, desk="all")) == 4
        assert len(shown(client, desk="nonsense")) == 3

    def test_is_divided_by_the_promised_time(self) -> None:
        late, soon, later = (case(due=timedelta(hours=hours)) for hours in (-1, 23, 25))
        client = signed_in(make_reviewer())
        for target, row in (("late", late), ("soon", soon), ("in_time", later)):
            assert shown(client, target=target) == [row.reference]
        assert len(shown(client, target="nonsense")) == 3

    @pytest.mark.parametrize("number", ["reference", "account.reference", "account.source_id", "cardholder.source_id"])
    def test_is_searched_by_every_number_of_a_case(self, number: str) -> None:
        wanted, _ = case(), case()
        value: Any = wanted
        for part in number.split("."):
            value = getattr(value, part)
        assert wanted.reference in shown(signed_in(make_reviewer()), q=str(value))

    def test_is_not_searched_by_a_name(self) -> None:
        case()
        assert shown(signed_in(make_reviewer()), q="张示例") == []

    def test_shows_age_amount_delinquency_reason_rounds_and_reviewer(self) -> None:
        reviewer = make_reviewer()
        case(due=timedelta(hours=-50), assigned_to=reviewer, hardship_reason="ILLNESS")
        page = signed_in(reviewer).get(QUEUE).content.decode()
        for words in (
            "2 days late",
            "¥34,723.06",
            ">212<",
            "Illness or injury",
            '"field-rounds_shown">1<',
            reviewer.name,
        ):
            assert words in page

    def test_is_filtered_by_product_without_reading_every_account(self, django_assert_num_queries: Any) -> None:
        gold = make_negotiation(account=make_account(product="gold"))
        case(), make_account(product="without a case")
        with django_assert_num_queries(1):
            assert products() == ["gold", "platinum", "without a case"]
        client = signed_in(make_reviewer())
        assert shown(client, product="gold") == [gold.reference]
        assert shown(client, product="nonsense") == []

    def test_has_no_product_without_accounts(self) -> None:
        assert products() == []

    def test_says_what_an_empty_one_means(self) -> None:
        client = signed_in(make_reviewer())
        assert "Nothing waits for the bank" in client.get(QUEUE).content.decode()
        assert "You have taken no case" in client.get(QUEUE, {"desk": "mine"}).content.decode()
        assert "Nothing matches" in client.get(QUEUE, {"q": "nobody"}).content.decode()

    def test_takes_as_many_queries_for_fifty_as_for_one(self, django_assert_max_num_queries: Any) -> None:
        client = signed_in(make_reviewer())
        for number in range(12):
            case(due=timedelta(hours=number))
        Negotiation.objects.update(unread_since=NOW, unopened_since=NOW)
        for asked in ({}, {"desk": "unread"}, {"desk": "all", "product": "platinum"}, {"o": "3"}):
            with django_assert_max_num_queries(9):
                assert len(shown(client, **asked)) == 12

    def test_changes_nothing(self) -> None:
        negotiation = case()
        client = signed_in(make_reviewer())
        before = list(Negotiation.objects.values())
        for address in (QUEUE, reverse("admin:negotiation_negotiation_change", args=[negotiation.pk])):
            assert client.get(address).status_code == 200
        assert list(Negotiation.objects.values()) == before

    def test_has_no_form_of_djangos_own(self) -> None:
        negotiation = case()
        client = signed_in(make_reviewer(senior=True))
        for name in ("add", "delete", "change"):
            arguments = [] if name == "add" else [negotiation.pk]
            address = reverse(f"admin:negotiation_negotiation_{name}", args=arguments)
            assert client.post(address, {"state": "SIGNED"}).status_code in (403, 405)
        assert Negotiation.objects.get().state == NegotiationState.WITH_BANK


class TestWhatIsNew:
    def written(self, negotiation: Negotiation, *, minutes: int = 0, text: str = "您好") -> Message:
        return write_to_bank(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            text=text,
            now=NOW + timedelta(minutes=minutes),
        )

    def read(self, negotiation: Negotiation, newest: Message, **fields: Any) -> Event | None:
        return mark_read(negotiation=negotiation, reviewer=make_reviewer(**fields), newest=newest.pk, now=NOW)

    def since(self, negotiation: Negotiation) -> datetime | None:
        return Negotiation.objects.get(pk=negotiation.pk).unread_since

    def test_is_flagged_in_the_list(self) -> None:
        negotiation = case()
        client = signed_in(make_reviewer())
        assert 'status-due">message<' not in client.get(QUEUE).content.decode()
        self.written(negotiation)
        Negotiation.objects.update(unopened_since=NOW)
        page = client.get(QUEUE).content.decode()
        assert 'status-due">message<' in page
        assert 'status-due">document<' in page

    def test_is_a_desk_of_its_own_whoever_has_to_act(self) -> None:
        asked, waiting, papers, quiet, over = with_cardholder(), case(), case(), case(), case()
        for negotiation in (asked, waiting, over):
            self.written(negotiation)
        Negotiation.objects.filter(pk=papers.pk).update(unopened_since=NOW)
        Negotiation.objects.filter(pk=over.pk).update(state=NegotiationState.DECLINED)
        found = shown(signed_in(make_reviewer()), desk="unread")
        assert set(found) == {asked.reference, waiting.reference, papers.reference}
        assert quiet.reference not in found

    def test_can_be_sorted_to_the_top_the_oldest_first(self) -> None:
        quiet, second, first = case(due=timedelta(hours=1)), case(), case()
        self.written(second, minutes=2)
        self.written(first, minutes=1)
        found = shown(signed_in(make_reviewer()), o="3")
        assert found == [row.reference for row in (first, second, quiet)]

    def test_counts_from_the_oldest_unread_message(self) -> None:
        negotiation = case()
        self.written(negotiation)
        self.written(negotiation, minutes=9, text="再问一次")
        assert self.since(negotiation) == NOW

    def test_is_over_when_the_newest_message_was_read(self) -> None:
        negotiation = case()
        self.written(negotiation)
        newest = self.written(negotiation, minutes=9, text="再问一次")
        event = self.read(negotiation, newest)
        assert event is not None
        assert (event.kind, event.data["message"]) == ("messages_read", str(newest.pk))
        assert self.since(negotiation) is None

    def test_is_not_what_came_after_the_page_was_opened(self) -> None:
        negotiation = case()
        seen = self.written(negotiation)
        self.written(negotiation, minutes=9, text="再问一次")
        assert self.read(negotiation, seen)
        assert self.since(negotiation) == NOW + timedelta(minutes=9)

    def test_leaves_no_event_when_nothing_was_unread(self) -> None:
        negotiation = case()
        message = self.written(negotiation)
        self.read(negotiation, message)
        before = Event.objects.count()
        assert self.read(negotiation, message) is None
        assert Event.objects.count() == before

    def test_is_not_marked_by_an_older_message_of_the_page(self) -> None:
        negotiation = case()
        old = self.written(negotiation)
        self.read(negotiation, old)
        self.written(negotiation, minutes=9, text="再问一次")
        assert self.read(negotiation, old) is None
        assert self.since(negotiation) == NOW + timedelta(minutes=9)

    def test_is_marked_by_no_message_of_another_case(self) -> None:
        negotiation, other = case(), case()
        self.written(negotiation)
        elsewhere = self.written(other)
        with pytest.raises(Message.DoesNotExist):
            self.read(negotiation, elsewhere)
        assert self.since(negotiation) == NOW

    def test_is_marked_by_reviewers_alone_and_not_on_their_own_case(self) -> None:
        negotiation = case()
        message = self.written(negotiation)
        with pytest.raises(NotAuthorised):
            mark_read(negotiation=negotiation, reviewer=staff_of(AUDITOR), newest=message.pk, now=NOW)
        own = make_reviewer()
        negotiation.cardholder.user = own
        with pytest.raises(OwnAccount):
            mark_read(negotiation=negotiation, reviewer=own, newest=message.pk, now=NOW)
        assert self.since(negotiation) == NOW

    def test_is_not_the_banks_own_message(self) -> None:
        negotiation = case()
        write_to_cardholder(negotiation=negotiation, reviewer=make_reviewer(), text="您好", now=NOW)
        assert self.since(negotiation) is None

    def test_is_a_document_until_a_reviewer_opens_the_last_one(self) -> None:
        negotiation = case()
        papers = [attached(negotiation, number) for number in (1, 2)]
        assert Negotiation.objects.get().unopened_since == NOW + timedelta(minutes=1)
        for paper, since in zip(papers, (NOW + timedelta(minutes=2), None), strict=True):
            open_for_staff(document=paper, reader=make_reviewer(), role=ActorKind.REVIEWER, now=NOW)
            assert Negotiation.objects.get().unopened_since == since

    def test_is_no_document_that_was_deleted(self) -> None:
        negotiation = case()
        paper = attached(negotiation, 1)
        delete(cardholder=negotiation.cardholder, reference=paper.reference, now=NOW)
        assert Negotiation.objects.get().unopened_since is None


def attached(negotiation: Negotiation, minutes: int) -> SupportingDocument:
    return attach(
        cardholder=negotiation.cardholder,
        negotiation_reference=negotiation.reference,
        content=b"%PDF-1.7\n" + bytes([minutes]) * 200 + b"\n%%EOF\n",
        shows="INCOME",
        has_consented=True,
        now=NOW + timedelta(minutes=minutes),
    )


class TestSupport:
    def test_sees_where_a_case_stands_and_nothing_of_the_person(self) -> None:
        negotiation = case(hardship_reason="ILLNESS")
        client = signed_in(staff_of(SUPPORT))
        pages = [client.get(QUEUE), client.get(reverse("admin:negotiation_negotiation_change", args=[negotiation.pk]))]
        account = negotiation.account
        personal = ("34,723.06", "34723.06", "Illness", "张示例", account.source_id + "<", "···· ", ">212<")
        for page in pages:
            text = page.content.decode()
            assert page.status_code == 200
            assert negotiation.reference in text
            assert [words for words in personal if words in text] == []

    def test_finds_a_case_by_its_reference_alone(self) -> None:
        negotiation = case()
        client = signed_in(staff_of(SUPPORT))
        assert shown(client, q=negotiation.reference) == [negotiation.reference]
        assert shown(client, q=negotiation.account.source_id) == []


class TestTheNextCase:
    def test_is_the_most_urgent_that_is_free(self) -> None:
        reviewer = make_reviewer()
        here, urgent, later = case(), case(due=timedelta(hours=-9)), case(due=timedelta(hours=20))
        assert next_in_queue(after=here, reviewer=reviewer, now=NOW) == urgent
        claims.claim(negotiation=urgent, reviewer=make_reviewer(), now=NOW)
        assert next_in_queue(after=here, reviewer=reviewer, now=NOW) == later

    def test_is_never_ones_own(self) -> None:
        reviewer = make_reviewer()
        own = make_account(product="platinum", cardholder=make_cardholder(user=reviewer, claimed_at=NOW))
        make_negotiation(account=own, instalment_count=34)
        assert next_in_queue(after=case(), reviewer=reviewer, now=NOW) is None


class TestTheDomainOfADesk:
    def test_puts_every_waiting_case_into_one_target(self) -> None:
        for hours in (-48, -1, 0, 1, 23, 24, 25, 90):
            case(due=timedelta(hours=hours))
        found = [set(by_target(cases(), target, now=NOW)) for target in Target]
        assert sum(len(rows) for rows in found) == 8 == len(set.union(*found))
        for target, rows in zip(Target, found, strict=True):
            assert all(target_of(row, now=NOW) == target for row in rows)

    def test_has_no_target_for_what_waits_for_the_cardholder(self) -> None:
        assert target_of(with_cardholder(), now=NOW) is None

    def test_counts_the_cardholders_proposals_as_rounds(self) -> None:
        asked = with_cardholder()
        assert on_desk(cases(), Desk.CARDHOLDER, reviewer=make_reviewer()).get().rounds == 1
        assert cases().get(pk=asked.pk).rounds == 1


class TestFiguresInLists:
    @pytest.mark.parametrize(
        ("distance", "words"),
        [
            (timedelta(minutes=59), "Due within the hour"),
            (timedelta(hours=1), "Due in 1 hour"),
            (timedelta(hours=47, minutes=59), "Due in 47 hours"),
            (timedelta(days=2), "Due in 2 days"),
            (timedelta(minutes=-1), "Less than an hour late"),
            (timedelta(hours=-5, minutes=-59), "5 hours late"),
            (timedelta(days=-2), "2 days late"),
        ],
    )
    def test_tell_the_age_in_words(self, distance: timedelta, words: str) -> None:
        with override("en"):
            assert due_words(NOW + distance, NOW) == words

    def test_group_thousands(self) -> None:
        assert [yuan(Decimal(value)) for value in ("1234567.80", "-5.00", "0.00")] == [
            "¥1,234,567.80",
            "−¥5.00",
            "¥0.00",
        ]
        assert yuan(None) == ""
