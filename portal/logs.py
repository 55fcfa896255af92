"""What must not get into the logs."""

import logging
import re
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

# Below /newsletter/ what has a dot is a token, and what has none is an issue.
_TOKEN = re.compile(
    r"(/(?:registrations|unsubscribe|newsletter(?=/[^/\s\"]*\.)|appointments|mentoring|(?<!/careers/)stories)/)[^/\s\"]+"
)


def mask_tokens(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Mask the token in a registration's address: Django logs the path of every refused request, and it is a key."""
    event["event"] = _TOKEN.sub(r"\1***", str(event["event"]))
    return event


_INDEXING = ("wagtail.tasks.update_reference_index_task", "modelsearch.tasks.insert_or_update_object_task")


class WorthTelling(logging.Filter):
    """Keeps a line from the log: that Wagtail was to index a row which is gone by now.

    Publishing replaces a page's rows (speakers, partners) and asks for each to be indexed a moment later. There is
    nothing to index then and nothing to do: a traceback would only bury what somebody must see.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line goes to the log."""
        kind = record.exc_info[0] if record.exc_info else None
        is_gone = kind is not None and issubclass(kind, ObjectDoesNotExist)
        return not (is_gone and any(task in record.getMessage() for task in _INDEXING))
