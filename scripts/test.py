"""Runs every test: `make test`. On SQLite, again on a throw-away PostgreSQL, then in a browser on that PostgreSQL.

Tests of the domain use no database, those of documents look at files, those of the project at its own: they run once.
Arguments are handed to pytest.
"""

import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", *sys.argv[1:]]
RUN_ONCE = ["tests/project", "tests/negotiation/documents"]
POSTGRESQL_OPTIONS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


def program(name: str) -> str:
    """Where one of PostgreSQL's programs is; Debian keeps them off the PATH."""
    found = shutil.which(name) or max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)
    return found or sys.exit(f"{name} is missing: install Debian's postgresql, then try again.")


def as_postgres(*command: str) -> None:
    """Runs a program of PostgreSQL, which refuses to be root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL of its own; yields its address, and leaves nothing."""
    directory, port = tempfile.mkdtemp(prefix="portal-postgresql-"), free_port()
    if os.geteuid() == 0:
        shutil.chown(directory, "postgres")
    data = os.path.join(directory, "data")
    options = " ".join(f"-c {option}" for option in [*POSTGRESQL_OPTIONS, "listen_addresses=127.0.0.1"])
    log = os.path.join(directory, "log")
    try:
        as_postgres(program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        as_postgres(
            program("pg_ctl"), "-D", data, "-l", log, "-o", f"-p {port} -k {directory} {options}", "-w", "start"
        )
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        if os.path.exists(os.path.join(data, "postmaster.pid")):
            as_postgres(program("pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(directory, ignore_errors=True)


def run(name: str, arguments: list[str], database_url: str | None = None) -> tuple[str, bool, float]:
    """One run of pytest: its name, whether it was green, its seconds."""
    print(f"\n=== {name}", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    started = time.monotonic()
    done = subprocess.run([*PYTEST, *arguments], env=environment, cwd=ROOT, check=False)
    return name, done.returncode == 0, time.monotonic() - started


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parallel = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    results = [run("Domain", ["tests/domain", *parallel])]
    rest = ["--ignore=tests/domain", "-m", "not browser", *parallel]
    results.append(run("SQLite", rest))
    with postgresql() as url:
        results.append(run("PostgreSQL", [*(f"--ignore={folder}" for folder in RUN_ONCE), *rest], url))
        results.append(run("Browser, on PostgreSQL", ["-m", "browser", "tests/browser", *parallel], url))
    print()
    for name, is_green, seconds in results:
        print(f"{'green' if is_green else 'RED  '}  {name}  {seconds:.0f} s")
    sys.exit(not all(is_green for _, is_green, _ in results))


if __name__ == "__main__":
    main()
