"""An SMTP server that keeps what it is sent, and misbehaves on demand.

    with SmtpSink() as sink: ...                          in a test; `smtp_sink` is the fixture
    python tests/smtp_sink.py --port 0 --maildir DIR      as a process; prints its port

Our own, not aiosmtpd: a sink must never be what a benchmark measures. On two cores, with messages of 14 kB
and smtplib as the client, aiosmtpd takes 340 a second on one connection; this takes 1,200, and 2,200 on two.
"""

import argparse
import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Self, cast

END = b"\r\n.\r\n"
KEPT = "kept-messages"  # the file in the maildir: a line of JSON, then that many bytes, for each message


class Trouble(StrEnum):
    """What a mail server can do to its client."""

    REFUSE = "refuse"  # nobody listens, and open connections are cut
    HANG_BEFORE_GREETING = "hang-before-greeting"
    HANG_AFTER_DOT = "hang-after-dot"  # the message is kept, the answer never comes
    DROP_AFTER_DOT_KEPT = "drop-after-dot-kept"  # the line is cut before the answer; the message is kept
    DROP_AFTER_DOT_LOST = "drop-after-dot-lost"  # the same, and it is not
    DROP_IN_DATA = "drop-in-data"  # the line is cut in the middle of the message
    GREYLIST = "greylist"  # 450 the first time for each recipient
    CLOSING = "closing"  # 421 to MAIL, then the line is closed
    FULL = "full"  # 452 after the final dot; the message is not kept


