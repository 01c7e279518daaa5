"""Every role before every read-only page of the bank's side: who may look, that nobody adds, changes or deletes, who gets a document."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from negotiation.models import Document, Negotiation
from negotiation.queries.staff import AUDITOR, GROUPS, POLICY_MANAGER, REVIEWER, SENIOR_REVIEWER, SUPPORT
from negotiation.services import reviews
from negotiation.services.roles import PERMISSIONS, sync_roles
from tests.factories import NOW, make_account, make_document, make_negotiation, make_reviewer
from tests.negotiation.staff import signed_in, staff_of

pytestmark = pytest.mark.usefixtures("policy")
ROOMS = {f"negotiation.admin.{name}" for name in ("accounts", "negotiations", "records", "running_plans")}
PAGES = [model for model, page in admin.site._registry.items() if type(page).__module__ in ROOMS]
CASE_FILES = (REVIEWER, SENIOR_REVIEWER, AUDITOR)
SIGNED = b"%PDF-1.7 signed"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def agreed() -> Any:
    negotiation = make_negotiation(account=make_account(product="platinum"), instalment_count=34)
    reviewer = make_reviewer()
    quote = negotiation.offers.get().quote.reference
    reviews.accept(negotiation=negotiation, reviewer=reviewer, quote_reference=quote, now=NOW)
    return negotiation.agreement


def sealed(agreement: Any) -> Document:
    document = make_document(agreement)
    digest = hashlib.sha256(SIGNED).hexdigest()
    Document.objects.filter(pk=document.pk).update(content=SIGNED, sha256=digest, sealed_at=NOW)
    return document


def address(model: Any, page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def may_look(group: str, model: Any) -> bool:
    return f"view_{model._meta.model_name}" in PERMISSIONS[group]


class TestARole:
    @pytest.mark.parametrize("group", GROUPS)
    def test_sees_the_lists_it_is_entitled_to_and_no_other(self, group: str) -> None:
        client = signed_in(staff_of(group))
        for model in PAGES:
            expected = 200 if may_look(group, model) else 403
            assert client.get(address(model, "changelist")).status_code == expected, model

    @pytest.mark.parametrize("group", GROUPS)
    def test_sees_the_rows_it_is_entitled_to_and_changes_none(self, group: str) -> None:
        sealed(agreed())
        client = signed_in(staff_of(group))
        for model in PAGES:
            row = model._default_manager.first()
            if row is None or model is Negotiation:
                continue
            page = address(model, "change", row.pk)
            assert client.get(page).status_code == (200 if may_look(group, model) else 403), model
            assert client.post(page, {}).status_code == 403, model
            assert client.get(address(model, "delete", row.pk)).status_code == 403, model
            assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
            assert client.get(address(model, "add")).status_code == 403, model

    @pytest.mark.parametrize("group", GROUPS)
    def test_sees_of_a_case_what_it_is_entitled_to(self, group: str) -> None:
        negotiation = make_negotiation(account=make_account(product="platinum"), instalment_count=34)
        answer = signed_in(staff_of(group)).get(address(Negotiation, "change", negotiation.pk))
        assert answer.status_code == (403 if group == POLICY_MANAGER else 200)
        text = answer.content.decode()
        assert ("34,723.06" in text) == (group in CASE_FILES)
        assert (f"{negotiation.pk}/accept/" in text) == (group in (REVIEWER, SENIOR_REVIEWER))
        assert (f"{negotiation.pk}/note/" in text) == (group in (REVIEWER, SENIOR_REVIEWER))

    @pytest.mark.parametrize("group", GROUPS)
    def test_reaches_the_first_page(self, group: str) -> None:
        assert signed_in(staff_of(group)).get("/bank/").status_code == 200

    def test_is_needed_even_by_staff(self) -> None:
        user = staff_of(SUPPORT)
        user.groups.clear()
        client = signed_in(user)
        assert {client.get(address(model, "changelist")).status_code for model in PAGES} == {403}

    def test_of_an_auditor_reads_every_page(self) -> None:
        assert all(may_look(AUDITOR, model) for model in PAGES)

    def test_of_support_shows_no_person(self) -> None:
        assert not {"view_cardholder", "view_cardaccount", "view_offer", "view_note"} & set(PERMISSIONS[SUPPORT])

    def test_of_a_policy_manager_decides_nothing(self) -> None:
        assert not {"decide_negotiation", "confirm_negotiation"} & set(PERMISSIONS[POLICY_MANAGER])

    def test_list_can_be_written_again(self) -> None:
        sync_roles()
        held = {group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}
        sync_roles()
        assert held == {name: set(codes) for name, codes in PERMISSIONS.items()}


class TestASignedDocument:
    @pytest.mark.parametrize("group", GROUPS)
    def test_is_handed_to_those_who_may_see_documents(self, group: str) -> None:
        agreement = agreed()
        document = sealed(agreement)
        answer = signed_in(staff_of(group)).get(file_of(agreement, document))
        assert answer.status_code == (200 if group in CASE_FILES else 403)
        if group in CASE_FILES:
            assert answer.content == SIGNED
            assert "no-store" in answer["Cache-Control"]

    def test_is_linked_from_its_agreement(self) -> None:
        agreement = agreed()
        document = sealed(agreement)
        page = signed_in(staff_of(AUDITOR)).get(address(type(agreement), "change", agreement.pk)).content.decode()
        assert file_of(agreement, document) in page

    def test_is_404_under_another_agreement_and_before_it_is_signed(self) -> None:
        first, second = agreed(), agreed()
        unsigned = make_document(first)
        client = signed_in(staff_of(AUDITOR))
        assert client.get(file_of(first, unsigned)).status_code == 404
        assert client.get(file_of(first, sealed(second))).status_code == 404

    def test_is_nothing_to_a_cardholder(self) -> None:
        agreement = agreed()
        client = Client()
        client.force_login(agreement.negotiation.cardholder.user)
        assert client.get(file_of(agreement, sealed(agreement))).status_code == 404


def file_of(agreement: Any, document: Document) -> str:
    return reverse("admin:negotiation_agreement_document", args=[agreement.pk, document.pk])
