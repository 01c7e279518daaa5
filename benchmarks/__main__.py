"""Every measurement of docs/performance.md, one after the other, each in a process of its own: python -m benchmarks [NAME …]"""

import subprocess
import sys

NAMES = ("engine", "feed", "pages", "documents", "workbench")


def main(names: list[str]) -> int:
    for name in names or NAMES:
        print(f"\n## {name}\n", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
