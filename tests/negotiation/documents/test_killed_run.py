"""``seal_waiting`` killed with -9 in the middle: nothing is half done, and the next run seals the rest, each once."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(step: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-u", "-m", "tests.negotiation.documents.killed_run", step, str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "PYTEST_"))}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)


def records(folder: Path) -> dict[str, Any]:
    return json.loads(run("tell", folder).stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three agreements that wait for the bank's signature."""
    folder = tmp_path_factory.mktemp("prepared")
    done = run("prepare", folder)
    assert done.returncode == 0, done.stderr
    return folder


class TestAKilledRun:
    @pytest.mark.parametrize("moment", ["signed", "kept"])
    def test_leaves_the_rest_to_the_next_one(self, prepared: Path, tmp_path: Path, moment: str) -> None:
        folder = Path(shutil.copytree(prepared, tmp_path / "own"))
        killed = run(moment, folder)
        assert (killed.returncode, killed.stdout.count(" sealed")) == (-signal.SIGKILL, 1), killed.stderr
        halfway = records(folder)
        assert (halfway["sealed"], len(halfway["events"]), halfway["plans"]) == (1, 1, 1)
        assert sum(digest != "" for digest in halfway["sha256"]) == 2

        again = run("seal", folder)
        assert (again.returncode, again.stdout.count(" of 2: ")) == (0, 2), again.stderr
        done = records(folder)
        assert (done["sealed"], done["plans"]) == (3, 3)
        assert len(done["events"]) == len(set(done["events"])) == 3
        assert {digest for digest in halfway["sha256"] if digest} < set(done["sha256"])
        assert len(set(done["sha256"])) == 6
