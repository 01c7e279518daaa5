"""Every address of the site, whoever adds one: strangers get nothing of another's, and looking changes nothing.

An address with a parameter that is not known here fails: somebody has to say whose rows it names.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from negotiation.domain.concerns import ConcernKind
from negotiation.models import (
    Agreement,
    CardAccount,
    Concern,
    Document,
    Negotiation,
    PolicyBand,
    Quote,
    SupportingDocument,
    User,
)
from negotiation.queries.staff import AUDITOR, POLICY_MANAGER, REVIEWER, SENIOR_REVIEWER, SUPPORT
from negotiation.services.attachments import attach
from negotiation.services.concerns import raise_concern
from negotiation.services.messages import write_to_bank
from tests.factories import NOW, make_account, make_document, make_negotiation, publish_policy, publish_texts
from tests.negotiation.documents.agreements import sealed_agreement, use_key
from tests.negotiation.documents.authority import Authority, Issued
from tests.negotiation.files import PDF
from tests.negotiation.staff import signed_in, staff_of
from tests.portal.cast import browser, give_ledger, person

OPEN_TO_ALL = {"verify", "email_link", "mailbox_message", "mailbox_page", "app_list", "help_topic"}
"""Their parameter names nothing that is anybody's alone: a published reference, a token that is the secret itself,
the demonstration's mail, the name of a part of the admin, a question that anybody may ask."""
KEEPS_A_SECRET_IN_THE_SESSION = "mfa_activate_totp"
"""Shows the secret of an authenticator app that is being set up, which has to be the same when the first code comes."""
COUNTS = "cache"
"""The table in which visits to the sign-in pages are counted, so that limits hold across processes; it is no record."""
ENDS_THE_VISIT = {"/sign-out/", "/bank/logout/"}
NOBODYS = "0" * 12
REFERENCES: dict[str, type[Any]] = {
    "accounts": CardAccount,
    "negotiations": Negotiation,
    "agreements": Agreement,
    "concerns": Concern,
}


@dataclass(frozen=True)
class Address:
    """One address, the name of its page, and whether its parameters name somebody's rows."""

    name: str
    path: str
    is_owned: bool


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of every address of the site, regular expressions told like routes."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + re.sub(r"\^?\(\?P<(\w+)>.*?\)(/?)\$", r"<\1>\2", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            assert isinstance(entry, URLPattern)
            yield entry.name or "", route


def addresses() -> Iterator[Address]:
    """Every address with every row there is."""
    for name, route in patterns():
        parameters = re.findall(r"<(?:\w+:)?(\w+)>", route)
        paths = [f"/{route}"]
        for parameter in parameters:
            values = values_of(parameter, route)
            paths = [re.sub(rf"<(?:\w+:)?{parameter}>", value, path) for path in paths for value in values]
        for path in paths:
            yield Address(name, path, bool(parameters) and name not in OPEN_TO_ALL)


def values_of(parameter: str, route: str) -> list[str]:
    """What to put into an address. A new parameter has to be added here."""
    kind = route.partition("/")[0]
    if parameter == "reference":
        return references_of(Agreement if kind == "verify" else REFERENCES[kind])
    if parameter in ("object_id", "pk") and route.startswith("bank/") and "content_type_id" not in route:
        return keys_of(apps.get_model(*route.split("/")[1:3]))
    return {
        "quote": lambda: references_of(Quote),
        "document_reference": lambda: references_of(Document),
        "band": lambda: keys_of(PolicyBand),
        "document": lambda: keys_of(Document),
        "supporting": lambda: references_of(SupportingDocument),
        "paper": lambda: references_of(SupportingDocument),
        "language": lambda: ["en"],
        "topic": lambda: ["agents"],
        "token": lambda: ["A" * 43],
        "key": lambda: ["1.M1P1Q1.nobody"],
        "app_label": lambda: ["negotiation"],
        "content_type_id": lambda: ["1"],
        "object_id": lambda: ["1"],
        "url": lambda: ["nothing-here"],
    }[parameter]()


def references_of(model: type[Any]) -> list[str]:
    return [str(reference) for reference in model.objects.values_list("reference", flat=True)]


def keys_of(model: type[Any]) -> list[str]:
    """One or two rows are as good as all in the admin; where there is none, a key that names nothing."""
    return [str(key) for key in model.objects.values_list("pk", flat=True)[:2]] or [NOBODYS]


@pytest.fixture(scope="module")
def key() -> Issued:
    return Authority().issue()


