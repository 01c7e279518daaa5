"""Collects the texts to translate: `make messages`. Keeps what is translated, adds what is new, drops what is gone."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ("negotiation", "portal", "templates")
Key = tuple[str | None, str]


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def texts_in_the_code() -> polib.POFile:
    """What gettext finds in the sources now."""
    with tempfile.TemporaryDirectory() as scratch:
        for source in SOURCES:
            os.symlink(ROOT / source, Path(scratch) / source)
        (Path(scratch) / "locale").mkdir()
        admin = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "-l",
            "zh_Hans",
            "--symlinks",
            "--no-wrap",
            "--no-location",
        ]
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(admin, cwd=scratch, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        return polib.pofile(str(Path(scratch) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))


def main() -> None:
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=0)
    known = {key_of(entry): entry for entry in catalogue}
    found = {key_of(entry): entry for entry in texts_in_the_code()}
    for key in known.keys() - found.keys():
        catalogue.remove(known[key])
    for key in found.keys() - known.keys():
        catalogue.append(found[key])
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.save()
    print(f"{len(found.keys() - known.keys())} new, {len(known.keys() - found.keys())} gone, {len(found)} in all.")


if __name__ == "__main__":
    main()
