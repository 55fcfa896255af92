"""Whether a bounce is for good. Anymail's one word for it ("bounced") covers a full mailbox too, and what may be tried
again must not keep a person from every later mail: so the provider's own words decide. Plain Python.
"""

from collections.abc import Callable, Mapping
from typing import Any

Said = Mapping[str, Any]

# By anymail's name of the provider: each one's own sign of an address that does not exist (its webhook reference).
_SIGNS: Mapping[str, Callable[[Said], bool]] = {
    "Amazon SES": lambda said: _inside(said, "bounce").get("bounceType") == "Permanent",
    "Brevo": lambda said: said.get("event") in {"hard_bounce", "invalid_email"},
    "MailerSend": lambda said: _inside(said, "data").get("type") == "hard_bounced",
    "Mailgun": lambda said: _inside(said, "event-data").get("severity") == "permanent",
    "Mailjet": lambda said: said.get("hard_bounce") is True,
    "Mailtrap": lambda said: said.get("event") == "bounce",
    "Mandrill": lambda said: said.get("event") == "hard_bounce",
    "Postal": lambda said: "bounce" in _inside(said, "payload"),
    "Postmark": lambda said: said.get("Type") in {"HardBounce", "BadEmailAddress"},
    "Resend": lambda said: _inside(_inside(said, "data"), "bounce").get("type") == "Permanent",
    "SendGrid": lambda said: (
        said.get("event") == "bounce" and said.get("type", "bounce") == "bounce" and _is_5xx(said.get("status"))
    ),
    "SparkPost": lambda said: _sparkpost_class(said) in {"10", "30", "90"},
    "Unisender Go": lambda said: said.get("status") == "hard_bounced",
}


def is_permanent(*, provider: str, said: object, reject_reason: str) -> bool:
    """Return whether a bounce would come again for every mail to this address.

    `said`: the provider's event as anymail read it; any shape is taken, for it comes from outside. Anymail's own
    "invalid" (the address cannot exist) always is.
    """
    sign = _SIGNS.get(provider)
    if reject_reason == "invalid":
        return True
    return sign is not None and isinstance(said, Mapping) and sign(said)


def _inside(said: Said, name: str) -> Said:
    inner = said.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _is_5xx(status: object) -> bool:
    return isinstance(status, str) and status.startswith("5")


def _sparkpost_class(said: Said) -> object:
    event = next((inner for inner in _inside(said, "msys").values() if isinstance(inner, Mapping)), said)
    return event.get("bounce_class")
