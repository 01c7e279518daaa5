#!/usr/bin/env python
"""Runs a management command. With nothing configured at all, it becomes the demonstration."""

import os
import sys

from django.core.management import execute_from_command_line

from portal import environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if not environment.is_configured():
        path = environment.write_demonstration()
        print(f"Nothing is configured: wrote settings for a demonstration to {path}.", file=sys.stderr)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
