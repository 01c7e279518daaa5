"""Tests of the scripts behind `make`: they install what is missing or say how, and never fail without a word."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

sys.path.insert(0, str(settings.BASE_DIR / "scripts"))
import compile_translations
import demonstrate
import install

MISSING: list[install.Need] = [("chromium", lambda _: False, "chromium"), ("qpdf", lambda _: True, "qpdf")]


class TestInstall:
    def test_does_nothing_where_nothing_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(subprocess, "run", pytest.fail)
        install.install_system_packages([("qpdf", lambda _: True, "qpdf")])

    def test_prints_the_one_line_to_run_where_it_may_not_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        with pytest.raises(SystemExit) as stop:
            install.install_system_packages(MISSING)
        assert "sudo apt-get install -y --no-install-recommends chromium\n" in str(stop.value)

    def test_says_what_it_could_not_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(install.shutil, "which", lambda name: f"/usr/bin/{name}")
        commands: list[list[str]] = []
        monkeypatch.setattr(subprocess, "run", lambda command, **_: commands.append(command))
        with pytest.raises(SystemExit, match="Could not install chromium"):
            install.install_system_packages(MISSING)
        assert [command[:2] for command in commands] == [["apt-get", "update"], ["apt-get", "install"]]

    def test_leaves_packages_alone_that_are_installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(install, "VENV", tmp_path)
        digest = install.hashlib.sha256((install.ROOT / "requirements.txt").read_bytes()).hexdigest()
        (tmp_path / ".requirements.txt.sha256").write_text(digest)
        monkeypatch.setattr(subprocess, "run", pytest.fail)
        install.install_requirements("requirements.txt")

    def test_finds_what_this_machine_has(self) -> None:
        assert install.missing(install.RUN + install.DEVELOP) == []


class TestTheDemonstration:
    def test_names_a_port_that_is_taken_and_another(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            monkeypatch.setattr(demonstrate, "PORT", port)
            with pytest.raises(SystemExit, match=f"Port {port} cannot be used .*make run PORT={port + 100}"):
                demonstrate.refuse_taken_ports()

    def test_ends_its_processes_with_itself(self, tmp_path: Path) -> None:
        script = "import demonstrate, sys, time\n"
        script += "child = demonstrate.Child('idle', [sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        script += "child.start(open('/dev/null', 'wb'))\nprint(child.process.pid, flush=True)\ntime.sleep(60)\n"
        environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR / "scripts")}
        parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        parent.stdout.close()
        wait_until_gone(child)


class TestCompiledTranslations:
    def test_are_made_anew_when_the_source_is_newer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n')
        monkeypatch.setattr(compile_translations, "ROOT", tmp_path)
        compile_translations.main()
        made = (folder / "django.mo").stat().st_mtime_ns
        compile_translations.main()
        assert (folder / "django.mo").stat().st_mtime_ns == made
        os.utime(folder / "django.po", (2**31, 2**31))
        compile_translations.main()
        assert (folder / "django.mo").stat().st_mtime_ns > made


def wait_until_gone(process_id: int) -> None:
    for _ in range(200):
        status = Path(f"/proc/{process_id}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return
        subprocess.run(["sleep", "0.05"], check=True)
    pytest.fail("the child outlived its parent")
