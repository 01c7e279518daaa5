from pathlib import Path

import pytest

from negotiation.domain.policy import LimitPolicy
from tests.factories import publish_policy, publish_texts
from tests.negotiation.documents.authority import Authority


@pytest.fixture
def policy(db) -> LimitPolicy:
    """The demonstration's limits, in force, and the words of its documents."""
    publish_texts()
    return publish_policy()


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory) -> Path:
    """A throw-away signing key, as the settings expect it."""
    folder = tmp_path_factory.mktemp("signing")
    Authority().issue().write(folder)
    return folder


@pytest.fixture
def bank_key(settings, key_folder) -> None:
    """The bank can sign."""
    settings.SIGN_P12_PATH = key_folder / "bank.p12"
    settings.SIGN_P12_PASSPHRASE_FILE = key_folder / "passphrase"
    settings.SIGN_CHAIN_FILE = key_folder / "chain.pem"
