"""A worker that is killed with -9 in the middle of signing: one agreement, signed once, and nobody was told twice."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Agreement, Event, Job, Negotiation
from portal.models import Notice
from tests.browser.agreements import plans, shown_agreement, sign, state_of
from tests.browser.installation import Installation, wait_for
from tests.browser.papers import pdfsig_accepts
from tests.negotiation.documents.tools import run


class TestAWorkerKilled:
    @pytest.mark.parametrize("moment", ["reading the key", "having read it", "writing the records"])
    def test_leaves_one_agreement_signed_once(
        self, installation: Installation, locked_key: "LockedKey", moment: str, tmp_path: Path
    ) -> None:
        agreement = shown_agreement()
        end_worker(installation)
        locked_key.lock()
        worker = installation.start_worker()
        with ExitStack() as held:
            sign(agreement)
            locked_key.wait_for_reader()
            if moment == "writing the records":
                held.enter_context(transaction.atomic())
                Negotiation.objects.select_for_update().get(pk=agreement.negotiation_id)
            if moment != "reading the key":
                locked_key.hand_over()
            if moment == "writing the records":
                wait_for(idle(worker.pid), "the worker to wait for the records")
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        assert is_unsigned(agreement)

        locked_key.unlock()
        let_lease_run_out()
        installation.start_worker()
        wait_for(lambda: state_of(agreement) == NegotiationState.SIGNED, "the agreement to be signed")
        assert_signed_once(agreement, installation, tmp_path)


class LockedKey:
    """The signing key behind a passphrase that does not come until it is handed over: a file that is a pipe."""

    def __init__(self) -> None:
        self.path = Path(settings.SIGN_P12_PASSPHRASE_FILE)
        self.passphrase = self.path.read_bytes()
        self._pipe: int | None = None

    def lock(self) -> None:
        self.path.unlink()
        os.mkfifo(self.path)

    def wait_for_reader(self) -> None:
        wait_for(self._is_read, "the worker to ask for the key")

    def _is_read(self) -> bool:
        try:
            self._pipe = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return False
        return True

    def hand_over(self) -> None:
        assert self._pipe is not None
        os.write(self._pipe, self.passphrase)
        os.close(self._pipe)
        self._pipe = None

    def unlock(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
        if not self.path.is_file():
            self.path.unlink()
            self.path.write_bytes(self.passphrase)


@pytest.fixture
def locked_key(installation: Installation) -> Iterator[LockedKey]:
    key = LockedKey()
    yield key
    key.unlock()
    if installation.worker is None or installation.worker.poll() is not None:
        installation.start_worker()


def end_worker(installation: Installation) -> None:
    """The worker that has signed before keeps the key in memory."""
    assert installation.worker is not None
    installation.worker.terminate()
    installation.worker.wait()


def idle(pid: int) -> Callable[[], bool]:
    """Whether a process has used no time of the processor since the question before, a moment ago."""
    used = [-1]

    def question() -> bool:
        time.sleep(0.2)
        before, used[0] = used[0], sum(int(ticks) for ticks in Path(f"/proc/{pid}/stat").read_text().split()[13:15])
        return before == used[0]

    return question


def let_lease_run_out() -> None:
    """What a minute without a sign of life does."""
    Job.objects.filter(kind="seal_agreement", state="RUNNING").update(lease_until=timezone.now() - timedelta(seconds=1))


def is_unsigned(agreement: Agreement) -> bool:
    """Nothing is half done: neither document has the bank's signature, and there is no plan."""
    documents = agreement.documents.filter(sealed_at__isnull=False)
    return not documents and state_of(agreement) == NegotiationState.BEING_SIGNED and not plans(agreement)


def assert_signed_once(agreement: Agreement, installation: Installation, folder: Path) -> None:
    assert Agreement.objects.filter(negotiation=agreement.negotiation_id).count() == len(plans(agreement)) == 1
    assert Event.objects.filter(kind="sealed", data__agreement=agreement.reference).count() == 1
    for document in agreement.documents.all():
        file = folder / f"{document.language}.pdf"
        file.write_bytes(bytes(document.content))
        assert pdfsig_accepts(file)
        assert "Signature #2" not in run("pdfsig", "-nocert", file).stdout
    told = Notice.objects.filter(cardholder=agreement.negotiation.cardholder, template="agreement_signed")
    wait_for(lambda: told.count() == 1, "the cardholder to be told")
    installation.manage("verify_audit")
