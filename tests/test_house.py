"""Tests of the repository itself: what the design refuses must not creep in."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
TOP_LEVEL = re.compile(
    r"manage\.py|portal|events|careers|templates|tests|pyproject\.toml|README\.md|docs|benchmarks|deploy|Makefile"
    r"|LICENSE|\..+|requirements.*\.lock"
)
DRAWER = re.compile(r"(^|/)(utils|helpers|common|misc)(\.py|/)")
# Each pattern is broken by a character class, so that it does not find itself here.
REGISTRY = re.compile(
    r"p[y]pi\.org|python[h]osted\.org|registry\.np[m]js|registry\.y[a]rnpkg|(deb|security)\.d[e]bian\.org"
    r"|archive\.u[b]untu"
)
MACHINE_PATH = re.compile(r"(?<![\w.-])/(w[o]rk|f[a]rm|r[o]ot|h[o]me/\w+|U[s]ers/\w+)/")
UNFINISHED = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b|N[o]tImplementedError")
ASSERTION = re.compile(r"\bassert|raises|expect\(|pytest\.fail")
PARTS_OF_A_MAIL = {"subject.txt", "body.txt", "body.html"}


def files() -> list[Path]:
    """Return what git tracks, and what it would track with the next `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


FILES = files()
PYTHON = [path for path in FILES if path.suffix == ".py"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Return "file:line" for every line that the pattern finds; files that are not text have no lines."""
    places = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines = enumerate(text.splitlines(), start=1)
        places += [f"{name_of(path)}:{number}" for number, line in lines if pattern.search(line)]
    return places


def test_there_is_something_to_look_at() -> None:
    assert len(PYTHON) > 10


def test_no_drawers() -> None:
    assert [name for path in FILES if DRAWER.search(name := name_of(path))] == []


def test_only_the_top_level_names_of_the_design() -> None:
    names = {name_of(path).split("/")[0] for path in FILES}
    assert sorted(name for name in names if not TOP_LEVEL.fullmatch(name)) == []


def test_no_registry_is_named() -> None:
    assert found(REGISTRY, FILES) == []


def test_no_path_of_one_machine() -> None:
    assert found(MACHINE_PATH, FILES) == []


def test_nothing_is_left_for_later() -> None:
    assert found(UNFINISHED, [path for path in FILES if path.suffix in {".py", ".html", ".md"}]) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRY, "index-url = https://" + "pypi" + ".org/simple"),
        (MACHINE_PATH, "cd " + "/ro" + "ot/project"),
        (MACHINE_PATH, "cd " + "/ho" + "me/alice/project"),
        (UNFINISHED, "# TO" + "DO: later"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_python_files_are_short() -> None:
    ours = [path for path in PYTHON if "migrations" not in path.parts]
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ours}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_dependency_says_why_it_is_there() -> None:
    top = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\n[tool.")[0]
    requirements = [line.strip() for line in top.splitlines() if re.search(r'^\s+"|= \["', line)]
    assert len(requirements) > 20
    assert [line for line in requirements if not re.search(r"# \S+ \S+", line)] == []


def test_every_kind_of_mail_has_its_three_parts() -> None:
    kinds: dict[str, set[str]] = {}
    for path in FILES:
        if path.is_relative_to(ROOT / "templates" / "emails"):
            kind, _, part = path.relative_to(ROOT / "templates" / "emails").as_posix().rpartition("/")
            if kind:  # a file beside the folders is a base that they extend
                kinds.setdefault(kind, set()).add(part)
    assert {kind: parts for kind, parts in kinds.items() if parts != PARTS_OF_A_MAIL} == {}


def test_every_test_file_asserts_something() -> None:
    tests = [path for path in PYTHON if path.name.startswith("test_")]
    assert [name_of(path) for path in tests if not ASSERTION.search(path.read_text(encoding="utf-8"))] == []


def test_every_test_function_has_a_body() -> None:
    empty = []
    for path in PYTHON:
        if path.name.startswith("test_"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    body = [part for part in node.body if not _says_nothing(part)]
                    empty += [] if body else [f"{name_of(path)}:{node.lineno}"]
    assert empty == []


def _says_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )
