"""Taking an upload from a stranger: neither memory nor disk holds more of it than is allowed."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

from portal.pictures.rules import MOST_BODY, MOST_BYTES


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes a file to a temporary one up to the limit, then drops it and reads past the rest, keeping nothing.

    The fields of the form that stand behind it are read: nobody types a page twice because of a picture.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.too_large: set[str] = set()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the next part, while there is room for it."""
        if start + len(raw_data) > MOST_BYTES:
            self.too_large.add(self.field_name)
            self.file.close()
            raise SkipFile
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file, unless it was dropped."""
        return None if self.field_name in self.too_large else super().file_complete(file_size)


def bound_uploads(request: HttpRequest) -> BoundedUploadHandler | None:
    """Put the limit on a request whose body has not been read; None where the body is too large to be read at all."""
    length = str(request.headers.get("content-length") or "0")
    if not length.isdecimal() or int(length) > MOST_BODY:
        return None
    handler = BoundedUploadHandler(request)
    handlers: Any = [handler]
    request.upload_handlers = handlers
    return handler
