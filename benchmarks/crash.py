"""The long crash runs: tests that the suite runs with fewer messages.

    python benchmarks/crash.py one 1000    one worker at a time, each killed soon (tests/events/outbox/test_crash.py)
    python benchmarks/crash.py pair 5000   two workers, one killed about every two seconds, into a mail server and into
                                           a provider with idempotency keys (tests/events/outbox/test_crash_pair.py)

On PostgreSQL: `python tests/postgres.py run -- python benchmarks/crash.py pair 5000`.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = {
    "one": ["tests/events/outbox/test_crash.py"],
    "pair": ["-s", "-k", "nothing", "tests/events/outbox/test_crash_pair.py"],
}


def main() -> int:
    """Run one of them; the exit code is the tests'."""
    which, number = sys.argv[1:3] if len(sys.argv) > 2 else ("one", "1000")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--show-capture=stdout", *RUNS[which]]
    environment = os.environ | {"CRASH_MESSAGES": number, "CRASH_EVERY": "2"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
