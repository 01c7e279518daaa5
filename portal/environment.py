"""What did the operator set? Reads the process environment and one optional file, and refuses by name
whatever it does not know or cannot read. It does not know what a value means: `settings.py` does.
"""

import base64
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

BASE_DIR = Path(__file__).resolve().parent.parent
PREFIX = "PORTAL_"
UNPREFIXED = frozenset({"DATABASE_URL"})
KEY_BYTES = 32
FLAGS = {"true": True, "yes": True, "1": True, "on": True, "false": False, "no": False, "0": False, "off": False}


def file_path() -> Path | None:
    """The file of settings: PORTAL_ENV_FILE, or var/portal.env; None when it is set to nothing."""
    named = os.environ.get("PORTAL_ENV_FILE")
    if named is None:
        return BASE_DIR / "var" / "portal.env"
    return Path(named) if named else None


def is_configured() -> bool:
    """Whether an operator has set anything, in the environment or in the file."""
    path = file_path()
    return any(name.startswith(PREFIX) for name in os.environ) or bool(path and path.exists())


def read() -> dict[str, str]:
    """This product's variables. The process environment wins over the file.

    :raises ImproperlyConfigured: if a file was named and is not there.
    """
    path = file_path()
    values: dict[str, str] = {}
    if path and path.exists():
        values = _file_values(path)
    elif path and "PORTAL_ENV_FILE" in os.environ:
        raise ImproperlyConfigured(f"PORTAL_ENV_FILE: there is no file {path}.")
    return values | {name: value for name, value in os.environ.items() if _is_ours(name)}


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) or name in UNPREFIXED


def _file_values(path: Path) -> dict[str, str]:
    class File(environ.Env):
        ENVIRON: dict[str, str] = {}

    File.read_env(str(path))
    return File.ENVIRON


def write_demonstration() -> Path:
    """Writes a demonstration's settings, with fresh secrets, where :func:`file_path` says; keeps a file that is there."""
    path = file_path()
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        partial = path.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text("".join(f"{name}={value}\n" for name, value in _demonstration_values().items()))
        partial.replace(path)
    return path


def _demonstration_values() -> dict[str, str]:
    return {
        "PORTAL_DEMONSTRATION": "true",
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(48),
        "PORTAL_DATA_KEYS": f"demo1:{_new_key()}",
        "PORTAL_INDEX_KEY": _new_key(),
    }


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


class Environment:
    """The operator's values, each read once by a method that checks its shape.

    :raises ImproperlyConfigured: from every method, naming the variable and never its value,
        if it is required and missing or if it cannot be what it has to be.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name: value for name, value in values.items() if value != ""}
        self._asked: set[str] = {"PORTAL_ENV_FILE"}

    def text(self, name: str, default: str | None = None, *, at_least: int = 1) -> str:
        """A string; required when no default is given."""
        self._asked.add(name)
        value = self._values.get(name, default)
        if value is None:
            raise ImproperlyConfigured(f"{name} is not set. docs/operations.md lists every variable.")
        if name in self._values and len(value) < at_least:
            raise ImproperlyConfigured(f"{name} is too short: it needs at least {at_least} characters.")
        return value

    def choice(self, name: str, default: str, choices: Iterable[str]) -> str:
        """One of some words."""
        value = self.text(name, default)
        if value not in choices:
            raise ImproperlyConfigured(f"{name} has to be one of: {', '.join(choices)}.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """true or false; anything else is refused, so that a misspelt one does not mean false."""
        return FLAGS[self.choice(name, "true" if default else "false", FLAGS)]

    def number(self, name: str, default: int, *, most: int) -> int:
        """A whole number from zero to ``most``."""
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,12}", value) or int(value) > most:
            raise ImproperlyConfigured(f"{name} has to be a whole number from 0 to {most}.")
        return int(value)

    def share(self, name: str, default: str) -> Decimal:
        """A share of a whole, written 0.01 for one per cent; from 0 to 1."""
        value = self.text(name, default)
        if not re.fullmatch(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?", value):
            raise ImproperlyConfigured(f"{name} has to be a share from 0 to 1, such as 0.01.")
        return Decimal(value)

    def words(self, name: str) -> list[str]:
        """Words separated by commas; none by default."""
        return [word.strip() for word in self.text(name, "").split(",") if word.strip()]

    def path(self, name: str, default: Path | None = None) -> Path | None:
        """A path, made absolute; it need not exist."""
        value = self.text(name, "")
        return Path(value).resolve() if value else default

    def paths(self, name: str) -> list[Path]:
        """Paths separated by commas, made absolute; none by default."""
        return [Path(word).resolve() for word in self.words(name)]

    def url(self, name: str, default: str | None = None, *, schemes: Iterable[str]) -> str:
        """An address with one of some schemes; on the web and for mail it names a host."""
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise ImproperlyConfigured(f"{name} is not an address, or its port is not a number.") from None
        if value and parts.scheme not in schemes:
            raise ImproperlyConfigured(f"{name} has to begin with one of: {', '.join(f'{s}://' for s in schemes)}.")
        if not host and parts.scheme.startswith(("http", "smtp")):
            raise ImproperlyConfigured(f"{name} names no host.")
        return value

    def site(self, name: str, default: str | None = None) -> str:
        """The address of a site: scheme, host and perhaps a port, nothing behind them."""
        value = self.url(name, default, schemes=["http", "https"]).rstrip("/")
        if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?", value):
            raise ImproperlyConfigured(f"{name} is scheme and host alone, such as https://repay.bank.example.")
        return value.lower()

    def zone(self, name: str, default: str) -> str:
        """A time zone by its name."""
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ImproperlyConfigured(f"{name} is no time zone; one is Asia/Shanghai.") from None
        return value

    def mail_address(self, name: str, default: str | None = None) -> str:
        """An e-mail address, perhaps with a name before it: Bank <notices@bank.example>."""
        value = self.text(name, default)
        try:
            if value:
                validate_email(parseaddr(value)[1] if value.isprintable() else "")
        except ValidationError:
            raise ImproperlyConfigured(f"{name} is not an e-mail address.") from None
        return value

    def key(self, name: str) -> bytes:
        """A base64 key of 32 bytes."""
        return _key(name, self.text(name))

    def keys(self, name: str) -> dict[str, bytes]:
        """Named keys, "name:base64,name:base64"; the first one is the one in use."""
        pairs = [word.strip().partition(":") for word in self.text(name).split(",")]
        if len({kid for kid, _, _ in pairs}) != len(pairs) or not all(
            kid.isalnum() and colon for kid, colon, _ in pairs
        ):
            raise ImproperlyConfigured(f"{name}: each key needs a name of its own, of letters and digits.")
        return {kid: _key(name, encoded) for kid, _, encoded in pairs}

    def refuse_unknown(self) -> None:
        """Call it last: refuses a variable that nothing asked for.

        :raises ImproperlyConfigured: if there is one, with the name it may have been meant to be.
        """
        for name in sorted(self._values.keys() - self._asked):
            meant = get_close_matches(name, self._asked, n=1)
            hint = f" Did you mean {meant[0]}?" if meant else ""
            raise ImproperlyConfigured(f"{name} is not a setting of this product.{hint}")


def _key(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name}: a key is {KEY_BYTES} bytes in base64.")
    return key
