"""A place of its own for each benchmark: a data folder and a migrated database that are gone afterwards."""

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def own(folder: Path, **environment: str) -> Iterator[None]:
    """Set Django up with a database of its own, on the kind of database that DATABASE_URL names."""
    sys.path.insert(0, str(ROOT))
    (folder / "data").mkdir()
    os.environ.update(environment, DATA_DIR=str(folder / "data"), DJANGO_SETTINGS_MODULE="portal.settings")
    # Here, because the settings read what has just been set.
    import django  # noqa: PLC0415

    django.setup()
    logging.disable()
    from tests.databases import own_database  # noqa: PLC0415

    with own_database():
        yield
    shutil.rmtree(folder / "data")
