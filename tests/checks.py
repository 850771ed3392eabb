"""The static checks of `make test` and `make lint`: format, lint, types, who may import whom.

python -m tests.checks
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "Cython lint": ("cython-lint", "--max-line-length", "120", "collector", "pathcalc"),
    "types": ("mypy",),
    "imports": ("lint-imports",),
}


def run_checks() -> tuple[list[str], str]:
    """Run the checks beside each other; return the names of the failed ones, and what there is to say."""
    # Checks call other programs of the environment.
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}

    def run(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BIN / command[0], *command[1:]],
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = dict(zip(CHECKS, pool.map(run, CHECKS.values()), strict=True))
    failed = [name for name, check in done.items() if check.returncode]
    said = [f"{'FAILED' if n in failed else 'ok    '} {n}: {' '.join(c)}" for n, c in CHECKS.items()]
    return failed, "\n".join([*said, *(done[name].stdout + done[name].stderr for name in failed)])


def main() -> int:
    """Print what the checks say; return 0 where all is well."""
    failed, said = run_checks()
    print(said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
