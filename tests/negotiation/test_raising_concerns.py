"""Raising and answering what the bank must answer by a day: who may, by when, and that nothing of it can be altered."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from negotiation.domain.bad_input import AmountNegative, NotAnAmount
from negotiation.domain.concerns import MOST_OPEN, ConcernKind, ConcernState, Outcome
from negotiation.domain.terms import Component
from negotiation.domain.workflow import TransitionNotAllowed
from negotiation.models import CardAccount, Concern, Event, LedgerEntry
from negotiation.models.concerns import DisputeReason, LengtheningReason
from negotiation.queries.concerns import (
    concern_for,
    concerns_of,
    events_of_concern,
    is_disputed,
    open_disputes_of,
    unanswered,
)
from negotiation.queries.staff import AUDITOR, POLICY_MANAGER, REVIEWER, SENIOR_REVIEWER, SUPPORT
from negotiation.services.audit import altered_records
from negotiation.services.claims import claim
from negotiation.services.concerns import MOST_A_DAY, answer_concern, lengthen_concern, raise_concern, withdraw_concern
from negotiation.services.events import broken_links
from negotiation.services.refusals import (
    AlreadyRaised,
    AnswerDayPassed,
    DecidedForThem,
    MessageTooLong,
    NotAuthorised,
    NothingSaid,
    OwnAccount,
    StaleConcern,
    TooManyConcerns,
)
from tests.factories import NOW, TODAY, make_account, make_cardholder, make_negotiation
from tests.negotiation.staff import staff_of

pytestmark = pytest.mark.django_db
WORDS = "这笔违约金我在五月已经还清。"


def dispute(account, **fields):
    defaults = {"component": Component.LATE_FEE, "reason": DisputeReason.PAID, "words": WORDS, "now": NOW}
    return raise_concern(cardholder=account.cardholder, kind=ConcernKind.DISPUTE, account=account, **defaults | fields)


def complain(cardholder, **fields):
    return raise_concern(cardholder=cardholder, kind=ConcernKind.COMPLAINT, **{"words": WORDS, "now": NOW} | fields)


def answer(concern, *, staff=None, **fields):
    defaults = {"outcome": Outcome.UPHELD, "words": "已经更正。", "now": NOW}
    return answer_concern(concern=concern, staff=staff or staff_of(REVIEWER), **defaults | fields)


def lengthen(concern, *, staff=None, **fields):
    defaults = {"reason": LengtheningReason.RECORDS, "now": NOW}
    return lengthen_concern(concern=concern, staff=staff or staff_of(REVIEWER), **defaults | fields)


def make_entry(account, **fields):
    defaults = {"source_id": "E1", "posting": "P1", "kind": "late_fee", "component": "late_fee", "posting_date": TODAY}
    return LedgerEntry.objects.create(account=account, **defaults | fields)


def assert_untouched(concern):
    concern.refresh_from_db()
    assert (concern.state, concern.answer_by) == (ConcernState.RECEIVED, date(2026, 12, 8))
    assert [event.kind for event in events_of_concern(concern)] == ["concern_raised"]


class TestRaising:
    def test_keeps_a_dispute_of_one_line_with_the_day_of_the_answer(self):
        account = make_account()
        concern = dispute(account, believed_amount=Decimal("400.00"))
        concern.refresh_from_db()
        assert (concern.state, concern.answer_by) == (ConcernState.RECEIVED, date(2026, 12, 8))
        assert (concern.queried_amount, concern.believed_amount) == (Decimal("853.06"), Decimal("400.00"))
        assert (concern.words, list(open_disputes_of(account))) == (WORDS, [concern])

    def test_names_the_line_by_its_posting(self):
        account = make_account()
        entry = make_entry(account, amount=Decimal("120.00"))
        concern = dispute(account, component=None, posting=entry.posting)
        assert (concern.posting, concern.queried_amount) == (entry.posting, Decimal("120.00"))

    def test_takes_a_complaint_about_the_service_alone(self):
        concern = complain(make_cardholder())
        assert (concern.account, concern.reason, concern.queried_amount) == (None, "", None)

    def test_seals_the_words_of_both_sides(self):
        concern = complain(make_cardholder())
        answer(concern, words="已经更正。")
        with connection.cursor() as cursor:
            cursor.execute("SELECT words, answer FROM negotiation_concern")
            kept = cursor.fetchone()
        assert [text.startswith("v1.") for text in kept] == [True, True]
        concern.refresh_from_db()
        assert (concern.words, concern.answer) == (WORDS, "已经更正。")

    def test_records_who_raised_it_and_none_of_the_words(self):
        concern = dispute(make_account())
        (event,) = events_of_concern(concern)
        assert (event.kind, event.actor_user) == ("concern_raised", concern.cardholder.user)
        assert WORDS not in str(event.data)

    def test_takes_the_same_words_pressed_twice_once(self):
        account = make_account()
        assert dispute(account) == dispute(account)
        assert Concern.objects.count() == Event.objects.filter(kind="concern_raised").count() == 1

    def test_refuses_a_second_dispute_of_a_line_and_takes_one_of_another(self):
        account = make_account()
        first = dispute(account)
        with pytest.raises(AlreadyRaised, match=first.reference):
            dispute(account, words="另一种说法")
        assert dispute(account, component=Component.INTEREST) != first

    def test_refuses_more_open_ones_than_each_can_be_answered_in_time(self):
        person = make_cardholder()
        for number in range(MOST_OPEN[ConcernKind.COMPLAINT]):
            complain(person, words=f"第{number}件事")
        with pytest.raises(TooManyConcerns):
            complain(person, words="还有一件事")

    def test_refuses_more_in_a_day_than_are_read(self):
        person = make_cardholder()
        for number in range(MOST_A_DAY):
            raised = complain(person, words=f"第{number}件事")
            withdraw_concern(cardholder=person, reference=raised.reference, now=NOW)
        with pytest.raises(TooManyConcerns):
            complain(person, words="还有一件事")
        assert complain(person, words="还有一件事", now=NOW + timedelta(days=1))

    @pytest.mark.parametrize(
        ("refusal", "fields"),
        [
            (NothingSaid, {"words": " \u200b\n"}),
            (MessageTooLong, {"words": "长" * 1001}),
            (AmountNegative, {"believed_amount": Decimal("-0.01")}),
            (NotAnAmount, {"believed_amount": Decimal("1.001")}),
            (LedgerEntry.DoesNotExist, {"component": None, "posting": "nobody's"}),
            (ValueError, {"reason": "BECAUSE"}),
        ],
    )
    def test_refuses_by_name_and_leaves_no_trace(self, refusal, fields):
        account = make_account()
        with pytest.raises(refusal):
            dispute(account, **fields)
        assert not Concern.objects.exists()
        assert not Event.objects.filter(kind="concern_raised").exists()

    def test_does_not_find_somebody_elses_account(self):
        account, charlie = make_account(), make_cardholder()
        with pytest.raises(CardAccount.DoesNotExist):
            raise_concern(cardholder=charlie, kind=ConcernKind.COMPLAINT, account=account, words=WORDS, now=NOW)
        raised = dispute(account)
        with pytest.raises(Concern.DoesNotExist):
            concern_for(cardholder=charlie, reference=raised.reference)
        assert not concerns_of(charlie)


class TestAnswering:
    @pytest.mark.parametrize("role", [REVIEWER, SENIOR_REVIEWER, SUPPORT])
    @pytest.mark.parametrize("outcome", Outcome)
    def test_closes_it_with_outcome_words_and_who(self, role, outcome):
        staff, concern = staff_of(role), complain(make_cardholder())
        answer(concern, staff=staff, outcome=outcome)
        concern.refresh_from_db()
        assert (concern.state, concern.outcome, concern.answered_by) == (ConcernState.ANSWERED, outcome, staff)
        assert (concern.closed_at, events_of_concern(concern).last().data["outcome"]) == (NOW, outcome)

    def test_ends_the_annotation_of_the_account(self):
        account = make_account()
        concern = dispute(account)
        assert is_disputed(account.reference)
        answer(concern)
        assert not is_disputed(account.reference)
        assert dispute(account, words="我不同意这个答复") != concern

    @pytest.mark.parametrize("role", [AUDITOR, POLICY_MANAGER])
    def test_is_not_for_other_roles(self, role):
        concern = complain(make_cardholder())
        with pytest.raises(NotAuthorised):
            answer(concern, staff=staff_of(role))
        assert_untouched(concern)

    def test_of_a_dispute_is_not_for_support(self):
        concern = dispute(make_account())
        with pytest.raises(NotAuthorised):
            answer(concern, staff=staff_of(SUPPORT))
        assert_untouched(concern)

    @pytest.mark.parametrize("act", ["answer", "lengthen"])
    def test_is_not_for_the_person_themselves(self, act):
        staff = staff_of(SENIOR_REVIEWER)
        concern = complain(make_cardholder(user=staff, claimed_at=NOW))
        with pytest.raises(OwnAccount):
            {"answer": answer, "lengthen": lengthen}[act](concern, staff=staff)
        assert_untouched(concern)

    def test_of_a_complaint_is_not_for_who_took_the_persons_case(self, policy):
        staff, negotiation = staff_of(REVIEWER), make_negotiation()
        claim(negotiation=negotiation, reviewer=staff, now=NOW)
        concern = complain(negotiation.cardholder)
        with pytest.raises(DecidedForThem):
            answer(concern, staff=staff)
        assert_untouched(concern)
        answer(dispute(negotiation.account), staff=staff)

    @pytest.mark.parametrize(
        ("refusal", "fields"),
        [(NothingSaid, {"words": " "}), (MessageTooLong, {"words": "长" * 1001}), (ValueError, {"outcome": "MAYBE"})],
    )
    def test_refuses_what_is_no_answer(self, refusal, fields):
        concern = complain(make_cardholder())
        with pytest.raises(refusal):
            answer(concern, **fields)
        assert_untouched(concern)

    def test_loses_a_race_and_leaves_no_trace(self):
        concern = complain(make_cardholder())
        seen = Concern.objects.get(pk=concern.pk)
        answer(concern)
        with pytest.raises(StaleConcern):
            answer(seen, words="另一个答复")
        assert events_of_concern(concern).count() == 2


class TestLengthening:
    def test_gives_thirty_days_and_to_a_senior_sixty_from_the_day_it_was_raised(self):
        concern = complain(make_cardholder())
        lengthen(concern, staff=staff_of(SUPPORT), now=NOW + timedelta(days=15))
        assert (concern.answer_by, concern.lengthened_for) == (date(2026, 12, 23), LengtheningReason.RECORDS)
        with pytest.raises(TransitionNotAllowed):
            lengthen(concern, staff=staff_of(REVIEWER))
        lengthen(concern, staff=staff_of(SENIOR_REVIEWER), reason=LengtheningReason.OTHERS)
        assert (concern.answer_by, concern.lengthened_for) == (date(2027, 1, 22), LengtheningReason.OTHERS)
        with pytest.raises(TransitionNotAllowed):
            lengthen(concern, staff=staff_of(SENIOR_REVIEWER))

    def test_comes_too_late_after_the_last_day(self):
        concern = complain(make_cardholder())
        assert unanswered(today=concern.answer_by) == (1, 0)
        assert unanswered(today=concern.answer_by + timedelta(days=1)) == (1, 1)
        with pytest.raises(AnswerDayPassed):
            lengthen(concern, now=NOW + timedelta(days=16))
        assert_untouched(concern)

    def test_needs_one_of_the_reasons(self):
        concern = complain(make_cardholder())
        with pytest.raises(ValueError, match="BUSY"):
            lengthen(concern, reason="BUSY")
        assert_untouched(concern)


class TestWithdrawing:
    def test_closes_it_without_an_answer(self):
        account = make_account()
        concern = dispute(account)
        withdraw_concern(cardholder=account.cardholder, reference=concern.reference, now=NOW)
        concern.refresh_from_db()
        assert (concern.state, concern.answer, concern.closed_at) == (ConcernState.WITHDRAWN, "", NOW)
        assert not is_disputed(account.reference)
        with pytest.raises(TransitionNotAllowed):
            answer(concern)

    def test_is_for_the_person_alone(self):
        concern = complain(make_cardholder())
        with pytest.raises(Concern.DoesNotExist):
            withdraw_concern(cardholder=make_cardholder(), reference=concern.reference, now=NOW)
        assert_untouched(concern)


class TestTheRecord:
    """What is kept of a concern, attacked behind the services' back."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "ANSWERED"},
            {"state": "WITHDRAWN"},
            {"state": "LENGTHENED"},
            {"state": "GONE"},
            {"outcome": "UPHELD"},
            {"closed_at": NOW},
            {"answer": "", "state": "ANSWERED", "outcome": "UPHELD", "closed_at": NOW},
        ],
    )
    def test_is_complete_or_refused(self, changes):
        concern = dispute(make_account())
        with pytest.raises(IntegrityError), transaction.atomic():
            Concern.objects.filter(pk=concern.pk).update(**changes)

    @pytest.mark.parametrize(
        "column", ["words", "reason", "raised_at", "account_id", "posting", "queried_amount", "kind"]
    )
    def test_never_changes_what_was_raised(self, column):
        concern = dispute(make_account())
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE negotiation_concern SET {column} = {column}")
        assert_untouched(concern)

    def test_never_changes_what_is_closed_and_loses_nothing(self):
        concern = complain(make_cardholder())
        answer(concern)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Concern.objects.filter(pk=concern.pk).update(outcome="NOT_UPHELD")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Concern.objects.filter(pk=concern.pk).delete()

    def test_holds_one_open_dispute_a_line_whoever_writes(self):
        concern = dispute(make_account())
        copy = Concern.objects.get(pk=concern.pk)
        copy.pk, copy.reference, copy.words = uuid4(), "000000000000", "另一种说法"
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)

    def test_agrees_with_its_events_through_every_move(self):
        kept, closed = dispute(make_account()), complain(make_cardholder())
        lengthen(kept)
        answer(closed)
        withdrawn = complain(make_cardholder())
        withdraw_concern(cardholder=withdrawn.cardholder, reference=withdrawn.reference, now=NOW)
        assert [*broken_links(), *altered_records()] == []

    @pytest.mark.parametrize(
        ("changes", "part"),
        [
            ({"answer_by": TODAY + timedelta(days=60)}, "state or day of the answer"),
            ({"state": "LENGTHENED", "lengthened_for": "MANY"}, "state or day of the answer"),
        ],
    )
    def test_shows_what_was_altered(self, changes, part):
        concern = dispute(make_account())
        Concern.objects.filter(pk=concern.pk).update(**changes)
        assert [found.part for found in altered_records()] == [part]

    def test_shows_an_answer_that_nobody_gave(self):
        concern, staff = complain(make_cardholder()), staff_of(REVIEWER)
        sealed = Concern._meta.get_field("answer").sealed_for(concern, "编造的答复")
        planted = {"answer": sealed, "outcome": "NOT_UPHELD", "answered_by": staff, "closed_at": NOW}
        Concern.objects.filter(pk=concern.pk).update(state="ANSWERED", **planted)
        assert {found.part for found in altered_records()} == {
            "state or day of the answer",
            "moment of closing",
            "answer",
        }
