"""The bank's figures: how negotiations went, counted in the database, by segment and by reviewer."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from negotiation.domain.figures import Period, PeriodRefused, Segment, Tally, grouped, segment_of, total
from negotiation.domain.terms import PlanMethod
from negotiation.models import Course, Negotiation, OfferKind, User
from negotiation.queries import figures
from negotiation.services import drafts, expiry, proposals, reviews
from tests.factories import NOW, TODAY, make_account, make_negotiation, make_quote, make_reviewer, publish_policy

pytestmark = pytest.mark.django_db

PERIOD = Period(TODAY, TODAY + timedelta(days=30))
LATER = NOW + timedelta(hours=30)


@pytest.fixture(autouse=True)
def limits() -> None:
    publish_policy()


@pytest.fixture
def bob() -> User:
    return make_reviewer(senior=True, name="Bob")


def counted(period: Period = PERIOD) -> Tally:
    return total(tally for _, tally in figures.tallies(period=period))


def accepted(negotiation: Negotiation, reviewer: User, **fields: Any) -> None:
    quote = negotiation.offers.get(kind=OfferKind.OFFER).quote.reference
    reviews.accept(negotiation=negotiation, reviewer=reviewer, quote_reference=quote, **{"now": LATER} | fields)


def countered(negotiation: Negotiation, reviewer: User, **terms: Any) -> Any:
    quote = make_quote(negotiation.account, **{"instalment_count": 42} | terms)
    reviews.counter(negotiation=negotiation, reviewer=reviewer, quote=quote, message="", now=LATER)
    return quote


class TestTheCourse:
    def test_begins_with_the_first_proposal(self) -> None:
        negotiation = make_negotiation()
        course = Course.objects.get(negotiation=negotiation)
        quote = negotiation.offers.get().quote
        assert (course.proposed_at, course.product, course.balance_band) == (NOW, "STANDARD", 1)
        assert (course.days_range, course.answer_seconds, course.outcome, course.rounds) == (4, None, "", 1)
        assert course.asked_days == (quote.last_due_date - TODAY).days

    def test_is_not_begun_by_a_draft(self) -> None:
        account = make_account()
        draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        proposals.withdraw(cardholder=account.cardholder, negotiation_reference=draft.reference, now=NOW)
        assert not Course.objects.exists()

    def test_ends_at_once_by_an_automatic_agreement(self) -> None:
        course = Course.objects.get(negotiation=make_negotiation(instalment_count=36))
        assert (course.outcome, course.outcome_party, course.answer_seconds) == ("ACCEPT", "SYSTEM", 0)
        assert (course.agreed_days, course.agreed_interest) == (course.asked_days, course.asked_interest)

    def test_keeps_the_first_answer_and_counts_rounds(self, bob: User) -> None:
        negotiation = make_negotiation()
        countered(negotiation, bob)
        again = make_quote(negotiation.account, instalment_count=44, now=LATER)
        proposals.propose(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            quote_reference=again.reference,
            now=LATER,
        )
        negotiation.refresh_from_db()
        later = LATER + timedelta(hours=1)
        reviews.accept(negotiation=negotiation, reviewer=bob, quote_reference=again.reference, now=later)
        course = Course.objects.get()
        assert (course.rounds, course.answer_seconds, course.outcome) == (2, 30 * 3600, "ACCEPT")
        assert course.agreed_days > course.asked_days

    def test_keeps_an_agreement_that_was_not_signed(self, bob: User) -> None:
        negotiation = make_negotiation()
        accepted(negotiation, bob)
        proposals.withdraw(cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, now=LATER)
        assert Course.objects.get().outcome == "ACCEPT"

    def test_is_not_half_agreed_in_the_database(self) -> None:
        make_negotiation()
        with pytest.raises(IntegrityError), transaction.atomic():
            Course.objects.update(outcome="ACCEPT")

    def test_leaves_nothing_when_the_proposal_is_undone(self) -> None:
        account = make_account()
        with pytest.raises(DatabaseError), transaction.atomic():
            make_negotiation(account=account)
            raise DatabaseError
        assert not Course.objects.exists()


class TestTallies:
    def test_count_what_became_of_proposals(self, bob: User) -> None:
        make_negotiation(instalment_count=36)
        accepted(make_negotiation(), bob)
        declined, withdrawn = make_negotiation(), make_negotiation()
        reviews.decline(negotiation=declined, reviewer=bob, reasons=["IN_COURT"], message="", now=LATER)
        proposals.withdraw(cardholder=withdrawn.cardholder, negotiation_reference=withdrawn.reference, now=LATER)
        make_negotiation()
        tally = counted()
        assert (tally.proposed, tally.agreed, tally.automatic, tally.bank_accepted) == (5, 2, 1, 1)
        assert (tally.declined, tally.withdrawn, tally.expired, tally.open) == (1, 1, 0, 1)
        assert (tally.agreed_share, tally.automatic_share) == (Decimal("0.4"), Decimal("0.2"))

    def test_count_what_ran_out_of_time(self) -> None:
        expiry.expire(negotiation=make_negotiation(), now=NOW + timedelta(days=30))
        assert counted().expired == 1

    def test_tell_how_long_people_waited(self, bob: User) -> None:
        make_negotiation(instalment_count=36)
        accepted(make_negotiation(), bob)
        tally = counted()
        assert (tally.answered, tally.answered_0, tally.answered_1, tally.answered_2) == (2, 1, 0, 1)
        assert tally.mean_answer_time == timedelta(hours=15)

    @pytest.mark.parametrize(("hours", "place"), [(4, 0), (24, 1), (48, 2), (120, 3), (121, 4)])
    def test_put_each_answer_into_one_class(self, bob: User, hours: int, place: int) -> None:
        negotiation = make_negotiation()
        Course.objects.filter(negotiation=negotiation).update(answer_seconds=hours * 3600)
        tally = counted()
        classes = [getattr(tally, f"answered_{number}") for number in range(5)]
        assert classes == [number == place for number in range(5)]

    def test_compare_what_was_asked_with_what_was_agreed(self, bob: User) -> None:
        negotiation = make_negotiation()
        quote = countered(negotiation, bob)
        proposals.accept(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            quote_reference=quote.reference,
            now=LATER,
        )
        tally = counted()
        assert (tally.cardholder_accepted, tally.rounds_1) == (1, 1)
        assert (tally.mean_asked_months, tally.mean_agreed_months) == (Decimal("40.0"), Decimal("42.0"))

    def test_hold_to_the_days_of_the_bank(self) -> None:
        make_negotiation(now=NOW.replace(hour=15, minute=59, second=59))
        assert counted(Period(TODAY, TODAY)).proposed == 1
        make_negotiation(now=NOW.replace(hour=16))
        assert counted(Period(TODAY, TODAY)).proposed == 1
        assert counted(Period(TODAY + timedelta(days=1), TODAY + timedelta(days=1))).proposed == 1

    def test_are_by_segment(self) -> None:
        make_negotiation(account=make_account(product="gold"))
        level = {"method": PlanMethod.EQUAL_INSTALMENT, "annual_rate": Decimal("0.06")}
        make_negotiation(account=make_account(oldest_unpaid_due_date=date(2026, 11, 1)), **level)
        rows = figures.tallies(period=PERIOD)
        assert [segment for segment, _ in rows] == [Segment("STANDARD", 1, 0), Segment("gold", 1, 4)]
        by_days = grouped(rows, lambda segment: segment.days_past_due)
        assert {name: tally.proposed for name, tally in by_days.items()} == {0: 1, 4: 1}

    @pytest.mark.parametrize(
        ("owed", "band"), [("9999.99", 0), ("10000.00", 1), ("50000.00", 2), ("99999.99", 2), ("100000.00", 3)]
    )
    def test_put_each_debt_into_one_band(self, owed: str, band: int) -> None:
        nothing = dict.fromkeys(("interest", "accrued_interest", "late_fee"), Decimal("0.00"))
        make_negotiation(account=make_account(purchase_principal=Decimal(owed), **nothing), instalment_count=24)
        ((segment, _tally),) = figures.tallies(period=PERIOD)
        assert segment == segment_of("STANDARD", Decimal(owed), 212) == Segment("STANDARD", band, 4)

    def test_take_one_query(self, django_assert_num_queries: Any) -> None:
        make_negotiation()
        with django_assert_num_queries(1):
            counted()

    def test_of_nothing_are_nothing(self) -> None:
        tally = counted()
        assert (tally.proposed, tally.agreed_share, tally.mean_answer_time, tally.mean_rounds) == (0, None, None, None)


class TestAPeriod:
    @pytest.mark.parametrize("days", [-1, 5 * 366 + 1])
    def test_is_refused_backwards_or_too_long(self, days: int) -> None:
        with pytest.raises(PeriodRefused):
            Period(TODAY, TODAY + timedelta(days=days))

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_is_refused_at_either_end_of_the_calendar(self, day: date) -> None:
        with pytest.raises(PeriodRefused):
            Period(day, day)


class TestReviewers:
    def test_are_counted_by_their_answers(self, bob: User) -> None:
        accepted(make_negotiation(), bob)
        countered(make_negotiation(), bob)
        make_negotiation(instalment_count=36)
        (row,) = figures.reviewers(period=PERIOD)
        assert (row.name, row.answers, row.accepted, row.countered, row.declined) == ("Bob", 2, 1, 1, 0)
        assert row.mean_wait == timedelta(hours=30)

    def test_are_not_counted_by_money(self) -> None:
        fields = set(figures.ReviewerTally.__dataclass_fields__)
        assert fields == {"name", "answers", "accepted", "countered", "declined", "waited"}


class TestTheQueue:
    def test_is_told_by_age_and_by_the_promised_time(self) -> None:
        make_negotiation()
        make_negotiation(now=NOW + timedelta(days=3))
        queue = figures.queue_now(now=NOW + timedelta(days=3, hours=1))
        assert (queue.waiting, queue.late, queue.soon, queue.untaken) == (2, 1, 0, 2)
        assert (queue.age_1, queue.age_2, queue.age_3, queue.age_4) == (1, 0, 1, 0)
