"""Signing in: cardholders by a code, staff by password and second factor."""

import base64
import zlib
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from negotiation.models import User
from portal.models import Notice
from tests.factories import make_reviewer
from tests.portal.people import PASSWORD, app_code, credentials, english, lin, sign_in_staff, staff, without_token
from tests.portal.post import PostBox

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    return english(client)


class TestSignInByCode:
    def test_lets_a_cardholder_in(self, browser: Client, post: PostBox) -> None:
        cardholder, _ = lin(claimed=True)

        assert browser.post("/sign-in/", {"email": " Lin.Wei@mail.example "}).url == "/sign-in/code/"
        assert post.newest["To"] == "lin.wei@mail.example"
        assert browser.post("/sign-in/code/", {"code": post.newest_code}).url == reverse("arrears_list")
        assert int(browser.session["_auth_user_id"]) == cardholder.user_id

    def test_goes_on_to_the_page_that_was_asked_for(self, browser: Client, post: PostBox) -> None:
        lin(claimed=True)
        code_page = browser.post("/sign-in/?next=/security/", {"email": "lin.wei@mail.example"}).url

        assert browser.post(code_page, {"code": post.newest_code}).url == "/security/"

    def test_goes_to_no_other_site(self, browser: Client, post: PostBox) -> None:
        lin(claimed=True)
        code_page = browser.post("/sign-in/?next=https://elsewhere.example/", {"email": "lin.wei@mail.example"}).url

        assert browser.post(code_page, {"code": post.newest_code}).url == reverse("arrears_list")

    def test_answers_alike_for_known_and_unknown(self, post: PostBox) -> None:
        lin(claimed=True)
        lin(claimed=False, email="not.yet@mail.example")
        pages = set()
        for address in ("lin.wei@mail.example", "liu.wei@mail.example", "later.on@mail.example"):
            one = english(Client())
            asked = one.post("/sign-in/", {"email": address})
            shown = one.get(asked.url)
            missed = one.post(asked.url, {"code": "000000"})
            pages.add((asked.status_code, asked.url, without_token(shown), without_token(missed)))

        assert len(pages) == 1
        assert len(post.mails) == 1

    @pytest.mark.parametrize("claimed", [False, True])
    def test_sends_nothing_to_whoever_may_not_come_in(self, browser: Client, post: PostBox, claimed: bool) -> None:
        cardholder, _ = lin(claimed=claimed)
        if claimed:
            User.objects.filter(pk=cardholder.user_id).update(is_active=False)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        assert post.mails == []

    def test_never_chooses_between_two_people(self, browser: Client, post: PostBox) -> None:
        lin(claimed=True)
        lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        assert post.mails == []

    def test_is_not_the_way_in_for_staff(self, browser: Client, post: PostBox) -> None:
        make_reviewer(email="reviewer@bank.example")
        browser.post("/sign-in/", {"email": "reviewer@bank.example"})
        assert post.mails == []

    def test_is_not_the_way_in_for_staff_who_hold_a_card(self, browser: Client, post: PostBox) -> None:
        cardholder, _ = lin(claimed=True)
        User.objects.filter(pk=cardholder.user_id).update(is_staff=True, email="reviewer@bank.example")
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        assert post.mails == []

    def test_can_begin_anew_with_another_address(self, browser: Client, post: PostBox) -> None:
        cardholder, _ = lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wie@mail.example"})

        assert browser.get("/sign-in/").status_code == browser.get("/sign-in/staff/").status_code == 200
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        browser.post("/sign-in/code/", {"code": post.newest_code})
        assert int(browser.session["_auth_user_id"]) == cardholder.user_id

    def test_ends_after_five_wrong_codes(self, browser: Client, post: PostBox) -> None:
        lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        wrong = f"{(int(post.newest_code) + 1) % 10**6:06}"
        answers = [browser.post("/sign-in/code/", {"code": wrong}).status_code for _ in range(5)]

        assert answers == [200, 200, 200, 200, 302]
        assert browser.post("/sign-in/code/", {"code": post.newest_code}).url == "/sign-in/"
        assert "_auth_user_id" not in browser.session

    def test_counts_tries_where_the_session_does_not(self, browser: Client, post: PostBox) -> None:
        """Parallel tries each read the session as it was; the count across processes stops them."""
        lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        frozen = Session.objects.get()
        wrong = f"{(int(post.newest_code) + 1) % 10**6:06}"
        for _ in range(7):
            browser.post("/sign-in/code/", {"code": wrong})
            frozen.save()

        assert browser.post("/sign-in/code/", {"code": post.newest_code}).status_code == 200
        assert "_auth_user_id" not in browser.session

    def test_sends_four_codes_to_an_address_and_no_more(self, post: PostBox) -> None:
        lin(claimed=True)
        answers = [Client().post("/sign-in/", {"email": "lin.wei@mail.example"}).status_code for _ in range(5)]

        assert answers == [302, 302, 302, 302, 200]
        assert len(post.mails) == 4

    def test_can_be_sent_again(self, browser: Client, post: PostBox) -> None:
        lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        browser.post("/sign-in/code/", {"action": "resend"})

        assert len(post.mails) == 2
        assert browser.post("/sign-in/code/", {"code": post.newest_code}).url == reverse("arrears_list")

    def test_keeps_the_address_nowhere_in_clear(self, browser: Client, post: PostBox) -> None:
        lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        browser.post("/sign-in/code/", {"code": post.newest_code})

        kept = everywhere()
        assert "lin.wei" not in kept
        assert base64.b64encode(b"lin.wei").decode().rstrip("=") not in kept
        assert post.newest_code not in kept
        assert all("lin" not in morsel.value for name, morsel in browser.cookies.items() if name != "sessionid")

    def test_is_pending_in_a_sealed_session(self, browser: Client, post: PostBox) -> None:
        lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})

        kept = Session.objects.get().session_data.partition(":")[0]
        opened = base64.urlsafe_b64decode(kept.lstrip(".") + "==")
        assert (zlib.decompress(opened) if kept.startswith(".") else opened).startswith(b"v1.test1.")

    def test_ends_with_the_key_that_sealed_it(self, browser: Client, settings: Any) -> None:
        browser.force_login(lin(claimed=True)[0].user)
        assert browser.get("/security/").status_code == 200
        settings.DATA_KEYS = {"new": bytes(32)}
        assert browser.get("/security/").status_code == 302

    def test_is_written_into_the_contact_log_without_its_words(self, browser: Client, post: PostBox) -> None:
        cardholder, _ = lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})

        sent = post.newest["Message-ID"]
        notice = Notice.objects.get()
        assert (notice.cardholder_id, notice.template, notice.state) == (cardholder.pk, "sign_in_code", "SENT")
        assert notice.message_id == sent

    def test_out_needs_a_post(self, browser: Client) -> None:
        browser.force_login(lin(claimed=True)[0].user)
        assert browser.get("/sign-out/").status_code == 200
        assert "_auth_user_id" in browser.session
        browser.post("/sign-out/")
        assert "_auth_user_id" not in browser.session


