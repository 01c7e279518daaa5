"""A payment that is returned after a plan was paid off: the bank is told, a person decides, and a certificate that is wrong says so."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from negotiation.domain.workflow import PlanState
from negotiation.models import CardAccount, Document, Event, Job, Note, Plan
from negotiation.models.agreements import DocumentKind
from negotiation.queries.staff import AUDITOR, REVIEWER
from negotiation.queries.verification import Standing, check_document
from negotiation.services import plan_documents
from negotiation.services.audit import altered_records
from negotiation.services.events import broken_links
from negotiation.services.plan_ending import reopen_plan
from negotiation.services.plan_keeping import bring_plans_up_to_date
from negotiation.services.refusals import NotAuthorised, NothingSaid, PlanCannotReopen
from tests.factories import NOW, make_reviewer
from tests.negotiation.documents.agreements import sealed_agreement
from tests.negotiation.paying import fresh, keep, midnight_after, pay, report, return_payment
from tests.negotiation.signed_plans import agree, sign
from tests.negotiation.staff import signed_in, staff_of
from tests.negotiation.test_plan_keeping import DAY, DUE, make_plan

pytestmark = pytest.mark.usefixtures("policy")
PAID_ON = DUE - 5 * DAY


@pytest.fixture
def plan() -> Plan:
    """Thirty instalments of 1,000.00, paid off five days before the first was due."""
    return paid_off(make_plan(), "30000.00")


@pytest.fixture
def returned(plan: Plan) -> Plan:
    return after_return(plan, "30000.00")


@pytest.fixture
def certified(bank_key: None) -> Plan:
    """The same of thirty-six instalments of 964.52, with its papers."""
    plan = paid_off(fresh(sealed_agreement().plan), "34723.06")
    return after_return(issued(plan), "34723.06")


def paid_off(plan: Plan, amount: str) -> Plan:
    pay(plan, PAID_ON, amount, posting="all")
    return keep(plan, PAID_ON)


def after_return(plan: Plan, amount: str) -> Plan:
    """The figures of three weeks later take the payment back."""
    return_payment(plan, "all", PAID_ON + DAY, amount)
    return figures(plan, PAID_ON + 21 * DAY)


def figures(plan: Plan, up_to: date) -> Plan:
    """What the worker does after the delivery of that night."""
    report(plan, up_to)
    bring_plans_up_to_date({"run": up_to.isoformat()}, now=midnight_after(up_to) + timedelta(hours=6))
    return fresh(plan)


def issued(plan: Plan) -> Plan:
    """What a worker does for the newest settlement."""
    job, now = Job.objects.filter(kind="issue_settlement_certificate").latest("pk"), plan.ended_at
    assert now is not None
    effect = plan_documents.issue_settlement_certificate(job.payload, now=now)
    assert effect is not None
    with transaction.atomic():
        effect()
    return plan


def reopened(plan: Plan, **changes: Any) -> Plan:
    given = {"plan": plan, "reviewer": make_reviewer(), "reason": "Returned by the paying bank.", "now": later(plan)}
    reopen_plan(**given | changes)
    return fresh(plan)


def later(plan: Plan) -> Any:
    return plan.account.as_of + timedelta(hours=10)


def certificates() -> list[Document]:
    return list(
        Document.objects.filter(kind=DocumentKind.SETTLEMENT_CERTIFICATE, is_governing=True).order_by("sealed_at")
    )


def standing_of(document: Document) -> Standing | None:
    return check_document(bytes(document.content), now=NOW).standing


class TestAReturnedPayment:
    def test_of_a_plan_paid_off_is_told_once_and_moves_nothing(self, returned: Plan) -> None:
        again = figures(returned, PAID_ON + 22 * DAY)
        assert (again.state, again.unpaid_again_on) == (PlanState.COMPLETED, PAID_ON + 21 * DAY)
        assert Event.objects.filter(kind="plan_unpaid_again").count() == 1

    def test_that_is_paid_again_is_forgotten(self, returned: Plan) -> None:
        pay(returned, PAID_ON + 22 * DAY, "36000.00")
        assert figures(returned, PAID_ON + 22 * DAY).unpaid_again_on is None

    def test_is_not_a_new_debt_on_the_card(self) -> None:
        """Paid off late, when the bank asked for nothing more; bought with the card since, and something else was corrected."""
        plan = make_plan()
        CardAccount.objects.update(total=Decimal("0.00"), purchase_principal=Decimal("0.00"))
        assert paid_off_late(plan).state == PlanState.COMPLETED
        CardAccount.objects.update(total=Decimal("500.00"), purchase_principal=Decimal("500.00"))
        return_payment(plan, "goodwill", DUE + 31 * DAY, "-5.00")
        assert figures(plan, DUE + 32 * DAY).unpaid_again_on is None


def paid_off_late(plan: Plan) -> Plan:
    pay(plan, DUE + 30 * DAY, "30000.00")
    return keep(plan, DUE + 30 * DAY)


class TestReopening:
    def test_withdraws_the_certificate_until_the_plan_has_one_anew(self, certified: Plan) -> None:
        assert [standing_of(document) for document in certificates()] == [Standing.COMPLETED], "a person decides"
        plan = reopened(certified)
        agreement = Document.objects.get(kind=DocumentKind.AGREEMENT, is_governing=True)
        assert (standing_of(certificates()[0]), standing_of(agreement)) == (Standing.WITHDRAWN, Standing.CURRENT)
        pay(plan, PAID_ON + 23 * DAY, "36000.00")
        issued(figures(plan, PAID_ON + 23 * DAY))
        assert [standing_of(document) for document in certificates()] == [Standing.WITHDRAWN, Standing.COMPLETED]
        assert not list(altered_records())
        assert not list(broken_links())

    def test_runs_the_plan_again_and_leaves_the_rest_to_the_figures(self, returned: Plan) -> None:
        plan = reopened(returned)
        assert (plan.state, plan.ended_at, plan.unpaid_again_on) == (PlanState.ACTIVE, None, None)
        assert Note.objects.get().text == "Returned by the paying bank."
        later_on = figures(plan, PAID_ON + 23 * DAY)
        assert (later_on.state, later_on.behind) == (PlanState.AT_RISK, Decimal("1000.00"))

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [({"reason": "  "}, NothingSaid), ({"reason": "x" * 1001}, NothingSaid), ({"reviewer": None}, NotAuthorised)],
    )
    def test_is_refused_without_a_reason_or_the_right_to_decide(
        self, returned: Plan, changes: dict[str, Any], refusal: type[Exception]
    ) -> None:
        if "reviewer" in changes:
            changes = {"reviewer": staff_of(AUDITOR)}
        with pytest.raises(refusal):
            reopened(returned, **changes)
        assert fresh(returned).state == PlanState.COMPLETED
        assert not Note.objects.exists()

    def test_is_refused_while_nothing_is_unpaid(self, plan: Plan) -> None:
        with pytest.raises(PlanCannotReopen):
            reopened(plan)

    def test_is_refused_once_it_was_paid_again(self, returned: Plan) -> None:
        pay(returned, PAID_ON + 21 * DAY, "36000.00")
        with pytest.raises(PlanCannotReopen):
            reopened(fresh(returned))

    def test_is_refused_where_a_newer_plan_runs(self, returned: Plan) -> None:
        account = CardAccount.objects.get()
        sign(agree(account, now=later(returned), first_date=PAID_ON + 40 * DAY), now=later(returned))
        with pytest.raises(PlanCannotReopen):
            reopened(fresh(returned))

    def test_that_was_made_up_behind_the_services_is_found(self, plan: Plan) -> None:
        Plan.objects.update(reopened_at=NOW)
        assert [found.part for found in altered_records()] == ["reopening"]


class TestThePage:
    def test_offers_one_action_and_does_it(self, returned: Plan) -> None:
        client, place = signed_in(staff_of(REVIEWER)), reverse("admin:negotiation_plan_change", args=[returned.pk])
        assert "Reopen the plan" in client.get(place).content.decode()
        action = reverse("admin:negotiation_plan_reopen", args=[returned.pk])
        assert "Write why." in client.post(action, {"reopen-reason": ""}).content.decode()
        answer = client.post(action, {"reopen-reason": "Returned."}, follow=True).content.decode()
        assert "settlement certificate withdrawn" in answer
        assert "Write why." not in answer
        assert fresh(returned).state == PlanState.ACTIVE
        assert "Reopen the plan" not in client.get(place).content.decode()

    def test_of_the_list_finds_it(self, returned: Plan) -> None:
        found = signed_in(staff_of(AUDITOR)).get("/bank/negotiation/plan/?need=unpaid_again").content.decode()
        assert returned.agreement.reference in found
