"""The bank's queue of disputes and complaints: who reads it, who answers, what is late, and that reading changes nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from negotiation.domain.concerns import ConcernKind
from negotiation.models import Concern, DisputeReason
from negotiation.queries.staff import AUDITOR, POLICY_MANAGER, REVIEWER, SENIOR_REVIEWER, SUPPORT
from negotiation.services.concerns import answer_concern, raise_concern
from tests.factories import NOW, make_account, make_cardholder, make_negotiation
from tests.negotiation.staff import signed_in, staff_of
from tests.portal.cast import give_ledger

pytestmark = pytest.mark.usefixtures("policy")
WORDS = "我五月已经还清。"
ANSWER = {"answer-outcome": "UPHELD", "answer-words": "已经更正。"}
LENGTHEN = {"lengthen-reason": "RECORDS"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def dispute(**fields: Any) -> Concern:
    account = make_account()
    return raise_concern(
        cardholder=account.cardholder,
        kind=ConcernKind.DISPUTE,
        account=account,
        **{"reason": DisputeReason.PAID, "words": WORDS, "now": NOW} | fields,
    )


def complaint(**fields: Any) -> Concern:
    person = fields.pop("cardholder", None) or make_cardholder()
    return raise_concern(cardholder=person, kind=ConcernKind.COMPLAINT, **{"words": WORDS, "now": NOW} | fields)


def page(concern: Concern) -> str:
    return reverse("admin:negotiation_concern_change", args=[concern.pk])


def act(concern: Concern, name: str) -> str:
    return reverse(f"admin:negotiation_concern_{name}", args=[concern.pk])


def shown(client: Any, address: str) -> str:
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return response.content.decode()


class TestTheQueue:
    def test_shows_what_waits_the_late_first(self, clock: Any) -> None:
        late, answered = dispute(now=NOW - timedelta(days=20)), complaint()
        soon = complaint()
        answer_concern(concern=answered, staff=staff_of(REVIEWER), outcome="UPHELD", words="好", now=NOW)
        client = signed_in(staff_of(REVIEWER))
        queue = reverse("admin:negotiation_concern_changelist")
        text = shown(client, queue)
        assert text.index(late.reference) < text.index(soon.reference)
        assert "status-overdue" in text and "4 days late" in text and "Due in 15 days" in text
        assert answered.reference not in text
        assert soon.reference not in shown(client, f"{queue}?desk=late")
        assert answered.reference in shown(client, f"{queue}?desk=closed")
        assert late.reference not in shown(client, f"{queue}?desk=all&kind__exact=COMPLAINT")


class TestThePage:
    @pytest.mark.parametrize(
        ("role", "kind", "reads", "answers"),
        [
            (REVIEWER, dispute, True, True),
            (SENIOR_REVIEWER, dispute, True, True),
            (SUPPORT, dispute, False, False),
            (AUDITOR, dispute, True, False),
            (REVIEWER, complaint, True, True),
            (SUPPORT, complaint, True, True),
            (AUDITOR, complaint, True, False),
        ],
    )
    def test_shows_and_offers_each_role_what_is_theirs(self, role: str, kind: Any, reads: bool, answers: bool) -> None:
        concern, client = kind(), signed_in(staff_of(role))
        text = shown(client, page(concern))
        assert (WORDS in text, "Give the answer" in text) == (reads, answers)

    def test_shows_how_the_line_was_worked_out_and_what_else_was_raised(self) -> None:
        person = make_cardholder()
        account = make_account(cardholder=person)
        give_ledger(account)
        concern = raise_concern(
            cardholder=person,
            kind=ConcernKind.DISPUTE,
            account=account,
            posting="P3",
            reason=DisputeReason.OTHER,
            words=WORDS,
            now=NOW,
        )
        other = complaint(cardholder=person)
        text = shown(signed_in(staff_of(REVIEWER)), page(concern))
        assert "17,061.20" in text and "5.00%" in text and page(other) in text

    def test_is_closed_to_policy_managers_and_to_being_edited(self) -> None:
        concern = complaint()
        assert signed_in(staff_of(POLICY_MANAGER)).get(page(concern)).status_code == 403
        client = signed_in(staff_of(SENIOR_REVIEWER))
        assert client.post(page(concern), {}).status_code == 405
        assert client.get(reverse("admin:negotiation_concern_add")).status_code == 403
        assert client.post(reverse("admin:negotiation_concern_delete", args=[concern.pk])).status_code == 403

    def test_shows_ones_own_only_where_it_stands(self) -> None:
        staff = staff_of(SENIOR_REVIEWER)
        text = shown(signed_in(staff), page(complaint(cardholder=make_cardholder(user=staff, claimed_at=NOW))))
        assert WORDS not in text and "Give the answer" not in text

    def test_tells_who_has_a_part_in_the_case_that_a_colleague_answers(self) -> None:
        staff, negotiation = staff_of(REVIEWER), make_negotiation()
        negotiation.assigned_to = staff
        negotiation.save(update_fields=["assigned_to"])
        concern = complaint(cardholder=negotiation.cardholder)
        client = signed_in(staff)
        assert "somebody else answers their complaint" in shown(client, page(concern))
        assert (
            "somebody else answers their complaint"
            in client.post(act(concern, "answer"), ANSWER, follow=True).content.decode()
        )
        assert Concern.objects.get().is_open


class TestActing:
    def test_answers_it(self) -> None:
        concern, staff = dispute(), staff_of(REVIEWER)
        text = signed_in(staff).post(act(concern, "answer"), ANSWER, follow=True).content.decode()
        concern.refresh_from_db()
        assert (concern.outcome, concern.answer, concern.answered_by) == ("UPHELD", "已经更正。", staff)
        assert "已经更正。" in text and "Give the answer" not in text

    def test_takes_longer_and_says_until_when(self) -> None:
        concern, client = dispute(), signed_in(staff_of(REVIEWER))
        assert "Wed 23 December 2026" in shown(client, page(concern))
        text = client.post(act(concern, "lengthen"), LENGTHEN, follow=True).content.decode()
        assert "Older records have to be fetched" in text and "Take longer" not in text

    @pytest.mark.parametrize(
        ("name", "typed", "said"),
        [
            ("answer", {"answer-outcome": "UPHELD"}, "Write the answer."),
            ("answer", {"answer-words": "好"}, "Choose an outcome."),
            ("lengthen", {}, "Choose a reason."),
        ],
    )
    def test_asks_again_for_what_is_missing(self, name: str, typed: dict[str, str], said: str) -> None:
        concern = dispute()
        response = signed_in(staff_of(REVIEWER)).post(act(concern, name), typed)
        assert said in response.content.decode()
        assert Concern.objects.get().is_open

    @pytest.mark.parametrize("name", ["answer", "lengthen"])
    def test_is_refused_to_auditors_and_to_a_get(self, name: str) -> None:
        concern = dispute()
        assert signed_in(staff_of(AUDITOR)).post(act(concern, name), ANSWER | LENGTHEN).status_code == 403
        assert signed_in(staff_of(REVIEWER)).get(act(concern, name)).status_code == 405
        assert Concern.objects.get().state == "RECEIVED"


class TestTheAccount:
    def test_is_marked_in_the_case_and_on_its_own_page(self) -> None:
        negotiation = make_negotiation()
        concern = raise_concern(
            cardholder=negotiation.cardholder,
            kind=ConcernKind.DISPUTE,
            account=negotiation.account,
            reason=DisputeReason.OTHER,
            words=WORDS,
            now=NOW,
        )
        client = signed_in(staff_of(REVIEWER))
        case = shown(client, reverse("admin:negotiation_negotiation_change", args=[negotiation.pk]))
        assert "In dispute" in case and page(concern) in case
        account = shown(client, reverse("admin:negotiation_cardaccount_change", args=[negotiation.account.pk]))
        assert concern.reference in account and WORDS not in account
        assert "answer by 2026-12-08" in account
