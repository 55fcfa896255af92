"""What mail servers report to the sender's mailbox about a mail (RFC 3464). Plain Python, no clock."""

import re
from dataclasses import dataclass
from email.message import Message

from events.invites.inbound import UnreadableError, clean

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ADDRESS = re.compile(r"[^\s<>;]+@[^\s<>;]+")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
# The mailbox or its domain does not exist (RFC 3463, section 3.2). 5.1.7 to 5.1.9 are about the sender's address.
NO_SUCH_MAILBOX = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What one server says of one mail to one recipient."""

    message_id: str  # of the mail that it is about, from what came back of it
    recipients: tuple[str, ...]  # the final and the original one
    action: str  # failed, delayed, delivered, relayed, expanded
    status: str  # like 5.1.1
    reason: str  # without addresses


def is_delivery_report(mail: Message) -> bool:
    """Whether a mail says that it is one."""
    return mail.get_content_type() == "multipart/report" and mail.get_param("report-type") == "delivery-status"


def read_report(mail: Message) -> DeliveryReport:
    """Return the report. Raises UnreadableError for one that is not about exactly one recipient of one mail."""
    blocks = [
        block
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for block in part.get_payload()
        if isinstance(block, Message)
    ]
    about = [block for block in blocks if block["Final-Recipient"] or block["Original-Recipient"]]
    if len(about) != 1:
        raise UnreadableError(f"A delivery report about {len(about)} recipients.")
    block = about[0]
    status = _STATUS.search(_field(block, "Status"))
    message_id = _returned_id(mail)
    if status is None or not message_id:
        raise UnreadableError("A delivery report that names no status or no mail.")
    diagnosis = _field(block, "Diagnostic-Code").partition(";")[2].strip()
    return DeliveryReport(
        message_id=message_id,
        recipients=tuple(
            address
            for name in ("Final-Recipient", "Original-Recipient")
            if (address := _field(block, name).partition(";")[2].strip().strip("<>"))
        ),
        action=_field(block, "Action").strip().lower(),
        status=status[0],
        reason=_ADDRESS.sub("(address)", f"{status[0]} {diagnosis}".strip())[:300],
    )


def _returned_id(mail: Message) -> str:
    """Return the Message-ID of the mail that came back, whole or its headers alone."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            returned = part.get_payload(0)
            written = _field(returned, "Message-ID") if isinstance(returned, Message) else ""
        elif part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            lines = content.decode("ascii", "replace") if isinstance(content, bytes) else ""
            found = re.search(r"^message-id:\s*(<[^<>\s]{1,250}>)", lines, re.IGNORECASE | re.MULTILINE)
            written = found[1] if found else ""
        else:
            continue
        if match := _MESSAGE_ID.search(written):
            return match[1]
    return ""


def _field(block: Message, name: str) -> str:
    return " ".join(clean(str(block.get(name, ""))).split())
