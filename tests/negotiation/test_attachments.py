"""Supporting documents: sealed at rest, seen by their owner and by entitled staff, gone when nobody needs them."""

import resource
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from negotiation.domain.attachments import MOST_ATTACHMENTS, FileTooLarge, UnknownFileKind
from negotiation.domain.workflow import NegotiationState
from negotiation.models import Event, Negotiation, SupportingDocument
from negotiation.models.sealed import SealBroken
from negotiation.queries.attachments import attached_to, attachment_for, attachment_for_staff
from negotiation.queries.events import events_of
from negotiation.queries.staff import reviewing_role
from negotiation.services import attachments, proposals, reviews
from negotiation.services.attachments import content_of, delete_old_attachments, open_for_staff, sweep
from negotiation.services.refusals import (
    AlreadyAttached,
    AlreadyDecided,
    ConsentMissing,
    StorageFull,
    TooManyAttachments,
)
from negotiation.services.roles import sync_roles
from tests.factories import NOW, make_account, make_cardholder, make_negotiation, make_reviewer
from tests.negotiation.files import JPEG, PDF, picture, where_and_what

pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """An empty file store."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def attach(negotiation: Negotiation, content: bytes = PDF, **fields: Any) -> SupportingDocument:
    defaults = {"cardholder": negotiation.cardholder, "shows": "INCOME", "has_consented": True, "now": NOW}
    return attachments.attach(negotiation_reference=negotiation.reference, content=content, **defaults | fields)


def decline(negotiation: Negotiation) -> None:
    reviews.decline(negotiation=negotiation, reviewer=make_reviewer(), reasons=["IN_COURT"], message="", now=NOW)


class TestAttaching:
    def test_keeps_the_file_sealed_and_opens_it_again(self, store: Path) -> None:
        document = attach(make_negotiation())
        (file,) = files(store)
        assert b"PDF" not in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600
        assert content_of(document) == PDF
        assert (document.file_kind, document.byte_count) == ("PDF", len(PDF))

    def test_leaves_nothing_of_a_file_that_the_disk_cannot_hold(self, store: Path) -> None:
        negotiation = make_negotiation()
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, most))
        try:
            with pytest.raises(StorageFull):
                attach(negotiation)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        assert (files(store), SupportingDocument.objects.count()) == ([], 0)

    def test_keeps_of_a_photograph_only_what_can_be_seen(self) -> None:
        document = attach(make_negotiation(), picture(exif=where_and_what()))
        assert content_of(document) == JPEG
        assert document.byte_count == len(JPEG)

    def test_records_consent_and_hash_and_no_name(self) -> None:
        negotiation = make_negotiation()
        document = attach(negotiation)
        event = events_of(negotiation).last()
        assert event.kind == "document_attached"
        assert event.data == {
            "negotiation": negotiation.reference,
            "document": document.reference,
            "shows": "INCOME",
            "file_kind": "PDF",
            "byte_count": len(PDF),
            "sha256": document.sha256,
            "consent_version": "2026-11",
        }

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"content": b"MZ"}, UnknownFileKind),
            ({"content": bytes(8 * 1024 * 1024 + 1)}, FileTooLarge),
            ({"has_consented": False}, ConsentMissing),
        ],
    )
    def test_is_refused_without_a_trace(self, store: Path, fields: dict[str, Any], refusal: type[Exception]) -> None:
        negotiation = make_negotiation()
        before = Event.objects.count()
        with pytest.raises(refusal):
            attach(negotiation, **fields)
        assert (Event.objects.count(), SupportingDocument.objects.count(), files(store)) == (before, 0, [])

    def test_is_refused_when_the_bank_has_decided(self, store: Path) -> None:
        negotiation = make_negotiation()
        decline(negotiation)
        with pytest.raises(AlreadyDecided):
            attach(negotiation)
        assert files(store) == []

    def test_of_one_file_twice_keeps_one(self, store: Path) -> None:
        negotiation = make_negotiation()
        attach(negotiation)
        with pytest.raises(AlreadyAttached):
            attach(negotiation)
        assert len(files(store)) == SupportingDocument.objects.count() == 1

    def test_is_limited_in_number_and_room_comes_back_by_deleting(self, store: Path) -> None:
        negotiation = make_negotiation()
        kept = [attach(negotiation, picture(shade=9 * number)) for number in range(MOST_ATTACHMENTS)]
        with pytest.raises(TooManyAttachments):
            attach(negotiation)
        assert len(files(store)) == MOST_ATTACHMENTS
        attachments.delete(cardholder=negotiation.cardholder, reference=kept[0].reference, now=NOW)
        attach(negotiation)

    def test_to_somebody_elses_negotiation_finds_nothing(self) -> None:
        with pytest.raises(Negotiation.DoesNotExist):
            attach(make_negotiation(), cardholder=make_cardholder())

    def test_without_consent_is_impossible_whoever_writes_the_row(self) -> None:
        attach(make_negotiation())
        with pytest.raises(IntegrityError, match="supportingdocument_with_consent"), transaction.atomic():
            SupportingDocument.objects.update(consent_version="")


class TestAFile:
    def test_altered_by_a_byte_does_not_open(self, store: Path) -> None:
        document = attach(make_negotiation())
        (file,) = files(store)
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(SealBroken):
            content_of(document)

    def test_put_in_the_place_of_another_does_not_open(self, store: Path) -> None:
        negotiation = make_negotiation()
        mine, other = attach(negotiation), attach(negotiation, JPEG)
        (store / "supporting" / mine.pk.hex).replace(store / "supporting" / other.pk.hex)
        with pytest.raises(SealBroken):
            content_of(other)

    def test_opens_with_a_key_that_is_no_longer_the_first(self, settings: Any) -> None:
        document = attach(make_negotiation())
        settings.DATA_KEYS = {"new": bytes(32), **settings.DATA_KEYS}
        assert content_of(document) == PDF


class TestReading:
    def test_is_for_the_owner(self) -> None:
        negotiation = make_negotiation()
        document = attach(negotiation)
        assert attachment_for(cardholder=negotiation.cardholder, reference=document.reference) == document
        with pytest.raises(SupportingDocument.DoesNotExist):
            attachment_for(cardholder=make_cardholder(), reference=document.reference)

    def test_is_for_entitled_staff_and_is_recorded(self) -> None:
        sync_roles()
        negotiation, bob = make_negotiation(), make_reviewer()
        document = attachment_for_staff(reader=bob, reference=attach(negotiation).reference)
        assert open_for_staff(document=document, reader=bob, role=reviewing_role(bob), now=NOW) == PDF
        event = events_of(negotiation).last()
        assert (event.kind, event.actor_user, event.data["document"]) == ("document_opened", bob, document.reference)

    def test_is_not_for_staff_without_the_right_nor_for_ones_own_case(self) -> None:
        sync_roles()
        bob = make_reviewer()
        reference = attach(
            make_negotiation(account=make_account(cardholder=make_cardholder(user=bob, claimed_at=NOW)))
        ).reference
        clerk = make_reviewer()
        clerk.groups.clear()
        clerk.user_permissions.add(Permission.objects.get(codename="view_negotiation"))
        for reader in (bob, clerk):
            with pytest.raises(SupportingDocument.DoesNotExist):
                attachment_for_staff(reader=reader, reference=reference)


class TestDeleting:
    def test_removes_the_file_and_keeps_the_fact(self, store: Path, django_capture_on_commit_callbacks: Any) -> None:
        negotiation = make_negotiation()
        document = attach(negotiation)
        with django_capture_on_commit_callbacks(execute=True):
            attachments.delete(cardholder=negotiation.cardholder, reference=document.reference, now=NOW)
        assert files(store) == []
        assert not attached_to(negotiation)
        assert SupportingDocument.objects.get().deleted_at == NOW
        assert events_of(negotiation).last().kind == "document_deleted"
        with pytest.raises(SupportingDocument.DoesNotExist):
            attachments.delete(cardholder=negotiation.cardholder, reference=document.reference, now=NOW)

    def test_is_refused_once_the_bank_has_decided(self, store: Path) -> None:
        negotiation = make_negotiation()
        document = attach(negotiation)
        decline(negotiation)
        with pytest.raises(AlreadyDecided):
            attachments.delete(cardholder=negotiation.cardholder, reference=document.reference, now=NOW)
        assert content_of(document) == PDF

    def test_of_somebody_elses_file_finds_nothing(self) -> None:
        document = attach(make_negotiation())
        with pytest.raises(SupportingDocument.DoesNotExist):
            attachments.delete(cardholder=make_cardholder(), reference=document.reference, now=NOW)


class TestKeeping:
    def test_ends_ninety_days_after_the_decision(self, store: Path, django_capture_on_commit_callbacks: Any) -> None:
        negotiation = make_negotiation()
        attach(negotiation)
        decline(negotiation)
        for days, left in ((89, 1), (90, 0)):
            with django_capture_on_commit_callbacks(execute=True):
                delete_old_attachments({}, now=NOW + timedelta(days=days))
            assert len(files(store)) == left
        assert events_of(negotiation).last().actor_kind == "SYSTEM"

    def test_does_not_end_while_the_negotiation_is_open(self, store: Path) -> None:
        attach(make_negotiation())
        delete_old_attachments({}, now=NOW + timedelta(days=400))
        assert len(files(store)) == 1
        assert Negotiation.objects.get().state == NegotiationState.WITH_BANK

    def test_leaves_no_file_without_a_row(self, store: Path) -> None:
        negotiation = make_negotiation()
        document = attach(negotiation)
        stray = store / "supporting" / uuid.uuid4().hex
        stray.write_bytes(b"left over")
        written = default_storage.get_modified_time(f"supporting/{stray.name}")
        assert sweep(now=written + timedelta(minutes=59)) == 0
        assert sweep(now=written + timedelta(minutes=61)) == 1
        assert files(store) == [store / "supporting" / document.pk.hex]


class TestAWithdrawal:
    def test_lets_the_files_go_ninety_days_later(self, store: Path, django_capture_on_commit_callbacks: Any) -> None:
        negotiation = make_negotiation()
        attach(negotiation)
        proposals.withdraw(cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, now=NOW)
        with django_capture_on_commit_callbacks(execute=True):
            delete_old_attachments({}, now=NOW + timedelta(days=90))
        assert files(store) == []
