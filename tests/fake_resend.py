"""A provider with idempotency keys, in Resend's shape: the same key twice is one mail. Run as a program by tests.

    python tests/fake_resend.py LOG PAUSE

prints its port; LOG gets a line for each request: the key, and "mail" or "again".
"""

import json
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Provider(ThreadingHTTPServer):
    """Takes each key once; answers only after a pause, so that kills fall between its taking and our hearing of it."""

    daemon_threads = True

    def __init__(self, log: Path, pause: float) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.log, self.pause = log.open("a", buffering=1), pause
        self.known: set[str] = set()
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"] or ""
        with self.server.lock:
            what = "again" if key and key in self.server.known else "mail"
            self.server.known.add(key)
            self.server.log.write(f"{key} {what}\n")
        time.sleep(self.server.pause)
        answer = json.dumps({"id": f"re-{key}", "size": len(body)}).encode()
        try:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked has been killed

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def mails_in(log: Path) -> Counter[str]:
    """Return how many mails left for each key."""
    lines = (line.split() for line in log.read_text().splitlines())
    return Counter(key for key, what in lines if what == "mail")


if __name__ == "__main__":
    provider = Provider(Path(sys.argv[1]), float(sys.argv[2]))
    print(provider.server_port, flush=True)
    provider.serve_forever()
