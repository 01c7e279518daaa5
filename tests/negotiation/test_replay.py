"""A replay: what another policy would have said to proposals that were really made."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from negotiation.domain.policy import LimitPolicy, Limits
from negotiation.domain.replay import Answer, Outcome, Proposal, Replayed, Summary, answer, replay
from negotiation.domain.terms import Component, PlanMethod, Waiver
from negotiation.models import Offer, Quote
from negotiation.queries.replay import proposals
from negotiation.services.demonstration_policy import demonstration_policy
from tests.factories import NOW, make_account, make_negotiation, make_quote, publish_policy

pytestmark = pytest.mark.django_db

AUTOMATIC, WITHIN, REFUSED = Outcome.AUTOMATIC, Outcome.WITHIN, Outcome.REFUSED


@pytest.fixture(autouse=True)
def current() -> LimitPolicy:
    return publish_policy()


def changed(policy: LimitPolicy, **limits: Any) -> LimitPolicy:
    return replace(policy, bands=tuple(replace(band, **limits) for band in policy.bands))


def charging(policy: LimitPolicy, rate: str) -> LimitPolicy:
    return replace(policy, bands=tuple(_at(band, Decimal(rate)) for band in policy.bands))


def _at(band: Limits, rate: Decimal) -> Limits:
    lines = (line if not line.highest else replace(line, rate=rate) for line in band.method_rates)
    return replace(band, method_rates=tuple(lines))


def made(latest: int = 10) -> list[Proposal]:
    return list(proposals(latest=latest))


def outcomes(before: LimitPolicy, after: LimitPolicy) -> list[tuple[Outcome, Outcome]]:
    return [(item.before.outcome, item.after.outcome) for item in replay(made(), before, after)]


class TestReplay:
    def test_gives_the_answer_that_was_given_under_the_same_policy(self, current: LimitPolicy) -> None:
        make_negotiation(instalment_count=36)
        make_negotiation()
        for proposal, offer in zip(made(), Offer.objects.filter(kind="OFFER").order_by("-made_at", "-pk"), strict=True):
            assert (answer(proposal, current).outcome is AUTOMATIC) == offer.quote.is_automatic

    def test_finds_what_a_wider_corridor_accepts(self, current: LimitPolicy) -> None:
        make_negotiation()
        wider = replace(
            current,
            bands=tuple(
                replace(band, automatic_max_months=band.max_months) if band.automatic_methods else band
                for band in current.bands
            ),
        )
        assert outcomes(current, wider) == [(WITHIN, AUTOMATIC)]

    def test_finds_what_tighter_limits_refuse(self, current: LimitPolicy) -> None:
        make_negotiation()
        assert outcomes(current, changed(current, max_months=24)) == [(WITHIN, REFUSED)]

    def test_refuses_an_account_that_no_band_covers(self, current: LimitPolicy) -> None:
        make_negotiation()
        early = replace(current, bands=tuple(band for band in current.bands if band.dpd_to == 90))
        assert outcomes(current, early) == [(WITHIN, REFUSED)]

    def test_charges_the_rate_of_the_policy_that_judges(self, current: LimitPolicy) -> None:
        make_negotiation(method=PlanMethod.EQUAL_INSTALMENT, annual_rate=Decimal("0.06"))
        (item,) = replay(made(), current, charging(current, "0.03"))
        assert item.before.outcome is item.after.outcome is WITHIN
        assert item.before.interest == Offer.objects.get().quote.total_interest
        assert Decimal("0.00") < item.after.interest < item.before.interest
        assert item.after.instalment < item.before.instalment

    def test_keeps_what_the_person_chose(self, current: LimitPolicy) -> None:
        waiver = Waiver(Component.LATE_FEE, Decimal("0.5"))
        account = make_account()
        make_negotiation(account=account, waivers=(waiver,), principal=account.total - Decimal("426.53"))
        (item,) = replay(made(), current, current)
        assert (item.before.instalment_count, item.before.principal) == (40, account.total - Decimal("426.53"))

    def test_judges_on_the_day_and_the_debt_of_the_proposal(self, current: LimitPolicy) -> None:
        account = make_account()
        make_negotiation(account=account)
        type(account).objects.update(purchase_principal=0, total=Decimal("4723.06"), oldest_unpaid_due_date=None)
        (proposal,) = made()
        assert (proposal.account.total, proposal.account.dpd) == (account.total, 212)
        assert proposal.today == NOW.date()

    def test_counts_the_plans_that_stood_before(self) -> None:
        make_negotiation()
        assert made()[0].account.renegotiation_count == 0


class TestWhatIsReplayed:
    def test_are_the_newest_and_no_more_than_asked_for(self) -> None:
        for days in range(3):
            make_negotiation(now=NOW + timedelta(days=days))
        assert [item.today.day for item in made(2)] == [25, 24]

    def test_are_the_cardholders_proposals_alone(self) -> None:
        make_quote(make_account())
        assert not made()
        make_negotiation()
        assert (Quote.objects.count(), len(made())) == (2, 1)

    def test_take_one_query(self, django_assert_num_queries: Any) -> None:
        make_negotiation()
        make_negotiation()
        with django_assert_num_queries(1):
            made()


class TestASummary:
    def answers(self) -> Iterator[Answer]:
        for count, instalment in ((12, "100.00"), (24, "300.00"), (36, "500.01")):
            yield Answer(WITHIN, count, Decimal(instalment), Decimal("1.10"), Decimal("1000.00"))
        yield Answer(REFUSED)

    def test_counts_outcomes_and_takes_medians_of_what_is_accepted(self) -> None:
        summary = Summary(list(self.answers()))
        assert summary.outcomes == {WITHIN: 3, REFUSED: 1}
        assert (summary.median_count, summary.median_instalment) == (24, Decimal("300.00"))
        assert (summary.total_interest, summary.total_principal) == (Decimal("3.30"), Decimal("3000.00"))

    def test_of_nothing_has_no_median(self) -> None:
        summary = Summary([Answer(REFUSED)])
        assert (summary.median_count, summary.median_instalment, summary.total_interest) == (None, None, 0)


def test_the_demonstration_refuses_less_than_it_accepts() -> None:
    """A looser policy never accepts fewer proposals."""
    policy = demonstration_policy(now=NOW)
    make_negotiation()
    make_negotiation(instalment_count=48)
    found: list[Replayed] = replay(made(), changed(policy, max_months=36), policy)
    before, after = Summary([item.before for item in found]), Summary([item.after for item in found])
    assert len(after.accepted) >= len(before.accepted)
