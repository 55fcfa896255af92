"""A real IMAP server for tests, as small as RFC 3501 lets it be: one user, one folder, with or without TLS.

It speaks what a client needs to log in, find what is unseen, fetch it and flag it; everything else is BAD.
"""

import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CAPABILITY = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n"


@dataclass
class StoredMail:
    uid: int
    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class ImapServer:
    """`mails` is the folder; `said` every command that came in, without passwords."""

    user: str = "events"
    password: str = "p@ss/word"
    folder: str = "INBOX"
    certificate: Path | None = None  # with its key in the same file
    starts_with_tls: bool = False
    mails: list[StoredMail] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    broken_store: bool = False

    def deliver(self, content: bytes) -> StoredMail:
        mail = StoredMail(len(self.mails) + 7, content)
        self.mails.append(mail)
        return mail

    def __enter__(self) -> "ImapServer":
        server = self

        class Session(_Session):
            imap = server

        self._tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._tcp.daemon_threads = True
        self._thread = threading.Thread(target=self._tcp.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tcp.shutdown()
        self._tcp.server_close()
        self._thread.join(5)

    @property
    def port(self) -> int:
        return int(self._tcp.server_address[1])

    def secured(self, connection: Any) -> Any:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        assert self.certificate is not None
        context.load_cert_chain(self.certificate)
        return context.wrap_socket(connection, server_side=True)


class _Session(socketserver.BaseRequestHandler):
    imap: ImapServer

    def handle(self) -> None:
        self.connection: Any = self.request
        try:
            self._talk()
        except (OSError, ValueError):
            pass  # the client has gone, or did not trust us
        finally:
            self.connection.close()

    def _talk(self) -> None:
        if self.imap.starts_with_tls:
            self._secure()
        self.stream = self.connection.makefile("rwb")
        self._send(b"* OK ready\r\n")
        while line := self.stream.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            command, _, arguments = rest.partition(" ")
            if command == "UID":
                command, _, arguments = arguments.partition(" ")
            command = command.upper()
            self.imap.said.append(command if command == "LOGIN" else f"{command} {arguments}".strip())
            if command == "STARTTLS":
                self._send(f"{tag} OK go ahead\r\n".encode())
                self._secure()
                self.stream = self.connection.makefile("rwb")
                continue
            answer = getattr(self, f"do_{command.lower()}", self._bad)(arguments)
            self._send(f"{tag} {answer}\r\n".encode())
            if command == "LOGOUT":
                return

    def _secure(self) -> None:
        self.connection = self.imap.secured(self.connection)

    def _send(self, raw: bytes) -> None:
        self.stream.write(raw)
        self.stream.flush()

    def _bad(self, arguments: str) -> str:
        return "BAD unknown command"

    def do_capability(self, arguments: str) -> str:
        self._send(CAPABILITY)
        return "OK done"

    def do_login(self, arguments: str) -> str:
        said = re.fullmatch(r'"?([^" ]*)"? "?([^"]*)"?', arguments)
        is_right = said is not None and said.groups() == (self.imap.user, self.imap.password)
        return "OK welcome" if is_right else "NO wrong password"

    def do_select(self, arguments: str) -> str:
        if arguments.strip('"') != self.imap.folder:
            return "NO no such folder"
        self._send(f"* {len(self.imap.mails)} EXISTS\r\n".encode())
        return "OK [READ-WRITE] done"

    def do_search(self, arguments: str) -> str:
        unseen = [str(mail.uid) for mail in reversed(self.imap.mails) if r"\Seen" not in mail.flags]
        self._send(f"* SEARCH {' '.join(unseen)}".rstrip().encode() + b"\r\n")
        return "OK done"

    def do_fetch(self, arguments: str) -> str:
        uid, _, what = arguments.partition(" ")
        mail = next((mail for mail in self.imap.mails if mail.uid == int(uid)), None)
        span = re.search(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>", what)
        if mail is not None and span is not None:
            part = mail.content[int(span[1]) : int(span[1]) + int(span[2])]
            self._send(f"* 1 FETCH (UID {uid} BODY[]<{span[1]}> {{{len(part)}}}\r\n".encode() + part + b")\r\n")
        return "OK done"

    def do_store(self, arguments: str) -> str:
        uid, _, what = arguments.partition(" ")
        if self.imap.broken_store:
            return "NO the disk is full"
        for mail in self.imap.mails:
            if mail.uid == int(uid) and r"(\Seen)" in what:
                mail.flags.add(r"\Seen")
        return "OK done"

    def do_logout(self, arguments: str) -> str:
        self._send(b"* BYE\r\n")
        return "OK bye"