@dataclass(frozen=True)
class Message:
    """One accepted message with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def parsed(self) -> EmailMessage:
        return cast(EmailMessage, message_from_bytes(self.raw, policy=policy.default))


def kept_in(maildir: Path) -> list[Message]:
    """Return the messages that a sink process has promised to keep, after its death too."""
    messages = []
    with (maildir / KEPT).open("rb") as file:
        while line := file.readline():
            head = json.loads(line)
            messages.append(Message(head["sender"], tuple(head["recipients"]), file.read(head["bytes"])))
            file.readline()
    return messages


class SmtpSink:
    """The server, in a thread of its own; `messages` holds what was accepted, in order."""

    def __init__(self, *, port: int = 0, maildir: Path | None = None, pipelining: bool = True) -> None:
        self.port = port
        self.pipelining = pipelining
        self._file: int | None = None
        if maildir:
            self._file = os.open(maildir / KEPT, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self.messages: list[Message] = []
        self.rejected: set[str] = set()  # recipients that get a 550
        self.greylisted: set[str] = set()  # recipients that had their first refusal
        self.connections = 0
        self.lines: set[_Line] = set()
        self._trouble: Trouble | None = None
        self._times: int | None = None
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)

    @property
    def url(self) -> str:
        """Return the address for EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._deafen()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self._file is not None:
            os.close(self._file)

    def misbehave(self, trouble: Trouble, *, times: int | None = None) -> None:
        """Make this trouble the next `times` times that it can happen, or until `behave()`."""
        self._trouble, self._times = trouble, times
        if trouble is Trouble.REFUSE:
            self._deafen()

    def behave(self) -> None:
        """End the trouble; lines that hang go on hanging."""
        refused = self._trouble is Trouble.REFUSE
        self._trouble = self._times = None
        if refused:
            self._listen()

    def wait_for(self, number: int, *, seconds: float = 10) -> list[Message]:
        """Return the messages once there are this many; fail when they do not come."""
        deadline = time.monotonic() + seconds
        while len(self.messages) < number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.messages)} of {number} messages came in {seconds} seconds")
            time.sleep(0.005)
        return self.messages

    def strikes(self, trouble: Trouble) -> bool:
        """Return whether this trouble happens now, and count it."""
        if self._trouble is not trouble or self._times == 0:
            return False
        if self._times is not None:
            self._times -= 1
        return True

    def keep(self, message: Message) -> None:
        """Keep a message before it is answered: what was promised survives a kill of this process."""
        if self._file is not None:
            head = {"sender": message.sender, "recipients": message.recipients, "bytes": len(message.raw)}
            # One append in one call, because a file a message would cost sixty times as much as the append.
            os.write(self._file, json.dumps(head).encode() + b"\n" + message.raw + b"\n")
        self.messages.append(message)

    def _listen(self) -> None:
        async def listen() -> None:
            self._server = await self._loop.create_server(lambda: _Line(self), "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)

    def _deafen(self) -> None:
        async def deafen() -> None:
            if self._server:
                self._server.close()
                self._server = None
            for line in list(self.lines):
                line.cut()
            await asyncio.sleep(0)  # lets the transports close

        asyncio.run_coroutine_threadsafe(deafen(), self._loop).result(10)


class _Line(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink
        self.buffer = bytearray()
        self.in_data = self.silent = False
        self.searched = 0
        self._forget()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.sink.lines.add(self)
        self.sink.connections += 1
        if self.sink.strikes(Trouble.HANG_BEFORE_GREETING):
            self.silent = True
        else:
            self._answer("220 sink ready")

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.lines.discard(self)

    def cut(self) -> None:
        self.silent = True
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.buffer and not self.silent:
            if not (self._take_message() if self.in_data else self._take_command()):
                break

    def _take_command(self) -> bool:
        line, newline, rest = self.buffer.partition(b"\r\n")
        if not newline:
            return False
        self.buffer = rest
        verb, _, argument = line.decode("utf-8", "replace").partition(" ")
        commands: dict[str, Callable[[str], None]] = {
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
        }
        match verb.upper():
            case "EHLO":
                together = "250-PIPELINING\r\n" if self.sink.pipelining else ""
                self._answer(f"250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n{together}250 AUTH PLAIN")
            case "HELO" | "NOOP":
                self._answer("250 sink")
            case "AUTH":
                self._answer("235 any password will do")
            case "RSET":
                self._forget()
                self._answer("250 forgotten")
            case "QUIT":
                self._answer("221 bye")
                self.transport.close()
            case known if known in commands:
                commands[known](argument)
            case _:
                self._answer("502 no such command")
        return True

    def _mail(self, argument: str) -> None:
        self._forget()
        if self.sink.strikes(Trouble.CLOSING):
            self._answer("421 closing for maintenance")
            self.silent = True
            self.transport.close()
            return
        self.sender = _address(argument)
        self._answer("250 sender noted")

    def _rcpt(self, argument: str) -> None:
        recipient = _address(argument)
        if self.sender is None:
            self._answer("503 MAIL first")
        elif recipient in self.sink.rejected:
            self._answer("550 no such mailbox")
        elif recipient not in self.sink.greylisted and self.sink.strikes(Trouble.GREYLIST):
            self.sink.greylisted.add(recipient)
            self._answer("450 greylisted, come back later")
        else:
            self.recipients.append(recipient)
            self._answer("250 recipient noted")

    def _data(self, _: str) -> None:
        if not self.recipients:
            self._answer("503 RCPT first")
            return
        self.in_data, self.searched = True, 0
        self._answer("354 go on")

    def _take_message(self) -> bool:
        if self.sink.strikes(Trouble.DROP_IN_DATA):
            self.cut()
            return False
        if self.buffer.startswith(b".\r\n"):  # an empty message
            raw, self.buffer = b"", self.buffer[3:]
        else:
            end = self.buffer.find(END, self.searched)
            if end < 0:
                self.searched = max(0, len(self.buffer) - len(END))
                return False
            raw = bytes(self.buffer[: end + 2])
            self.buffer = self.buffer[end + len(END) :]
            raw = raw.replace(b"\r\n..", b"\r\n.")  # dot-stuffing, RFC 5321, 4.5.2
            raw = raw[1:] if raw.startswith(b"..") else raw
        self.in_data = False
        self._accept(Message(self.sender or "", tuple(self.recipients), raw))
        self._forget()
        return True

    def _accept(self, message: Message) -> None:
        sink = self.sink
        if sink.strikes(Trouble.DROP_AFTER_DOT_LOST):
            self.cut()
        elif sink.strikes(Trouble.FULL):
            self._answer("452 no room for this now")
        else:
            sink.keep(message)
            if sink.strikes(Trouble.DROP_AFTER_DOT_KEPT):
                self.cut()
            elif sink.strikes(Trouble.HANG_AFTER_DOT):
                self.silent = True
            else:
                self._answer("250 kept")

    def _forget(self) -> None:
        self.sender: str | None = None
        self.recipients: list[str] = []

    def _answer(self, text: str) -> None:
        self.transport.write(text.encode() + b"\r\n")


def _address(argument: str) -> str:
    """Return the address in `FROM:<a@example.org> SIZE=1` or `TO:<a@example.org>`."""
    return argument.partition("<")[2].partition(">")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--maildir", type=Path, required=True, help=f"accepted messages are appended to {KEPT} here")
    parser.add_argument("--trouble", type=Trouble, choices=list(Trouble))
    arguments = parser.parse_args()
    arguments.maildir.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    with SmtpSink(port=arguments.port, maildir=arguments.maildir) as sink:
        print(sink.port, flush=True)
        if arguments.trouble:
            sink.misbehave(arguments.trouble)
        signal.pause()


if __name__ == "__main__":
    main()
