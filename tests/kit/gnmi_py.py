"""A throw-away environment with gnmi-py, which cannot live beside a protobuf of these days.

gnmi-py 0.7.1 (the newest) was generated for protobuf 3: with 4 and later its maps of keys do not decode,
in either implementation. So it gets Python's venv with protobuf 3.20, once a checkout.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2] / "test-artifacts" / "gnmi-py"
CLIENT = ("--no-deps", "gnmi-py==0.7.1")  # its grpcio-tools would ask for a newer protobuf
RUNTIME = ("protobuf==3.20.3", "grpcio", "toml")
ENVIRONMENT = os.environ | {"PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python"}


def gnmi_py_python() -> str:
    """Return a Python that can import gnmi-py; skips the test where none can be had.

    `SUANLU_TEST_GNMI_PY` names one; else it is installed with pip.
    """
    named = os.environ.get("SUANLU_TEST_GNMI_PY")
    if named:
        return named
    python = HOME / "bin" / "python"
    if not _works(python):
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True, timeout=60)
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            for wanted in (CLIENT, RUNTIME):
                subprocess.run([*install, *wanted], check=True, timeout=100)
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"gnmi-py cannot be installed in an environment of its own: {error}")
        if not _works(python):
            pytest.skip(f"gnmi-py does not run on Python {sys.version.partition(' ')[0]}")
    return str(python)


def _works(python: Path) -> bool:
    check = [python, "-W", "error::ImportWarning", "-c", "import gnmi.session"]
    return python.exists() and subprocess.run(check, check=False, env=ENVIRONMENT).returncode == 0