class TestSignUp:
    def test_does_not_exist(self, browser: Client) -> None:
        for path in ("/sign-up/", "/signup/", "/sign-in/signup/", "/password/reset/"):
            assert browser.post(path, {"email": "me@mail.example"}).status_code == 404


class TestStaff:
    def test_cannot_pass_without_a_second_factor(self, browser: Client) -> None:
        reviewer = staff()
        assert browser.post("/sign-in/staff/", credentials(reviewer)).status_code == 302

        assert browser.get("/bank/").url == reverse("mfa_activate_totp")
        assert browser.post("/bank/").url == reverse("mfa_activate_totp")

    def test_pass_with_password_and_code(self, browser: Client) -> None:
        reviewer = staff(with_app=True)
        assert browser.post("/sign-in/staff/?next=/bank/", credentials(reviewer)).url == "/sign-in/second-factor/"
        assert browser.get("/bank/").status_code == 302

        assert browser.post("/sign-in/second-factor/", {"code": app_code()}).url == "/bank/"
        assert browser.get("/bank/").status_code == 200

    def test_cannot_use_a_code_twice(self, browser: Client) -> None:
        reviewer = staff(with_app=True)
        code = app_code()
        for one, expected in ((browser, 302), (english(Client()), 200)):
            one.post("/sign-in/staff/", credentials(reviewer))
            assert one.post("/sign-in/second-factor/", {"code": code}).status_code == expected

    def test_set_up_the_app_and_get_recovery_codes(self, browser: Client) -> None:
        reviewer = staff()
        browser.post("/sign-in/staff/", credentials(reviewer))
        again = browser.get("/security/app/").url
        assert browser.post(again, {"password": PASSWORD}).url == "/security/app/"
        secret = browser.get("/security/app/").context["form"].secret
        code = app_code(secret)

        assert browser.post("/security/app/", {"code": code}).url == "/security/recovery-codes/"
        assert browser.get("/security/recovery-codes/").status_code == 200
        assert browser.get("/bank/").status_code == 200
        assert secret not in str(Authenticator.objects.get(type="totp").data)

    def test_cannot_remove_the_second_factor(self, browser: Client) -> None:
        reviewer = staff(with_app=True)
        sign_in_staff(browser, reviewer)
        browser.post("/sign-in/again/second-factor/?next=/security/app/remove/", {"code": app_code(steps=1)})
        browser.post("/security/app/remove/")

        assert Authenticator.objects.filter(user=reviewer, type="totp").exists()

    def test_are_asked_again_by_a_session_that_never_saw_the_code(self, browser: Client) -> None:
        browser.force_login(staff(with_app=True))
        assert browser.get("/bank/").url == "/sign-in/again/second-factor/?next=%2Fbank%2F"

    def test_find_the_admins_own_sign_in_replaced(self, browser: Client) -> None:
        assert browser.get("/bank/login/").url == "/sign-in/staff/?next=%2Fbank%2F"

    def test_are_the_only_ones_for_whom_the_admin_exists(self, browser: Client) -> None:
        browser.force_login(lin(claimed=True)[0].user)
        assert browser.get("/bank/").status_code == 404
        assert browser.get("/bank/login/").status_code == 404

    def test_are_slowed_down_after_five_wrong_passwords(self, browser: Client) -> None:
        reviewer = staff(with_app=True)
        for _ in range(5):
            browser.post("/sign-in/staff/", credentials(reviewer) | {"password": "wrong"})

        page = browser.post("/sign-in/staff/", credentials(reviewer))
        assert page.status_code == 200
        assert "too often" in page.content.decode()

    def test_get_the_same_answer_as_an_unknown_address(self) -> None:
        known = credentials(staff()) | {"password": "wrong"}
        unknown = {"login": "reviewel@bank.example", "password": "wrong"}
        pages = [without_token(english(Client()).post("/sign-in/staff/", who)) for who in (known, unknown)]

        assert pages[0].replace(known["login"], "") == pages[1].replace(unknown["login"], "")


