"""The words of documents as rows: versions under four eyes, published once, printed for good."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from negotiation.documents.text_language import ElementNotAllowed, TagNotAllowed, ValueNotKnown
from negotiation.documents.texts import (
    AGREEMENT,
    TEXTS,
    UNDERTAKINGS,
    TextNotPublished,
    ValuesDiffer,
    check_wording,
    labels,
    supplied_wordings,
)
from negotiation.models import Event, TextVersion, VersionState
from negotiation.queries.texts import texts_in_force, unusable_texts, wordings_named
from negotiation.services import four_eyes, texts
from negotiation.services.audit import AlteredRecord, altered_records
from negotiation.services.consent_words import proof_consent
from negotiation.services.demonstration_policy import DRAFTER, PUBLISHER
from negotiation.services.demonstration_texts import seed_demonstration_texts
from negotiation.services.events import Actor, broken_links
from negotiation.services.roles import sync_roles
from tests.factories import NOW, TODAY, publish_texts
from tests.negotiation.staff import staff_of
from tests.negotiation.text_people import drafted, make_manager, published

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def alice() -> Actor:
    return make_manager("alice@bank.example")


@pytest.fixture
def bob() -> Actor:
    return make_manager("bob@bank.example")


@pytest.fixture
def charlie() -> Actor:
    return make_manager("charlie@bank.example", "view_textversion")


class TestTheSuppliedWordings:
    @pytest.mark.parametrize("name", TEXTS)
    def test_can_be_used(self, name: str) -> None:
        words = supplied_wordings([name])[name]
        check_wording(name, words.zh, words.en)

    def test_cover_every_text_and_no_other(self) -> None:
        assert set(supplied_wordings()) == set(TEXTS)
        assert {f"undertaking_{name}" for name in UNDERTAKINGS} < set(AGREEMENT)

    def test_of_undertakings_name_no_value_so_that_the_page_and_the_document_agree(self) -> None:
        assert all(not TEXTS[f"undertaking_{name}"].values for name in UNDERTAKINGS)

    def test_stand_beside_labels_in_both_languages(self) -> None:
        assert _keys(labels("zh-hans")) == _keys(labels("en"))


class TestDrafting:
    def test_names_the_version_after_the_month(self, alice: Actor) -> None:
        assert [drafted(alice).version for _ in range(3)] == ["2026-11", "2026-11.2", "2026-11.3"]
        assert drafted(alice, now=NOW + 10 * DAY).version == "2026-12"

    def test_records_version_and_fingerprint_and_no_words(self, alice: Actor) -> None:
        version = drafted(alice)
        event = Event.objects.get(stream__name="text:breach")
        assert (event.kind, event.actor_user) == ("text_drafted", alice.user)
        assert event.data == {
            "text": "breach",
            "version": "2026-11",
            "sha256": version.fingerprint,
            "effective_from": TODAY.isoformat(),
        }

    def test_is_refused_to_people_without_the_permission(self, charlie: Actor) -> None:
        with pytest.raises(four_eyes.MayNotChange):
            drafted(charlie)
        assert not TextVersion.objects.exists()

    def test_is_refused_for_a_text_that_no_document_has(self, alice: Actor) -> None:
        with pytest.raises(texts.NoSuchText):
            texts.draft_text(actor=alice, name="poem", zh="x", en="x", effective_from=TODAY, now=NOW)

    def test_refuses_words_that_cannot_be_used_and_leaves_no_trace(self, alice: Actor) -> None:
        with pytest.raises(TagNotAllowed) as refused:
            drafted(alice, en="<p>{% load static %}</p>")
        assert refused.value.language == "en"
        with pytest.raises(ValueNotKnown):
            drafted(alice, zh="<p>{{ settled_date }}</p>")
        with pytest.raises(ElementNotAllowed):
            drafted(alice, zh="<p>x</p><script>x()</script>")
        assert not TextVersion.objects.exists()
        assert not Event.objects.exists()

    @pytest.mark.parametrize(
        ("zh", "en", "language"),
        [("<p>{{ cure_days }}</p>", "<p>x</p>", "en"), ("<p>x</p>", "<p>{{ cure_days }}</p>", "zh-hans")],
    )
    def test_wants_the_same_values_in_both_languages(self, alice: Actor, zh: str, en: str, language: str) -> None:
        with pytest.raises(ValuesDiffer) as refused:
            drafted(alice, zh=zh, en=en)
        assert (refused.value.what, refused.value.language) == ("cure_days", language)

    def test_puts_other_words_into_ones_own_draft(self, alice: Actor) -> None:
        version = drafted(alice)
        words = {"zh": "<p>新</p>", "en": "<p>new</p>", "effective_from": TODAY + DAY}
        changed = texts.change_text(actor=alice, pk=version.pk, now=NOW, **words)
        version.refresh_from_db()
        assert (version.body_zh, version.body_en, version.effective_from) == ("<p>新</p>", "<p>new</p>", TODAY + DAY)
        assert Event.objects.get(kind="text_changed").data["sha256"] == changed.fingerprint == version.fingerprint

    def test_is_the_drafters_alone(self, alice: Actor, bob: Actor) -> None:
        version = drafted(alice)
        words = {"zh": "<p>新</p>", "en": "<p>new</p>", "effective_from": TODAY}
        with pytest.raises(four_eyes.NotTheDrafter):
            texts.change_text(actor=bob, pk=version.pk, now=NOW, **words)
        with pytest.raises(four_eyes.NotTheDrafter):
            texts.discard_text(actor=bob, pk=version.pk, now=NOW)

    def test_can_be_given_up_and_its_version_is_not_used_again(self, alice: Actor, bob: Actor) -> None:
        version = drafted(alice)
        texts.discard_text(actor=alice, pk=version.pk, now=NOW)
        with pytest.raises(four_eyes.NotADraft):
            texts.publish_text(actor=bob, pk=version.pk, now=NOW)
        assert drafted(alice).version == "2026-11.2"


class TestPublishing:
    def test_keeps_who_when_and_what(self, alice: Actor, bob: Actor) -> None:
        version = published()
        assert (version.published_by, version.published_at) == (bob.user, NOW)
        assert version.sha256 == version.fingerprint == Event.objects.get(kind="text_published").data["sha256"]
        assert (list(broken_links()), list(altered_records())) == ([], [])

    def test_is_refused_to_the_drafter(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(four_eyes.PublisherIsDrafter):
            texts.publish_text(actor=alice, pk=version.pk, now=NOW)
        version.refresh_from_db()
        assert version.state == VersionState.DRAFT
        assert not Event.objects.filter(kind="text_published").exists()

    def test_is_refused_to_people_without_the_permission(self, alice: Actor, charlie: Actor) -> None:
        with pytest.raises(four_eyes.MayNotChange):
            texts.publish_text(actor=charlie, pk=drafted(alice).pk, now=NOW)

    def test_happens_once(self, bob: Actor) -> None:
        with pytest.raises(four_eyes.NotADraft):
            texts.publish_text(actor=bob, pk=published().pk, now=NOW)

    def test_does_not_reach_back(self) -> None:
        with pytest.raises(four_eyes.EffectiveDateInThePast):
            published(effective_from=TODAY - DAY)

    def test_looks_at_the_words_again(self, alice: Actor, bob: Actor) -> None:
        version = drafted(alice)
        TextVersion.objects.filter(pk=version.pk).update(body_en="<p><img></p>")
        with pytest.raises(ElementNotAllowed):
            texts.publish_text(actor=bob, pk=version.pk, now=NOW)

    def test_belongs_to_the_policy_managers(self) -> None:
        sync_roles()
        may = {group: staff_of(group).get_all_permissions() for group in ("policy manager", "auditor", "reviewer")}
        both = {"negotiation.draft_text", "negotiation.publish_text"}
        assert both < may["policy manager"]
        assert "negotiation.view_textversion" in may["auditor"]
        assert not both & may["auditor"]
        assert not {*both, "negotiation.view_textversion"} & may["reviewer"]


class TestAPublishedText:
    @pytest.mark.parametrize(
        "change",
        [{"body_en": "<p>x</p>"}, {"state": "DRAFT", "published_by": None}, {"effective_from": TODAY + DAY}],
    )
    def test_is_not_updated_in_the_database(self, change: dict[str, Any]) -> None:
        version = published()
        with pytest.raises(DatabaseError), transaction.atomic():
            TextVersion.objects.filter(pk=version.pk).update(**change)

    def test_is_not_deleted(self) -> None:
        version = published()
        with pytest.raises(DatabaseError), transaction.atomic():
            version.delete()

    def test_is_not_changed_by_its_drafter(self, alice: Actor) -> None:
        version = published()
        with pytest.raises(four_eyes.NotADraft):
            texts.change_text(actor=alice, pk=version.pk, zh="<p>x</p>", en="<p>x</p>", effective_from=TODAY, now=NOW)


class TestConstraints:
    def test_let_nobody_publish_their_own_draft(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
            TextVersion.objects.filter(pk=version.pk).update(
                state="PUBLISHED", published_by=alice.user, published_at=NOW, sha256="0" * 64
            )

    def test_let_nothing_be_published_by_nobody(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(IntegrityError, match="published_completely"), transaction.atomic():
            TextVersion.objects.filter(pk=version.pk).update(state="PUBLISHED")

    def test_know_the_states(self, alice: Actor) -> None:
        version = drafted(alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            TextVersion.objects.filter(pk=version.pk).update(state="LIVE")

    def test_keep_a_version_to_one_row(self, alice: Actor) -> None:
        drafted(alice)
        second = drafted(alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            TextVersion.objects.filter(pk=second.pk).update(version="2026-11")


class TestTheTextInForce:
    def test_is_named_where_it_is_missing(self) -> None:
        published("breach")
        with pytest.raises(TextNotPublished, match="rights"):
            texts_in_force(("breach", "rights"), at=NOW)
        assert set(unusable_texts(at=NOW)) == set(TEXTS) - {"breach"}

    def test_begins_on_its_day_in_the_banks_time_zone(self) -> None:
        published()
        published(en="<p>tomorrow</p>", zh="<p>明</p>", effective_from=TODAY + DAY)
        midnight = NOW.replace(hour=16, minute=0)
        assert _version_at(midnight - timedelta(seconds=1)) == "2026-11"
        assert _version_at(midnight) == "2026-11.2"

    def test_is_the_one_published_last_of_two_that_begin_together(self, alice: Actor, bob: Actor) -> None:
        first, second = drafted(alice), drafted(alice)
        texts.publish_text(actor=bob, pk=second.pk, now=NOW)
        texts.publish_text(actor=bob, pk=first.pk, now=NOW + timedelta(minutes=1))
        assert _version_at(NOW) == "2026-11.2"
        assert _version_at(NOW + timedelta(minutes=1)) == "2026-11"

    def test_is_the_first_before_the_first_began(self) -> None:
        published()
        assert _version_at(NOW - 30 * DAY) == "2026-11"

    def test_is_never_a_draft(self, alice: Actor) -> None:
        published()
        drafted(alice)
        assert _version_at(NOW) == "2026-11"

    def test_is_read_in_one_query_whatever_the_number(self, django_assert_num_queries: Any) -> None:
        publish_texts()
        with django_assert_num_queries(1):
            assert set(texts_in_force(AGREEMENT, at=NOW)) == set(AGREEMENT)

    def test_of_a_consent_fills_in_how_long_a_document_is_kept(self, settings: Any) -> None:
        publish_texts()
        settings.PROOF_KEPT_DAYS = 77
        consent = proof_consent(language="en", now=NOW)
        assert "77 days after" in consent.words
        assert consent.version == "2026-11"


class TestARowAlteredPastTheTriggers:
    @pytest.fixture
    def past_triggers(self) -> Callable[[str], None]:
        """Runs SQL as somebody would who owns the database."""

        def run(statement: str) -> None:
            with connection.cursor() as cursor:
                for drop in _drops():
                    cursor.execute(drop)
                cursor.execute(statement)

        return run

    def test_is_not_used(self, past_triggers: Callable[[str], None]) -> None:
        published()
        past_triggers("UPDATE negotiation_textversion SET body_en = '<p>The bank may do what it likes.</p>'")
        with pytest.raises(TextNotPublished, match="breach 2026-11"):
            texts_in_force(("breach",), at=NOW)
        with pytest.raises(TextNotPublished):
            wordings_named([("breach", "2026-11")])
        assert "breach" in unusable_texts(at=NOW)

    def test_is_told_by_the_audit_even_with_a_fitting_hash(self, past_triggers: Callable[[str], None]) -> None:
        version = published()
        version.body_en = "<p>The bank may do what it likes.</p>"
        past_triggers(
            f"UPDATE negotiation_textversion SET body_en = '{version.body_en}', sha256 = '{version.fingerprint}'"
        )
        assert not unusable_texts(at=NOW).count("breach")
        assert list(altered_records()) == [AlteredRecord("textversion breach 2026-11", "publication")]
        err = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("verify_audit", stdout=io.StringIO(), stderr=err)
        assert "textversion breach 2026-11: publication altered" in err.getvalue()

    def test_is_missed_by_the_audit_when_it_is_gone(self, past_triggers: Callable[[str], None]) -> None:
        published()
        past_triggers("DELETE FROM negotiation_textversion")
        assert list(altered_records()) == [AlteredRecord("textversion breach 2026-11", "everything")]

    def test_is_told_when_nobody_ever_published_it(self, alice: Actor, bob: Actor) -> None:
        version = drafted(alice)
        TextVersion.objects.filter(pk=version.pk).update(
            state="PUBLISHED", published_by=bob.user, published_at=NOW, sha256=version.fingerprint
        )
        assert list(altered_records()) == [AlteredRecord("textversion breach 2026-11", "publication")]

    def test_is_asked_for_by_name(self) -> None:
        with pytest.raises(TextNotPublished, match="breach 1999-01"):
            wordings_named([("breach", "1999-01"), ("labels", "2026-11")])


class TestLoadingTheSuppliedWordings:
    def test_makes_drafts_that_somebody_else_has_to_publish(self, alice: Actor, bob: Actor) -> None:
        assert alice.user
        out = io.StringIO()
        call_command("load_texts", drafted_by=alice.user.email, stdout=out)
        assert "drafted breach 2026-11" in out.getvalue()
        assert "to be published by somebody else: preamble, down_payment" in out.getvalue()
        assert set(TextVersion.objects.values_list("state", "drafted_by")) == {("DRAFT", alice.user.pk)}
        assert TextVersion.objects.count() == len(TEXTS) == len(unusable_texts(at=NOW))
        for version in TextVersion.objects.all():
            texts.publish_text(actor=bob, pk=version.pk, now=version.drafted_at)
        assert unusable_texts(at=NOW) == ()

    def test_again_adds_nothing(self, alice: Actor) -> None:
        texts.draft_supplied_texts(actor=alice, now=NOW)
        assert texts.draft_supplied_texts(actor=alice, now=NOW) == []
        assert TextVersion.objects.count() == len(TEXTS)

    @pytest.mark.parametrize("email", ["nobody@bank.example", "charlie@bank.example"])
    def test_needs_a_policy_manager(self, charlie: Actor, email: str) -> None:
        with pytest.raises(CommandError, match=email):
            call_command("load_texts", drafted_by=email, stdout=io.StringIO())
        assert not TextVersion.objects.exists()

    def test_is_done_for_the_demonstration_by_two_people(self) -> None:
        seed_demonstration_texts(now=NOW)
        seed_demonstration_texts(now=NOW + DAY)
        people = TextVersion.objects.values_list("drafted_by__email", "published_by__email").distinct().order_by()
        assert list(people) == [(DRAFTER[0], PUBLISHER[0])]
        assert (unusable_texts(at=NOW), list(altered_records())) == ((), [])
        assert TextVersion.objects.count() == len(TEXTS)


def _version_at(moment: Any) -> str:
    return texts_in_force(("breach",), at=moment)["breach"].version


def _drops() -> list[str]:
    table = "negotiation_textversion"
    if connection.vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_published ON {table}"]
    return [f"DROP TRIGGER IF EXISTS {table}_published_no_{operation}" for operation in ("update", "delete")]


def _keys(words: dict[str, object]) -> set[str]:
    return {
        f"{name}.{key}" if isinstance(value, dict) else name
        for name, value in words.items()
        for key in (value if isinstance(value, dict) else [""])
    }
