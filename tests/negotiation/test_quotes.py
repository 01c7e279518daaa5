from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from negotiation.domain.bad_input import BadInput
from negotiation.domain.schedule import build_schedule
from negotiation.models import ArrearsSnapshot, Quote
from negotiation.services.quotes import quote_hash, quote_plan, snapshot_of
from tests.factories import NOW, make_account, make_quote, make_terms

pytestmark = pytest.mark.usefixtures("policy")


class TestAQuote:
    def test_keeps_the_rows_that_were_shown(self):
        account = make_account()
        quote = make_quote(account)
        assert quote.schedule == build_schedule(make_terms(account))

    def test_gives_byte_equal_rows_when_it_is_recomputed(self, policy):
        quote = Quote.objects.get(
            pk=make_quote(make_account(), annual_rate=Decimal("0.06"), method="EQUAL_INSTALMENT").pk
        )
        again = build_schedule(quote.plan_terms)
        assert [row.to_data() for row in again.rows] == quote.rows
        assert quote_hash(again, quote.snapshot, policy) == quote.sha256

    def test_says_by_which_versions_it_was_made_and_judged(self, policy):
        quote = make_quote(make_account())
        assert (quote.policy_version, quote.engine_version) == (policy.version, "1.0")

    def test_stores_every_reason_of_a_plan_outside_the_limits(self):
        quote = make_quote(make_account(), instalment_count=60, first_date=date(2027, 6, 1))
        assert not quote.is_within_limits
        assert {"TERM_LONG", "FIRST_DATE_LATE"} <= {reason["code"] for reason in quote.reasons}

    def test_totals_what_its_rows_sum_to(self):
        quote = make_quote(make_account())
        assert sum(Decimal(row["payment"]) for row in quote.rows) == quote.total_payment == quote.snapshot.total

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_is_never_changed_or_removed(self, change):
        make_quote(make_account())
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Quote.objects.update(total_interest=0) if change == "update" else Quote.objects.all()._raw_delete("default")

    def test_is_not_stored_when_no_schedule_follows(self):
        account = make_account()
        with pytest.raises(BadInput):
            quote_plan(account=account, terms=make_terms(account, instalment_count=0), now=NOW)
        assert not Quote.objects.exists()
        assert not ArrearsSnapshot.objects.exists()


class TestASnapshot:
    def test_is_the_same_row_for_the_same_batch_and_day(self):
        account = make_account()
        assert snapshot_of(account=account, now=NOW) == snapshot_of(account=account, now=NOW + timedelta(hours=3))

    def test_counts_the_days_past_due_of_its_day(self):
        snapshot = snapshot_of(account=make_account(), now=NOW)
        assert snapshot.days_past_due == 212
