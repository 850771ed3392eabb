"""The path core and the decoder built with every check and the sanitizers, and their tests run so.

    python -m tests.sanitized [--only-build] [pytest arguments]

Cython's checks (bounds, initialisation, overflow in the path core) raise where they find something; the
address and undefined-behaviour sanitizers end the run with a report. Leaks are not looked for: CPython keeps
much until its end; `python -m tests.leaks` looks for what grows. The copy in `build/sanitized` is built
anew only where sources changed. Takes some minutes; needs gcc with libasan and libubsan.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.checks import ROOT

COPY = ROOT / "build" / "sanitized"
PARTS = (
    "LICENSE",
    "README.md",
    "collector",
    "dashboards",
    "docs",
    "pathcalc",
    "suanlu",
    "tests",
    "topology",
    "pyproject.toml",
    "setup.py",
)
SUITES = (
    "tests/unit/pathcalc",
    "tests/unit/collector",
    "tests/property",
    "tests/interop/test_paths_peers.py",
    "tests/interop/test_paths_routers.py",
)
NEVER_COPIED = {".so", ".c", ".pyc"}


def copy_sources() -> None:
    """Bring the copy up to date; compiled modules stay where their sources did not change."""
    kept = set()
    for part in PARTS:
        source = ROOT / part
        files = [source] if source.is_file() else [f for f in source.rglob("*") if f.is_file()]
        for file in files:
            if file.suffix in NEVER_COPIED or "__pycache__" in file.parts:
                continue
            target = COPY / file.relative_to(ROOT)
            kept.add(target)
            if not target.exists() or target.read_bytes() != file.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
    for part in PARTS:
        for file in (COPY / part).rglob("*"):
            if file.is_file() and file.suffix not in NEVER_COPIED and file not in kept:
                file.unlink()


def build() -> None:
    """Compile the copy with all checks; warnings of the C compiler are shown."""
    environment = os.environ | {"SUANLU_CYTHON_CHECKS": "1"}
    command = [sys.executable, "setup.py", "build_ext", "--inplace"]
    subprocess.run(command, cwd=COPY, env=environment, check=True, stdout=subprocess.DEVNULL)


def library(name: str) -> str:
    """The path of one of gcc's libraries."""
    gcc = shutil.which(os.environ.get("CC", "gcc"))
    if gcc is None:
        sys.exit("the sanitizers need gcc: install it (Debian: apt install build-essential)")
    asked = subprocess.run([gcc, f"-print-file-name={name}"], capture_output=True, text=True, check=True)
    found = asked.stdout.strip()
    if not Path(found).is_absolute():
        sys.exit(f"{name} is not on this machine: install gcc's sanitizers (Debian: libasan, libubsan)")
    return found


def sanitized_environment() -> dict[str, str]:
    """What Python needs to load extensions with sanitizers: their runtime comes first.

    Memory of Python objects comes from malloc, so that an access beyond one of them is seen too; the C++
    runtime is loaded early, or exceptions of other people's modules are not intercepted.
    """
    return os.environ | {
        "LD_PRELOAD": f"{library('libasan.so')} {library('libstdc++.so.6')}",
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:abort_on_error=1",
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": str(COPY),
    }


def run(arguments: list[str]) -> int:
    """Run the suites, or what the arguments name, in the copy."""
    chosen = arguments if any(not a.startswith("-") for a in arguments) else [*SUITES, *arguments]
    present = [a for a in chosen if not a.startswith("tests/") or (COPY / a.split("::")[0]).exists()]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-o", "timeout=1800", *present]
    return subprocess.run(command, cwd=COPY, env=sanitized_environment(), check=False).returncode


def main(arguments: list[str]) -> int:
    """Return 0 where nothing was found."""
    copy_sources()
    build()
    return 0 if arguments == ["--only-build"] else run(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
