"""The static checks of `make test` and `make lint`: format, lint, types, who may import whom.

python -m tests.checks
"""

import os
import subprocess
import sys
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


def run_checks() -> list[str]:
    """Run every check, print what the failed ones said, and return their names."""
    failed = []
    environment = os.environ | {
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    }  # checks call others
    for name, (program, *arguments) in CHECKS.items():
        done = subprocess.run(
            [BIN / program, *arguments],
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}: {program} {' '.join(arguments)}")
        if done.returncode:
            print(done.stdout + done.stderr)
            failed.append(name)
    return failed


if __name__ == "__main__":
    sys.exit(1 if run_checks() else 0)