@pytest.fixture(autouse=True)
def alice(db: None, settings: Any, tmp_path: Any, key: Issued) -> Iterator[User]:
    """Alice, who has an account at every stage of the journey; the scene is the same moment for everybody."""
    settings.MEDIA_ROOT = tmp_path / "files"
    with time_machine.travel(NOW, tick=False):
        publish_policy()
        publish_texts()
        use_key(settings, tmp_path, key)
        owner = person()
        owner.draft()
        cards = [make_account(cardholder=owner.cardholder) for _ in range(3)]
        give_ledger(owner.account)
        sealed_agreement(account=cards[0])
        with_bank = make_negotiation(account=cards[1])
        write_to_bank(
            cardholder=owner.cardholder, negotiation_reference=with_bank.reference, text="Good morning.", now=NOW
        )
        attach(
            cardholder=owner.cardholder,
            negotiation_reference=with_bank.reference,
            content=PDF,
            shows="INCOME",
            has_consented=True,
            now=NOW,
        )
        raise_concern(cardholder=owner.cardholder, kind=ConcernKind.COMPLAINT, words="Nobody calls back.", now=NOW)
        to_sign = make_negotiation(account=cards[2], instalment_count=36)
        agreement = Agreement.objects.get(negotiation=to_sign)
        Agreement.objects.filter(pk=agreement.pk).update(
            cost_sheet_shown_at=NOW, cost_sheet_confirmed_at=NOW, undertakings_given_at=NOW
        )
        make_document(agreement)
        yield owner.cardholder.user


def signed_in_as(user: User) -> Client:
    client = browser()
    client.force_login(user)
    return client


def staff(role: str) -> Callable[[User], Client]:
    return lambda alice: signed_in(staff_of(role))


def root(alice: User) -> Client:
    return signed_in(User.objects.create_user("root@bank.example", name="Root", is_staff=True, is_superuser=True))


ROLES: dict[str, Callable[[User], Client]] = {
    "nobody": lambda alice: browser(),
    "alice": signed_in_as,
    "charlie": lambda alice: person().client,
    **{role: staff(role) for role in (REVIEWER, SENIOR_REVIEWER, POLICY_MANAGER, AUDITOR, SUPPORT)},
    "superuser": root,
}


def contents_of_every_table() -> dict[str, str]:
    """A fingerprint of each table's rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - {COUNTS}:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


class TestEveryAddress:
    def test_has_parameters_that_are_known_here(self) -> None:
        found = list(addresses())
        assert len(found) > 100
        assert {"arrears_detail", "document", "negotiation_negotiation_accept"} <= {address.name for address in found}

    def test_that_names_new_rows_has_to_be_told_whose(self) -> None:
        with pytest.raises(KeyError):
            values_of("person", "people/<slug:person>/")


class TestAStranger:
    def test_finds_nothing_of_anothers_at_any_address(self) -> None:
        owned = [address for address in addresses() if address.is_owned]
        charlie = person()
        for address in owned:
            assert charlie.client.get(address.path, follow=True).status_code == 404, address

    def test_can_do_nothing_at_any_address_of_anothers(self) -> None:
        owned = [address for address in addresses() if address.is_owned]
        charlie = person()
        before = contents_of_every_table()
        for address in owned:
            assert charlie.client.post(address.path, {"quote": "X"}).status_code in (404, 405), address
        assert contents_of_every_table() == before

    def test_reads_no_reference_of_anothers_on_any_page(self) -> None:
        secrets = [reference for model in REFERENCES.values() for reference in references_of(model)]
        found = [address for address in addresses() if address.name not in OPEN_TO_ALL]
        charlie = person()
        for address in found:
            page = charlie.client.get(address.path).content.decode(errors="replace").replace(address.path, "")
            assert not [secret for secret in secrets if secret in page], address

    def test_who_has_not_signed_in_is_sent_to_do_so(self) -> None:
        for address in [address for address in addresses() if address.is_owned]:
            response = browser().get(address.path)
            assert response.status_code == 302 and response.url.startswith("/sign-in/"), address


class TestLooking:
    @pytest.mark.parametrize("role", ROLES)
    def test_changes_nothing_at_any_address(self, alice: User, role: str) -> None:
        client = ROLES[role](alice)
        found = [address for address in addresses() if address.name != KEEPS_A_SECRET_IN_THE_SESSION]
        before = contents_of_every_table()
        for address in found:
            for method in (client.get,) if address.path.startswith("/bank/") else (client.get, client.head):
                with CaptureQueriesContext(connection) as queries:
                    assert method(address.path).status_code != 500, address
                assert not written_by(queries), address
        assert contents_of_every_table() == before


class TestANullByte:
    @pytest.mark.parametrize("role", ["alice", SENIOR_REVIEWER])
    def test_is_no_fault_in_any_field_of_any_page(self, alice: User, role: str) -> None:
        """PostgreSQL takes none; whatever a form asks for, each field of it is answered with one."""
        client = ROLES[role](alice)
        for address in list(addresses()):
            page = client.get(address.path).content.decode(errors="replace")
            names = re.findall(r'<(?:input|textarea|select|button)[^>]* name="([\w.-]+)"', page)
            for path in {address.path, *re.findall(r'<form[^>]* action="(/[^"?#]*)', page)} - ENDS_THE_VISIT:
                assert client.post(path, dict.fromkeys(names, "\x00")).status_code < 500, path
                assert client.get(path, dict.fromkeys(names, "\x00")).status_code < 500 or path == "/readyz", path


def written_by(queries: Any) -> list[str]:
    statements = [query["sql"] for query in queries]
    writes = [said for said in statements if said.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    return [said for said in writes if f'"{COUNTS}"' not in said]
