"""The programs that tests talk to and pip does not have: from Debian by apt when root, or from PATH.

Where one cannot be had, the tests that need it are skipped and say so.
"""

import os
import shutil
import subprocess

PACKAGES = {
    "chromium": "chromium",
    "influxd": "influxdb",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "victoria-metrics": "victoria-metrics",
}


def provide() -> None:
    """Install what is missing, where this machine lets us; say what stays missing."""
    missing = [program for program in PACKAGES if not _present(program)]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing from Debian: {', '.join(PACKAGES[program] for program in missing)} …")
        _apt(["update", "-qq"])
        for program in missing:
            _apt(["install", "-y", "-qq", "--no-install-recommends", PACKAGES[program]])
    for program in missing:
        if not _present(program):
            print(f"{program} is not on this machine: the tests that need it will be skipped")


def _present(program: str) -> bool:
    if program == "chromium" and os.environ.get("CHROMIUM"):
        return True
    return shutil.which(program) is not None


def _apt(arguments: list[str]) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["apt-get", *arguments], check=False, env=environment, stdout=subprocess.DEVNULL, timeout=600
    )
