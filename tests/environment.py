"""What must be set before Django reads its settings: pytest loads this plugin first (`-p` in pyproject.toml).

A conftest would come too late: pytest-django sets Django up before any conftest is read.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A developer's own settings must not change what the tests see; DATABASE_URL alone chooses the database.
for name in (
    "BASE_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "REDIS_URL",
    "PORT",
    "DEBUG",
    "STORAGE_URL",
    "PAGE_CACHE_MEGABYTES",
    "FRONTEND_CACHE_URL",
    "REPLIES_URL",
    "INBOUND_WEBHOOK",
    "WALKS_PUBLIC_KEY",
    "WALKS_PRIVATE_KEYS",
    "DISCREET_SENDER",
    "DISCREET_FROM_EMAIL",
    "DISCREET_URL",
):
    os.environ.pop(name, None)

os.environ["DEMO"] = "true"  # the mailbox's addresses exist only in the demo

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker:  # inside the folder that the controlling process made, and removes
    DATA_DIR = Path(os.environ["DATA_DIR"]) / worker
    DATA_DIR.mkdir()
else:
    DATA_DIR = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
os.environ["DATA_DIR"] = str(DATA_DIR)

# Playwright's sync API runs an event loop in the test's thread, where Django would refuse every query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
