"""What `make test` runs: the real servers and the browser, the static checks, then every test.

    python -m tests [pytest arguments]

Pytest's summary ends with the list of skips, each with its reason.
"""

import subprocess
import sys

from tests.checks import ROOT, run_checks
from tests.provide import provide


def main(arguments: list[str]) -> int:
    """Return 0 where everything is green."""
    provide()
    failed = run_checks()
    command = [sys.executable, "-m", "pytest", *arguments]
    tests = subprocess.run(command, cwd=ROOT, check=False)
    if failed:
        print(f"Static checks that failed: {', '.join(failed)} (their output stands above the tests)")
    return 1 if failed else tests.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
