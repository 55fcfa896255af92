"""`manage.py demo`: set up, seed, and serve the portal with its worker. `make demo` calls it."""

import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

import wagtail
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

MANAGE = str(settings.BASE_DIR / "manage.py")


class Command(BaseCommand):
    """One command for the whole portal on one machine."""

    help = "Set up the demo and serve it, with a worker, until Ctrl+C."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, start web and worker, say where everything is, and end both when either ends."""
        if not settings.ON_LAPTOP:
            raise CommandError("BASE_URL must be a loopback address for the demo.")
        _check_port()
        logging.disable(logging.INFO)  # a line for each seeded page would bury what the newcomer needs
        started = time.monotonic()
        static = _start_static()
        self.stdout.write("Preparing the database (a quarter of a minute the first time)")
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write("Putting the demo content in place")
        call_command("seed_demo", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115, PTH123
        if static is not None and static.wait() != 0:
            raise CommandError("The static files could not be collected; the lines above say why.")
        children = [_start_web(), _start_worker()]
        try:
            _wait_for_web(children[0])
            self._say_where(time.monotonic() - started)
            _wait_for_end(children)
        finally:
            _stop(children)

    def _say_where(self, seconds: float) -> None:
        # Imported here: the seed builds on the apps, which this package stands below.
        from portal.demo.seed import PASSWORD, STAFF  # noqa: PLC0415

        base = settings.BASE_URL
        lines = [
            "",
            f"The portal is running (ready in {seconds:.0f} s).",
            "",
            f"  The site          {base}/",
            f"  This week         {base}/iwd/",
            f"  Events            {base}/events/",
        ]
        if not settings.EMAIL_URL:
            lines.append(f"  Every mail sent   {base}/demo/mail/")
        lines += [f"  Staff             {base}/cms/"]
        lines += [f"    {label:<24} log-in {name:<12} password {PASSWORD}" for name, (_, label) in STAFF.items()]
        lines += [
            "",
            "One process here seals Walk & Talk requests and opens them. On a public site only the",
            "staff's process and the worker can open them (docs/walks.md).",
        ]
        lines += ["", "Ctrl+C stops it. Everything is kept in " + str(settings.DATA_DIR) + " for the next time.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _check_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.PORT))
        except OSError as error:
            raise CommandError(
                f"Port {settings.PORT} is in use. Stop what uses it, or choose another: make demo PORT=8010"
            ) from error


def _static_stamp() -> str:
    digest = hashlib.sha256(wagtail.__version__.encode())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


def _start_static() -> subprocess.Popen[bytes] | None:
    """Hash and compress static files beside the migrations; nothing to do when none has changed."""
    stamp = settings.DATA_DIR / "static.stamp"
    wanted = _static_stamp()
    if stamp.exists() and stamp.read_text() == wanted:
        return None
    code = (
        "import sys, pathlib; from django.core.management import execute_from_command_line as run; "
        "run(['manage.py', 'collectstatic', '--noinput', '--clear', '-v0']); "
        f"pathlib.Path({str(stamp)!r}).write_text({wanted!r})"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=_environment())


def _environment() -> dict[str, str]:
    demo = {"DJANGO_SETTINGS_MODULE": "portal.settings", "DEMO": "true"}
    # Discreet mails are looked at in the demo too: from an address that says nothing.
    return {"DISCREET_FROM_EMAIL": "appointments@calendar-mail.example.net"} | os.environ | demo


def _start_web() -> subprocess.Popen[bytes]:
    options = f"--bind 127.0.0.1:{settings.PORT} --worker-class gthread --workers 1 --threads 8 --log-level warning"
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", *options.split(), "--graceful-timeout", "5"]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=_environment())


def _start_worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, MANAGE, "worker", "--parent", str(os.getpid())]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=_environment() | {"LOG_LEVEL": "WARNING"})


def _wait_for_web(web: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if web.poll() is not None:
            raise CommandError("The web process ended while it started; the lines above say why.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", settings.PORT)) == 0:
                return
        time.sleep(0.1)
    raise CommandError("The web process did not answer within half a minute.")


def _wait_for_end(children: list[subprocess.Popen[bytes]]) -> None:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while not stopping:
        ended = [child for child in children if child.poll() is not None]
        if ended:
            raise CommandError(f"A process of the demo ended by itself (exit code {ended[0].returncode}).")
        time.sleep(0.2)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
