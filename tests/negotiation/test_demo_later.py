"""The demonstration goes on: a later delivery in which plans are paid, missed or paid off, imported as a bank's would be."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from negotiation.domain.terms import PlanMethod
from negotiation.domain.workflow import PlanState
from negotiation.models import CardAccount, Plan
from negotiation.services.plan_keeping import bring_plans_up_to_date
from tests.factories import NOW
from tests.negotiation.paying import fresh
from tests.negotiation.signed_plans import agree, sign

pytestmark = pytest.mark.usefixtures("policy")
TODAY = localdate(NOW)
DUE = TODAY + timedelta(days=30)
SECOND = date(2027, 1, 23)
RATE = Decimal("0.09")


def deliver(folder: Path, day: date, **options: Any) -> None:
    call_command("make_demo_feed", as_of=day, out=folder / day.isoformat(), limit=3, stdout=_Nowhere(), **options)
    call_command("import_feed", folder / day.isoformat(), stdout=_Nowhere())
    bring_plans_up_to_date({}, now=NOW)


class _Nowhere:
    def write(self, text: str) -> None:
        """Forget it."""


@pytest.fixture
def plans(tmp_path: Path) -> dict[str, Plan]:
    """The known people's plans of six instalments, by account."""
    deliver(tmp_path, TODAY)
    accounts = CardAccount.objects.filter(source_id__in=["DEMO-M1-1", "DEMO-M3-1", "DEMO-M3-2"])
    terms = {"instalment_count": 6, "first_date": DUE, "method": PlanMethod.EQUAL_INSTALMENT, "annual_rate": RATE}
    return {account.source_id: sign(agree(account, now=NOW, **terms), now=NOW) for account in accounts}


class TestALaterDelivery:
    def test_pays_misses_and_settles_as_the_walk_asks(self, plans: dict[str, Plan], tmp_path: Path) -> None:
        day = DUE + timedelta(days=5)
        deliver(tmp_path, day, later=True, missing=["DEMO-M3-1"], settling=["DEMO-M3-2"])
        paid, missed, settled = (fresh(plans[name]) for name in ("DEMO-M1-1", "DEMO-M3-1", "DEMO-M3-2"))
        assert (paid.state, paid.paid_count, paid.behind) == (PlanState.ACTIVE, 1, 0)
        assert (missed.state, missed.paid_count) == (PlanState.AT_RISK, 0)
        assert settled.state == PlanState.COMPLETED
        assert paid.figures_date == day - timedelta(days=1)

    def test_keeps_what_was_paid_before(self, plans: dict[str, Plan], tmp_path: Path) -> None:
        deliver(tmp_path, DUE + timedelta(days=5), later=True, settling=["DEMO-M3-2"])
        deliver(tmp_path, SECOND + timedelta(days=1), later=True)
        assert (fresh(plans["DEMO-M1-1"]).paid_count, fresh(plans["DEMO-M3-2"]).state) == (2, PlanState.COMPLETED)

    def test_is_of_a_day_after_the_portfolios(self, plans: dict[str, Plan], tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="on a day after it"):
            deliver(tmp_path, TODAY, later=True)
