"""Tests of the addresses for operators."""

from django.test import Client


class TestHealthz:
    def test_answers_without_a_database(self, client: Client) -> None:
        assert client.get("/healthz").content == b"ok\n"

    def test_gives_every_answer_a_request_id(self, client: Client) -> None:
        assert len(client.get("/healthz")["X-Request-ID"]) == 32
