"""The demo as it runs on a laptop, for everything that is asked of every public page."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsers import MOBILE

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "tests" / "web"
START = 240  # seconds for migrations, content and pictures on a slow machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `manage.py demo` with a folder of its own, as `make demo` does; return its address."""
    port, folder = free_port(), tmp_path_factory.mktemp("demo")
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    environment = kept | {"PORT": str(port), "DATA_DIR": str(folder), "LOG_LEVEL": "WARNING"}
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, stdout=said, stderr=said
        )
        try:
            base = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + START
            while not _answers(f"{base}/health/live"):
                assert process.poll() is None and time.monotonic() < deadline, (folder / "said").read_text()[-3000:]
                time.sleep(0.3)
            yield base
        finally:
            process.terminate()
            process.wait(30)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture
def visit(browser: Any, demo: str) -> Iterator[Callable[..., Any]]:
    """Return a function that opens an address of the demo in a fresh browser context."""
    contexts = []

    def open_page(path: str, *, settled: bool = True, **options: Any) -> Any:
        options = {"viewport": MOBILE, "locale": "en-GB", "timezone_id": "Europe/London"} | options
        context = browser.new_context(base_url=demo, **options)
        context.set_default_timeout(30_000)  # the first look at a page makes its pictures
        contexts.append(context)
        page = context.new_page()
        page.goto(path, wait_until="networkidle" if settled else "load")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def html_checker() -> Callable[[Path], list[str]]:
    """Return the W3C's checker (vnu): a folder of pages in, its errors out. Installed once, under a lock."""
    java, npm = shutil.which("java"), shutil.which("npm")
    if java is None:
        pytest.skip("the HTML checker needs Java, and there is none on the path")
    jar = WEB / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    with (WEB / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jar.exists():
            if npm is None:
                pytest.skip("vnu is not installed, and there is no npm on the path to install it")
            install = [npm, "ci", "--prefix", str(WEB), "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(install, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stderr

    def check(folder: Path) -> list[str]:
        command = [java, "-jar", str(jar), "--errors-only", "--skip-non-html", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        return [line for line in done.stderr.splitlines() if line.strip()]

    return check
