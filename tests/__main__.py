"""What `make test` runs: the real servers and the browser, then every test beside the static checks.

    python -m tests [pytest arguments]

Pytest's summary ends with the list of skips, each with its reason; the checks' stands below it.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.checks import ROOT, run_checks
from tests.provide import provide

WORKERS = ("-n", "2", "--dist", "loadfile")
"""Much of a test is waiting for servers; a file's tests share theirs, so they stay together."""


def main(arguments: list[str]) -> int:
    """Return 0 where everything is green."""
    provide()
    command = [sys.executable, "-m", "pytest", *WORKERS, *arguments]
    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(run_checks)
        tests = subprocess.run(command, cwd=ROOT, check=False)
        failed, said = checking.result()
    print(said)
    return 1 if failed else tests.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
