#!/usr/bin/env python
"""Runs a management command. With nothing configured at all, it becomes the demonstration."""

import os
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from portal import environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if not environment.is_configured():
        path = environment.write_demonstration()
        print(f"Nothing is configured: wrote settings for a demonstration to {path}.", file=sys.stderr)
    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as exc:
        sys.exit(f"Cannot start: {exc}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
