"""The bank's figures: counts and times, by segment and by reviewer."""

from datetime import timedelta

import pytest

from negotiation.domain.figures import Period, total
from negotiation.queries import figures
from negotiation.services import reviews
from tests.factories import NOW, TODAY, make_account, make_negotiation, make_quote, make_reviewer, publish_policy

pytestmark = pytest.mark.django_db

PERIOD = Period(TODAY, TODAY + timedelta(days=30))


@pytest.fixture(autouse=True)
def limits():
    publish_policy()


def counted():
    return total(tally for _, tally in figures.tallies(period=PERIOD))


class TestTallies:
    def test_count_what_became_of_proposals(self):
        make_negotiation(instalment_count=36)
        waiting = make_negotiation()
        now = NOW + timedelta(hours=30)
        reviews.accept(negotiation=waiting, reviewer=make_reviewer(senior=True), quote_reference=waiting.offers.get().quote.reference, now=now)
        make_negotiation()
        tally = counted()
        assert (tally.proposed, tally.agreed, tally.automatic, tally.bank_accepted, tally.open) == (3, 2, 1, 1, 1)
        assert (tally.answered_0, tally.answered_2) == (1, 1)
        assert tally.mean_answer_time == timedelta(hours=15)
