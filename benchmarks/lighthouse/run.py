"""Runs Lighthouse with its mobile settings on every kind of page of a running demo: `make lighthouse`.

Prints a row for each page; ends with 1 where performance is below 98 or anything else below 100.
Needs node with npm and Chromium; Lighthouse is installed beside this file on the first run.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from tests.browsers import ARGUMENTS, chromium  # noqa: E402 (the path comes first: this runs as a script)

EVENT = "/events/women-on-the-front-line/"
PAGES = (
    "/", "/events/", EVENT, "/events/reverse-mentoring/", "/iwd/", "/careers/", "/careers/stories/",
    "/careers/stories/learning-to-ride-at-27/", "/careers/roles/", "/careers/roles/police-constable/",
    "/careers/benefits/", "/careers/questions/", "/careers/applying/", "/careers/could-i-apply/", "/privacy/",
    f"{EVENT}register/", "/careers/contact/",
    f"/fr{EVENT}",
)  # fmt: skip
LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}


def scores(base: str, path: str, folder: Path) -> dict[str, int]:
    """Return the four scores of a page, out of 100."""
    report = folder / "report.json"
    flags = " ".join([*ARGUMENTS, f"--user-data-dir={folder / 'profile'}"])
    command = [
        str(HERE / "node_modules" / ".bin" / "lighthouse"), base + path, "--quiet", f"--chrome-flags={flags}",
        "--output=json", f"--output-path={report}", f"--only-categories={','.join(LEAST)}",
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=180, env=os.environ | {"CHROME_PATH": chromium() or ""})
    categories = json.loads(report.read_text())["categories"]
    return {name: round(categories[name]["score"] * 100) for name in LEAST}


def main(base: str) -> int:
    """Run them all; return 1 where a page is below what is asked for."""
    if not (HERE / "node_modules" / ".bin" / "lighthouse").exists():
        npm = shutil.which("npm")
        if npm is None:
            print("Lighthouse needs node with npm.", file=sys.stderr)
            return 2
        install = [npm, "ci", "--prefix", str(HERE), "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(install, check=True)
    missed = 0
    print("page | " + " | ".join(LEAST))
    with tempfile.TemporaryDirectory() as folder:
        for path in PAGES:
            found = scores(base, path, Path(folder))
            low = {n for n, s in found.items() if s < LEAST[n]}
            missed += bool(low)
            print(f"{path} | " + " | ".join(f"{s}{' !' if n in low else ''}" for n, s in found.items()), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
