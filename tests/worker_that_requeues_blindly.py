"""The negative control of the crash test: `manage.py worker`, with what law 3 of the outbox says taken away.

Whatever a dead worker had handed off goes back into the queue, each time, as if it had certainly not arrived.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.core.management import execute_from_command_line

from events.outbox.delivery import claims
from events.outbox.rules import MessageState


def main() -> None:
    claims.after_unknown = lambda **_: MessageState.QUEUED
    execute_from_command_line(["manage.py", "worker", *sys.argv[1:]])


if __name__ == "__main__":
    main()
