"""What must not get into the logs."""

import re
from typing import Any

# Below /newsletter/ what has a dot is a token, and what has none is an issue.
_TOKEN = re.compile(
    r"(/(?:registrations|unsubscribe|newsletter(?=/[^/\s\"]*\.)|appointments|mentoring|(?<!/careers/)stories)/)[^/\s\"]+"
)


def mask_tokens(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Mask the token in a registration's address: Django logs the path of every refused request, and it is a key."""
    event["event"] = _TOKEN.sub(r"\1***", str(event["event"]))
    return event
