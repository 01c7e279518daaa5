"""Two people act at the same instant, over connections of their own: one wins, the other is told, nothing is half done."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from negotiation.domain.workflow import NegotiationState, TransitionNotAllowed
from negotiation.models import Agreement, Event, Job, Message, Negotiation, Offer, Quote, SupportingDocument, User
from negotiation.queries.events import events_of
from negotiation.services import attachments, claims, drafts, messages, proposals, reviews, texts
from negotiation.services.audit import altered_records
from negotiation.services.events import broken_links
from negotiation.services.refusals import (
    AlreadyAttached,
    AlreadyDecided,
    ClaimedByAnother,
    QuoteNotForThis,
    Refusal,
    StaleNegotiation,
)
from tests.factories import (
    NOW,
    make_account,
    make_negotiation,
    make_quote,
    make_reviewer,
    publish_policy,
    publish_texts,
)
from tests.negotiation.files import PDF
from tests.negotiation.text_people import drafted, make_manager

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(5)


def at_once(*acts: Callable[[], Any]) -> list[Exception | None]:
    """Run every act in a thread of its own, all let go together; what each raised."""
    gate = threading.Barrier(len(acts))
    outcomes: list[Exception | None] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            act()
        except Exception as raised:
            outcomes[number] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def one_won(outcomes: list[Exception | None]) -> bool:
    refused = [raised for raised in outcomes if raised is not None]
    assert all(isinstance(raised, (Refusal, TransitionNotAllowed)) for raised in refused), refused
    return len(refused) == len(outcomes) - 1


def fresh(negotiation: Negotiation) -> Negotiation:
    return Negotiation.objects.select_related("account", "cardholder").get(pk=negotiation.pk)


class TestAtTheSameInstant:
    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_two_people_publish_a_text_once(self, attempt):
        alice, bob, carol = (make_manager(f"{name}@bank.example") for name in ("alice", "bob", "carol"))
        draft = drafted(alice)
        outcomes = at_once(
            *(lambda who=who: texts.publish_text(actor=who, pk=draft.pk, now=NOW) for who in (bob, carol))
        )
        assert one_won(outcomes)
        assert Event.objects.filter(kind="text_published").count() == 1
        assert not list(broken_links()) + list(altered_records())

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_a_text_is_published_in_the_words_that_it_keeps(self, attempt):
        """Its drafter saves other words while somebody else publishes: what was saved last before it is what counts."""
        alice, bob = make_manager("alice@bank.example"), make_manager("bob@bank.example")
        draft = drafted(alice)
        words = {"zh": "<p>新</p>", "en": "<p>new</p>", "effective_from": draft.effective_from}
        outcomes = at_once(
            lambda: texts.change_text(actor=alice, pk=draft.pk, now=NOW, **words),
            lambda: texts.publish_text(actor=bob, pk=draft.pk, now=NOW),
        )
        draft.refresh_from_db()
        assert outcomes[1] is None
        assert (draft.body_en == "<p>new</p>") == (outcomes[0] is None)
        assert draft.sha256 == draft.fingerprint
        assert not list(altered_records())

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_two_reviewers_decide_once(self, attempt):
        publish_policy()
        negotiation = make_negotiation()
        proposal = Offer.objects.get().quote.reference
        first, second = make_reviewer(senior=True), make_reviewer(senior=True)
        mine, theirs = fresh(negotiation), fresh(negotiation)
        outcomes = at_once(
            lambda: reviews.accept(negotiation=mine, reviewer=first, quote_reference=proposal, now=NOW),
            lambda: reviews.decline(negotiation=theirs, reviewer=second, reasons=["IN_COURT"], message="", now=NOW),
        )
        assert one_won(outcomes)
        state = fresh(negotiation).state
        assert state in (NegotiationState.AGREED, NegotiationState.DECLINED)
        assert Agreement.objects.count() == (state == NegotiationState.AGREED)
        assert Offer.objects.count() == 2
        assert not list(broken_links())

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_a_reviewer_and_the_cardholder_decide_once(self, attempt):
        publish_policy()
        negotiation = make_negotiation()
        senior, mine = make_reviewer(senior=True), fresh(negotiation)
        counter = make_quote(negotiation.account, instalment_count=30)
        outcomes = at_once(
            lambda: reviews.counter(negotiation=mine, reviewer=senior, quote=counter, message="", now=NOW),
            lambda: proposals.withdraw(
                cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, now=NOW
            ),
        )
        refused = [raised for raised in outcomes if raised]
        # A counter-offer that comes first may still be answered by withdrawing; a withdrawal that comes first ends it.
        assert fresh(negotiation).state in (NegotiationState.WITHDRAWN, NegotiationState.WITH_CARDHOLDER)
        assert len(refused) <= 1
        assert Offer.objects.count() == 1 + len(outcomes) - len(refused)
        assert not list(broken_links())

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_two_tabs_send_a_proposal_once(self, attempt):
        publish_policy()
        account = make_account()
        draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        one, other = make_quote(account, instalment_count=36), make_quote(account, instalment_count=35)

        def send(quote: Quote) -> Callable[[], Any]:
            return lambda: proposals.propose(
                cardholder=account.cardholder,
                negotiation_reference=draft.reference,
                quote_reference=quote.reference,
                now=NOW,
            )

        assert one_won(at_once(send(one), send(other)))
        assert Offer.objects.filter(kind="OFFER").count() == 1
        assert Agreement.objects.count() == 1

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_a_double_press_sends_one_quote_once(self, attempt):
        publish_policy()
        account = make_account()
        draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        quote = make_quote(account, instalment_count=36)

        def press() -> None:
            proposals.propose(
                cardholder=account.cardholder,
                negotiation_reference=draft.reference,
                quote_reference=quote.reference,
                now=NOW,
            )

        outcomes = at_once(press, press, press)
        assert one_won(outcomes)
        assert all(
            isinstance(raised, (StaleNegotiation, QuoteNotForThis, TransitionNotAllowed))
            for raised in outcomes
            if raised
        )
        assert Job.objects.filter(kind="render_agreement").count() == 1

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_two_reviewers_take_a_case_once(self, attempt):
        publish_policy()
        negotiation = make_negotiation()

        def take(case: Negotiation, reviewer: User) -> Callable[[], Any]:
            return lambda: claims.claim(negotiation=case, reviewer=reviewer, now=NOW)

        outcomes = at_once(*(take(fresh(negotiation), make_reviewer()) for _ in range(3)))
        assert one_won(outcomes)
        assert {type(raised) for raised in outcomes if raised} == {ClaimedByAnother}
        assert Event.objects.filter(kind="claimed").count() == 1

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_two_tabs_begin_one_draft(self, attempt):
        account = make_account()

        def begin() -> None:
            drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)

        assert at_once(begin, begin, begin) == [None, None, None]
        assert Negotiation.objects.count() == 1

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_two_second_approvers_confirm_once(self, attempt):
        publish_policy()
        negotiation = make_negotiation()
        quote = negotiation.offers.get().quote
        reviews.accept(negotiation=negotiation, reviewer=make_reviewer(), quote_reference=quote.reference, now=NOW)

        def confirm(case: Negotiation, senior: User) -> Callable[[], Any]:
            return lambda: reviews.confirm(negotiation=case, reviewer=senior, now=NOW)

        outcomes = at_once(*(confirm(fresh(negotiation), make_reviewer(senior=True)) for _ in range(2)))
        assert one_won(outcomes)
        assert Agreement.objects.count() == 1
        assert Offer.objects.filter(kind="ACCEPT").count() == 1

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_a_second_approver_and_the_cardholder_end_it_once(self, attempt):
        publish_policy()
        negotiation = make_negotiation()
        quote = negotiation.offers.get().quote
        reviews.accept(negotiation=negotiation, reviewer=make_reviewer(), quote_reference=quote.reference, now=NOW)
        senior, mine = make_reviewer(senior=True), fresh(negotiation)
        outcomes = at_once(
            lambda: reviews.confirm(negotiation=mine, reviewer=senior, now=NOW),
            lambda: proposals.withdraw(
                cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, now=NOW
            ),
        )
        # What was confirmed first may still be withdrawn before it is signed; what was withdrawn first is never confirmed.
        assert outcomes[1] is None or isinstance(outcomes[1], StaleNegotiation)
        assert Agreement.objects.count() == (outcomes[0] is None)
        expected = NegotiationState.WITHDRAWN if outcomes[1] is None else NegotiationState.AGREED
        assert fresh(negotiation).state == expected
        assert not list(broken_links())

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_messages_of_both_sides_are_all_kept(self, attempt):
        publish_policy()
        negotiation, bob = make_negotiation(), make_reviewer()
        mine = fresh(negotiation)

        def write(text: str) -> Callable[[], Any]:
            return lambda: messages.write_to_bank(
                cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, text=text, now=NOW
            )

        outcomes = at_once(
            write("one"),
            write("two"),
            lambda: messages.write_to_cardholder(negotiation=mine, reviewer=bob, text="three", now=NOW),
        )
        assert outcomes == [None, None, None]
        assert sorted(message.text for message in Message.objects.all()) == ["one", "three", "two"]
        assert not list(broken_links())

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_the_last_message_of_the_day_is_written_once(self, attempt):
        publish_policy()
        negotiation = make_negotiation()

        def write(text: str) -> Callable[[], Any]:
            return lambda: messages.write_to_bank(
                cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, text=text, now=NOW
            )

        for number in range(messages.MOST_A_DAY - 1):
            write(str(number))()
        assert one_won(at_once(write("a"), write("b"), write("c")))
        assert Message.objects.count() == messages.MOST_A_DAY

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_a_double_press_attaches_a_file_once(self, attempt, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        publish_policy()
        negotiation = make_negotiation()
        outcomes = at_once(*[attaching(negotiation)] * 3)
        assert one_won(outcomes)
        assert {type(raised) for raised in outcomes if raised} == {AlreadyAttached}
        assert [document.pk.hex for document in SupportingDocument.objects.all()] == files_in(tmp_path)

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_a_file_comes_before_the_decision_or_not_at_all(self, attempt, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        publish_policy()
        negotiation = make_negotiation()
        bob, mine = make_reviewer(), fresh(negotiation)
        outcomes = at_once(
            attaching(negotiation),
            lambda: reviews.decline(negotiation=mine, reviewer=bob, reasons=["IN_COURT"], message="", now=NOW),
        )
        assert outcomes[1] is None
        assert outcomes[0] is None or isinstance(outcomes[0], AlreadyDecided)
        kinds = list(events_of(negotiation).values_list("kind", flat=True))
        expected = ["document_attached", "declined"] if outcomes[0] is None else ["declined"]
        assert kinds[2:] == expected
        assert len(files_in(tmp_path)) == (outcomes[0] is None)

    @pytest.mark.parametrize("attempt", ROUNDS)
    def test_two_tabs_delete_a_file_once(self, attempt, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        publish_policy()
        negotiation = make_negotiation()
        document = attaching(negotiation)()

        def delete() -> None:
            attachments.delete(cardholder=negotiation.cardholder, reference=document.reference, now=NOW)

        outcomes = at_once(delete, delete)
        assert [type(raised) for raised in outcomes if raised] == [SupportingDocument.DoesNotExist] or not any(outcomes)
        assert Event.objects.filter(kind="document_deleted").count() == 1
        assert files_in(tmp_path) == []


def attaching(negotiation: Negotiation) -> Callable[[], SupportingDocument]:
    publish_texts()
    return lambda: attachments.attach(
        cardholder=negotiation.cardholder,
        negotiation_reference=negotiation.reference,
        content=PDF,
        shows="INCOME",
        has_consented=True,
        now=NOW,
    )


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
