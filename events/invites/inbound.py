"""Opening a mail that came in: bounded, cleaned, and never trusted. Plain Python, no clock.

Anybody can write to the mailbox, so every step has a bound that is checked before the work is done: Python's parser
takes quadratic time over deeply nested parts and over headers of megabytes.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from html import unescape

from portal.addresses import is_writable

MOST_MAIL_BYTES = 4 * 1024 * 1024
MOST_LINES = 100_000
MOST_CONTAINERS = 40  # mentions of a type that can hold parts: as deep as a mail can be nested
MOST_PARTS = 100
LONGEST_HEADER = 65_536  # bytes of one header with its continuations
LONGEST_WORDS = 10_000  # characters of a header that are decoded; References of a long thread is a third of it
MOST_HTML = 200_000
LONGEST_TEXT = 10_000

_CONTAINER = re.compile(rb"multipart/|message/", re.IGNORECASE)
_CHARSET = re.compile(r"utf|iso|latin|cp\d|windows|ascii|us-ascii|koi8|gb|big5|euc|shift|s_?jis|mac|tis", re.IGNORECASE)
# Controls but for tab and line feed, lone surrogates, and private-use characters, which mark our own placeholders.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ue000-\uf8ff]")
_TAG = re.compile(r"(<[^<>]*>)")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote"})
_UNSEEN = frozenset({"style", "script", "head", "title"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who wrote, about what, in answer to what; and whether a machine wrote it."""

    message_id: str
    answers: tuple[str, ...]  # Message-IDs without their brackets, the nearest first
    sender: str  # an address that can be written to, or empty
    subject: str
    is_automatic: bool


class UnreadableError(Exception):
    """Raised for a mail that is not opened; the text is the reason."""


def open_mail(raw: bytes) -> Message:
    """Return the parsed mail. Raises UnreadableError for one that is beyond the bounds."""
    if len(raw) > MOST_MAIL_BYTES:
        raise UnreadableError(f"It is larger than {MOST_MAIL_BYTES // 1024 // 1024} MiB.")
    if raw.count(b"\n") + raw.count(b"\r") > 2 * MOST_LINES:
        raise UnreadableError(f"It has more than {MOST_LINES} lines.")
    if len(_CONTAINER.findall(raw)) > MOST_CONTAINERS:
        raise UnreadableError("Its parts are nested too deeply.")
    if _has_endless_header(raw):
        raise UnreadableError(f"It has a header longer than {LONGEST_HEADER} bytes.")
    mail = message_from_bytes(raw)
    if sum(1 for _ in mail.walk()) > MOST_PARTS:
        raise UnreadableError(f"It has more than {MOST_PARTS} parts.")
    return mail


def _has_endless_header(raw: bytes) -> bool:
    """Whether the lines from one that names a header to the last of its continuations are too long together.

    Bodies are looked at too: which lines are headers is known only after parsing. In a body nothing of that shape is
    so long, but for folded calendar lines of a size that nobody sends.
    """
    length, is_header = 0, False
    for line in raw.splitlines():
        if line[:1] in b" \t" and line:
            length += len(line)
        else:
            is_header = b":" in line[:100]
            length = len(line)
        if is_header and length > LONGEST_HEADER:
            return True
    return False


def envelope_of(mail: Message) -> Envelope:
    """Return what the headers say."""
    answers = [*_ids(_header(mail, "In-Reply-To")), *reversed(_ids(_header(mail, "References")))]
    ids = _ids(_header(mail, "Message-ID"))
    return Envelope(
        message_id=ids[0] if ids else "",
        answers=tuple(dict.fromkeys(answers)),
        sender=sender_of(mail),
        subject=clean(_header(mail, "Subject"))[:300],
        is_automatic=_is_automatic(mail),
    )


def sender_of(mail: Message) -> str:
    """Return the address that it says it is from, or nothing where that could not be written to."""
    address = parseaddr(_header(mail, "From"))[1].strip()
    return address if len(address) <= 254 and is_writable(address) else ""


def _is_automatic(mail: Message) -> bool:
    """Whether a machine wrote it (RFC 3834): it is never answered and never passed on, or two machines would talk."""
    said = {name: _header(mail, name).strip().lower() for name in ("Auto-Submitted", "Precedence", "Return-Path")}
    local = parseaddr(_header(mail, "From"))[1].partition("@")[0].lower()
    return (
        said["Auto-Submitted"].partition(";")[0].strip() not in {"", "no"}
        or said["Precedence"] in {"bulk", "junk", "list", "auto_reply"}
        or said["Return-Path"] == "<>"
        or any(
            mail[name] is not None for name in ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id")
        )
        or local in {"mailer-daemon", "postmaster"}
    )


def words_of(mail: Message) -> str:
    """Return what a person wrote, as plain text: the text part, or what is left of the HTML without its tags."""
    leaves = [part for part in mail.walk() if not part.is_multipart() and not _is_file(part)]
    for part in leaves:
        if part.get_content_type() == "text/plain" and (text := clean(text_of(part)).strip()):
            return text[:LONGEST_TEXT]
    for part in leaves:
        if part.get_content_type() == "text/html" and (text := clean(_without_tags(text_of(part)[:MOST_HTML])).strip()):
            return text[:LONGEST_TEXT]
    return ""


def text_of(part: Message) -> str:
    """Return a part's text in its own charset; what is no text in it becomes replacement characters."""
    content = bytes_of(part)
    charset = part.get_content_charset() or "utf-8"
    if _CHARSET.match(charset):
        with suppress(LookupError, ValueError):
            return content.decode(charset, "replace")
    return content.decode("utf-8", "replace")


def bytes_of(part: Message) -> bytes:
    """Return a part's content, decoded as far as it can be."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def clean(text: str) -> str:
    """Return text that can be stored and shown anywhere: line feeds for line ends, no other control character."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _without_tags(html: str) -> str:
    words: list[str] = []
    unseen = ""
    for position, piece in enumerate(_TAG.split(html)):
        if position % 2 == 0:
            if not unseen:
                words.append(re.sub(r"\s+", " ", piece))
            continue
        name = piece.strip("<>/ ").partition(" ")[0].lower()
        if name in _UNSEEN:
            unseen = "" if piece.startswith("</") else name
        elif name in _BREAKS and not unseen:
            words.append("\n")
    text = unescape("".join(words))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n")))


def _header(mail: Message, name: str) -> str:
    """Return a header's words on one line, decoded; as they stand where they cannot be."""
    value = mail.get(name)
    if value is None:
        return ""
    written = str(value)[:LONGEST_WORDS]
    with suppress(LookupError, ValueError):
        written = str(make_header(decode_header(written)))
    return " ".join(_UNPRINTABLE.sub(" ", written).split())


def _ids(header: str) -> list[str]:
    return _MESSAGE_ID.findall(header)
