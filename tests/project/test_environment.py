"""Tests that a wrong setting stops the product by its name, and never shows its value."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal import environment
from portal.environment import Environment

KEY = base64.b64encode(bytes(32)).decode()


def complete(**changes: str) -> dict[str, str]:
    """What a real installation has to set."""
    values = {
        "PORTAL_BASE_URL": "https://repay.bank.example",
        "PORTAL_BANK_NAME_ZH": "某银行",
        "PORTAL_BANK_NAME_EN": "Some Bank",
        "PORTAL_BANK_ADDRESS_ZH": "某市某路 1 号",
        "PORTAL_BANK_ADDRESS_EN": "1 Some Road",
        "PORTAL_BANK_TELEPHONE": "95000",
        "PORTAL_BANK_COMPLAINTS": "complaints@bank.example",
        "PORTAL_REPAYMENT_ACCOUNT": "0001",
        "PORTAL_SECRET_KEY": "s" * 50,
        "PORTAL_DATA_KEYS": f"k1:{KEY}",
        "PORTAL_INDEX_KEY": KEY,
        "PORTAL_EMAIL_URL": "smtp+tls://mail.bank.example:587",
        "PORTAL_EMAIL_FROM": "notices@bank.example",
    }
    return values | changes


def check(directory: Path, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`manage.py check` in an environment of exactly these values."""
    base = {
        "PATH": os.environ["PATH"],
        "PORTAL_ENV_FILE": "",
        "PORTAL_VAR_DIR": str(directory),
        "PYTHONWARNINGS": "error",
    }
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "check"]
    return subprocess.run(command, env=base | values, capture_output=True, text=True, check=False)


class TestARealInstallation:
    def test_starts_with_a_complete_environment(self, tmp_path: Path) -> None:
        done = check(tmp_path, complete())
        assert done.returncode == 0, done.stderr

    def test_has_no_demonstration_mailbox_and_sends_browsers_to_https(self, tmp_path: Path) -> None:
        code = "import django; django.setup(); from django.conf import settings; from django.urls import reverse; "
        code += (
            "print(settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE, settings.DEBUG); reverse('mailbox')"
        )
        base = {"PATH": os.environ["PATH"], "PORTAL_ENV_FILE": "", "PORTAL_VAR_DIR": str(tmp_path)}
        base["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=base | complete(),
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == "True True False\n"
        assert "NoReverseMatch" in done.stderr

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("PORTAL_DEMONSTRATON", "true", "Did you mean PORTAL_DEMONSTRATION?"),
            ("PORTAL_DEMONSTRATION", "ture", "has to be one of"),
            ("PORTAL_DEBUG", "true", "only together with PORTAL_DEMONSTRATION"),
            ("PORTAL_BASE_URL", "http://repay.bank.example", "has to begin with https://"),
            ("PORTAL_BASE_URL", "", "is not set"),
            ("PORTAL_SECRET_KEY", "short", "too short"),
            ("PORTAL_DATA_KEYS", KEY, "each key needs a name"),
            ("PORTAL_INDEX_KEY", "AAAA", "32 bytes in base64"),
            ("PORTAL_INDEX_KEY", "密" * 44, "32 bytes in base64"),
            ("PORTAL_TRUSTED_PROXIES", "-1", "whole number"),
            ("PORTAL_PROOF_KEPT_DAYS", "9" * 20, "from 0 to 3650"),
            ("PORTAL_BASE_URL", "https://", "names no host"),
            ("PORTAL_BASE_URL", "https://[", "is not an address"),
            ("PORTAL_BASE_URL", "https://repay.bank.example/portal", "scheme and host alone"),
            ("PORTAL_BASE_URL", "https://me:secret@repay.bank.example", "scheme and host alone"),
            ("PORTAL_EMAIL_URL", "smtp://mail:twenty-five", "its port is not a number"),
            ("PORTAL_EMAIL_FROM", "the bank", "is not an e-mail address"),
            ("PORTAL_EMAIL_FROM", "a@bank.example\nBcc: b@bank.example", "is not an e-mail address"),
            ("PORTAL_TIME_ZONE", "Asia/Shangai", "is no time zone"),
            ("DATABASE_URL", "postgres://db:port/portal", "its port is not a number"),
            ("DATABASE_URL", "mysql://db/portal", "has to begin with one of"),
            ("PORTAL_LOG_LEVEL", "LOUD", "has to be one of"),
            ("PORTAL_AGENCIES_FILE", "/nowhere/agencies.json", "the file is not there"),
            ("PORTAL_SIGN_ARCHIVE_TIMESTAMP", "yes", "needs PORTAL_SIGN_TSA_URL"),
            ("PORTAL_SIGN_ARCHIVE_TIMESTAMP", "B-LTA", "has to be one of"),
        ],
    )
    def test_refuses_by_name(self, tmp_path: Path, name: str, value: str, reason: str) -> None:
        done = check(tmp_path, complete(**{name: value}))
        assert done.returncode != 0
        assert done.stderr.startswith("Cannot start: " + name), done.stderr
        assert reason in done.stderr
        assert "Traceback" not in done.stderr

    def test_is_not_told_what_a_refused_secret_was(self) -> None:
        with pytest.raises(ImproperlyConfigured) as refusal:
            Environment({"PORTAL_INDEX_KEY": "hunter2"}).key("PORTAL_INDEX_KEY")
        assert "hunter2" not in str(refusal.value)


class TestKeys:
    def test_are_named_and_the_first_is_in_use(self) -> None:
        keys = Environment({"K": f"new:{KEY},old:{KEY}"}).keys("K")
        assert list(keys) == ["new", "old"]

    @pytest.mark.parametrize("value", [f"a:{KEY},a:{KEY}", f":{KEY}", f"a b:{KEY}"])
    def test_are_refused_without_a_name_of_their_own(self, value: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="name of its own"):
            Environment({"K": value}).keys("K")


class TestTheFile:
    def test_is_written_once_for_a_demonstration_and_for_its_owner_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PORTAL_ENV_FILE", str(tmp_path / "var" / "portal.env"))
        path = environment.write_demonstration()
        first = path.read_text()
        assert environment.write_demonstration().read_text() == first
        assert path.stat().st_mode & 0o077 == 0

    def test_gives_way_to_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "portal.env"
        file.write_text("PORTAL_LOG_LEVEL=ERROR\nPORTAL_TIME_ZONE=Asia/Urumqi\n")
        monkeypatch.setenv("PORTAL_ENV_FILE", str(file))
        monkeypatch.setenv("PORTAL_LOG_LEVEL", "DEBUG")
        values = environment.read()
        assert (values["PORTAL_LOG_LEVEL"], values["PORTAL_TIME_ZONE"]) == ("DEBUG", "Asia/Urumqi")

    def test_has_to_be_there_when_it_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORTAL_ENV_FILE", str(tmp_path / "none.env"))
        with pytest.raises(ImproperlyConfigured, match="there is no file"):
            environment.read()
