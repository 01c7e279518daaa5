"""Tests that the logs are lines of JSON that tell what happened and nothing about a person."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from django.test import Client
from django.utils import timezone

from negotiation.jobs import registry, worker
from portal.ops import logs
from tests.portal.cast import alice
from tests.portal.people import ANSWERS, english, follow, letter_to, lin
from tests.portal.post import PostBox


class Log:
    """What went to the log."""

    def __init__(self) -> None:
        self.stream = StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """Everything, down to DEBUG, as it would be written to stderr."""
    log = Log()
    handler = logging.StreamHandler(log.stream)
    handler.setFormatter(logs.formatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield log
    root.removeHandler(handler)
    root.setLevel(level)


class TestALine:
    def test_of_a_request_names_the_route_and_the_id(self, client: Client, log: Log) -> None:
        response = client.get("/healthz")
        line = next(line for line in log.lines if line["message"] == "request")
        assert (line["route"], line["status"], line["method"]) == ("healthz", 200, "GET")
        assert line["request_id"] == response["X-Request-ID"]

    @pytest.mark.parametrize(
        ("said", "written"),
        [
            ("Not Found: /l/Zy3fJ0aQh9_secret-token/", "Not Found: /l/…/"),
            ("GET /accounts/7K3M9Q2W5T8X/circumstances/", "GET /accounts/…/circumstances/"),
            ("mail to lin.wei@mail.example failed", "mail to … failed"),
            ("card 6222020000001234", "card …"),
            ("3 of 173579 rows", "3 of 173579 rows"),
        ],
    )
    def test_masks_what_names_a_person(self, log: Log, said: str, written: str) -> None:
        logging.getLogger("somewhere").warning(said)
        structlog.get_logger("elsewhere").warning(said)
        assert [line["message"] for line in log.lines] == [written, written]

    def test_of_an_exception_names_its_type_and_place_alone(self, log: Log) -> None:
        for logger in (logging.getLogger("somewhere"), structlog.get_logger("elsewhere")):
            try:
                raise ValueError("王小明 owes 34,723.06")
            except ValueError:
                logger.exception("it failed")
        assert "王小明" not in log.text
        assert "34,723.06" not in log.text
        for line in log.lines:
            assert line["exception"] == "ValueError"
            assert "test_ops_logs.py" in line["at"][-1]


@pytest.mark.django_db(transaction=True)
class TestTheLogOfAJourney:
    def test_holds_nothing_about_the_person(self, log: Log, client: Client, post: PostBox) -> None:
        cardholder, account = lin()
        path, _link = letter_to(cardholder, account)
        browser = english(client)
        follow(browser, path)
        browser.post("/claim/", ANSWERS)
        browser.post("/claim/code/", {"code": post.newest_code})
        assert browser.get(f"/accounts/{account.reference}/").status_code == 200
        browser.get("/accounts/000000000000/")
        Client().post("/sign-in/", {"login": "lin.wei@mail.example"})
        Client().post("/sign-in/staff/", {"login": "lin.wei@mail.example", "password": "a wrong password"})
        registry.load()
        while worker.work_once(clock=timezone.now):
            pass
        assert len(log.lines) > 8
        token = path.split("/")[2]
        told = (
            token,
            account.reference,
            cardholder.name,
            "lin.wei",
            "34723",
            "34,723",
            "1988-03-27",
            "a wrong password",
        )
        assert [secret for secret in told if secret in log.text] == []

    def test_holds_nothing_when_a_page_breaks(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
        owner = alice()
        owner.client.raise_request_exception = False

        def broken(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError(f"{owner.cardholder.name} {owner.account.total}")

        monkeypatch.setattr("portal.journey.arrears.ledger_of", broken)
        response = owner.client.get(f"/accounts/{owner.reference}/")
        assert response.status_code == 500
        assert "RuntimeError" in log.text
        told = (owner.reference, owner.cardholder.name, str(owner.account.total))
        assert [secret for secret in told if secret in log.text] == []
