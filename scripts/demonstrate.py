"""Runs the demonstration until Ctrl-C: prepares it, then keeps a mail catcher, a worker and a web server running.

Started by `make run`. PORT, MAIL_PORT and HOST choose where; DATABASE_URL chooses the database.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal import environment  # noqa: E402

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
MAIL_PORT = int(os.environ.get("MAIL_PORT", "8025"))
VAR = environment.BASE_DIR / "var"
BASE_URL = f"http://localhost:{PORT}"
READY_SECONDS = 60
STOP_SECONDS = 20
RESTARTS = 5
SIGTERM_WHEN_PARENT_DIES = 1  # PR_SET_PDEATHSIG
PYTHON = [sys.executable, "-W", "ignore"]


@dataclass
class Child:
    """One process of the demonstration, and how often it had to be started again."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = field(default=0)

    def start(self, log: IO[bytes]) -> None:
        self.starts += 1
        self.process = subprocess.Popen(
            self.command,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=follow_parent,  # noqa: PLW1509 -- no thread is running
            cwd=ROOT,
        )

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def join(self) -> None:
        if self.process:
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()


def follow_parent() -> None:
    """In a child: end when this program dies, however it dies, so that no port stays taken."""
    ctypes.CDLL(None).prctl(SIGTERM_WHEN_PARENT_DIES, signal.SIGTERM)


def children() -> list[Child]:
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--no-access-log"]
    granian += ["--host", HOST, "--port", str(PORT), "--workers", "1", "--blocking-threads", "4"]
    granian += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "portal.wsgi:application"]
    mail = [*PYTHON, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{MAIL_PORT}"]
    mail += ["-c", "aiosmtpd.handlers.Mailbox", str(VAR / "mail")]
    return [
        Child("mail", mail),
        Child("worker", [sys.executable, "manage.py", "worker"]),
        Child("web", granian),
    ]


def refuse_taken_ports() -> None:
    """Ends the program when somebody else listens where it is to listen."""
    for name, port in (("PORT", PORT), ("MAIL_PORT", MAIL_PORT)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST if name == "PORT" else "127.0.0.1", port))
            except OSError as exc:
                sys.exit(f"Port {port} cannot be used ({exc.strerror}). Choose another: make run {name}={port + 100}")


def configure() -> None:
    """Sets the environment of every process to come; secrets are made once and kept."""
    VAR.mkdir(exist_ok=True)
    os.environ.setdefault("PORTAL_ENV_FILE", str(VAR / "portal.env"))
    environment.write_demonstration()
    os.environ.setdefault("PORTAL_DEMONSTRATION", "true")
    os.environ.setdefault("PORTAL_BASE_URL", BASE_URL)
    os.environ.setdefault("PORTAL_EMAIL_URL", f"smtp://127.0.0.1:{MAIL_PORT}")


def prepare() -> None:
    """Brings the database, the static files and the demonstration's portfolio up to date."""
    shutil.rmtree(VAR / "metrics", ignore_errors=True)
    (VAR / "log").mkdir(exist_ok=True)
    if subprocess.run([sys.executable, "manage.py", "prepare_demonstration"], cwd=ROOT, check=False).returncode:
        sys.exit("The demonstration could not be prepared; what happened stands above.")


def wait_until_ready() -> None:
    """Waits for the web server to say that it, its database and its worker are ready."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"Not ready after {READY_SECONDS} seconds; see {VAR / 'log'}.")


def introduce() -> None:
    """Prints where to go and as whom."""
    print(
        f"""
    The portal            {BASE_URL}/
    The bank's workbench  {BASE_URL}/bank/
    The mailbox           {BASE_URL}/demo/mailbox/
""",
        flush=True,
    )
    subprocess.run([sys.executable, "manage.py", "show_identities"], cwd=ROOT, check=True)
    print(f"\nLogs are in {VAR / 'log'}. Ctrl-C stops everything; the data stay.", flush=True)


def supervise(running: list[Child], logs: dict[str, IO[bytes]]) -> None:
    """Starts again what ends by itself, and gives up on what keeps ending."""
    while True:
        time.sleep(1)
        for child in running:
            assert child.process is not None
            if child.process.poll() is None:
                continue
            if child.starts > RESTARTS:
                raise SystemExit(f"The {child.name} keeps ending; see {VAR / 'log' / child.name}.log.")
            print(f"The {child.name} ended ({child.process.returncode}); starting it again.", flush=True)
            child.start(logs[child.name])


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    configure()
    refuse_taken_ports()
    prepare()
    running = children()
    logs: dict[str, IO[bytes]] = {}
    try:
        for child in running:
            logs[child.name] = open(VAR / "log" / f"{child.name}.log", "ab")  # noqa: SIM115
            child.start(logs[child.name])
        wait_until_ready()
        introduce()
        supervise(running, logs)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        for child in running:
            child.stop()
        for child in running:
            child.join()


if __name__ == "__main__":
    main()
