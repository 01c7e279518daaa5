"""What a person may take with them: every row about them, none about anybody else, nothing from inside the bank."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from negotiation.domain.concerns import ConcernKind
from negotiation.domain.contact_wishes import ContactWish
from negotiation.models import Cardholder, Note, Quote, SupportingDocument
from negotiation.queries.own_data import OWNED_BY, deleted_on, own_rows
from negotiation.services import attachments, proposals, reviews
from negotiation.services.concerns import raise_concern
from negotiation.services.consent_words import consents_given
from negotiation.services.contact_preferences import choose_contact
from negotiation.services.messages import write_to_bank, write_to_cardholder
from negotiation.services.own_data import own_parts
from tests.factories import NOW, make_account, make_negotiation, make_quote, make_reviewer
from tests.negotiation.files import PDF
from tests.negotiation.signed_plans import agree, sign
from tests.portal.cast import give_ledger

pytestmark = pytest.mark.usefixtures("policy")
LATER = NOW + timedelta(minutes=5)
NOT_THEIRS = {"Note", "Course", "ArchiveRenewal"}
"""What leads to a person and is no part of the tables: notes of reviewers, the bank's figures, and what the PDF files end with."""


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def lived(**fields: Any) -> Cardholder:
    """Somebody who has everything: two cards, a plan in force, a negotiation with messages and a paper, a complaint, a wish."""
    account = make_account(**fields)
    give_ledger(account)
    alice = account.cardholder
    sign(agree(account, now=NOW, instalment_count=36), now=NOW)
    talk = make_negotiation(account=make_account(cardholder=alice))
    write_to_bank(cardholder=alice, negotiation_reference=talk.reference, text="I start in March.", now=NOW)
    bob = make_reviewer(name="Bob Reviewer")
    write_to_cardholder(negotiation=talk, reviewer=bob, text="Thank you.", now=LATER)
    reviews.add_note(negotiation=talk, reviewer=bob, text="Seems honest.", now=NOW)
    attachments.attach(
        cardholder=alice, negotiation_reference=talk.reference, content=PDF, shows="INCOME", has_consented=True, now=NOW
    )
    raise_concern(cardholder=alice, kind=ConcernKind.CORRECTION, words="My name has another sign.", now=NOW)
    choose_contact(cardholder=alice, wish=ContactWish("en"), now=NOW)
    return alice


def exported(cardholder: Cardholder) -> dict[str, list[dict[str, Any]]]:
    return {part.name: part.data for part in own_parts(cardholder=cardholder)}


class TestACopy:
    def test_has_every_row_of_somebody_who_has_everything(self) -> None:
        alice, _charlie = lived(), lived()
        parts = {part.name: part for part in own_parts(cardholder=alice)}
        kept = {part.rows[0]._meta.model: part.rows for part in parts.values()}
        assert set(kept) == set(OWNED_BY)
        for model, way in OWNED_BY.items():
            assert len(kept[model]) == model.objects.filter(**{way: alice.pk}).distinct().count(), model

    def test_is_plain_exact_and_opens_what_is_sealed(self) -> None:
        alice = lived()
        told = json.loads(json.dumps(exported(alice), ensure_ascii=False))
        assert (told["you"][0]["name"], told["you"][0]["email"]) == (alice.name, alice.email)
        assert told["accounts"][0]["purchase_principal"] == "30000.00"
        assert told["accounts"][0]["opened_on"] == "2020-03-01"
        assert told["accounts"][0]["as_of"] == "2026-11-23T10:00:00+08:00"
        assert [entry["amount"] for entry in told["ledger"]][:2] == ["30000.00", "390.00"]
        assert told["instalments"][35]["plan"] == told["agreements"][0]["reference"]
        assert sum(Decimal(entry["amount"]) for entry in told["ledger"]) == Decimal(told["accounts"][0]["total"])

    def test_names_nobody_at_the_bank_and_tells_no_note(self) -> None:
        told = exported(lived())
        assert [message["party"] for message in told["messages"]] == ["CARDHOLDER", "BANK"]
        said = json.dumps(told, ensure_ascii=False)
        assert Note.objects.exists()
        for inside in ("REVIEWER", "Bob", "bank.example", "Seems honest", "assigned_to", "pending_"):
            assert inside not in said

    def test_has_nothing_of_anybody_else(self) -> None:
        alice, charlie = lived(), lived()
        said = json.dumps(exported(alice), ensure_ascii=False)
        for row in (charlie, *charlie.accounts.all()):
            assert str(row.pk) not in said and row.source_id not in said
        for model in (Quote, SupportingDocument):
            for row in own_rows(model, cardholder=charlie):
                assert row.reference not in said

    def test_keeps_back_what_waits_inside_the_bank_until_it_is_offered(self) -> None:
        talk, bob = make_negotiation(), make_reviewer()
        waiting = make_quote(talk.account, instalment_count=44)
        reviews.counter(negotiation=talk, reviewer=bob, quote=waiting, message="", now=NOW)
        talk.refresh_from_db()
        assert talk.state == "AWAITING_SECOND_APPROVAL"
        assert waiting not in own_rows(Quote, cardholder=talk.cardholder)
        reviews.confirm(negotiation=talk, reviewer=make_reviewer(senior=True), now=NOW)
        assert waiting in own_rows(Quote, cardholder=talk.cardholder)

    def test_is_asked_for_in_a_bounded_number_of_questions(self, django_assert_max_num_queries: Any) -> None:
        alice = lived()
        with django_assert_max_num_queries(len(OWNED_BY) + 4):
            exported(alice)


class TestEveryKindOfRow:
    def test_that_leads_to_a_person_is_in_the_copy_or_is_left_out_on_purpose(self) -> None:
        owned = {model.__name__ for model in OWNED_BY}
        leading = {"Cardholder"}
        while True:
            found = {
                model.__name__ for model in apps.get_app_config("negotiation").get_models() if leads(model, leading)
            }
            if found <= leading:
                break
            leading |= found
        assert leading - owned == NOT_THEIRS


def leads(model: Any, to: set[str]) -> bool:
    """Whether a row of this kind belongs to one of those."""
    return any(field.many_to_one or field.one_to_one for field in belongs(model) if field.related_model.__name__ in to)


def belongs(model: Any) -> list[Any]:
    return [field for field in model._meta.fields if field.is_relation]


class TestConsents:
    def test_are_told_in_the_words_that_were_ticked(self) -> None:
        alice = lived()
        given = consents_given(cardholder=alice, language="en")
        assert len(given) == 5
        assert {one.version for one in given} == {"2026-11"}
        assert all(one.words for one in given)
        attachments.delete(cardholder=alice, reference=SupportingDocument.objects.get().reference, now=NOW)
        assert [one.ended_at for one in consents_given(cardholder=alice, language="en") if one.ended_at] == [NOW]


class TestAPaper:
    def test_names_the_day_of_its_deletion_once_the_negotiation_is_over(self) -> None:
        talk = make_negotiation()
        attachments.attach(
            cardholder=talk.cardholder,
            negotiation_reference=talk.reference,
            content=PDF,
            shows="INCOME",
            has_consented=True,
            now=NOW,
        )
        assert deleted_on(SupportingDocument.objects.get()) is None
        proposals.withdraw(cardholder=talk.cardholder, negotiation_reference=talk.reference, now=NOW)
        assert str(deleted_on(SupportingDocument.objects.get())) == "2027-02-21"
