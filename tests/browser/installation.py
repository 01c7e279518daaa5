"""A whole installation for one run of tests: web server, worker and mail catcher, each a process of its own.

Its database is the one that the tests hold open, so that a test may look behind what the pages say.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0
Found = TypeVar("Found")


def wait_for(question: Callable[[], Found], what: str, *, seconds: float = PATIENCE) -> Found:
    """The first answer that is not empty.

    :raises AssertionError: if there was none in time.
    """
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.05)
    return answer


def free_ports(count: int) -> list[int]:
    """So many different ones: each is held until all are found."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


class Installation:
    """Starts and stops the processes; runs the commands that an operator would."""

    def __init__(self) -> None:
        web_port, self.mail_port = free_ports(2)
        self.url = f"http://127.0.0.1:{web_port}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "PORTAL_BASE_URL": self.url,
            "PORTAL_EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
        }
        self.worker: subprocess.Popen[bytes] | None = None
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Brings everything up and waits until it answers."""
        settings.MAILDIR.parent.mkdir(parents=True, exist_ok=True)
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        catcher = ["-W", "ignore", "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{self.mail_port}"]
        self._start("mail", *catcher, "-c", "aiosmtpd.handlers.Mailbox", str(settings.MAILDIR))
        web = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--no-access-log", "--workers", "1"]
        web += ["--host", "127.0.0.1", "--port", self.url.rpartition(":")[2], "--blocking-threads", "4"]
        self._start("web", *web, "portal.wsgi:application")
        self.start_worker()
        wait_for(self._is_ready, "the installation to be ready")

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Another worker takes the place of the one before."""
        self.worker = self._start("worker", "manage.py", "worker")
        return self.worker

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(PATIENCE)

    def manage(self, *arguments: str, succeeds: bool = True) -> str:
        """Runs a command and returns what it said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) == succeeds, done.stdout + done.stderr
        return done.stdout

    def log(self, name: str) -> str:
        return self._log_path(name).read_text()

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log_path(name).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], env=self.environment, cwd=ROOT, stdout=log, stderr=log
            )
        self._processes.append(process)
        return process

    def _log_path(self, name: str) -> Path:
        return Path(settings.VAR_DIR / f"{name}.log")

    def _is_ready(self) -> bool:
        for process in self._processes:
            assert process.poll() is None, f"{process.args} ended: {self.log('web')[-2000:]}"
        try:
            urllib.request.urlopen(f"{self.url}/readyz", timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True


def database_url() -> str:
    """Where the tests' database is, for other processes."""
    held: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    person = f"{held['USER']}:{held['PASSWORD']}" if held["PASSWORD"] else held["USER"]
    return f"postgres://{person}@{held['HOST']}:{held['PORT']}/{held['NAME']}"
