"""Where pictures are kept that only staff may see: below DATA_DIR, beside the folder that is served, not in it."""

import uuid
from typing import Any

from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible


@deconstructible
class PrivateStorage(FileSystemStorage):
    """Files without an address: whoever shows one asks who is looking."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700} | options))

    def url(self, name: str | None) -> str:
        """Refuse: there is no address."""
        raise ValueError("A private file has no address.")


def private_storage() -> Storage:
    """Return the storage of private files."""
    return storages["private"]


def private_name(instance: Any, filename: str) -> str:
    """Return a name that says nothing about the file, its sender or its row."""
    return f"pictures/{uuid.uuid4().hex}.jpg"
