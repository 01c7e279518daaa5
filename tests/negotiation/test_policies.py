"""Limits as rows: versions under four eyes, published once, judged by for good."""

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, IntegrityError, models, transaction

from negotiation.domain.policy import GapBetweenBands, LimitPolicy, Limits, NoBands, OverlappingBands
from negotiation.domain.terms import PlanMethod
from negotiation.domain.workflow import ActorKind
from negotiation.models import Event, PolicyBand, PolicyVersion, User, VersionState
from negotiation.queries.policies import NoPolicyInForce, NoSuchPolicy, policy_in_force, policy_version
from negotiation.services import four_eyes, policies
from negotiation.services.demonstration_policy import (
    DRAFTER,
    PUBLISHER,
    demonstration_policy,
    seed_demonstration_policy,
)
from negotiation.services.events import Actor, broken_links
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


def make_manager(email: str, *permissions: str) -> Actor:
    user = User.objects.create_user(email, is_staff=True)
    wanted = permissions or ("draft_policy", "publish_policy")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return Actor(ActorKind.POLICY_MANAGER, user)


@pytest.fixture
def alice() -> Actor:
    return make_manager("alice@bank.example")


@pytest.fixture
def bob() -> Actor:
    return make_manager("bob@bank.example")


@pytest.fixture
def charlie() -> Actor:
    return Actor(ActorKind.REVIEWER, User.objects.create_user("charlie@bank.example", is_staff=True))


def drafted(actor: Actor, **fields: Any) -> PolicyVersion:
    given = {"name": "2026", "effective_from": TODAY, "now": NOW, "based_on": demonstration_policy(now=NOW)}
    return policies.draft_policy(actor=actor, **given | fields)


def published(alice: Actor, bob: Actor, **fields: Any) -> LimitPolicy:
    return policies.publish_policy(actor=bob, number=drafted(alice, **fields).number, now=NOW)


class TestTheRows:
    def test_mirror_the_limits_field_for_field(self) -> None:
        columns = {field.name for field in PolicyBand._meta.get_fields()} - {"id", "policy"}
        assert columns == {field.name for field in fields(Limits)}

    def test_mirror_the_settings_field_for_field(self) -> None:
        own = {"id", "number", "state", "drafted_by", "drafted_at", "published_by", "published_at", "sha256"}
        columns = {field.name for field in PolicyVersion._meta.get_fields()} - own
        assert columns == {field.name for field in fields(LimitPolicy)} - {"version"}

    def test_have_the_defaults_of_the_domain(self) -> None:
        given = {field.name: field.default for field in fields(LimitPolicy)}
        for column in PolicyVersion._meta.fields:
            if column.name in given and column.default is not models.NOT_PROVIDED:
                assert column.default == given[column.name], column.name

    def test_give_back_the_policy_that_was_written(self, alice: Actor) -> None:
        policy = replace(demonstration_policy(now=NOW), name="2026")
        version = drafted(alice, based_on=policy)
        assert set(version.limit_policy.bands) == set(policy.bands)
        assert replace(version.limit_policy, bands=policy.bands, version=policy.version) == policy


