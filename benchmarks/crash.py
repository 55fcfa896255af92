"""The crash run with 1,000 messages: see tests/events/outbox/test_crash.py, which this runs with CRASH_MESSAGES set."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    number = sys.argv[1] if len(sys.argv) > 1 else "1000"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rA",
        "--show-capture=stdout",
        "tests/events/outbox/test_crash.py",
    ]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"CRASH_MESSAGES": number}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
