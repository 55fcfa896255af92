"""Commands as an operator types them, on the database that the suite runs on: Django refuses to start where its own
checks find an error, and tests in pytest's process never ask for them.
"""

import subprocess
import sys

import pytest

from tests.databases import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("command", ["check --fail-level WARNING", "migrate --check", "worker --once"])
def test_it_starts(command):
    done = subprocess.run(
        [sys.executable, "manage.py", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