class TestDrafting:
    def test_copies_the_version_it_is_based_on(self, alice: Actor) -> None:
        version = drafted(alice)
        assert version.state == VersionState.DRAFT
        assert version.bands.count() == len(demonstration_policy(now=NOW).bands)

    def test_records_an_event(self, alice: Actor) -> None:
        version = drafted(alice)
        event = Event.objects.get(stream__name=f"policy:{version.number}")
        assert (event.kind, event.actor_user) == ("policy_drafted", alice.user)

    def test_is_refused_to_people_without_the_permission(self, charlie: Actor) -> None:
        with pytest.raises(four_eyes.MayNotChange):
            drafted(charlie)
        assert not PolicyVersion.objects.exists()

    def test_changes_a_band(self, alice: Actor) -> None:
        version = drafted(alice)
        band = version.bands.all()[0]
        wider = replace(band.limits, max_months=18)
        changed = policies.change_band(actor=alice, number=version.number, band=band.pk, limits=wider, now=NOW)
        assert changed.limits == wider

    def test_adds_and_removes_bands(self, alice: Actor) -> None:
        version = drafted(alice, based_on=None)
        limits = demonstration_policy(now=NOW).bands[0]
        band = policies.add_band(actor=alice, number=version.number, limits=limits, now=NOW)
        assert [row.limits for row in version.bands.all()] == [limits]
        policies.remove_band(actor=alice, number=version.number, band=band.pk, now=NOW)
        assert not version.bands.exists()

    def test_changes_settings_by_name(self, alice: Actor) -> None:
        version = drafted(alice)
        changed = policies.change_settings(actor=alice, number=version.number, settings={"max_rounds": 7}, now=NOW)
        assert changed.limit_policy.max_rounds == 7

    def test_refuses_a_setting_that_is_none(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(policies.NoSuchSetting):
            policies.change_settings(actor=alice, number=version.number, settings={"published_by": 1}, now=NOW)

    def test_is_refused_to_anyone_but_the_drafter(self, alice: Actor, bob: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(four_eyes.NotTheDrafter):
            policies.change_settings(actor=bob, number=version.number, settings={"max_rounds": 7}, now=NOW)
        with pytest.raises(four_eyes.NotTheDrafter):
            policies.discard_policy(actor=bob, number=version.number, now=NOW)

    def test_can_be_given_up(self, alice: Actor, bob: Actor) -> None:
        version = drafted(alice)
        policies.discard_policy(actor=alice, number=version.number, now=NOW)
        with pytest.raises(four_eyes.NotADraft):
            policies.publish_policy(actor=bob, number=version.number, now=NOW)


class TestPublishing:
    def test_puts_the_limits_in_force(self, alice: Actor, bob: Actor) -> None:
        policy = published(alice, bob)
        assert policy_in_force(at=NOW) == policy == policy_version(policy.version)

    def test_keeps_who_when_and_what(self, alice: Actor, bob: Actor) -> None:
        version = PolicyVersion.objects.get(number=published(alice, bob).version)
        assert (version.published_by, version.published_at, len(version.sha256)) == (bob.user, NOW, 64)
        event = Event.objects.get(kind="policy_published")
        assert event.data["sha256"] == version.sha256
        assert not list(broken_links())

    def test_is_refused_to_the_drafter(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(four_eyes.PublisherIsDrafter):
            policies.publish_policy(actor=alice, number=version.number, now=NOW)
        version.refresh_from_db()
        assert version.state == VersionState.DRAFT
        assert not Event.objects.filter(kind="policy_published").exists()

    def test_is_refused_to_people_without_the_permission(self, alice: Actor, charlie: Actor) -> None:
        with pytest.raises(four_eyes.MayNotChange):
            policies.publish_policy(actor=charlie, number=drafted(alice).number, now=NOW)

    def test_happens_once(self, alice: Actor, bob: Actor) -> None:
        number = published(alice, bob).version
        with pytest.raises(four_eyes.NotADraft):
            policies.publish_policy(actor=bob, number=number, now=NOW)

    def test_does_not_reach_back(self, alice: Actor, bob: Actor) -> None:
        with pytest.raises(four_eyes.EffectiveDateInThePast):
            published(alice, bob, effective_from=TODAY - timedelta(days=1))

    def test_refuses_a_policy_without_bands(self, alice: Actor, bob: Actor) -> None:
        with pytest.raises(NoBands):
            published(alice, bob, based_on=None)

    def test_refuses_overlapping_bands(self, alice: Actor, bob: Actor) -> None:
        version = drafted(alice)
        limits = replace(version.bands.filter(dpd_to=90)[0].limits, dpd_from=2, dpd_to=None)
        policies.add_band(actor=alice, number=version.number, limits=limits, now=NOW)
        with pytest.raises(OverlappingBands):
            policies.publish_policy(actor=bob, number=version.number, now=NOW)

    def test_refuses_a_gap_between_bands(self, alice: Actor, bob: Actor) -> None:
        version = drafted(alice)
        policies.remove_band(actor=alice, number=version.number, band=version.bands.all()[1].pk, now=NOW)
        with pytest.raises(GapBetweenBands):
            policies.publish_policy(actor=bob, number=version.number, now=NOW)


class TestAPublishedPolicy:
    @pytest.fixture
    def version(self, alice: Actor, bob: Actor) -> PolicyVersion:
        return PolicyVersion.objects.get(number=published(alice, bob).version)

    def test_is_not_changed_by_its_drafter(self, alice: Actor, version: PolicyVersion) -> None:
        with pytest.raises(four_eyes.NotADraft):
            policies.change_settings(actor=alice, number=version.number, settings={"max_rounds": 9}, now=NOW)

    @pytest.mark.parametrize("change", [{"max_rounds": 9}, {"state": "DRAFT", "published_by": None}])
    def test_is_not_updated_in_the_database(self, version: PolicyVersion, change: dict[str, Any]) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk).update(**change)

    def test_is_not_deleted(self, version: PolicyVersion) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            version.delete()

    def test_keeps_its_bands(self, version: PolicyVersion) -> None:
        bands = PolicyBand.objects.filter(policy=version)
        with pytest.raises(DatabaseError), transaction.atomic():
            bands.update(max_months=60)
        with pytest.raises(DatabaseError), transaction.atomic():
            bands[0].delete()

    def test_gets_no_band_and_loses_none_to_a_draft(self, alice: Actor, version: PolicyVersion) -> None:
        draft = drafted(alice)
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyBand.objects.filter(policy=draft).update(policy=version)
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyBand.objects.filter(policy=version).update(policy=draft)


class TestConstraints:
    def test_let_nobody_publish_their_own_draft(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk).update(
                state="PUBLISHED", published_by=alice.user, published_at=NOW, sha256="0" * 64
            )

    def test_let_nothing_be_published_by_nobody(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(IntegrityError, match="published_completely"), transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk).update(state="PUBLISHED")

    def test_know_the_states(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            PolicyVersion.objects.filter(pk=version.pk).update(state="LIVE")

    def test_keep_balances_and_days_in_order(self, alice: Actor) -> None:
        band = drafted(alice).bands.filter(balance_below__isnull=False)[0]
        rows = PolicyBand.objects.filter(pk=band.pk)
        with pytest.raises(IntegrityError, match="balances_in_order"), transaction.atomic():
            rows.update(balance_below=band.balance_from)
        with pytest.raises(IntegrityError, match="days_in_order"), transaction.atomic():
            rows.update(dpd_to=0)


class TestThePolicyInForce:
    def test_is_named_as_missing(self) -> None:
        with pytest.raises(NoPolicyInForce):
            policy_in_force(at=NOW)
        with pytest.raises(NoSuchPolicy):
            policy_version(1)

    def test_begins_on_its_day_in_the_banks_time_zone(self, alice: Actor, bob: Actor) -> None:
        old = published(alice, bob)
        new = published(alice, bob, effective_from=TODAY + timedelta(days=1))
        midnight = NOW.replace(hour=16, minute=0)
        assert policy_in_force(at=midnight - timedelta(seconds=1)) == old
        assert policy_in_force(at=midnight) == new

    def test_is_the_later_number_of_two_that_begin_together(self, alice: Actor, bob: Actor) -> None:
        published(alice, bob)
        second = published(alice, bob)
        assert policy_in_force(at=NOW) == second

    def test_is_never_a_draft(self, alice: Actor, bob: Actor) -> None:
        old = published(alice, bob)
        drafted(alice)
        assert policy_in_force(at=NOW) == old

    def test_is_read_once(self, alice: Actor, bob: Actor, django_assert_num_queries: Any) -> None:
        published(alice, bob)
        policy_in_force(at=NOW)
        with django_assert_num_queries(1):
            policy_in_force(at=NOW)


class TestTheDemonstration:
    def test_is_drafted_and_published_by_two_people(self) -> None:
        policy = seed_demonstration_policy(now=NOW)
        version = PolicyVersion.objects.get(number=policy.version)
        assert version.published_by is not None
        assert (version.drafted_by.email, version.published_by.email) == (DRAFTER[0], PUBLISHER[0])

    def test_is_seeded_once(self) -> None:
        assert seed_demonstration_policy(now=NOW) == seed_demonstration_policy(now=NOW + timedelta(days=1))
        assert PolicyVersion.objects.count() == 1

    def test_stops_interest_from_the_ninety_first_day(self) -> None:
        policy = demonstration_policy(now=NOW)
        early, late = (policy.limits_for("standard", Decimal("20000.00"), days) for days in (90, 91))
        assert early is not None and late is not None
        assert PlanMethod.INTEREST_FREE not in early.methods
        assert late.methods[0] == PlanMethod.INTEREST_FREE
