"""Who decides, as a part of every version: drafted and published with it, decided by on the case's page and in the services."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from negotiation.admin.authority_words import passed
from negotiation.admin.case import Case
from negotiation.domain.authority import FIRST_MATRIX, AloneAboveSecond, AuthorityLineMissing, Matrix
from negotiation.domain.chain import sha256_of
from negotiation.domain.policy import policy_data
from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.models import Event, Negotiation, PolicyAuthority, PolicyVersion, VersionState
from negotiation.queries.case import case
from negotiation.queries.policies import policy_version
from negotiation.queries.staff import AUDITOR, POLICY_MANAGER
from negotiation.services import four_eyes, policies, reviews
from negotiation.services.events import Actor
from negotiation.services.refusals import NotAuthorised
from tests.factories import NOW, TODAY, make_account, make_negotiation, make_quote, make_reviewer
from tests.negotiation.staff import signed_in, staff_of

pytestmark = pytest.mark.usefixtures("policy")
REVIEWER, REVIEWER_SECOND, SENIOR, SENIORS = FIRST_MATRIX
SMALL: Matrix = (replace(REVIEWER, max_amount=Decimal("20000.00")), REVIEWER_SECOND, SENIOR, SENIORS)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alice() -> Actor:
    return Actor(ActorKind.POLICY_MANAGER, staff_of(POLICY_MANAGER, name="Alice"))


@pytest.fixture
def bob() -> Actor:
    return Actor(ActorKind.POLICY_MANAGER, staff_of(POLICY_MANAGER, name="Bob"))


def drafted(alice: Actor) -> PolicyVersion:
    return policies.draft_policy(actor=alice, name="2027", effective_from=TODAY, based_on=policy_version(1), now=NOW)


def published(alice: Actor, bob: Actor, matrix: Matrix) -> PolicyVersion:
    """A second version with this matrix, in force at once."""
    draft = drafted(alice)
    policies.change_authority(actor=alice, number=draft.number, authority=matrix, now=NOW)
    policies.publish_policy(actor=bob, number=draft.number, now=NOW)
    return PolicyVersion.objects.get(number=draft.number)


def proposed() -> Negotiation:
    """34,723.06 over 34 months: by the first matrix a reviewer decides alone."""
    return make_negotiation(account=make_account(product="platinum"), instalment_count=34)


def accept(negotiation: Negotiation, **fields: Any) -> None:
    quote = negotiation.offers.get().quote.reference
    reviews.accept(negotiation=negotiation, reviewer=make_reviewer(**fields), quote_reference=quote, now=NOW)


class TestTheMatrixOfAVersion:
    def test_is_copied_into_a_draft(self, alice: Actor, bob: Actor) -> None:
        published(alice, bob, SMALL)
        draft = policies.draft_policy(
            actor=alice, name="2028", effective_from=TODAY, based_on=policy_version(2), now=NOW
        )
        assert draft.limit_policy.authority == SMALL

    def test_is_the_first_one_of_a_draft_from_nothing(self, alice: Actor) -> None:
        draft = policies.draft_policy(actor=alice, name="new", effective_from=TODAY, now=NOW)
        assert tuple(row.line for row in draft.authority.all()) == FIRST_MATRIX

    def test_is_part_of_the_hash_that_is_recorded(self, alice: Actor, bob: Actor) -> None:
        version = published(alice, bob, SMALL)
        assert policy_version(2).authority == SMALL
        assert version.sha256 == sha256_of(policy_data(version.limit_policy))
        assert version.sha256 != sha256_of(policy_data(replace(version.limit_policy, authority=FIRST_MATRIX)))

    def test_is_not_changed_once_it_is_published(self, alice: Actor, bob: Actor) -> None:
        version = published(alice, bob, SMALL)
        rows = PolicyAuthority.objects.filter(policy=version)
        with pytest.raises(four_eyes.NotADraft):
            policies.change_authority(actor=alice, number=version.number, authority=FIRST_MATRIX, now=NOW)
        for change in (lambda: rows.update(max_months=12), rows[0].delete, lambda: _add_line_to(version)):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        assert version.limit_policy.authority == SMALL

    def test_gets_no_line_of_a_draft(self, alice: Actor) -> None:
        draft, version = drafted(alice), PolicyVersion.objects.get(number=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyAuthority.objects.filter(policy=version).update(policy=draft)
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyAuthority.objects.filter(policy=draft).update(policy=version)

    def test_is_changed_by_its_drafter_alone(self, alice: Actor, bob: Actor) -> None:
        draft = drafted(alice)
        before = Event.objects.count()
        with pytest.raises(four_eyes.NotTheDrafter):
            policies.change_authority(actor=bob, number=draft.number, authority=SMALL, now=NOW)
        assert draft.limit_policy.authority == FIRST_MATRIX
        assert Event.objects.count() == before

    def test_leaves_an_event_when_it_is_changed(self, alice: Actor) -> None:
        draft = drafted(alice)
        policies.change_authority(actor=alice, number=draft.number, authority=SMALL, now=NOW)
        assert Event.objects.get(kind="policy_authority_changed").stream.name == f"policy:{draft.number}"

    def test_is_refused_if_it_does_not_hold_together(self, alice: Actor) -> None:
        draft = drafted(alice)
        wrong = (REVIEWER, replace(REVIEWER_SECOND, max_months=12), SENIOR, SENIORS)
        with pytest.raises(AloneAboveSecond):
            policies.change_authority(actor=alice, number=draft.number, authority=wrong, now=NOW)
        assert draft.limit_policy.authority == FIRST_MATRIX
        assert not Event.objects.filter(kind="policy_authority_changed").exists()

    def test_keeps_a_version_that_lacks_a_line_from_being_published(self, alice: Actor, bob: Actor) -> None:
        draft = drafted(alice)
        draft.authority.filter(alone=True).delete()
        with pytest.raises(AuthorityLineMissing):
            policies.publish_policy(actor=bob, number=draft.number, now=NOW)
        draft.refresh_from_db()
        assert draft.state == VersionState.DRAFT

    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("role_known", {"role": "DIRECTOR"}),
            ("share", {"max_waived_share": Decimal("1.01")}),
            ("months", {"max_months": 61}),
            ("months", {"max_months": 0}),
        ],
    )
    def test_is_kept_in_bounds_by_the_database(self, alice: Actor, name: str, change: dict[str, Any]) -> None:
        row = drafted(alice).authority.all()[0]
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            PolicyAuthority.objects.filter(pk=row.pk).update(**change)

    def test_has_one_line_a_place(self, alice: Actor) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            _add_line_to(drafted(alice))


def _add_line_to(version: PolicyVersion) -> None:
    PolicyAuthority.objects.create(policy=version, role="REVIEWER", alone=True, max_waived_share=0, max_months=1)


class TestADecision:
    def test_follows_the_matrix_of_its_version(self, alice: Actor, bob: Actor) -> None:
        published(alice, bob, SMALL)
        negotiation = proposed()
        accept(negotiation)
        assert Negotiation.objects.get().state == NegotiationState.AWAITING_SECOND_APPROVAL

    def test_is_not_touched_by_a_matrix_that_is_published_meanwhile(self, alice: Actor, bob: Actor) -> None:
        negotiation = proposed()
        published(alice, bob, SMALL)
        shown = Case(case(negotiation.pk), make_reviewer(), NOW)
        assert (shown.standing.needs_second, shown.standing_of(shown.plan).needs_second) == (False, False)
        accept(negotiation)
        assert Negotiation.objects.get().state == NegotiationState.AGREED

    def test_beyond_what_a_reviewer_decides_is_a_seniors(self, alice: Actor, bob: Actor) -> None:
        none = replace(REVIEWER_SECOND, max_amount=Decimal("30000.00"))
        published(alice, bob, (SMALL[0], none, SENIOR, SENIORS))
        negotiation = proposed()
        with pytest.raises(NotAuthorised):
            accept(negotiation)
        assert Negotiation.objects.get().state == NegotiationState.WITH_BANK
        accept(negotiation, senior=True)
        assert Negotiation.objects.get().state == NegotiationState.AGREED

    def test_of_a_counter_offer_follows_it_too(self, alice: Actor, bob: Actor) -> None:
        published(alice, bob, SMALL)
        negotiation = proposed()
        quote = make_quote(negotiation.account, instalment_count=30)
        reviews.counter(negotiation=negotiation, reviewer=make_reviewer(), quote=quote, message="", now=NOW)
        assert Negotiation.objects.get().state == NegotiationState.AWAITING_SECOND_APPROVAL


class TestThePageOfACase:
    def page(self, negotiation: Negotiation, **fields: Any) -> str:
        client = signed_in(make_reviewer(**fields))
        return client.get(reverse("admin:negotiation_negotiation_change", args=[negotiation.pk])).content.decode()

    def test_names_every_bound_that_makes_a_second_person_necessary(self, alice: Actor, bob: Actor) -> None:
        lower = replace(REVIEWER, max_amount=Decimal("20000.00"), max_months=30)
        published(alice, bob, (lower, REVIEWER_SECOND, SENIOR, SENIORS))
        page = self.page(proposed())
        words = "Above your authority (debt above ¥20,000.00, longer than 30 months): a senior reviewer confirms."
        assert page.count(words) >= 2

    def test_names_the_share_that_is_waived(self) -> None:
        shown = Case(case(proposed().pk), make_reviewer(), NOW)
        waived = replace(shown._decision(shown.plan), waived_share=Decimal("0.0501"))
        assert list(passed(REVIEWER, waived)) == ["waiver above 5.00%"]

    def test_asks_another_senior_above_a_seniors_own(self, alice: Actor, bob: Actor) -> None:
        lower = (SMALL[0], REVIEWER_SECOND, replace(SENIOR, max_amount=Decimal("20000.00")), SENIORS)
        published(alice, bob, lower)
        words = "Above your authority (debt above ¥20,000.00): another senior reviewer confirms."
        assert words in self.page(proposed(), senior=True)

    def test_leaves_to_a_senior_what_is_beyond_a_reviewer(self, alice: Actor, bob: Actor) -> None:
        none = replace(REVIEWER_SECOND, max_amount=Decimal("30000.00"))
        published(alice, bob, (SMALL[0], none, SENIOR, SENIORS))
        negotiation = proposed()
        page = self.page(negotiation)
        assert "Beyond your authority (debt above ¥30,000.00): only a senior reviewer decides." in page
        assert f"{negotiation.pk}/accept/" not in page
        assert f"{negotiation.pk}/decline/" in page

    def test_tells_the_second_person_why_they_are_asked(self, alice: Actor, bob: Actor) -> None:
        published(alice, bob, SMALL)
        negotiation = proposed()
        accept(negotiation)
        assert "Above the first person's authority: debt above ¥20,000.00." in " ".join(
            self.page(negotiation, senior=True).replace("&#x27;", "'").split()
        )


def address(step: str, version: PolicyVersion) -> str:
    return reverse(f"admin:negotiation_policyversion_{step}", args=[version.pk])


def typed(**changes: str) -> dict[str, str]:
    """The first matrix as it is typed, with some fields typed over."""
    return {
        "REVIEWER_alone_max_amount": "50000.00",
        "REVIEWER_alone_max_waived_share": "5",
        "REVIEWER_alone_max_months": "36",
        "REVIEWER_second_max_amount": "",
        "REVIEWER_second_max_waived_share": "100",
        "REVIEWER_second_max_months": "60",
        "SENIOR_REVIEWER_alone_max_amount": "300000",
        "SENIOR_REVIEWER_alone_max_waived_share": "20",
        "SENIOR_REVIEWER_alone_max_months": "60",
    } | changes


class TestTheFormOfAuthority:
    def test_gives_back_the_matrix_it_shows(self, alice: Actor) -> None:
        draft = drafted(alice)
        form = signed_in(alice.user).get(address("authority", draft)).context["form"]
        shown = {name: field.prepare_value(form.initial[name]) for name, field in form.fields.items()}
        assert {name: "" if value is None else str(value) for name, value in shown.items()} == typed(
            SENIOR_REVIEWER_alone_max_amount="300000.00"
        )

    def test_changes_the_draft(self, alice: Actor) -> None:
        draft = drafted(alice)
        page = signed_in(alice.user).post(
            address("authority", draft), typed(REVIEWER_alone_max_amount="20000"), follow=True
        )
        assert draft.limit_policy.authority == SMALL
        assert "Who decides is changed." in page.content.decode()

    @pytest.mark.parametrize(
        ("field", "value", "named"),
        [
            ("REVIEWER_alone_max_amount", "-1", "REVIEWER_alone_max_amount"),
            ("REVIEWER_alone_max_amount", "", "REVIEWER_alone_max_amount"),
            ("REVIEWER_alone_max_months", "61", "REVIEWER_alone_max_months"),
            ("REVIEWER_alone_max_months", "0", "REVIEWER_alone_max_months"),
            ("REVIEWER_alone_max_waived_share", "101", "REVIEWER_alone_max_waived_share"),
            ("REVIEWER_second_max_months", "35", "REVIEWER_alone_max_months"),
            ("SENIOR_REVIEWER_alone_max_amount", "100", "REVIEWER_alone_max_amount"),
            ("SENIOR_REVIEWER_alone_max_months", "x", "SENIOR_REVIEWER_alone_max_months"),
        ],
    )
    def test_refuses_by_name_what_cannot_be(self, alice: Actor, field: str, value: str, named: str) -> None:
        draft = drafted(alice)
        answer = signed_in(alice.user).post(address("authority", draft), typed(**{field: value}))
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, [named])
        assert draft.limit_policy.authority == FIRST_MATRIX

    def test_is_the_drafters_alone(self, alice: Actor, bob: Actor) -> None:
        draft = drafted(alice)
        for user in (bob.user, staff_of(AUDITOR), make_reviewer()):
            client = signed_in(user)
            assert client.get(address("authority", draft)).status_code == 403
            assert client.post(address("authority", draft), typed()).status_code == 403
        assert draft.limit_policy.authority == FIRST_MATRIX

    def test_is_not_there_once_the_version_is_published(self, alice: Actor, bob: Actor) -> None:
        version = published(alice, bob, SMALL)
        assert signed_in(alice.user).post(address("authority", version), typed()).status_code == 403


class TestThePagesOfAVersion:
    def test_show_who_decides(self, alice: Actor) -> None:
        page = signed_in(alice.user).get(address("change", drafted(alice))).content.decode()
        for words in ("Who decides", "Senior reviewer", "¥300,000.00", "20.00%", "36 months", "no limit"):
            assert words in page

    def test_compare_it_in_words(self, alice: Actor, bob: Actor) -> None:
        version = published(alice, bob, SMALL)
        comparison = signed_in(alice.user).get(address("compare", version), {"with": 1}).context["comparison"]
        (line,) = comparison.authority
        assert (line.name, line.old, line.new) == ("Reviewer · alone · Debt up to", "¥50,000.00", "¥20,000.00")

    def test_do_not_say_that_nothing_differs_when_only_authority_does(self, alice: Actor, bob: Actor) -> None:
        first, second = published(alice, bob, FIRST_MATRIX), published(alice, bob, SMALL)
        page = signed_in(alice.user).get(address("compare", second), {"with": first.number}).content.decode()
        assert "Nothing differs." not in page
        assert "¥20,000.00" in page

    def test_say_what_is_wrong_with_a_draft(self, alice: Actor) -> None:
        draft = drafted(alice)
        draft.authority.filter(role="REVIEWER", alone=False).update(max_months=12)
        page = signed_in(alice.user).get(address("change", draft)).content.decode()
        assert "Reviewer, “Term up to”: nobody decides more alone than with a second person." in page
