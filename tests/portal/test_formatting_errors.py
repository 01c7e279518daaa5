"""The pages for what did not work: kind, in the reader's language, with a way on."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

pytestmark = pytest.mark.django_db
FORBIDDEN_WORDS = ("Error", "error", "invalid", "successfully", "lease note", "!", "错误", "无效", "！")


def refused(client: Client, status: int) -> Any:
    """The page the site itself gives with this status."""
    if status == 404:
        return client.get("/nowhere/")
    if status == 400:
        return client.get("/", headers={"host": "another.example"})
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    return strict.post("/language/setlang/", {"language": "en"})


def words(response: Any) -> str:
    """What the reader sees of the page: the text of ``<main>``."""
    page: str = response.content.decode()
    return page.partition("<main")[2].partition("</main>")[0].partition(">")[2]


class TestErrorPages:
    @pytest.mark.parametrize(
        ("status", "english", "chinese"),
        [
            (400, "We could not read that request", "无法识别本次请求"),
            (403, "This page was open too long", "页面停留时间过长"),
            (404, "This page is not here", "没有找到这个页面"),
        ],
    )
    def test_speak_the_readers_language_and_offer_a_way_on(
        self, client: Client, status: int, english: str, chinese: str
    ) -> None:
        for language, heading in (("en", english), ("zh-hans", chinese)):
            client.cookies["django_language"] = language
            response = refused(client, status)
            assert response.status_code == status
            assert f"<h1>{heading}</h1>" in words(response)
            assert 'class="btn btn-primary"' in words(response)

    def test_are_kind_when_the_site_itself_fails(self, rf: RequestFactory) -> None:
        with translation.override("zh-hans"):
            response = defaults.server_error(rf.get("/"))
        assert response.status_code == 500
        assert "这不是您的操作造成的" in words(response)

    def test_say_who_may_not(self, rf: RequestFactory) -> None:
        with translation.override("en"):
            response = defaults.permission_denied(rf.get("/"), PermissionDenied())
        assert response.status_code == 403
        assert "This is not open to you" in words(response)

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize("status", [400, 403, 404])
    def test_blame_nobody(self, client: Client, status: int, language: str) -> None:
        client.cookies["django_language"] = language
        page = words(refused(client, status))
        assert [word for word in FORBIDDEN_WORDS if word in page] == []


class TestFrame:
    def test_lets_the_reader_change_language_without_javascript(self, client: Client) -> None:
        client.cookies["django_language"] = "zh-hans"
        assert 'name="language" value="en"' in client.get("/nowhere/").content.decode()
        client.post("/language/setlang/", {"language": "en", "next": "/nowhere/"})
        page = client.get("/nowhere/").content.decode()
        assert '<html lang="en">' in page
        assert 'name="language" value="zh-hans"' in page

    def test_warns_of_paid_agents_on_every_page(self, client: Client) -> None:
        client.cookies["django_language"] = "en"
        assert "Nobody needs to be paid" in client.get("/nowhere/").content.decode()

    def test_begins_with_a_way_to_the_content(self, client: Client) -> None:
        page = client.get("/nowhere/").content.decode()
        assert page.index('href="#content"') < page.index("<header")
        assert '<main id="content"' in page
