"""Whoever holds the keys can seal other words into a row; the fingerprint in the event then says which ones."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from negotiation.models import Event, Message, Negotiation, Note, Offer
from negotiation.services import fingerprints, reviews
from negotiation.services.audit import altered_records
from negotiation.services.audit_words import words_without_fingerprint
from negotiation.services.events import SYSTEM, record
from negotiation.services.messages import write_to_bank
from tests.factories import NOW, make_account, make_reviewer
from tests.negotiation.signed_plans import propose
from tests.negotiation.test_audit import lift_triggers

pytestmark = pytest.mark.usefixtures("policy")
OTHER = "OTHER"


def talked() -> Negotiation:
    """A case with words of every kind: proposed, talked and noted about, countered beyond one person's authority, declined."""
    negotiation = propose(make_account(), now=NOW, instalment_count=48)
    reviewer = make_reviewer()
    write_to_bank(cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, text="Hello", now=NOW)
    reviews.add_note(negotiation=negotiation, reviewer=reviewer, text="A note.", now=NOW)
    reviews.decline(
        negotiation=negotiation, reviewer=reviewer, reasons=["BUDGET_UNCLEAR"], message="Ask again", now=NOW
    )
    return negotiation


def rewrite(row: Message | Note | Offer | Negotiation, field: str) -> None:
    """Seal other words into the row, as somebody could who holds the keys and can lift the triggers."""
    lift_triggers()
    sealed = row._meta.get_field(field).sealed_for(row, OTHER)
    type(row)._default_manager.filter(pk=row.pk).update(**{field: sealed})


def said() -> set[str]:
    return {found.part for found in altered_records()}


class TestWords:
    def test_are_what_the_services_wrote(self) -> None:
        talked()
        assert (said(), words_without_fingerprint()) == (set(), 0)

    @pytest.mark.parametrize(
        ("model", "field", "part"),
        [
            (Message, "text", "words of message 1"),
            (Note, "text", "words of note 1"),
            (Offer, "message", "words of offer 2"),
        ],
    )
    def test_are_named_when_others_are_sealed_in_their_place(self, model: type, field: str, part: str) -> None:
        talked()
        rewrite(model.objects.order_by("pk").last(), field)
        assert said() == {part}

    def test_are_named_when_planted_where_there_were_none(self) -> None:
        talked()
        rewrite(Offer.objects.earliest("pk"), "message")
        assert said() == {"words of offer 1"}

    def test_are_named_when_they_cannot_be_opened(self) -> None:
        talked()
        lift_triggers()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE negotiation_message SET text = 'v1.test1.AAAA'")
        assert said() == {"words of message 1"}

    def test_are_named_when_a_note_is_planted(self) -> None:
        negotiation = talked()
        Note.objects.create(negotiation=negotiation, author=make_reviewer(), text="Planted.", made_at=NOW)
        assert said() == {"notes"}

    def test_of_a_first_approver_are_followed_through_the_second(self) -> None:
        negotiation = propose(make_account(), now=NOW, instalment_count=48)
        reviews.accept(
            negotiation=negotiation,
            reviewer=make_reviewer(),
            quote_reference=negotiation.offers.get().quote.reference,
            message="Agreed",
            now=NOW,
        )
        assert negotiation.state == "AWAITING_SECOND_APPROVAL"
        assert said() == set()
        rewrite(negotiation, "pending_message")
        assert said() == {"words that wait for a second approval"}
        negotiation.refresh_from_db()
        reviews.confirm(negotiation=negotiation, reviewer=make_reviewer(senior=True), now=NOW)
        assert said() == {"words of offer 2"}

    def test_of_the_first_versions_are_counted_and_not_judged(self) -> None:
        negotiation = talked()
        data = {"negotiation": negotiation.reference, "note": 10**6}
        Note.objects.create(pk=10**6, negotiation=negotiation, author=make_reviewer(), text="Old.", made_at=NOW)
        record(stream=f"negotiation:{negotiation.reference}", kind="noted", actor=SYSTEM, data=data, now=NOW)
        out = StringIO()
        call_command("verify_audit", stdout=out)
        assert out.getvalue().startswith("1 words recorded without a fingerprint")


class TestAFingerprint:
    def test_survives_new_keys_for_the_words(self, settings: object) -> None:
        talked()
        settings.DATA_KEYS = {"new": b"n" * 32, **settings.DATA_KEYS}
        assert (said(), words_without_fingerprint()) == (set(), 0)

    def test_of_another_index_key_is_counted_and_not_judged(self, settings: object) -> None:
        talked()
        settings.INDEX_KEY = b"i" * 32
        assert (said(), words_without_fingerprint()) == (set(), 4)

    def test_looks_different_for_equal_words_and_holds_none(self) -> None:
        one, two = fingerprints.fingerprinted("Yes"), fingerprints.fingerprinted("Yes")
        assert one != two
        assert not fingerprints.are_altered("Yes", one)
        assert fingerprints.are_altered("yes", one)
        assert all("Yes" not in str(event.data) for event in Event.objects.all())