class TestSecurityPage:
    def test_lets_a_cardholder_add_and_use_an_app(self, browser: Client, post: PostBox) -> None:
        lin(claimed=True)
        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        browser.post("/sign-in/code/", {"code": post.newest_code})
        secret = browser.get("/security/app/").context["form"].secret
        browser.post("/security/app/", {"code": app_code(secret)})
        browser.post("/sign-out/")

        browser.post("/sign-in/", {"email": "lin.wei@mail.example"})
        assert browser.post("/sign-in/code/", {"code": post.newest_code}).url == "/sign-in/second-factor/"
        assert "_auth_user_id" not in browser.session

    def test_asks_a_cardholder_to_sign_in_afresh_before_adding_one(self, browser: Client) -> None:
        user = lin(claimed=True)[0].user
        browser.force_login(user)
        User.objects.filter(pk=user.pk).update(last_login="2026-01-01T00:00Z")

        assert browser.get("/security/app/").url == "/sign-in/?next=/security/app/"
        assert "_auth_user_id" not in browser.session

    def test_stays_in_no_cache(self, browser: Client) -> None:
        browser.force_login(lin(claimed=True)[0].user)
        for name in ("mfa_index", "mfa_activate_totp"):
            assert "no-store" in browser.get(reverse(name)).headers.get("Cache-Control", ""), name

    def test_is_closed_to_strangers(self, browser: Client) -> None:
        assert browser.get("/security/").url == "/sign-in/?next=/security/"


def everywhere() -> str:
    """All that the database holds, as text: every table, the cache included."""
    kept = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept.append(str([tuple(map(str, row)) for row in cursor.fetchall()]))
    return "".join(kept)
