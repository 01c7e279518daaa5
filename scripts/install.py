"""Makes a fresh machine ready: `python3 scripts/install.py [--dev]`. Uses the standard library alone.

Every step looks whether it is needed, so that it may be repeated, or taken up again after a kill, at any time.
"""

import ctypes
import glob
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def has_library(name: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_program(name: str) -> bool:
    """Whether a program can be found, PostgreSQL's in their Debian place too."""
    return bool(shutil.which(name) or glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))


def has_ensurepip() -> bool:
    """Whether this Python can make a virtual environment."""
    return importlib.util.find_spec("ensurepip") is not None


Need = tuple[str, Callable[[str], bool], str]
RUN: list[Need] = [
    ("python3-venv", lambda _: has_ensurepip(), ""),
    ("libpangoft2-1.0-0", has_library, "libpangoft2-1.0.so.0"),
    ("libharfbuzz-subset0", has_library, "libharfbuzz-subset.so.0"),
]
DEVELOP: list[Need] = [
    ("chromium", has_program, "chromium"),
    ("gettext", has_program, "xgettext"),
    ("libatomic1", has_library, "libatomic.so.1"),
    ("poppler-utils", has_program, "pdfsig"),
    ("postgresql", has_program, "initdb"),
    ("qpdf", has_program, "qpdf"),
    ("softhsm2", has_program, "softhsm2-util"),
]


def missing(needs: list[Need]) -> list[str]:
    """The Debian packages whose library or program is not there."""
    importlib.invalidate_caches()
    return [package for package, is_there, name in needs if not is_there(name)]


def install_system_packages(needs: list[Need]) -> None:
    """Installs the Debian packages that are missing when that is allowed, else says how and stops."""
    packages = missing(needs)
    if not packages:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"This machine lacks {', '.join(packages)}. Run this first:\n\n    sudo {' '.join(command)}\n")
    print(f"Installing {', '.join(packages)} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], command):
        subprocess.run(step, env=environment, stdout=subprocess.DEVNULL, check=False)
    if still := missing(needs):
        sys.exit(f"Could not install {', '.join(still)}. Install them, then try again.")


def has_pip() -> bool:
    """Whether the virtual environment is there and whole."""
    return (
        PYTHON.exists()
        and not subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode
    )


def install_requirements(name: str) -> None:
    """Installs a locked file into the virtual environment, unless exactly this file is installed already."""
    locked = ROOT / name
    stamp = VENV / f".{name}.sha256"
    digest = hashlib.sha256(locked.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    if not has_pip():
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    print(f"Installing {name} …", flush=True)
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([PYTHON, "-m", "pip", "install", *options, "-r", locked], check=False).returncode:
        sys.exit(f"pip could not install {name}; what it said stands above. Running this again takes it up from here.")
    stamp.write_text(digest)


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 -- this file meets whatever Python there is
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    develop = "--dev" in sys.argv[1:]
    install_system_packages(RUN + (DEVELOP if develop else []))
    install_requirements("requirements.txt")
    if develop:
        install_requirements("requirements-dev.txt")
    subprocess.run([PYTHON, ROOT / "scripts" / "compile_translations.py"], check=True)


if __name__ == "__main__":
    main()
